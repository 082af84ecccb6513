"""Add to a draft what no rule proposes: with its note, and only once the patient was told."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.actions.planning import did_to_plan, draft_to_change
from assessments.errors import (
    AlreadyInPlan,
    DoseRefused,
    PatientNotTold,
    ReasonMissing,
    UnknownExercise,
)
from assessments.library import Library
from assessments.library.sentences import NEVER_PROPOSED
from assessments.library_store import library_of
from assessments.models import Plan, PlanLine
from assessments.unproposed import unproposed_in
from clinic.models import User


@transaction.atomic
def add_unproposed(
    plan: Plan, item_id: str, dose: str, reason: str, *, told: bool, by: User, now: datetime
) -> PlanLine:
    """Add a treatment that no rule proposes; the library's note is stored on the line.

    dose  how much and how often, in words
    told  the patient was told what the note says

    Raises PlanIsFinal, UnknownExercise for what may not be added, AlreadyInPlan, ReasonMissing,
    DoseRefused, PatientNotTold.
    """
    locked = draft_to_change(plan)
    library = library_of(locked.library_id)
    item = next((each for each in unproposed_in(library) if each.id == item_id), None)
    if item is None:
        raise UnknownExercise
    lines = list(locked.lines.all())
    if any(line.exercise == item.id for line in lines):
        raise AlreadyInPlan
    if not reason.strip():
        raise ReasonMissing
    if not dose.strip():
        raise DoseRefused(_("Say the dose in a few words."))
    if not told:
        raise PatientNotTold
    line = PlanLine(
        plan=locked,
        position=max((each.position for each in lines), default=0) + 1,
        block=item.id,
        exercise=item.id,
        name=item.name,
        home=False,
        dose=dose.strip()[:200],
        instruction=item.said,
        why=NEVER_PROPOSED,
        kept_note=item.note,
        explanation=_record(item.id, reason, library, composed=locked.composed),
        change=PlanLine.Change.ADDED,
        change_reason=reason.strip()[:200],
    )
    line.save(force_insert=True)
    did_to_plan("plan.line_added", locked, by, now, line=line)
    return line


def _record(item_id: str, reason: str, library: Library, *, composed: bool) -> dict[str, object]:
    """The record of the line: the clinician, and what the library says of the treatment."""
    item = library.rulebook.never_by_id[item_id]
    record: dict[str, object] = {
        "target": item.id,
        "outcome": "added",
        "rule_id": "CLINICIAN",
        "reason": reason.strip()[:200],
        "findings": [],
        "evidence": [{"source": each.key, "tag": each.tag} for each in item.sources],
        "grade": item.grade.letter if item.grade else None,
        "grade_checked": item.grade.checked if item.grade else None,
        "articles": list(item.articles),
        "strength": item.strength,
        "wording_id": f"never.{item.id}",
        "not_asked": [],
    }
    return record | ({"composed": True} if composed else {})
