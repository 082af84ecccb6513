"""Put the second signature under what was signed under supervision. Only then a plan is issued."""

from datetime import datetime

from django.db import transaction

from assessments.actions.beside import second_signature
from assessments.actions.signing import digest_of, locked_signed
from assessments.errors import NotInCare
from assessments.models import Assessment, CoSignature
from assessments.models.beside import SecondSignature
from assessments.storage import stored_rows
from clinic import access
from clinic.models import Practitioner, User
from clinic.persons import known_as


@transaction.atomic
def co_sign(
    assessment: Assessment, practitioner: Practitioner, *, by: User, now: datetime
) -> SecondSignature:
    """Co-sign a chart as it was signed; asked again, the same co-signature is returned.

    Raises NotSigned, NotInCare, CannotCosign for whoever may not or where none is needed, and
    ContentChanged when what is stored is not what was signed.
    """
    signed = locked_signed(assessment)
    patient_id = signed.episode.patient_id
    if not access.caseload(practitioner).filter(known_as(patient_id)).exists():
        raise NotInCare
    return second_signature(
        signed,
        practitioner,
        lambda: CoSignature(assessment=signed),
        lambda: digest_of(signed, stored_rows(signed)),
        patient_id=patient_id,
        by=by,
        now=now,
    )
