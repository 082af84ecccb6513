"""Booking rules 23 and 24: guests, returning patients, families. Walked over HTTP."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Appointment
from clinic import outbox
from clinic.models import CareRelation, Consent, Guardian, Patient
from tests.bookings.conftest import at
from tests.bookings.page import Page
from tests.bookings.walking import LIST, NOISE, TYPED, Guest
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory, PatientGrantFactory, UserFactory


@pytest.fixture
def known(clinic):
    """Wren, who has been here: a completed visit, an upcoming one, a date of birth."""
    wren = PatientFactory(first_name="Wren", last_name="Walker", email="wren@example.com")
    shared = {"patient": wren, "practitioner": clinic.physio, "location": clinic.place}
    AppointmentFactory(
        **shared, service=clinic.service, starts_at=NOW - timedelta(days=30), state="completed"
    )
    AppointmentFactory(**shared, service=clinic.service, starts_at=at(15, day=20))
    return wren


def sign_in(guest, mailoutbox, email="wren@example.com"):
    """Ask for a code, read it from the mail, type it; return where that leads."""
    guest.client.post("/accounts/login/code/", {"email": email, "next": guest.next})
    outbox.send_due()
    code = re.search(r"^ {4}([A-Z]{4}-[A-Z]{4})$", mailoutbox[-1].body, re.M)[1]
    sent = {"code": code, "next": guest.next}
    return guest.client.post("/accounts/login/code/confirm/", sent)


@pytest.mark.parametrize("bookable_by", ["new", "returning", "anyone"])
def test_rule_23_a_returning_guest_is_never_refused(clinic, known, bookable_by):
    clinic.service.bookable_by = bookable_by
    clinic.service.save()

    assert Guest().book().status_code == 303


def answers(email: str, hour: str):
    """Walk through booking as a guest; return every answer and every statement it took."""
    guest = Guest()
    with CaptureQueriesContext(connection) as asked:
        held = guest.hold(hour)
        pages = [held, guest.client.get(held["Location"])]
        booked = guest.details(held, email=email)
        pages += [booked, guest.details(held, email=email)]
        pages += [guest.client.get(booked["Location"] + path) for path in ("", "move/", "cancel/")]
    return pages, [query["sql"] for query in asked]


def without_noise(answer) -> tuple[int, str, str]:
    where = NOISE.sub("", answer.get("Location", ""))
    text = NOISE.sub("", answer.content.decode())
    return answer.status_code, where, text


def shapes(statements) -> list[str]:
    """Statements without the values in them."""
    return [re.sub(r"'[^']*'|\b\d+\b|\"s\d+_x\d+\"", "?", each) for each in statements]


@pytest.mark.parametrize("bookable_by", ["new", "returning", "anyone"])
def test_rule_23_known_and_unknown_addresses_get_the_same_bytes_for_the_same_statements(
    clinic, known, bookable_by
):
    clinic.service.bookable_by = bookable_by
    clinic.service.save()
    answers("warm@example.com", "16:00")  # what is read once per process

    as_known, asked_known = answers("wren@example.com", "09:00")
    Appointment.objects.filter(starts_at=at(9)).update(
        state="cancelled", cancelled_at=NOW, holder="", browser=""
    )
    as_unknown, asked_unknown = answers("newt@example.com", "09:00")

    assert [without_noise(a) for a in as_known] == [without_noise(a) for a in as_unknown]
    assert shapes(asked_known) == shapes(asked_unknown)


def test_rule_23_the_offer_to_confirm_the_address_is_the_same_for_everybody(clinic, known):
    guest = Guest()
    held = guest.hold()["Location"]

    answers_ = [
        guest.client.post(held, {**TYPED, "email": email, "confirm_email": "1"})
        for email in ("wren@example.com", "newt@example.com", "")
    ]

    assert {(a.status_code, a["Location"]) for a in answers_} == {
        (303, f"/accounts/login/code/?next={held.replace('/', '%2F')}")
    }


def test_rule_23_after_the_code_the_visit_joins_the_record(clinic, known, mailoutbox):
    guest = Guest()
    held = guest.hold()
    guest.next = held["Location"]
    guest.client.post(held["Location"], {**TYPED, "confirm_email": "1"})

    back = sign_in(guest, mailoutbox)

    assert (back.status_code, back["Location"]) == (302, held["Location"])
    page = guest.client.get(held["Location"])
    form = Page(page).form_with("patient")
    assert form.choices["patient"] == [str(known.pk), ""]
    assert form.fields["reason"] == TYPED["reason"]  # what was typed before the code is kept
    assert "Walker" not in page.text.partition('name="last_name"')[0]  # first name only
    booked = guest.details(held, patient=str(known.pk))
    assert booked.status_code == 303
    visit = Appointment.objects.get(starts_at=at(9))
    assert (visit.patient, visit.new_patient) == (known, False)
    assert Patient.objects.count() == 1
    assert CareRelation.objects.filter(patient=known).exists()


def test_rule_23_the_code_opens_booking_but_not_the_record(clinic, known, mailoutbox):
    guest = Guest()
    guest.next = "/me/"
    sign_in(guest, mailoutbox)

    assert guest.client.get(f"/me/{known.pk}/plan/").status_code == 404


def test_rule_23_somebody_elses_record_is_not_offered_after_ones_own_code(
    clinic, known, mailoutbox
):
    PatientFactory(email="newt@example.com", first_name="Newt")
    guest = Guest()
    held = guest.hold()
    guest.next = held["Location"]
    sign_in(guest, mailoutbox, "newt@example.com")

    assert str(known.pk) not in guest.client.get(held["Location"]).text
    refused = guest.details(held, patient=str(known.pk))
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"patient"}


@pytest.mark.parametrize(
    ("bookable_by", "before", "status"),
    [
        ("new", None, 303),
        ("new", "completed", 422),
        ("returning", None, 422),
        ("returning", "completed", 303),
        ("returning", "cancelled", 422),
        ("anyone", None, 303),
        ("anyone", "completed", 303),
    ],
)
def test_rule_23_who_may_book_is_said_by_the_service(clinic, bookable_by, before, status):
    clinic.service.bookable_by = bookable_by
    clinic.service.save()
    user, patient = UserFactory(), PatientFactory()
    PatientGrantFactory(user=user, patient=patient, granted_at=NOW)
    if before:
        more = {"cancelled_at": NOW} if before == "cancelled" else {}
        AppointmentFactory(patient=patient, starts_at=NOW - timedelta(days=9), state=before, **more)
    guest = Guest()
    guest.client.force_login(user)

    assert guest.book(patient=str(patient.pk)).status_code == status


CHILD = {"first_name": "Cub", "date_of_birth": "2015-03-04"}
PARENT = {"guardian_name": "Gil Guardian", "guardian_consent": "on"}


@pytest.mark.parametrize(("born", "asked"), [("2011-01-10", False), ("2011-01-11", True)])
def test_rule_24_below_the_age_of_the_place_a_guardian_is_asked_for(clinic, born, asked):
    clinic.place.guardian_below_age = 16
    clinic.place.save()

    answer = Guest().book(date_of_birth=born)

    assert answer.status_code == (422 if asked else 303)
    if asked:
        assert answer.context["form"].errors.keys() == {"guardian_name", "guardian_consent"}


def test_rule_24_the_age_is_set_per_place(clinic):
    clinic.place.guardian_below_age = 18
    clinic.place.save()

    assert Guest().book(date_of_birth="2010-01-10").status_code == 422


def test_rule_24_a_parent_books_for_a_child_in_one_go(clinic):
    guest = Guest()
    held = guest.hold()
    assert "Booking for a child?" in guest.client.get(held["Location"]).text

    assert guest.details(held, **CHILD, **PARENT).status_code == 303

    guardian = Guardian.objects.get()
    assert (guardian.name, guardian.patient.first_name) == ("Gil Guardian", "Cub")
    assert guardian.consented_at == NOW
    assert Consent.objects.get(kind="privacy").given_by == "Gil Guardian"


def test_rule_24_a_name_without_the_consent_is_not_enough(clinic):
    answer = Guest().book(**CHILD, guardian_name="Gil Guardian")

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"guardian_consent"}
    assert not Patient.objects.exists()


def test_rule_24_one_contact_address_serves_several_patients(clinic):
    Guest().book("09:00")
    Guest().book("10:00", **CHILD, **PARENT)
    Guest().book("11:00", first_name="Pup", date_of_birth="2017-03-04", **PARENT)

    assert set(Patient.objects.values_list("first_name", "email")) == {
        ("Wren", "wren@example.com"), ("Cub", "wren@example.com"), ("Pup", "wren@example.com"),
    }  # fmt: skip


def test_rule_24_who_is_signed_in_chooses_whom_it_is_for(clinic):
    user = UserFactory(email="wren@example.com")
    wren, cub = (PatientFactory(first_name=name, email=user.email) for name in ("Wren", "Cub"))
    for patient in (wren, cub):
        PatientGrantFactory(user=user, patient=patient, granted_at=NOW)
    guest = Guest()
    guest.client.force_login(user)
    held = guest.hold()

    form = Page(guest.client.get(held["Location"])).form_with("patient")
    assert set(form.choices["patient"]) == {str(wren.pk), str(cub.pk), ""}
    assert form.fields["email"] == "wren@example.com"
    guest.details(held, patient=str(cub.pk))

    assert Appointment.objects.get(state="booked").patient == cub


def test_rule_24_nobody_holds_two_overlapping_visits(clinic):
    clinic.colleague()
    user, patient = UserFactory(), PatientFactory()
    PatientGrantFactory(user=user, patient=patient, granted_at=NOW)
    guest = Guest()
    guest.client.force_login(user)
    guest.book(patient=str(patient.pk))

    answer = guest.details(guest.hold(practitioner="ben"), patient=str(patient.pk))

    assert answer.status_code == 409
    assert "already has a visit at that time" in answer.text
    assert guest.client.get(LIST).status_code == 200
