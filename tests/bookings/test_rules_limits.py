"""Booking rule 22: every limit, with the number it names; all are settings, times 1,000 in demo."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as ours
from django.test import Client

from bookings import actions, limits
from bookings.errors import TooMany
from bookings.models import Appointment
from clinic import outbox, practice
from clinic.audit import GUEST
from clinic.models import Message, Patient
from tests.bookings.conftest import at, details
from tests.bookings.walking import LIST, TYPED, Guest
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory, PatientGrantFactory, UserFactory


@pytest.fixture
def strict(settings):
    """As in production: limits are what they say."""
    settings.LIMIT_FACTOR = 1


def test_rule_22_the_limits_are_those_of_the_rule():
    assert limits.HOLDS_PER_ADDRESS == 120
    assert limits.BOOKINGS_PER_ADDRESS == 60
    assert limits.BOOKINGS_PER_EMAIL == 5
    assert (ours.LIMIT_CODES_PER_EMAIL, ours.LIMIT_CODES_PER_ADDRESS) == (5, 60)
    assert ours.LIMIT_FACTOR == 1000  # the demo's


def test_rule_22_every_limit_is_a_setting_that_the_example_names():
    tree = ast.parse((Path(ours.BASE_DIR) / "bookings/limits.py").read_text())
    numbers = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    read = {
        node.value.attr
        for node in numbers
        if isinstance(node.value, ast.Attribute) and node.value.attr.startswith("LIMIT_")
    }
    example = (Path(ours.BASE_DIR) / ".env.example").read_text()

    assert read == {
        "LIMIT_BOOKINGS_PER_ADDRESS",
        "LIMIT_BOOKINGS_PER_EMAIL",
        "LIMIT_CALLBACKS_PER_ADDRESS",
        "LIMIT_EMERGENCY_SEARCHES",
        "LIMIT_HOLDS_PER_ADDRESS",
        "LIMIT_INTAKE_CODES_PER_ADDRESS",
    }
    for name in {*read, "LIMIT_CODES_PER_EMAIL", "LIMIT_CODES_PER_ADDRESS", "NO_SHOW_LIMIT"}:
        assert f"{name}={getattr(ours, name)}" in example


@pytest.mark.usefixtures("strict")
def test_rule_22_five_completed_bookings_an_hour_by_mail_address(clinic):
    hours = [f"{hour:02}:00" for hour in range(9, 15)]

    codes = [Guest().book(hour).status_code for hour in hours]

    assert codes == [303] * 5 + [429]
    assert Patient.objects.count() == 5
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert Guest().book(hours[5]).status_code == 303


@pytest.mark.usefixtures("strict")
def test_rule_22_capitals_and_spaces_make_no_second_address(clinic, monkeypatch):
    monkeypatch.setattr(limits, "BOOKINGS_PER_EMAIL", 1)

    assert Guest().book("09:00").status_code == 303
    assert Guest().book("10:00", email="WREN@Example.com").status_code == 429
    assert Guest().book("11:00", email="another@example.com").status_code == 303


@pytest.mark.usefixtures("strict")
def test_rule_22_sixty_bookings_an_hour_by_network_address(clinic):
    for number in range(60):
        limits.take("book", "127.0.0.1", limits.BOOKINGS_PER_ADDRESS, now=NOW)
        assert number < 60

    answer = Guest().book()

    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"
    assert not Patient.objects.exists()


@pytest.mark.usefixtures("strict")
def test_rule_22_a_hundred_and_twenty_holds_an_hour_by_network_address(clinic):
    for _ in range(119):
        limits.take("hold", "127.0.0.1", limits.HOLDS_PER_ADDRESS, now=NOW)

    assert Guest().hold("09:00").status_code == 303
    assert Guest().hold("11:00").status_code == 429


@pytest.mark.usefixtures("strict")
def test_rule_22_looking_and_losing_count_nothing(clinic, monkeypatch):
    monkeypatch.setattr(limits, "HOLDS_PER_ADDRESS", 2)
    Guest().hold("09:00")

    for _ in range(5):
        assert Guest().client.get(LIST).status_code == 200
        assert Guest().hold("09:00").status_code == 409  # lost, so not counted
    assert Guest().hold("12:00").status_code == 303


@pytest.mark.django_db
def test_rule_22_five_codes_an_hour_by_mail_address_and_sixty_by_network_address():
    wanted = (ours.LIMIT_CODES_PER_ADDRESS * 1000, ours.LIMIT_CODES_PER_EMAIL * 1000)
    assert ours.ACCOUNT_RATE_LIMITS["request_login_code"] == "{}/h/ip,{}/h/key".format(*wanted)


@pytest.mark.usefixtures("strict", "clinic")
def test_rule_22_the_sixth_code_for_an_address_is_refused(settings):
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "60/h/ip,5/h/key"}
    asked = [
        Client().post("/accounts/login/code/", {"email": "wren@example.com"}).status_code
        for _ in range(6)
    ]

    assert asked[:5] == [302] * 5
    assert asked[5] == 429


def test_rule_22_upcoming_bookings_per_patient_are_a_setting(clinic):
    clinic.practice.upcoming_limit = 2
    clinic.practice.save()
    practice.forget()
    Guest().book("09:00")
    Guest().book("10:00")

    refused = Guest().book("11:00")

    assert refused.status_code == 422
    assert "as many visits ahead as can be booked online" in refused.text
    assert Guest().book("12:00", first_name="Another").status_code == 303  # of one family


def test_rule_22_a_filled_trap_books_nothing_and_there_is_no_least_time(clinic):
    guest = Guest()
    held = guest.hold()

    assert guest.details(held, website="https://spam.example.com").status_code == 422
    assert guest.details(held).status_code == 303  # in the same second as the hold


def missed(patient, count, days_ago=30):
    for number in range(count):
        AppointmentFactory(
            patient=patient,
            starts_at=NOW - timedelta(days=days_ago, hours=2 * number),
            state="no_show",
        )


@pytest.mark.parametrize(
    ("count", "days_ago", "state"),
    [(1, 30, "booked"), (2, 30, "requested"), (3, 30, "requested"), (2, 400, "booked")],
)
def test_rule_22_repeated_no_shows_are_confirmed_by_phone(clinic, count, days_ago, state):
    known = PatientFactory()
    missed(known, count, days_ago)

    booked = actions.book(clinic.hold(), details(patient=known), by=GUEST, now=NOW)

    assert booked.state == state
    assert ("confirm by phone" in booked.desk_note) is (state == "requested")
    assert Appointment.objects.blocking().filter(pk=booked.pk).exists()  # its time is kept


def test_rule_22_how_many_no_shows_is_a_setting(clinic, settings):
    known = PatientFactory()
    missed(known, 3)

    settings.NO_SHOW_LIMIT = 4
    assert actions.book(clinic.hold(), details(patient=known), by=GUEST, now=NOW).state == "booked"
    settings.NO_SHOW_LIMIT = 0
    second = clinic.hold(at(11))
    assert actions.book(second, details(patient=known), by=GUEST, now=NOW).state == "booked"


def test_rule_22_the_desk_confirms_after_the_call(clinic, desk):
    known = PatientFactory()
    missed(known, 2)
    booked = actions.book(clinic.hold(), details(patient=known), by=GUEST, now=NOW)

    assert actions.confirm(booked, by=desk, now=NOW).state == "booked"


def test_rule_22_who_is_signed_in_is_told_of_the_call_and_a_guest_is_told_nothing(clinic):
    known = PatientFactory(first_name="Wren", last_name="Walker", email="wren@example.com")
    missed(known, 2)
    guest = Guest()
    as_guest = guest.book("09:00")
    signed_in = Guest()
    user = UserFactory(email="other@example.com")
    PatientGrantFactory(user=user, patient=known, granted_at=NOW)
    signed_in.client.force_login(user)
    as_known = signed_in.book("11:00", patient=str(known.pk))

    assert set(Appointment.objects.filter(starts_at__gt=NOW).values_list("state", flat=True)) == {
        "requested"
    }
    assert "We call you before the visit" in signed_in.client.get(as_known["Location"]).text
    assert "We call you" not in guest.client.get(as_guest["Location"]).text
    assert TYPED["email"] == known.email


def test_rule_22_call_backs_are_limited_by_network_address(clinic, settings, monkeypatch):
    settings.LIMIT_FACTOR = 1
    monkeypatch.setattr(limits, "CALLBACKS_PER_ADDRESS", 0)
    asked = {"name": "Cal", "phone": "+1 403 555 0142", "consent": "on"}

    assert Client().post("/callback/", asked).status_code == 429


def test_rule_22_nothing_is_mailed_for_what_a_limit_refused(clinic, settings, monkeypatch):
    settings.LIMIT_FACTOR = 1
    monkeypatch.setattr(limits, "BOOKINGS_PER_EMAIL", 0)
    Guest().book()

    assert outbox.send_due() == 0
    assert not Message.objects.exists()
    with pytest.raises(TooMany):
        limits.take("book-email", "wren@example.com", 0, now=NOW)
