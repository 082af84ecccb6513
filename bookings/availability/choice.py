"""Choosing among free times, practitioners and rooms."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TypeVar

from bookings.availability.localtime import Span

Key = TypeVar("Key")


def nearest(starts: Sequence[int], wanted: int, count: int) -> list[int]:
    """Return up to ``count`` starts, the one nearest to ``wanted`` first; of two, the earlier.

    starts  instants in order, as ``free_starts`` gives them

    Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError(f"Cannot return {count} times")
    right = bisect_left(starts, wanted)
    left = right - 1
    found: list[int] = []
    while len(found) < count and (left >= 0 or right < len(starts)):
        if right == len(starts) or (left >= 0 and wanted - starts[left] <= starts[right] - wanted):
            found.append(starts[left])
            left -= 1
        else:
            found.append(starts[right])
            right += 1
    return found


def assign(candidates: Sequence[tuple[str, int, Key]]) -> Key:
    """Return the key of the practitioner to book when anyone will do.

    candidates  (name, seconds booked that week, key) of those who are free

    The lightest load wins, ties go by name, namesakes by key as text. Whoever loses a race for the
    answer asks again without it, so N requests for N free practitioners make N visits.
    Raises ValueError if there is nobody to choose from.
    """
    if not candidates:
        raise ValueError("Nobody to choose from")
    return min(candidates, key=lambda one: (one[1], one[0], str(one[2])))[2]


def free_unit(units_busy: Sequence[Iterable[Span]], start: int, end: int) -> int | None:
    """Return the number of the first unit of a room that is free for a whole visit, or None.

    units_busy  what each unit has taken, as (start, end); the first is unit 1. A room of capacity
                n has n units

    Raises ValueError if the visit ends before it begins.
    """
    if end <= start:
        raise ValueError(f"A visit ends before it begins: {start} to {end}")
    for number, taken in enumerate(units_busy, start=1):
        if all(its_end <= start or end <= its_start for its_start, its_end in taken):
            return number
    return None
