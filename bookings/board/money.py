"""What the board says about money: open, paid, or nothing. Read with the visits themselves."""

from decimal import Decimal

from django.utils.translation import gettext as _

from bookings.board.packages import Packages
from bookings.models import Appointment
from bookings.money.accounts import open_of, settled_column
from bookings.money.papers import money

State = Appointment.State
# Ahead of a visit nobody owes anything yet; what was called off in time costs nothing.
ASKED = (
    State.ARRIVED, State.IN_PROGRESS, State.COMPLETED, State.NO_SHOW, State.LATE_CANCELLED,
)  # fmt: skip
SETTLED = "settled"


def columns() -> dict:
    """Return what was paid or let go, as a column of the one query that reads the visits."""
    return {SETTLED: settled_column()}


def open_amount(visit: Appointment, packages: Packages) -> Decimal | None:
    """Return what is open; zero where nothing is asked for, None where nobody knows the price."""
    if visit.patient_id is None or visit.state not in ASKED:
        return Decimal(0)
    covered = packages.covers(visit)
    return open_of(visit, getattr(visit, SETTLED, None), by_package=covered)


def words(visit: Appointment, amount: Decimal | None) -> str:
    """Say what is open, or that it is paid."""
    if amount is None:
        return ""
    if amount > 0:
        return _("%(amount)s open") % {"amount": money(amount, visit.currency)}
    if amount < 0:
        return _("%(amount)s to give back") % {"amount": money(-amount, visit.currency)}
    return _("paid") if getattr(visit, SETTLED, None) else ""
