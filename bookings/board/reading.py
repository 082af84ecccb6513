"""What the board asks the database: four questions, whatever the day, and one to see if it changed.

People and places; hours of every kind; the visits of the span; packages of those who come. The
visits are found by their place and time (index ``visit_by_place``), so a long diary costs nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    BooleanField,
    CharField,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)

from bookings import availability as engine
from bookings.board import facts, money
from bookings.models import Appointment, ClinicianCall
from bookings.models.appointment import ran_out
from bookings.schedule import moment
from clinic.models import Location, Practitioner

State = Appointment.State
STAMPED = (
    "pk", "state", "version", "confirmed_at", "practitioner_id", "room_id", "overbooked",
    facts.Name.INTAKE_DONE.value, facts.Name.PLAN_SENT.value, money.SETTLED,
    "call_needed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A practitioner, as far as the board names them."""

    pk: UUID
    name: str
    slug: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A location: its name and the clock on its wall."""

    pk: UUID
    name: str
    slug: str
    tz: ZoneInfo


@dataclass(frozen=True, slots=True)
class Span:
    """What is asked for: a place, local days, and one practitioner or everybody."""

    place: Place
    first: date
    last: date
    person: Person | None = None

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The instants at which these days begin and end on the wall of the place."""
        end = engine.day_start(self.last + timedelta(days=1), self.place.tz)
        return moment(engine.day_start(self.first, self.place.tz)), moment(end)


def people_and_places() -> tuple[list[Person], list[Place]]:
    """Return every practitioner by name and the open places in their order. One query."""
    text, number = CharField(), IntegerField()
    people = Practitioner.objects.order_by().values_list(
        Value("person", output_field=text), "pk", "name", "slug", Value("", output_field=text),
        "is_active", Value(0, output_field=number),
    )  # fmt: skip
    places = Location.objects.filter(is_active=True).values_list(
        Value("place", output_field=text), "pk", "name", "slug", "time_zone",
        Value(True, output_field=BooleanField()), "position",
    )  # fmt: skip
    rows = sorted(people.union(places, all=True), key=lambda row: (row[6], row[2].casefold()))
    return (
        [Person(row[1], row[2], row[3], bool(row[5])) for row in rows if row[0] == "person"],
        [Place(row[1], row[2], row[3], ZoneInfo(row[4])) for row in rows if row[0] == "place"],
    )


def _rows(span: Span, now: datetime) -> QuerySet[Appointment]:
    start, end = span.bounds
    rows = Appointment.objects.filter(
        location_id=span.place.pk, starts_at__gte=start, starts_at__lt=end
    )
    if span.person:
        rows = rows.filter(practitioner_id=span.person.pk)
    gone = Q(state=State.EXPIRED) | ran_out(now)
    call = ClinicianCall.objects.filter(appointment=OuterRef("pk"), taken_at__isnull=True)
    known = {**facts.columns(), **money.columns(), "call_needed": Exists(call)}
    return rows.exclude(gone).annotate(**known).order_by("starts_at", "pk")


def visits(span: Span, now: datetime) -> list[Appointment]:
    """Return the visits, holds and sessions of the span, earliest first. One query."""
    return list(_rows(span, now).select_related("patient", "service", "room"))


def stamp(span: Span, now: datetime) -> str:
    """Return what the visits of the span look like, as a few letters. One query, no joins."""
    return digest(_rows(span, now).values_list(*STAMPED))


def stamp_of(rows: Sequence[Appointment]) -> str:
    """Return the same of visits already read."""
    return digest([tuple(getattr(row, name) for name in STAMPED) for row in rows])


def digest(rows: Iterable[Sequence[Any]]) -> str:
    summed = blake2b(digest_size=12)
    for row in rows:
        words = [str(int(value) if isinstance(value, bool) else value) for value in row]
        summed.update("\x1f".join(words).encode() + b"\x1e")
    return summed.hexdigest()
