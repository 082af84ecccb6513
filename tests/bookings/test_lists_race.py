"""Rules 25 and 27, really at once: two answers to other times, a series against guests."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import actions
from bookings.actions import illness, other_times, series
from bookings.actions.handover import save_practitioner
from bookings.models import Absence, Appointment, OtherTimes, Series
from clinic.audit import GUEST, Actor
from clinic.models import Practitioner
from tests.bookings.conftest import details
from tests.bookings.test_race import all_at_once, overlapping_pairs
from tests.factories import PatientFactory, UserFactory

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
DESK = Actor("staff")


@pytest.fixture
def nine(clinic):
    """Nine o'clock on a Monday at least a week ahead, as the clock of this test runs."""
    local = timezone.now().astimezone(clinic.place.tz)
    day = local.date() + timedelta(days=14 - local.weekday())
    return local.replace(
        year=day.year, month=day.month, day=day.day, hour=9, minute=0, second=0, microsecond=0
    )


def test_rule_27_one_patient_chooses_all_three_times_at_once(clinic, nine):
    clinic.colleague()
    visit = clinic.book(nine, now=timezone.now())
    illness.report_absence(clinic.physio, nine.date(), by=DESK, now=timezone.now())
    offer = OtherTimes.objects.get()
    times = list(offer.times.select_related("practitioner", "location"))

    def attempt(number):
        time = times[number % 3]
        other_times.choose_time(
            offer, practitioner=time.practitioner, location=time.location,
            starts_at=time.starts_at, by=GUEST, now=timezone.now(),
        )  # fmt: skip
        return "chosen"

    assert all_at_once(attempt, 9) == {"chosen": 1, "OfferGone": 8}
    visit.refresh_from_db()
    assert visit.version == 2
    assert visit.starts_at in {time.starts_at for time in times}


def test_rule_27_reported_many_times_at_once_it_is_one_absence(clinic, nine):
    clinic.book(nine, now=timezone.now())

    def attempt(number):
        illness.report_absence(clinic.physio, nine.date(), by=DESK, now=timezone.now())
        return "reported"

    assert all_at_once(attempt, 6) == {"reported": 6}
    assert Absence.objects.count() == OtherTimes.objects.count() == 1


def test_rule_25_a_series_against_guests_is_whole_or_not_there(clinic, nine):
    patients = PatientFactory.create_batch(4)
    starts = [nine + timedelta(days=7 * week) for week in range(3)]

    def attempt(number):
        now = timezone.now()
        if number % 2:
            clinic.hold(starts[number % 3], browser=f"browser {number}", now=now)
            return "held"
        wanted = series.Wanted(
            patient=patients[number // 2], service=clinic.service, practitioner=clinic.physio,
            location=clinic.place, pattern=[(0, 540)], first_day=nine.date(), count=3,
        )  # fmt: skip
        series.book_series(wanted, starts, by=DESK, now=now)
        return "booked"

    outcome = all_at_once(attempt, 8)

    made = Series.objects.count()
    assert outcome["booked"] == made <= 1
    per_patient = Counter(
        Appointment.objects.filter(state="booked").values_list("patient", flat=True)
    )
    assert list(per_patient.values()) == [3] * made
    assert outcome["held"] == Appointment.objects.filter(state="held").count()
    assert overlapping_pairs() == []


def test_rule_25_sent_many_times_at_once_a_series_is_booked_once(clinic, nine):
    patient = PatientFactory()
    wanted = series.Wanted(
        patient=patient, service=clinic.service, practitioner=clinic.physio,
        location=clinic.place, pattern=[(0, 540)], first_day=nine.date(), count=2,
    )  # fmt: skip
    key = Series().form_key
    starts = [nine, nine + timedelta(days=7)]

    def attempt(number):
        made = series.book_series(wanted, starts, by=DESK, now=timezone.now(), form_key=key)
        return made.visits.count()

    assert all_at_once(attempt, 6) == {2: 6}
    assert Appointment.objects.count() == 2


def test_rule_38_switched_off_against_guests_who_are_just_booking(clinic, nine):
    by = UserFactory(is_staff=True)
    holds = [
        clinic.hold(nine + timedelta(hours=hour), browser=f"b{hour}", now=timezone.now())
        for hour in range(4)
    ]

    def attempt(number):
        now = timezone.now()
        if number % 3 == 0:
            leaver = Practitioner.objects.get(pk=clinic.physio.pk)
            leaver.is_active = False
            save_practitioner(leaver, by=by, now=now)
            return "off"
        held = holds[number % 4]
        who = details(email=f"g{number}@example.com")
        return actions.book(held, who, by=GUEST, now=now).state

    all_at_once(attempt, 8)

    off = not Practitioner.objects.get(pk=clinic.physio.pk).is_active
    booked = Appointment.objects.filter(state="booked").count()
    assert off != bool(booked)
