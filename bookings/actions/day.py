"""A visit on its day: confirmed, arrived, in the room, done, or nobody came; and taking that back.

``seen`` is what the screen showed when somebody pressed a button (``seen_as``). Two people at the
same visit: the second is told (Changed) and nothing of the first one's is overwritten. Without it
only the state decides.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from bookings.actions import locks, people, requests
from bookings.actions.booking import told_and_recorded
from bookings.actions.changing import cancel, move
from bookings.errors import Changed, NotPossible
from bookings.models import Appointment
from clinic.audit import Actor
from clinic.models import Location, Practitioner

State = Appointment.State
# What may be taken back, and to where: a slip of the finger, never a cancellation.
BACK = {
    State.BOOKED: (State.BOOKED, State.REQUESTED),
    State.ARRIVED: (State.BOOKED,),
    State.IN_PROGRESS: (State.BOOKED, State.ARRIVED),
    State.COMPLETED: (State.BOOKED, State.ARRIVED, State.IN_PROGRESS),
    State.NO_SHOW: (State.BOOKED,),
}


def seen_as(visit: Appointment) -> str:
    """Return what a screen knows of a visit; it differs as soon as anything happened to it."""
    return f"{visit.state}.{visit.version}.{1 if visit.confirmed_at else 0}"


def _check_seen(visit: Appointment, seen: str) -> None:
    if seen and seen != seen_as(visit):
        raise Changed


def confirm(appointment: Appointment, *, by: Actor, now: datetime, seen: str = "") -> Appointment:
    """Write down that the patient said they come. Asked twice, the first time stands.

    A request of a service that needs approval is confirmed by the clinic, see ``requests.accept``.

    Raises NotPossible unless the visit is booked, and Changed.
    """
    with locks.writing():
        if appointment.is_request:
            _check_seen(requests.queue(appointment), seen)
            return requests.accept(appointment, by=by, now=now)
        visit = locks.visit_to_change(appointment.pk)
        _check_seen(visit, seen)
        if visit.state not in (State.BOOKED, State.REQUESTED) or visit.is_request:
            raise NotPossible
        if visit.confirmed_at is None:
            visit.confirmed_at, visit.state = now, State.BOOKED
            visit.save(update_fields=["confirmed_at", "state"])
            told_and_recorded(visit, "confirm", "", by=by, now=now)
    return visit


def decline(
    appointment: Appointment, *, reason: str, by: Actor, now: datetime, seen: str = ""
) -> Appointment:
    """Say no to a request. Raises what ``requests.decline`` raises, and Changed."""
    with locks.writing():
        _check_seen(requests.queue(appointment), seen)
        return requests.decline(appointment, reason=reason, by=by, now=now)


def arrive(appointment: Appointment, *, by: Actor, now: datetime, seen: str = "") -> Appointment:
    """The patient is here. Raises NotPossible unless the visit was booked, and Changed."""
    return _step(appointment, State.ARRIVED, [State.BOOKED], "arrive", by, now, seen)


def start(appointment: Appointment, *, by: Actor, now: datetime, seen: str = "") -> Appointment:
    """The visit has begun. Raises NotPossible for one that is over, and Changed."""
    before = [State.BOOKED, State.ARRIVED]
    return _step(appointment, State.IN_PROGRESS, before, "start", by, now, seen)


def complete(appointment: Appointment, *, by: Actor, now: datetime, seen: str = "") -> Appointment:
    """The visit took place. Raises NotPossible for one cancelled or missed, and Changed."""
    before = [State.BOOKED, State.ARRIVED, State.IN_PROGRESS]
    return _step(appointment, State.COMPLETED, before, "complete", by, now, seen)


def no_show(appointment: Appointment, *, by: Actor, now: datetime, seen: str = "") -> Appointment:
    """The patient did not come. Raises NotPossible before the visit was to begin, and Changed."""
    if now < appointment.starts_at:
        raise NotPossible
    return _step(appointment, State.NO_SHOW, [State.BOOKED], "no_show", by, now, seen)


def cancel_seen(
    appointment: Appointment,
    *,
    seen: str,
    reason: str,
    late: bool | None,
    by: Actor,
    now: datetime,
) -> Appointment:
    """Cancel a visit that still is what the screen showed. Raises what ``cancel`` does, Changed."""
    with locks.writing():
        _queue(appointment, seen)
        return cancel(appointment, reason=reason, late=late, by=by, now=now)


def late_cancel(
    appointment: Appointment, *, reason: str, by: Actor, now: datetime, seen: str = ""
) -> Appointment:
    """Cancel a visit as late. Raises Over for one that has begun, and Changed."""
    with locks.writing():
        _queue(appointment, seen)
        return cancel(appointment, reason=reason, late=True, by=by, now=now)


def move_seen(
    appointment: Appointment,
    *,
    seen: str,
    practitioner: Practitioner,
    confirmed: bool = False,
    by: Actor,
    now: datetime,
    **to: Any,
) -> Appointment:
    """Move a visit that still is what the screen showed. ``to`` and the errors are ``move``'s.

    confirmed  the patient has said already that they come then: a move that is taken back

    Raises Changed.
    """
    with locks.writing():
        locks.queue_practitioners(appointment.practitioner_id, practitioner.pk)
        location: Location = to["location"]
        locks.queue_rooms(appointment.service, location)
        _queue(appointment, seen)
        visit = move(appointment, practitioner=practitioner, by=by, now=now, **to)
        return confirm(visit, by=by, now=now) if confirmed else visit


def take_back(
    appointment: Appointment, *, to: str, confirmed: bool, by: Actor, now: datetime, seen: str
) -> Appointment:
    """Put a visit back to the step before, after a slip of the finger.

    A missed visit that is booked again needs its time to be free still.

    Raises Changed, NotPossible for what cannot be taken back, TimeTaken or PatientBusy.
    """
    with locks.writing():
        visit = _queue(appointment, seen)
        if to not in BACK.get(State(visit.state), ()):
            raise NotPossible
        was = visit.state
        visit.state = to
        visit.confirmed_at = (visit.confirmed_at or now) if confirmed else None
        visit.save(update_fields=["state", "confirmed_at"])
        if was == State.NO_SHOW:
            people.look_after(visit.patient, visit.practitioner, now)
        told_and_recorded(visit, "take_back", "", by=by, now=now, was=was, to=to)
    return visit


def _queue(appointment: Appointment, seen: str) -> Appointment:
    """Lock the patient and the visit, in that order, and see whether it still is what was seen."""
    locks.queue_practitioners(appointment.practitioner_id)
    locks.queue_patient(appointment.patient)
    visit = locks.visit_to_change(appointment.pk)
    _check_seen(visit, seen)
    return visit


def _step(
    appointment: Appointment,
    to: str,
    before: Collection[str],
    verb: str,
    by: Actor,
    now: datetime,
    seen: str,
) -> Appointment:
    """Go from one of some states to another; being there already changes nothing."""
    with locks.writing():
        visit = locks.visit_to_change(appointment.pk)
        _check_seen(visit, seen)
        if visit.state == to:
            return visit
        if visit.state not in before:
            raise NotPossible
        visit.state = to
        visit.save(update_fields=["state"])
        if to == State.NO_SHOW:
            people.look_after(visit.patient, visit.practitioner, now)
        told_and_recorded(visit, verb, "", by=by, now=now)
    return visit
