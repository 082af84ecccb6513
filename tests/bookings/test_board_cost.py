"""What the day board costs: queries at any size, and a poll that reads no page."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.board import reading
from bookings.models import Appointment, Package
from clinic import practice, roles
from tests.bookings.board_page import DAY, PART, WEEK, somebody, span_of, text, visit
from tests.bookings.conftest import MONDAY_9, at, works
from tests.conftest import NOW
from tests.factories import (
    PractitionerFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def front(client, clinic):
    """Somebody at the front desk."""
    return somebody(client, roles.FRONT_DESK)


def _fill(clinic, people, each):
    for number in range(people):
        physio = works(PractitionerFactory(), clinic.place, clinic.service)
        for hour in range(each):
            one = visit(clinic, at(9 + hour), practitioner=physio)
            Package.objects.create(
                patient=one.patient, visits=5, bought_on=date(2026, 12, number + 1)
            )


@pytest.mark.parametrize("address", [DAY, f"{DAY}&by=room", f"{WEEK}&who=anna"])
@pytest.mark.parametrize(("people", "each"), [(1, 1), (10, 8)])
def test_a_board_costs_eight_queries_at_any_size(front, clinic, address, people, each):
    _fill(clinic, people, each)
    visit(clinic)
    practice.forget()

    with CaptureQueriesContext(connection) as asked:
        page = text(front.get(address))

    # session, user, roles, practice; people and places, hours, visits, packages
    assert len(asked) == 8, [one["sql"][:90] for one in asked]
    assert "Pat Sample" in page


@pytest.mark.parametrize("count", [1, 30])
def test_asking_whether_anything_changed_reads_no_page(
    front, clinic, count, django_assert_num_queries
):
    for number in range(count):
        visit(clinic, MONDAY_9 + timedelta(minutes=number), overbooked=True, overbook_reason="x")
    tag = front.get(DAY)["ETag"]

    practice.forget()
    with django_assert_num_queries(6):  # session, user, roles, practice; places, stamp
        answer = front.get(DAY, headers={**PART, "If-None-Match": tag})

    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "arrived"},
        {"confirmed_at": NOW},
        {"version": 9},
        {"starts_at": at(13), "ends_at": at(14), "version": 2},
        {"overbooked": True, "overbook_reason": "x"},
        {"state": "cancelled", "cancelled_at": NOW},
    ],
)
def test_any_change_makes_another_tag(front, clinic, change):
    one = visit(clinic)
    tag = front.get(DAY, headers=PART)["ETag"]
    Appointment.objects.filter(pk=one.pk).update(**change)

    answer = front.get(DAY, headers={**PART, "If-None-Match": tag})

    assert answer.status_code == 200
    assert answer["ETag"] != tag
    assert "<html" not in text(answer)


def test_a_tag_that_a_proxy_weakened_is_still_known(front, clinic):
    tag = front.get(DAY)["ETag"]

    assert front.get(DAY, headers={**PART, "If-None-Match": f"W/{tag}"}).status_code == 304


def test_a_new_visit_and_one_that_left_make_another_tag(front, clinic):
    tags = {front.get(DAY)["ETag"]}
    one = visit(clinic)
    tags.add(front.get(DAY)["ETag"])
    Appointment.objects.filter(pk=one.pk).update(starts_at=at(9, day=12), ends_at=at(10, day=12))

    assert len(tags) == 2
    assert front.get(DAY)["ETag"] in tags


def test_the_board_is_kept_in_no_cache(front, clinic):
    assert front.get(DAY)["Cache-Control"] == "no-store, private"


def test_visits_are_found_by_their_place_and_time(clinic):
    """However long the diary is, only the days asked for are read."""
    rows = reading._rows(span_of(clinic), NOW)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.select_related("patient", "service", "room").explain()

    assert "visit_by_" in plan
    assert "SCAN bookings_appointment" not in plan
    assert "Seq Scan on bookings_appointment" not in plan


def test_the_board_has_no_styles_of_its_own_in_the_page(front, clinic):
    visit(clinic)
    page = text(front.get(DAY))

    assert " style=" not in page
    assert "<style" not in page
    assert not re.search(r"<script(?! src=)", page)
