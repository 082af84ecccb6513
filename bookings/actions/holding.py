"""Holding a time while somebody types their details."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings import availability as engine
from bookings import doors, limits, schedule
from bookings.actions import expiring, locks
from bookings.errors import NotOffered, TimeRefused, TimeTaken
from bookings.models import Appointment, Service, ServiceOffer
from bookings.schedule import Diary, instant, moment
from bookings.tokens import hold_token, sha256
from clinic import practice
from clinic.audit import Actor
from clinic.models import Location, Practitioner

State = Appointment.State


def hold(
    *,
    service: Service,
    practitioner: Practitioner | None,
    location: Location,
    starts_at: datetime,
    browser: str,
    by: Actor,
    now: datetime,
    or_any: bool = False,
    address: str = "",
    trial: bool = False,
) -> Appointment:
    """Keep a time from everybody else for some minutes, and give back what the browser held.

    practitioner  None: whoever is free then and has the lightest load that week, ties by name
    or_any        if that practitioner was taken meanwhile, anybody else who is free will do
    browser       the browser's secret key; it holds one time. Choosing the same again keeps it
    address       network address, for the limit of holds in an hour
    trial         a manager tries it out before the clinic is open

    Raises NotOpenYet, NotOffered, TimeRefused (TimeTaken for a lost race) or TooMany. Then nothing
    changed.
    """
    doors.check(trial=trial)
    offers = schedule.matching(schedule.offers_of(service), None, location)
    first = schedule.matching(offers, practitioner, None) if practitioner else []
    if not offers or (practitioner and not first):
        raise NotOffered
    asked = _Asked(browser, instant(starts_at), now, address)
    others = _by_load(offers, asked) if or_any or not practitioner else []
    refused: TimeRefused | None = None
    # Whoever loses the race for one diary asks the next: N requests for N free people are N holds.
    for offer in [*first, *(other for other in others if other not in first)]:
        try:
            return _hold(offer, asked)
        except TimeRefused as error:
            refused = refused or error
    raise refused or TimeTaken


def release(*, browser: str, by: Actor, now: datetime) -> int:
    """Give back what this browser holds; return how many times that were."""
    with locks.writing():
        locks.queue_browser(sha256(browser))
        return _give_back(sha256(browser))


def expire_holds(*, by: Actor, now: datetime) -> int:
    """Turn holds that ran out into ``expired``; return how many. Nobody's time depends on it:
    whoever needs such a time frees it themselves."""
    with locks.writing():
        held = Appointment.objects.filter(state=State.HELD)
        return expiring.expire(held.order_by("held_until"), now)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a browser asks for, the same for each practitioner tried."""

    browser: str
    start: int  # instant
    now: datetime
    address: str

    @property
    def mark(self) -> str:
        """What the database keeps of the browser's key."""
        return sha256(self.browser)


def _by_load(offers: Sequence[ServiceOffer], asked: _Asked) -> list[ServiceOffer]:
    """Return those who are free then, as far as can be seen without queueing."""
    tz = offers[0].location.tz
    today, day = (engine.local_day(at, tz) for at in (instant(asked.now), asked.start))
    monday = day - timedelta(days=day.weekday())
    first = min(day, max(today, monday))
    diary = schedule.read(offers, now=asked.now, first=first, last=day, browser=asked.mark)
    free = [offer for offer in offers if diary.refusal(offer, asked.start) is None]
    # With nobody free the first is asked under the lock, which then says why not.
    return diary.by_load(free, monday) or list(offers[:1])


def _hold(offer: ServiceOffer, asked: _Asked) -> Appointment:
    with locks.writing():
        locks.queue_browser(asked.mark)
        locks.queue_practitioners(offer.practitioner_id)
        locks.queue_rooms(offer.service, offer.location)
        expiring.clear_stale([offer.practitioner_id], offer.location, asked.now)
        held = _already(offer, asked)
        if held:
            return held
        _give_back(asked.mark)
        diary = _diary(offer, asked)
        limits.take("hold", asked.address, limits.HOLDS_PER_ADDRESS, now=asked.now)
        return _insert(diary, offer, asked)


def _already(offer: ServiceOffer, asked: _Asked) -> Appointment | None:
    return Appointment.objects.filter(
        state=State.HELD,
        browser=asked.mark,
        held_until__gt=asked.now,
        service=offer.service,
        practitioner=offer.practitioner,
        location=offer.location,
        starts_at=moment(asked.start),
    ).first()


def _give_back(mark: str) -> int:
    held = Appointment.objects.filter(state=State.HELD, browser=mark)
    return held.update(state=State.EXPIRED)


def _diary(offer: ServiceOffer, asked: _Asked) -> Diary:
    """Return the diary of that day, read under the lock. Raises when the time is not free."""
    current = schedule.matching(
        schedule.offers_of(offer.service), offer.practitioner, offer.location
    )
    day = engine.local_day(asked.start, offer.location.tz)
    diary = schedule.read(current, now=asked.now, first=day, last=day, at=asked.start)
    refusal = diary.refusal(current[0], asked.start)
    if refusal in (engine.Refusal.TAKEN, engine.Refusal.FULL):
        raise TimeTaken
    if refusal:
        raise TimeRefused(refusal)
    return diary


def _insert(diary: Diary, offer: ServiceOffer, asked: _Asked) -> Appointment:
    pk = uuid.uuid4()
    spot = diary.spot(offer, asked.start)
    appointment = Appointment(
        pk=pk,
        practitioner=offer.practitioner,
        location=offer.location,
        service=diary.service,
        room_id=spot.room,
        room_unit=spot.unit,
        session_id=spot.session,
        seat=spot.seat,
        starts_at=moment(asked.start),
        ends_at=diary.at(offer, asked.start).ends_at,
        buffer_before=diary.service.buffer_before,
        buffer_after=diary.service.buffer_after,
        state=State.HELD,
        held_until=asked.now + timedelta(minutes=practice.current().hold_minutes),
        holder=sha256(hold_token(asked.browser, pk)),
        browser=asked.mark,
    )
    appointment.save(force_insert=True)
    return appointment
