"""Add words to a signed chart: something that is not wrong in it, but missing."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from assessments.actions.beside import later_words
from assessments.actions.signing import locked_signed
from assessments.errors import NotInCare
from assessments.models import Assessment
from assessments.models.beside import LaterWords
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
) -> LaterWords:
    """Keep words beside a signed chart, with why they come later. They are final at once.

    key  made with the form, so that sending it twice adds the words once

    Raises NotSigned, NotInCare, SupervisedAmend or WordsMissing.
    """
    signed = locked_signed(assessment)
    patient_id = signed.episode.patient_id
    if not access.caseload(practitioner).filter(known_as(patient_id)).exists():
        raise NotInCare
    return later_words(
        signed, reason, text, practitioner, key=key, patient_id=patient_id, by=by, now=now
    )
