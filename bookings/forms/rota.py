"""A week, or a day, as it is typed: windows with a place, from, to and breaks.

Times are read as people write them: 9, 9:30, 0930, 17. What is typed is shown again as it stands.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bookings.availability.patterns import BREAK, HOURS, Weekly
from bookings.forms.fields import DAY_ERRORS, IN_RANGE, day_input
from clinic.models import Location, Practitioner

MIDNIGHT = 1440  # minutes; the end of a day
MOST_A_DAY = 6  # windows
MOST = 7 * (MOST_A_DAY + 2)  # rows of a form, empty ones included
WRITTEN = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))?")
PREFIX = "w"

Raw = dict[str, str]


def clock_words(minute: int) -> str:
    """Return a minute of the day as it is shown and typed: 09:00; the day's end is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def read_clock(text: str) -> int:
    """Return the minute of the day somebody wrote. Raises ValidationError."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise forms.ValidationError(_("Write the time as 09:30, 930 or 9."))
    minute = int(found[1]) * 60 + int(found[2] or 0)
    if int(found[2] or 0) > 59 or minute > MIDNIGHT:
        raise forms.ValidationError(_("A day has 24 hours of 60 minutes."))
    return minute


class ClockField(forms.CharField):
    """A time on the wall; cleaned to minutes after midnight, None when empty."""

    def __init__(self, **more):
        attrs = {"inputmode": "numeric", "autocomplete": "off", "size": "5"}
        super().__init__(required=False, max_length=8, widget=forms.TextInput(attrs=attrs), **more)

    def clean(self, value):
        text = super().clean(value)
        return read_clock(text) if text else None


class BreaksField(forms.CharField):
    """Breaks as 12:00–12:30, several with commas; cleaned to pairs of minutes."""

    def __init__(self, **more):
        attrs = {"autocomplete": "off"}
        super().__init__(required=False, max_length=80, widget=forms.TextInput(attrs=attrs), **more)

    def clean(self, value):
        parts = [part.strip() for part in re.split("[,;]", super().clean(value)) if part.strip()]
        return [self._span(part) for part in parts]

    @staticmethod
    def _span(part: str) -> tuple[int, int]:
        ends = re.split("[-–—]", part)
        if len(ends) != 2:
            raise forms.ValidationError(_("Write a break as 12:00–12:30."))
        starts, until = (read_clock(end) for end in ends)
        if until <= starts:
            raise forms.ValidationError(_("A break ends after it starts."))
        return starts, until


class WindowForm(forms.Form):
    """One stretch of work on a weekday. Left without times it is none."""

    weekday = forms.IntegerField(min_value=0, max_value=6, widget=forms.HiddenInput)
    place = forms.ChoiceField(label=_("Place"), required=False)
    starts = ClockField(label=_("From"))
    ends = ClockField(label=_("To"))
    breaks = BreaksField(label=_("Break"))

    def __init__(self, *args, places: Sequence[Location], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [(str(place.pk), place.name) for place in places]

    def clean(self):
        typed = super().clean()
        starts, ends, breaks = (typed.get(name) for name in ("starts", "ends", "breaks"))
        if {"starts", "ends", "breaks"} & set(self.errors):
            return typed
        if starts is None and ends is None:
            if breaks:
                self.add_error("starts", _("Say when work begins and ends."))
            return typed
        if starts is None or ends is None:
            self.add_error("starts" if starts is None else "ends", _("Give both times."))
            return typed
        typed["ends"] = ends = ends or MIDNIGHT
        if ends <= starts:
            self.add_error("ends", _("The end comes after the start."))
        elif not typed.get("place"):
            self.add_error("place", _("Choose a place."))
        else:
            self._check_breaks(starts, ends, breaks)
        return typed

    def _check_breaks(self, starts: int, ends: int, breaks: Sequence[tuple[int, int]]) -> None:
        before = starts
        for low, high in sorted(breaks):
            if low < starts or high > ends:
                self.add_error("breaks", _("A break lies within the hours above it."))
                return
            if low < before:
                self.add_error("breaks", _("These breaks overlap."))
                return
            before = high

    @property
    def is_window(self) -> bool:
        return self.is_valid() and self.cleaned_data["starts"] is not None

    @property
    def span(self) -> tuple[str, int, int]:
        """The place, from and to of a window; only where ``is_window``."""
        typed = self.cleaned_data
        return typed["place"], typed["starts"], typed["ends"]

    @property
    def stretches(self) -> list[Weekly]:
        """The hours of a window and its breaks."""
        weekday, (place, starts, ends) = self.cleaned_data["weekday"], self.span
        breaks = [Weekly(BREAK, weekday, place, *pair) for pair in self.cleaned_data["breaks"]]
        return [Weekly(HOURS, weekday, place, starts, ends), *breaks]


class BaseWindows(forms.BaseFormSet):
    """The windows of a week. Nobody works in two at once."""

    def clean(self):
        by_day: dict[int, list[tuple[int, int, WindowForm]]] = defaultdict(list)
        for form in self.windows:
            by_day[form.cleaned_data["weekday"]].append((*form.span[1:], form))
        for windows in by_day.values():
            if len(windows) > MOST_A_DAY:
                windows[MOST_A_DAY][2].add_error("starts", _("That is more than fits into a day."))
            before = (0, 0)
            for starts, ends, form in sorted(windows, key=lambda window: window[:2]):
                if starts < before[1]:
                    form.add_error("starts", _overlaps(before))
                before = max(before, (starts, ends), key=lambda span: span[1])

    @property
    def windows(self) -> list[WindowForm]:
        return [form for form in self.forms if form.is_window]

    @property
    def week(self) -> frozenset[Weekly]:
        return frozenset(each for form in self.windows for each in form.stretches)

    @property
    def spans(self) -> frozenset[tuple[str, int, int]]:
        return frozenset(form.span for form in self.windows)


def _overlaps(other: tuple[int, int]) -> str:
    starts, ends = map(clock_words, other)
    return _t("Overlaps %(starts)s–%(ends)s.") % {"starts": starts, "ends": ends}


Windows = forms.formset_factory(
    WindowForm, formset=BaseWindows, extra=0, max_num=MOST, absolute_max=MOST
)


def windows_form(
    places: Sequence[Location],
    *,
    data: Mapping[str, str] | None = None,
    rows: Iterable[Raw] = (),
    focus_last: bool = False,
):
    """Return the windows as they were sent, or a fresh form of ``rows``."""
    more = {"prefix": PREFIX, "form_kwargs": {"places": places}}
    if data is not None:
        return Windows(data, **more)
    windows = Windows(initial=[*rows], **more)
    if focus_last and windows.forms:
        windows.forms[-1].fields["starts"].widget.attrs["autofocus"] = True
    return windows


def rows_of(week: Iterable[Weekly]) -> list[Raw]:
    """Return a week as rows to type into, each break with the hours it lies in.

    A break outside all hours of its day says nothing and is left out.
    """
    week = sorted(week, key=lambda each: (each.weekday, each.starts, each.ends, each.where))
    rows = []
    for hours in (each for each in week if each.kind == HOURS):
        breaks = [
            "–".join(map(clock_words, _inside(each, hours)))
            for each in week
            if (each.kind, each.weekday, each.where) == (BREAK, hours.weekday, hours.where)
            and each.starts < hours.ends
            and hours.starts < each.ends
        ]
        rows.append(row_of(hours.weekday, (hours.where, hours.starts, hours.ends), breaks))
    return rows


def _inside(pause: Weekly, hours: Weekly) -> tuple[int, int]:
    return max(pause.starts, hours.starts), min(pause.ends, hours.ends)


def row_of(weekday: int, span: tuple[str, int, int], breaks: Sequence[str] = ()) -> Raw:
    """Return one window as a row to type into."""
    place, starts, ends = span
    return {
        "weekday": str(weekday),
        "place": place,
        "starts": clock_words(starts),
        "ends": clock_words(ends),
        "breaks": ", ".join(breaks),
    }


def rows_typed(data: Mapping[str, str]) -> list[Raw]:
    """Return what was typed, unchecked: to show it again with more rows, or with a day copied."""
    names = ("weekday", "place", "starts", "ends", "breaks")
    rows = [{name: data.get(f"{PREFIX}-{n}-{name}", "") for name in names} for n in range(MOST)]
    return [row for row in rows if row["weekday"].isdigit() and int(row["weekday"]) < 7]


def with_room(rows: Sequence[Raw], day: int, place: str) -> list[Raw]:
    """Return the rows with an empty one more on a weekday, if there is room for it."""
    if sum(row["weekday"] == str(day) for row in rows) >= MOST_A_DAY:
        return [*rows]
    empty = {"weekday": str(day), "place": place, "starts": "", "ends": "", "breaks": ""}
    return [*rows, empty]


def with_every_day(rows: Sequence[Raw], days: Iterable[int], place: str) -> list[Raw]:
    """Return the rows by weekday, with an empty one on each of these days that has none."""
    filled = {row["weekday"] for row in rows}
    for day in days:
        if str(day) not in filled:
            rows = with_room(rows, day, place)
    return sorted(rows, key=lambda row: row["weekday"])


def as_on_monday(rows: Sequence[Raw]) -> list[Raw]:
    """Return the rows with what Monday says on Tuesday to Friday too."""
    monday = [row for row in rows if row["weekday"] == "0" and (row["starts"] or row["ends"])]
    weekend = [row for row in rows if row["weekday"] in {"5", "6"}]
    return [*({**row, "weekday": str(day)} for day in range(5) for row in monday), *weekend]


class PeriodForm(forms.Form):
    """The days a week holds."""

    first = forms.DateField(
        label=_("Holds from"),
        widget=day_input(),
        validators=IN_RANGE,
        error_messages=DAY_ERRORS,
        help_text=_("The days before keep the hours they have."),
    )
    last = forms.DateField(
        label=_("Until"),
        widget=day_input(),
        validators=IN_RANGE,
        error_messages=DAY_ERRORS,
        required=False,
        help_text=_("Empty: until further notice."),
    )

    def clean(self):
        typed = super().clean()
        first, last = typed.get("first"), typed.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day comes after the first."))
        return typed


class CopyForm(PeriodForm):
    """Whose week becomes the same, and on which days."""

    people = forms.ModelMultipleChoiceField(
        label=_("Copy to"),
        queryset=Practitioner.objects.working(),
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose somebody.")},
    )

    field_order = ("people", "first", "last")


class FromDayForm(forms.Form):
    """A day somebody goes to."""

    day = forms.DateField(validators=IN_RANGE, error_messages=DAY_ERRORS)


def day_or_none(text: str) -> date | None:
    """Return the day an address names, or None if it names none."""
    form = FromDayForm({"day": text})
    return form.cleaned_data["day"] if form.is_valid() else None
