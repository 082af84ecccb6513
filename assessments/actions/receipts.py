"""Putting a diagnosis on a visit's receipts, because the patient asked for it in writing."""

from datetime import date, datetime

from django.db import transaction

from assessments import trail
from assessments.models import ReceiptDiagnosis
from bookings.errors import NotPossible
from bookings.models import Appointment
from clinic.models import Practitioner, User


def add_diagnosis(
    visit: Appointment,
    *,
    requested_on: date,
    request: str,
    text: str,
    by: User,
    practitioner: Practitioner,
    now: datetime,
) -> ReceiptDiagnosis:
    """Write down the request and what goes on the receipt; an earlier text is replaced by it.

    Raises NotPossible for a visit that is nobody's.
    """
    if visit.patient is None:
        raise NotPossible
    row = ReceiptDiagnosis(
        appointment=visit,
        requested_on=requested_on,
        request=request,
        text=text,
        written_at=now,
        written_by=practitioner,
    )
    with transaction.atomic():
        row.save(force_insert=True)
        trail.did("receipt.diagnosis", row, by=by, patient_id=visit.patient.pk, now=now)
    return row
