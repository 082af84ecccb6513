"""Visits of the demo clinic: the same actions as everybody's, with the clock passed in."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from bookings import actions, schedule
from bookings.actions import payments
from bookings.models import Appointment, Service
from clinic.audit import GUEST, Actor
from clinic.models import Location, Patient, Practitioner, User


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to book: service and practitioner by slug, a local hour of a day."""

    service: str
    practitioner: str
    day: date
    hour: int = 8
    ahead: int = 5  # days between booking and visit


def desk() -> Actor:
    """The demo's front desk."""
    return Actor("staff", User.objects.get(email="desk@example.com").pk)


def past(moment: datetime) -> datetime:
    """Return a moment, or now where it lies ahead: nothing was done tomorrow."""
    return min(moment, timezone.now())


def book(wish: Wish, details: actions.Details) -> Appointment | None:
    """Book the first time of that day that fits, as a guest would; None when the day is full.

    The booking happens ``ahead`` days before, so nothing in it lies in its own past.
    """
    service = Service.objects.get(slug=wish.service)
    practitioner = Practitioner.objects.get(slug=wish.practitioner)
    for location in Location.objects.filter(offers__practitioner=practitioner).distinct():
        wanted = datetime.combine(wish.day, time(wish.hour), location.tz)
        now = past(wanted - timedelta(days=wish.ahead, hours=1))
        free = schedule.free_times(service, practitioner, location, wish.day, wish.day, now)
        for found in free:
            if found.starts_at < wanted:
                continue
            held = actions.hold(
                service=service,
                practitioner=practitioner,
                location=location,
                starts_at=found.starts_at,
                browser=secrets.token_hex(16),
                by=GUEST,
                now=now,
            )
            return actions.book(held, details, by=GUEST, now=now)
    return None


def book_near(wish: Wish, details: actions.Details) -> Appointment:
    """Book as ``book`` does, on that day or one of the next two weeks."""
    for later in range(14):
        day = wish.day + timedelta(days=later)
        again = Wish(wish.service, wish.practitioner, day, wish.hour, wish.ahead + later)
        if visit := book(again, details):
            return visit
    raise ValueError(f"No time for {wish.service} with {wish.practitioner} after {wish.day}.")


def again(patient: Patient) -> actions.Details:
    """Details of somebody the clinic knows."""
    return actions.Details(patient=patient, email=patient.email)


def come(visit: Appointment) -> None:
    """The patient comes, is seen, and leaves at the end of the time."""
    by = desk()
    called(visit)
    actions.arrive(visit, by=by, now=visit.starts_at - timedelta(minutes=6))
    actions.start(visit, by=by, now=visit.starts_at)
    done = actions.complete(visit, by=by, now=visit.ends_at)
    pay(done)


def pay(visit: Appointment) -> None:
    """The patient pays on the way out, most by card; a few settle it another day."""
    turn = visit.starts_at.timetuple().tm_yday + visit.starts_at.hour
    method = ("card", "cash", "card", "transfer", "card", "")[turn % 6]
    if method and visit.price:
        payments.take(
            visit, amount=visit.price, method=method, by=desk(), now=visit.ends_at,
            form_key=uuid.uuid5(visit.pk, "demo"),
        )  # fmt: skip


def called(visit: Appointment) -> None:
    """Who missed visits before was called, and said they would come, before this one stood."""
    if visit.state == Appointment.State.REQUESTED:
        actions.confirm(visit, by=desk(), now=past(visit.starts_at - timedelta(days=1)))


def answered(visit: Appointment) -> None:
    """What needs the clinic's approval was confirmed two hours after somebody asked for it."""
    if visit.is_request and visit.booked_at:
        actions.confirm(visit, by=desk(), now=past(visit.booked_at + timedelta(hours=2)))


def stay_away(visit: Appointment) -> None:
    called(visit)
    actions.no_show(visit, by=desk(), now=visit.starts_at + timedelta(minutes=20))


def call_off(visit: Appointment, days: int = 2) -> None:
    """The patient cancels from the link, some days ahead."""
    reason = Appointment.CancelReason.CANNOT_COME
    actions.cancel(visit, reason=reason, by=GUEST, now=past(visit.starts_at - timedelta(days=days)))
