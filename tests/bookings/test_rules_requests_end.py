"""Rule 21: a request that nobody answers runs out; moves, seats and calendars of requests."""

import re

import pytest

from bookings import actions, owing, schedule
from bookings.actions import groups, waiting
from bookings.actions.waiting import Wishes
from bookings.errors import TimeRefused
from bookings.models import Appointment, FreedTime, WaitingOffer
from clinic.audit import GUEST, SYSTEM
from clinic.models import AuditEvent, CareRelation, Message
from tests.bookings.conftest import HOUR, MONDAY_9, at, details
from tests.bookings.ics_reader import Diary
from tests.bookings.requesting import (
    DEADLINE,
    MINUTE,
    NINE,
    approval,
    file_in,
    fresh,
    send,
    when,
    work,
)
from tests.bookings.walking import LIST, Guest, starts
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory, ServiceFactory, ServiceOfferFactory


@pytest.fixture
def asked(clinic):
    """The clinic's service is confirmed by the desk, within four hours."""
    return approval(clinic)


# running out -------------------------------------------------------------------------------------


def test_rule_21_at_its_end_the_time_is_free_without_the_worker(asked):
    first = asked.book()
    with when(DEADLINE):
        assert NINE in starts(Guest().client.get(LIST))
        other = Guest()
        assert other.hold().status_code == 303

    assert (fresh(first).state, fresh(first).version) == ("expired", 2)
    assert AuditEvent.objects.filter(action="visit.expire").count() == 1
    assert Message.objects.filter(topic=owing.RAN_OUT).count() == 1
    assert not CareRelation.objects.active(DEADLINE).exists()


def test_rule_21_the_worker_ends_it_and_the_patient_gets_the_nearest_times(asked):
    guest = Guest()
    address = guest.book()["Location"]
    send()
    for now in (DEADLINE - MINUTE, DEADLINE, DEADLINE + MINUTE, DEADLINE + HOUR):
        work(now)
    visit = Appointment.objects.get(patient__isnull=False)

    letters = [letter for minutes in (0, 5, 60) for letter in send(DEADLINE + minutes * MINUTE)]

    assert visit.state == "expired"
    [letter] = letters
    assert letter.subject == "Not confirmed: your request for Monday 11 January 2027, 09:00"
    assert "did not confirm this appointment in time" in letter.body
    offered = re.findall(r"- (.+)–", letter.body)
    assert offered[0] == "Monday 11 January 2027, 09:00"  # free again
    assert len(offered) == 6
    assert b"METHOD:CANCEL" in file_in(letter)
    with when(DEADLINE + HOUR):
        page = guest.client.get(address)
        assert "did not confirm your request in time" in page.text
        assert starts(page)[0] == NINE
        assert guest.client.post(f"{address}move/", {}).status_code == 403
        taken = {"practitioner": "anna", "location": "downtown", "starts_at": starts(page)[0]}
        assert guest.client.post(f"{LIST}hold/", taken).status_code == 303


def test_rule_21_the_page_says_so_at_that_instant_whatever_the_worker_does(asked):
    guest = Guest()
    address = guest.book()["Location"]

    with when(DEADLINE):
        assert "This visit was not confirmed" in guest.client.get(address).text


def test_rule_21_one_that_runs_out_as_it_was_to_begin_is_told_all_the_same(clinic):
    approval(clinic, hours=48)
    clinic.book()
    send()
    work(MONDAY_9)

    [letter] = send(MONDAY_9)

    assert letter.subject.startswith("Not confirmed")


def test_rule_21_the_freed_time_goes_to_the_waiting_list(asked, desk):
    declined, ran_out = asked.book(at(9)), asked.book(at(11), browser="another")
    for hour in (10, 12, 13, 14, 15, 16):
        AppointmentFactory(
            practitioner=asked.physio, location=asked.place, service=asked.service,
            starts_at=at(hour),
        )  # fmt: skip
    wishes = Wishes(weekdays=[0])
    for name in ("wanda", "wilma"):
        who = details(first_name=name, email=f"{name}@example.com")
        waiting.join(asked.service, who, wishes, by=GUEST, now=NOW - HOUR)

    actions.decline(declined, reason="no", by=desk, now=NOW + HOUR)
    work(NOW + HOUR)
    work(DEADLINE)
    work(DEADLINE + MINUTE)

    offered = WaitingOffer.objects.values_list("appointment__starts_at", flat=True)
    assert set(offered) == {declined.starts_at, ran_out.starts_at}
    assert FreedTime.objects.count() == 2


def test_rule_21_its_time_is_offered_on_although_the_worker_was_away_for_hours(asked):
    ran_out = asked.book(at(11))
    who = details(first_name="Wanda", email="wanda@example.com")
    wishes = Wishes(weekdays=[0], practitioners=[asked.physio])
    for hour in (9, 10, 12, 13, 14, 15, 16):
        AppointmentFactory(
            practitioner=asked.physio, location=asked.place, service=asked.service,
            starts_at=at(hour),
        )  # fmt: skip
    waiting.join(asked.service, who, wishes, by=GUEST, now=NOW)
    back = DEADLINE + 3 * HOUR

    work(back)
    work(back + MINUTE)

    offered = WaitingOffer.objects.values_list("appointment__starts_at", flat=True)
    assert list(offered) == [ran_out.starts_at]
    assert FreedTime.objects.count() == 1


def test_rule_21_an_offer_that_is_taken_is_a_request_too(asked):
    booked = AppointmentFactory(
        practitioner=asked.physio, location=asked.place, service=asked.service,
        starts_at=at(9, day=13),
    )  # fmt: skip
    who = details(first_name="Wanda", email="wanda@example.com")
    waiting.join(asked.service, who, Wishes(), by=GUEST, now=NOW - HOUR)
    actions.cancel(booked, reason="other", by=GUEST, now=NOW)
    work(NOW)

    visit = waiting.accept(WaitingOffer.objects.get(), by=GUEST, now=NOW + MINUTE)

    assert (visit.state, visit.held_until) == ("requested", NOW + MINUTE + 4 * HOUR)


def test_rule_21_a_form_sent_again_after_the_end_books_nothing(asked):
    guest = Guest()
    held = guest.hold()
    guest.details(held)
    work(DEADLINE)

    with when(DEADLINE + MINUTE):
        again = guest.details(held)

    assert again.status_code == 303
    assert list(Appointment.objects.values_list("state", flat=True)) == ["expired"]


def test_rule_21_a_patients_own_request_that_ran_out_is_not_in_their_way(asked):
    patient = PatientFactory()
    ben = asked.colleague()
    actions.book(asked.hold(), details(patient=patient), by=GUEST, now=NOW)

    held = asked.hold(practitioner=ben, browser="another", now=DEADLINE)
    visit = actions.book(held, details(patient=patient), by=GUEST, now=DEADLINE)

    assert (visit.state, visit.practitioner) == ("requested", ben)


def test_rule_21_a_request_that_waits_for_a_call_has_no_end(clinic, desk):
    visit = clinic.book()
    Appointment.objects.filter(pk=visit.pk).update(state="requested")
    work(NOW + 19 * HOUR)
    with when(NOW + 19 * HOUR):
        assert NINE not in starts(Guest().client.get(LIST))

    confirmed = actions.confirm(fresh(visit), by=desk, now=NOW + 19 * HOUR)

    assert (confirmed.state, confirmed.version) == ("booked", 1)
    assert confirmed.confirmed_at == NOW + 19 * HOUR


# moving ------------------------------------------------------------------------------------------


def test_rule_21_a_time_the_patient_moves_to_is_a_request_again(asked, desk):
    visit = asked.book(at(9, day=14))
    actions.confirm(visit, by=desk, now=NOW)
    to = {"practitioner": asked.physio, "location": asked.place, "starts_at": at(11, day=14)}

    moved = actions.move(visit, **to, by=GUEST, now=NOW + HOUR)

    assert (moved.state, moved.held_until) == ("requested", NOW + 5 * HOUR)
    assert [letter.subject.partition(":")[0] for letter in send(NOW + HOUR)] == ["Requested"]


def test_rule_21_the_clinics_own_move_leaves_it_as_it_was(asked, desk):
    visit = asked.book(at(9, day=14))
    to = {"practitioner": asked.physio, "location": asked.place}

    asked_still = actions.move(visit, **to, starts_at=at(11, day=14), by=desk, now=NOW + HOUR)
    assert (asked_still.state, asked_still.held_until) == ("requested", NOW + 5 * HOUR)
    actions.confirm(asked_still, by=desk, now=NOW + HOUR)
    stands = actions.move(asked_still, **to, starts_at=at(12, day=14), by=desk, now=NOW + 2 * HOUR)
    assert stands.state == "booked"


def test_rule_21_switched_off_meanwhile_a_request_still_ends_before_its_start(asked, desk):
    visit = asked.book(at(9, day=14))
    approval(asked, 0)
    to = {"practitioner": asked.physio, "location": asked.place, "starts_at": at(15, day=10)}
    with pytest.raises(TimeRefused):  # a Sunday
        actions.move(visit, **to, by=desk, now=NOW)

    soon = actions.move(visit, **{**to, "starts_at": MONDAY_9}, by=desk, now=NOW)

    assert (soon.state, soon.held_until) == ("requested", DEADLINE)


# seats -------------------------------------------------------------------------------------------


def test_rule_21_a_seat_may_be_requested_and_run_out(asked, desk):
    klass = ServiceFactory(slug="knee-class", seats=1, approval_hours=4)
    ServiceOfferFactory(service=klass, practitioner=asked.physio, location=asked.place)
    groups.plan_session(
        service=klass, practitioner=asked.physio, location=asked.place, starts_at=MONDAY_9,
        by=SYSTEM, now=NOW,
    )  # fmt: skip
    held = asked.hold(service=klass)
    seat = actions.book(held, details(), by=GUEST, now=NOW)
    free = lambda now: schedule.free_times(klass, None, None, at(9).date(), at(9).date(), now)  # noqa: E731

    assert seat.state == "requested"
    assert free(DEADLINE - MINUTE) == []
    assert [time.starts_at for time in free(DEADLINE)] == [MONDAY_9]
    second = actions.book(
        asked.hold(service=klass, browser="another", now=DEADLINE),
        details(email="second@example.com"), by=GUEST, now=DEADLINE,
    )  # fmt: skip
    assert actions.confirm(second, by=desk, now=DEADLINE).state == "booked"
    assert fresh(seat).state == "expired"


# the calendar at home ----------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["confirmed", "declined", "ran out"])
def test_rule_21_the_calendar_follows_a_request_to_its_end(asked, desk, end):
    diary = Diary()
    visit = asked.book()
    diary.receive(file_in(send()[0]))
    assert [entry.status for entry in diary.entries.values()] == ["TENTATIVE"]
    if end == "confirmed":
        actions.confirm(visit, by=desk, now=NOW + HOUR)
    elif end == "declined":
        actions.decline(visit, reason="no", by=desk, now=NOW + HOUR)
    work(DEADLINE)
    diary.receive(file_in(send(DEADLINE)[0]))

    status = [entry.status for entry in diary.entries.values()]
    assert status == (["CONFIRMED"] if end == "confirmed" else [])
