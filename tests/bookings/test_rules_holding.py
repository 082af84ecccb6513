"""Booking rules 15, 16, 17 and 21, walked over HTTP."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from bookings.models import Appointment, BreakTime
from clinic import practice
from clinic.models import Message, Patient
from tests.bookings.conftest import at
from tests.bookings.page import Page
from tests.bookings.walking import LIST, TYPED, Guest, rows, starts
from tests.conftest import NOW

NINE = "2027-01-11T09:00-06:00"


def later(**how):
    return time_machine.travel(NOW + timedelta(**how), tick=False)


@pytest.mark.parametrize("minutes", [10, 3])
def test_rule_15_a_chosen_time_is_held_for_the_minutes_of_the_setting(clinic, minutes):
    clinic.practice.hold_minutes = minutes
    clinic.practice.save()
    practice.forget()
    mine, other = Guest(), Guest()
    mine.hold()

    with later(minutes=minutes, seconds=-1):
        assert NINE not in starts(other.client.get(LIST))
        assert other.hold().status_code == 409
    with later(minutes=minutes):
        assert NINE in starts(other.client.get(LIST))
        assert other.hold().status_code == 303


def test_rule_15_the_holder_sees_it_with_the_time_it_is_held_until(clinic):
    guest = Guest()
    held = guest.hold()

    page = guest.client.get(held["Location"]).text
    assert "Held for you until 13:10" in page  # without script
    assert 'data-countdown="600"' in page  # with script it counts
    assert "until 13:10" in guest.client.get(LIST).text
    with later(minutes=4):
        assert 'data-countdown="360"' in guest.client.get(held["Location"]).text


def test_rule_15_another_tab_of_the_same_browser_gives_the_first_time_back(clinic):
    guest = Guest()
    first = guest.hold()
    second = guest.hold("11:00")

    assert Appointment.objects.filter(state="held").count() == 1
    assert NINE in starts(Guest().client.get(LIST))
    assert "no longer held for you" in guest.client.get(first["Location"]).text
    assert "Held for you until" in guest.client.get(second["Location"]).text


def test_rule_15_choosing_another_time_keeps_what_was_typed(clinic):
    guest = Guest()
    held = guest.hold()

    back = guest.client.post(held["Location"], {**TYPED, "release": "1"})

    assert (back.status_code, back["Location"]) == (303, LIST)
    assert NINE in starts(Guest().client.get(LIST))
    again = guest.fields(guest.hold("11:00")["Location"])
    assert {name: again[name] for name in TYPED} == TYPED


def test_rule_15_a_hold_keeps_what_it_holds_from_moves_too(clinic):
    visit = Guest().book("13:00")
    Guest().hold()

    assert NINE not in starts(Guest().client.get(visit["Location"] + "move/"))


def test_rule_16_the_loser_of_a_choice_sees_what_happened_and_the_nearest_times(clinic):
    Guest().hold("12:00")
    loser, before = Guest(), rows()

    answer = loser.hold("12:00")

    assert answer.status_code == 409
    assert "Somebody has just taken this time" in answer.text
    near = ["10:00", "10:30", "11:00", "13:00", "13:30", "14:00"]
    assert starts(answer) == [f"2027-01-11T{clock}-06:00" for clock in near]
    assert rows() == before
    assert loser.client.post(LIST + "hold/", Page(answer).times()[3]).status_code == 303


def test_rule_16_the_loser_of_a_booking_keeps_everything_typed_and_nothing_is_written(clinic):
    loser = Guest()
    held = loser.hold()
    with later(minutes=11):
        Guest().book()
        before = rows(Appointment)
        answer = loser.details(held)

        assert answer.status_code == 409
        assert "somebody else has taken it" in answer.text
        assert "What you typed is kept" in answer.text
        assert NINE not in starts(answer)
        assert rows(Appointment) == before  # nobody, no consent, no mail, no trace
        again = loser.client.post(LIST + "hold/", Page(answer).times()[0])
        kept = loser.fields(again["Location"])
    assert {name: kept[name] for name in TYPED} == TYPED
    assert "consent" not in kept


def test_rule_16_a_limit_reached_while_booking_keeps_what_was_typed(clinic, settings, monkeypatch):
    settings.LIMIT_FACTOR = 1
    monkeypatch.setattr("bookings.limits.BOOKINGS_PER_EMAIL", 0)
    guest = Guest()
    held = guest.hold()

    assert guest.details(held).status_code == 429
    kept = guest.fields(held["Location"])
    assert {name: kept[name] for name in TYPED} == TYPED


def test_rule_17_a_repeated_submit_makes_one_appointment(clinic):
    guest = Guest()
    held = guest.hold()

    answers = [guest.details(held) for _ in range(3)]
    back = guest.client.get(held["Location"])

    assert {answer.status_code for answer in [*answers, back]} == {303}
    assert len({answer["Location"] for answer in [*answers, back]}) == 1
    assert Appointment.objects.exclude(state="expired").count() == 1
    assert (Patient.objects.count(), Message.objects.count()) == (1, 1)


def test_rule_17_choosing_twice_holds_once_under_one_token(clinic):
    guest = Guest()

    first, second = guest.hold(), guest.hold()

    assert first["Location"] == second["Location"]
    assert Appointment.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_rule_17_a_double_click_at_the_same_instant_books_once(clinic):
    with time_machine.travel(NOW, tick=True):
        guest = Guest()
        held = guest.hold()
        answers, ready = [], threading.Barrier(2)

        def click():
            again = Guest()
            again.client.cookies.update(guest.client.cookies)
            ready.wait()
            try:
                answers.append(again.details(held))
            finally:
                connection.close()

        clicks = [threading.Thread(target=click) for _ in range(2)]
        for each in clicks:
            each.start()
        for each in clicks:
            each.join()

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer["Location"] for answer in answers}) == 1
    assert Patient.objects.count() == 1


def test_rule_21_confirmation_checks_the_hours_again(clinic):
    guest = Guest()
    held = guest.hold("10:00")
    BreakTime.objects.create(
        practitioner=clinic.physio, location=clinic.place, weekday=0,
        starts="10:00", ends="11:00",
    )  # fmt: skip

    answer = guest.details(held)

    assert answer.status_code == 409
    assert not Patient.objects.exists()


def test_rule_21_a_request_blocks_its_time(clinic):
    visit = clinic.book(at(9))
    Appointment.objects.filter(pk=visit.pk).update(state="requested")

    assert NINE not in starts(Guest().client.get(LIST))
    assert Guest().hold().status_code == 409
