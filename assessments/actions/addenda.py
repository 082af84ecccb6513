"""Add words to a signed chart: something that is not wrong in it, but missing."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from assessments import trail
from assessments.access import needs_cosign
from assessments.actions.signing import locked_signed
from assessments.errors import NotInCare, SupervisedAmend, WordsMissing
from assessments.models import Addendum, Assessment
from assessments.seal import addendum_digest
from clinic import access
from clinic.models import Practitioner, User
from clinic.persons import known_as


@transaction.atomic
def add_addendum(
    assessment: Assessment,
    reason: str,
    text: str,
    practitioner: Practitioner,
    *,
    key: UUID,
    by: User,
    now: datetime,
) -> Addendum:
    """Keep words beside a signed chart, with why they come later. They are final at once.

    key  made with the form, so that sending it twice adds the words once

    Raises NotSigned, NotInCare, SupervisedAmend or WordsMissing.
    """
    signed = locked_signed(assessment)
    patient_id = signed.episode.patient_id
    if not access.caseload(practitioner).filter(known_as(patient_id)).exists():
        raise NotInCare
    if needs_cosign(practitioner):
        raise SupervisedAmend
    known = signed.addenda.filter(pk=key).first()
    if known is not None:
        return known
    why, words = reason.strip()[:300], text.strip()[:4000]
    if not why or not words:
        raise WordsMissing
    addendum = Addendum.objects.create(
        id=key,
        assessment=signed,
        reason=why,
        text=words,
        written_at=now,
        written_by=by,
        name=practitioner.name,
        content_hash=addendum_digest(signed.content_hash, why, words),
    )
    trail.did(
        "chart.added_to",
        signed,
        by=by,
        patient_id=patient_id,
        now=now,
        data={"addendum": str(addendum.pk), "digest": addendum.content_hash},
    )
    return addendum
