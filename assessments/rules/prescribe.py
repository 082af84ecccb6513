"""Exercises, limits, targets and review of a draft plan (specification, D3, D4 and D6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.library.rule_entries import Rulebook
from assessments.rules.blocks import Chosen
from assessments.rules.cautions import CAUTIONS
from assessments.rules.chart import Chart, Limit
from assessments.rules.checks import Number
from assessments.rules.classify import HIGH, MODIFY_50, Classified
from assessments.scoring.rounding import round_half_up, whole

CADENCE_BLOCK = "GAIT_CADENCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A draft plan. The last three are not part of the printed result.

    blocks_of         exercise -> the blocks that brought it
    exercises_removed exercise -> the caution that took it out
    strength_sets     sets of a strength exercise at this irritability
    """

    start_phase: str
    run_action: str
    blocks_included: tuple[str, ...]
    blocks_start_with_rtr: tuple[str, ...]
    blocks_optional: tuple[str, ...]
    blocks_excluded: Mapping[str, str]
    exercises: tuple[str, ...]
    home_exercise_count: int
    prune_warning: bool
    pain_limit_exercise: Number  # 0-10
    pain_limit_running: Number | None  # 0-10
    knee_flexion_limit_deg: Number
    cadence_target_spm: tuple[int, int] | None  # steps/min
    run_km_target_this_week: Decimal | None  # km
    review_days: Number
    blocks_of: Mapping[str, tuple[str, ...]]
    exercises_removed: Mapping[str, str]
    strength_sets: Number

    def as_dict(self) -> dict[str, object]:
        """Return the ``plan`` part of a result (D9)."""
        target = self.cadence_target_spm
        return {
            "start_phase": self.start_phase,
            "run_action": self.run_action,
            "blocks_included": list(self.blocks_included),
            "blocks_start_with_rtr": list(self.blocks_start_with_rtr),
            "blocks_optional": list(self.blocks_optional),
            "blocks_excluded": dict(self.blocks_excluded),
            "exercises": list(self.exercises),
            "home_exercise_count": self.home_exercise_count,
            "prune_warning": self.prune_warning,
            "pain_limit_exercise": self.pain_limit_exercise,
            "pain_limit_running": self.pain_limit_running,
            "knee_flexion_limit_deg": self.knee_flexion_limit_deg,
            "cadence_target_spm": list(target) if target else None,
            "run_km_target_this_week": self.run_km_target_this_week,
            "review_days": self.review_days,
        }


def prescribe(chart: Chart, rulebook: Rulebook, classified: Classified, chosen: Chosen) -> Plan:
    """Fill the chosen blocks for the start phase."""
    limit = rulebook.limit
    brought = _exercises(rulebook, classified, chosen.included)
    removed = _removed(chart, rulebook, brought)
    exercises = tuple(each for each in brought if each not in removed)
    at_home = sum(each in rulebook.home_exercise_ids for each in exercises)
    irritable = classified.irritability.value == HIGH
    return Plan(
        start_phase=classified.start_phase.value,
        run_action=classified.run_action.value,
        blocks_included=tuple(chosen.included),
        blocks_start_with_rtr=chosen.start_with_rtr,
        blocks_optional=tuple(chosen.optional),
        blocks_excluded={block: left.reason for block, left in chosen.excluded.items()},
        exercises=exercises,
        home_exercise_count=at_home,
        prune_warning=at_home > limit("home_exercises_to"),
        pain_limit_exercise=pain_limit_exercise(chart, limit, classified),
        pain_limit_running=pain_limit_running(chart, limit),
        knee_flexion_limit_deg=_plain(limit(f"bend_limit_{classified.start_phase.value.lower()}")),
        cadence_target_spm=cadence_target(chart, limit, chosen.included),
        run_km_target_this_week=run_km_target(chart, limit, classified),
        review_days=review_days(chart, limit, classified),
        blocks_of=brought,
        exercises_removed=removed,
        strength_sets=_plain(limit("strength_sets_irritable" if irritable else "strength_sets")),
    )


def pain_limit_exercise(chart: Chart, limit: Limit, classified: Classified) -> Number:
    """Exercise pain limit 3/10 HIGH, 4/10 MODERATE, 5/10 LOW; under 18 at most 3."""
    allowed = limit(f"pain_limit_{classified.irritability.value.lower()}")
    if chart.value("age_years").is_below(limit("adult_age_from")).fired:
        allowed = min(allowed, limit("pain_limit_young"))
    return _plain(allowed)


def pain_limit_running(chart: Chart, limit: Limit) -> Number | None:
    """Running 2/10 for everybody (null for non-runners)."""
    runs = chart.value("is_runner").is_(True).fired
    return _plain(limit("pain_limit_running")) if runs else None


def cadence_target(chart: Chart, limit: Limit, included: Iterable[str]) -> tuple[int, int] | None:
    """Target low = round(cadence x 1.05), high = round(cadence x 1.10), in whole steps a minute;
    null unless GAIT_CADENCE is included.
    """
    cadence = chart.value("cadence_spm").number
    if CADENCE_BLOCK not in included or cadence is None:
        return None
    return (
        whole(cadence * limit("cadence_target_low")),
        whole(cadence * limit("cadence_target_high")),
    )


def run_km_target(chart: Chart, limit: Limit, classified: Classified) -> Decimal | None:
    """MODIFY_50 and current_week_km known: target = current_week_km x 0.5 (1 decimal); else
    null.
    """
    distance = chart.value("current_week_km").number
    if classified.run_action.value != MODIFY_50 or distance is None:
        return None
    return round_half_up(distance * limit("run_distance_share"), 1)


def review_days(chart: Chart, limit: Limit, classified: Classified) -> Number:
    """Review in 7 days if HIGH or nprs_now >= 8, else 14."""
    very_sore = chart.value("nprs_now").is_at_least(limit("very_sore_from")).fired
    soon = classified.irritability.value == HIGH or very_sore
    return _plain(limit("review_soon_days" if soon else "review_days"))


def _exercises(
    rulebook: Rulebook, classified: Classified, included: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """Block order, then list order; each exercise once, at its first place, with its blocks."""
    brought: dict[str, tuple[str, ...]] = {}
    for block_id in included:
        block = rulebook.block_by_id[block_id]
        needs = {each.exercise: each.contributor for each in block.only_with}
        for exercise in block.exercises.of(classified.start_phase.value):
            if exercise not in needs or needs[exercise] in classified.found:
                brought[exercise] = (*brought.get(exercise, ()), block_id)
    return brought


def _removed(chart: Chart, rulebook: Rulebook, brought: Iterable[str]) -> dict[str, str]:
    """With CA09 remove EX44 and EX47: exercise -> the caution that takes it out."""
    barred = {
        exercise: removal.caution
        for removal in rulebook.removed_with
        if CAUTIONS[removal.caution](chart, rulebook.limit).fired
        for exercise in removal.exercises
    }
    return {exercise: barred[exercise] for exercise in brought if exercise in barred}


def _plain(number: Decimal) -> Number:
    """Return a whole number as int, so that a limit of 3 prints as 3."""
    return int(number) if number == int(number) else number
