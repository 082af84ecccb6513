"""A clinic with a full diary, for load tests: people who only exist to be busy.

Rows are inserted in bulk, past the actions but not past the constraints, and without addresses,
so that nobody is owed a message. The same numbers give the same diary.
"""

import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from bookings import availability as engine
from bookings import schedule
from bookings.models import Appointment, BreakTime, Room, Service, ServiceOffer, WorkingHours
from bookings.schedule import instant, moment
from clinic import audit
from clinic.models import CareRelation, Location, Patient, Practitioner

PLACE = "riverside"
SERVICES = ("initial-knee-assessment", "follow-up", "follow-up")  # one after the other
SHARE = 0.8
PATIENTS = 150  # of each practitioner, who sees nobody else's
GRID = 15 * 60  # seconds
CHUNK = 2000
MARK = "demo.busy"


@dataclass(slots=True)
class Book:
    """One practitioner's diary while it fills."""

    offer: ServiceOffer
    unit: int
    patients: list[Patient]
    windows: list[engine.Window]
    taken: list[tuple[int, int]]  # visits that were there already, in order
    visits: list[Appointment] = field(default_factory=list)


@transaction.atomic
def fill(now: datetime, *, practitioners: int = 10, days: int = 365) -> int:
    """Fill the diaries of so many people around today, two thirds of the days in the past.

    Returns the number of visits made; days filled by an earlier run are left as they are.
    """
    place = Location.objects.get(slug=PLACE)
    hall, _ = Room.objects.update_or_create(
        location=place, name="Hall", defaults={"capacity": practitioners}
    )
    services = [Service.objects.get(slug=slug) for slug in SERVICES]
    people = _people(practitioners, place, services)
    first = engine.local_day(instant(now), place.tz) - timedelta(days=days * 2 // 3)
    last = first + timedelta(days=days - 1)
    made = 0
    for unit, person in enumerate(people, start=1):
        book = _open(person, place, services[0], unit, first, last)
        if Appointment.objects.filter(room=hall, practitioner=person).exists():
            continue
        dice = random.Random(unit)  # noqa: S311  # the same clinic everywhere
        for visit in _visits(book, services, hall, now, dice):
            book.visits.append(visit)
        Appointment.objects.bulk_create(book.visits, batch_size=CHUNK)
        _look_after(book)
        made += len(book.visits)
    audit.record(MARK, by=audit.SYSTEM, data={"practitioners": practitioners, "visits": made})
    return made


def _people(count: int, place: Location, services: Sequence[Service]) -> list[Practitioner]:
    """Return who offers the first service here, brought up to ``count`` with stand-ins."""
    there = Practitioner.objects.filter(offers__service=services[0], offers__location=place)
    people = list(there.order_by("name"))[:count]
    for number in range(1, count - len(people) + 1):
        person, made = Practitioner.objects.get_or_create(
            slug=f"stand-in-{number:02}",
            defaults={
                "name": f"Stand-in {number:02}",
                "discipline": Practitioner.Discipline.PHYSIOTHERAPY,
                "title": "Physiotherapist",
            },
        )
        people.append(person)
        if not made:
            continue
        for service in dict.fromkeys(services):
            ServiceOffer.objects.create(service=service, practitioner=person, location=place)
        for weekday in range(5):
            at = {"practitioner": person, "location": place, "weekday": weekday}
            WorkingHours.objects.create(**at, starts=time(8), ends=time(17, 30))
            BreakTime.objects.create(**at, starts=time(12), ends=time(12, 30))
    return people


def _open(
    person: Practitioner, place: Location, service: Service, unit: int, first: date, last: date
) -> Book:
    """Return a practitioner's diary with what stands in it already."""
    offer = ServiceOffer.objects.select_related("service", "practitioner", "location").get(
        service=service, practitioner=person, location=place
    )
    begin = moment(engine.day_start(first, place.tz))
    diary = schedule.read([offer], now=begin, first=first, last=last, desk=True)
    rows = Appointment.objects.blocking().filter(practitioner=person).order_by("starts_at")
    taken = [
        (instant(a) - GRID, instant(b) + GRID) for a, b in rows.values_list("starts_at", "ends_at")
    ]
    patients = [
        Patient(first_name="Load", last_name=f"{person.name} {n:03}") for n in range(PATIENTS)
    ]
    Patient.objects.bulk_create(patients)
    return Book(offer, unit, patients, diary.windows(offer, first, last), taken)


def _visits(
    book: Book, services: Sequence[Service], hall: Room, now: datetime, dice: random.Random
) -> Iterator[Appointment]:
    """Yield visits side by side through every window, a share of the times left free."""
    today = instant(now)
    for number, (start, service) in enumerate(_times(book, services)):
        if dice.random() > SHARE:
            continue
        end = start + service.minutes * 60
        past = end <= today
        yield Appointment(
            patient=book.patients[number % PATIENTS],
            practitioner=book.offer.practitioner,
            location=book.offer.location,
            service=service,
            room=hall,
            room_unit=book.unit,
            starts_at=moment(start),
            ends_at=moment(end),
            buffer_before=service.buffer_before,
            buffer_after=service.buffer_after,
            state=Appointment.State.COMPLETED if past else Appointment.State.BOOKED,
            source=Appointment.Source.DESK,
            version=1,
            booked_at=min(now, moment(start - 7 * 86_400)),
        )


def _times(book: Book, services: Sequence[Service]) -> Iterator[tuple[int, Service]]:
    """Yield (start, service) so that nothing overlaps and every buffer is kept."""
    turn = 0
    for window in book.windows:
        start = window.start
        while True:
            service = services[turn % len(services)]
            end = start + service.minutes * 60
            if end > window.end:
                break
            at = bisect_left(book.taken, (end, 0)) - 1
            if at >= 0 and book.taken[at][1] > start:
                start = window.start + -(-(book.taken[at][1] - window.start) // GRID) * GRID
                continue
            yield start, service
            turn += 1
            free_from = end + service.buffer_after * 60
            start = window.start + -(-(free_from - window.start) // GRID) * GRID


def _look_after(book: Book) -> None:
    """Write the care relation that each first visit brings."""
    spans: dict[UUID, list[datetime]] = {}
    for visit in book.visits:
        if visit.patient_id:
            spans.setdefault(visit.patient_id, []).append(visit.starts_at)
    CareRelation.objects.bulk_create(
        CareRelation(
            patient_id=patient,
            practitioner=book.offer.practitioner,
            ground=CareRelation.Ground.VISIT,
            starts_at=min(times) - timedelta(days=7),
            ends_at=max(times) + timedelta(days=180),
        )
        for patient, times in spans.items()
    )
