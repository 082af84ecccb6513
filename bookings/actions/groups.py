"""Planning group sessions. Seats are held, booked and cancelled like any visit."""

from datetime import datetime

from bookings import schedule
from bookings.actions import expiring, locks
from bookings.actions.booking import refused
from bookings.actions.changing import CANCELLABLE, cancel
from bookings.actions.offering import freed
from bookings.errors import NotOffered, NotPossible, Over
from bookings.models import Appointment, GroupSession, Service, ServiceOffer
from bookings.models.seats import TAKEN
from bookings.models.services import MOST_SEATS
from bookings.schedule import Diary, instant, moment
from clinic import audit
from clinic.audit import Actor
from clinic.models import Location, Practitioner

State = Appointment.State


def plan_session(
    *,
    service: Service,
    practitioner: Practitioner,
    location: Location,
    starts_at: datetime,
    seats: int | None = None,
    by: Actor,
    now: datetime,
) -> GroupSession:
    """Plan one session of a group service; it blocks the practitioner and a room at once.

    seats  as many as the service has, unless this session differs

    Raises NotOffered (also for a service that is not given in groups), TimeRefused (TimeTaken for
    an overlap) or NotPossible for a number of seats that makes no sense.
    """
    number = service.seats if seats is None else seats
    with locks.writing():
        locks.queue_practitioners(practitioner.pk)
        locks.queue_rooms(service, location, session=True)
        expiring.clear_stale([practitioner.pk], location, now)
        start = instant(starts_at)
        offer, diary = check_plan(service, practitioner, location, starts_at, number, now)
        room, unit = diary.unit(offer, start)
        session = GroupSession(
            service=service,
            practitioner=practitioner,
            location=location,
            room_id=room,
            room_unit=unit,
            starts_at=moment(start),
            ends_at=moment(start + service.minutes * 60),
            buffer_before=service.buffer_before,
            buffer_after=service.buffer_after,
            seats=number,
            state=State.SESSION,
            source=Appointment.Source.DESK,
        )
        session.save(force_insert=True)
        data = {"starts_at": session.starts_at.isoformat(), "seats": number}
        audit.record("session.plan", session, by=by, data=data, at=now)
        _free(session, "planned", now)
    return session


def check_plan(
    service: Service,
    practitioner: Practitioner,
    location: Location,
    starts_at: datetime,
    seats: int,
    now: datetime,
) -> tuple[ServiceOffer, Diary]:
    """Return the offer and the diary of a session that can be planned; raises as plan_session."""
    if not service.is_group:
        raise NotOffered
    if not 1 <= seats <= MOST_SEATS:
        raise NotPossible
    start = instant(starts_at)
    offers = schedule.matching(schedule.offers_of(service, desk=True), practitioner, location)
    if not offers:
        raise NotOffered
    day = schedule.local_day(start, location)
    diary = schedule.read(offers, now=now, first=day, last=day, desk=True)
    if refusal := diary.planning(offers[0], start):
        raise refused(refusal, ())
    return offers[0], diary


def change_seats(session: Appointment, *, seats: int, by: Actor, now: datetime) -> GroupSession:
    """Give a session more seats, or fewer as long as nobody sits on one that goes.

    Raises Over for a cancelled session and NotPossible otherwise.
    """
    with locks.writing():
        locks.queue_practitioners(session.practitioner_id)
        current = _current(session)
        if not max(1, last_seat(current)) <= seats <= MOST_SEATS:
            raise NotPossible
        was, current.seats = current.seats, seats
        current.save(update_fields=["seats"])
        if seats > (was or 0):
            _free(current, f"{was} to {seats} at {now.timestamp():.6f}", now)
        audit.record("session.seats", current, by=by, data={"was": was, "seats": seats}, at=now)
    return current


def last_seat(session: Appointment) -> int:
    """Return the highest number of a seat that somebody has, or 0."""
    return _seats_of(session).order_by("-seat").values_list("seat", flat=True).first() or 0


def cancel_session(session: Appointment, *, reason: str, by: Actor, now: datetime) -> int:
    """Cancel a session and every seat of it; everybody booked is told. Returns how many were.

    Raises Over when it was cancelled already, and NotPossible once somebody has arrived.
    """
    with locks.writing():
        locks.queue_practitioners(session.practitioner_id)
        current = _current(session)
        seats = list(_seats_of(current).with_people().order_by("seat"))
        if any(seat.state not in (*CANCELLABLE, State.HELD) for seat in seats):
            raise NotPossible
        told = [seat for seat in seats if seat.state != State.HELD]
        _seats_of(current).filter(state=State.HELD).update(state=State.EXPIRED)
        for seat in told:
            cancel(seat, reason=reason, by=by, now=now, late=False)
        current.state = State.CANCELLED
        current.cancelled_at, current.cancel_reason = now, reason[:120]
        current.save(update_fields=["state", "cancelled_at", "cancel_reason"])
        _free(current, "cancelled", now)
        audit.record("session.cancel", current, by=by, data={"seats": len(told)}, at=now)
    return len(told)


def _free(session: Appointment, why: str, now: datetime) -> None:
    """Offer to the waiting list what there is now: seats, or the time of a session that is off."""
    freed(
        session.practitioner, session.location, session.starts_at, session.ends_at,
        source=f"session:{session.pk}:{why}"[:100], now=now,
    )  # fmt: skip


def _current(session: Appointment) -> GroupSession:
    """Return the session as it is now; nobody else changes it meanwhile. Raises Over."""
    row: GroupSession = GroupSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if row.state != State.SESSION:
        raise Over
    return row


def _seats_of(session: Appointment):
    return Appointment.objects.filter(session=session.pk, state__in=TAKEN)
