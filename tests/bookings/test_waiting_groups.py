"""Rule 26 for groups: a freed seat is offered like a time, one person a seat."""

import pytest
from django.test import Client

from bookings import actions
from bookings.actions import groups, waiting
from bookings.actions.answering import close_offer
from bookings.errors import Over
from bookings.models import Appointment, WaitingEntry, WaitingOffer
from clinic import roles
from clinic.audit import GUEST, Actor
from clinic.models import Message
from tests.bookings.board_page import somebody
from tests.bookings.conftest import HOUR, at, details
from tests.bookings.page import Page
from tests.bookings.waiting_room import (
    MINUTE,
    cancel,
    letters,
    link_in,
    offer_to,
    running,
    waits,
    waits_sooner,
    work,
)
from tests.conftest import NOW
from tests.factories import ServiceFactory, ServiceOfferFactory

DESK = Actor("staff")
TEN, NOON = at(10, day=12), at(12, day=12)


@pytest.fixture
def klass(clinic):
    """A class of two that the clinic's physio gives."""
    service = ServiceFactory(slug="knee-class", name="Knee class", seats=2)
    ServiceOfferFactory(service=service, practitioner=clinic.physio, location=clinic.place)
    return service


@pytest.fixture
def full(clinic, klass):
    """Tuesday's class at ten, both seats taken."""
    plan(clinic, klass)
    return [take(clinic, klass, number) for number in (1, 2)]


def plan(clinic, klass, starts_at=TEN, **more):
    return groups.plan_session(
        service=klass, practitioner=clinic.physio, location=clinic.place, starts_at=starts_at,
        by=DESK, now=NOW, **more,
    )  # fmt: skip


def take(clinic, klass, number, starts_at=TEN):
    held = clinic.hold(starts_at, service=klass, browser=f"browser {number}")
    typed = details(first_name=f"Full{number}", email=f"full{number}@example.com")
    return actions.book(held, typed, by=GUEST, now=NOW)


def names():
    return [name for name, _ in running()]


def test_rule_26_a_freed_seat_is_offered_to_one_person_at_a_time(clinic, klass, full):
    for name in ("Wanda", "Wilma"):
        waits(clinic, name, service=klass)

    cancel(full[0])
    work()

    assert running() == [("Wanda", TEN)]
    seat = offer_to("Wanda").appointment
    assert (seat.state, seat.seat) == ("held", full[0].seat)
    with pytest.raises(Exception, match="taken"):
        take(clinic, klass, 3)


def test_rule_26_two_freed_seats_go_to_two_people_and_none_to_a_third(clinic, klass, full):
    for name in ("Wanda", "Wilma", "Wendy"):
        waits(clinic, name, service=klass)

    for seat in full:
        cancel(seat)
    for _ in range(3):
        work()

    assert sorted(names()) == ["Wanda", "Wilma"]
    assert len({offer.appointment.seat for offer in WaitingOffer.objects.running()}) == 2


def test_rule_26_a_declined_or_unanswered_seat_goes_to_the_next(clinic, klass, full):
    for name in ("Wanda", "Wilma", "Wendy"):
        waits(clinic, name, service=klass)
    cancel(full[0])
    work()

    waiting.decline(offer_to("Wanda"), by=GUEST, now=NOW + MINUTE)
    work(NOW + MINUTE)
    assert names() == ["Wilma"]
    late = offer_to("Wilma").expires_at
    work(late)
    work(late + MINUTE)
    assert names() == ["Wendy"]


def test_rule_26_taking_a_seat_books_it(clinic, klass, full):
    entry = waits(clinic, service=klass)
    cancel(full[1])
    work()

    visit = waiting.accept(offer_to("Wanda"), by=GUEST, now=NOW + MINUTE)

    assert (visit.state, visit.seat, visit.session_id) == (
        "booked", full[1].seat, full[0].session_id,
    )  # fmt: skip
    entry.refresh_from_db()
    assert entry.state == WaitingEntry.State.SERVED


def test_rule_26_an_earlier_session_frees_the_later_seat_for_the_next(clinic, klass, full):
    plan(clinic, klass, NOON, seats=1)
    later = take(clinic, klass, 3, NOON)
    waits_sooner(later)
    waits(clinic, "Wilma", service=klass)
    cancel(full[0])
    work()
    assert names() == ["Full3"]

    moved = waiting.accept(offer_to("Full3"), by=GUEST, now=NOW + MINUTE)
    work(NOW + MINUTE)

    assert (moved.pk, moved.starts_at, moved.seat) == (later.pk, TEN, full[0].seat)
    assert running() == [("Wilma", NOON)]


def test_rule_26_a_new_session_and_more_seats_are_offered_first_to_who_waits(clinic, klass, full):
    for name in ("Wanda", "Wilma", "Wendy"):
        waits(clinic, name, service=klass)

    session = Appointment.objects.get(pk=full[0].session_id)
    groups.change_seats(session, seats=3, by=DESK, now=NOW)
    work()
    assert running() == [("Wanda", TEN)]
    plan(clinic, klass, NOON)
    work()

    assert set(running()) == {("Wanda", TEN), ("Wilma", NOON), ("Wendy", NOON)}


def test_rule_26_a_session_that_is_off_frees_its_time_for_single_visits(clinic, klass):
    for hour in (9, 10, 12, 13, 14, 15, 16):
        clinic.book(at(hour, day=12), browser=f"b{hour}", email=f"b{hour}@example.com")
    session = plan(clinic, klass, at(11, day=12))
    waits(clinic, weekdays=[1])

    groups.cancel_session(session, reason="ill", by=DESK, now=NOW)
    work()

    assert running() == [("Wanda", at(11, day=12))]


def test_rule_26_a_seat_is_offered_by_hand_too(client, clinic, klass):
    plan(clinic, klass)
    entry = waits(clinic, service=klass)
    front = somebody(client, roles.FRONT_DESK)
    where = f"/admin/bookings/waitingentry/{entry.pk}/"

    page = Page(front.get(f"{where}change/"))
    [value] = [value for form in page.forms for name, value in form.buttons if name == "time"]
    front.post(f"{where}offer/", {"time": value})

    assert running() == [("Wanda", TEN)]
    close_offer(offer_to("Wanda"), "withdrawn", by=DESK, now=NOW)


def test_rule_26_pages_lead_to_the_list_for_a_class(clinic, klass, full):
    guest = Client()
    assert f"/waitlist/?service={klass.slug}" in guest.get("/book/knee-class/").text
    fields = Page(guest.get("/waitlist/?service=knee-class")).form_with("first_name").fields
    typed = {"first_name": "Wanda", "last_name": "Waits", "email": "wanda@example.com"}
    joined = guest.post("/waitlist/", {**fields, **typed, "consent": "on"})
    assert joined.status_code == 303

    cancel(full[0])
    work()
    letter = letters()["wanda@example.com"]
    page = guest.get(link_in(letter))
    done = guest.post(link_in(letter), {**Page(page).form_with("offer").fields, "answer": "accept"})

    assert done.status_code == 303
    assert "Tuesday 12 January 2027, 10:00" in guest.get(done["Location"]).text
    assert Message.objects.filter(topic="booked", to="wanda@example.com").count() == 1


def test_rule_26_a_seat_that_is_over_has_nothing_earlier_to_wait_for(clinic, klass, full):
    cancel(full[0])

    with pytest.raises(Over):
        waits_sooner(full[0], now=NOW + HOUR)
