"""Turn library exercises into lines of a plan: text, dose and reason are copied, not linked.

What a patient was given must read the same for ever, whatever the library says later. It is kept in
the library's language, whoever drafts it; a reader of another one gets it translated.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from assessments.findings import Findings
from assessments.library import Library
from assessments.library.rule_entries import Block
from assessments.library.sentences import PAIN_LIMIT
from assessments.library.texts import Dose, Exercise, dose_for
from assessments.models import PlanLine
from assessments.rules.draft import Draft
from assessments.storage import plain

STRENGTH_WORDS = ("strong", "moderate", "weak", "app_default")


def drafted_lines(judged: Draft, library: Library) -> list[PlanLine]:
    """Return the lines of a draft in its order; each stands under the first block it came by."""
    if judged.plan is None or judged.classification is None:
        return []
    irritability = judged.classification.classified.irritability.value
    records = {each.target: each for each in judged.explanations if each.outcome == "included"}
    late = judged.plan.blocks_start_with_rtr
    lines = []
    for position, exercise_id in enumerate(judged.plan.exercises, start=1):
        block = judged.plan.blocks_of[exercise_id][0]
        line = line_of(
            library.exercise_by_id[exercise_id],
            library.rulebook.block_by_id[block],
            irritability=irritability,
            limit=int(judged.plan.pain_limit_exercise),
        )
        line.position = position
        line.explanation = {
            **_plain_dict(records[block].as_dict()),
            "brought_by": list(judged.plan.blocks_of[exercise_id]),
            "starts_with_rtr": block in late,
        }
        lines.append(line)
    return lines


def line_of(exercise: Exercise, block: Block | None, *, irritability: str, limit: int) -> PlanLine:
    """Return an unsaved line with everything of the exercise that the patient reads.

    limit  the plan's pain limit, 0 to 10
    """
    dose = dose_for(exercise, irritability)
    return PlanLine(
        block=block.id if block else "",
        exercise=exercise.id,
        name=exercise.name,
        home=exercise.home,
        sets=dose.sets,
        reps=dose.reps,
        hold_seconds=dose.hold_s,
        per_week=dose.per_week,
        dose=dose.text(),
        instruction=exercise.instruction,
        precaution=exercise.precaution,
        equipment=exercise.equipment,
        pain_limit=pain_limit_text(exercise, limit),
        why=block.why if block else exercise.target,
    )


def easier_copy(line: PlanLine, exercise: Exercise, *, irritability: str, limit: int) -> dict:
    """Return what the patient reads of an easier variant, asked for as often as its line is."""
    dose = dose_for(exercise, irritability)
    if line.per_week:
        dose = replace(dose, per_week=line.per_week)
    copy = line_of(exercise, None, irritability=irritability, limit=limit)
    read = ("name", "instruction", "precaution", "equipment", "pain_limit")
    return {
        **{name: getattr(copy, name) for name in read},
        "dose": dose.text(),
        "sets": dose.sets,
        "reps": dose.reps,
        "hold_seconds": dose.hold_s,
        "per_week": dose.per_week,
    }


def pain_limit_text(exercise: Exercise, limit: int) -> str:
    """Say up to which pain the exercise may go; empty where there is nothing to limit."""
    rule = exercise.pain_limit
    if rule is None:
        return ""
    if rule.rule == "own":
        return rule.text
    return PAIN_LIMIT % {"limit": limit}


def changed_dose(
    exercise: Exercise, *, sets: int | None, reps: int | None, hold_s: int | None, per_week: int
) -> Dose:
    """Return the exercise's dose with other numbers, said in the same way."""
    return replace(exercise.dose, sets=sets, reps=reps, hold_s=hold_s, per_week=per_week, words="")


def blocks_with(exercise_id: str, library: Library) -> list[Block]:
    """Return the blocks that name an exercise in any phase, in the library's order."""
    blocks = library.rulebook.block_by_id.values()
    return [block for block in blocks if exercise_id in block.exercises.all]


def barred_by(
    exercise_id: str, findings: Findings, cautions: Iterable[str], library: Library
) -> str:
    """Return the sentence that bars an exercise for this patient; empty when nothing does.

    Source: specification C2 (CA09 to CA11) and the contraindications of D4.
    """
    for removal in library.rulebook.removed_with:
        if removal.caution in cautions and exercise_id in removal.exercises:
            return library.rulebook.caution_by_id[removal.caution].wording
    for block in blocks_with(exercise_id, library):
        if any(findings.value(field) is True for field in block.contraindications):
            return _("A recorded contraindication rules this out for this patient.")
    return ""


def unasked_for(lines: Iterable[PlanLine], findings: Findings, library: Library) -> list[str]:
    """Return the contraindications that lines of the plan rely on and nobody asked about."""
    relied_on = (
        field
        for line in lines
        if line.change != PlanLine.Change.REMOVED
        for field in _contraindications(line, library)
    )
    return [field for field in dict.fromkeys(relied_on) if findings.value(field) is None]


def _contraindications(line: PlanLine, library: Library) -> tuple[str, ...]:
    block = library.rulebook.block_by_id.get(line.block)
    return block.contraindications if block else ()


def _plain_dict(value: Mapping[str, object]) -> dict[str, object]:
    return {name: plain(each) for name, each in value.items()}
