"""Put a plan together by hand, where the rules draft none and nothing forbids one.

NOT_INDICATED is the only answer of the gate that leaves this to the clinician. The database
refuses the row beside any other (``plan_composed_only_when_not_indicated``).
"""

from datetime import datetime

from django.db import transaction

from assessments import trail
from assessments.access import may_sign
from assessments.actions.issuing import against_composing
from assessments.actions.planning import next_version, review_day
from assessments.errors import ReasonMissing, RecordError, StudentsDoNotSign, UnknownPhase
from assessments.library_store import library_of
from assessments.models import Assessment, EpisodeOfCare, Plan
from assessments.plan_texts import composed_texts
from clinic.models import User

REVIEW_DAYS = 14  # the longer of the two intervals of the rules (specification D3, REV)
CAREFUL_LIMIT = 3  # of 10, the lowest pain limit the rules give (specification D3, I-LIM)
HIGHEST_LIMIT = 5  # of 10, the highest they give
PHASES = ("P1", "P2", "P3")  # those in which a plan may start


@transaction.atomic
def compose_plan(
    assessment: Assessment,
    reason: str,
    *,
    by: User,
    now: datetime,
    phase: str = PHASES[0],
    pain_limit: int = CAREFUL_LIMIT,
) -> Plan:
    """Begin an empty plan whose every line is the clinician's choice; return the open one if any.

    reason      why there is a plan although neither place nor triggers fit
    pain_limit  for every exercise, 0 to 5 out of 10

    Raises RecordError with a sentence where no plan may be composed, StudentsDoNotSign,
    ReasonMissing, UnknownPhase.
    """
    episode = EpisodeOfCare.objects.select_for_update(no_key=True).get(pk=assessment.episode_id)
    refusal = against_composing(assessment)
    if refusal:
        raise RecordError(refusal)
    if not may_sign(by):
        raise StudentsDoNotSign
    open_draft = assessment.plans.filter(issued_at__isnull=True).first()
    if open_draft is not None:
        return open_draft
    if not reason.strip():
        raise ReasonMissing
    if phase not in PHASES or not 0 <= pain_limit <= HIGHEST_LIMIT:
        raise UnknownPhase
    library = library_of(assessment.library_id)
    plan = Plan.objects.create(
        episode=episode,
        assessment=assessment,
        library_id=assessment.library_id,
        version=next_version(episode),
        composed=True,
        composed_reason=reason.strip()[:300],
        drafted_at=now,
        drafted_by=by,
        result=assessment.result,
        engine=assessment.engine,
        texts=composed_texts(phase, pain_limit, library),
        start_phase=phase,
        pain_limit=pain_limit,
        review_on=review_day(now, REVIEW_DAYS),
    )
    trail.did(
        "plan.composed",
        plan,
        by=by,
        patient_id=episode.patient_id,
        now=now,
        data={"version": plan.version},
    )
    return plan
