"""Visits left of a package: counted from the visits, for the desk and on the patient's page."""

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bookings import actions
from bookings.actions.packages import visits_left
from bookings.models import Appointment, Package
from bookings.packages import Balance, Bought, Counted, balances
from clinic import roles
from tests.bookings.conftest import at
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    PatientFactory,
    PatientGrantFactory,
    ServiceFactory,
    UserFactory,
)

JAN = date(2027, 1, 1)
END = date(2027, 12, 31)


def visit(key, day, service="knee", *, paid=True, ahead=False):
    return Counted(key, service, date(2027, 1, day), paid, ahead)


def ten(key="p", service="knee", visits=10, first=JAN, last=END):
    return Bought(key, service, visits, first, last)


@pytest.mark.parametrize(
    ("packages", "visits", "expected"),
    [
        ([ten()], [], [(0, 0, 10)]),
        ([ten()], [visit("a", 5), visit("b", 20, ahead=True)], [(1, 1, 8)]),
        ([ten()], [visit("a", 5, "other")], [(0, 0, 10)]),
        ([ten(service=None)], [visit("a", 5, "other")], [(1, 0, 9)]),
        ([ten(service=None)], [visit("a", 5, "free call", paid=False)], [(0, 0, 10)]),
        ([ten(first=date(2027, 1, 6))], [visit("a", 5), visit("b", 6)], [(1, 0, 9)]),
        ([ten(last=date(2027, 1, 6))], [visit("a", 6), visit("b", 7)], [(1, 0, 9)]),
        ([ten(last=None)], [visit("a", 6)], [(1, 0, 9)]),
        ([ten(visits=1)], [visit("a", 5), visit("b", 6)], [(1, 0, 0)]),
        # its own service first, then what expires first, then what was bought first
        ([ten("any", None), ten("own")], [visit("a", 5)], [(0, 0, 10), (1, 0, 9)]),
        ([ten("late"), ten("soon", last=date(2027, 2, 1))], [visit("a", 5)],
         [(0, 0, 10), (1, 0, 9)]),
        ([ten("old", visits=1), ten("new", first=date(2027, 1, 2))],
         [visit("a", 5), visit("b", 6)], [(1, 0, 0), (1, 0, 9)]),
    ],
)  # fmt: skip
def test_what_is_left(packages, visits, expected):
    found = balances(packages, reversed(visits))

    assert [(one.used, one.ahead, one.left) for one in found] == expected


def test_a_balance_never_goes_below_nothing():
    many = [visit(f"v{n}", 1 + n) for n in range(20)]

    assert balances([ten(visits=3)], many) == [Balance("p", 3, 3, 0)]


@pytest.fixture
def patient(db):
    return PatientFactory(first_name="Pia")


@pytest.fixture
def package(clinic, patient):
    return Package.objects.create(
        patient=patient, service=clinic.service, visits=5, bought_on=date(2027, 1, 1)
    )


def left_of(package):
    found = visits_left([package.patient], now=NOW)[package.patient_id]
    return next((one.balance.used, one.balance.ahead, one.balance.left) for one in found)


def test_visits_are_counted_by_what_became_of_them(clinic, patient, package, desk):
    def make(hour, state, **more):
        return AppointmentFactory(
            patient=patient, practitioner=clinic.physio, location=clinic.place,
            service=clinic.service, starts_at=at(hour, day=8), state=state, **more,
        )  # fmt: skip

    make(9, "completed")
    make(10, "no_show")
    make(11, "late_cancelled", cancelled_at=NOW)
    make(12, "cancelled", cancelled_at=NOW)
    ahead = AppointmentFactory(
        patient=patient, practitioner=clinic.physio, location=clinic.place,
        service=clinic.service, starts_at=at(9, day=20),
    )  # fmt: skip
    assert left_of(package) == (3, 1, 1)

    actions.cancel(ahead, reason="x", by=desk, now=NOW)
    assert left_of(package) == (3, 0, 2)


def test_holds_and_other_people_do_not_count(clinic, patient, package):
    clinic.hold(at(9, day=20))
    clinic.book(at(10, day=20), browser="b2")

    assert left_of(package) == (0, 0, 5)


def test_the_database_refuses_a_package_that_makes_no_sense(patient, clinic):
    with pytest.raises(IntegrityError), transaction.atomic():
        Package.objects.create(patient=patient, visits=0, bought_on=JAN)
    wrong = Package(patient=patient, visits=1, bought_on=END, expires_on=JAN)
    with pytest.raises(ValidationError):
        wrong.clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.save()


def test_two_queries_for_one_patient_and_for_many(clinic, patient, package):
    visits_left([patient], now=NOW)
    with CaptureQueriesContext(connection) as one:
        visits_left([patient], now=NOW)
    others = PatientFactory.create_batch(3)
    for other in others:
        Package.objects.create(patient=other, visits=5, bought_on=JAN)
    with CaptureQueriesContext(connection) as many:
        visits_left([patient, *others], now=NOW)

    assert len(one) == len(many) == 2


def test_the_patient_sees_what_is_left(client, clinic, package):
    user = UserFactory()
    PatientGrantFactory(user=user, patient=package.patient, granted_at=NOW)
    Package.objects.create(patient=package.patient, visits=9, bought_on=JAN, expires_on=JAN)
    Package.objects.create(patient=PatientFactory(), visits=7, bought_on=JAN)
    client.force_login(user)

    text = client.get("/me/").text

    assert "5 visits left of 5" in text
    assert "of 9" not in text  # expired
    assert "of 7" not in text  # somebody else's


def test_the_desk_sells_a_package_and_sees_what_is_left(client, clinic, patient):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=roles.FRONT_DESK))
    client.force_login(user)
    sold = {"patient": patient.pk, "service": "", "visits": "10", "bought_on": "2027-01-10",
            "expires_on": ""}  # fmt: skip
    wrong = client.post("/admin/bookings/package/add/", {**sold, "expires_on": "2026-01-01"})
    assert "last day comes after" in wrong.text
    client.post("/admin/bookings/package/add/", sold)

    package = Package.objects.get()
    AppointmentFactory(
        patient=patient, practitioner=clinic.physio, location=clinic.place,
        service=clinic.service, starts_at=at(9, day=20),
    )  # fmt: skip
    page = client.get(f"/admin/bookings/package/{package.pk}/change/")
    assert "9 of 10 left; 0 used, 1 booked ahead" in page.text
    listed = client.get("/admin/bookings/package/")
    assert "any" in listed.text
    assert Appointment.objects.count() == 1


def test_a_free_service_costs_no_visit(clinic, patient):
    free = ServiceFactory(price=0)
    package = Package.objects.create(patient=patient, visits=5, bought_on=JAN)
    AppointmentFactory(
        patient=patient, practitioner=clinic.physio, location=clinic.place, service=free,
        starts_at=at(9, day=20),
    )  # fmt: skip

    assert left_of(package) == (0, 0, 5)
