"""Booking rule 23, afterwards: a guest's visit joins the record behind a confirmed address."""

from datetime import timedelta

import pytest
import time_machine

from bookings.actions.joining import join_record
from bookings.errors import NotPossible, Over, PatientBusy
from bookings.models import Appointment, VisitReason
from clinic.audit import Actor
from clinic.models import AuditEvent, CareRelation, Consent, Message, Patient
from tests.bookings.conftest import at
from tests.bookings.page import Page
from tests.bookings.walking import NOISE, Guest, rows
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory, PatientGrantFactory, UserFactory

DAY = "2027-01-20"


@pytest.fixture
def wren(clinic):
    """Somebody who has been here and gave this address."""
    known = PatientFactory(first_name="Wren", last_name="Walker", email="wren@example.com")
    AppointmentFactory(
        patient=known, practitioner=clinic.physio, location=clinic.place, service=clinic.service,
        starts_at=NOW - timedelta(days=30), state="completed",
    )  # fmt: skip
    return known


@pytest.fixture
def guest(wren):
    """A browser whose owner confirmed wren@example.com after booking as a guest."""
    guest = Guest()
    guest.visit = guest.book(day=DAY)["Location"]
    guest.client.force_login(UserFactory(email="wren@example.com"))
    return guest


def the_visit() -> Appointment:
    return Appointment.objects.get(starts_at=at(9, day=20))


def actor() -> Actor:
    return Actor("patient", UserFactory().pk)


def test_rule_23_the_page_of_a_guests_visit_offers_to_confirm_the_address(clinic, wren):
    pages = []
    for email in ("wren@example.com", "newt@example.com"):
        guest = Guest()
        address = guest.book(day=DAY, email=email)["Location"]
        pages.append(NOISE.sub("", guest.client.get(address).text))
        led = guest.client.get(address + "record/")
        assert led.status_code == 303
        assert led["Location"].startswith("/accounts/login/code/?next=%2Fvisit%2F")
        Appointment.objects.filter(starts_at=at(9, day=20)).update(
            state="cancelled", cancelled_at=NOW
        )

    assert "Been here before?" in pages[0]
    assert pages[0] == pages[1]  # known or not, to the letter


def test_rule_23_after_the_code_the_visit_joins_the_record(guest, wren):
    form = Page(guest.client.get(guest.visit + "record/")).form_with("patient")
    assert form.choices["patient"] == [str(wren.pk)]
    guest_row = the_visit().patient

    answer = guest.client.post(guest.visit + "record/", {"patient": str(wren.pk)})

    assert (answer.status_code, answer["Location"]) == (303, guest.visit)
    visit = the_visit()
    assert (visit.patient, visit.new_patient, visit.version) == (wren, False, 1)
    assert VisitReason.objects.get(appointment=visit).text == "Knee on stairs"
    guest_row.refresh_from_db()
    assert guest_row.merged_into == wren
    assert Consent.objects.filter(patient=wren, kind="privacy").count() == 1
    assert CareRelation.objects.active(NOW).get().patient == wren
    event = AuditEvent.objects.get(action="visit.join")
    assert event.data == {"from": str(guest_row.pk), "merged": True}
    assert "Been here before?" not in guest.client.get(guest.visit).text


def test_rule_23_looking_changes_nothing_and_twice_is_once(guest, wren):
    before = rows()
    guest.client.get(guest.visit + "record/")
    guest.client.head(guest.visit + "record/")
    assert rows() == before

    guest.client.post(guest.visit + "record/", {"patient": str(wren.pk)})
    once = rows()
    assert guest.client.post(guest.visit + "record/", {"patient": str(wren.pk)}).status_code == 303
    assert rows() == once


def test_rule_23_only_people_of_the_confirmed_address_are_offered(guest, wren):
    stranger = PatientFactory(email="newt@example.com")

    answer = guest.client.post(guest.visit + "record/", {"patient": str(stranger.pk)})

    assert answer.status_code == 422
    assert the_visit().patient.email == "wren@example.com"
    assert stranger.first_name not in answer.text.partition("<main")[2].partition("<form")[0]


def test_rule_23_who_confirmed_another_address_is_offered_nothing(guest, wren):
    guest.client.force_login(UserFactory(email="newt@example.com"))
    PatientFactory(email="newt@example.com", first_name="Newt")

    page = guest.client.get(guest.visit + "record/")

    assert "There is no earlier record with the address you confirmed" in page.text
    assert guest.client.post(guest.visit + "record/", {"patient": str(wren.pk)}).status_code == 422


def test_rule_23_the_first_name_is_all_that_is_shown_before_the_date_of_birth(guest, wren):
    main = guest.client.get(guest.visit + "record/").text.partition("<main")[2]

    assert "Wren" in main
    assert "Walker" not in main
    assert "1990" not in main


def test_rule_23_a_visit_booked_signed_in_or_by_the_desk_is_not_joined(clinic, wren, guest):
    for change in ({"booked_by": UserFactory()}, {"booked_by": None, "source": "desk"}):
        Appointment.objects.filter(pk=the_visit().pk).update(**change)

        assert guest.client.get(guest.visit + "record/")["Location"] == guest.visit
        with pytest.raises(NotPossible):
            join_record(the_visit(), wren, by=actor(), now=NOW)


def test_rule_23_not_once_reminders_have_begun(guest, wren):
    with time_machine.travel(the_visit().starts_at - timedelta(hours=48), tick=False):
        assert guest.client.get(guest.visit + "record/")["Location"] == guest.visit
        with pytest.raises(NotPossible):
            join_record(the_visit(), wren, by=actor(), now=the_visit().starts_at)


def test_rule_23_joining_mails_nothing_more(guest, wren):
    before = Message.objects.count()

    guest.client.post(guest.visit + "record/", {"patient": str(wren.pk)})

    assert Message.objects.count() == before


def test_rule_23_nobody_is_in_two_places_at_once(clinic, guest, wren):
    AppointmentFactory(patient=wren, service=clinic.service, starts_at=at(9, day=20))
    visit = Appointment.objects.get(starts_at=at(9, day=20), practitioner=clinic.physio)

    with pytest.raises(PatientBusy):
        join_record(visit, wren, by=actor(), now=NOW)
    answer = guest.client.post(guest.visit + "record/", {"patient": str(wren.pk)})
    assert answer.status_code == 422
    assert "already has a visit at that time" in answer.text


def test_rule_23_a_cancelled_visit_is_not_joined(guest, wren):
    visit = the_visit()
    Appointment.objects.filter(pk=visit.pk).update(state="cancelled", cancelled_at=NOW)

    with pytest.raises(Over):
        join_record(visit, wren, by=actor(), now=NOW)


def test_rule_23_a_row_on_which_more_hangs_is_left_for_the_desk(clinic, guest, wren):
    made = the_visit().patient
    PatientGrantFactory(user=UserFactory(), patient=made, granted_at=NOW)

    guest.client.post(guest.visit + "record/", {"patient": str(wren.pk)})

    made.refresh_from_db()
    assert made.merged_into is None
    assert the_visit().patient == wren
    assert AuditEvent.objects.get(action="visit.join").data["merged"] is False
    assert Patient.objects.current().count() == 2
