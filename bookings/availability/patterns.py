"""A practitioner's weekly pattern: what holds on which days, and how some days get another one.

Rows say "every Monday from … to, at this place, between these dates". Writing a week for some days
touches no other day: a row that reaches beyond them is cut, never lost.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

HOURS, BREAK = "hours", "break"
_DAY = timedelta(days=1)


class Weekly(NamedTuple):
    """One stretch of a weekday, every week: time that is worked, or a break in it."""

    kind: str  # HOURS or BREAK
    weekday: int  # 0 = Monday
    where: str  # a location's key
    starts: int  # minutes after local midnight
    ends: int  # minutes after local midnight; 1440 = the midnight that ends the day


class Row(NamedTuple):
    """A stretch as it is written down, with the days it holds. None: no limit on that side."""

    key: str
    what: Weekly
    first: date | None = None
    last: date | None = None


class Period(NamedTuple):
    """Days on which one and the same week holds. None: no limit on that side."""

    first: date | None
    last: date | None
    week: frozenset[Weekly]

    def holds(self, day: date) -> bool:
        return (self.first or date.min) <= day <= (self.last or date.max)


@dataclass(slots=True)
class Rewrite:
    """What has to be done to rows so that a week holds on some days and all others stay."""

    resized: list[Row] = field(default_factory=list)  # rows that exist, with their new days
    removed: list[str] = field(default_factory=list)  # their keys
    added: list[Row] = field(default_factory=list)  # without a key

    def __bool__(self) -> bool:
        return bool(self.resized or self.removed or self.added)


def periods(rows: Collection[Row]) -> list[Period]:
    """Return the weeks that hold one after the other, from the beginning of time to its end."""
    starts = {row.first for row in rows if row.first is not None}
    starts |= {row.last + _DAY for row in rows if row.last not in (None, date.max)}
    cuts = [date.min, *sorted(starts - {date.min})]
    found: list[Period] = []
    for number, first in enumerate(cuts):
        last = cuts[number + 1] - _DAY if number + 1 < len(cuts) else None
        # No row begins or ends inside these days, so what holds on the first holds on all.
        week = frozenset(row.what for row in rows if _holds(row, first))
        if found and found[-1].week == week:
            first = found.pop().first or date.min
        found.append(Period(None if first == date.min else first, last, week))
    return found


def period_on(rows: Collection[Row], day: date) -> Period:
    """Return the week that holds on a day, with the days it holds."""
    return next(period for period in periods(rows) if period.holds(day))


def rewrite(
    rows: Sequence[Row], week: Iterable[Weekly], first: date | None, last: date | None
) -> Rewrite:
    """Return how to make ``week`` hold from ``first`` to ``last``, both included.

    Rows that say the same already are kept, and are stretched where they do not reach. Raises
    ValueError if the last day comes before the first.
    """
    begin, end = first or date.min, last or date.max
    if end < begin:
        raise ValueError(f"The last day comes before the first: {begin} to {end}")
    missing = set(week)
    todo = Rewrite()
    for row in sorted(rows, key=lambda row: (row.first or date.min, row.key)):
        low, high = row.first or date.min, row.last or date.max
        if high < begin or end < low:
            continue
        if row.what in missing:
            missing.remove(row.what)
            if (min(low, begin), max(high, end)) != (low, high):
                todo.resized.append(_held(row, min(low, begin), max(high, end)))
        else:
            _cut(row, begin, end, todo)
    todo.added += [Row("", what, first, last) for what in sorted(missing)]
    return todo


def _cut(row: Row, begin: date, end: date, todo: Rewrite) -> None:
    """Leave of a row what lies outside the days from ``begin`` to ``end``."""
    low, high = row.first or date.min, row.last or date.max
    before = _held(row, low, begin - _DAY) if low < begin else None
    after = _held(row, end + _DAY, high) if end < high else None
    if before is None and after is None:
        todo.removed.append(row.key)
    elif before is None or after is None:
        todo.resized += [part for part in (before, after) if part]
    else:
        todo.resized.append(before)
        todo.added.append(after._replace(key=""))


def _held(row: Row, low: date, high: date) -> Row:
    first = None if low == date.min else low
    return row._replace(first=first, last=None if high == date.max else high)


def _holds(row: Row, day: date) -> bool:
    return (row.first or date.min) <= day <= (row.last or date.max)
