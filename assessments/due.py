"""Which lines of a plan are due on a day. Pure: no Django, no clock; days are the patient's own.

Strength work is due on the days the patient picked, or, as long as none are picked, whenever a
rest day lies behind and the week is not full. What is daily is due daily; the rest until it was
done as often as it is asked for within seven days.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

DAYS = 7
MOST = 6  # on one day: people keep up a few exercises more easily (specification D6)


Line = TypeVar("Line", bound=Hashable)  # whatever names a line of the plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Generic[Line]):
    """One line: how often a week, and whether it needs a rest day between."""

    line: Line
    per_week: int
    strength: bool


def fits(days: Collection[int]) -> bool:
    """Say whether these weekdays (Monday 0) are one to three with a rest day between all of them.

    Sunday and Monday follow each other too.
    """
    chosen = set(days)
    apart = all((day + 1) % DAYS not in chosen for day in chosen)
    return bool(chosen) and chosen <= set(range(DAYS)) and apart


def due_today(
    asked: Iterable[Asked[Line]],
    done: Mapping[Line, Collection[date]],
    *,
    today: date,
    strength_days: Collection[int],
) -> list[Line]:
    """Return the lines due today, in the order of the plan, at most MOST.

    done  per line the days on which it was done; what was done today stays in today's list
    """
    lines = list(asked)
    rested = _rested(lines, done, today)
    due = [each.line for each in lines if _is_due(each, done, today, strength_days, rested)]
    return due[:MOST]


def next_strength_day(strength_days: Collection[int], today: date) -> date | None:
    """Return the next picked day after today; None while none are picked."""
    ahead = (today + timedelta(days=n) for n in range(1, DAYS + 1))
    return next((day for day in ahead if day.weekday() in strength_days), None)


def _is_due(
    each: Asked[Line],
    done: Mapping[Line, Collection[date]],
    today: date,
    strength_days: Collection[int],
    rested: bool,
) -> bool:
    days = done.get(each.line, ())
    if today in days or each.per_week >= DAYS:
        return True
    first = today - timedelta(days=DAYS - 1)
    left = sum(first <= day < today for day in set(days)) < each.per_week
    if each.strength and strength_days:
        return left and today.weekday() in strength_days
    return left and (rested or not each.strength)


def _rested(
    lines: Sequence[Asked[Line]], done: Mapping[Line, Collection[date]], today: date
) -> bool:
    """Say whether no strength work was done yesterday; what is daily asks for no rest."""
    yesterday = today - timedelta(days=1)
    heavy = (each for each in lines if each.strength and each.per_week < DAYS)
    return not any(yesterday in done.get(each.line, ()) for each in heavy)
