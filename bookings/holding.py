"""What ``verify`` looks for in visits, in offers, and in what patients were told about them."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, QuerySet

from bookings import invariants
from bookings.models import Appointment
from bookings.owing import ABOUT_A_VISIT, BOOKED, CHANGES, REQUESTED
from clinic.invariants import invariant, named
from clinic.models import AuditEvent, Message, Patient

STREAM = 1_000  # rows at a time


@invariant("visits", "visits.practitioner", "nobody sees two patients at once, but on purpose")
def practitioners(now: datetime) -> Iterator[str]:
    yield from _each(invariants.overlapping("practitioner"))


@invariant("visits", "visits.patient", "no patient is in two visits at once, but on purpose")
def patients(now: datetime) -> Iterator[str]:
    yield from _each(invariants.overlapping("patient"))


@invariant("visits", "visits.room", "no unit of a room has two visits at once, but on purpose")
def rooms(now: datetime) -> Iterator[str]:
    yield from _each(invariants.overlapping("room"))


@invariant("visits", "visits.seats", "every taken seat is one of its session")
def seats(now: datetime) -> Iterator[str]:
    yield from _each(invariants.straying())


@invariant("visits", "visits.offers", "a time is kept for every offer that waits for an answer")
def offers(now: datetime) -> Iterator[str]:
    for rows in invariants.unkept(now):
        yield from _each(rows)


@invariant("messages", "messages.of_visits", "a message about a visit names one that is there")
def about_a_visit(now: datetime) -> Iterator[str]:
    """Nor is it about a version of the visit that has not been yet."""
    rows = Message.objects.filter(topic__in=ABOUT_A_VISIT).order_by("pk")
    for batch in _batches(rows):
        known = dict(
            Appointment.objects.filter(
                pk__in=[key for each in batch if (key := _key(each.subject_id))]
            ).values_list("pk", "version")
        )
        for each in batch:
            key = _key(each.subject_id)
            version = known.get(key) if key else None
            if version is None or each.version > version:
                yield named(each)


@invariant("messages", "messages.once", "no change of a visit is told twice by the same way")
def told_once(now: datetime) -> Iterator[str]:
    """By what they are about, whatever their keys say; what the desk sent again is left out."""
    about = Message.objects.filter(topic__in=CHANGES, edition=1).values(
        "topic", "subject_id", "version", "patient_id", "channel"
    )
    twice = about.annotate(rows=Count("pk"), row=Min("pk")).filter(rows__gt=1).order_by("row")
    for pk in twice.values_list("row", flat=True):
        yield f"{Message._meta.label_lower} {pk} (and another)"


@invariant("messages", "messages.of_bookings", "whoever booked online is told so")
def told_at_all(now: datetime) -> Iterator[str]:
    """Guests leave an address, so each of their bookings owes a message."""
    told = Message.objects.filter(topic__in=[BOOKED, REQUESTED], subject_id=OuterRef("object_id"))
    reachable = Patient.objects.filter(pk=OuterRef("patient_id")).exclude(email="")
    rows = AuditEvent.objects.filter(
        ~Exists(told), Exists(reachable), action="visit.book", actor_kind="guest"
    )
    for event in rows.order_by("pk").iterator(STREAM):
        yield f"{event.object_type} {event.object_id}"


def _each(rows: QuerySet) -> Iterator[str]:
    for row in rows.order_by("pk").only("pk").iterator(STREAM):
        yield named(row)


def _batches(rows: QuerySet[Message]) -> Iterator[list[Message]]:
    batch: list[Message] = []
    for row in rows.only("pk", "subject_id", "version").iterator(STREAM):
        batch.append(row)
        if len(batch) == STREAM:
            yield batch
            batch = []
    if batch:
        yield batch


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
