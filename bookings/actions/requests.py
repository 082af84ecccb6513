"""Visits of a service that needs approval: requested, then confirmed or declined by the desk.

A request keeps its time as a visit does, until ``held_until``. At that instant it is over for
everybody, whether or not the worker has written that down: its time is free, the desk can no
longer confirm it, and the patient's page says so.
"""

from datetime import datetime

from bookings import owing
from bookings.actions import expiring, locks, people
from bookings.actions.booking import place, told_and_recorded
from bookings.actions.changing import cancel
from bookings.errors import Changed, NotPossible, RequestOver
from bookings.models import Appointment
from clinic.audit import Actor

State = Appointment.State


def accept(appointment: Appointment, *, by: Actor, now: datetime) -> Appointment:
    """Confirm a request: check everything again, and tell the patient. Twice changes nothing.

    Raises RequestOver (ran out, or answered before), Changed, or what speaks against the time:
    NotOffered, TimeRefused, PatientBusy, with the visits in the way.
    """
    with locks.writing():
        visit = queue(appointment)
        if visit.state == State.BOOKED:
            return visit
        if not visit.is_request or visit.has_run_out(now):
            raise RequestOver
        expiring.clear_stale([visit.practitioner_id], visit.location, now, but=visit.pk)
        expiring.clear_stale_of(visit, now)
        place(visit, now=now, desk=True)
        visit.state, visit.held_until = State.BOOKED, None
        visit.version += 1
        visit.save(force_update=True)
        people.look_after(visit.patient, visit.practitioner, now)
        told_and_recorded(visit, "accept", owing.CONFIRMED, by=by, now=now)
    return visit


def decline(appointment: Appointment, *, reason: str, by: Actor, now: datetime) -> Appointment:
    """Say no to a request; its time is free at once and the patient is told. Twice changes nothing.

    Raises RequestOver when it ran out, NotPossible for a visit that is none, and Changed.
    """
    with locks.writing():
        visit = queue(appointment)
        if visit.has_run_out(now):
            raise RequestOver
        if not visit.is_request and not visit.was_declined:
            raise NotPossible
        return cancel(visit, reason=reason, by=by, now=now)


def queue(appointment: Appointment) -> Appointment:
    """Lock everything an answer asks about; return the visit as it is now.

    Raises Changed when it has gone to somebody else meanwhile, whose diary is not locked.
    """
    locks.queue_practitioners(appointment.practitioner_id)
    locks.queue_rooms(appointment.service, appointment.location)
    locks.queue_patient(appointment.patient)
    visit = locks.visit_to_change(appointment.pk)
    if visit.practitioner_id != appointment.practitioner_id:
        raise Changed
    return visit
