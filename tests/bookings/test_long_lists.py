"""Long tables at the desk: never counted whole, in an order that has an index, found by index."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bookings.actions.affected import note_affected
from bookings.models import Appointment, GroupSession, WorkingHours
from clinic import roles
from clinic.models import AuditEvent, Message
from clinic.persons import theirs
from tests.bookings.board_page import somebody, visit
from tests.bookings.conftest import at
from tests.conftest import NOW
from tests.factories import PatientFactory, PracticeFactory

pytestmark = pytest.mark.django_db
LISTS = sorted(reverse(f"admin:{m._meta.label_lower.replace('.', '_')}_changelist")
               for m in admin.site._registry)  # fmt: skip


@pytest.fixture
def manager(client, db):
    PracticeFactory()
    return somebody(client, roles.MANAGER)


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("query", ["", "?p=2", "?o=1", "?o=-2.3"])
def test_no_list_counts_a_whole_table(manager, address, query):
    with CaptureQueriesContext(connection) as asked:
        answer = manager.get(address + query)

    assert answer.status_code in (200, 302, 403, 404)
    counts = [one["sql"] for one in asked if re.match(r"SELECT COUNT\(", one["sql"])]
    assert not [sql for sql in counts if "LIMIT" not in sql], address


@pytest.mark.parametrize(
    ("model", "instant"),
    [
        (Appointment, "starts_at"),
        (GroupSession, "starts_at"),
        (Message, "due_at"),
        (AuditEvent, "at"),
    ],
)
def test_a_long_list_is_sorted_by_its_instant_whatever_the_address_asks(manager, model, instant):
    address = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
    for column in range(1, 9):
        page = manager.get(f"{address}?o={column}.-{column}")
        order = page.context["cl"].queryset.query.order_by
        assert {name.lstrip("-") for name in order} <= {instant, "pk"}, column


# The plans ---------------------------------------------------------------------------------------


def plan_of(rows, *, without=""):
    """How the database would find these rows if reading the whole table were no choice.

    without  an index that would do as well in a table of a few rows; it comes back with the rest
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            if without:
                cursor.execute(f"DROP INDEX {without}")
    return rows.explain()


def test_a_patients_rows_are_found_by_whose_they_are_merged_or_not(clinic):
    one = visit(clinic)
    PatientFactory(merged_into=one.patient)
    plan = plan_of(Appointment.objects.filter(theirs(one.patient)))
    by_patient = ("Index Cond: (patient_id", "INDEX visit_by_patient")
    assert any(words in plan for words in by_patient)
    assert "Seq Scan on bookings_appointment" not in plan
    assert "SCAN bookings_appointment" not in plan


def test_sessions_are_found_without_reading_visits(clinic):
    plan = plan_of(
        GroupSession.objects.sessions().filter(starts_at__gte=NOW), without="visit_by_start"
    )
    assert "visit_session_by_start" in plan


@pytest.mark.postgresql_only
def test_missed_and_cancelled_visits_are_found_without_reading_the_others(clinic):
    rows = Appointment.objects.filter(state="no_show", starts_at__gte=NOW).order_by("starts_at")
    assert "visit_by_rare_state" in plan_of(rows, without="visit_by_start")


# What lost its hours -----------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 12])
def test_visits_without_hours_are_those_that_were_written_down(
    manager, clinic, count, django_assert_max_num_queries
):
    lost = [visit(clinic, at(9 + n % 8, day=11 + n // 8), first_name=f"L{n}") for n in range(count)]
    stays = visit(clinic, at(9, day=20), first_name="Stays")
    note_affected(lost, now=timezone.now())
    WorkingHours.objects.all().delete()

    with django_assert_max_num_queries(18):
        page = manager.get("/admin/bookings/appointment/?hours=outside").text

    assert all(str(one.pk) in page for one in lost)
    assert str(stays.pk) not in page
