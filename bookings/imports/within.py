"""Rows of one file that lie over each other, found without a database.

A long file is looked at some rows at a time, and nothing is written by looking: what an earlier
part would have taken is known from the rows themselves.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """A row that stands: from when until when it takes which diaries (a person's, a patient's)."""

    number: int
    starts_at: datetime
    ends_at: datetime
    takes: tuple[Hashable, ...]


class Taken:
    """What rows before have taken."""

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self._diaries: dict[Hashable, list[tuple[datetime, datetime, int]]] = defaultdict(list)
        for stretch in stretches:
            for diary in stretch.takes:
                insort(self._diaries[diary], (stretch.starts_at, stretch.ends_at, stretch.number))

    def over(self, stretch: Stretch) -> int | None:
        """Return the number of the first row this one lies over, or None."""
        for diary in stretch.takes:
            for starts_at, ends_at, number in self._diaries.get(diary, ()):
                if starts_at >= stretch.ends_at:
                    break
                if ends_at > stretch.starts_at:
                    return number
        return None
