"""Two people press at once: one of them is told, and the visit has one history."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from bookings.actions import day
from bookings.errors import BookingError
from clinic.audit import Actor
from clinic.models import AuditEvent
from tests.bookings.conftest import HOUR
from tests.bookings.test_race import nine  # noqa: F401
from tests.factories import AppointmentFactory, PatientFactory

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
DESK = Actor("staff")
PEOPLE = 8


def at_once(attempts):
    """Run them in as many threads; return the name of what came out of each."""

    def one(attempt):
        try:
            return attempt()
        except BookingError as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(attempts)) as pool:
        return sorted(pool.map(one, attempts))


def test_one_of_several_who_press_at_once_is_first_and_the_others_are_told(clinic, nine):  # noqa: F811
    facts = {"practitioner": clinic.physio, "location": clinic.place, "service": clinic.service}
    visit = AppointmentFactory(starts_at=nine, patient=PatientFactory(email=""), **facts)
    looked_at = day.seen_as(visit)
    how = {"by": DESK, "now": timezone.now(), "seen": looked_at}

    def arrive():
        return day.arrive(visit, **how).state

    def cancel():
        return day.late_cancel(visit, reason="", **how).state

    def move():
        to = {"practitioner": clinic.physio, "location": clinic.place}
        return day.move_seen(visit, **to, starts_at=nine + 2 * HOUR, **how).state

    outcomes = at_once([arrive, cancel, move, arrive] * (PEOPLE // 4))

    assert outcomes.count("Changed") == PEOPLE - 1
    assert AuditEvent.objects.filter(object_id=str(visit.pk)).count() == 1
