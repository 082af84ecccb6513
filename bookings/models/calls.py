"""A clinician should call a patient before their visit; who answers for a place on which weekday.

Why is nowhere in these tables: the desk asks for such a call by hand as an intake does, and what
somebody answered lives with the answers.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.appointment import Appointment
from bookings.models.hours import Weekday
from clinic.guards import Final
from clinic.models import Location, Practitioner, User

MET = (Appointment.State.IN_PROGRESS, Appointment.State.COMPLETED)


class ClinicianCallQuerySet(models.QuerySet["ClinicianCall"]):
    def waiting(self) -> "ClinicianCallQuerySet":
        """Those nobody has taken, for patients nobody has seen meanwhile; the oldest first.

        A visit that was cancelled or missed still leaves somebody to call.
        """
        unmet = self.filter(taken_at__isnull=True).exclude(appointment__state__in=MET)
        return unmet.order_by("asked_at", "pk")

    def with_visits(self) -> "ClinicianCallQuerySet":
        """Everything a list or a letter names, in one query."""
        return self.select_related(
            "appointment__patient",
            "appointment__practitioner__user",
            "appointment__location",
            "appointment__service",
            "taken_by",
        )


class ClinicianCall(models.Model):
    """A clinician call is needed before a visit: asked for, told to whom, taken by one of them.

    ``escalate_at`` is when the clinical lead is told if nobody has taken it by then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="clinician_calls"
    )
    asked_at = models.DateTimeField(_("asked"))
    told = models.ManyToManyField(User, related_name="+", editable=False)
    escalate_at = models.DateTimeField(_("the clinical lead is told at"))
    escalated_at = models.DateTimeField(_("the clinical lead was told"), null=True, blank=True)
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    taken_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ClinicianCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("clinician call before a visit")
        verbose_name_plural = _("clinician calls before visits")
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="clinician_call_waiting",
                condition=Q(taken_at__isnull=True),
            ),
            models.Index(fields=["taken_at"], name="clinician_call_by_taken"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="clinician_call_one_open",
                fields=["appointment"],
                condition=Q(taken_at__isnull=True),
            ),
            models.CheckConstraint(
                name="clinician_call_taken_by_somebody",
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
            ),
            Final(name="clinician_call_taken_is_final", marker="taken_at"),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}Z"


class DutyDay(models.Model):
    """A practitioner answers for a place on one weekday, whenever they are there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="duty")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="duty")

    class Meta:
        verbose_name = _("clinician on duty")
        verbose_name_plural = _("clinicians on duty")
        constraints = [
            models.UniqueConstraint(
                name="duty_day_once", fields=["location", "weekday", "practitioner"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()}, {self.practitioner}"
