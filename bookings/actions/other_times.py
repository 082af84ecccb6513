"""A visit loses its time: its patient is offered three others, and takes one or asks for a call.

Nothing is cancelled. A visit stays where it is until its patient, or the desk, moves it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bookings import availability as engine
from bookings import offers_owed, schedule
from bookings.actions import locks
from bookings.actions.changing import move
from bookings.errors import OfferGone
from bookings.models import Appointment, OtherTime, OtherTimes, Service
from bookings.schedule import FreeTime, instant
from clinic import audit
from clinic.audit import Actor
from clinic.models import Location, Practitioner

MOVABLE = (Appointment.State.REQUESTED, Appointment.State.BOOKED)
SEARCHED = 28  # days
EARLIER = 7  # days before a visit from which other times are looked for
OFFERED = 3
State = OtherTimes.State
Cause = Mapping[str, Any]  # absence=… or change=…: what took the time of the visits


def offer_to(
    visits: Iterable[Appointment], cause: Cause, *, by: Actor, now: datetime, mail: bool = True
) -> None:
    """Offer the patient of each visit three other times, in the caller's transaction.

    cause  the absence or the change of hours that took their time
    mail   write to those who have an address; otherwise somebody calls all of them
    """
    visits = [visit for visit in visits if visit.patient]
    times = propose(visits, now=now)
    for visit in visits:
        _ask(visit, times[visit.pk], cause, by, now, mail=mail)


def _ask(
    visit: Appointment,
    times: Sequence[FreeTime],
    cause: Cause,
    by: Actor,
    now: datetime,
    *,
    mail: bool,
) -> None:
    offer, _ = OtherTimes.objects.update_or_create(
        **cause,
        appointment=visit,
        defaults={
            "version": visit.version,
            "starts_at": visit.starts_at,
            "state": State.ASKED if mail else State.CALL,
            "asked_at": now,
            "answered_at": None if mail else now,
        },
    )
    offer.times.all().delete()
    OtherTime.objects.bulk_create(
        OtherTime(
            offer=offer,
            practitioner=each.practitioner,
            location=each.location,
            starts_at=each.starts_at,
        )
        for each in times
    )
    if mail and visit.patient:
        offers_owed.other_times(offer, visit.patient.email, now=now)
    audit.record("visit.offer_times", visit, by=by, patient_id=visit.patient_id, at=now)


def propose(visits: Iterable[Appointment], *, now: datetime) -> dict[object, list[FreeTime]]:
    """Return up to three free times for each visit, none of them for two. By visit id.

    Suggested, not held (ADR 17). Seats of one session may be suggested to several.

    From a week before the visit on: the earliest with anybody at the same place, and two with the
    same practitioner where there are any, on different days. As long as the visit, whatever its
    service takes by now. Three queries for each service, length and four weeks of visits, and one
    for what patients have already.
    """
    visits = list(visits)
    theirs = _visits_of(visits, now)
    together: dict[tuple[Service, timedelta, int], list[Appointment]] = defaultdict(list)
    for visit in visits:
        ahead = (search_from(visit, now) - _today(visit, now)).days
        together[visit.service, visit.length, ahead // SEARCHED].append(visit)
    given: set[tuple[object, datetime]] = set()
    found: dict[object, list[FreeTime]] = {}
    for (service, length, _), those in together.items():
        firsts = {visit.pk: search_from(visit, now) for visit in those}
        times = free_times(service, now, min(firsts.values()), max(firsts.values()), length=length)
        for visit in those:
            spare = [
                each
                for each in times
                if (each.practitioner.pk, each.starts_at) not in given
                and each.starts_at.astimezone(each.location.tz).date() >= firsts[visit.pk]
                and not _overlaps(each, visit, theirs[visit.patient_id])
            ]
            found[visit.pk] = _three(visit, spare)
            if not service.is_group:
                given.update((each.practitioner.pk, each.starts_at) for each in found[visit.pk])
    return found


def search_from(visit: Appointment, now: datetime) -> date:
    """Return the day from which other times for a visit are looked for: a week before it."""
    day = engine.local_day(instant(visit.starts_at), visit.location.tz)
    return max(day - timedelta(days=EARLIER), _today(visit, now))


def _today(visit: Appointment, now: datetime) -> date:
    return engine.local_day(instant(now), visit.location.tz)


def free_times(
    service: Service,
    now: datetime,
    first: date,
    last: date | None = None,
    *,
    length: timedelta | None = None,
) -> list[FreeTime]:
    """Return the free times of the four weeks from a day, with the notice patients get.

    ``last`` asks for the four weeks of the days up to it too; ``length`` is of a visit that was
    booked when its service took longer or shorter. Three queries.
    """
    offers = schedule.offers_of(service, desk=True)
    if not offers:
        return []
    end = (last or first) + timedelta(days=SEARCHED)
    diary = schedule.read(offers, now=now, first=first, last=end, desk=True, length=length)
    soonest = now + timedelta(minutes=service.notice_minutes)
    times = schedule.all_times(diary, offers, first, end)
    return [each for each in times if each.starts_at >= soonest]


def times_for(visit: Appointment, now: datetime) -> list[FreeTime]:
    """Return the free times of four weeks at which a visit's patient is not elsewhere."""
    theirs = _visits_of([visit], now)[visit.patient_id]
    times = free_times(visit.service, now, search_from(visit, now), length=visit.length)
    return [each for each in times if not _overlaps(each, visit, theirs)]


def _visits_of(
    visits: Sequence[Appointment], now: datetime
) -> dict[object, list[tuple[object, datetime, datetime]]]:
    """Return what these patients have ahead: (visit id, start, end) by patient. One query."""
    rows = (
        Appointment.objects.blocking()
        .filter(patient__in={visit.patient_id for visit in visits}, ends_at__gt=now)
        .values_list("patient_id", "pk", "starts_at", "ends_at")
    )
    found: dict[object, list[tuple[object, datetime, datetime]]] = defaultdict(list)
    for patient, pk, starts_at, ends_at in rows:
        found[patient].append((pk, starts_at, ends_at))
    return found


def _overlaps(
    time: FreeTime, visit: Appointment, theirs: Iterable[tuple[object, datetime, datetime]]
) -> bool:
    return any(
        pk != visit.pk and time.starts_at < ends_at and starts_at < time.ends_at
        for pk, starts_at, ends_at in theirs
    )


def _three(visit: Appointment, times: Sequence[FreeTime]) -> list[FreeTime]:
    """Choose among free times, earliest first: with anybody, then two with the same person."""
    here = [each for each in times if each.location == visit.location] or list(times)
    same = [each for each in here if each.practitioner == visit.practitioner]
    chosen = here[:1]
    for pool in (same, here):
        for each in pool:
            days = {one.starts_at.astimezone(one.location.tz).date() for one in chosen}
            new_day = each.starts_at.astimezone(each.location.tz).date() not in days
            if len(chosen) < OFFERED and each not in chosen and new_day:
                chosen.append(each)
    chosen += [each for each in here if each not in chosen][: OFFERED - len(chosen)]
    return sorted(chosen, key=lambda each: each.starts_at)


def open_offer(visit: Appointment) -> OtherTimes | None:
    """Return the offer of other times that still fits a visit as it is now."""
    offers = visit.other_times.filter(
        version=visit.version, state__in=[State.ASKED, State.CALL]
    ).prefetch_related("times__practitioner", "times__location")
    return offers.order_by("-asked_at").first() if visit.state in MOVABLE else None


def choose_time(
    offer: OtherTimes,
    *,
    practitioner: Practitioner,
    location: Location,
    starts_at: datetime,
    by: Actor,
    now: datetime,
) -> Appointment:
    """Move the visit to a time its patient chose; cut-off and notice are not asked.

    Raises OfferGone when it was settled meanwhile, or what moving raises; nothing is written then.
    """
    visit = offer.appointment
    with locks.writing():
        locks.queue_practitioners(visit.practitioner_id, practitioner.pk)
        locks.queue_rooms(visit.service, location)
        locks.queue_patient(visit.patient)
        current = locks.visit_to_change(visit.pk)
        if current.version != offer.version or current.state not in MOVABLE:
            raise OfferGone
        moved = move(
            current, practitioner=practitioner, location=location, starts_at=starts_at,
            by=by, now=now, invited=True,
        )  # fmt: skip
        _answered(offer, State.ACCEPTED, now)
    return moved


def ask_for_call(offer: OtherTimes, *, by: Actor, now: datetime) -> None:
    """Write down that a patient would rather be called. Said twice, the first time stands.

    Raises OfferGone when it was settled meanwhile.
    """
    with locks.writing():
        visit = locks.visit_to_change(offer.appointment_id)
        if visit.version != offer.version or visit.state not in MOVABLE:
            raise OfferGone
        if _answered(offer, State.CALL, now):
            audit.record("visit.wants_call", visit, by=by, patient_id=visit.patient_id, at=now)


def _answered(offer: OtherTimes, state: str, now: datetime) -> bool:
    open_still = OtherTimes.objects.filter(pk=offer.pk).exclude(state=state)
    return bool(open_still.update(state=state, answered_at=now))
