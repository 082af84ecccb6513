"""A series of visits: looked at first, then booked whole or as far as it was chosen."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from bookings import availability as engine
from bookings import offers_owed, owing, schedule
from bookings.actions import locks
from bookings.actions.booking import desk_book, user_behind
from bookings.availability import MESSAGES, Occurrence
from bookings.errors import BookingError, NotOffered, PatientBusy, SeriesRefused
from bookings.models import Appointment, Series, SeriesVisit, Service, ServiceOffer
from bookings.models.appointment import ran_out
from bookings.schedule import FreeTime, instant, moment
from clinic import audit
from clinic.audit import Actor
from clinic.models import Location, Message, Patient, Practitioner

MINUTE = 60
MOST = 60  # visits in one series
NEARBY = timedelta(days=4)  # how far from a clash other times are looked for
ALTERNATIVES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A series as the desk says it: ten visits, Tue and Fri 08:30, from a day on."""

    patient: Patient
    service: Service
    practitioner: Practitioner
    location: Location
    pattern: Collection[tuple[int, int]]  # (weekday, minute after local midnight), 0 is Monday
    first_day: date
    count: int


@dataclass(slots=True)
class Planned:
    """One visit of a series as it stands before anything is booked."""

    day: date
    minute: int
    starts_at: datetime | None  # None where the clocks skip that time
    problem: str = ""  # why it cannot be booked, or ""
    clashes: list[Appointment] = field(default_factory=list)
    alternatives: list[FreeTime] = field(default_factory=list)


def preview(wanted: Wanted, *, now: datetime) -> list[Planned]:
    """Return every visit of a series: free, or why not, with the nearest free times.

    Asks the same engine as booking. A handful of queries, however many visits. Raises NotOffered,
    or ValueError for a pattern or count that makes no series.
    """
    offer = _offer(wanted)
    found = engine.series_starts(wanted.pattern, wanted.first_day, wanted.count, wanted.location.tz)
    look = _Look(wanted, offer, found, now)
    planned = [look.judged(one) for one in found]
    for row in planned:
        if row.problem:
            row.alternatives = look.alternatives(row)
    return planned


def _offer(wanted: Wanted) -> ServiceOffer:
    if wanted.count > MOST:
        raise ValueError(f"A series has at most {MOST} visits")
    offers = schedule.matching(
        schedule.offers_of(wanted.service, desk=True), wanted.practitioner, wanted.location
    )
    if not offers or wanted.service.is_group:
        raise NotOffered
    return offers[0]


class _Look:
    """What a preview reads once: the diary of all its days, and what the patient has then."""

    def __init__(
        self, wanted: Wanted, offer: ServiceOffer, found: Sequence[Occurrence], now: datetime
    ) -> None:
        self.offer, self.tz = offer, wanted.location.tz
        self.length = wanted.service.minutes * MINUTE
        self.gap = max(wanted.service.buffer_before, wanted.service.buffer_after) * MINUTE
        today = engine.local_day(instant(now), self.tz)
        self.first = max(today, found[0].day - NEARBY)
        self.last = max(self.first, found[-1].day + NEARBY)
        self.diary = schedule.read([offer], now=now, first=self.first, last=self.last, desk=True)
        self.there = self._there(wanted)
        self.theirs = [
            (instant(visit.starts_at), instant(visit.ends_at))
            for visit in self.there
            if visit.patient_id == wanted.patient.pk
        ]
        self.taken: list[int] = []  # the starts of this series that can be booked
        self._free: list[int] | None = None

    def _there(self, wanted: Wanted) -> list[Appointment]:
        """Return what the practitioner and the patient have in these days. One query."""
        start = moment(engine.day_start(self.first, self.tz))
        end = moment(engine.day_start(self.last + timedelta(days=1), self.tz))
        whose = Q(practitioner=wanted.practitioner) | Q(patient=wanted.patient)
        rows = Appointment.objects.blocking().overlapping(start, end).filter(whose)
        return list(rows.exclude(ran_out(self.diary.now)).with_people().order_by("starts_at"))

    def judged(self, one: Occurrence) -> Planned:
        """Return one visit with what stands in its way."""
        if one.start is None:
            words = _("The clocks skip this time on that day. Choose another.")
            return Planned(one.day, one.minute, None, words)
        row = Planned(one.day, one.minute, moment(one.start))
        end = one.start + self.length
        refusal = self.diary.refusal(self.offer, one.start)
        if refusal:
            row.problem = _(MESSAGES[refusal])
        elif self._overlaps(one.start, self.theirs):
            row.problem = str(PatientBusy())
        elif self._by_the_series(one.start):
            row.problem = _("Another visit of this series is at that time.")
        else:
            self.taken.append(one.start)
            return row
        row.clashes = [
            visit
            for visit in self.there
            if instant(visit.starts_at) < end and one.start < instant(visit.ends_at)
        ]
        return row

    def _overlaps(self, start: int, spans: Iterable[tuple[int, int]]) -> bool:
        return any(start < high and low < start + self.length for low, high in spans)

    def _by_the_series(self, start: int) -> bool:
        """Say whether a start is too close to another visit of the series, buffers included."""
        return any(abs(start - other) < self.length + self.gap for other in self.taken)

    def alternatives(self, row: Planned) -> list[FreeTime]:
        """Return the nearest free times with the same practitioner, within some days."""
        if self._free is None:
            self._free = self.diary.starts(self.offer, self.first, self.last)
        wanted = engine.day_start(row.day, self.tz) + row.minute * MINUTE
        reach = int(NEARBY.total_seconds())
        near = [
            start
            for start in self._free
            if abs(start - wanted) <= reach
            and not self._overlaps(start, self.theirs)
            and not self._by_the_series(start)
        ]
        close = engine.nearest(near, wanted, ALTERNATIVES)
        return [self.diary.at(self.offer, start) for start in sorted(close)]


def book_series(
    wanted: Wanted,
    starts: Sequence[datetime],
    *,
    by: Actor,
    now: datetime,
    form_key: uuid.UUID | None = None,
) -> Series:
    """Book these visits, all of them or none, and owe the patient one letter about them.

    Each is booked as the desk books any visit, so each is checked again by the same function.
    Sent twice (the same ``form_key``), they are booked once.

    Raises SeriesRefused, which names every visit that cannot be booked; then nothing was written.
    """
    if not 0 < len(starts) <= MOST:
        raise ValueError(f"A series has 1 to {MOST} visits")
    with locks.writing():
        locks.queue_practitioners(wanted.practitioner.pk)
        locks.queue_rooms(wanted.service, wanted.location)
        locks.queue_patient(wanted.patient)
        if form_key and (before := Series.objects.filter(form_key=form_key).first()):
            return before
        visits, problems = _booked(wanted, starts, by, now)
        if problems:
            raise SeriesRefused(problems)
        made = Series(
            patient=wanted.patient,
            service=wanted.service,
            practitioner=wanted.practitioner,
            location=wanted.location,
            form_key=form_key or uuid.uuid4(),
            made_at=now,
            made_by=user_behind(by),
        )
        made.save(force_insert=True)
        SeriesVisit.objects.bulk_create(
            SeriesVisit(series=made, appointment=visit) for visit in visits
        )
        _one_letter(made, visits, now)
        data = {"visits": len(visits)}
        audit.record("series.book", made, by=by, patient_id=wanted.patient.pk, data=data, at=now)
    return made


def _booked(
    wanted: Wanted, starts: Sequence[datetime], by: Actor, now: datetime
) -> tuple[list[Appointment], list[tuple[datetime, BookingError]]]:
    """Book one after the other; go on after a refusal, so that all of them can be named."""
    visits, problems = [], []
    for starts_at in sorted(starts):
        try:
            visit = desk_book(
                patient=wanted.patient, service=wanted.service, practitioner=wanted.practitioner,
                location=wanted.location, starts_at=starts_at, by=by, now=now,
            )  # fmt: skip
        except BookingError as error:
            problems.append((starts_at, error))
        else:
            visits.append(visit)
    return visits, problems


def _one_letter(made: Series, visits: Sequence[Appointment], now: datetime) -> None:
    """Put one letter about the series in the place of one about each visit."""
    each = Message.objects.filter(
        topic=owing.BOOKED_BY_DESK,
        subject_id__in=[str(visit.pk) for visit in visits],
        channel=Message.Channel.EMAIL,
        state=Message.State.PENDING,
    )
    if each.update(state=Message.State.SKIPPED):
        offers_owed.series(made, made.patient.email, now=now)
