"""Take a plan on to its next phase: the physio's decision, never the app's."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from assessments import trail
from assessments.access import may_sign
from assessments.actions.easier import without_easier
from assessments.actions.planning import copy_of
from assessments.criteria import State
from assessments.errors import DraftIsOpen, NoPhaseToGoTo, ReasonMissing, StudentsDoNotSign
from assessments.library_store import library_of
from assessments.models import EpisodeOfCare, PhaseStep, Plan
from assessments.phase_now import PhaseNow, phase_now
from assessments.plan_phase import lines_in, texts_in
from clinic import practice
from clinic.models import Practitioner, User


@transaction.atomic
def advance_phase(
    plan: Plan,
    reason: str,
    practitioner: Practitioner,
    *,
    seen: Collection[str] = (),
    by: User,
    now: datetime,
) -> Plan:
    """Begin the next phase as a new draft of the plan in force; nothing reaches the patient yet.

    reason  why now; kept beside how every criterion stood
    seen    ids of criteria that were unknown and that the physio saw to be met

    A criterion that is not met does not stop a physio, it is written down as not met.

    Raises StudentsDoNotSign, ReasonMissing, DraftIsOpen, and NoPhaseToGoTo for a plan that is not
    in force or is in its last phase.
    """
    if not may_sign(by):
        raise StudentsDoNotSign
    EpisodeOfCare.objects.select_for_update(no_key=True).get(pk=plan.episode_id)
    locked = Plan.objects.select_related("episode__patient", "assessment__mistake").get(pk=plan.pk)
    if locked.issued_at is None or locked.replaced_at is not None or locked.assessment.in_error:
        raise NoPhaseToGoTo
    here = phase_now(locked, timezone.localdate(now, practice.current().tz))
    if here is None or here.following is None:
        raise NoPhaseToGoTo
    if locked.assessment.plans.filter(issued_at__isnull=True).exists():
        raise DraftIsOpen
    if not reason.strip():
        raise ReasonMissing
    library = library_of(locked.library_id)
    lines = lines_in(here.following, locked, list(locked.lines.order_by("position")), library)
    for line in lines:
        without_easier(line)  # approved for the phase before; the physio approves anew
    fresh = copy_of(
        locked,
        lines,
        by=by,
        now=now,
        start_phase=here.following.id,
        texts=texts_in(here.following, locked.texts, library, composed=locked.composed),
    )
    PhaseStep(
        plan=fresh,
        from_plan=locked,
        from_phase=here.phase.id,
        to_phase=here.following.id,
        reason=reason.strip()[:300],
        criteria=_written(here, seen),
        made_at=now,
        made_by=by,
        name=practitioner.name,
    ).save(force_insert=True)
    trail.did(
        "plan.advanced",
        fresh,
        by=by,
        patient_id=locked.episode.patient_id,
        now=now,
        data={"version": fresh.version, "from": here.phase.id, "to": here.following.id},
    )
    return fresh


def _written(here: PhaseNow, seen: Collection[str]) -> list[dict[str, object]]:
    """Write down each criterion as it stood; only an unknown one can be seen to be met."""
    unknown = (State.NOT_TESTED, State.STALE)
    return [
        {
            "id": each.criterion.id,
            "label": each.criterion.label,
            "state": each.state.value,
            "seen": each.state in unknown and each.criterion.id in seen,
        }
        for each in here.standing.judged
    ]
