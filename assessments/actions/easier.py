"""What may stand in for a line of the plan after a flare: approved before, never made up then."""

from datetime import datetime

from django.db import transaction

from assessments import trail
from assessments.easing import bounds_of
from assessments.errors import (
    AlreadyInPlan,
    DaysOutside,
    NoVariant,
    PlanIsFinal,
    RecordError,
)
from assessments.judging import part
from assessments.library_store import library_of
from assessments.models import Plan, PlanLine
from assessments.plan_lines import barred_by, easier_copy
from assessments.storage import findings_of
from clinic.models import User


@transaction.atomic
def approve_easier(
    line: PlanLine, exercise_id: str, days: int, *, by: User, now: datetime
) -> PlanLine:
    """Say which easier variant stands in for a line, and for how many days, if it flares.

    Raises PlanIsFinal, NoVariant for what the library does not name as easier, AlreadyInPlan,
    DaysOutside, and RecordError with a sentence where this patient's findings bar the variant.
    """
    plan, locked = _open(line)
    library = library_of(plan.library_id)
    exercise = library.exercise_by_id.get(locked.exercise)
    if exercise is None or locked.change == PlanLine.Change.REMOVED:
        raise NoVariant
    if exercise_id not in exercise.easier:
        raise NoVariant
    if stands_beside(exercise_id, list(plan.lines.all())):
        raise AlreadyInPlan
    low, _default, high = bounds_of(library)
    if not low <= days <= high:
        raise DaysOutside
    cautions = part(plan.result, "gate").get("cautions")
    known = cautions if isinstance(cautions, list) else []
    barred = barred_by(exercise_id, findings_of(plan.assessment), known, library)
    if barred:
        raise RecordError(barred)
    locked.easier_exercise, locked.easier_days = exercise_id, days
    keep_pace(locked, plan)
    locked.save(update_fields=["easier", "easier_exercise", "easier_days"])
    _did("plan.easier_approved", plan, locked, by, now)
    return locked


@transaction.atomic
def withdraw_easier(line: PlanLine, *, by: User, now: datetime) -> PlanLine:
    """Let nothing stand in for a line after a flare. Raises PlanIsFinal."""
    plan, locked = _open(line)
    without_easier(locked)
    locked.save(update_fields=["easier", "easier_exercise", "easier_days"])
    _did("plan.easier_withdrawn", plan, locked, by, now)
    return locked


def keep_pace(line: PlanLine, plan: Plan) -> None:
    """Copy the variant's texts anew, asked for as often as the line is now; the caller saves."""
    if not line.easier_exercise:
        return
    irritability = str(part(plan.result, "classification").get("irritability", ""))
    variant = library_of(plan.library_id).exercise_by_id[line.easier_exercise]
    line.easier = easier_copy(line, variant, irritability=irritability, limit=plan.pain_limit)


def without_easier(line: PlanLine) -> PlanLine:
    """Take the variant off a line; the caller saves."""
    line.easier, line.easier_exercise, line.easier_days = {}, "", None
    return line


def stands_beside(exercise_id: str, lines: list[PlanLine]) -> bool:
    """Say whether an exercise is a line of the plan itself."""
    kept = (line for line in lines if line.change != PlanLine.Change.REMOVED)
    return any(line.exercise == exercise_id for line in kept)


def _open(line: PlanLine) -> tuple[Plan, PlanLine]:
    plan = (
        Plan.objects.select_for_update(no_key=True, of=("self",))
        .select_related("episode", "assessment__mistake")
        .get(pk=line.plan_id)
    )
    if plan.issued_at is not None or plan.assessment.in_error:
        raise PlanIsFinal
    return plan, plan.lines.get(pk=line.pk)


def _did(action: str, plan: Plan, line: PlanLine, by: User, now: datetime) -> None:
    data = {"version": plan.version, "exercise": line.exercise}
    trail.did(action, plan, by=by, patient_id=plan.episode.patient_id, now=now, data=data)
