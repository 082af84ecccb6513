"""Money, small: what came in, went back or was let go, and the receipts for it.

No ledger and no card handling: the desk writes down what happened at the terminal or in the till.
Rows are added, never changed; a slip is put right by a row with the opposite amount.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookings.models.appointment import Appointment
from bookings.models.packages import Package
from clinic.guards import Final
from clinic.models import Location, User

ONE_OF = Q(appointment__isnull=False, package__isnull=True) | Q(
    appointment__isnull=True, package__isnull=False
)


class Payment(models.Model):
    """Money for a visit or a package. What came in counts up, what went back counts down.

    A correction has the kind of the row it corrects and the opposite amount, so that every sum
    is right without knowing about corrections.
    """

    class Kind(models.TextChoices):
        PAYMENT = "payment", _("payment")
        REFUND = "refund", _("refund")
        WAIVER = "waiver", _("waived")

    class Method(models.TextChoices):
        CASH = "cash", _("cash")
        CARD = "card", _("card terminal")
        TRANSFER = "transfer", _("bank transfer")
        OTHER = "other", _("other")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, related_name="payments"
    )
    package = models.ForeignKey(
        Package, on_delete=models.PROTECT, null=True, related_name="payments"
    )
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField(_("what"), max_length=8, choices=Kind)
    method = models.CharField(_("how"), max_length=8, choices=Method, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=8, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("why"), max_length=200, blank=True)
    reference = models.CharField(_("number on the slip"), max_length=60, blank=True)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="correction"
    )
    form_key = models.UUIDField(unique=True, editable=False)  # sent twice, written once
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(name="payment_for_one_thing", condition=ONE_OF),
            models.CheckConstraint(
                name="payment_sign_says_which_way",
                condition=Q(kind="refund", corrects__isnull=True, amount__lt=0)
                | Q(kind="refund", corrects__isnull=False, amount__gt=0)
                | Q(kind__in=["payment", "waiver"], corrects__isnull=True, amount__gt=0)
                | Q(kind__in=["payment", "waiver"], corrects__isnull=False, amount__lt=0),
            ),
            models.CheckConstraint(
                name="payment_method_unless_waived",
                condition=Q(kind="waiver", method="") | (~Q(kind="waiver") & ~Q(method="")),
            ),
            models.CheckConstraint(
                name="payment_waiver_and_correction_say_why",
                condition=Q(kind__in=["payment", "refund"], corrects__isnull=True) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="payment_corrects_another",
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")),
            ),
            Final(name="payment_is_append_only"),
        ]
        indexes = [models.Index(fields=["location", "at"], name="payment_by_place_and_time")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} {self.currency}"


class Receipt(models.Model):
    """A receipt as it was handed out. It says the same for ever; news make another one.

    ``facts`` is everything it says, as plain values: names, days, amounts. Nothing clinical.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, related_name="receipts"
    )
    package = models.ForeignKey(
        Package, on_delete=models.PROTECT, null=True, related_name="receipts"
    )
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()  # 1, 2, 3 … within its year
    facts = models.JSONField()
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.CheckConstraint(name="receipt_for_one_thing", condition=ONE_OF),
            models.UniqueConstraint(name="receipt_number_once_a_year", fields=["year", "number"]),
            Final(name="receipt_is_append_only"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """The number as people read it: 2027-00017."""
        return f"{self.year}-{self.number:05}"
