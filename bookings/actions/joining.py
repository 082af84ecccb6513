"""A guest's visit joins the record of somebody who has been here, once the address is confirmed.

A code sent to the address proves it; that is enough to say whose visit it is, and not enough to
read anything (ADR 7). The row made for the guest is merged into the record when nothing else
hangs on it; otherwise the desk does that.
"""

from datetime import datetime, timedelta

from bookings import owing
from bookings.actions import locks, people
from bookings.actions.booking import check_patient_free
from bookings.actions.people import Details
from bookings.errors import NotPossible, Over
from bookings.models import Appointment
from clinic import access, audit
from clinic.audit import Actor
from clinic.models import CareRelation, Consent, Guardian, Patient, User
from clinic.models.users import normal_email

State = Appointment.State
WRITTEN_BY_BOOKING = (Appointment, CareRelation, Consent, Guardian)


def can_join(visit: Appointment, now: datetime) -> bool:
    """Say whether a visit was booked by a guest and may still join a record.

    Not once reminders have begun, which are written to the patient the visit is for.
    """
    by_guest = visit.source == Appointment.Source.WEB and visit.booked_by_id is None
    begun = visit.starts_at - max(owing.reminders(), default=timedelta())
    return by_guest and visit.state in (State.REQUESTED, State.BOOKED) and now < begun


def records_for(user: User, visit: Appointment) -> list[Patient]:
    """Return whose visit it may be: patients at the address that the sign-in confirmed.

    None when the visit was booked with another address.
    """
    if visit.patient is None or normal_email(visit.patient.email) != user.email:
        return []
    return list(access.patients_at(user.email).exclude(pk=visit.patient.pk).order_by("created_at"))


def join_record(visit: Appointment, patient: Patient, *, by: Actor, now: datetime) -> Appointment:
    """Make a guest's visit a visit of this patient. Done twice, the first time stands.

    Raises NotPossible (the addresses differ, or it is too late), Over or PatientBusy; then
    nothing was written.
    """
    with locks.writing():
        locks.queue_practitioners(visit.practitioner_id)
        locks.queue_patient(patient)
        found = locks.visit_to_change(visit.pk)
        guest = found.patient
        if found.patient_id == patient.pk:
            return found
        if found.state not in (State.REQUESTED, State.BOOKED):
            raise Over
        if guest is None or not can_join(found, now) or guest.email != patient.email:
            raise NotPossible
        found.patient = patient
        check_patient_free(found, now)
        found.new_patient = people.is_new(found.service, patient)
        found.booked_by_id = by.id
        found.save(update_fields=["patient", "new_patient", "booked_by"])
        people.record_consent(patient, Details(patient=patient), now)
        for person in (guest, patient):
            people.look_after(person, found.practitioner, now)
        merged = _merge(guest, patient)
        trace = {"from": str(guest.pk), "merged": merged}
        audit.record("visit.join", found, by=by, patient_id=patient.pk, data=trace, at=now)
    return found


def _merge(guest: Patient, patient: Patient) -> bool:
    """Point the guest's row to the record unless something else hangs on it; say whether."""
    for relation in guest._meta.related_objects:
        others = relation.related_model._base_manager.filter(**{relation.field.name: guest})
        if relation.related_model is Appointment:
            others = others.exclude(state=State.EXPIRED)
        elif relation.related_model in WRITTEN_BY_BOOKING:
            continue
        if others.exists():
            return False
    guest.merged_into = patient
    guest.save(update_fields=["merged_into"])
    return True
