"""Corrections of the record that patients asked for, as the pages of charts list them."""

from collections.abc import Sequence

from clinic import access
from clinic.models import CorrectionRequest, Patient, Practitioner
from clinic.persons import of_any, theirs

MOST = 20


def waiting_for(practitioner: Practitioner) -> Sequence[CorrectionRequest]:
    """Return what nobody has answered about the records of a caseload. One query."""
    of_mine = of_any(access.caseload(practitioner))
    waiting = CorrectionRequest.objects.waiting().of_record().filter(of_mine)
    return list(waiting.select_related("patient")[:MOST])


def asked_of(patient: Patient) -> Sequence[CorrectionRequest]:
    """Return what a patient asked for of their record, the newest first. Two queries."""
    asked = CorrectionRequest.objects.of_record().filter(theirs(patient))
    return list(asked.prefetch_related("words").order_by("-asked_at", "pk"))
