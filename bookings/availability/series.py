"""A series of visits at fixed wall times, such as ten visits on Tuesdays and Fridays at 08:30."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bookings.availability.localtime import local_instant


class Occurrence(NamedTuple):
    """One visit of a series; ``start`` is None where the clocks skip that time."""

    day: date
    minute: int  # after local midnight
    start: int | None  # instant


def series_starts(
    pattern: Collection[tuple[int, int]], first_day: date, count: int, tz: ZoneInfo
) -> list[Occurrence]:
    """Return the first ``count`` occurrences on or after a day, in order.

    pattern  (weekday, minute after local midnight), 0 = Monday

    Wall times stay the same across clock changes. In the repeated autumn hour the first of the two
    instants is meant. Nothing is checked here: every start goes through ``is_free``. Raises
    ValueError for an empty pattern, a count below 1, or a weekday or minute that does not exist.
    """
    if not pattern or count < 1:
        raise ValueError("A series needs at least one weekday and one visit")
    if not all(0 <= weekday <= 6 and 0 <= minute < 1440 for weekday, minute in pattern):
        raise ValueError("Weekdays run from 0 to 6, minutes from 0 to 1439")
    found: list[Occurrence] = []
    times = sorted(set(pattern))
    day = first_day
    while len(found) < count:
        for weekday, minute in times:
            if weekday == day.weekday():
                found.append(Occurrence(day, minute, local_instant(day, minute, tz)))
        day += timedelta(days=1)
    return found[:count]
