"""A small clinic for storms and faults: two practitioners, two services whose times overlap.

Run it on a migrated, empty database; the environment says which (DATABASE_URL).
"""

import os
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

import django

django.setup()

from bookings.models import Room, Service, ServiceOffer, WorkingHours  # noqa: E402  # after the set-up
from clinic.models import Location, Practice, Practitioner  # noqa: E402

PRACTITIONERS = ("storm-anna", "storm-ben")
SERVICES = {"storm-hour": 60, "storm-half": 30}
PLACE = "storm-hall"


def build() -> None:
    """Make the clinic: open every day from six to ten, a room for each practitioner."""
    Practice.objects.create(
        name="Storm Clinic",
        email="desk@example.com",
        privacy_dated=date(2027, 1, 1),
        booking_opened_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    place = Location.objects.create(
        slug=PLACE, name="Hall", address="1 Gale Street", time_zone="America/Edmonton"
    )
    Room.objects.create(location=place, name="Bay", capacity=len(PRACTITIONERS))
    services = [
        Service.objects.create(
            slug=slug,
            name=f"Visit, {minutes} min",
            neutral_name=f"Appointment, {minutes} min",
            minutes=minutes,
            step_minutes=15,
        )
        for slug, minutes in SERVICES.items()
    ]
    for slug in PRACTITIONERS:
        person = Practitioner.objects.create(slug=slug, name=slug, discipline="physiotherapy")
        for service in services:
            ServiceOffer.objects.create(service=service, practitioner=person, location=place)
        for weekday in range(7):
            WorkingHours.objects.create(
                practitioner=person, location=place, weekday=weekday, starts=time(6), ends=time(22)
            )


if __name__ == "__main__":
    build()
