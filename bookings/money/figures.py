"""What is due for a visit, and what is open after payments, refunds and waivers.

Pure: rows come in as plain values. Nothing is kept as a balance; it is added up whenever it is
asked for. Amounts are in the visit's own currency, to two decimals.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

PAYMENT, REFUND, WAIVER = "payment", "refund", "waiver"
CENT = Decimal("0.01")
NOTHING = Decimal("0.00")

# A visit in one of these states costs what was agreed, also ahead of it: people pay when they come.
AT_ITS_PRICE = ("requested", "booked", "arrived", "in_progress", "completed")


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed when a visit was booked. None: it was booked before prices were kept."""

    price: Decimal | None
    late_cancel_fee: Decimal | None = None
    no_show_fee: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: a correction has the kind of what it corrects and the opposite sign."""

    kind: str  # payment, refund, waiver
    method: str  # "" for a waiver
    amount: Decimal  # what came in counts up, what went back down


@dataclass(frozen=True, slots=True)
class Account:
    """What became of what was due. ``paid`` is what came in less what went back."""

    due: Decimal | None
    paid: Decimal
    waived: Decimal

    @property
    def open(self) -> Decimal | None:
        """What is left to pay; below zero it has to go back. None where nobody knows the price."""
        return None if self.due is None else self.due - self.paid - self.waived

    @property
    def to_pay(self) -> Decimal:
        """What a payment may bring at the most, as far as that is known."""
        return max(self.open or NOTHING, NOTHING)

    @property
    def to_refund(self) -> Decimal:
        """What was paid beyond what is due."""
        return max(-(self.open or NOTHING), NOTHING)

    @property
    def is_settled(self) -> bool:
        return self.open == NOTHING

    @property
    def is_touched(self) -> bool:
        """Whether anything was due or written down at all."""
        return bool(self.due or self.paid or self.waived)


def due(state: str, terms: Terms, *, by_package: bool = False) -> Decimal | None:
    """Return what a visit in this state costs; None where its price was not kept.

    by_package  a package paid for in advance covers it, missed or cancelled late included
    """
    if by_package:
        return NOTHING
    if state in AT_ITS_PRICE:
        return None if terms.price is None else cents(terms.price)
    fees = {"late_cancelled": terms.late_cancel_fee, "no_show": terms.no_show_fee}
    return cents(fees.get(state) or NOTHING)


def account(owed: Decimal | None, entries: Iterable[Entry]) -> Account:
    """Add up what was written down. Raises ValueError for a kind nobody knows."""
    sums = {PAYMENT: NOTHING, REFUND: NOTHING, WAIVER: NOTHING}
    for entry in entries:
        if entry.kind not in sums:
            raise ValueError(f"Not a kind of payment: {entry.kind}")
        sums[entry.kind] += entry.amount
    return Account(owed, cents(sums[PAYMENT] + sums[REFUND]), cents(sums[WAIVER]))


def cents(amount: Decimal) -> Decimal:
    """Return an amount to two decimals: SQLite adds decimals as floating point."""
    return Decimal(amount).quantize(CENT)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one method brought on one day: in, back, and what is left of both."""

    method: str
    came: Decimal
    went: Decimal  # at most zero

    @property
    def left(self) -> Decimal:
        return self.came + self.went


def takings(
    entries: Iterable[tuple[str, Entry]], methods: Iterable[str]
) -> Mapping[str, list[Taken]]:
    """Return what each method brought, by currency; waivers are no money and are left out.

    entries  (currency, row) of the day
    methods  in the order they are shown; one that brought nothing says so with zeros
    """
    order = list(methods)
    sums: dict[str, dict[str, dict[str, Decimal]]] = {}
    for currency, entry in entries:
        if entry.kind == WAIVER:
            continue
        by_method = sums.setdefault(
            currency, {name: {PAYMENT: NOTHING, REFUND: NOTHING} for name in order}
        )
        by_method[entry.method][entry.kind] += entry.amount
    return {
        currency: [
            Taken(name, cents(sums[currency][name][PAYMENT]), cents(sums[currency][name][REFUND]))
            for name in order
        ]
        for currency in sorted(sums)
    }
