"""Erasure of a person: who decided, what was removed, what is kept until when, and what must wait.

``clinic.erasing`` does it; ``clinic.door`` is the one way past the guards, and stands open only for
rows that a confirmed erasure names, inside its own transaction.
"""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.guards import Final
from clinic.guards_erasure import OnlyConfirmed
from clinic.models.patients import Patient
from clinic.models.users import User


class LegalHold(models.Model):
    """Nothing of this patient is erased while it stands: a claim, a complaint, an inquiry."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(_("why"), max_length=200)
    placed_at = models.DateTimeField(_("since"))
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(_("until"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        constraints = [
            models.UniqueConstraint(
                name="legal_hold_stands_once", fields=["patient"],
                condition=Q(lifted_at__isnull=True),
            ),
            models.CheckConstraint(name="legal_hold_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="legal_hold_lifted_by_somebody",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__gte=F("placed_at"), lifted_by__isnull=False),
            ),
            Final(name="legal_hold_is_as_placed", allow=["lifted_at", "lifted_by"]),
            Final(name="legal_hold_lifted_once", marker="lifted_at"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(_("Legal hold"))


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def waiting(self) -> "ErasureQuerySet":
        """Those a second person has not looked at yet."""
        return self.filter(done_at__isnull=True, dropped_at__isnull=True)

    def keeping(self) -> "ErasureQuerySet":
        """Those of persons whose record is still kept."""
        removed = Erasure.objects.filter(
            patient=models.OuterRef("patient"), scope=Erasure.Scope.RECORD, done_at__isnull=False
        )
        person = Q(scope=Erasure.Scope.PERSON, done_at__isnull=False, keep_until__isnull=False)
        return self.filter(person, ~models.Exists(removed))


class Erasure(models.Model):
    """One decision, by two people: what names a person, or at the end the record itself.

    asked_by    who proposed it; nobody where a list of what is due did
    keep_until  the first day on which the record need no longer be kept; none: nothing is kept
    counts      rows by kind of record, and nothing else
    """

    class Scope(models.TextChoices):
        PERSON = "person", _("the person")
        RECORD = "record", _("the record")

    class Basis(models.TextChoices):
        ASKED = "asked", _("the person asked for it")
        COURT = "court", _("a court or authority ordered it")
        MISTAKE = "mistake", _("the person was never a patient")
        RETENTION = "retention", _("the retention period is over")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="erasures")
    scope = models.CharField(_("what"), max_length=8, choices=Scope)
    basis = models.CharField(_("because"), max_length=12, choices=Basis)
    asked_at = models.DateTimeField(_("proposed"))
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("dropped"), null=True, blank=True)
    keep_until = models.DateField(_("record kept until"), null=True, blank=True)
    counts = models.JSONField(default=dict)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [
            models.UniqueConstraint(
                name="erasure_waits_once", fields=["patient", "scope"],
                condition=Q(dropped_at__isnull=True),
            ),
            models.CheckConstraint(
                name="erasure_is_known",
                condition=Q(scope__in=["person", "record"])
                & Q(basis__in=["asked", "court", "mistake", "retention"]),
            ),
            models.CheckConstraint(
                name="erasure_confirmed_by_another",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__gte=F("asked_at"), confirmed_by__isnull=False)
                & (Q(asked_by__isnull=True) | ~Q(asked_by=F("confirmed_by"))),
            ),
            models.CheckConstraint(
                name="erasure_of_nobodys_asking_is_of_a_list",
                condition=Q(asked_by__isnull=False) | Q(basis="retention"),
            ),
            models.CheckConstraint(
                name="erasure_done_only_when_confirmed",
                condition=Q(done_at__isnull=True)
                | Q(confirmed_at__isnull=False, dropped_at__isnull=True),
            ),
            Final(
                name="erasure_is_as_proposed",
                allow=[
                    "confirmed_at", "confirmed_by", "done_at", "dropped_at", "keep_until", "counts",
                ],
            ),
            Final(name="erasure_done_is_final", marker="done_at"),
            Final(name="erasure_dropped_is_final", marker="dropped_at"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["keep_until"], name="erasure_by_day")]

    def __str__(self) -> str:
        return str(_("Erasure"))


class KeptIdentity(models.Model):
    """Whose record it is that is still kept: a record that names nobody would be of no use.

    No page of the desk reads it; it goes with the record.
    """

    erasure = models.OneToOneField(Erasure, on_delete=models.PROTECT, primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    date_of_birth = models.DateField(null=True)

    class Meta:
        verbose_name = _("kept identity")
        verbose_name_plural = _("kept identities")

    def __str__(self) -> str:
        return str(_("Kept identity"))


class Tombstone(models.Model):
    """A signed row or a file that was removed: its digest, when it was signed, by which erasure."""

    id = models.BigAutoField(primary_key=True)
    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="tombstones")
    kind = models.CharField(max_length=60)  # the model, in small letters
    row = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField(null=True)
    file = models.CharField(max_length=100, blank=True)  # its random name in the store

    class Meta:
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")
        constraints = [
            models.UniqueConstraint(name="tombstone_once", fields=["kind", "row", "file"]),
            Final(name="tombstone_is_final"),
        ]
        indexes = [models.Index(fields=["kind", "row"], name="tombstone_by_row")]

    def __str__(self) -> str:
        return self.kind


class Nothing(models.Model):
    """Never has a row. What points here cannot be committed."""

    id = models.PositiveIntegerField(primary_key=True)

    class Meta:
        verbose_name = _("nothing")
        verbose_name_plural = _("nothing")
        constraints = [
            models.CheckConstraint(name="nothing_is_there", condition=Q(id__lt=0) & Q(id__gt=0))
        ]

    def __str__(self) -> str:
        return ""


class ErasureKey(models.Model):
    """Opens the door of the guards for one row, and for no longer than one transaction.

    ``never`` points at nothing, so the row has to be gone before the transaction can end: the
    database checks the reference when it commits. ``blank`` lets a row only lose words; without it
    the row may be deleted.
    """

    id = models.BigAutoField(primary_key=True)
    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="+")
    table = models.CharField(max_length=63)
    row = models.CharField(max_length=64)
    blank = models.BooleanField()
    never = models.ForeignKey(Nothing, on_delete=models.PROTECT, default=1, related_name="+")

    class Meta:
        verbose_name = _("key of an erasure")
        verbose_name_plural = _("keys of erasures")
        constraints = [
            models.CheckConstraint(name="erasure_key_points_at_nothing", condition=Q(never=1)),
            models.UniqueConstraint(name="erasure_key_once", fields=["table", "row"]),
            OnlyConfirmed(name="erasure_key_only_when_confirmed"),
        ]

    def __str__(self) -> str:
        return self.table


class RetentionList(models.Model):
    """What was due on a day, as the worker or a manager found it; carried out once confirmed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(_("carried out"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("dropped"), null=True, blank=True)

    class Meta:
        verbose_name = _("list of what is due")
        verbose_name_plural = _("lists of what is due")
        constraints = [
            models.CheckConstraint(
                name="retention_list_confirmed_by_somebody",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="retention_list_done_only_when_confirmed",
                condition=Q(done_at__isnull=True) | Q(confirmed_at__isnull=False),
            ),
            Final(
                name="retention_list_is_as_made",
                allow=["confirmed_at", "confirmed_by", "done_at", "dropped_at"],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(_("List of what is due"))


class RetentionItem(models.Model):
    """One patient on a list, since when due, and what came of it."""

    class Outcome(models.TextChoices):
        WAITS = "waits", _("on the list")
        ERASED = "erased", _("erased")
        HELD = "held", _("left: something stands against it")

    id = models.BigAutoField(primary_key=True)
    list = models.ForeignKey(RetentionList, on_delete=models.PROTECT, related_name="items")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("due since"))
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITS)

    class Meta:
        verbose_name = _("patient on a list")
        verbose_name_plural = _("patients on lists")
        constraints = [
            models.UniqueConstraint(name="retention_item_once", fields=["list", "patient"]),
            models.CheckConstraint(
                name="retention_outcome_is_known",
                condition=Q(outcome__in=["waits", "erased", "held"]),
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()

    def is_due(self, today: date) -> bool:
        return self.due_on <= today
