"""Writing down money: a payment, a refund, something let go, and putting a slip right.

Every row is added once (``form_key``), in one transaction with its audit row, behind the lock of
the visit or package it is for: of two people at the till the second sees what the first took.
"""

import uuid
from datetime import datetime
from decimal import Decimal

from bookings.actions import locks
from bookings.actions.booking import user_behind
from bookings.errors import CorrectedAlready, MoreThanDue, MoreThanPaid, NotPossible, ReasonNeeded
from bookings.models import Appointment, Package, Payment
from bookings.money.accounts import Book, Payable, book_of
from clinic import audit
from clinic.audit import Actor
from clinic.models import Location

Kind = Payment.Kind
Method = Payment.Method
VERBS = {Kind.PAYMENT: "take", Kind.REFUND: "refund", Kind.WAIVER: "waive"}


def take(
    target: Payable,
    *,
    amount: Decimal,
    method: str,
    by: Actor,
    now: datetime,
    form_key: uuid.UUID,
    location: Location | None = None,
    reference: str = "",
) -> Payment:
    """Write down what somebody paid. Several part payments are several rows.

    location  where it was paid, for a package; a visit is paid where it takes place

    Raises MoreThanDue, unless nobody knows the price of the visit.
    """
    with locks.writing():
        target, book, before = _open(target, form_key, now)
        if before:
            return before
        if amount <= 0:
            raise NotPossible
        if book.account.open is not None and amount > book.account.to_pay:
            raise MoreThanDue
        row = _row(target, book, Kind.PAYMENT, amount, by, now, form_key, location)
        row.method, row.reference = Method(method), reference
        return _write(row, target, by, now)


def refund(
    target: Payable,
    *,
    amount: Decimal,
    method: str,
    by: Actor,
    now: datetime,
    form_key: uuid.UUID,
    location: Location | None = None,
    reason: str = "",
    reference: str = "",
) -> Payment:
    """Write down what went back to the patient. ``amount`` is positive. Raises MoreThanPaid."""
    with locks.writing():
        target, book, before = _open(target, form_key, now)
        if before:
            return before
        if amount <= 0:
            raise NotPossible
        if amount > book.account.paid:
            raise MoreThanPaid
        row = _row(target, book, Kind.REFUND, -amount, by, now, form_key, location)
        row.method, row.reason, row.reference = Method(method), reason.strip(), reference
        return _write(row, target, by, now)


def waive(
    target: Payable,
    *,
    amount: Decimal,
    reason: str,
    by: Actor,
    now: datetime,
    form_key: uuid.UUID,
    location: Location | None = None,
) -> Payment:
    """Let go of what is open, or of a part of it. Raises ReasonNeeded or MoreThanDue."""
    with locks.writing():
        target, book, before = _open(target, form_key, now)
        if before:
            return before
        if amount <= 0:
            raise NotPossible
        if not reason.strip():
            raise ReasonNeeded
        if amount > book.account.to_pay:
            raise MoreThanDue
        row = _row(target, book, Kind.WAIVER, amount, by, now, form_key, location)
        row.reason = reason.strip()
        return _write(row, target, by, now)


def correct(
    wrong: Payment, *, reason: str, by: Actor, now: datetime, form_key: uuid.UUID
) -> Payment:
    """Put a row right that should not be there: add its opposite. What is right is then added anew.

    Raises ReasonNeeded, CorrectedAlready, or MoreThanPaid where a refund stands on the payment.
    """
    target = wrong.appointment or wrong.package
    assert target is not None  # noqa: S101  # a constraint says so
    with locks.writing():
        target, book, before = _open(target, form_key, now)
        if before:
            return before
        if not reason.strip():
            raise ReasonNeeded
        if wrong.pk not in {row.pk for row in book.standing}:
            raise CorrectedAlready
        if wrong.kind == Kind.PAYMENT and book.account.paid < wrong.amount:
            raise MoreThanPaid
        row = _row(target, book, Kind(wrong.kind), -wrong.amount, by, now, form_key, wrong.location)
        row.method, row.reason, row.corrects = wrong.method, reason.strip(), wrong
        return _write(row, target, by, now)


def _open(
    target: Payable, form_key: uuid.UUID, now: datetime
) -> tuple[Payable, Book, Payment | None]:
    """Lock what is paid for and read its rows anew; the third is what this form wrote before."""
    if isinstance(target, Appointment):
        locks.queue_patient(target.patient)  # a package may pay for it, or no longer
        target = locks.visit_to_change(target.pk)
        if target.patient_id is None:
            raise NotPossible
    else:
        rows = Package.objects.select_related("patient").select_for_update(of=("self",))
        target = rows.get(pk=target.pk)
    before = Payment.objects.filter(form_key=form_key).first()
    return target, book_of(target, now), before


def _row(
    target: Payable,
    book: Book,
    kind: str,
    amount: Decimal,
    by: Actor,
    now: datetime,
    form_key: uuid.UUID,
    location: Location | None,
) -> Payment:
    if isinstance(target, Appointment):
        whose = {"appointment": target, "location": target.location}
    elif location is None:
        raise NotPossible
    else:
        whose = {"package": target, "location": location}
    return Payment(
        kind=kind,
        amount=amount,
        currency=book.currency,
        form_key=form_key,
        at=now,
        by=user_behind(by),
        **whose,
    )


def _write(row: Payment, target: Payable, by: Actor, now: datetime) -> Payment:
    row.save(force_insert=True)
    verb = "correct" if row.corrects_id else VERBS[Kind(row.kind)]
    data = {
        "for": str(target.pk),
        "amount": str(row.amount),
        "currency": row.currency,
        "method": row.method,
        **({"corrects": str(row.corrects_id)} if row.corrects_id else {}),
    }
    audit.record(
        f"payment.{verb}",
        row,
        by=by,
        patient_id=target.patient_id,
        reason=row.reason,
        data=data,
        at=now,
    )
    return row
