"""Rows of a file as visits: whose, when, with whom; nothing about why somebody came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bookings import availability as engine
from bookings.imports import values
from bookings.imports.files import Sheet
from bookings.imports.patients import Known, Reader
from bookings.models import Appointment, Service
from bookings.schedule import moment
from clinic.models import Location, Patient, Practitioner
from clinic.spelling import fold

State = Appointment.State
STATES = {
    "booked": State.BOOKED, "confirmed": State.BOOKED, "scheduled": State.BOOKED,
    "completed": State.COMPLETED, "done": State.COMPLETED, "arrived": State.COMPLETED,
    "attended": State.COMPLETED, "no show": State.NO_SHOW, "did not arrive": State.NO_SHOW,
    "did not come": State.NO_SHOW, "dna": State.NO_SHOW, "missed": State.NO_SHOW,
    "cancelled": State.CANCELLED, "canceled": State.CANCELLED,
    "late cancel": State.LATE_CANCELLED, "cancelled late": State.LATE_CANCELLED,
    "late cancellation": State.LATE_CANCELLED,
}  # fmt: skip


@dataclass(slots=True)
class Row:
    """A visit as it would be imported. With ``errors`` it cannot be."""

    number: int
    name: str
    visit: Appointment | None = None
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def what(self) -> str:
        """When it is, with whom, and how it stands; "" where the row makes no visit."""
        if self.visit is None:
            return ""
        starts_at = self.visit.starts_at.astimezone(self.visit.location.tz)
        state = self.visit.get_state_display()
        return f"{starts_at:%Y-%m-%d %H:%M}, {self.visit.practitioner}, {state}"


class Names:
    """People, services and places by what files call them. Three queries."""

    def __init__(self) -> None:
        self.practitioners = _by_name(Practitioner.objects.order_by("name"), "name", "slug")
        self.services = _by_name(
            Service.objects.filter(seats=0).order_by("position"), "name", "slug", "neutral_name"
        )
        self.places = _by_name(Location.objects.order_by("position"), "name", "slug")
        places = {place.pk: place for place in self.places.values()}
        self.only_place = next(iter(places.values())) if len(places) == 1 else None


def _by_name(rows: Any, *names: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        for name in names:
            found.setdefault(fold(str(getattr(row, name))), row)
    return found


def read(sheet: Sheet, settings: Mapping[str, Any], *, country: str, now: datetime) -> list[Row]:
    """Return every row as a visit not yet saved, with its faults. Four queries."""
    reader, known, names = Reader(settings, country), Known(), Names()
    rows = []
    for number, cells in sheet.rows:
        name = f"{reader.text(cells, 'first_name')} {reader.text(cells, 'last_name')}".strip()
        row = Row(number, name)
        try:
            row.visit = _visit(reader, cells, known, names, now)
        except ValueError as error:
            row.errors.append(str(error))
        rows.append(row)
    return rows


def _visit(
    reader: Reader, cells: Sequence[str], known: Known, names: Names, now: datetime
) -> Appointment:
    """Return the visit of a row. Raises ValueError with the first thing that is wrong."""
    service: Service = _named(names.services, reader.text(cells, "service"), _("service"))
    person: Practitioner = _named(
        names.practitioners, reader.text(cells, "practitioner"), _("practitioner")
    )
    where = reader.text(cells, "location")
    place = names.only_place if not where and names.only_place else None
    place = place or _named(names.places, where, _("place"))
    patient = _whose(reader, cells, known, now)
    day, at = (
        reader.day(cells),
        values.clock(reader.text(cells, "time") or reader.text(cells, "day")),
    )
    start = engine.local_instant(day, at.hour * 60 + at.minute, place.tz)
    if start is None:
        raise ValueError(_("The clocks skip this time on that day."))
    minutes = _minutes(reader.text(cells, "minutes"), service)
    ends_at = moment(start) + timedelta(minutes=minutes)
    return Appointment(
        patient=patient,
        service=service,
        practitioner=person,
        location=place,
        starts_at=moment(start),
        ends_at=ends_at,
        buffer_before=service.buffer_before,
        buffer_after=service.buffer_after,
        state=_state(reader.text(cells, "state"), ends_at <= now),
        source=Appointment.Source.IMPORT,
    )


def _named(found: Mapping[str, Any], text: str, kind: str) -> Any:
    try:
        return found[fold(text)]
    except KeyError:
        raise ValueError(
            _("There is no %(kind)s called “%(text)s”.") % {"kind": kind, "text": text[:60]}
        ) from None


def _whose(reader: Reader, cells: Sequence[str], known: Known, now: datetime) -> Patient:
    """Return the one patient a row is about, by name, then date of birth, address or number."""
    name = f"{reader.text(cells, 'first_name')} {reader.text(cells, 'last_name')}".strip()
    found = known.named(name, reader.born(cells, now.date()))
    if len(found) > 1:
        email, number = reader.email(cells), reader.phone(cells)
        found = [
            one
            for one in found
            if (email and one.email == email) or (number and str(one.phone) == number)
        ] or found
    if not found:
        raise ValueError(_("There is no patient called “%(name)s”.") % {"name": name[:80]})
    if len(found) > 1:
        raise ValueError(_("Several patients are called “%(name)s”.") % {"name": name[:80]})
    return found[0]


def _minutes(text: str, service: Service) -> int:
    if not text:
        return service.minutes
    try:
        minutes = int(text.lower().replace("minutes", "").replace("min", "").strip())
    except ValueError:
        minutes = 0
    if not 5 <= minutes <= 480:
        raise ValueError(_("A visit lasts 5 to 480 minutes."))
    return minutes


def _state(text: str, over: bool) -> str:
    """Return the state of a visit; what is over and says nothing of it took place."""
    found = STATES.get(" ".join(text.casefold().replace("-", " ").replace("_", " ").split()))
    if text and found is None:
        raise ValueError(_("“%(text)s” is no state of a visit.") % {"text": text[:40]})
    if over:
        return State.COMPLETED if found in (None, State.BOOKED) else found
    if found in (State.COMPLETED, State.NO_SHOW):
        raise ValueError(_("The visit lies ahead, so it cannot have taken place or been missed."))
    return found or State.BOOKED
