"""A year of diaries for load tests: full, the same everywhere, and within every rule."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assessments.demo import busy, places
from bookings import invariants, schedule
from bookings.models import Appointment, Service
from clinic import practice
from clinic.models import Message, Practitioner
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def diaries():
    """Three practitioners' diaries of three weeks, two of them past."""
    places.make_places(NOW.date())
    practice.forget()
    return busy.fill(NOW, practitioners=3, days=21)


def test_diaries_are_full_and_break_nothing(diaries):
    assert Appointment.objects.count() == diaries > 150
    assert invariants.overlaps() == {"practitioner": 0, "patient": 0, "room": 0}
    assert not Message.objects.exists()
    ahead = Appointment.objects.filter(starts_at__gt=NOW)
    assert set(ahead.values_list("state", flat=True)) == {"booked"}
    past = Appointment.objects.filter(ends_at__lte=NOW)
    assert set(past.values_list("state", flat=True)) == {"completed"}


def test_four_fifths_of_the_times_are_taken(diaries):
    """Of the minutes a stand-in works, visits take most; breaks and buffers are not theirs."""
    person = Practitioner.objects.get(slug="stand-in-01")
    taken = sum(
        (visit.ends_at - visit.starts_at for visit in person.appointments.all()), timedelta()
    )
    days = len({at.date() for at in person.appointments.values_list("starts_at", flat=True)})
    assert 0.6 < taken / (days * timedelta(hours=9)) < 0.85


def test_what_is_left_is_listed_by_the_ordinary_rules(diaries):
    service = Service.objects.get(slug=busy.SERVICES[0])
    first = NOW.date() + timedelta(days=1)

    times = schedule.free_times(service, None, None, first, first + timedelta(days=4), NOW)

    assert times
    for time in times[:20]:
        ask = (service, time.practitioner, time.location, time.starts_at, NOW)
        assert schedule.check_time(*ask) is None


def test_a_second_run_doubles_nothing(diaries):
    assert busy.fill(NOW, practitioners=3, days=21) == 0
    assert Appointment.objects.count() == diaries


@pytest.mark.parametrize("wrong", [{"practitioners": 0}, {"days": 0}])
def test_nonsense_is_refused(db, wrong, monkeypatch):
    monkeypatch.setattr("assessments.demo.clinic.fill", lambda now: False)
    with pytest.raises(CommandError):
        call_command("demo", busy=True, stdout=StringIO(), **wrong)
