"""What every mapping looks things up in: the rows of one record, whose they are, and its clocks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation

from assessments.fhir.codes import STANDING
from assessments.fhir.shapes import Resource, coding, grouped, ident, ref
from assessments.models import Assessment, Note
from assessments.subject.reading import Record
from bookings.models import Appointment
from clinic import practice
from clinic.models import Patient, Practice, Practitioner

State = Appointment.State
CAME = (State.ARRIVED, State.IN_PROGRESS, State.COMPLETED)


@dataclass(frozen=True)
class Sent:
    """One record on its way out. Nothing here asks the database once the record is read."""

    record: Record
    clinic: Practice

    def rows(self, name: str) -> Sequence[Any]:
        return self.record.rows[name]

    @property
    def patient(self) -> Patient:
        return self.record.patient

    @cached_property
    def subject(self) -> Resource:
        return ref(ident(self.patient.pk), str(self.patient))

    @cached_property
    def organization(self) -> Resource:
        return ref(str(uuid5(NAMESPACE_URL, settings.SITE_URL)), self.clinic.name)

    @cached_property
    def language(self) -> str:
        return translation.get_language() or settings.LANGUAGE_CODE

    @cached_property
    def visits(self) -> Mapping[UUID, Appointment]:
        return {visit.pk: visit for visit in self.rows("visits")}

    @cached_property
    def charts(self) -> Mapping[UUID, Assessment]:
        return {chart.pk: chart for chart in self.rows("charts")}

    @cached_property
    def seen(self) -> frozenset[UUID]:
        """Visits that a signed chart or note is about: they took place, whatever the desk wrote."""
        told = self._documents.values()
        return frozenset(each.appointment_id for each in told if each.appointment_id)

    @cached_property
    def practitioners(self) -> Mapping[UUID, Practitioner]:
        """Everybody who is named in the record, once."""
        return {each.pk: each for each in self._named() if each is not None}

    @cached_property
    def _signers(self) -> Mapping[UUID, Practitioner]:
        return {each.user_id: each for each in self.practitioners.values() if each.user_id}

    def _named(self) -> Iterator[Practitioner | None]:
        yield from (row.practitioner for row in self.rows("visits"))
        yield from (row.practitioner for row in self.rows("cared_for_by"))
        yield from (row.lead for row in self.rows("episodes"))
        yield from (row.author for row in self.rows("charts"))
        yield from (row.author for row in self.rows("notes"))
        yield from (issuer_of(row) for row in self.rows("plans"))

    def by(self, practitioner: Practitioner) -> Resource:
        return ref(ident(practitioner.pk), practitioner.name)

    def signer(self, user_id: UUID, name: str) -> Resource:
        """Return who signed something: a practitioner of the record, or a name."""
        found = self._signers.get(user_id)
        return self.by(found) if found else {"display": name}

    @cached_property
    def _parts(self) -> dict[tuple[str, str], dict[Any, list[Any]]]:
        return {}

    def of(self, name: str, key: str, value: object) -> list[Any]:
        """Return the rows of a table that belong to something, each table sorted once."""
        if (name, key) not in self._parts:
            self._parts[name, key] = grouped(self.rows(name), key)
        return self._parts[name, key].get(value, [])

    @cached_property
    def superseded(self) -> frozenset[UUID]:
        """Charts and notes that a later signed one corrects."""
        return frozenset(each.amends_id for each in self._documents.values() if each.amends_id)

    def visit(self, appointment_id: UUID | None) -> Appointment | None:
        return self.visits.get(appointment_id) if appointment_id else None

    def visit_id(self, document: Assessment | Note) -> UUID | None:
        """Return the visit of a document; a correction is about that of what it corrects."""
        found: Assessment | Note | None = document
        while found is not None and found.appointment_id is None:
            found = self._documents.get(found.amends_id) if found.amends_id else None
        return found.appointment_id if found else None

    def examined_at(self, chart: Assessment) -> datetime:
        """Return when what a chart says was true: at the end of its visit."""
        visit = self.visit(self.visit_id(chart))
        return visit.ends_at if visit else chart.examined_at

    @cached_property
    def _documents(self) -> Mapping[UUID, Assessment | Note]:
        return {each.pk: each for each in (*self.rows("charts"), *self.rows("notes"))}

    def encounter(self, appointment_id: UUID | None) -> Resource | None:
        """Return the encounter of a visit, where it took place."""
        visit = self.visit(appointment_id)
        return ref(encounter_of(visit.pk)) if visit and self.took_place(visit) else None

    def took_place(self, visit: Appointment) -> bool:
        return visit.state in CAME or visit.pk in self.seen

    def zone(self, appointment_id: UUID | None) -> ZoneInfo:
        """Return the clock of a visit's place; where there is no visit, the clinic's."""
        visit = self.visit(appointment_id)
        return visit.location.tz if visit else self.record.zone

    def at(self, moment: datetime | None, appointment_id: UUID | None = None) -> str | None:
        """Return an instant with its offset, by the clock of the visit's place."""
        return moment.astimezone(self.zone(appointment_id)).isoformat() if moment else None

    def meta(self, document: UUID) -> Resource:
        """Say of what belongs to a corrected document that a later one stands in its place."""
        if document not in self.superseded:
            return {}
        return {"tag": [coding(STANDING, "superseded", "corrected by a later document")]}


def issuer_of(plan: Any) -> Practitioner | None:
    """Return who issued a plan; nobody where their sign-in is no practitioner's."""
    return getattr(plan.issued_by, "practitioner", None)


def sent(record: Record) -> Sent:
    return Sent(record, practice.current())


def encounter_of(appointment_id: UUID) -> str:
    return ident(appointment_id, "encounter")
