"""A legal hold: nothing of a patient is erased while it stands. The database refuses it too."""

from datetime import datetime

from django.db import transaction

from clinic import audit
from clinic.models import LegalHold, Patient, User


def place(patient: Patient, reason: str, *, by: User, now: datetime) -> LegalHold:
    """Place a hold; one that stands already stays as it is."""
    person = patient.survivor
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=person.pk)
        if standing := LegalHold.objects.filter(patient=person, lifted_at__isnull=True).first():
            return standing
        made = LegalHold.objects.create(patient=person, reason=reason, placed_at=now, placed_by=by)
        _record("patient_hold_placed", made, by=by, now=now)
    return made


def lift(patient: Patient, *, by: User, now: datetime) -> None:
    """Lift the hold that stands; without one there is nothing to do."""
    with transaction.atomic():
        rows = LegalHold.objects.select_for_update().filter(patient=patient.survivor)
        standing = rows.filter(lifted_at__isnull=True).first()
        if standing is None:
            return
        standing.lifted_at, standing.lifted_by = now, by
        standing.save(update_fields=["lifted_at", "lifted_by"])
        _record("patient_hold_lifted", standing, by=by, now=now)


def _record(action: str, hold: LegalHold, *, by: User, now: datetime) -> None:
    audit.record(action, hold, by=audit.actor_of(by), patient_id=hold.patient_id, at=now)
