"""How many visits with manual therapy there were in so many weeks, of how many. Pure.

The block MANUAL of the library is meant for a number of visits in a number of weeks, and only
beside exercise. Both numbers are thresholds of the library. A day counts once, whatever was done on
it; the weeks are those that end with the day asked for, so no four weeks hold more than the number.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many visits in so many weeks."""

    visits: int
    weeks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Visits of the weeks that end today.

    before  without today
    today   was it done today as well?
    """

    cap: Cap
    before: int
    today: bool

    @property
    def visits(self) -> int:
        return self.before + self.today

    @property
    def full(self) -> bool:
        """There is no further visit in these weeks."""
        return self.visits >= self.cap.visits

    @property
    def next_is_over(self) -> bool:
        """Done today, it is one visit more than the number."""
        return not self.today and self.before >= self.cap.visits

    @property
    def over(self) -> bool:
        return self.visits > self.cap.visits


def count(days: Iterable[date], today: date, cap: Cap) -> Counted:
    """Count the days with manual therapy in the weeks that end with ``today``."""
    first = today - timedelta(weeks=cap.weeks)
    found = {day for day in days if first < day <= today}
    return Counted(cap=cap, before=len(found - {today}), today=today in found)
