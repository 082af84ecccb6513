"""The traffic light after a flare: an easier exercise for a set time, then the plan as issued.

Pure: no Django, no clock; days are the patient's own. It only ever chooses between a line as it
was issued and the variant that was approved for it, and every day after the set time is a day of
the line as issued. Several flares on one day are one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from assessments.library import Library


class Bounds(NamedTuple):
    """For how many days an easier variant may stand in: fewest, usual, most."""

    low: int
    usual: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """Flares within ``window`` days count together; from ``act_from`` on somebody has to act."""

    window: int
    act_from: int


@dataclass(frozen=True, slots=True)
class Spell:
    """The days on which something easier stands in, both included. ``since`` is the flare's."""

    since: date
    until: date


def bounds_of(library: Library) -> Bounds:
    """Return the library's bounds for the days of an easier variant."""
    days = library.rulebook.threshold_by_id["flare_easier_days"]
    return Bounds(int(days.low), int(library.rulebook.limit("flare_easier_days")), int(days.high))


def counting_of(library: Library) -> Counting:
    """Return how the library counts flares."""
    limit = library.rulebook.limit
    return Counting(
        window=int(limit("flare_window_days")), act_from=int(limit("flares_to_act_from"))
    )


def spell(flares: Iterable[date], days: int, today: date) -> Spell | None:
    """Return the spell that today lies in, by the last flare; None while there is none.

    flares  the days of flares that the safety questions let through
    days    for how long, the day of the flare included
    """
    told = [day for day in flares if day <= today]
    if not told:
        return None
    since = max(told)
    until = since + timedelta(days=days - 1)
    return Spell(since, until) if today <= until else None


def one_too_many(earlier: Iterable[date], today: date, counting: Counting) -> bool:
    """Say whether a flare today is the second (or later) within the window.

    Another flare on a day that already has one is the same one, and asks nobody anew.
    """
    first = today - timedelta(days=counting.window - 1)
    days = {day for day in earlier if first <= day <= today}
    return today not in days and len(days) + 1 >= counting.act_from
