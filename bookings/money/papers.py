"""What a receipt says, and its PDF: who, when, which service by its neutral name, what was paid.

Never why somebody came and never what was found. The facts are plain values and travel to the
layout as data, never as markup, so that a name like ``#[evil`` prints as it is.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext as _

from bookings import clock
from bookings.models import Appointment, Package, Payment, Receipt
from bookings.money.accounts import Book, Payable
from clinic import practice
from clinic.models import Location, Patient, Practitioner
from clinic.paper import set_paper

TEMPLATE = Path(__file__).parent / "typst" / "receipt.typ"
ON_LETTER = {"CA", "US", "MX", "PH", "CL", "CO", "VE"}  # elsewhere paper is A4
State = Appointment.State


def facts_of(target: Payable, book: Book, location: Location) -> dict[str, Any]:
    """Return everything a receipt says but its number and date: only text, numbers and lists."""
    clinic = practice.current()
    phone = location.phone or clinic.phone
    patient: Patient | None = target.patient
    return {
        "clinic": clinic.name,
        "place": location.name,
        "address": location.address,
        "country": location.country,
        "contact": [phone.as_national if phone else "", clinic.email],
        "tax": clinic.receipt_text,
        "patient": str(patient),
        "born": patient.date_of_birth.isoformat() if patient and patient.date_of_birth else "",
        **(_of_package(target) if isinstance(target, Package) else _of_visit(target)),
        "by_package": book.by_package.bought_on.isoformat() if book.by_package else "",
        "due": _amount(book.account.due),
        "waived": _amount(book.account.waived),
        "paid": _amount(book.account.paid),
        "open": _amount(book.account.open),
        "currency": book.currency,
        "rows": [_row(row, location) for row in book.standing if row.kind != Payment.Kind.WAIVER],
    }


def _of_visit(visit: Appointment) -> dict[str, Any]:
    local = visit.starts_at.astimezone(visit.location.tz)
    return {
        "about": visit.state if visit.state in (State.NO_SHOW, State.LATE_CANCELLED) else "visit",
        "service": visit.service.neutral_name,
        "minutes": int((visit.ends_at - visit.starts_at).total_seconds() // 60),
        "day": local.date().isoformat(),
        "time": clock.wall(visit.starts_at, visit.location.tz),
        **_provider(visit.practitioner),
    }


def _provider(practitioner: Practitioner) -> dict[str, str]:
    return {
        "provider": practitioner.name,
        "title": practitioner.title or str(practitioner.get_discipline_display()),
        "body": practitioner.registration_body,
        "registration": practitioner.registration_number,
    }


def _of_package(package: Package) -> dict[str, Any]:
    return {
        "about": "package",
        "service": package.service.neutral_name if package.service else "",
        "visits": package.visits,
        "day": package.bought_on.isoformat(),
    }


def _row(row: Payment, location: Location) -> dict[str, str]:
    day = row.at.astimezone(location.tz).date()
    return {
        "day": day.isoformat(), "kind": row.kind, "method": row.method, "amount": str(row.amount),
    }  # fmt: skip


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"


def receipt_pdf(receipt: Receipt, more: Sequence[tuple[str, str]] = ()) -> bytes:
    """Return a receipt as a tagged PDF (PDF/UA-1), in the language of whoever asks.

    more  lines (label, text) that the app of the charts adds; nothing of them is kept here
    """
    paper = paper_of(receipt)
    paper["facts"] += [list(pair) for pair in more]
    return set_paper(_template(), paper)


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def paper_of(receipt: Receipt) -> dict[str, Any]:
    """Return what is printed, every text ready to be set."""
    facts = receipt.facts
    return {
        "lang": translation.get_language() or "en",
        "paper": "us-letter" if facts["country"] in ON_LETTER else "a4",
        "title": _("Receipt"),
        "number": _("No. %(number)s") % {"number": receipt.code},
        "issued": _("Issued on %(day)s") % {"day": _day(facts["issued"])},
        "replaces": _("Replaces No. %(number)s") % {"number": facts["replaces"]}
        if facts.get("replaces")
        else "",
        "clinic": [facts["clinic"], facts["place"], *facts["address"].splitlines()],
        "contact": " · ".join(each for each in facts["contact"] if each),
        "facts": _facts(facts),
        "table": [_("Date"), _("Paid by"), _("Amount")],
        "rows": [_printed(row, facts["currency"]) for row in facts["rows"]],
        "sums": _sums(facts),
        "tax": facts["tax"],
    }


def _facts(facts: dict[str, Any]) -> list[list[str]]:
    patient = facts["patient"]
    if facts["born"]:
        patient += ", " + _("born %(day)s") % {"day": _day(facts["born"])}
    pairs = [(_("Patient"), patient)]
    if facts["about"] == "package":
        what = _("Package of %(visits)d visits") % facts
        if facts["service"]:
            what += f", {facts['service']}"
        pairs += [(_("Service"), what), (_("Bought on"), _day(facts["day"]))]
    else:
        kind = {
            "no_show": _("Fee for a visit nobody came to"),
            "late_cancelled": _("Fee for a visit cancelled late"),
        }.get(facts["about"], facts["service"])
        pairs += [
            (_("Date of the visit"), f"{_day(facts['day'])}, {facts['time']}"),
            (_("Service"), kind),
            (_("Provided by"), ", ".join(filter(None, (facts["provider"], facts["title"])))),
        ]
        if facts["registration"]:
            number = _("registration number %(number)s") % {"number": facts["registration"]}
            pairs.append((_("Registered with"), f"{facts['body']}, {number}".removeprefix(", ")))
    if facts["by_package"]:
        day = _("package bought on %(day)s") % {"day": _day(facts["by_package"])}
        pairs.append((_("Paid from"), day))
    return [[label, value] for label, value in pairs]


def _printed(row: dict[str, str], currency: str) -> list[str]:
    method = str(Payment.Method(row["method"]).label)
    if row["kind"] == Payment.Kind.REFUND:
        method = _("refund, %(method)s") % {"method": method}
    return [_day(row["day"]), method, money(row["amount"], currency)]


def _sums(facts: dict[str, Any]) -> list[list[str]]:
    """Return the lines under the table: what was due, let go, paid, and what is open."""
    lines = [
        (_("Fee"), facts["due"], True),
        (_("Waived"), facts["waived"], Decimal(facts["waived"]) != 0),
        (_("Paid"), facts["paid"], True),
        (_("Still open"), facts["open"], bool(facts["open"]) and Decimal(facts["open"]) != 0),
    ]
    return [
        [label, money(amount, facts["currency"])]
        for label, amount, shown in lines
        if shown and amount
    ]


def money(amount: str | Decimal, currency: str) -> str:
    """Return an amount as people read it: 120.00 CAD."""
    return f"{formats.number_format(Decimal(amount), 2)} {currency}"


def _day(text: str) -> str:
    return formats.date_format(date.fromisoformat(text), "j F Y")


def issued_on(now: datetime, location: Location) -> date:
    """Return the day a receipt is made, on the wall of the place."""
    return now.astimezone(location.tz).date()
