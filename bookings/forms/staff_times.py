"""What staff type to book, move and cancel. Local dates and times of the chosen place."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.http import QueryDict
from django.utils import formats
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bookings import availability as engine
from bookings import clock, schedule
from bookings.errors import BookingError, ReasonNeeded
from bookings.forms.fields import DAY_ERRORS, IN_RANGE
from bookings.models import Appointment, Service
from bookings.schedule import FreeTime, moment
from clinic.admin.desk import ClockInput, DayInput
from clinic.models import Location, Practitioner

TAKEN = ("day", "time", "practitioner", "location")  # what a button for a free time sends
NEARBY = 6  # free times offered beside a refused one


class TimeForm(forms.Form):
    """Who, where and when, on the clock that hangs on the place's wall."""

    practitioner = forms.ModelChoiceField(
        label=_("Practitioner"), queryset=Practitioner.objects.working()
    )
    location = forms.ModelChoiceField(label=_("Location"), queryset=Location.objects.open())
    day = forms.DateField(
        label=_("Day"), widget=DayInput, validators=IN_RANGE, error_messages=DAY_ERRORS
    )
    time = forms.TimeField(
        label=_("Time"), widget=ClockInput, help_text=_("On the clock of the location.")
    )
    force = forms.BooleanField(
        label=_("Book it all the same"),
        required=False,
        help_text=_("Only when you have checked what is in the way. Say why below."),
    )
    force_reason = forms.CharField(label=_("Why all the same"), max_length=200, required=False)

    nearest: list[dict[str, str]] = []
    was: datetime | None = None  # when a visit that is moved was to begin
    own: dict[str, Any] = {}  # of a visit that is moved: itself and its length

    @property
    def take_name(self) -> str:
        """The name of the buttons that choose one of the times nearby."""
        return self.add_prefix("take")

    def clean(self):
        cleaned = super().clean()
        place, day, at = cleaned.get("location"), cleaned.get("day"), cleaned.get("time")
        if place and day and at:
            cleaned["starts_at"] = self._instant(place, day, at)
        return cleaned

    def _instant(self, place: Location, day: date, at: time) -> datetime | None:
        """Return the instant; of a repeated autumn hour the first, of a skipped one none."""
        found = engine.local_instant(day, at.hour * 60 + at.minute, place.tz)
        if found is None:
            self.add_error("time", _("The clocks skip this time on that day. Choose another."))
            return None
        return moment(found)

    def refuse(self, error: BookingError) -> None:
        """Show what an action said, beside the field it is about."""
        if isinstance(error, ReasonNeeded):
            self.add_error("force_reason", str(error))
            if isinstance(error.__cause__, BookingError):
                self.refuse(error.__cause__)
            return
        self.add_error("time", str(error))
        for clash in getattr(error, "clashes", ()):
            self.add_error("time", in_the_way(clash))

    def suggest(self, service: Service, now: datetime) -> None:
        """Offer free times near the one that was refused, as buttons that need no reason."""
        typed = self.cleaned_data
        wanted = typed["starts_at"]
        found = schedule.nearest_times(
            schedule.offers_of(service, desk=True),
            typed["practitioner"],
            typed["location"],
            wanted,
            now=now,
            count=NEARBY * 8,
            desk=True,
            **self.own,
        )
        notice = now + timedelta(minutes=service.notice_minutes)
        inside = self.was is not None and self.was < notice  # it may stay inside the notice
        easy = [time for time in found if inside or time.starts_at >= notice]
        near = sorted(easy, key=lambda time: abs(time.starts_at - wanted))[:NEARBY]
        self.nearest = [button(time) for time in sorted(near, key=lambda time: time.starts_at)]


def button(time: FreeTime) -> dict[str, str]:
    """Return what a button for a free time says, and what it sends."""
    local = time.starts_at.astimezone(time.location.tz)
    day = formats.date_format(local, "D j M")
    return {
        "value": f"{local:%Y-%m-%d %H:%M} {time.practitioner.pk} {time.location.pk}",
        "label": f"{day}, {clock.wall(time.starts_at, time.location.tz)}, {time.practitioner}",
        "day": day,
        "time": clock.wall(time.starts_at, time.location.tz),
        "who": time.practitioner.name,
        "where": time.location.name,
    }


def with_taken(data: QueryDict, prefix: str = "") -> QueryDict:
    """Return what was typed, with the time of the pressed button in place of the refused one."""
    parts = data.get(f"{prefix}take", "").split(" ")
    if len(parts) != len(TAKEN):
        return data
    changed = data.copy()
    for name, value in zip(TAKEN, parts, strict=True):
        changed[f"{prefix}{name}"] = value
    return changed


def in_the_way(clash: Appointment) -> str:
    """Name a visit that overlaps: when, whose, with whom."""
    tz = clash.location.tz
    values = {
        "from": clock.wall(clash.starts_at, tz),
        "to": clock.wall(clash.ends_at, tz),
        "patient": clash.patient or clash.get_state_display(),
        "practitioner": clash.practitioner,
    }
    return _t("In the way: %(from)s–%(to)s, %(patient)s with %(practitioner)s.") % values


class MoveForm(TimeForm):
    """Another time, practitioner or place for a visit."""

    prefix = "move"

    @classmethod
    def of(cls, visit: Appointment, data: QueryDict | None = None) -> "MoveForm":
        """Return the form, filled with where the visit is now."""
        local = visit.starts_at.astimezone(visit.location.tz)
        form = cls(
            with_taken(data, "move-") if data else None,
            initial={
                "practitioner": visit.practitioner_id,
                "location": visit.location_id,
                "day": local.date(),
                "time": local.time().replace(second=0, microsecond=0),
            },
        )
        form.was = visit.starts_at
        form.own = {"ignoring": visit.pk, "length": visit.length}
        return form


class VideoForm(forms.Form):
    """The video room of one visit, where it is not the practitioner's own."""

    prefix = "video"

    link = forms.URLField(
        label=_("Video room of this visit"),
        max_length=200,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https"])],
        error_messages={"invalid": _("Write the whole address; it begins with https://")},
        help_text=_("Empty: the practitioner's own room."),
    )


class CancelForm(forms.Form):
    """Why a visit is cancelled, and whether it counts as late."""

    prefix = "cancel"

    reason = forms.CharField(
        label=_("Why"),
        max_length=120,
        help_text=_("In general words: the reason is shown to everybody at the desk."),
    )
    late = forms.ChoiceField(
        label=_("Counts as late"),
        choices=[("", _("As the cut-off says")), ("yes", _("Yes")), ("no", _("No"))],
        required=False,
    )

    def is_late(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["late"])
