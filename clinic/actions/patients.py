"""A patient added by the desk, and whoever answers for them."""

from datetime import datetime

from django.db import transaction

from clinic import audit, minors
from clinic.access import patients_of
from clinic.audit import Actor
from clinic.errors import GuardianMissing
from clinic.minors import Answerable
from clinic.models import Guardian, Patient, User


def add_patient(
    patient: Patient, *, by: Actor, now: datetime, guardian: Answerable | None = None
) -> Patient:
    """Save a new patient; sent twice (the same id), the first one stands.

    Raises GuardianMissing for a child nobody answers for yet; then nothing was written.
    """
    with transaction.atomic():
        if before := Patient.objects.filter(pk=patient.pk).first():
            return before
        if guardian is None and minors.needed_everywhere(patient.date_of_birth, now):
            raise GuardianMissing
        patient.save(force_insert=True)
        audit.record("patient_added", patient, by=by, patient_id=patient.pk, at=now)
        if guardian:
            add_guardian(patient, guardian, by=by, now=now)
    return patient


def add_guardian(patient: Patient, given: Answerable, *, by: Actor, now: datetime) -> Guardian:
    """Write down who answers for a patient and agrees to the care today.

    Somebody of the same name who had not agreed before does so now.
    """
    with transaction.atomic():
        known = Guardian.objects.filter(patient=patient, name__iexact=given.name).first()
        guardian = known or Guardian(patient=patient, name=given.name)
        guardian.relationship = given.relationship
        guardian.email = given.email or guardian.email
        guardian.phone = given.phone or guardian.phone
        guardian.consented_at = guardian.consented_at or now
        guardian.save()
        audit.record("guardian_consented", guardian, by=by, patient_id=patient.pk, at=now)
    return guardian


def choose_language(user: User, code: str, *, by: Actor, now: datetime) -> list[Patient]:
    """Write down the language of a sign-in's own records: letters come in it from now on.

    One's own are those granted to the sign-in that have its address. Returns those that changed.
    """
    with transaction.atomic():
        own = patients_of(user).filter(email=user.email).exclude(language=code)
        changed = list(own.select_for_update(of=("self",)).order_by("pk"))
        for patient in changed:
            patient.language = code
            patient.save(update_fields=["language"])
            data = {"language": code}
            audit.record(
                "patient_language", patient, by=by, patient_id=patient.pk, data=data, at=now
            )
    return changed
