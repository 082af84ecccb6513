"""The day's takings and the bookkeeper's file, counted by hand."""

import csv
import io
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import actions
from bookings.actions import payments, receipts
from clinic import practice, roles
from clinic.models import AuditEvent
from tests.bookings.board_page import reads, somebody, text
from tests.bookings.conftest import at
from tests.factories import LocationFactory

FILE = "/admin/money/takings.csv?first=2027-01-11&last=2027-01-11"


@pytest.fixture
def front(client, clinic):
    return somebody(client, roles.FRONT_DESK)


@pytest.fixture
def visit(clinic, desk):
    clinic.practice.save()
    visit = clinic.book(at(9), first_name="=cmd()", last_name="Walker")
    return actions.complete(visit, by=desk, now=at(10))


@pytest.fixture
def day(visit, desk):
    """120 due: 50 cash typed as card first, 60 by card, 10 of it back, 20 let go."""
    more = {"by": desk}

    def key():
        return uuid.uuid4()

    wrong = payments.take(
        visit, amount=Decimal(50), method="card", now=at(10), form_key=key(), **more
    )
    payments.correct(wrong, reason="=slip", now=at(10, 1), form_key=key(), **more)
    payments.take(visit, amount=Decimal(50), method="cash", now=at(10, 2), form_key=key(), **more)
    payments.take(visit, amount=Decimal(60), method="card", now=at(10, 3), form_key=key(), **more)
    payments.refund(visit, amount=Decimal(10), method="card", now=at(10, 4), form_key=key(), **more)
    payments.waive(
        visit, amount=Decimal(20), reason="family", now=at(10, 5), form_key=key(), **more
    )
    return visit


def sums(page):
    return [(one.method, one.came, one.went, one.left) for one in page.context["taken"].sums["CAD"]]


def test_the_sums_are_those_of_the_till(front, day):
    page = front.get("/admin/money/?day=2027-01-11")

    assert sums(page) == [
        ("cash", 50, 0, 50), ("card", 60, -10, 50), ("transfer", 0, 0, 0), ("other", 0, 0, 0),
    ]  # fmt: skip
    assert page.context["taken"].totals[0][2].left == 100
    assert "Monday 11 January 2027" in text(page)


def test_a_day_ends_at_midnight_of_the_place(front, clinic, visit, desk):
    """Late on the 11th in Edmonton is the 12th in UTC."""
    for minute, amount in ((59, 30), (60, 40)):
        at_night = datetime(2027, 1, 12, 5, tzinfo=UTC) + timedelta(minutes=minute)
        payments.take(
            visit, amount=Decimal(amount), method="cash", by=desk, now=at_night,
            form_key=uuid.uuid4(),
        )  # fmt: skip

    took = [front.get(f"/admin/money/?day=2027-01-{day}").context["taken"] for day in (11, 12)]
    assert [[row.amount for row in one.rows] for one in took] == [[30], [40]]


def test_another_place_has_takings_of_its_own(front, day):
    LocationFactory(slug="uptown", position=1)
    page = front.get("/admin/money/?place=uptown&day=2027-01-11")

    assert page.context["taken"].rows == []
    assert "Nothing came in on this day." in text(page)
    assert front.get("/admin/money/?place=nowhere").status_code == 404


def test_a_day_that_is_none_is_said(front, clinic):
    page = front.get("/admin/money/?day=2027-13-01")

    assert page.status_code == 422
    assert "year-month-day" in text(page)


def test_the_bookkeepers_file_has_every_row_and_no_patient(front, day, desk):
    receipts.issue(day, by=desk, now=at(11))
    answer = front.get(FILE)
    header, *lines = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))

    assert (
        answer["Content-Disposition"] == 'attachment; filename="takings-2027-01-11-2027-01-11.csv"'
    )
    assert [(line[3], line[4], line[5]) for line in lines] == [
        ("payment", "card terminal", "50.00"),
        ("payment", "card terminal", "-50.00"),
        ("payment", "cash", "50.00"),
        ("payment", "card terminal", "60.00"),
        ("refund", "card terminal", "-10.00"),
        ("waived", "", "20.00"),
    ]
    named = dict(zip(header, lines[1], strict=True))
    assert named["Corrects a row of"] == "2027-01-11"
    assert named["Receipts"] == "2027-00001"
    assert (named["Date"], named["Time"], named["Currency"]) == ("2027-01-11", "10:01", "CAD")
    assert "Walker" not in answer.content.decode("utf-8-sig")
    event = AuditEvent.objects.get(action="payment.export")
    assert event.data == {"first": "2027-01-11", "last": "2027-01-11", "rows": 6}


@pytest.mark.parametrize(
    "asked",
    ["first=2027-01-12&last=2027-01-11", "first=x&last=", "first=2020-01-01&last=2027-01-01"],
)
def test_days_that_make_no_file_are_said(front, clinic, asked):
    answer = front.get(f"/admin/money/takings.csv?{asked}")

    assert answer.status_code == 422
    assert AuditEvent.objects.filter(action="payment.export").count() == 0


@pytest.mark.parametrize("count", [1, 5])
def test_takings_cost_the_same_however_many_rows(front, visit, desk, count):
    for _each in range(count):
        payments.take(
            visit, amount=Decimal(5), method="cash", by=desk, now=at(10), form_key=uuid.uuid4()
        )
    practice.forget()
    with CaptureQueriesContext(connection) as asked:
        front.get("/admin/money/?day=2027-01-11")

    # places, rows, places of the file
    assert len(reads(asked)) == 3, reads(asked)
