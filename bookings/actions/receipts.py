"""Handing out a receipt: numbered one after the other, and never changed."""

from datetime import datetime

from django.db import connection
from django.db.models import Max

from bookings.actions import locks
from bookings.actions.booking import user_behind
from bookings.errors import NothingPaid
from bookings.models import Appointment, Package, Receipt
from bookings.money.accounts import Payable, book_of
from bookings.money.papers import facts_of, issued_on
from clinic import audit
from clinic.audit import Actor
from clinic.models import Location


def issue(
    target: Payable, *, by: Actor, now: datetime, location: Location | None = None
) -> Receipt:
    """Return the receipt for what was paid so far. Where nothing changed, it is the last one.

    location  for a package: where it was paid

    A refund or a further payment makes a new receipt, which names the one it replaces. Numbers run
    1, 2, 3 … within a year of the place's calendar; a number is given only to a receipt that
    exists. Raises NothingPaid.
    """
    with locks.writing():
        target, place = _read(target, location)
        book = book_of(target, now)
        if not book.standing and book.by_package is None:
            raise NothingPaid
        _queue_up()
        last = target.receipts.order_by("-issued_at", "-year", "-number").first()
        facts = facts_of(target, book, place)
        if last and {**last.facts, "issued": "", "replaces": ""} == {
            **facts, "issued": "", "replaces": "",
        }:  # fmt: skip
            return last
        day = issued_on(now, place)
        found = Receipt.objects.filter(year=day.year).aggregate(last=Max("number"))["last"]
        receipt = Receipt(
            appointment=target if isinstance(target, Appointment) else None,
            package=target if isinstance(target, Package) else None,
            year=day.year,
            number=(found or 0) + 1,
            facts={
                **facts, "issued": day.isoformat(), "replaces": last.code if last else "",
            },
            issued_at=now,
            issued_by=user_behind(by),
        )  # fmt: skip
        receipt.save(force_insert=True)
        data = {"for": str(target.pk), "number": receipt.code}
        audit.record(
            "receipt.issue", receipt, by=by, patient_id=target.patient_id, data=data, at=now
        )
    return receipt


def _read(target: Payable, location: Location | None) -> tuple[Payable, Location]:
    """Lock what the receipt is for and read it anew."""
    if isinstance(target, Appointment):
        visit = locks.visit_to_change(target.pk)
        return visit, visit.location
    rows = Package.objects.select_related("patient", "service").select_for_update(of=("self",))
    package = rows.get(pk=target.pk)
    paid_at = package.payments.select_related("location").order_by("-at").first()
    place = location or (paid_at.location if paid_at else None)
    if place is None:
        raise NothingPaid
    return package, place


def _queue_up() -> None:
    """Wait for whoever takes a number. SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('receipt', 2))")
