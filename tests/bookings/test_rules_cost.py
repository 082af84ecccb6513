"""Rule 32: what pages, answers and bookings ask of the database does not grow with the clinic."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Service, ServiceOffer, WorkingHours
from bookings.schedule import Kept
from clinic import practice
from clinic.models import Practitioner
from tests.bookings.conftest import at
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory, PatientGrantFactory, UserFactory

LIST = "/book/first-visit/"
SLOTS = "/api/v1/slots/?service=first-visit"
MONDAY = at(9).date()
TYPED = {
    "first_name": "Gus",
    "last_name": "Guest",
    "email": "cost@example.com",
    "date_of_birth": "1990-05-04",
    "reason": "stairs",
    "consent": "on",
}


def grow(clinic, people):
    """So many practitioners with hours and a visit each; in bulk, for speed."""
    extra = Practitioner.objects.bulk_create(
        Practitioner(slug=f"extra-{n}", name=f"Extra {n}", discipline="physiotherapy")
        for n in range(people - 1)
    )
    place = clinic.place
    ServiceOffer.objects.bulk_create(
        ServiceOffer(service=clinic.service, practitioner=person, location=place)
        for person in extra
    )
    WorkingHours.objects.bulk_create(
        WorkingHours(
            practitioner=person, location=place, weekday=n, starts=hours.starts, ends=hours.ends
        )
        for person in extra
        for n in range(5)
        for hours in clinic.physio.hours.all()[:1]
    )
    for person in extra[:20]:
        AppointmentFactory(practitioner=person, location=place, starts_at=at(9))


def asked(client, address):
    """How many statements an answer costs a process that has just started, and one that has not."""
    practice.forget()
    Kept.forget()
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    return counts


@pytest.mark.parametrize(
    "address", [LIST, f"{SLOTS}&from=2027-01-11", f"{SLOTS}&from=2027-01-11&to=2027-02-10"]
)
def test_rule_32_one_or_a_hundred_practitioners(client, clinic, address):
    one = asked(client, address)
    grow(clinic, 100)

    assert asked(client, address) == one
    assert max(one) <= 5


@pytest.mark.parametrize("days", [0, 30, 60])
def test_rule_32_near_or_far(client, clinic, days):
    near = asked(client, LIST)
    far = asked(client, f"{LIST}?from={(NOW + timedelta(days=days)).date()}")

    assert far == near


def test_rule_32_one_day_or_a_month(client, clinic):
    day = asked(client, f"{SLOTS}&from=2027-01-11")

    assert asked(client, f"{SLOTS}&from=2027-01-11&to=2027-02-10") == day


def test_rule_32_the_page_of_somebody_signed_in(client, clinic):
    user = UserFactory()
    PatientGrantFactory(user=user, patient=PatientFactory(), granted_at=NOW)
    client.force_login(user)
    grow(clinic, 10)

    assert max(asked(client, LIST)) <= 7


def test_rule_32_many_visits_cost_what_few_do(client, clinic):
    few = asked(client, LIST)
    for day in range(20):
        AppointmentFactory(practitioner=clinic.physio, starts_at=at(10) + timedelta(days=day))

    assert asked(client, LIST) == few


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_rule_32_a_booking_is_twelve_statements_at_most(client, clinic):
    """With everything a form can hold, in a process that serves its first booking."""
    Service.objects.update(asks_reason=True, asks_birth_date=True)
    held = client.post(f"{LIST}hold/", Page(client.get(LIST)).times()[0])["Location"]
    client.get(held)

    with CaptureQueriesContext(connection) as queries:
        answer = client.post(held, TYPED)

    assert answer.status_code == 303
    assert len(queries) <= 12
