"""From written hours to working windows: the instants at which a practitioner can be booked.

The grid of a row is counted in wall time from the row's start, so a row from 09:00 offers the same
wall times on every day of the year; what a break, closure or absence leaves of a row keeps it.
Rows that touch are one unbroken stretch for the length of a visit, each with its own grid; where
rows overlap, the grid of the one that opens first holds until it closes. The answer for a day does
not depend on the other days asked for.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bookings.availability.hours import Break, ChangedDay, LocalSpan, WeeklyHours
from bookings.availability.localtime import (
    DAY,
    MINUTE,
    Span,
    Stretch,
    day_number,
    day_start,
    instants_of,
    offset_stretches,
)
from bookings.availability.spans import merged, pieces_left

# Hours that reach midnight may go on after it, on the day after. Two days are read, because one of
# them may not exist (Samoa left out 30 December 2011). Visits last a day at most.
_LOOK_AHEAD = 2

_Cut = tuple[int, int, int]


class Window(NamedTuple):
    """A stretch of working time with one grid. All four are instants.

    Visits *start* in ``[start, end)`` and are *over* by ``runs_to``, which is later than ``end``
    where the next window begins at once (rows that touch, or a clock change in between).
    ``origin`` is where the grid is counted from; it may lie before ``start``.
    """

    start: int
    end: int
    origin: int
    runs_to: int


def working_windows(
    hours: Iterable[WeeklyHours],
    changed_days: Iterable[ChangedDay],
    breaks: Iterable[Break],
    closures: Iterable[LocalSpan],
    time_off: Iterable[LocalSpan | Span],
    first_day: date,
    last_day: date,
    tz: ZoneInfo,
) -> list[Window]:
    """Return when one practitioner works at one place, in order, never overlapping.

    hours                 weekly rows, each for the days it is valid
    changed_days          replace the weekly hours of their dates
    breaks                cut the windows of their weekday or date, changed days included
    closures, time_off    of the place, of the practitioner; time off also as spans of instants
    first_day, last_day   local days of the place, both included

    Raises ValueError if ``last_day`` comes before ``first_day``.
    """
    if last_day < first_day:
        raise ValueError(f"The last day comes before the first: {first_day} to {last_day}")
    first, last = day_number(first_day), day_number(last_day)
    stretches = offset_stretches(first, last + _LOOK_AHEAD, tz)
    rows = _rows(tuple(hours), tuple(changed_days), first, last)
    pauses = _pauses(breaks, {start // DAY for start, _ in rows})
    cuts = _cuts(pauses, (*closures, *time_off), stretches)
    windows = _joined(_without(_untangled(instants_of(rows, stretches)), cuts))
    limit = day_start(date.fromordinal(last_day.toordinal() + 1), tz)
    return [window for window in windows if window.start < limit]


def _rows(
    hours: Sequence[WeeklyHours], changed_days: Sequence[ChangedDay], first: int, last: int
) -> list[Span]:
    """Return the written hours of these days, and what goes on after them, as wall seconds."""
    rows = _rows_between(hours, changed_days, first, last)
    if any(end == (last + 1) * DAY for _, end in rows):
        rows += _rows_between(hours, changed_days, last + 1, last + _LOOK_AHEAD)
    return rows


def _rows_between(
    hours: Sequence[WeeklyHours], changed_days: Sequence[ChangedDay], first: int, last: int
) -> list[Span]:
    changed: dict[int, list[tuple[int, int]]] = {}
    for day in changed_days:
        changed.setdefault(day_number(day.date), []).extend(day.spans)
    weekly: list[list[tuple[int, int, WeeklyHours]]] = [[] for _ in range(7)]
    for row in hours:
        weekly[row.weekday].append((row.starts, row.ends, row))
    rows = []
    for number in range(first, last + 1):
        midnight = number * DAY
        if number in changed:
            spans: Iterable[tuple[int, int]] = changed[number]
        else:
            day_rows = weekly[(number + 3) % 7]  # day 0, 1970-01-01, was a Thursday
            spans = [(starts, ends) for starts, ends, row in day_rows if _holds(row, number)]
        rows += [(midnight + a * MINUTE, midnight + b * MINUTE) for a, b in spans]
    return rows


def _holds(row: WeeklyHours | Break, number: int) -> bool:
    """Whether a row is valid on a day, both ends included."""
    if row.valid_from is not None and number < day_number(row.valid_from):
        return False
    return row.valid_to is None or number <= day_number(row.valid_to)


def _pauses(breaks: Iterable[Break], days: Collection[int]) -> list[Span]:
    """Return the breaks of the days that have hours at all, as wall seconds."""
    found = []
    for pause in breaks:
        starts, ends = pause.starts * MINUTE, pause.ends * MINUTE
        if isinstance(pause.on, int):
            on = [number for number in days if (number + 3) % 7 == pause.on]
        else:
            on = [number for number in days if number == day_number(pause.on)]
        found += [
            (number * DAY + starts, number * DAY + ends) for number in on if _holds(pause, number)
        ]
    return found


def _cuts(
    pauses: Iterable[Span], away: Iterable[LocalSpan | Span], stretches: tuple[Stretch, ...]
) -> list[Span]:
    """Return breaks, closures and time off as merged instants."""
    found: list[Span] = []
    walls = list(pauses)
    for span in away:
        if isinstance(span, LocalSpan):
            walls.append(
                (
                    day_number(span.starts_on) * DAY + span.starts * MINUTE,
                    day_number(span.ends_on) * DAY + span.ends * MINUTE,
                )
            )
        elif span[0] < span[1]:
            found.append((span[0], span[1]))
        else:
            raise ValueError(f"Time off ends before it begins: {span[0]} to {span[1]}")
    found += [(start, end) for start, end, _ in instants_of(walls, stretches)]
    return merged(found)


def _untangled(rows: Iterable[_Cut]) -> list[_Cut]:
    """Return (start, end, origin) in order; where two overlap, the one that opened first keeps it.

    Sorting by start and then by origin makes "opened first" hold in a repeated hour too, where both
    rows begin again at the clock change.
    """
    found = []
    reached: int | None = None
    for start, end, origin in sorted(rows, key=lambda row: (row[0], row[2], row[1])):
        if reached is not None and start < reached:
            start = reached
        if start < end:
            found.append((start, end, origin))
            reached = end
    return found


def _without(rows: Iterable[_Cut], cuts: Sequence[Span]) -> list[_Cut]:
    """Return what the cuts leave of the rows, each piece with the grid of its row."""
    found = []
    at = 0
    for start, end, origin in rows:
        while at < len(cuts) and cuts[at][1] <= start:
            at += 1
        found += [(low, high, origin) for low, high in pieces_left(start, end, cuts, at)]
    return found


def _joined(pieces: Sequence[_Cut]) -> list[Window]:
    """Return windows that know how long work goes on without a gap."""
    windows = []
    next_start = runs_to = None
    for start, end, origin in reversed(pieces):
        if runs_to is None or end != next_start:
            runs_to = end
        windows.append(Window(start, end, origin, runs_to))
        next_start = start
    windows.reverse()
    return windows
