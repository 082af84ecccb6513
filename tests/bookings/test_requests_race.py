"""Rule 21, really at once: a request that is confirmed as it runs out, and two workers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import actions
from bookings.models import Appointment
from clinic.audit import GUEST, Actor
from clinic.models import AuditEvent, Message
from tests.bookings.test_race import all_at_once, overlapping_pairs

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
DESK = Actor("staff")
HOUR = timedelta(hours=1)


@pytest.fixture
def nine(clinic):
    """Nine o'clock on a Monday at least a week ahead, as the clock of this test runs."""
    clinic.service.approval_hours = 4
    clinic.service.save()
    local = timezone.now().astimezone(clinic.place.tz)
    day = local.date() + timedelta(days=14 - local.weekday())
    return local.replace(
        year=day.year, month=day.month, day=day.day, hour=9, minute=0, second=0, microsecond=0
    )


def answers(visit):
    """How often the patient was told what, besides that the request came in."""
    found = Message.objects.filter(subject_id=str(visit.pk)).exclude(topic="requested")
    return sorted(found.values_list("topic", flat=True))


def test_rule_21_confirmed_while_it_runs_out_has_one_end(clinic, nine):
    now = timezone.now()
    for number in range(4):
        start = nine + number * HOUR
        visit = clinic.book(start, browser=f"b{number}", now=now, email=f"g{number}@example.com")
        end = visit.held_until

        def attempt(each, visit=visit, end=end):
            if each % 2:
                return actions.expire_requests(now=end)
            return actions.confirm(visit, by=DESK, now=end - timedelta(seconds=1)).state

        outcome = all_at_once(attempt, 8)

        visit.refresh_from_db()
        ended = outcome[1]
        assert (visit.state, ended) in {("booked", 0), ("expired", 1)}
        assert answers(visit) == ["confirmed" if visit.state == "booked" else "request-ran-out"]
        assert visit.version == 2


def test_rule_21_many_workers_end_it_once_and_many_guests_take_its_time_once(clinic, nine):
    first = clinic.book(nine, now=timezone.now())
    end = first.held_until

    def attempt(number):
        if number % 2:
            actions.expire_requests(now=end)
            return "swept"
        return clinic.hold(nine, browser=f"browser {number}", now=end).state

    outcome = all_at_once(attempt, 12)

    assert (outcome["swept"], outcome["held"], outcome["TimeTaken"]) == (6, 1, 5)
    assert answers(first) == ["request-ran-out"]
    assert AuditEvent.objects.filter(action="visit.expire").count() == 1
    assert overlapping_pairs() == []


def test_rule_21_confirmed_declined_moved_and_withdrawn_at_once(clinic, nine):
    visit = clinic.book(nine, now=timezone.now())
    now = timezone.now()
    to = {"practitioner": clinic.physio, "location": clinic.place, "starts_at": nine + 2 * HOUR}

    def attempt(number):
        match number % 4:
            case 0:
                return actions.confirm(visit, by=DESK, now=now).state
            case 1:
                return actions.decline(visit, reason="no", by=DESK, now=now).state
            case 2:
                return actions.move(visit, **to, by=GUEST, now=now).state
        return actions.cancel(visit, reason="other", by=GUEST, now=now).state

    all_at_once(attempt, 12)

    visit.refresh_from_db()
    told = Message.objects.filter(subject_id=str(visit.pk))
    versions = list(told.values_list("version", flat=True))
    assert len(versions) == len(set(versions)) == visit.version
    assert Appointment.objects.blocking().filter(starts_at=nine).count() <= 1
    assert overlapping_pairs() == []
