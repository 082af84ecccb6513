"""Say that a plan stays as it is although its chart was amended."""

from datetime import datetime

from django.db import transaction

from assessments import trail
from assessments.access import needs_cosign
from assessments.errors import NothingToKeep, NotInCare, ReasonMissing, StudentsDoNotSign
from assessments.models import Plan, PlanKept
from assessments.plan_basis import in_force, shaken
from clinic import access
from clinic.models import Practitioner, User
from clinic.persons import known_as


@transaction.atomic
def keep_plan(
    plan: Plan, reason: str, practitioner: Practitioner, *, by: User, now: datetime
) -> PlanKept:
    """Settle that a plan in force was looked at after an amendment, and stays.

    Raises NotInCare, StudentsDoNotSign, ReasonMissing, and NothingToKeep where nothing asks for it.
    """
    locked = Plan.objects.select_for_update(no_key=True, of=("self",)).get(pk=plan.pk)
    patient_id = locked.episode.patient_id
    if not access.caseload(practitioner).filter(known_as(patient_id)).exists():
        raise NotInCare
    if needs_cosign(practitioner):
        raise StudentsDoNotSign
    found = shaken(in_force().filter(pk=locked.pk))
    if not found:
        raise NothingToKeep
    if not reason.strip():
        raise ReasonMissing
    kept = PlanKept.objects.create(
        plan=locked,
        amendment=found[0].amendment,
        reason=reason.strip()[:300],
        kept_at=now,
        kept_by=by,
        name=practitioner.name,
    )
    trail.did(
        "plan.kept",
        locked,
        by=by,
        patient_id=patient_id,
        now=now,
        data={"version": locked.version, "amendment": str(kept.amendment_id)},
    )
    return kept
