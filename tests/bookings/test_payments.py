"""Writing down money: once, behind a lock, never changed, and never more than there is."""

import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from bookings import actions
from bookings.actions import payments, receipts
from bookings.errors import (
    CorrectedAlready,
    MoreThanDue,
    MoreThanPaid,
    NothingPaid,
    NotPossible,
    ReasonNeeded,
)
from bookings.models import Appointment, Package, Payment, Receipt
from bookings.money.accounts import book_of
from clinic.models import AuditEvent
from clinic.overlap import violates
from tests.bookings.conftest import at
from tests.conftest import NOW
from tests.factories import AppointmentFactory

LATER = at(12)


@pytest.fixture
def visit(clinic, desk):
    """A visit booked for 120 CAD, with fees, that took place."""
    clinic.service.late_cancel_fee, clinic.service.no_show_fee = 60, 100
    clinic.service.save()
    visit = clinic.book(at(9))
    return actions.complete(visit, by=desk, now=at(10))


@pytest.fixture
def take(desk):
    """Take an amount; every call is a form of its own."""

    def taken(target, amount=120, method="card", **more):
        more = {"form_key": uuid.uuid4(), "by": desk, "now": LATER, **more}
        return payments.take(target, amount=Decimal(amount), method=method, **more)

    return taken


def money(target):
    found = book_of(target, LATER).account
    return found.due, found.paid, found.waived, found.open


def test_part_payments_add_up(visit, take):
    take(visit, 50, "cash")
    take(visit, 70, "card", reference="0042", now=at(13))

    assert money(visit) == (120, 120, 0, 0)
    assert [(row.method, row.amount, row.currency) for row in book_of(visit, LATER).rows] == [
        ("cash", 50, "CAD"), ("card", 70, "CAD"),
    ]  # fmt: skip


def test_the_fees_are_those_of_the_booking(clinic, visit):
    clinic.service.late_cancel_fee = clinic.service.no_show_fee = 999
    clinic.service.save()

    assert (visit.late_cancel_fee, visit.no_show_fee) == (60, 100)


@pytest.mark.parametrize(
    ("state", "expected"), [("late_cancelled", 60), ("no_show", 100), ("cancelled", 0)]
)
def test_who_does_not_come_owes_the_fee_that_was_agreed(visit, state, expected):
    Appointment.objects.filter(pk=visit.pk).update(state=state, cancelled_at=NOW)
    visit.refresh_from_db()

    assert money(visit)[0] == expected


def test_the_same_form_sent_twice_is_written_once(visit, take):
    key = uuid.uuid4()
    first, second = take(visit, form_key=key), take(visit, form_key=key)

    assert first == second
    assert Payment.objects.count() == 1
    assert AuditEvent.objects.filter(action="payment.take").count() == 1


def test_no_more_is_taken_than_is_open(visit, take):
    take(visit, 100)

    with pytest.raises(MoreThanDue):
        take(visit, 21)
    take(visit, 20)

    assert money(visit)[3] == 0


def test_a_visit_without_a_price_takes_what_was_paid(visit, take):
    Appointment.objects.filter(pk=visit.pk).update(price=None, currency="")
    visit.refresh_from_db()
    row = take(visit, 95)

    assert money(visit) == (None, 95, 0, None)
    assert row.currency == "CAD"  # what the service is sold in


@pytest.mark.parametrize("amount", ["0", "-5"])
def test_nothing_is_no_payment(visit, take, amount):
    with pytest.raises(NotPossible):
        take(visit, amount)


def test_a_refund_gives_back_no_more_than_was_paid(visit, take, desk):
    take(visit, 50, "cash")
    more = {"method": "cash", "by": desk, "now": LATER}

    with pytest.raises(MoreThanPaid):
        payments.refund(visit, amount=Decimal(51), form_key=uuid.uuid4(), **more)
    payments.refund(visit, amount=Decimal(50), form_key=uuid.uuid4(), **more)

    assert money(visit) == (120, 0, 0, 120)


def test_letting_go_needs_a_reason_and_leaves_one(visit, desk):
    more = {"amount": Decimal(120), "by": desk, "now": LATER}

    with pytest.raises(ReasonNeeded):
        payments.waive(visit, reason=" ", form_key=uuid.uuid4(), **more)
    with pytest.raises(MoreThanDue):
        payments.waive(visit, reason="x", form_key=uuid.uuid4(), **{**more, "amount": Decimal(121)})
    row = payments.waive(visit, reason="hardship", form_key=uuid.uuid4(), **more)

    assert (row.method, row.reason) == ("", "hardship")
    assert money(visit) == (120, 0, 120, 0)


def test_a_slip_is_put_right_by_its_opposite_and_only_once(visit, take, desk):
    wrong = take(visit, 120, "cash")
    more = {"reason": "it was the card", "by": desk, "now": LATER}
    row = payments.correct(wrong, form_key=uuid.uuid4(), **more)

    assert (row.kind, row.method, row.amount, row.corrects) == ("payment", "cash", -120, wrong)
    assert book_of(visit, LATER).standing == []
    assert money(visit) == (120, 0, 0, 120)
    for again in (wrong, row):
        with pytest.raises(CorrectedAlready):
            payments.correct(again, form_key=uuid.uuid4(), **more)


def test_a_payment_that_was_given_back_is_not_taken_out(visit, take, desk):
    paid = take(visit, 120)
    payments.refund(
        visit, amount=Decimal(100), method="card", by=desk, now=LATER, form_key=uuid.uuid4()
    )

    with pytest.raises(MoreThanPaid):
        payments.correct(paid, reason="x", by=desk, now=LATER, form_key=uuid.uuid4())


def test_every_row_is_in_the_trail_of_its_patient(visit, take, desk):
    row = take(visit, 120, reference="0042")
    event = AuditEvent.objects.get(action="payment.take")

    assert (event.object_id, event.patient_id, event.actor_id) == (
        str(row.pk), visit.patient_id, desk.id,
    )  # fmt: skip
    assert event.data == {
        "for": str(visit.pk), "amount": "120", "currency": "CAD", "method": "card",
    }  # fmt: skip


def test_a_package_pays_for_its_visits_and_is_paid_itself(clinic, visit, take):
    package = Package.objects.create(
        patient=visit.patient, visits=5, price=Decimal(500), bought_on=NOW.date()
    )

    assert money(visit) == (0, 0, 0, 0)
    assert book_of(visit, LATER).by_package == package
    take(package, 500, "transfer", location=clinic.place)
    assert money(package) == (500, 500, 0, 0)
    with pytest.raises(MoreThanDue):
        take(visit, 1)


@pytest.mark.parametrize("change", [{"amount": 1}, {"reason": "x"}, {"corrects": None}])
def test_no_row_ever_changes(visit, take, change):
    take(visit, 50)

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Payment.objects.update(**change)
    assert violates(caught.value, "payment_is_append_only")
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.all().delete()


@pytest.mark.parametrize(
    "broken",
    [
        {"amount": -5},
        {"kind": "refund", "amount": 5},
        {"kind": "waiver", "method": "", "reason": ""},
        {"kind": "waiver", "method": "cash", "reason": "x"},
        {"method": ""},
        {"appointment": None},
    ],
)
def test_the_database_refuses_rows_that_make_no_sense(visit, broken):
    fit = {
        "appointment": visit, "location": visit.location, "kind": "payment", "method": "cash",
        "amount": 5, "currency": "CAD", "form_key": uuid.uuid4(), "at": LATER,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(**{**fit, **broken})
    Payment.objects.create(**fit)


def issue(target, desk, now=LATER, **more):
    return receipts.issue(target, by=desk, now=now, **more)


def test_receipts_are_numbered_without_a_gap(clinic, visit, take, desk):
    other = AppointmentFactory(
        practitioner=clinic.physio, location=clinic.place, service=clinic.service,
        starts_at=at(11), price=80, currency="CAD", state="completed",
    )  # fmt: skip
    take(visit)
    with pytest.raises(NothingPaid):
        issue(other, desk)
    take(other, 80)

    assert [issue(each, desk).code for each in (visit, other)] == ["2027-00001", "2027-00002"]


def test_asked_again_the_receipt_is_the_same_until_something_happens(visit, take, desk):
    take(visit, 50)
    first = issue(visit, desk)

    assert issue(visit, desk, now=at(15)) == first
    take(visit, 70)
    second = issue(visit, desk)

    assert (second.code, second.facts["replaces"]) == ("2027-00002", first.code)
    assert issue(visit, desk) == second
    assert AuditEvent.objects.filter(action="receipt.issue").count() == 2


def test_a_receipt_says_the_same_for_ever(clinic, visit, take, desk):
    take(visit)
    receipt = issue(visit, desk)
    clinic.physio.name = "Somebody Else"
    clinic.physio.save()

    assert Receipt.objects.get(pk=receipt.pk).facts["provider"] == "Anna Example"
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Receipt.objects.update(facts={})
    assert violates(caught.value, "receipt_is_append_only")


def test_numbers_begin_anew_with_the_year_of_the_place(visit, take, desk):
    """Half past eleven on New Year's Eve in Edmonton is the next year in UTC."""
    take(visit, 50)
    issue(visit, desk)
    take(visit, 50)
    eve = at(23, 30, day=31).replace(year=2027, month=1)
    new_year = issue(visit, desk, now=eve.replace(year=2028, month=1, day=1, hour=5, minute=30))
    take(visit, 20)
    after = issue(visit, desk, now=eve.replace(year=2028, month=1, day=1, hour=6, minute=30))

    assert (new_year.code, after.code) == ("2027-00002", "2028-00001")
