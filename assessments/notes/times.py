"""The free times a call can end in: one's own, for what the patient needs next."""

from collections.abc import Sequence
from datetime import datetime

from bookings.first_times import first_times
from bookings.models import Appointment, Service
from bookings.schedule import FreeTime
from clinic.models import Patient, Practitioner
from clinic.persons import theirs

MOST = 8


def own_services(practitioner: Practitioner) -> list[Service]:
    """Return what this practitioner offers to one patient at a time, in the clinic's order."""
    found = Service.objects.filter(is_active=True, seats=0, offers__practitioner=practitioner)
    return list(found.distinct().order_by("position", "name"))


def service_for(patient: Patient, services: Sequence[Service], chosen: str = "") -> Service | None:
    """Return the chosen service (by its slug), else the first that is meant for this patient."""
    if chosen:
        return next((each for each in services if each.slug == chosen), None)
    seen = Appointment.objects.filter(theirs(patient), state=Appointment.State.COMPLETED).exists()
    unfit = Service.BookableBy.NEW if seen else Service.BookableBy.RETURNING
    fit = [each for each in services if each.bookable_by != unfit]
    in_person = [each for each in fit if each.mode == Service.Mode.IN_PERSON]
    return next(iter(in_person or fit), None)


def times_for(practitioner: Practitioner, service: Service, now: datetime) -> list[FreeTime]:
    """Return the first free times of this practitioner."""
    return first_times(service, practitioner, None, now=now, count=MOST)
