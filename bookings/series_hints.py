"""Where a suggestion for a series of visits comes from. Nothing here knows of plans.

The app of the charts registers a function; the desk's form for a series asks it and is filled in.
"""

from collections.abc import Callable
from dataclasses import dataclass

from clinic.models import Patient

# Two visits a week are Tuesday and Friday rather than two days in a row.
SPREAD = {1: (1,), 2: (1, 4), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}


@dataclass(frozen=True, slots=True)
class Hint:
    """How many visits, and on which weekdays (0 is Monday)."""

    count: int
    weekdays: tuple[int, ...]


Source = Callable[[Patient], Hint | None]
_sources: list[Source] = []


def hints_series(source: Source) -> Source:
    """Register a function that may suggest a series for a patient."""
    _sources.append(source)
    return source


def hint_for(patient: Patient) -> Hint | None:
    """Return the first suggestion anybody has for a patient."""
    found = (source(patient) for source in _sources)
    return next((hint for hint in found if hint), None)


def spread(per_week: int) -> tuple[int, ...]:
    """Return weekdays for so many visits a week, with rest between them where there can be."""
    return SPREAD[max(1, min(per_week, max(SPREAD)))]
