"""Rows of a file as patients: read, checked, and compared with whoever is here already."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bookings.imports import values
from bookings.imports.files import Sheet
from clinic.models import Patient
from clinic.spelling import fold

LANGUAGES = {"english": "en", "french": "fr", "français": "fr", "german": "de", "deutsch": "de"}


@dataclass(slots=True)
class Row:
    """A row as it would be imported. With ``errors`` it cannot be; ``same`` may be the person."""

    number: int
    name: str
    patient: Patient | None = None
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    same: list[Patient] = field(default_factory=list)
    certain: bool = False  # the same name and date of birth


class Reader:
    """Reads cells of a row by the chosen columns, and collects what is wrong with them."""

    def __init__(self, settings: Mapping[str, Any], country: str) -> None:
        self._columns: Mapping[str, int] = settings["columns"]
        self._dates: str = settings["dates"]
        self._country = country

    def text(self, cells: Sequence[str], name: str) -> str:
        place = self._columns.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    def born(self, cells: Sequence[str], today: date) -> date | None:
        text = self.text(cells, "date_of_birth")
        found = values.day(text, self._dates) if text else None
        if found and found > today:
            raise ValueError(_("The date of birth lies ahead."))
        return found

    def day(self, cells: Sequence[str]) -> date:
        return values.day(self.text(cells, "day"), self._dates)

    def phone(self, cells: Sequence[str]) -> str:
        return values.phone(self.text(cells, "phone"), self._country)

    def email(self, cells: Sequence[str]) -> str:
        return values.email(self.text(cells, "email"))


class Known:
    """Everybody who is here, found by name and date of birth, address or number. One query."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[Patient]] = defaultdict(list)
        self._by_email: dict[str, list[Patient]] = defaultdict(list)
        self._by_phone: dict[str, list[Patient]] = defaultdict(list)
        for patient in Patient.objects.current().order_by("created_at", "pk"):
            self.add(patient)

    def add(self, patient: Patient) -> None:
        self._by_name[fold(str(patient))].append(patient)
        if patient.email:
            self._by_email[patient.email].append(patient)
        if patient.phone:
            self._by_phone[str(patient.phone)].append(patient)

    def named(self, name: str, born: date | None) -> list[Patient]:
        """Return those of that name; with a date of birth those who may be born then."""
        found = self._by_name.get(fold(name), [])
        return [one for one in found if born is None or one.date_of_birth in (None, born)]

    def alike(self, patient: Patient) -> tuple[list[Patient], bool]:
        """Return who may be the same person, and whether name and date of birth say so."""
        by_name = self._by_name.get(fold(str(patient)), [])
        born = patient.date_of_birth
        certain = [one for one in by_name if born and one.date_of_birth == born]
        if certain:
            return certain, True
        reach = [*by_name] if born is None else [one for one in by_name if not one.date_of_birth]
        reach += self._by_email.get(patient.email, []) if patient.email else []
        reach += self._by_phone.get(str(patient.phone), []) if patient.phone else []
        return list({one.pk: one for one in reach}.values())[:5], False


def read(sheet: Sheet, settings: Mapping[str, Any], *, country: str, today: date) -> list[Row]:
    """Return every row of the file as a patient, with its faults. One query, nothing is written."""
    reader, known = Reader(settings, country), Known()
    rows: list[Row] = []
    seen: dict[tuple[str, date | None, str], int] = {}
    for number, cells in sheet.rows:
        row = _row(reader, number, cells, today)
        if row.patient is not None:
            row.same, row.certain = known.alike(row.patient)
            key = (fold(row.name), row.patient.date_of_birth, row.patient.email)
            if key in seen:
                row.errors.append(_("The same person as in row %(n)d.") % {"n": seen[key]})
            seen.setdefault(key, number)
            if row.same and not row.certain:
                row.warnings.append(_("May be somebody who is here already."))
        rows.append(row)
    return rows


def _row(reader: Reader, number: int, cells: Sequence[str], today: date) -> Row:
    first, last = reader.text(cells, "first_name"), reader.text(cells, "last_name")
    row = Row(number, f"{first} {last}".strip())
    found: dict[str, Any] = {"first_name": first, "last_name": last}
    for name in ("first_name", "last_name"):
        if not found[name]:
            row.errors.append(_("First and last name are needed."))
            break
        if len(found[name]) > 80:
            row.errors.append(_("A name is longer than 80 letters."))
            break
    for name, make in (
        ("date_of_birth", lambda: reader.born(cells, today)),
        ("email", lambda: reader.email(cells)),
        ("phone", lambda: reader.phone(cells)),
    ):
        try:
            found[name] = make()
        except ValueError as error:
            row.errors.append(str(error))
    spoken = reader.text(cells, "language").casefold()
    found["language"] = LANGUAGES.get(spoken, spoken[:2] if spoken[:2].isalpha() else "en") or "en"
    found["address"] = reader.text(cells, "address")[:400]
    if not row.errors:
        row.patient = Patient(**found)
    return row
