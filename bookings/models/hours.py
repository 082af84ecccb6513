"""When practitioners work. All of it is the location's local wall time."""

import uuid
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Location, Practitioner


class Weekday(models.IntegerChoices):
    """0 is Monday everywhere in the project, as in Python's ``date.weekday``."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


def ends_after_start(starts, ends) -> None:
    """Raise ValidationError on the field ``ends``; midnight as an end is the day's end."""
    if (
        starts is not None
        and ends is not None
        and ends <= starts
        and ends.isoformat() != "00:00:00"
    ):
        raise ValidationError({"ends": _("The end comes after the start.")})


def _span(name: str) -> models.CheckConstraint:
    # 00:00 as an end means midnight at the end of the day.
    return models.CheckConstraint(name=name, condition=Q(ends__gt=F("starts")) | Q(ends="00:00"))


def valid_forward(first: date | None, last: date | None) -> None:
    """Raise ValidationError on the field ``valid_to`` unless the days run forward."""
    if first and last and last < first:
        raise ValidationError({"valid_to": _("The last day comes after the first.")})


def _forward(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_from__isnull=True)
        | Q(valid_to__isnull=True)
        | Q(valid_to__gte=F("valid_from")),
    )


class WorkingHours(models.Model):
    """A practitioner works at a location on one weekday from … to, week after week."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="hours")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"), help_text=_("00:00 is midnight at the end of the day."))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        constraints = [_span("hours_end_after_start"), _forward("hours_are_valid_forward")]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"

    def clean(self) -> None:
        ends_after_start(self.starts, self.ends)
        valid_forward(self.valid_from, self.valid_to)


class BreakTime(models.Model):
    """Part of the working hours in which nobody is seen, such as lunch."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="breaks")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="breaks")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("break")
        verbose_name_plural = _("breaks")
        constraints = [_span("break_ends_after_start"), _forward("break_is_valid_forward")]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"

    def clean(self) -> None:
        ends_after_start(self.starts, self.ends)
        valid_forward(self.valid_from, self.valid_to)


class ChangedDay(models.Model):
    """On one date other hours hold than usual; without times the practitioner is away."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.CASCADE, related_name="changed_days"
    )
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="changed_days")
    day = models.DateField(_("day"))
    starts = models.TimeField(_("from"), null=True, blank=True)
    ends = models.TimeField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("changed day")
        verbose_name_plural = _("changed days")
        constraints = [
            models.CheckConstraint(
                name="changed_day_both_times_or_none",
                condition=Q(starts__isnull=True, ends__isnull=True)
                | Q(starts__isnull=False, ends__gt=F("starts"))
                | Q(starts__isnull=False, ends="00:00"),
            ),
        ]
        indexes = [models.Index(fields=["practitioner", "day"], name="changed_by_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"

    def clean(self) -> None:
        if (self.starts is None) != (self.ends is None):
            raise ValidationError({"ends": _("Give both times, or none for a day off.")})
        ends_after_start(self.starts, self.ends)


def check_days(obj: "TimeOff | Closure") -> None:
    """Raise ValidationError unless the span runs forward. Times are of first and last day."""
    if obj.first_day is None or obj.last_day is None:
        return
    if obj.last_day < obj.first_day:
        raise ValidationError({"last_day": _("The last day comes after the first.")})
    same_day = obj.first_day == obj.last_day
    if same_day and obj.starts and obj.ends and obj.ends <= obj.starts:
        raise ValidationError({"ends": _("The end comes after the start.")})


class TimeOff(models.Model):
    """A practitioner is away: from a time on the first day to a time on the last.

    Without a start the whole first day counts, without an end the whole last day. The reason is
    nobody else's business and is not asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.CASCADE, related_name="time_off"
    )
    first_day = models.DateField(_("first day"))
    starts = models.TimeField(_("from"), null=True, blank=True)
    last_day = models.DateField(_("last day"))
    ends = models.TimeField(_("to"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        constraints = [
            models.CheckConstraint(
                name="time_off_runs_forward", condition=Q(last_day__gte=F("first_day"))
            ),
        ]
        indexes = [models.Index(fields=["practitioner", "last_day"], name="time_off_by_end")]

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m-%d}–{self.last_day:%Y-%m-%d}"

    def clean(self) -> None:
        check_days(self)


class Closure(models.Model):
    """A location is closed: a holiday, a flooded room, an afternoon of training."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="closures")
    name = models.CharField(_("name"), max_length=120)
    first_day = models.DateField(_("first day"))
    starts = models.TimeField(_("from"), null=True, blank=True)
    last_day = models.DateField(_("last day"))
    ends = models.TimeField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        constraints = [
            models.CheckConstraint(
                name="closure_runs_forward", condition=Q(last_day__gte=F("first_day"))
            ),
        ]
        indexes = [models.Index(fields=["location", "last_day"], name="closure_by_end")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        check_days(self)
