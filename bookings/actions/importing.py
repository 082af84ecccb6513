"""Applying an upload in one transaction, and taking a whole import back.

A look first does the same and is rolled back, so that what it says is what happens. Every visit
goes through the function that decides about all of them (``booking.place``); outside the hours it
is imported with a warning, over another visit never. Nobody is told unless that is asked for.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model, Q

from bookings import owing
from bookings.actions import locks, people
from bookings.actions.booking import (
    TAKEN,
    agree_on_price,
    in_the_way,
    place,
    told_and_recorded,
    user_behind,
)
from bookings.errors import (
    AlreadyImported,
    BookingError,
    Changed,
    RowsInUse,
    RowsWrong,
    TimeRefused,
    TimeTaken,
)
from bookings.imports import patients, visits
from bookings.imports.files import Sheet, opened
from bookings.models import Appointment, DataImport, ImportedRow
from clinic import audit, practice
from clinic.audit import Actor
from clinic.models import AuditEvent, CareRelation, Location, Patient
from clinic.overlap import violates

State = DataImport.State
Visit = Appointment.State
VERB = "import.patient"
WHY = "Imported"  # kept with visits outside the hours


def upload(
    kind: str, name: str, content: bytes, settings: dict[str, Any], *, by: Actor, now: datetime
) -> DataImport:
    """Keep a file that can be read until it is applied or given up. Raises Unreadable."""
    sheet = opened(content, encoding=settings["encoding"], separator=settings["separator"])
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        _forget_old(now - timedelta(days=1))
        made = DataImport(
            kind=kind, file_name=name[:120], sha256=sha256, content=content, settings=settings,
            counts={"rows": len(sheet.rows)}, made_at=now, made_by=user_behind(by),
        )  # fmt: skip
        made.save(force_insert=True)
        audit.record("import.upload", made, by=by, data={"kind": kind, "sha256": sha256}, at=now)
    return made


def _forget_old(before: datetime) -> None:
    """Forget files nobody applied, and what was said of rows of those that were."""
    old = DataImport.objects.filter(state=State.DRAFT, wanted="", made_at__lt=before)
    old.update(state=State.GIVEN_UP, content=None, found={})
    DataImport.objects.filter(wanted="", applied_at__lt=before).exclude(found={}).update(found={})


def choose(draft: DataImport, settings: dict[str, Any]) -> DataImport:
    """Keep how the file is to be read. Raises Changed once it is applied."""
    with transaction.atomic():
        fresh = DataImport.objects.select_for_update().get(pk=draft.pk)
        if fresh.state != State.DRAFT or fresh.wanted:
            raise Changed
        fresh.settings, fresh.found = settings, {}
        fresh.save(update_fields=["settings", "found"])
    return fresh


def give_up(draft: DataImport) -> None:
    """Forget a file that was not applied."""
    rows = DataImport.objects.filter(pk=draft.pk, state=State.DRAFT)
    rows = rows.exclude(wanted=DataImport.Wanted.APPLY)  # some of its visits are here already
    rows.update(state=State.GIVEN_UP, content=None, found={}, wanted="")


def sheet_of(draft: DataImport) -> Sheet:
    """Return the table of a file that is still kept."""
    settings = draft.settings
    content = bytes(draft.content or b"")
    return opened(content, encoding=settings["encoding"], separator=settings["separator"])


def look(draft: DataImport, *, by: Actor, now: datetime) -> list[Any]:
    """Return every row as it would be imported, with errors and warnings. Nothing is written."""
    if draft.kind == DataImport.Kind.PATIENTS:
        return _patients(draft, now)
    with transaction.atomic():
        rows = _visits(draft, by, now, tell=False)
        transaction.set_rollback(True)
    return rows


def apply(
    draft: DataImport,
    *,
    apart: Collection[int] = (),
    leave_out: bool = False,
    tell: bool = False,
    by: Actor,
    now: datetime,
) -> DataImport:
    """Write the rows of a file, all of them or none.

    apart      rows about somebody else than those who look alike: they become new patients
    leave_out  rows with errors are left out instead of refusing the whole file
    tell       patients get the usual letter about visits that lie ahead

    Raises AlreadyImported, Changed for a file that was applied meanwhile, or RowsWrong where rows
    have errors and may not be left out.
    """
    try:
        with transaction.atomic():
            draft = DataImport.objects.select_for_update().get(pk=draft.pk)
            if draft.state != State.DRAFT or draft.wanted:
                raise Changed
            once(draft)
            if draft.kind == DataImport.Kind.PATIENTS:
                rows: list[Any] = _patients(draft, now)
                made = _write_patients(draft, rows, set(apart), by, now)
            else:
                rows = _visits(draft, by, now, tell=tell)
                made = sum(row.visit is not None and not row.errors for row in rows)
            wrong = sum(bool(row.errors) for row in rows)
            if wrong and not leave_out:
                raise RowsWrong
            finish(draft, {"rows": len(rows), "made": made, "left_out": wrong}, by=by, now=now)
    except IntegrityError as error:
        if violates(error, "import_of_a_file_once"):
            raise AlreadyImported from error
        raise
    return draft


def once(draft: DataImport) -> None:
    """Raise AlreadyImported where the same file was applied, or is at this moment."""
    same = DataImport.objects.filter(kind=draft.kind, sha256=draft.sha256).exclude(pk=draft.pk)
    if same.filter(Q(state=State.APPLIED) | Q(wanted=DataImport.Wanted.APPLY)).exists():
        raise AlreadyImported


def finish(draft: DataImport, counts: dict[str, int], *, by: Actor, now: datetime) -> None:
    """Write down that a file was applied; its content is kept no longer."""
    draft.counts, draft.wanted = counts, ""
    draft.state, draft.applied_at, draft.content = State.APPLIED, now, None
    draft.save()
    audit.record("import.apply", draft, by=by, data=counts, at=now)


def _country() -> str:
    first = Location.objects.open().first()
    return first.country if first else "CA"


def _patients(draft: DataImport, now: datetime) -> list[patients.Row]:
    today = now.astimezone(practice.current().tz).date()
    return patients.read(sheet_of(draft), draft.settings, country=_country(), today=today)


def _write_patients(
    draft: DataImport, rows: Sequence[patients.Row], apart: set[int], by: Actor, now: datetime
) -> int:
    new: list[Patient] = []
    events: list[AuditEvent] = []
    noted = []
    for row in rows:
        if row.errors or row.patient is None:
            continue
        here = row.same[0] if row.same and row.number not in apart else None
        noted.append(
            ImportedRow(
                data_import=draft, number=row.number, patient=here or row.patient, made=here is None
            )
        )
        if here is None:
            new.append(row.patient)
            data = {"import": str(draft.pk), "row": row.number}
            pk = row.patient.pk
            events.append(
                audit.first_event(VERB, row.patient, by=by, patient_id=pk, data=data, at=now)
            )
    Patient.objects.bulk_create(new, batch_size=500)
    AuditEvent.objects.bulk_create(events, batch_size=500)
    ImportedRow.objects.bulk_create(noted, batch_size=500)
    return len(new)


def _visits(draft: DataImport, by: Actor, now: datetime, *, tell: bool) -> list[visits.Row]:
    """Read and write every visit, those that come first in time before the others."""
    rows = read_visits(draft, now)
    ordered = sorted(rows, key=lambda each: each.visit.starts_at if each.visit else now)
    write_visits(draft, ordered, by, now, tell=tell)
    return rows


def read_visits(draft: DataImport, now: datetime) -> list[visits.Row]:
    """Return every row of a file as a visit, in the order of the file. Nothing is written."""
    return visits.read(sheet_of(draft), draft.settings, country=_country(), now=now)


def write_visits(
    draft: DataImport, rows: Iterable[visits.Row], by: Actor, now: datetime, *, tell: bool
) -> None:
    """Write visits, each in a savepoint; an error leaves its row out."""
    for row in rows:
        if row.visit is None or row.errors:
            continue
        try:
            with locks.writing():
                _write_visit(row.visit, row, by, now, tell=tell)
        except BookingError as error:
            row.errors.append(str(error))
            for clash in getattr(error, "clashes", ()):
                tz = clash.location.tz
                row.errors.append(
                    f"{clash.starts_at.astimezone(tz):%Y-%m-%d %H:%M}, {clash.patient or clash}"
                )
            continue
        ImportedRow.objects.create(data_import=draft, number=row.number, appointment=row.visit)


def _write_visit(
    visit: Appointment, row: visits.Row, by: Actor, now: datetime, *, tell: bool
) -> None:
    state = visit.state
    stands = state in (Visit.BOOKED, Visit.COMPLETED, Visit.NO_SHOW)
    locks.queue_practitioners(visit.practitioner_id)
    locks.queue_rooms(visit.service, visit.location)
    locks.queue_patient(visit.patient)
    if stands and visit.ends_at > now:
        _find_place(visit, row, now)
    elif stands and state != Visit.NO_SHOW and (clashes := in_the_way(visit, now)):
        raise TimeTaken(clashes=clashes)
    visit.state, visit.version = state, 1
    visit.booked_by = user_behind(by)
    if state in (Visit.CANCELLED, Visit.LATE_CANCELLED):
        visit.cancelled_at, visit.cancel_reason = min(now, visit.starts_at), WHY
    if visit.ends_at > now:
        agree_on_price(visit)
        visit.new_patient = people.is_new(visit.service, visit.patient)
    visit.save(force_insert=True)
    if visit.ends_at + timedelta(days=practice.current().care_days) > now:
        people.look_after(visit.patient, visit.practitioner, now)
    topic = owing.BOOKED_BY_DESK if tell and state == Visit.BOOKED else ""
    told_and_recorded(visit, "import", topic, by=by, now=now)


def _find_place(visit: Appointment, row: visits.Row, now: datetime) -> None:
    """Ask the one function that decides; what is only unusual is a warning, an overlap is not."""
    try:
        place(visit, now=now, desk=True)
    except TimeRefused as error:
        if error.refusal in TAKEN or error.clashes:
            raise
        row.warnings.append(str(error))
        place(visit, now=now, desk=True, force=True, force_reason=WHY)


def roll_back(done: DataImport, *, by: Actor, now: datetime) -> DataImport:
    """Take a whole import back, as long as nothing else depends on its rows.

    Visits become ``expired`` and lose their patient, for no visit is ever deleted; their time is
    free. Records of patients that the import made, and that nobody has touched since, are
    removed; those that were here before stay.

    Raises Changed for what is not applied, and RowsInUse.
    """
    with locks.writing():
        done = DataImport.objects.select_for_update().get(pk=done.pk)
        if done.state != State.APPLIED:
            raise Changed
        rows = list(done.rows.filter(made=True).select_related("patient", "appointment"))
        if used := _in_use(done, rows):
            raise RowsInUse(used)
        _expire([row.appointment for row in rows if row.appointment], done)
        ids = [row.patient_id for row in rows if row.patient_id]
        for pk in ids:
            audit.record("import.remove_patient", by=by, patient_id=pk, at=now)
        Patient.objects.filter(pk__in=ids).delete()
        done.state, done.rolled_back_at, done.wanted, done.found = State.ROLLED_BACK, now, "", {}
        done.save(update_fields=["state", "rolled_back_at", "wanted", "found"])
        audit.record("import.roll_back", done, by=by, data=done.counts, at=now)
    return done


def _expire(found: Sequence[Appointment], done: DataImport) -> None:
    for visit in found:
        CareRelation.objects.filter(
            patient=visit.patient_id, practitioner=visit.practitioner_id,
            ground=CareRelation.Ground.VISIT, starts_at=done.applied_at or done.made_at,
        ).delete()  # fmt: skip
    ids = [visit.pk for visit in found]
    Appointment.objects.filter(pk__in=ids).update(
        state=Visit.EXPIRED, patient=None, overbooked=False, version=2
    )


def _in_use(done: DataImport, rows: Sequence[ImportedRow]) -> list[int]:
    """Return the numbers of rows to which something happened since, or on which something hangs."""
    people_ids = [row.patient_id for row in rows if row.patient_id]
    visit_ids = [row.appointment_id for row in rows if row.appointment_id]
    used = _hung_on(Patient, people_ids) | _hung_on(Appointment, visit_ids)
    later = AuditEvent.objects.filter(patient_id__in=people_ids).exclude(action=VERB)
    used |= set(later.values_list("patient_id", flat=True))
    touched = [
        row.appointment_id
        for row in rows
        if row.appointment and (row.appointment.version != 1 or row.appointment.confirmed_at)
    ]
    used |= set(touched)
    events = AuditEvent.objects.filter(
        object_type="bookings.appointment", object_id__in=[str(pk) for pk in visit_ids]
    ).exclude(action="visit.import")
    happened_to = set(events.values_list("object_id", flat=True))
    used |= {pk for pk in visit_ids if str(pk) in happened_to}
    return sorted(
        row.number for row in rows if row.patient_id in used or row.appointment_id in used
    )


def _hung_on(model: type[Model], ids: Sequence[Any]) -> set[Any]:
    """Return which of these rows another row points to, imported rows left out."""
    found: set[Any] = set()
    for relation in model._meta.related_objects:
        if relation.related_model is ImportedRow:
            continue
        name = relation.field.name
        others = relation.related_model._base_manager.filter(**{f"{name}__in": ids})
        found |= set(others.values_list(name, flat=True))
    return found
