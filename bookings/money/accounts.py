"""What is due and open for one visit or one package, read from their rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import DecimalField, OuterRef, Subquery, Sum

from bookings.actions.packages import paid_by_package
from bookings.models import Appointment, Package, Payment
from bookings.money.figures import Account, Entry, Terms, account, due

Payable = Appointment | Package


@dataclass(frozen=True, slots=True)
class Book:
    """Everything about the money of one visit or package.

    rows        earliest first, corrections included
    by_package  the package that pays for the visit, or None
    """

    account: Account
    rows: list[Payment]
    currency: str
    by_package: Package | None = None

    @property
    def standing(self) -> list[Payment]:
        """The rows that were not corrected, without the corrections themselves."""
        return standing(self.rows)


def standing(rows: Iterable[Payment]) -> list[Payment]:
    """Return the rows that stand: a correction and what it corrects cancel out."""
    listed = list(rows)
    struck = {row.corrects_id for row in listed}
    return [row for row in listed if row.corrects_id is None and row.pk not in struck]


def book_of(target: Payable, now: datetime) -> Book:
    """Return what is due, paid and open. One query for a package, two or three for a visit."""
    rows = list(target.payments.select_related("by", "location").order_by("at", "pk"))
    entries = [Entry(row.kind, row.method, row.amount) for row in rows]
    if isinstance(target, Package):
        return Book(account(target.price, entries), rows, target.currency)
    package = paid_by_package(target, now=now)
    owed = due(target.state, terms_of(target), by_package=package is not None)
    currency = target.currency or target.service.currency
    return Book(account(owed, entries), rows, currency, package)


def terms_of(visit: Appointment) -> Terms:
    """Return what was agreed when a visit was booked."""
    return Terms(visit.price, visit.late_cancel_fee, visit.no_show_fee)


def settled_column() -> Subquery:
    """Return a column of visits: what was paid and waived so far; nothing where no row is."""
    amount = DecimalField(max_digits=8, decimal_places=2)
    rows = Payment.objects.filter(appointment=OuterRef("pk")).order_by()
    summed = rows.values("appointment").annotate(sum=Sum("amount")).values("sum")
    return Subquery(summed, output_field=amount)


def open_of(visit: Appointment, settled: Decimal | None, *, by_package: bool) -> Decimal | None:
    """Return what is open for a visit read with ``settled_column``."""
    owed = due(visit.state, terms_of(visit), by_package=by_package)
    entries = [Entry("payment", "", settled)] if settled else []
    return account(owed, entries).open
