"""The rota as it stands: who works where on the days of a week, and what is out of the ordinary.

Wall-clock times of each place; nothing here is an instant. Three queries for a week, whoever works.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from bookings.availability.patterns import BREAK, HOURS, Period, Row, period_on
from bookings.board.layout import MIDNIGHT, Span, of_day
from bookings.models import ChangedDay, Closure, TimeOff
from bookings.schedule import rows
from bookings.schedule.rows import Hours
from clinic.models import Location, Practitioner

LOOK_AHEAD = 90  # days for which what is out of the ordinary is listed
LISTED = 30  # entries


@dataclass(frozen=True, slots=True)
class Work:
    """A stretch of work at a place, and the breaks in it, in words."""

    place: str
    span: Span
    words: str
    breaks: str


@dataclass(slots=True)
class Cell:
    """One person on one day: what is worked, and what takes of it."""

    day: date
    work: list[Work] = field(default_factory=list)
    changed: bool = False  # another day than usual
    notes: list[tuple[str, str]] = field(default_factory=list)  # ("away" or "closed", words)


@dataclass(slots=True)
class Line:
    """One person's week."""

    person: Practitioner
    cells: list[Cell]

    @property
    def hours(self) -> str:
        """The hours of the week before breaks and absences: 37.5."""
        minutes = sum(end - start for cell in self.cells for start, end in map(_span_of, cell.work))
        return f"{minutes / 60:g}"


def _span_of(work: Work) -> Span:
    return work.span


def week_of(people: Sequence[Practitioner], places: Sequence[Location], monday: date) -> list[Line]:
    """Return the week of each of these people at these places. One query."""
    days = [monday + timedelta(days=number) for number in range(7)]
    if not people or not places:
        return [Line(person, [Cell(day) for day in days]) for person in people]
    found: dict[tuple[str, str], list[Hours]] = defaultdict(list)
    ids = [person.pk for person in people], [place.pk for place in places]
    for written in rows.hours(*ids, days[0], days[-1]):
        row = written.at_place(places[0].tz)
        if row.kind != rows.ROOM:
            found[row.kind, row.who].append(row)
    named = {rows.key(place.pk): place.name for place in places}
    return [
        Line(person, [_cell(rows.key(person.pk), day, found, named) for day in days])
        for person in people
    ]


def _cell(
    who: str, day: date, found: dict[tuple[str, str], list[Hours]], named: dict[str, str]
) -> Cell:
    changed = [row for row in found[rows.CHANGED, who] if row.first == day]
    instead = {row.where for row in changed}
    usual = [row for row in found[rows.HOURS, who] if row.holds(day) and row.where not in instead]
    breaks = [row for row in found[rows.BREAK, who] if row.holds(day)]
    cell = Cell(day, changed=bool(changed))
    written = [*usual, *(row for row in changed if row.starts is not None)]
    for row in sorted(written, key=lambda row: (_span(row), row.where)):
        cell.work.append(_work(row, breaks, named))
    here = {row.where for row in written}
    for kind, several, where in (
        ("away", found[rows.AWAY, who], None),
        ("closed", [row for row in found[rows.CLOSED, ""] if row.where in here], named),
    ):
        for row in several:
            if span := _part_of(row, day):
                cell.notes.append((kind, _note(kind, span, where[row.where] if where else "")))
    return cell


def _work(row: Hours, breaks: Iterable[Hours], named: dict[str, str]) -> Work:
    starts, ends = _span(row)
    inside = [
        span_words(*_span(each))
        for each in breaks
        if each.where == row.where and _span(each)[0] < ends and starts < _span(each)[1]
    ]
    words = span_words(starts, ends)
    return Work(named[row.where], (starts, ends), words, ", ".join(sorted(inside)))


def _span(row: Hours) -> Span:
    return row.starts or 0, row.ends or MIDNIGHT


def _part_of(row: Hours, day: date) -> Span | None:
    if row.first is None or row.last is None:
        return None
    ends = MIDNIGHT if row.ends is None else row.ends
    return of_day((row.first, row.starts or 0, row.last, ends), day)


def _note(kind: str, span: Span, place: str) -> str:
    words = _("away") if kind == "away" else _("%(place)s closed") % {"place": place}
    return words if span == (0, MIDNIGHT) else f"{words} {span_words(*span)}"


def span_words(starts: int, ends: int) -> str:
    """Return a stretch of a day as people write it: 09:00–17:00."""
    return f"{starts // 60:02}:{starts % 60:02}–{ends // 60:02}:{ends % 60:02}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A week that holds between two days, in words."""

    period: Period
    days: list[tuple[str, str]]  # a weekday and its hours

    @property
    def on(self) -> str:
        """A day on which it holds, as addresses write it; "" where it always did."""
        day = self.period.first or self.period.last
        return day.isoformat() if day else ""


def pattern(period: Period, places: Sequence[Location]) -> Pattern:
    """Return a week and its days in words."""
    days = [(WEEKDAYS[day], _of(period, day, HOURS)) for day in range(7)]
    return Pattern(period, [(str(day), spans_words(spans, places)) for day, spans in days if spans])


def _of(period: Period, weekday: int, kind: str) -> set[tuple[str, int, int]]:
    return {
        (what.where, what.starts, what.ends)
        for what in period.week
        if (what.kind, what.weekday) == (kind, weekday)
    }


def spans_words(spans: Iterable[tuple[str, int, int]], places: Sequence[Location]) -> str:
    """Return stretches with their places: 09:00–12:00 Riverside, 14:00–17:00 Harbour."""
    named = {str(place.pk): place.name for place in places}
    listed = sorted(spans, key=lambda span: span[1:])
    return ", ".join(f"{span_words(*span[1:])} {named[span[0]]}" for span in listed)


def breaks_words(known: Sequence[Row], day: date) -> str:
    """Return the usual breaks of a date."""
    breaks = {span[1:] for span in _of(period_on(known, day), day.weekday(), BREAK)}
    return ", ".join(span_words(*span) for span in sorted(breaks))


def ahead(people: Sequence[Practitioner], today: date) -> dict[str, list]:
    """Return what is out of the ordinary from today on. Three queries."""
    last = today + timedelta(days=LOOK_AHEAD)
    away = TimeOff.objects.filter(
        practitioner__in=people, last_day__gte=today, first_day__lte=last
    ).select_related("practitioner")
    closed = Closure.objects.filter(last_day__gte=today, first_day__lte=last)
    changed = ChangedDay.objects.filter(practitioner__in=people, day__range=(today, last))
    by_day = {(row.day, row.practitioner): row for row in changed.select_related("practitioner")}
    return {
        "away": list(away.order_by("first_day", "practitioner__name")[:LISTED]),
        "closed": list(closed.select_related("location").order_by("first_day", "name")[:LISTED]),
        "changed": [by_day[key] for key in sorted(by_day, key=lambda key: (key[0], key[1].name))][
            :LISTED
        ],
    }
