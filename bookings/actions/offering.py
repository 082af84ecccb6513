"""A time that became free, offered to one person of the waiting list after the other.

``freed`` writes down what became free, in the transaction of the event that freed it. ``serve``
offers it: it runs right after that transaction, and again and again in the worker. Each offer is a
held visit, so nobody else can be given the time while somebody decides.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from bookings import availability as engine
from bookings import offers_owed, schedule
from bookings.actions import expiring, freeing, locks
from bookings.actions.booking import place
from bookings.availability.waiting import Gap, Wish, in_gap, rank, suits
from bookings.errors import BookingError
from bookings.models import (
    Appointment,
    FreedTime,
    Service,
    WaitingEntry,
    WaitingOffer,
)
from bookings.schedule import instant, moment
from bookings.tokens import new_token, sha256
from clinic import audit, practice
from clinic.audit import SYSTEM, Actor
from clinic.models import Location, Practitioner

logger = logging.getLogger(__name__)
LEAST_TO_ANSWER = timedelta(minutes=10)  # less than this before the notice begins helps nobody
MOVABLE = (Appointment.State.REQUESTED, Appointment.State.BOOKED)
LOOK_AHEAD = timedelta(days=120)  # how much of a long span is looked at
State = WaitingOffer.State


def freed(
    practitioner: Practitioner,
    location: Location,
    starts_at: datetime,
    ends_at: datetime,
    *,
    source: str,
    now: datetime,
) -> None:
    """Write down that a span became free, if anybody waits; it is offered after the commit.

    source  names the event: the same one is written down once
    """
    if freeing.note(practitioner, location, starts_at, ends_at, source=source, now=now):
        # The worker does the same a few seconds later, should this process end here.
        transaction.on_commit(partial(serve, now=now), robust=True)


def freed_by(visit: Appointment, *, now: datetime) -> None:
    """Write down the time that a visit gives up, before it goes or moves elsewhere."""
    freed(
        visit.practitioner,
        visit.location,
        visit.starts_at,
        visit.ends_at,
        source=freeing.source_of(visit),
        now=now,
    )


def note_ended_holds(*, now: datetime) -> int:
    """Write down the times of guests' holds that ran out or were given back; return how many.

    Holds of the last hour: an older one kept its time for ten minutes that nobody remembers. A
    request kept it for hours; whoever ends one writes it down (``expiring``), however late.
    """
    if not WaitingEntry.objects.waiting().exists():
        return 0
    since = now - timedelta(hours=1)
    ended = Appointment.objects.filter(
        state=Appointment.State.EXPIRED,
        held_until__gt=since,
        starts_at__gt=now,
        patient__isnull=True,
        waiting_offer__isnull=True,
    )
    known = FreedTime.objects.filter(
        freed_at__gt=since - timedelta(hours=1), source__startswith="hold:"
    )
    seen = set(known.values_list("source", flat=True))
    found = 0
    for hold in ended.select_related("practitioner", "location"):
        if f"hold:{hold.pk}" not in seen:
            found += 1
            with locks.writing():
                freed(
                    hold.practitioner, hold.location, hold.starts_at, hold.ends_at,
                    source=f"hold:{hold.pk}", now=now,
                )  # fmt: skip
    return found


def serve(*, now: datetime) -> int:
    """Offer every freed time to whoever it suits best; return how many offers were made.

    Safe to run as often as one likes and in several processes at once.
    """
    spans = list(
        FreedTime.objects.filter(closed_at__isnull=True)
        .select_related("practitioner", "location")
        .order_by("starts_at", "pk")
    )
    if not spans:
        return 0
    waiting = [
        entry for entry in WaitingEntry.objects.waiting().with_wishes() if _still(entry, now)
    ]
    return sum(_serve(span, waiting, now) for span in spans)


def _still(entry: WaitingEntry, now: datetime) -> bool:
    """Say whether an earlier time would still help: whose visit is over has no wish left."""
    visit = entry.visit
    return visit is None or (visit.state in MOVABLE and visit.starts_at > now)


def _serve(span: FreedTime, waiting: Sequence[WaitingEntry], now: datetime) -> int:
    gap = Gap(
        str(span.practitioner_id),
        str(span.location_id),
        instant(span.starts_at),
        instant(span.ends_at),
    )
    made = 0
    asked = _Asked.before(span)
    busy = set(WaitingOffer.objects.running().values_list("entry_id", flat=True))
    left = False
    kept: list[tuple[int, int]] = []
    for entry, start, places in _by_fit(span, gap, waiting, now):
        end = start + seconds(entry.length)
        rivals = sum(start < high and low < end for low, high in kept)
        if asked.covers(entry, start) or rivals >= places:
            continue
        if entry.pk in busy:
            left = True  # they decide about another time first, and may want this one after
            continue
        if offer_time(
            entry, span.practitioner, span.location, moment(start), by=SYSTEM, now=now, span=span
        ):
            busy.add(entry.pk)
            kept.append((start, end))
            made += 1
    if not made and not left and not _undecided(span, now):
        FreedTime.objects.filter(pk=span.pk, closed_at__isnull=True).update(closed_at=now)
    return made


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who was offered what of a span: nobody is asked twice about the same time."""

    entries: frozenset[object]
    times: tuple[tuple[object, int, int], ...]  # entry, start, end

    @classmethod
    def before(cls, span: FreedTime) -> "_Asked":
        """Return what was offered of a span so far. One query."""
        about = Q(freed=span) | Q(
            appointment__practitioner=span.practitioner_id,
            appointment__ends_at__gt=span.starts_at,
            appointment__starts_at__lt=span.ends_at,
        )
        rows = list(
            WaitingOffer.objects.filter(about).values_list(
                "entry_id", "freed_id", "appointment__starts_at", "appointment__ends_at"
            )
        )
        return cls(
            frozenset(entry for entry, freed_id, _, _ in rows if freed_id == span.pk),
            tuple((entry, instant(start), instant(end)) for entry, _, start, end in rows),
        )

    def covers(self, entry: WaitingEntry, start: int) -> bool:
        """Say whether somebody was asked about this span, or about a time that overlaps."""
        end = start + seconds(entry.length)
        return entry.pk in self.entries or any(
            who == entry.pk and start < theirs_end and theirs_start < end
            for who, theirs_start, theirs_end in self.times
        )


def _undecided(span: FreedTime, now: datetime) -> bool:
    """Say whether somebody still decides about the span: an offer, or a guest at the form."""
    if span.ends_at <= now:
        return False
    held = Appointment.objects.overlapping(span.starts_at, span.ends_at).filter(
        practitioner=span.practitioner_id, state=Appointment.State.HELD, held_until__gt=now
    )
    return held.exists()


def _by_fit(
    span: FreedTime, gap: Gap, waiting: Sequence[WaitingEntry], now: datetime
) -> Iterator[tuple[WaitingEntry, int, int]]:
    """Yield (entry, start, places) for everybody a part of the span suits, best match first."""
    alike: dict[tuple[Service, timedelta], list[WaitingEntry]] = defaultdict(list)
    for entry in waiting:
        alike[entry.service, entry.length].append(entry)
    found = []
    for (service, length), entries in alike.items():
        starts = free_in(span, gap, service, length, now)
        for entry in entries:
            wish = wish_of(entry)
            found += [
                (rank(wish, gap, start), start, places, entry)
                for start, places in starts.items()
                if suits(wish, gap, start, now=instant(now), tz=span.location.tz)
            ]
    found.sort(key=lambda each: (each[0], each[1]))
    yield from ((entry, start, places) for _, start, places, entry in found)


def free_in(
    span: FreedTime, gap: Gap, service: Service, length: timedelta, now: datetime
) -> dict[int, int]:
    """Return the starts of a service that use some of the span, as the engine lists them.

    With how many people can come then: one, or as many as a group session has seats left.

    length  of the visit: one that moves keeps its own, whatever its service takes by now
    """
    offers = schedule.matching(schedule.offers_of(service), span.practitioner, span.location)
    if not offers or span.ends_at <= now:
        return {}
    tz = span.location.tz
    first = engine.local_day(max(gap.start - seconds(length), instant(now)), tz)
    until = min(span.ends_at, now + LOOK_AHEAD)
    last = max(first, engine.local_day(instant(until), tz))
    diary = schedule.read(offers, now=now, first=first, last=last, length=length)
    starts = in_gap(diary.starts(offers[0], first, last), gap, seconds(length))
    sessions = {start: diary.session(offers[0], start) for start in starts if service.is_group}
    return {start: session.left if (session := sessions.get(start)) else 1 for start in starts}


def seconds(length: timedelta) -> int:
    """Return a length as the engine counts it."""
    return int(length.total_seconds())


def wish_of(entry: WaitingEntry) -> Wish:
    """Return what the pure matching asks about an entry."""
    return Wish(
        key=str(entry.pk),
        since=instant(entry.created_at),
        duration=seconds(entry.length),
        practitioners=frozenset(str(person.pk) for person in entry.practitioners.all()),
        places=frozenset(str(place.pk) for place in entry.locations.all()),
        weekdays=frozenset(entry.weekdays),
        parts=frozenset(entry.parts),
        notice=entry.notice_hours * 3600,
        before=instant(entry.visit.starts_at) if entry.visit else None,
    )


def offer_time(
    entry: WaitingEntry,
    practitioner: Practitioner,
    location: Location,
    starts_at: datetime,
    *,
    by: Actor,
    now: datetime,
    span: FreedTime | None = None,
) -> WaitingOffer | None:
    """Hold a time for somebody who waits and owe them the message.

    None where it cannot be: the time is no longer free, they have an offer already, they no longer
    wait, or too little time is left to answer. Nothing is written then.
    """
    until = _until(entry.service, starts_at, now)
    if until is None:
        return None
    try:
        with locks.writing():
            locks.queue_practitioners(practitioner.pk)
            locks.queue_rooms(entry.service, location)
            expiring.clear_stale([practitioner.pk], location, now)
            locked = queue_entry(entry.pk)
            if locked.state != WaitingEntry.State.WAITING or locked.offers.running().exists():
                return None
            held = _held(entry, practitioner, location, starts_at, until)
            if _has_a_visit_then(entry, held):
                return None
            place(held, now=now, desk=False)
            held.save(force_insert=True)
            offer = WaitingOffer(
                entry=entry,
                freed=span or _by_hand(held, now),
                appointment=held,
                offered_at=now,
                expires_at=until,
            )
            offer.save(force_insert=True)
            offers_owed.offered(offer, now=now)
            data = {"offer": str(offer.pk), "starts_at": held.starts_at.isoformat()}
            audit.record(
                "waiting.offer", entry, by=by, patient_id=entry.patient_id, data=data, at=now
            )
    except BookingError as error:
        logger.info("No offer for entry %s: %s", entry.pk, type(error).__name__)
        return None
    return offer


def _by_hand(held: Appointment, now: datetime) -> FreedTime:
    """Return the span of a time the desk offers: declined, it goes to the next as any other."""
    span, _ = FreedTime.objects.get_or_create(
        source=f"desk:{held.pk}",
        defaults={
            "practitioner": held.practitioner,
            "location": held.location,
            "starts_at": held.starts_at,
            "ends_at": held.ends_at,
            "freed_at": now,
        },
    )
    return span


def _until(service: Service, starts_at: datetime, now: datetime) -> datetime | None:
    """Return until when an answer is waited for; None where too little time is left.

    Never beyond the moment from which the time could not be booked any more.
    """
    claim = timedelta(minutes=practice.current().claim_minutes)
    last = starts_at - timedelta(minutes=service.notice_minutes)
    until = min(now + claim, last)
    return until if until - now >= min(claim, LEAST_TO_ANSWER) else None


def _held(
    entry: WaitingEntry,
    practitioner: Practitioner,
    location: Location,
    starts_at: datetime,
    until: datetime,
) -> Appointment:
    service = entry.service
    start = instant(starts_at)
    return Appointment(
        service=service,
        practitioner=practitioner,
        location=location,
        starts_at=moment(start),
        ends_at=moment(start + seconds(entry.length)),
        buffer_before=service.buffer_before,
        buffer_after=service.buffer_after,
        state=Appointment.State.HELD,
        held_until=until,
        holder=sha256(new_token()),  # nobody's browser holds it
    )


def _has_a_visit_then(entry: WaitingEntry, held: Appointment) -> bool:
    """Say whether the person has another visit at that time, besides the one they would give up."""
    if entry.patient_id is None:
        return False
    theirs = Appointment.objects.blocking().overlapping(held.starts_at, held.ends_at)
    return theirs.filter(patient=entry.patient_id).exclude(waiting=entry).exists()


def queue_entry(pk: UUID) -> WaitingEntry:
    """Return an entry as it is now; nobody else changes it or its offers meanwhile.

    Taken after practitioners, rooms and patients, and before any visit.
    """
    return WaitingEntry.objects.select_for_update(of=("self",)).get(pk=pk)
