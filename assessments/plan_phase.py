"""The lines of a plan that goes on to its next phase.

The blocks stay those of the assessment; each brings the exercises of the new phase (specification
D6). What the clinician added, changed or took out is kept. What falls away stays in the draft,
taken out with that reason, so that it can be put back.

Phase 4 keeps phase 3's lines, the strength work at twice a week; phase 5 is education, one
exercise each for knee and hip at twice a week, and the keep-going plan (specification F1, F6).

Every line of a plan by hand is the clinician's choice: it stays until phase 5, and nothing comes
of itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from django.utils.translation import gettext as _

from assessments.judging import part
from assessments.keep_going import keep_going_texts
from assessments.library import Library
from assessments.library.phases import Phase
from assessments.models import Plan, PlanLine
from assessments.plan_lines import changed_dose, line_of
from assessments.storage import findings_of

RETURN, MAINTAIN = "P4", "P5"
STRENGTH = "strength"
KEPT_UP = ("KNEE_STR", "HIP_STR")  # F6: one of knee, one of hip
Change = PlanLine.Change


def runs(plan: Plan) -> bool:
    """Say whether the plan is a runner's.

    Only a runner's draft has a pain limit in running; of a plan by hand the chart says it.
    """
    if plan.composed:
        return findings_of(plan.assessment).value("is_runner") is True
    return plan.pain_limit_running is not None


def lines_in(
    phase: Phase, plan: Plan, lines: Sequence[PlanLine], library: Library
) -> list[PlanLine]:
    """Return unsaved lines for the version of ``plan`` that begins ``phase``.

    lines  those of the plan now, in their order; they become part of the answer
    """
    if phase.id in (RETURN, MAINTAIN):
        kept = list(lines) if phase.id == RETURN else _kept_up(lines, phase)
        for line in kept:
            _at_twice_a_week(line, library)
        return _numbered(kept)
    wanted = _wanted(phase, plan, library)
    held = {line.exercise: line for line in lines}
    fresh = [
        held.pop(exercise) if exercise in held else _new(exercise, blocks, plan, library)
        for exercise, blocks in wanted.items()
    ]
    for line in held.values():
        if line.change == Change.ADDED:
            fresh.append(line)
        elif line.change != Change.REMOVED:
            fresh.append(_fallen(line, phase))
    return _numbered(fresh)


def texts_in(
    phase: Phase, texts: Mapping[str, object], library: Library, *, composed: bool
) -> dict[str, object]:
    """Return the texts of a plan for the new phase: its name, and how far the knee may bend.

    Of the later phases the library names no bend limit: phase 3's stays. The last one brings how
    to keep going and what to do about a flare. A plan by hand has neither.
    """
    limits = library.rulebook.threshold_by_id
    name = f"bend_limit_{phase.id.lower()}"
    changed: dict[str, object] = {"phase": phase.name}
    if name in limits and not composed:
        changed["bend_limit"] = int(limits[name].value)
    if phase.id == MAINTAIN and not composed:
        changed |= keep_going_texts(texts, library)
    return {**texts, **changed}


def offered_in(phase: str, present: Iterable[str], library: Library) -> list[tuple[str, str]]:
    """Return exercises that belong to this phase alone and are not in the plan, for a choice."""
    held = set(present)
    return [
        (each.id, each.name)
        for each in library.exercises
        if each.phases == (phase,)
        and each.id not in held
        and ((phase == RETURN and each.home) or phase == MAINTAIN)
    ]


def _wanted(phase: Phase, plan: Plan, library: Library) -> dict[str, tuple[str, ...]]:
    """Return exercise -> the blocks that bring it, as the draft of this phase would have them."""
    result = part(plan.result, "plan")
    found = _strings(part(plan.result, "classification").get("contributors"))
    cautions = _strings(part(plan.result, "gate").get("cautions"))
    barred = {
        exercise
        for removal in library.rulebook.removed_with
        if removal.caution in cautions
        for exercise in removal.exercises
    }
    brought: dict[str, tuple[str, ...]] = {}
    for name in _strings(result.get("blocks_included")):
        block = library.rulebook.block_by_id[name]
        needs = {each.exercise: each.contributor for each in block.only_with}
        for exercise in block.exercises.of(phase.id):
            if exercise not in barred and needs.get(exercise, "") in ("", *found):
                brought[exercise] = (*brought.get(exercise, ()), name)
    return brought


def _new(exercise: str, blocks: tuple[str, ...], plan: Plan, library: Library) -> PlanLine:
    """Return a line the new phase brings, with the record of the block that brings it."""
    records = {
        str(each.get("target")): each
        for each in plan.explanations
        if isinstance(each, Mapping) and each.get("outcome") == "included"
    }
    line = line_of(
        library.exercise_by_id[exercise],
        library.rulebook.block_by_id[blocks[0]],
        irritability=str(part(plan.result, "classification").get("irritability", "")),
        limit=plan.pain_limit,
    )
    late = blocks[0] in _strings(part(plan.result, "plan").get("blocks_start_with_rtr"))
    line.explanation = {
        **records[blocks[0]],
        "brought_by": list(blocks),
        "starts_with_rtr": late,
    }
    return line


def _kept_up(lines: Sequence[PlanLine], phase: Phase) -> list[PlanLine]:
    """Keep what is no exercise and no run, and the first line each for knee and hip."""
    kept, seen = [], set()
    for line in lines:
        if line.change == Change.REMOVED:
            continue
        first = line.block in KEPT_UP and line.block not in seen
        seen.add(line.block)
        stays = first or (not line.home and line.block not in ("RTR", "GAIT_CADENCE", "GAIT_CUES"))
        kept.append(line if stays else _fallen(line, phase))
    return kept


def _fallen(line: PlanLine, phase: Phase) -> PlanLine:
    line.change = Change.REMOVED
    line.change_reason = _("not in phase “%(phase)s”") % {"phase": phase.name}
    return line


def _at_twice_a_week(line: PlanLine, library: Library) -> None:
    """Strength work of the later phases is kept up, not built up. Source: specification F6."""
    exercise = library.exercise_by_id.get(line.exercise)
    times = library.running.keep_going.strength_per_week
    if exercise is None or exercise.category != STRENGTH or exercise.dose.words:
        return
    if (line.per_week or 0) <= times:
        return
    line.per_week = times
    line.dose = changed_dose(
        exercise, sets=line.sets, reps=line.reps, hold_s=line.hold_seconds, per_week=times
    ).text()


def _numbered(lines: list[PlanLine]) -> list[PlanLine]:
    for position, line in enumerate(lines, start=1):
        line.position = position
    return lines


def _strings(value: object) -> tuple[str, ...]:
    return tuple(cast(list[str], value)) if isinstance(value, list) else ()
