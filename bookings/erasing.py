"""What becomes of visits and of what surrounds them when a person is erased.

A visit stays as a row: its time is taken, counted and paid for, by somebody who is named no more.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from bookings.models import (
    Appointment,
    CallbackRequest,
    DataImport,
    Package,
    Payment,
    Receipt,
    WaitingEntry,
)
from bookings.money.accounts import book_of
from clinic.door import MARK
from clinic.erasing.rules import (
    PERSON,
    RECORD,
    Ids,
    Service,
    besides,
    emptied,
    heard_of,
    kept,
    obstacles,
    removed,
    services,
)
from clinic.models import Patient

State = Appointment.State
SEEN = (State.ARRIVED, State.IN_PROGRESS, State.COMPLETED)
AHEAD = (State.HELD, State.REQUESTED, State.BOOKED)


def _calls_of(ids: Ids) -> Q:
    """Call-backs that led to a visit of theirs, or were asked for from a number of theirs alone."""
    mine = set(Patient.objects.filter(pk__in=ids).values_list("phone", flat=True)) - {""}
    others = Patient.objects.filter(phone__in=mine).exclude(pk__in=ids)
    alone = mine - set(others.values_list("phone", flat=True))
    return Q(appointment__patient__in=ids) | Q(phone__in=alone)


def _tries_of(ids: Ids) -> Q:
    return Q(callback__in=CallbackRequest.objects.filter(_calls_of(ids)).values("pk"))


def _entries_of(ids: Ids) -> Q:
    """Entries of the waiting list, also those that were made before anybody knew who it was."""
    mine = set(Patient.objects.filter(pk__in=ids).values_list("email", flat=True)) - {""}
    others = Patient.objects.filter(email__in=mine).exclude(pk__in=ids)
    alone = mine - set(others.values_list("email", flat=True))
    known = Q(patient__in=ids) | Q(visit__patient__in=ids)
    return known | Q(patient=None, visit=None, email__in=alone)


def _now(now: datetime) -> datetime:
    return now


emptied(
    "bookings.Appointment", PERSON,
    {"cancel_reason": "", "desk_note": "", "holder": "", "browser": "", "patient_zone": ""},
)  # fmt: skip
emptied("bookings.Appointment", PERSON, {"overbook_reason": MARK}, only=~Q(overbook_reason=""))
for label in ("VisitLink", "VisitVideo", "IntakeCode", "ImportedRow"):
    removed(f"bookings.{label}", PERSON)
removed(
    "bookings.WaitingLink", PERSON,
    whose=lambda ids: Q(entry__in=WaitingEntry.objects.filter(_entries_of(ids)).values("pk")),
)  # fmt: skip
emptied(
    "bookings.WaitingEntry", PERSON,
    {
        "first_name": MARK, "last_name": MARK, "email": "", "phone": "", "date_of_birth": None,
        "guardian_name": "", "guardian_relationship": "", "language": "en",
    },
    whose=_entries_of,
)  # fmt: skip
emptied(
    "bookings.WaitingEntry", PERSON, {"state": WaitingEntry.State.LAPSED, "closed_at": _now},
    whose=_entries_of, only=Q(state=WaitingEntry.State.WAITING),
)  # fmt: skip
emptied(
    "bookings.CallbackRequest", PERSON,
    {"name": MARK, "phone": "", "message": "", "outcome": ""}, whose=_calls_of,
)  # fmt: skip
emptied(
    "bookings.CallbackRequest", PERSON,
    {"state": CallbackRequest.State.DONE, "result": CallbackRequest.Result.DECLINED,
     "closed_at": _now},
    whose=_calls_of, only=Q(state=CallbackRequest.State.OPEN),
)  # fmt: skip
emptied(
    "bookings.Payment", PERSON, {"reason": MARK, "reference": ""},
    only=~Q(reason="", reference=""),
)  # fmt: skip
emptied("bookings.Receipt", RECORD, {"facts": {}})
kept(
    "bookings.CallbackAttempt", "bookings.OtherTimes", "bookings.OtherTime",
    "bookings.AffectedVisit", "bookings.ClinicianCall", "bookings.ClinicianCall_told",
    "bookings.Series", "bookings.SeriesVisit", "bookings.Package", "bookings.WaitingOffer",
    "bookings.WaitingEntry_practitioners", "bookings.WaitingEntry_locations",
)  # fmt: skip


@besides
def give_up_uploads(ids: Ids) -> None:
    """A file of another system that waits to be imported and names the person is given up."""
    names: set[str] = set()
    for each in Patient.objects.filter(pk__in=ids):
        names |= {each.last_name, each.email, str(each.phone)[-7:]}
    words = [name.lower().encode(form) for name in names if len(name) > 2
             for form in ("utf-8", "utf-16-le", "latin-1") if _fits(name, form)]  # fmt: skip
    for upload in DataImport.objects.filter(content__isnull=False).iterator():
        content = bytes(upload.content or b"").lower()
        if any(word in content for word in words):
            DataImport.objects.filter(pk=upload.pk).update(
                content=None, found={}, wanted="", state=DataImport.State.GIVEN_UP
            )
    for done in DataImport.objects.exclude(found={}).iterator():
        text = json.dumps(done.found, ensure_ascii=False).lower()
        if any(name.lower() in text for name in names if len(name) > 2):
            DataImport.objects.filter(pk=done.pk).update(found={})


def _fits(name: str, form: str) -> bool:
    try:
        name.encode(form)
    except UnicodeEncodeError:
        return False
    return True


@services
def visits_of(ids: Ids) -> Sequence[Service]:
    """When and where somebody was last seen, and when money last changed hands."""
    seen = Appointment.objects.filter(patient__in=ids, state__in=SEEN)
    paid = Payment.objects.filter(Q(appointment__patient__in=ids) | Q(package__patient__in=ids))
    found: list[Service] = []
    for rows, when in ((seen, "ends_at"), (paid, "at")):
        places = rows.order_by().values_list("location__country", "location__region")
        found += [(at, country, region) for country, region, at in places.annotate(Max(when))]
    receipts = Receipt.objects.filter(
        Q(appointment__patient__in=ids) | Q(package__patient__in=ids)
    ).aggregate(at=Max("issued_at"))["at"]
    return [*found, (receipts, "", "")] if receipts else found


@heard_of
def with_visits_since(at: datetime) -> Any:
    return Appointment.objects.filter(ends_at__gt=at, patient__isnull=False).values("patient")


@obstacles
def open_things(ids: Ids, now: datetime) -> Sequence[Any]:
    """Visits ahead, and money that is open: the desk sees to both first."""
    visits = Appointment.objects.visits().filter(patient__in=ids).select_related("service")
    ahead = visits.filter(state__in=AHEAD, ends_at__gt=now) | visits.filter(
        state__in=[State.ARRIVED, State.IN_PROGRESS]
    )
    against = [_("There are visits ahead or under way: cancel or complete them.")] if (
        ahead.exists()
    ) else []  # fmt: skip
    targets: list[Appointment | Package] = [*visits, *Package.objects.filter(patient__in=ids)]
    if any(book_of(each, now).account.open for each in targets):
        against.append(_("Money is open: take it, refund it or waive it."))
    return against
