"""Reminders 48 and 3 hours before, when they became due after booking: rule 28."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from bookings import actions
from clinic import jobs, outbox
from clinic.audit import GUEST
from clinic.models import Message
from tests.bookings.conftest import at
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory

HOUR = timedelta(hours=1)
FRIDAY = at(10, day=15)


def queue(before):
    """Run the job some hours before Friday's visit; return how many reminders are new."""
    now = FRIDAY - before
    with time_machine.travel(now, tick=False):
        return actions.queue_reminders(now=now)


def send(before):
    sent = len(mail.outbox)
    with time_machine.travel(FRIDAY - before, tick=False):
        outbox.send_due()
    return [letter.subject for letter in mail.outbox[sent:]]


@pytest.fixture
def visit(clinic):
    visit = clinic.book(FRIDAY)
    outbox.send_due()
    mail.outbox.clear()
    return visit


def test_two_reminders_and_no_more(visit):
    assert [queue(before * HOUR) for before in (49, 48, 47, 4, 3, 2)] == [0, 1, 0, 0, 1, 0]
    assert Message.objects.filter(topic="reminder").count() == 2


def test_what_a_reminder_says(visit):
    queue(48 * HOUR)

    assert send(48 * HOUR) == ["Reminder: your appointment on Friday 15 January 2027, 10:00"]
    assert [part.get_content_type() for part in mail.outbox[0].message().walk()][-1] == "text/html"


def test_who_books_for_tomorrow_is_not_reminded_the_same_minute(clinic):
    late = AppointmentFactory(
        practitioner=clinic.physio, starts_at=FRIDAY, booked_at=FRIDAY - 20 * HOUR
    )

    assert queue(20 * HOUR) == 0
    assert queue(3 * HOUR) == 1
    assert Message.objects.get().subject_id == str(late.pk)


def test_a_moved_visit_is_reminded_of_anew_but_not_at_once(clinic, visit):
    queue(48 * HOUR)
    send(48 * HOUR)
    with time_machine.travel(FRIDAY - 47 * HOUR, tick=False):
        actions.move(
            visit, practitioner=clinic.physio, location=clinic.place,
            starts_at=FRIDAY + HOUR / 2, by=GUEST, now=FRIDAY - 47 * HOUR,
        )  # fmt: skip

    assert queue(46 * HOUR) == 0  # it would have been due before the move
    assert queue(2 * HOUR) == 1
    assert send(2 * HOUR) == [
        "New time of your appointment: Friday 15 January 2027, 10:30",
        "Reminder: your appointment on Friday 15 January 2027, 10:30",
    ]


def test_a_reminder_is_checked_again_when_it_is_sent(visit):
    queue(48 * HOUR)
    actions.cancel(visit, reason="other", by=GUEST, now=FRIDAY - 48 * HOUR)

    assert send(44 * HOUR) == ["Cancelled: your appointment on Friday 15 January 2027, 10:00"]


def test_after_a_long_stop_one_reminder_is_enough(visit):
    queue(48 * HOUR)
    queue(3 * HOUR)

    assert send(3 * HOUR) == ["Reminder: your appointment on Friday 15 January 2027, 10:00"]
    assert Message.objects.filter(topic="reminder", state="skipped").count() == 1


def test_a_stopped_worker_makes_up_for_what_it_missed(visit):
    assert queue(30 * HOUR) == 1
    assert len(send(30 * HOUR)) == 1


@pytest.mark.parametrize("state", ["cancelled", "arrived", "completed", "no_show", "expired"])
def test_only_booked_visits_are_reminded_of(clinic, state):
    AppointmentFactory(starts_at=FRIDAY, state=state, cancelled_at=NOW)

    assert queue(48 * HOUR) == 0


def test_without_an_address_nobody_is_reminded(clinic):
    AppointmentFactory(starts_at=FRIDAY, patient=PatientFactory(email=""))

    assert queue(48 * HOUR) == 0


def test_the_queries_do_not_grow_with_the_visits(clinic, django_assert_num_queries):
    for number in range(10):
        AppointmentFactory(starts_at=FRIDAY + number * HOUR, booked_at=FRIDAY - 100 * HOUR)
    queue(40 * HOUR)

    with django_assert_num_queries(3):  # visits in reach of each reminder; what was written
        assert queue(40 * HOUR) == 0


def test_the_worker_knows_the_jobs():
    assert {"bookings.periodic.expire_holds", "bookings.periodic.queue_reminders"} <= set(
        jobs.names()
    )
