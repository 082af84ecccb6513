"""From a held time to a booked visit: one quick way for nearly everybody, and one that is sure."""

from contextlib import suppress
from copy import copy
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Model

from bookings import limits, owing
from bookings.actions import expiring, locks, people
from bookings.actions.booking import (
    TAKEN,
    ask_to_confirm,
    become_booked,
    check_patient_free,
    diary_around,
    offered,
    take_spot,
    told_and_recorded,
    trace,
)
from bookings.actions.people import Details
from bookings.errors import HoldGone, TimeRefused
from bookings.models import Appointment, VisitLink, VisitReason
from bookings.schedule import HeldTime, instant
from clinic import audit
from clinic.audit import Actor
from clinic.batch import insert_all, stored_values
from clinic.models import Patient
from clinic.statements import Missed, Statement, in_one_go

State = Appointment.State


def book(
    held: Appointment,
    details: Details,
    *,
    by: Actor,
    now: datetime,
    address: str = "",
    read: HeldTime | None = None,
) -> Appointment:
    """Turn a held time into a visit and tell the patient. A second call answers with the first.

    A hold that ran out is taken again if nobody else has it.

    held     the row as it was read a moment ago
    address  the network address, for the limits of bookings in an hour
    read     the same with what was read along with it; else that is read here

    Raises HoldGone, TimeRefused, PatientBusy, TooMany or another BookingError; then nothing was
    written.
    """
    if _is_live(held, now) and details.patient is None:
        with suppress(Missed, IntegrityError), in_one_go():
            return _book_at_once(copy(held), details, by, now, address, read)
    elif _is_live(held, now):
        with locks.writing():
            locks.queue_patient(details.patient)
            visit = locks.hold_to_book(held)
            # Its time is blocked by the hold itself, so nobody else need be waited for.
            if _is_live(visit, now):
                return _book(visit, details, by, now, address, read)
    with locks.writing():
        locks.queue_practitioners(held.practitioner_id)
        locks.queue_rooms(held.service, held.location)
        locks.queue_patient(details.patient)
        visit = locks.visit_to_change(held.pk)
        if visit.state not in (State.HELD, State.EXPIRED) or visit.patient_id:
            return visit
        expiring.clear_stale([visit.practitioner_id], visit.location, now, but=visit.pk)
        return _book(visit, details, by, now, address, None)


def _is_live(visit: Appointment, now: datetime) -> bool:
    return visit.state == State.HELD and visit.held_until is not None and visit.held_until > now


# What makes a visit of a held time; all else of its row stays as it was held.
_CHANGES = (
    "patient_id", "new_patient", "patient_zone", "state", "version", "held_until",
    "booked_at", "booked_by_id", "price", "late_cancel_fee", "no_show_fee", "currency",
    "room_id", "room_unit", "session_id", "seat", "ends_at",
)  # fmt: skip
_FIELDS = [field for field in Appointment._meta.concrete_fields if field.attname in _CHANGES]
# What saves it. It says what it expects to find: that the time is still held (of two that book it
# at once, the second misses), and that nothing speaks against the guest.
_BECOME = Statement(
    "become_booked",
    f"UPDATE bookings_appointment SET"  # noqa: S608
    f" {', '.join(f'{field.column} = %({field.attname})s' for field in _FIELDS)}"
    f" WHERE id = %(id)s AND state = '{State.HELD}' AND {people.AS_USUAL}",
    must=1,
)


def _book_at_once(
    visit: Appointment,
    details: Details,
    by: Actor,
    now: datetime,
    address: str,
    read: HeldTime | None,
) -> Appointment:
    """The quick way for a guest with a live hold, which is nearly everybody.

    Nobody is waited for and nobody is locked out: the hold blocks its time already. The time is
    looked at once more; everything else is a condition of what is written, all of it in one go.
    Raises Missed where a condition does not hold, and IntegrityError where the other half of a
    double click was quicker; then nothing was written, and the slow way says what is so.
    """
    _confirm_time(visit, now, read)
    people.check_guardian(details, visit.location, now)
    visit.new_patient = people.is_new(visit.service, None)
    visit.patient = patient = people.patient_for(details)
    visit.patient_zone = details.own_zone
    become_booked(visit, by, now)
    ask_to_confirm(visit, now)
    change = stored_values(visit, ("id", *_CHANGES)) | people.as_usual(details, now)
    counted = limits.step(_uses(details, address), now=now)
    rows = _first_rows(patient, visit, details, by, now)
    insert_all(rows, then=[(_BECOME, change), *counted])
    return visit


def _book(
    visit: Appointment,
    details: Details,
    by: Actor,
    now: datetime,
    address: str,
    read: HeldTime | None,
) -> Appointment:
    """Check everything under the lock and write the visit with what belongs to it."""
    _confirm_time(visit, now, read)
    people.check_eligible(visit.service, details.patient)
    missed = people.check_upcoming(details, now)
    people.check_guardian(details, visit.location, now)
    limits.take_each(_uses(details, address), now=now)
    visit.new_patient = people.is_new(visit.service, details.patient)
    visit.patient = patient = people.patient_for(details)
    visit.patient_zone = details.own_zone
    if details.patient:
        check_patient_free(visit, now)
    become_booked(visit, by, now)
    ask_to_confirm(visit, now)
    people.ask_for_a_call(visit, missed)
    if details.patient:
        visit.save(force_update=True)
        insert_all(_around(visit, details, now))
        people.record_consent(details.patient, details, now)
        people.look_after(details.patient, visit.practitioner, now)
        told_and_recorded(visit, "book", owing.booked(visit), by=by, now=now)
    else:
        insert_all(_first_rows(patient, visit, details, by, now))
        visit.save(force_update=True)
    return visit


def _uses(details: Details, address: str) -> list[limits.Use]:
    """Return what counts towards the limits of an hour."""
    return [
        ("book-email", details.contact, limits.BOOKINGS_PER_EMAIL),
        ("book", address, limits.BOOKINGS_PER_ADDRESS),
    ]


def _first_rows(
    patient: Patient, visit: Appointment, details: Details, by: Actor, now: datetime
) -> list[Model]:
    """Return what the first visit of a new patient brings, the patient included, unsaved."""
    event = audit.first_event(
        "visit.book", visit, by=by, patient_id=patient.pk, data=trace(visit), at=now
    )
    around = _around(visit, details, now)
    brought = people.first_rows(patient, details, visit, now)
    return [patient, *around, *brought, event, *owing.first_of(visit, now)]


def _confirm_time(visit: Appointment, now: datetime, read: HeldTime | None) -> None:
    """Check a held time once more: hours may have changed while the details were typed.

    Who holds a time keeps it although the notice has begun meanwhile; who let it run out does not.
    """
    if read and read.offer:
        offer = read.offer
        diary = diary_around(visit, [offer], now, desk=False, near=read.near)
    else:
        offer, diary = offered(visit, now, desk=False)
    if _is_live(visit, now):
        diary.waive_notice()
    start = instant(visit.starts_at)
    refusal = diary.refusal(offer, start)
    if refusal in TAKEN:
        raise HoldGone(refusal)
    if refusal:
        raise TimeRefused(refusal)
    take_spot(visit, diary, offer)


def _around(visit: Appointment, details: Details, now: datetime) -> list[Model]:
    """Return what belongs to a first booking, unsaved: its link and the reason."""
    rows: list[Model] = [
        VisitLink(
            appointment=visit,
            token_sha256=visit.holder,
            purpose="page",
            created_at=now,
            expires_at=visit.ends_at,
        )
    ]
    if details.reason:
        rows.append(VisitReason(appointment=visit, text=details.reason, written_at=now))
    return rows
