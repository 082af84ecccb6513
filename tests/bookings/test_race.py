"""Many clients at once, really at once: rules 11, 14 and 17."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookings import actions
from bookings.errors import BookingError
from bookings.models import Appointment
from clinic.audit import GUEST, Actor
from clinic.models import AuditEvent, Message, Patient
from tests.bookings.conftest import details
from tests.factories import PatientFactory

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CLIENTS = 20
DESK = Actor("staff")


@pytest.fixture
def nine(clinic):
    """Nine o'clock on a Monday at least a week ahead, as the clock of this test runs."""
    local = timezone.now().astimezone(clinic.place.tz)
    day = local.date() + timedelta(days=14 - local.weekday())
    return local.replace(
        year=day.year, month=day.month, day=day.day, hour=9, minute=0, second=0, microsecond=0
    )


def all_at_once(attempt, count=CLIENTS):
    """Run ``attempt(n)`` in as many threads; count what came out of them."""

    def one(number):
        try:
            return attempt(number)
        except BookingError as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(one, range(count)))


def overlapping_pairs():
    rows = list(Appointment.objects.blocking().filter(overbooked=False).order_by("starts_at"))
    return [
        (one, two)
        for one in rows
        for two in rows
        if one.pk != two.pk
        and one.practitioner_id == two.practitioner_id
        and one.starts_at < two.ends_at
        and two.starts_at < one.ends_at
    ]


def test_rule_14_twenty_guests_one_time(clinic, nine):
    def attempt(number):
        clinic.hold(nine, browser=f"browser {number}", now=timezone.now())
        return "held"

    assert all_at_once(attempt) == {"held": 1, "TimeTaken": CLIENTS - 1}
    assert Appointment.objects.count() == 1


def test_rule_14_twenty_guests_overlapping_times(clinic, nine):
    def attempt(number):
        start = nine + timedelta(minutes=30 * (number % 3))
        clinic.hold(start, browser=f"browser {number}", now=timezone.now())
        return "held"

    outcome = all_at_once(attempt)

    assert outcome["held"] + outcome["TimeTaken"] == CLIENTS
    assert outcome["held"] in (1, 2)
    assert overlapping_pairs() == []


def test_rule_11_four_guests_four_practitioners(clinic, nine):
    for name in ("Ben", "Cleo", "Dora"):
        clinic.colleague(f"{name} Example", name.lower())

    def attempt(number):
        held = clinic.hold(nine, practitioner=None, browser=f"browser {number}", now=timezone.now())
        return held.practitioner.slug

    outcome = all_at_once(attempt, 4)

    assert outcome == {"anna": 1, "ben": 1, "cleo": 1, "dora": 1}


def test_one_browser_clicks_twenty_times(clinic, nine):
    def attempt(number):
        clinic.hold(nine + timedelta(hours=number % 5), now=timezone.now())
        return "held"

    outcome = all_at_once(attempt)

    assert outcome["held"] + outcome["TimeTaken"] == CLIENTS
    assert Appointment.objects.filter(state="held").count() == 1


def test_a_double_click_on_book_makes_one_visit(clinic, nine):
    held = clinic.hold(nine, now=timezone.now())

    def attempt(number):
        return actions.book(held, details(), by=GUEST, now=timezone.now()).state

    assert all_at_once(attempt, 8) == {"booked": 8}
    assert Patient.objects.count() == Message.objects.count() == AuditEvent.objects.count() == 1


def test_the_desk_and_guests_at_once(clinic, nine):
    patients = PatientFactory.create_batch(CLIENTS)

    def attempt(number):
        if number % 2:
            clinic.hold(nine, browser=f"browser {number}", now=timezone.now())
            return "won"
        actions.desk_book(
            patient=patients[number], service=clinic.service, practitioner=clinic.physio,
            location=clinic.place, starts_at=nine, by=DESK, now=timezone.now(),
        )  # fmt: skip
        return "won"

    assert all_at_once(attempt) == {"won": 1, "TimeTaken": CLIENTS - 1}


def test_rule_14_one_patient_at_two_practitioners(clinic, nine):
    clinic.colleague()
    people = list(clinic.service.offers.values_list("practitioner", flat=True))
    patient = PatientFactory()

    def attempt(number):
        practitioner = clinic.physio.__class__.objects.get(pk=people[number % 2])
        actions.desk_book(
            patient=patient, service=clinic.service, practitioner=practitioner,
            location=clinic.place, starts_at=nine, by=DESK, now=timezone.now(),
        )  # fmt: skip
        return "won"

    assert all_at_once(attempt)["won"] == 1


def test_two_visits_swap_by_moving_without_a_deadlock(clinic, nine):
    colleague = clinic.colleague()
    ends = {clinic.physio.pk: colleague, colleague.pk: clinic.physio}
    visits = [
        actions.desk_book(
            patient=PatientFactory(), service=clinic.service, practitioner=practitioner,
            location=clinic.place, starts_at=nine, by=DESK, now=timezone.now(),
        )
        for practitioner in (clinic.physio, colleague)
    ]  # fmt: skip

    def attempt(number):
        visit = visits[number % 2]
        actions.move(
            visit, practitioner=ends[visit.practitioner_id], location=clinic.place,
            starts_at=nine + timedelta(hours=number % 4), by=DESK, now=timezone.now(),
        )  # fmt: skip
        return "moved"

    outcome = all_at_once(attempt, 12)

    assert set(outcome) <= {"moved", "TimeTaken"}
    assert overlapping_pairs() == []


def test_moving_against_cancelling(clinic, nine):
    visit = clinic.book(nine, now=timezone.now())

    def attempt(number):
        if number % 2:
            return actions.cancel(visit, reason="other", by=GUEST, now=timezone.now()).state
        moved = actions.move(
            visit, practitioner=clinic.physio, location=clinic.place,
            starts_at=nine + timedelta(hours=2), by=GUEST, now=timezone.now(),
        )  # fmt: skip
        return moved.state

    outcome = all_at_once(attempt, 8)

    visit.refresh_from_db()
    assert visit.state == "cancelled"
    assert visit.version in (2, 3)
    assert outcome["cancelled"] == 4
