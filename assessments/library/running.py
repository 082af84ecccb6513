"""Going back to running: stages, checks after a run and the training-load rule.

Distances are decimals in km. Nothing here knows the date: the caller picks the runs of the last
30 days and the week two weeks ago.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from assessments.library.phases import Criterion
from assessments.library.texts import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStage:
    """One stage of the walk-jog programme; minutes."""

    number: int
    week: int
    repeats: int
    jog_min: int
    walk_min: int

    @property
    def jogging_min(self) -> int:
        return self.repeats * self.jog_min

    @property
    def total_min(self) -> int:
        return self.repeats * (self.jog_min + self.walk_min)


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkJog:
    """The walk-jog programme (F3): minutes and days, and when to move on."""

    sessions_per_week: int
    rest_days_between: int
    walk_before_min: int
    walk_after_min: int
    clean_sessions_to_move_on: int
    stages: tuple[RunStage, ...]
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterRun:
    """The three checks after every run (F4): pain 0-10 during, minutes to settle, next morning."""

    pain_limit: int
    settle_minutes: int
    in_a_row_to_go_back: int
    stages_back: int
    days_off: int
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CadenceWeeks:
    """How often to run to the beat in these weeks, both included."""

    first_week: int
    last_week: int
    runs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRule:
    """The training-load rule (F5). Factors multiply a distance in km."""

    run_factor: Decimal  # a run longer than this times the longest of ``run_days`` is blocked
    run_days: int
    run_source: Citation
    week_factor: Decimal  # a week longer than this times the one ``week_gap`` weeks ago warns
    week_gap: int
    week_source: Citation
    clean_weeks_before_extras: int
    extras_per_week: int
    extras_in_order: tuple[str, ...]
    extras_source: Citation
    cadence_fade: tuple[CadenceWeeks, ...]
    cadence_source: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepGoing:
    """How to keep the pain away (F6). ``flare_run_factor`` is the share of the distance to keep."""

    strength_per_week: int
    review_months: tuple[int, ...]
    flare_run_factor: Decimal
    flare_days: int
    shoe_km: int
    akps_months: tuple[int, ...]
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Everything about going back to running: F2 to F6."""

    test: tuple[Criterion, ...]
    walk_jog: WalkJog
    after_run: AfterRun
    load: LoadRule
    keep_going: KeepGoing


class Answer(StrEnum):
    """What the load rule says. UNKNOWN is never a yes: there is nothing to compare with."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"
    WARNING = "warning"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadVerdict:
    """The answers on a planned run and on its week, and the longest distances allowed in km."""

    run: Answer  # ALLOWED, BLOCKED (a person may override, with a reason) or UNKNOWN
    run_at_most_km: Decimal | None
    week: Answer  # ALLOWED, WARNING or UNKNOWN
    week_at_most_km: Decimal | None


def load_check(
    rule: LoadRule,
    *,
    planned_km: Decimal,
    longest_km: Decimal | None,
    week_km: Decimal | None = None,
    earlier_week_km: Decimal | None = None,
) -> LoadVerdict:
    """Hold a planned run, and the week it belongs to, against the training-load rule.

    planned_km       the run somebody wants to make
    longest_km       longest run of the last ``rule.run_days`` days
    week_km          distance of the week, the planned run included
    earlier_week_km  distance of the week ``rule.week_gap`` weeks ago

    Nothing to compare with, or 0, gives UNKNOWN: from nothing one restarts by the walk-jog stages.
    Nothing is rounded. Raises ValueError on a distance that is no Decimal or below 0.

    Source: specification F5; FRA25 for the run, NIE14B (weak) for the week.
    """
    _refuse_odd_distances(planned_km, longest_km, week_km, earlier_week_km)
    run_line = _line(rule.run_factor, longest_km)
    week_line = _line(rule.week_factor, earlier_week_km)
    return LoadVerdict(
        run=_answer(planned_km, run_line, beyond=Answer.BLOCKED),
        run_at_most_km=run_line,
        week=_answer(week_km, week_line, beyond=Answer.WARNING),
        week_at_most_km=week_line,
    )


def _refuse_odd_distances(*distances: object) -> None:
    for each in distances:
        fits = isinstance(each, Decimal) and each.is_finite() and each >= 0
        if each is not None and not fits:
            raise ValueError(f"a distance is a Decimal of at least 0 km: {each!r}")


def _line(factor: Decimal, before: Decimal | None) -> Decimal | None:
    return factor * before if before else None


def _answer(kilometres: Decimal | None, line: Decimal | None, *, beyond: Answer) -> Answer:
    if kilometres is None or line is None:
        return Answer.UNKNOWN
    return beyond if kilometres > line else Answer.ALLOWED
