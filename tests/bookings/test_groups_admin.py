"""The desk plans sessions of groups, changes their seats and cancels them."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.actions import groups
from bookings.models import Appointment, GroupSession
from clinic import roles
from clinic.audit import Actor
from clinic.models import AuditEvent
from tests.bookings.conftest import at
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    ServiceFactory,
    ServiceOfferFactory,
    UserFactory,
)

LIST = "/admin/bookings/groupsession/"
ADD = f"{LIST}add/"
DESK = Actor("staff")


@pytest.fixture
def front(client, db):
    """The front desk, signed in."""
    user = UserFactory(email="front@example.com", is_staff=True)
    user.groups.add(Group.objects.get(name=roles.FRONT_DESK))
    client.force_login(user)
    return client


@pytest.fixture
def knee_class(clinic):
    service = ServiceFactory(slug="knee-class", name="Knee class", seats=4)
    ServiceOfferFactory(service=service, practitioner=clinic.physio, location=clinic.place)
    return service


@pytest.fixture
def session(clinic, knee_class):
    return groups.plan_session(
        service=knee_class, practitioner=clinic.physio, location=clinic.place, starts_at=at(10),
        by=DESK, now=NOW,
    )  # fmt: skip


def typed(clinic, knee_class, **more):
    return {
        "service": knee_class.pk,
        "practitioner": clinic.physio.pk,
        "location": clinic.place.pk,
        "day": "2027-01-11",
        "time": "10:00",
        "seats": "4",
        **more,
    }


def sit(session, seat):
    return AppointmentFactory(
        session=session, seat=seat, service=session.service, practitioner=session.practitioner,
        location=session.location, starts_at=session.starts_at, ends_at=session.ends_at,
    )  # fmt: skip


def test_a_session_is_planned_on_the_places_clock(front, clinic, knee_class):
    assert Page(front.get(ADD)).form_with("seats").method == "post"

    answer = front.post(ADD, typed(clinic, knee_class))

    assert answer.status_code == 302
    session = GroupSession.objects.get()
    assert (session.starts_at, session.ends_at, session.seats) == (at(10), at(11), 4)
    assert AuditEvent.objects.filter(action="session.plan", object_id=session.pk).exists()


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"time": "07:00"}, "time", "working hours"),
        ({"seats": "0"}, "seats", "greater than or equal to 1"),
        ({"seats": "101"}, "seats", "less than or equal to 100"),
        ({"day": "2027-02-30"}, "day", ""),
        ({"service": "nope"}, "service", ""),
        ({"day": "2027-01-04"}, "time", "passed"),
    ],
)
def test_what_cannot_be_planned_is_said_beside_the_field(
    front, clinic, knee_class, wrong, field, says
):
    answer = front.post(ADD, typed(clinic, knee_class, **wrong))

    assert answer.status_code == 422
    errors = answer.context["adminform"].form.errors
    assert list(errors) == [field]
    assert says in str(errors[field])
    assert Appointment.objects.count() == 0


def test_a_time_that_is_taken_is_refused(front, clinic, knee_class):
    clinic.hold(at(10, 30))

    answer = front.post(ADD, typed(clinic, knee_class))

    assert answer.status_code == 422
    assert Appointment.objects.count() == 1


def test_seats_change_and_never_below_those_taken(front, session):
    for seat in (1, 3):
        sit(session, seat)
    address = f"{LIST}{session.pk}/change/"
    assert "2 of 4" in front.get(LIST).text
    assert front.get(address).status_code == 200

    assert front.post(address, {"seats": "2"}).status_code == 422
    assert front.post(address, {"seats": "6"}).status_code == 302

    session.refresh_from_db()
    assert session.seats == 6


def test_cancelling_cancels_every_seat(front, session):
    seat = sit(session, 1)
    address = f"{LIST}{session.pk}/change/"

    front.post(address, {"seats": "4", "cancel": "on", "reason": "The hall is flooded"})

    seat.refresh_from_db()
    session.refresh_from_db()
    assert (seat.state, session.state) == ("cancelled", "cancelled")
    assert session.cancel_reason == "The hall is flooded"
    assert front.get(address).status_code == 200  # still read, no longer changed
    assert front.post(address, {"seats": "5"}).status_code == 403


def test_the_list_costs_the_same_for_many(front, clinic, session):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert front.get(LIST).status_code == 200
        return len(queries)

    front.get(LIST)
    one = asked()
    for hour in (12, 14):
        groups.plan_session(
            service=session.service, practitioner=clinic.physio, location=clinic.place,
            starts_at=at(hour), by=DESK, now=NOW,
        )  # fmt: skip

    assert front.get(LIST).text.count("0 of 4") == 3
    assert asked() == one
