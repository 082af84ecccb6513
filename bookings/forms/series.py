"""What staff type to book a series of visits, and how each visit looks before it is booked."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings import clock
from bookings.actions import series
from bookings.forms.fields import DAY_ERRORS, IN_RANGE, parse_instant
from bookings.models import Service
from bookings.models.hours import Weekday
from clinic.admin.desk import ClockInput, DayInput
from clinic.models import Location


class SeriesPattern(forms.Form):
    """Ten visits, Tue and Fri 08:30, from a day on. The patient and the practitioner are added."""

    service = forms.ModelChoiceField(
        label=gettext_lazy("Service"),
        queryset=Service.objects.filter(is_active=True, seats=0).order_by("position", "name"),
    )
    location = forms.ModelChoiceField(
        label=gettext_lazy("Location"), queryset=Location.objects.open()
    )
    count = forms.IntegerField(
        label=gettext_lazy("How many visits"), min_value=1, max_value=series.MOST, initial=10
    )
    first_day = forms.DateField(
        label=gettext_lazy("From"), widget=DayInput, validators=IN_RANGE, error_messages=DAY_ERRORS
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    time = forms.TimeField(
        label=gettext_lazy("At"),
        widget=ClockInput,
        help_text=gettext_lazy("On the clock of the location, in summer and in winter."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def wanted(self) -> series.Wanted:
        """Return the series, for the action."""
        data = self.cleaned_data
        minute = data["time"].hour * 60 + data["time"].minute
        names = ("patient", "service", "practitioner", "location", "first_day", "count")
        return series.Wanted(
            **{name: data[name] for name in names},
            pattern=[(day, minute) for day in data["weekdays"]],
        )


def row_of(number: int, planned: series.Planned) -> dict[str, object]:
    """Return what the preview shows of one visit, with what each choice sends."""
    clock_time = f"{planned.minute // 60:02}:{planned.minute % 60:02}"
    choices = []
    if not planned.problem and planned.starts_at:
        choices.append({"value": planned.starts_at.isoformat(), "label": _("Book it")})
    for time in planned.alternatives:
        local = time.starts_at.astimezone(time.location.tz)
        words = f"{clock.day_words(time.starts_at, time.location.tz)}, {clock.wall_of(local)}"
        choices.append({"value": time.starts_at.isoformat(), "label": words})
    return {
        "name": f"visit-{number}",
        "number": number + 1,
        "day": planned.day,
        "time": clock_time,
        "problem": planned.problem,
        "clashes": planned.clashes,
        "choices": choices,
    }


def chosen(posted: Mapping[str, str]) -> list[datetime]:
    """Return the starts chosen on the page, each once; anything unreadable is left out."""
    found = set()
    for name, value in posted.items():
        if name.startswith("visit-") and value:
            try:
                found.add(parse_instant(value))
            except (ValueError, OverflowError):
                continue
    return sorted(found)
