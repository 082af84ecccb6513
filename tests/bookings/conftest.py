"""Situations the booking tests share: a clinic with one physio, and a second one."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from bookings import actions
from bookings.models import Service
from bookings.schedule import Kept
from clinic import roles
from clinic.audit import GUEST, Actor
from clinic.models import Location, Practice, Practitioner
from tests.conftest import NOW
from tests.factories import (
    LocationFactory,
    PracticeFactory,
    PractitionerFactory,
    ServiceFactory,
    ServiceOfferFactory,
    UserFactory,
    WorkingHoursFactory,
)

# NOW is a Sunday, 13:00 in Edmonton, which stays six hours behind UTC all year round.
MONDAY_9 = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BROWSER = "a browser's own key"
# What a listing asks the database: offers, hours of every kind, visits; and on PostgreSQL, where
# a process keeps the first two while nothing changes, the stamp that says so.
READING = 4 if connection.vendor == "postgresql" else 3


@pytest.fixture(autouse=True)
def _nothing_kept():
    """Every test begins as a process that has just started."""
    Kept.forget()


@dataclass
class Clinic:
    """One place, one physio who works Monday to Friday from nine to five, one service."""

    practice: Practice
    place: Location
    physio: Practitioner
    service: Service

    def colleague(self, name: str = "Ben Example", slug: str = "ben") -> Practitioner:
        """Add a second physio with the same hours and service."""
        return works(PractitionerFactory(name=name, slug=slug), self.place, self.service)

    def hold(self, starts_at=MONDAY_9, *, browser: str = BROWSER, now=NOW, **more):
        """Hold a time with the physio, as a guest."""
        more = {"practitioner": self.physio, "location": self.place, **more}
        service = more.pop("service", self.service)
        return actions.hold(
            service=service, starts_at=starts_at, browser=browser, by=GUEST, now=now, **more
        )

    def book(self, starts_at=MONDAY_9, *, browser: str = BROWSER, now=NOW, **typed):
        """Hold and book a time with the physio, as a guest."""
        held = self.hold(starts_at, browser=browser, now=now)
        return actions.book(held, details(**typed), by=GUEST, now=now)


def works(practitioner, place, service, days=range(5), starts=time(9), ends=time(17)):
    """Give a practitioner the same hours on some weekdays, and the service to offer."""
    for weekday in days:
        WorkingHoursFactory(
            practitioner=practitioner, location=place, weekday=weekday, starts=starts, ends=ends
        )
    ServiceOfferFactory(service=service, practitioner=practitioner, location=place)
    return practitioner


def details(**typed) -> actions.Details:
    """What a guest types."""
    return actions.Details(
        **{
            "first_name": "Gus",
            "last_name": "Guest",
            "email": "gus@example.com",
            **typed,
        }
    )


def at(hour: int, minute: int = 0, *, day: int = 11) -> datetime:
    """Edmonton's wall time on a day of January 2027, as an instant."""
    return datetime(2027, 1, day, hour, minute, tzinfo=UTC) + timedelta(hours=6)


@pytest.fixture
def clinic(db) -> Clinic:
    practice = PracticeFactory()
    place = LocationFactory(slug="downtown", name="Downtown")
    service = ServiceFactory(slug="first-visit", name="First knee visit")
    physio = works(PractitionerFactory(name="Anna Example", slug="anna"), place, service)
    return Clinic(practice, place, physio, service)


@pytest.fixture
def desk(db) -> Actor:
    """Somebody at the front desk."""
    user = UserFactory(email="desk@example.com", is_staff=True)
    return Actor("staff", user.pk)


@pytest.fixture
def front_desk(client, clinic):
    """A browser of somebody at the front desk."""
    user = UserFactory(name="Dee Desk", is_staff=True)
    user.groups.add(Group.objects.get(name=roles.FRONT_DESK))
    client.force_login(user)
    return client
