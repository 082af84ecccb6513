"""Distances already run, held against the training-load rule. Pure: no Django, no clock.

Source: specification F5. Distances in km; a week runs from Monday to Sunday.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from assessments.library.running import LoadRule, LoadVerdict, load_check


@dataclass(frozen=True, slots=True)
class Distance:
    """A run of so many km on a day."""

    on: date
    km: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What a planned run is compared with; None where nothing was run.

    longest       of the days before, as many as the rule looks back
    week          run this week so far; 0 when nothing was
    earlier_week  of the week the rule names
    """

    longest: Decimal | None
    week: Decimal
    earlier_week: Decimal | None


def before(runs: Iterable[Distance], on: date, rule: LoadRule) -> Before:
    """Return what was run before a day that matters for a run on it; the day's own runs count.

    A run more than ``rule.run_days`` days before no longer counts as the longest.
    """
    made = [run for run in runs if run.on <= on]
    lately = [run.km for run in made if run.on >= on - timedelta(days=rule.run_days)]
    monday = on - timedelta(days=on.weekday())
    earlier = monday - timedelta(weeks=rule.week_gap)
    return Before(
        longest=max(lately, default=None),
        week=_week(made, monday),
        earlier_week=_week(made, earlier) or None,
    )


def check_run(rule: LoadRule, planned_km: Decimal, known: Before) -> LoadVerdict:
    """Hold a planned run and its week against the rule."""
    return load_check(
        rule,
        planned_km=planned_km,
        longest_km=known.longest,
        week_km=known.week + planned_km,
        earlier_week_km=known.earlier_week,
    )


def _week(runs: Iterable[Distance], monday: date) -> Decimal:
    sunday = monday + timedelta(days=6)
    return sum((run.km for run in runs if monday <= run.on <= sunday), Decimal(0))
