"""A change of hours: the visits it leaves without them, and what happens to those.

The change itself is any function that writes rows. It is tried first and taken back, so that the
desk sees whom it touches; carried out, the visits stay booked, and their patients are offered
other times or called.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.db import transaction

from bookings import availability as engine
from bookings.actions import locks, other_times
from bookings.actions.affected import note_affected
from bookings.actions.booking import user_behind
from bookings.errors import LookFirst
from bookings.models import AffectedVisit, Appointment, HoursChange, ServiceOffer
from bookings.schedule import Diary, instant
from bookings.schedule.diary import rules_for
from clinic import audit
from clinic.audit import Actor

AHEAD = (Appointment.State.REQUESTED, Appointment.State.BOOKED)
DAYS = 366  # how far ahead visits are looked at
MAIL, CALL, NOTHING = "mail", "call", "nothing"  # what happens to the visits a change touches

Write = Callable[[], object]
Whose = Mapping[str, Any]  # which visits a change may touch: lookups of Appointment


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody saw before a change, and what is to happen to the visits it touches.

    seen  the ``digest`` of the visits they looked at
    then  MAIL, CALL or NOTHING; empty while they have not said
    """

    seen: str = ""
    then: str = ""


@dataclass(slots=True)
class Outcome:
    """What became of a change: the visits it left without hours, and where they are worked off."""

    touched: list[Appointment]
    change: HoursChange | None = None


def touched_if(write: Write, whose: Whose, *, now: datetime) -> list[Appointment]:
    """Return the visits ahead that a write would leave without hours; it is taken back again.

    whose  which visits it may touch: those of a practitioner, at a place
    """
    try:
        with transaction.atomic():
            raise _TakenBack(_touched(write, whose, now))
    except _TakenBack as trial:
        return trial.touched


class _TakenBack(Exception):  # noqa: N818  # no error: the way out of a trial
    """Rolls a trial back, and carries what it found."""

    def __init__(self, touched: list[Appointment]) -> None:
        super().__init__()
        self.touched = touched


def _touched(write: Write, whose: Whose, now: datetime) -> list[Appointment]:
    visits = booked_ahead(now, **whose)
    before = {visit.pk for visit in outside_hours(visits, now)}
    write()
    return [visit for visit in outside_hours(visits, now) if visit.pk not in before]


def change_hours(
    write: Write,
    whose: Whose,
    about: HoursChange,
    *,
    look: Look | None,
    by: Actor,
    now: datetime,
) -> Outcome:
    """Carry out a change of hours in one transaction, and do what ``look`` says with the visits.

    write  writes the rows, their audit rows, and what becomes free
    about  the change in words, unsaved; kept when patients are asked or called because of it

    Without a ``look`` nothing happens to the visits. Raises LookFirst, and writes nothing, when the
    visits are not those that were looked at, or when it was not said what happens to them.
    """
    with locks.writing():
        locks.queue_practitioners(*_concerned(whose))
        touched = _touched(write, whose, now)
        if touched and look is not None and (look.seen != digest(touched) or not look.then):
            raise LookFirst(touched)
        note_affected(touched, now=now)
        if not touched or look is None or look.then == NOTHING:
            return Outcome(touched)
        about.made_at, about.made_by = now, user_behind(by)
        about.save(force_insert=True)
        count = {"visits": len(touched), "by": look.then}
        audit.record("hours.offer_times", about, by=by, data=count, at=now)
        mail = look.then == MAIL
        other_times.offer_to(touched, {"change": about}, by=by, now=now, mail=mail)
    return Outcome(touched, about)


def digest(touched: Iterable[Appointment]) -> str:
    """Return a few letters that stand for these visits as they are now."""
    text = ",".join(sorted(f"{visit.pk}:{visit.version}" for visit in touched))
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _concerned(whose: Whose) -> list[UUID]:
    """Return whose diaries wait while a change is carried out. One query for a place."""
    if "practitioner" in whose:
        return [whose["practitioner"]]
    if "practitioner__in" in whose:
        return list(whose["practitioner__in"])
    offers = ServiceOffer.objects.filter(
        **{name: value for name, value in whose.items() if name.startswith("location")}
    )
    return list(offers.values_list("practitioner_id", flat=True).distinct())


def booked_ahead(now: datetime, **whose: Any) -> list[Appointment]:
    """Return the visits ahead of a practitioner or a place, earliest first. One query."""
    ahead = Appointment.objects.with_people().filter(
        state__in=AHEAD, starts_at__gt=now, starts_at__lt=now + timedelta(days=DAYS), **whose
    )
    return list(ahead.order_by("starts_at"))


def outside_hours(visits: Sequence[Appointment], now: datetime) -> list[Appointment]:
    """Return those visits that do not fit whole into working hours as they stand now.

    Two queries, however many visits. Buffers, notice and grid are not asked: a visit that was
    booked keeps its time unless nobody works then.
    """
    if not visits:
        return []
    offers = {
        (visit.practitioner_id, visit.location_id): ServiceOffer(
            service=visit.service, practitioner=visit.practitioner, location=visit.location
        )
        for visit in visits
    }
    days = [_day(visit) for visit in visits]
    diary = Diary(
        list(offers.values()),
        now=now,
        first=min(days),
        last=max(days),
        rules=rules_for(visits[0].service, desk=True),
    )
    pairs = [(visit, offers[visit.practitioner_id, visit.location_id]) for visit in visits]
    return [visit for visit, offer in pairs if not _fits(visit, offer, diary)]


def still_affected(now: datetime, *, most: int) -> list[AffectedVisit]:
    """Return the visits nobody has dealt with that still lie outside hours, earliest first.

    Three queries, and at most ``most`` rows are looked at.
    """
    rows = list(AffectedVisit.objects.open(now).with_visits()[:most])
    outside = {visit.pk for visit in outside_hours([row.appointment for row in rows], now)}
    return [row for row in rows if row.appointment_id in outside]


def _day(visit: Appointment):
    return engine.local_day(instant(visit.starts_at), visit.location.tz)


def _fits(visit: Appointment, offer: ServiceOffer, diary: Diary) -> bool:
    day = _day(visit)
    start, end = instant(visit.starts_at), instant(visit.ends_at)
    return any(
        window.start <= start < window.end and end <= window.runs_to
        for window in diary.windows(offer, day, day)
    )
