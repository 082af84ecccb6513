"""A link shows no answer: the device that began the form goes on, any other confirms first."""

import pytest
from django.test import Client

from assessments.intake.steps import STEPS
from assessments.intake.storage import intakes_of, told_altogether
from assessments.models import Intake
from bookings.models import Appointment
from clinic.models import PatientGrant
from tests.assessments.factories import NOW, grant, make_patient, make_user
from tests.assessments.intake_walks import walk_as_non_runner
from tests.assessments.intakes import link_to, open_visit
from tests.assessments.thumb import Phone

pytestmark = pytest.mark.django_db

UNSAID = {"asked", "csrfmiddlewaretoken"}  # what a form holds besides answers


@pytest.fixture
def visit():
    return open_visit()


@pytest.fixture
def address(visit):
    return link_to(visit)


def begun(address):
    phone = Phone()
    phone.open(f"{address}intake/goals/")
    phone.type("psfs_name.1", "Zaunkoenig")
    phone.tap("psfs.1", "4")
    assert phone.press() == 303
    return phone


def test_the_same_device_goes_on_without_any_session(address):
    phone = begun(address)
    assert "sessionid" not in phone.client.cookies
    phone.open(f"{address}intake/goals/")
    assert "Zaunkoenig" in phone.page
    cookie = phone.client.cookies["intake"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"]


def test_another_device_sees_which_screens_are_done_and_no_answer(address):
    begun(address)
    for name in ("", *(f"{step.name}/" for step in STEPS), "send/first/"):
        page = Client().get(f"{address}intake/{name}")
        assert page.status_code == 200
        assert "Zaunkoenig" not in page.text
        assert "begun on another device" in page.text
        assert page.text.count("sd-chip-brand") == 1


def test_nor_may_it_answer_or_send(visit, address):
    begun(address)
    other = Client()
    sent = {"asked": "nprs_now", "nprs_now": "4"}
    answer = other.post(f"{address}intake/pain/", sent)
    assert answer.status_code == 403
    assert "Zaunkoenig" not in answer.text
    assert other.post(f"{address}intake/send/first/").status_code == 403
    assert not told_altogether(intakes_of(visit.pk).values()).has("nprs_now")


def test_what_another_device_sees_does_not_depend_on_the_answers(address):
    seen = []
    for side in ("R", "BOTH"):
        visit = open_visit(patient=make_patient())
        Appointment.objects.filter(pk=visit.pk).update(patient=visit.patient)
        link = link_to(visit)
        phone = Phone()
        phone.open(f"{link}intake/where/")
        phone.tap("affected_side", side)
        phone.tap("pain_location", "posterior")
        phone.press()
        if phone.at.endswith("/where/#more"):
            phone.tap("index_side", "L")
            phone.press()
        page = Client().get(f"{link}intake/").text.split("<main")[1]
        seen.append(page.replace(link, ""))
    assert seen[0] == seen[1]


def test_after_the_code_the_patient_goes_on_anywhere(visit, address):
    begun(address)
    other = Client()
    other.force_login(make_user(email=visit.patient.email))
    assert "Zaunkoenig" in other.get(f"{address}intake/goals/").text


def test_an_address_of_several_people_says_nothing_about_whose_it_is(visit, address):
    begun(address)
    make_patient(email=visit.patient.email)
    other = Client()
    user = make_user(email=visit.patient.email)
    other.force_login(user)
    assert "Zaunkoenig" not in other.get(f"{address}intake/goals/").text
    PatientGrant.objects.create(user=user, patient=visit.patient, granted_at=NOW)
    assert "Zaunkoenig" in other.get(f"{address}intake/goals/").text


def test_somebody_else_signed_in_sees_nothing(visit, address):
    begun(address)
    for user in (grant(make_patient()), visit.practitioner.user, make_user("front desk")):
        other = Client()
        other.force_login(user)
        assert "Zaunkoenig" not in other.get(f"{address}intake/goals/").text


def test_once_sent_no_device_sees_an_answer(visit, address):
    phone = Phone()
    walk_as_non_runner(phone, address)
    for path in ("", *(f"{step.name}/" for step in STEPS if step.part == "first")):
        phone.open(f"{address}intake/{path}")
        assert "Stairs at work" not in phone.page
        assert {name for name, value in phone.controls.sent if value} <= UNSAID


def test_a_correction_is_added_from_the_same_device(visit, address):
    phone = Phone()
    walk_as_non_runner(phone, address)
    phone.open(f"{address}intake/pain/")
    phone.tap("nprs_worst_7d", "9")
    assert phone.press() == 303
    told = told_altogether(intakes_of(visit.pk).values())
    assert (told.value("nprs_worst_7d"), told.value("nprs_now")) == (9, 2)


def test_two_devices_at_once_the_first_answer_decides(visit, address):
    first, second = Phone(), Phone()
    for phone in (first, second):
        phone.open(f"{address}intake/pain/")
        phone.tap("nprs_now", "4")
    first.press()
    assert second.press() == 403
    assert Intake.objects.count() == 1
