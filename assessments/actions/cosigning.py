"""Put the second signature under what was signed under supervision. Only then a plan is issued."""

from datetime import datetime

from django.db import transaction

from assessments import trail
from assessments.access import may_cosign
from assessments.actions.signing import digest_of, locked_signed
from assessments.errors import CannotCosign, ContentChanged, NotInCare
from assessments.models import Assessment, CoSignature
from assessments.storage import stored_rows
from clinic import access
from clinic.models import Practitioner, User
from clinic.persons import known_as


@transaction.atomic
def co_sign(
    assessment: Assessment, practitioner: Practitioner, *, by: User, now: datetime
) -> CoSignature:
    """Co-sign a chart as it was signed; asked again, the same co-signature is returned.

    Raises NotSigned, NotInCare, CannotCosign for whoever may not or where none is needed, and
    ContentChanged when what is stored is not what was signed.
    """
    signed = locked_signed(assessment)
    patient_id = signed.episode.patient_id
    if not access.caseload(practitioner).filter(known_as(patient_id)).exists():
        raise NotInCare
    known = CoSignature.objects.filter(assessment=signed).first()
    if known is not None:
        return known
    if practitioner.user_id != by.pk or not may_cosign(practitioner, signed):
        raise CannotCosign
    if digest_of(signed, stored_rows(signed)) != signed.content_hash:
        raise ContentChanged
    signature = CoSignature.objects.create(
        assessment=signed,
        signed_at=now,
        signed_by=by,
        name=practitioner.name,
        content_hash=signed.content_hash,
    )
    trail.did(
        "chart.cosigned",
        signed,
        by=by,
        patient_id=patient_id,
        now=now,
        data={"digest": signed.content_hash},
    )
    return signature
