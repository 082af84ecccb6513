"""Several visits at once: made as a series, or paid for as a package."""

import uuid

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookings.models.appointment import Appointment
from bookings.models.services import Service
from clinic.models import Location, Patient, Practitioner, User


class Series(models.Model):
    """Visits that were booked together; what happens to each later is its own affair."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="series")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)  # sent twice, once
    made_at = models.DateTimeField(_("booked"))
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("series of visits")
        verbose_name_plural = _("series of visits")

    def __str__(self) -> str:
        return str(_("Series of visits"))


class SeriesVisit(models.Model):
    """One visit of a series."""

    id = models.BigAutoField(primary_key=True)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="visits")
    appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, related_name="series_visit"
    )

    class Meta:
        verbose_name = _("visit of a series")
        verbose_name_plural = _("visits of a series")

    def __str__(self) -> str:
        return str(_("Visit of a series"))


class Package(models.Model):
    """Visits somebody paid for in advance. How many are left is counted from the visits."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="packages")
    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="packages",
        help_text=_("Empty: any service that costs something."),
    )
    visits = models.PositiveSmallIntegerField(
        _("visits bought"), validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    price = models.DecimalField(
        _("price"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Of the whole package. Empty: it is not paid for here."),
    )
    currency = models.CharField(_("currency"), max_length=3, default="CAD")
    bought_on = models.DateField(_("bought on"))
    expires_on = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty: it does not expire.")
    )

    class Meta:
        verbose_name = _("package of visits")
        verbose_name_plural = _("packages of visits")
        constraints = [
            models.CheckConstraint(name="package_has_visits", condition=Q(visits__gte=1)),
            models.CheckConstraint(
                name="package_expires_after_it_was_bought",
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("bought_on")),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Package of visits"))

    def clean(self) -> None:
        if self.bought_on and self.expires_on and self.expires_on < self.bought_on:
            raise ValidationError({"expires_on": _("The last day comes after the first.")})
