"""Moving and cancelling a visit, by its patient or by the front desk."""

from datetime import datetime, timedelta

from bookings import links, owing
from bookings.actions import expiring, locks, people
from bookings.actions.booking import ask_to_confirm, place, told_and_recorded, user_behind
from bookings.actions.offering import freed_by
from bookings.errors import Over, TooLate
from bookings.models import Appointment, VisitLink
from bookings.schedule import instant, moment
from clinic import audit
from clinic.audit import Actor
from clinic.models import Location, Practitioner

State = Appointment.State
MOVABLE = (State.REQUESTED, State.BOOKED)
CANCELLABLE = (State.REQUESTED, State.BOOKED, State.ARRIVED)
GONE = (State.CANCELLED, State.LATE_CANCELLED)


def in_cutoff(visit: Appointment, now: datetime) -> bool:
    """Say whether it is too late for the patient to change the visit online."""
    return now > visit.starts_at - timedelta(minutes=visit.service.cutoff_minutes)


def move(
    appointment: Appointment,
    *,
    practitioner: Practitioner,
    location: Location,
    starts_at: datetime,
    by: Actor,
    now: datetime,
    force: bool = False,
    force_reason: str = "",
    invited: bool = False,
    heed: bool = False,
) -> Appointment:
    """Take the new time and free the old one, or change nothing at all.

    Moving to where it already is changes nothing. ``force`` is for staff, as in ``desk_book``.
    The calendar entry keeps its id; ``version`` grows. Where the service needs approval, the time
    a patient chose is a request once more; the clinic's own move leaves that as it was.

    invited  the clinic offered this very time: cut-off and notice are not asked
    heed     staff are asked for a reason inside the notice too, as in ``desk_book``

    Raises Over, TooLate (patients, inside the cut-off), NotOffered, TimeRefused, PatientBusy or
    ReasonNeeded.
    """
    staff = by.kind == "staff"
    with locks.writing():
        locks.queue_practitioners(appointment.practitioner_id, practitioner.pk)
        locks.queue_rooms(appointment.service, location)
        locks.queue_patient(appointment.patient)
        visit = locks.visit_to_change(appointment.pk)
        if visit.state not in MOVABLE or visit.has_run_out(now):
            raise Over
        if _is_there(visit, practitioner, location, starts_at):
            return visit
        if not staff and not invited and in_cutoff(visit, now):
            raise TooLate
        freed_by(visit, now=now)
        expiring.clear_stale([practitioner.pk], location, now)
        left, was = visit.practitioner, visit.starts_at
        _go(visit, practitioner, location, starts_at)
        expiring.clear_stale_of(visit, now)
        by_desk = staff or invited
        place(
            visit,
            now=now,
            desk=by_desk,
            force=force and staff,
            force_reason=force_reason,
            heed=heed and staff,
            was=was,
        )
        _ask_again(visit, now, by_clinic=by_desk)
        visit.save(force_update=True)
        VisitLink.objects.filter(appointment=visit).update(expires_at=visit.ends_at)
        for colleague in {left, practitioner}:
            people.look_after(visit.patient, colleague, now)
        trace = {"moved_from": was.isoformat(), "left": str(left.pk)}
        topic = owing.REQUESTED if visit.is_request else owing.MOVED
        told_and_recorded(visit, "move", topic, by=by, now=now, **trace)
    return visit


def cancel(
    appointment: Appointment,
    *,
    reason: str,
    by: Actor,
    now: datetime,
    late: bool | None = None,
) -> Appointment:
    """Cancel a visit; its time is free at once. Cancelling twice changes nothing.

    late  whether the desk counts it as a late cancellation; None: as the cut-off says. A request
          is never late; staff who cancel one have declined it

    Raises TooLate (patients, inside the cut-off) or Over.
    """
    staff = by.kind == "staff"
    with locks.writing():
        locks.queue_practitioners(appointment.practitioner_id)
        locks.queue_patient(appointment.patient)
        visit = locks.visit_to_change(appointment.pk)
        if visit.state in GONE:
            return visit
        if visit.state not in CANCELLABLE or visit.has_run_out(now):
            raise Over
        inside = in_cutoff(visit, now)
        if inside and not staff:
            raise TooLate
        freed_by(visit, now=now)
        declined = staff and visit.is_request
        is_late = not visit.is_request and (inside if late is None else late)
        visit.state = State.LATE_CANCELLED if is_late else State.CANCELLED
        visit.version += 1
        visit.cancelled_at, visit.cancelled_by = now, user_behind(by)
        visit.cancel_reason = reason[:120]
        visit.held_until = visit.held_until if declined else None
        visit.save(force_update=True)
        people.look_after(visit.patient, visit.practitioner, now)
        verb, topic = ("decline", owing.DECLINED) if declined else ("cancel", owing.CANCELLED)
        told_and_recorded(visit, verb, topic, by=by, now=now, late=is_late)
    return visit


def renew_links(appointment: Appointment, *, by: Actor, now: datetime) -> int:
    """Make every link to the visit useless and send a new one; return how many were revoked."""
    with locks.writing():
        visit = locks.visit_to_change(appointment.pk)
        links = VisitLink.objects.filter(appointment=visit, revoked_at__isnull=True)
        revoked = links.update(revoked_at=now)
        audit.record("visit.renew_links", visit, by=by, patient_id=visit.patient_id, at=now)
        owing.renewed(visit, now=now)
    return revoked


def open_link(appointment: Appointment, *, by: Actor, now: datetime) -> str:
    """Make one more link to a visit, for somebody who may see it; return its token."""
    with locks.writing():
        return links.mint(appointment, "me", now)


def _is_there(
    visit: Appointment, practitioner: Practitioner, location: Location, starts_at: datetime
) -> bool:
    return (
        visit.practitioner == practitioner
        and visit.location == location
        and visit.starts_at == moment(instant(starts_at))
    )


def _go(
    visit: Appointment, practitioner: Practitioner, location: Location, starts_at: datetime
) -> None:
    """Set the new time on the row; it keeps its length, its id and its history."""
    length = visit.ends_at - visit.starts_at
    visit.practitioner, visit.location = practitioner, location
    visit.starts_at = moment(instant(starts_at))
    visit.ends_at = visit.starts_at + length
    visit.version += 1
    visit.confirmed_at = None


def _ask_again(visit: Appointment, now: datetime, *, by_clinic: bool) -> None:
    """Make a visit at a time the patient chose a request again, where its service wants that."""
    if visit.is_request or not by_clinic:
        ask_to_confirm(visit, now)
    if visit.held_until:
        visit.held_until = min(visit.held_until, visit.starts_at)
