"""Visits that lose their time: to an illness, or to a change of hours. What their patients were
offered instead, and what they say."""

import uuid
from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.appointment import Appointment
from bookings.models.hours import TimeOff
from clinic.models import Location, Practitioner, User


class Absence(models.Model):
    """A practitioner cannot come on a day, or on a part of it. Local time of each place.

    The day itself is closed by ``time_off``; this row is what the desk works through.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="absences"
    )
    day = models.DateField(_("day"))
    starts = models.TimeField(_("from"), default=time(0))
    ends = models.TimeField(_("to"), default=time(0))  # 00:00 is midnight at the end of the day
    time_off = models.OneToOneField(
        TimeOff, on_delete=models.SET_NULL, null=True, editable=False, related_name="absence"
    )
    made_at = models.DateTimeField(_("written down"))
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("sudden absence")
        verbose_name_plural = _("sudden absences")
        constraints = [
            models.UniqueConstraint(
                name="absence_once_per_span", fields=["practitioner", "day", "starts", "ends"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.practitioner}, {self.day:%Y-%m-%d}"


class HoursChange(models.Model):
    """A change of hours that left booked visits without them; what the desk works through.

    The change itself is in the rows of hours. Practitioner and place say whom it was about; None
    is everybody's, or every place.
    """

    class What(models.TextChoices):
        WEEK = "week", _("other working hours")
        DAY = "day", _("a single day changed")
        AWAY = "away", _("time off")
        CLOSED = "closed", _("closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    what = models.CharField(_("what"), max_length=8, choices=What)
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, null=True, related_name="hours_changes"
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, related_name="hours_changes"
    )
    first_day = models.DateField(_("first day"), null=True)
    last_day = models.DateField(_("last day"), null=True)
    made_at = models.DateTimeField(_("written down"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("change of hours")
        verbose_name_plural = _("changes of hours")

    def __str__(self) -> str:
        return self.get_what_display()


class OtherTimes(models.Model):
    """What one patient was offered in place of a visit, and their answer.

    Belongs to the absence or to the change of hours that took the visit's time.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("not answered")
        ACCEPTED = "accepted", _("chose a time")
        CALL = "call", _("wants a call")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    absence = models.ForeignKey(
        Absence, on_delete=models.PROTECT, null=True, blank=True, related_name="asked"
    )
    change = models.ForeignKey(
        HoursChange, on_delete=models.PROTECT, null=True, blank=True, related_name="asked"
    )
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="other_times"
    )
    version = models.PositiveIntegerField()  # of the visit when it was asked about
    starts_at = models.DateTimeField(_("was at"))
    state = models.CharField(_("answer"), max_length=8, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("offer of other times")
        verbose_name_plural = _("offers of other times")
        constraints = [
            models.UniqueConstraint(
                name="other_times_once_per_visit", fields=["absence", "appointment"]
            ),
            models.UniqueConstraint(
                name="other_times_once_per_change", fields=["change", "appointment"]
            ),
            models.CheckConstraint(
                name="other_times_have_one_cause",
                condition=Q(absence__isnull=True, change__isnull=False)
                | Q(absence__isnull=False, change__isnull=True),
            ),
            models.CheckConstraint(
                name="other_times_answered_has_a_time",
                condition=Q(state="asked", answered_at__isnull=True)
                | (~Q(state="asked") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()


class OtherTime(models.Model):
    """One of the times offered. It is not held: whoever takes it first has it."""

    id = models.BigAutoField(primary_key=True)
    offer = models.ForeignKey(OtherTimes, on_delete=models.PROTECT, related_name="times")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("starts"))

    class Meta:
        verbose_name = _("offered time")
        verbose_name_plural = _("offered times")
        constraints = [
            models.UniqueConstraint(
                name="other_time_once", fields=["offer", "practitioner", "starts_at"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}Z"
