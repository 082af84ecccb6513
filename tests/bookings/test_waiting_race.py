"""Rule 26, really at once: several answers, several workers, guests who want the same time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import actions, invariants
from bookings.actions import offering, waiting
from bookings.models import Appointment, WaitingEntry, WaitingOffer
from clinic.audit import GUEST
from clinic.models import Message
from tests.bookings.test_race import all_at_once, overlapping_pairs
from tests.bookings.waiting_room import cancel, waits, waits_sooner

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nine(clinic):
    """Nine o'clock on a Monday at least a week ahead, as the clock of this test runs."""
    local = timezone.now().astimezone(clinic.place.tz)
    day = local.date() + timedelta(days=14 - local.weekday())
    return local.replace(
        year=day.year, month=day.month, day=day.day, hour=9, minute=0, second=0, microsecond=0
    )


def offered(clinic, nine, *names):
    """Nine o'clock became free and is offered to the first of these people."""
    visit = clinic.book(nine, now=timezone.now(), email="full@example.com")
    for name in names:
        waits(clinic, name, now=timezone.now())
    cancel(visit, now=timezone.now())  # offers it as soon as it is committed
    return WaitingOffer.objects.running().with_times().get()


def test_rule_26_one_person_says_yes_many_times_at_once(clinic, nine):
    offer = offered(clinic, nine, "Wanda")

    def attempt(number):
        return waiting.accept(offer, by=GUEST, now=timezone.now()).state

    assert all_at_once(attempt, 8) == {"booked": 8}
    assert Appointment.objects.filter(state="booked").count() == 1
    assert Message.objects.filter(topic="booked", to="wanda@example.com").count() == 1


def test_rule_26_yes_against_no_against_leaving(clinic, nine):
    offer = offered(clinic, nine, "Wanda", "Walt")

    def attempt(number):
        now = timezone.now()
        if number % 3 == 0:
            return f"accepted {waiting.accept(offer, by=GUEST, now=now).state}"
        if number % 3 == 1:
            return f"declined {waiting.decline(offer, by=GUEST, now=now)}"
        return f"left {waiting.leave(offer.entry, by=GUEST, now=now)}"

    outcome = all_at_once(attempt, 9)

    booked = Appointment.objects.filter(state="booked", patient__first_name="Wanda").count()
    first = WaitingOffer.objects.get(pk=offer.pk)
    assert booked == (first.state == "accepted")
    assert outcome["declined True"] == (first.state == "declined")
    assert overlapping_pairs() == []
    assert invariants.unkept_offers(timezone.now()) == 0
    assert WaitingOffer.objects.running().count() == (0 if booked else 1)


def test_rule_26_yes_against_guests_who_want_the_same_time(clinic, nine):
    offer = offered(clinic, nine, "Wanda")

    def attempt(number):
        if number % 4 == 0:
            return waiting.accept(offer, by=GUEST, now=timezone.now()).state
        clinic.hold(nine, browser=f"browser {number}", now=timezone.now())
        return "held"

    assert all_at_once(attempt, 16) == {"booked": 4, "TimeTaken": 12}
    assert overlapping_pairs() == []
    assert invariants.unkept_offers(timezone.now()) == 0


def test_rule_26_many_workers_make_one_offer(clinic, nine):
    visit = clinic.book(nine, now=timezone.now(), email="full@example.com")
    entries = [waits(clinic, f"W{number}", now=timezone.now()) for number in range(4)]
    WaitingEntry.objects.update(state="left", closed_at=timezone.now())
    cancel(visit, now=timezone.now())
    WaitingEntry.objects.update(state="waiting", closed_at=None)

    def attempt(number):
        entry = entries[number % 4]
        made = offering.offer_time(
            entry, clinic.physio, clinic.place, nine, by=GUEST, now=timezone.now()
        )
        return "offered" if made else "none"

    assert all_at_once(attempt, 12) == {"offered": 1, "none": 11}
    assert Appointment.objects.filter(state="held").count() == 1


def test_rule_26_two_who_move_to_earlier_times_while_the_list_is_served(clinic, nine):
    first = clinic.book(nine, now=timezone.now(), email="one@example.com")
    later = [
        clinic.book(
            nine + timedelta(hours=hour), browser=f"b{hour}", now=timezone.now(),
            email=f"later{hour}@example.com",
        )
        for hour in (3, 5)
    ]  # fmt: skip
    for visit in later:
        waits_sooner(visit, now=timezone.now())
    cancel(first, now=timezone.now())
    offer = WaitingOffer.objects.running().with_times().get()

    def attempt(number):
        now = timezone.now()
        if number % 3 == 0:
            waiting.accept(offer, by=GUEST, now=now)
        elif number % 3 == 1:
            offering.serve(now=now)
        else:
            actions.end_offers(now=now)
        return "done"

    assert all_at_once(attempt, 9) == {"done": 9}
    offering.serve(now=timezone.now())
    assert overlapping_pairs() == []
    assert invariants.unkept_offers(timezone.now()) == 0
    starts = Appointment.objects.filter(state="booked").values_list("starts_at", flat=True)
    assert nine in starts
    assert WaitingOffer.objects.filter(state="open").count() == 1  # the freed later time, passed on
