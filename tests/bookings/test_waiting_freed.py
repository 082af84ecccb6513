"""Rule 26: what frees a time for the waiting list, and what it costs to look."""

from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import actions, diary_actions
from bookings.actions import offering
from bookings.models import FreedTime
from clinic.audit import GUEST
from tests.bookings.conftest import at
from tests.bookings.waiting_room import (
    MINUTE,
    cancel,
    fill,
    running,
    waits,
    work,
)
from tests.conftest import NOW
from tests.factories import (
    ClosureFactory,
    TimeOffFactory,
    UserFactory,
)

NINE, TEN = at(9, day=12), at(10, day=12)


@pytest.fixture
def full(clinic):
    """Tuesday from nine to five, every hour booked."""
    return fill(clinic, [at(hour, day=12) for hour in range(9, 17)])


def test_rule_26_a_moved_visit_frees_its_time(clinic, full):
    waits(clinic)
    actions.move(
        full[TEN], practitioner=clinic.physio, location=clinic.place, starts_at=at(9, day=13),
        by=GUEST, now=NOW,
    )  # fmt: skip
    work()

    assert running() == [("Wanda", TEN)]


def test_rule_26_a_hold_that_ran_out_frees_its_time(clinic, full):
    cancel(full[TEN])
    clinic.hold(TEN, browser="slow")
    waits(clinic)
    work()
    assert running() == []

    later = NOW + 11 * MINUTE
    actions.expire_holds(by=GUEST, now=later)
    work(later)

    assert running() == [("Wanda", TEN)]


def test_rule_26_a_guest_who_holds_it_comes_first_and_then_the_list(clinic, full):
    waits(clinic)
    cancel(full[TEN])
    clinic.hold(TEN, browser="quick")
    work()
    assert running() == []

    work(NOW + 11 * MINUTE)

    assert running() == [("Wanda", TEN)]


def test_rule_26_a_removed_closure_and_removed_time_off_free_their_time(clinic):
    closed = ClosureFactory(location=clinic.place, first_day=date(2027, 1, 12))
    waits(clinic, "Wanda", weekdays=[1])
    away = TimeOffFactory(
        practitioner=clinic.physio, first_day=date(2027, 1, 14), starts=time(12), ends=time(13)
    )
    waits(clinic, "Walt", weekdays=[3])
    user = UserFactory()

    diary_actions.remove_hours(closed, by=user, now=NOW)
    diary_actions.remove_hours(away, by=user, now=NOW)
    work()

    assert sorted(running()) == [("Walt", at(12, day=14)), ("Wanda", NINE)]


def test_rule_26_an_open_list_costs_the_same_for_one_and_for_many(
    clinic, full, django_assert_num_queries
):
    waits(clinic, "Wanda", weekdays=[4])
    cancel(full[TEN])
    with CaptureQueriesContext(connection) as one:
        offering.serve(now=NOW)
    FreedTime.objects.update(closed_at=None)
    for number in range(5):
        waits(clinic, f"W{number}", weekdays=[4])
    with django_assert_num_queries(len(one)):
        offering.serve(now=NOW)


def test_without_anybody_waiting_nothing_is_written_down(clinic, full):
    cancel(full[TEN])

    assert FreedTime.objects.count() == 0
