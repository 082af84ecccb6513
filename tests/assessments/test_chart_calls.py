"""Calls before visits on the practitioner's first page: whose they are, and who takes one."""

from datetime import timedelta

import pytest
from django.test import Client

from bookings.actions import ask_for_clinician_call, take_clinician_call
from bookings.models import ClinicianCall
from clinic import roles
from clinic.audit import GUEST
from tests.assessments.factories import NOW, care, make_patient, make_practitioner, make_visit
from tests.factories import WorkingHoursFactory

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(days=2)


@pytest.fixture
def physio():
    return make_practitioner()


@pytest.fixture
def call(physio):
    """A call before a visit of the physio's; a colleague works at the place tomorrow."""
    patient = make_patient(first_name="Pat", last_name="Sample", phone="+14035550123")
    care(physio, patient)
    visit = make_visit(physio, patient, SOON)
    colleague = make_practitioner()
    WorkingHoursFactory(practitioner=colleague, location=visit.location)
    call = ask_for_clinician_call(visit, GUEST, NOW)
    call.colleague = colleague
    return call


def signed_in(practitioner):
    browser = Client()
    browser.force_login(practitioner.user)
    return browser


def take(practitioner, call):
    return signed_in(practitioner).post(f"/chart/calls/{call.pk}/take/", follow=True)


def test_those_who_were_told_see_whom_to_call(physio, call):
    for practitioner in (physio, call.colleague):
        page = signed_in(practitioner).get("/chart/").text
        assert "Call before the visit" in page
        assert "Pat Sample" in page
        assert 'href="tel:+1-403-555-0123"' in page

    assert "Pat Sample" not in signed_in(make_practitioner()).get("/chart/").text


def test_taken_with_one_press_and_everybody_sees_by_whom(physio, call):
    answer = take(call.colleague, call)

    assert "You make this call." in answer.text
    assert ClinicianCall.objects.get().taken_by == call.colleague.user
    page = signed_in(physio).get("/chart/").text
    assert str(call.colleague.user) in page
    assert "I make this call" not in page
    # Whoever calls may open the record: what was answered stands there.
    patient = call.appointment.patient_id
    assert signed_in(call.colleague).get(f"/chart/patients/{patient}/").status_code == 200


def test_the_second_is_told(physio, call):
    take(call.colleague, call)

    answer = take(physio, call)

    assert f"{call.colleague.user} has taken this call already." in answer.text
    assert ClinicianCall.objects.get().taken_by == call.colleague.user


def test_a_student_sees_it_and_cannot_take_it(call):
    student = make_practitioner(roles.STUDENT)
    call.told.add(student.user)

    page = signed_in(student).get("/chart/").text

    assert "Pat Sample" in page
    assert "I make this call" not in page
    assert take(student, call).status_code == 404


def test_it_goes_once_the_visit_is_over(physio, call):
    take_clinician_call(call, by=physio.user, now=NOW)
    visit = call.appointment
    visit.starts_at, visit.ends_at = NOW - timedelta(hours=1), NOW
    visit.save()

    assert "Call before the visit" not in signed_in(physio).get("/chart/").text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_many(physio, count, django_assert_num_queries):
    for number in range(count):
        visit = make_visit(physio, make_patient(), SOON + timedelta(hours=number))
        ask_for_clinician_call(visit, GUEST, NOW)
    browser = signed_in(physio)

    with django_assert_num_queries(28):
        assert browser.get("/chart/").text.count("I make this call") == count
