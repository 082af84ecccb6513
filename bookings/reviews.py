"""Whose progress is to be looked at again, and by when. Nothing here knows of plans or why.

The app of the charts registers a function; the report asks it for names and days, and the desk
calls those who have no visit booked.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from clinic.models import Patient


@dataclass(frozen=True, slots=True)
class Due:
    """A patient, and the day by which they are to be seen again."""

    patient: Patient
    on: date


# Due on or before a day, earliest first; at most so many.
Source = Callable[[date, int], Iterable[Due]]
_sources: list[Source] = []


def knows_reviews(source: Source) -> Source:
    """Register a function that knows whose review is due."""
    _sources.append(source)
    return source


def reviews_until(day: date, most: int) -> list[Due]:
    """Return whose review is due on or before a day, the earliest first, each person once."""
    first: dict[object, Due] = {}
    for due in sorted((due for source in _sources for due in source(day, most)), key=_order):
        first.setdefault(due.patient.pk, due)
    return list(first.values())[:most]


def _order(due: Due) -> tuple[date, str, str]:
    return due.on, due.patient.last_name.casefold(), str(due.patient.pk)
