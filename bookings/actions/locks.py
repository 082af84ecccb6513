"""Who is served first. Locks are taken in one order: practitioners, rooms, patient, visit.

On PostgreSQL a row of its own is the queue for every resource; on SQLite the transaction has the
whole database. The constraints forbid overlaps even to those who do not queue.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from bookings.errors import PatientBusy, TimeTaken
from bookings.models import Appointment, Room, Service
from clinic.models import Location, Patient, Practitioner
from clinic.overlap import violates

TIME_IS_TAKEN = (
    "appointment_practitioner_free",
    "appointment_room_free",
    "appointment_one_per_seat",
    "appointment_seat_in_session",
)


@contextmanager
def writing() -> Iterator[None]:
    """One transaction; what the database forbids comes out as the friendly error."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if violates(error, "appointment_patient_free"):
            raise PatientBusy from error
        if any(violates(error, name) for name in TIME_IS_TAKEN):
            raise TimeTaken from error
        raise


def queue_browser(browser: str) -> None:
    """Wait for other requests of the same browser, which holds one time."""
    _queue_key(browser)


def queue_form(form_key: UUID | None) -> None:
    """Wait for the same form, sent a moment ago by a second click."""
    if form_key:
        _queue_key(str(form_key))


def _queue_key(key: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [key])


def queue_practitioners(*ids: UUID) -> None:
    """Wait for whoever is writing into these diaries."""
    rows = Practitioner.objects.filter(pk__in=ids).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def queue_rooms(service: Service, location: Location, *, session: bool = False) -> None:
    """Wait for whoever is taking a room of this place, where the visit needs one.

    A seat needs none, because its session has one.
    """
    if service.wants_room and (session or not service.is_group):
        rows = Room.objects.filter(location=location, is_active=True).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk"))


def queue_patient(patient: Patient | None) -> None:
    """Wait for whoever is booking for the same patient."""
    if patient is not None:
        rows = Patient.objects.filter(pk=patient.pk)
        list(rows.select_for_update(no_key=True).values_list("pk"))


def queue_all(visits: Sequence[Appointment]) -> None:
    """Wait for whoever writes about any of these visits, in the one order of locks."""
    queue_practitioners(*{visit.practitioner_id for visit in visits})
    places = {visit.location_id for visit in visits if visit.service.wants_room}
    rooms = Room.objects.filter(location__in=places, is_active=True).order_by("pk")
    list(rooms.select_for_update(no_key=True).values_list("pk"))
    patients = Patient.objects.filter(pk__in={visit.patient_id for visit in visits}).order_by("pk")
    list(patients.select_for_update(no_key=True).values_list("pk"))


def visit_to_change(pk: UUID) -> Appointment:
    """Return the visit as it is now, with its people; nobody else changes it meanwhile."""
    return Appointment.objects.with_people().select_for_update(of=("self",)).get(pk=pk)


def hold_to_book(held: Appointment) -> Appointment:
    """Return a copy of a hold with the state it is in now; nobody else changes it meanwhile.

    For a row read a moment ago: while it is held, only its state and its end can change.
    """
    visit = copy(held)
    rows = Appointment.objects.filter(pk=held.pk).select_for_update(no_key=True)
    visit.state, visit.held_until = rows.values_list("state", "held_until").get()
    return visit
