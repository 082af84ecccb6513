"""Booked visits whose working hours were taken away, until somebody has dealt with each."""

import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from bookings.models.appointment import Appointment
from bookings.models.illness import OtherTimes
from clinic.models import User

AHEAD = (Appointment.State.REQUESTED, Appointment.State.BOOKED)


class AffectedVisitQuerySet(models.QuerySet["AffectedVisit"]):
    def open(self, now) -> "AffectedVisitQuerySet":
        """Those nobody has dealt with: not moved, cancelled, settled, nor asked by mail meanwhile.

        Whether the hours have come back since is for ``bookings.actions.hours`` to say.
        """
        asked = OtherTimes.objects.filter(
            appointment=OuterRef("appointment"),
            version=OuterRef("version"),
            state=OtherTimes.State.ASKED,
        )
        mailed = Exists(asked) & ~Q(appointment__patient__email="")
        return (
            self.filter(
                settled_at__isnull=True,
                version=F("appointment__version"),
                appointment__state__in=AHEAD,
                appointment__starts_at__gt=now,
            )
            .exclude(mailed)
            .order_by("appointment__starts_at", "pk")
        )

    def with_visits(self) -> "AffectedVisitQuerySet":
        """Everything a list names, in one query."""
        people = ("patient", "practitioner", "service", "location")
        return self.select_related(*(f"appointment__{name}" for name in people))


class AffectedVisit(models.Model):
    """A visit that no longer lies in working hours, as it was when the hours changed.

    ``version`` is the visit's: once it was moved or cancelled the row has nothing more to say.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="affected")
    version = models.PositiveIntegerField()
    found_at = models.DateTimeField(_("hours changed"))
    settled_at = models.DateTimeField(_("dealt with"), null=True, blank=True)
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AffectedVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit outside working hours")
        verbose_name_plural = _("visits outside working hours")
        constraints = [
            models.UniqueConstraint(
                name="affected_once_per_version", fields=["appointment", "version"]
            ),
            models.CheckConstraint(
                name="affected_settled_by_somebody",
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["found_at"],
                name="affected_and_open",
                condition=Q(settled_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.found_at:%Y-%m-%d %H:%M}Z"
