"""Booking rules 18, 19, 20, 33 and 37, walked over HTTP."""

from datetime import timedelta

import pytest
import time_machine

from bookings import actions
from bookings.models import Appointment
from clinic.audit import GUEST
from clinic.models import AuditEvent, Message
from tests.bookings.conftest import at, works
from tests.bookings.page import Page
from tests.bookings.walking import LIST, Guest, rows, starts
from tests.factories import ServiceFactory

MONDAY_11 = {"practitioner": "anna", "location": "downtown", "starts_at": "2027-01-11T11:00-06:00"}


@pytest.fixture
def guest(clinic):
    return Guest()


@pytest.fixture
def address(guest):
    """A visit on Monday the 18th at nine, booked by the guest."""
    return guest.book(day="2027-01-18")["Location"]


def visit():
    return Appointment.objects.exclude(state__in=["held", "expired"]).get()


def test_rule_18_moving_takes_the_new_time_and_frees_the_old(guest, address):
    answer = guest.client.post(address + "move/", MONDAY_11)

    assert (answer.status_code, answer["Location"]) == (303, address)
    assert (visit().starts_at, visit().version) == (at(11), 2)
    stranger = Guest()
    assert "2027-01-18T09:00-06:00" in starts(stranger.client.get(LIST))
    assert MONDAY_11["starts_at"] not in starts(stranger.client.get(LIST))


def test_rule_18_a_lost_move_changes_nothing_and_shows_the_nearest_times(guest, address):
    Guest().hold("11:00")
    before = rows()

    answer = guest.client.post(address + "move/", MONDAY_11)

    assert answer.status_code == 409
    assert "your visit stays where it was" in answer.text
    assert len(starts(answer)) == 6
    assert rows() == before


def test_rule_18_the_practitioner_stays_unless_another_is_chosen(clinic, guest, address):
    clinic.colleague()

    own = Page(guest.client.get(address + "move/")).times()
    others = Page(guest.client.get(address + "move/?practitioner=ben")).times()

    assert {sent["practitioner"] for sent in own} == {"anna"}
    assert guest.client.post(address + "move/", others[0]).status_code == 303
    assert visit().practitioner.slug == "ben"


def test_rule_18_moving_to_the_same_time_changes_nothing_and_mails_nothing(guest, address):
    before = rows()

    same = {**MONDAY_11, "starts_at": "2027-01-18T09:00-06:00"}
    assert guest.client.post(address + "move/", same).status_code == 303
    assert rows() == before


def test_rule_18_a_cancelled_visit_is_neither_moved_nor_revived(guest, address):
    guest.client.post(address + "cancel/", {"reason": "other"})
    before = rows()

    assert guest.client.post(address + "move/", MONDAY_11).status_code == 403
    assert guest.client.get(address + "move/").status_code == 200
    assert rows() == before


def test_rule_19_cancelling_keeps_the_row_with_who_when_why_and_whether_late(guest, address):
    answer = guest.client.post(address + "cancel/", {"reason": "other time"})

    assert answer.status_code == 303
    gone = visit()
    assert (gone.state, gone.cancel_reason, gone.cancelled_by) == ("cancelled", "other time", None)
    assert gone.cancelled_at is not None
    event = AuditEvent.objects.get(action="visit.cancel")
    assert event.data["late"] is False
    assert "2027-01-18T09:00-06:00" in starts(Guest().client.get(LIST))


def test_rule_19_cancelling_cannot_be_repeated(guest, address):
    guest.client.post(address + "cancel/", {"reason": "other"})
    before = rows()

    answer = guest.client.post(address + "cancel/", {"reason": "cannot come"})

    assert answer.status_code == 303
    assert rows() == before


def test_rule_19_a_reason_is_asked_and_nothing_happens_without_one(guest, address):
    answer = guest.client.post(address + "cancel/", {})

    assert answer.status_code == 422
    assert "Choose what fits best." in answer.text
    assert visit().state == "booked"


@pytest.mark.parametrize("minutes", [60, 24 * 60])
def test_rule_20_the_cut_off_is_a_setting_of_the_service_checked_at_the_request(
    clinic, guest, minutes
):
    clinic.service.cutoff_minutes = minutes
    clinic.service.save()
    address = guest.book(day="2027-01-18")["Location"]
    page = guest.client.get(address + "cancel/")
    cutoff = visit().starts_at - timedelta(minutes=minutes)

    with time_machine.travel(cutoff + timedelta(seconds=1), tick=False):
        late = guest.client.post(address + "cancel/", {"reason": "other"})
    assert page.status_code == 200  # the form was open in time, the sending was not
    assert late.status_code == 403
    assert visit().state == "booked"
    with time_machine.travel(cutoff, tick=False):
        in_time = guest.client.post(address + "cancel/", {"reason": "other"})
    assert in_time.status_code == 303


@pytest.mark.parametrize("path", ["", "move/", "cancel/"])
def test_rule_20_inside_it_the_page_offers_the_phone_and_a_call_back(guest, address, path):
    with time_machine.travel(visit().starts_at - timedelta(hours=3), tick=False):
        page = guest.client.get(address + path)

    assert page.status_code == 200
    assert 'href="tel:+1-403-555-0101"' in page.text
    assert 'href="/callback/"' in page.text
    assert Page(page).times() == []


def test_a_visit_page_has_what_one_needs_to_come(clinic, guest):
    clinic.place.directions, clinic.place.what_to_wear = "Second floor.", "Shorts."
    clinic.place.save()
    text = guest.client.get(guest.book(day="2027-01-18")["Location"]).text

    for said in ("Getting here", "Second floor.", "What to wear and bring", "Shorts."):
        assert said in text
    for leads in ("calendar.ics", "move/", "cancel/", "https://www.openstreetmap.org/search?"):
        assert leads in text


def test_rule_33_every_booking_page_names_the_emergency_number_and_when_messages_are_read(
    clinic, guest
):
    clinic.place.emergency_number = "112"
    clinic.place.save()
    held = guest.hold()["Location"]
    booked = Guest()
    address = booked.book("11:00")["Location"]
    pages = [
        *(guest.client.get(path) for path in ("/", "/book/", LIST, "/callback/", "/team/", held)),
        *(booked.client.get(address + path) for path in ("", "move/", "cancel/")),
        Guest().hold("11:00"),  # the page of a lost race
    ]

    for page in pages:
        assert page.status_code in (200, 409), page.request
        assert "In an emergency call <strong>112</strong>" in page.text
        assert "read in opening hours only" in page.text


def test_rule_37_services_show_length_price_or_free_and_whom_they_are_for(client, clinic):
    free = ServiceFactory(slug="call", mode="phone", minutes=15, price=0, summary="To ask first.")
    works(clinic.physio, clinic.place, free, days=())

    for path in ("/", "/book/"):
        text = client.get(path).text
        for said in ("60 min", "120 CAD", "15 min", "free", "To ask first."):
            assert said in text
        assert "0 CAD" not in text.replace("120 CAD", "")


def test_rule_37_behind_a_link_the_visit_has_its_neutral_name(guest, address):
    for path in ("", "calendar.ics"):
        text = guest.client.get(address + path).text
        assert "Appointment\\, 60 min" in text or "Appointment, 60 min" in text
        assert "knee" not in text.lower()


def test_rule_19_what_the_desk_cancels_late_is_written_down_as_late(clinic, desk):
    booked = clinic.book(at(9))
    gone = actions.cancel(
        booked, reason="patient called", by=desk, now=booked.starts_at - timedelta(hours=1)
    )

    assert gone.state == "late_cancelled"
    assert gone.cancelled_by_id == desk.id
    again = actions.cancel(gone, reason="again", by=GUEST, now=booked.starts_at)
    assert again.cancel_reason == "patient called"
    assert Message.objects.filter(topic="cancelled").count() == 1
