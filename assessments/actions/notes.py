"""Notes in words: begun, saved line by line, signed, amended. A call may book what follows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from assessments import trail
from assessments.access import needs_cosign
from assessments.actions.carrying import copy_treatments
from assessments.actions.charting import is_author
from assessments.actions.episodes import in_care
from assessments.errors import (
    Clash,
    NoteAmended,
    NoteIncomplete,
    NoteSigned,
    NotInCare,
    NotSigned,
    NotTheAuthor,
    ReasonMissing,
    StaleVersion,
)
from assessments.findings import Fault
from assessments.findings.faults import InputError
from assessments.findings.field import gettext_noop as _
from assessments.findings.leaf import read_text
from assessments.models import Note, NoteLine
from assessments.notes.lines import against_signing, line_of
from assessments.screen.entries import Entry
from assessments.seal import note_digest
from bookings import actions as bookings
from bookings.models import Appointment, Service
from clinic import access, practice
from clinic.audit import actor_of
from clinic.models import Location, Patient, Practitioner, User
from clinic.persons import known_as

# What is chosen and not written: the name as a page sends it, the column, what may be in it.
CHOSEN = {"safety_asked": ("safety", Note.Safety), "outcome": ("outcome", Note.Outcome)}
LONGEST_REASON = 1000  # of a visit, in characters


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSaved:
    """What became of a save; ``errors`` are refused values, of which nothing is kept."""

    version: int
    errors: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class WantedTime:
    """The visit that is to be booked with the signature."""

    service: Service
    location: Location
    starts_at: datetime


@transaction.atomic
def start_note(
    about: Appointment | Patient, practitioner: Practitioner, kind: str, *, by: User, now: datetime
) -> Note:
    """Begin a note of a visit, or of a patient without one.

    A visit has one note, and a practitioner one unsigned note of a kind without a visit per
    patient: asked again, the same one is returned.

    Raises VisitOfAnother, NotInCare; ValueError for a kind that is none.
    """
    appointment, patient = in_care(about, practitioner)
    # The patient's row is the queue: two clicks begin one note.
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    known = Note.objects.filter(amends__isnull=True)
    if appointment is not None:
        begun = known.filter(appointment=appointment).first()
    else:
        mine = {"patient": patient, "author": practitioner, "kind": Note.Kind(kind)}
        begun = known.filter(appointment__isnull=True, signed_at__isnull=True, **mine).first()
    if begun is not None:
        return begun
    note = Note.objects.create(
        patient=patient,
        appointment=appointment,
        author=practitioner,
        kind=Note.Kind(kind),
        started_at=now,
    )
    trail.did("note.started", note, by=by, patient_id=patient.pk, now=now)
    return note


@transaction.atomic
def save_note(
    note: Note, base_version: int, entries: Iterable[Entry], *, by: User, now: datetime
) -> NoteSaved:
    """Keep the lines that can be kept and say what is wrong with the others.

    Raises NoteSigned, NotTheAuthor, and StaleVersion when the note has moved on from
    ``base_version``: then nothing is kept and the error holds both values of every line.
    """
    sent = list(entries)
    locked = locked_note(note, by)
    held = held_of(locked)
    if locked.version != base_version:
        theirs = [Clash(e.field, e.side, e.value, held.get(e.field)) for e in sent]
        raise StaleVersion(locked.version, theirs)
    wanted, errors = _read(locked.kind, sent)
    changed = {name: text for name, text in wanted.items() if held.get(name, "") != text}
    if changed:
        _write(locked, changed)
        locked.version += 1
        locked.save(update_fields=["safety", "outcome", "version"])
        trail.did_again("note.saved", locked, by=by, patient_id=locked.patient_id, now=now)
    return NoteSaved(version=locked.version, errors=tuple(errors))


@transaction.atomic
def sign_note(note: Note, *, by: User, now: datetime, time: WantedTime | None = None) -> Note:
    """Freeze a note. With a ``time``, the visit a call ended in is booked in the same breath.

    Both or neither: where the time is gone, the note stays a draft. What a student signs, or
    somebody else under supervision, waits for a co-signature.

    Raises NoteSigned, NotTheAuthor, NoteIncomplete, NoteAmended when another
    correction of the same note was signed before, and what ``desk_book`` raises.
    """
    locked = locked_note(note, by)
    words = words_of(locked)
    missing = list(against_signing(locked.kind, words, locked.safety, locked.outcome))
    if missing:
        raise NoteIncomplete(missing)
    if locked.amends is not None and _amended(locked.amends):
        raise NoteAmended
    if time is not None and locked.outcome == Note.Outcome.BOOK:
        locked.booked = bookings.desk_book(
            patient=_person(locked.patient),
            service=time.service,
            practitioner=locked.author,
            location=time.location,
            starts_at=time.starts_at,
            by=actor_of(by),
            now=now,
            visit_reason=words["complaint"][:LONGEST_REASON],
        )
    locked.content_hash = note_digest(locked, words, locked.treatments.all())
    locked.late_entry = is_late(locked, now)
    locked.cosign_needed = needs_cosign(locked.author)
    locked.signed_at, locked.signed_by = now, by
    locked.save(
        update_fields=[
            "booked", "content_hash", "late_entry", "cosign_needed", "signed_at", "signed_by",
        ]
    )  # fmt: skip
    data = {"digest": locked.content_hash, "booked": locked.booked_id is not None}
    trail.did("note.signed", locked, by=by, patient_id=locked.patient_id, now=now, data=data)
    return locked


@transaction.atomic
def amend_note(
    note: Note, reason: str, practitioner: Practitioner, *, by: User, now: datetime
) -> Note:
    """Begin a correction of a signed note: a new one that starts from the same words.

    The original stays as it was signed and is shown beside the correction. Asked again before it
    is signed, the same correction is returned.

    Raises NotSigned, ReasonMissing, NotInCare or NoteAmended.
    """
    original = Note.objects.select_for_update(no_key=True, of=("self",)).get(pk=note.pk)
    if original.signed_at is None:
        raise NotSigned
    if not reason.strip():
        raise ReasonMissing
    if not access.caseload(practitioner).filter(known_as(original.patient_id)).exists():
        raise NotInCare
    if _amended(original):
        raise NoteAmended
    begun = original.amendments.filter(author=practitioner).first()
    if begun is not None:
        return begun
    amendment = Note.objects.create(
        patient_id=original.patient_id,
        author=practitioner,
        kind=original.kind,
        safety=original.safety,
        outcome=original.outcome,
        started_at=now,
        amends=original,
        amend_reason=reason.strip()[:300],
    )
    copies = [
        NoteLine(note=amendment, name=name, text=text) for name, text in words_of(original).items()
    ]
    NoteLine.objects.bulk_create(copies)
    copy_treatments(original.treatments.all(), amendment)
    data = {"amends": str(original.pk)}
    trail.did("note.amended", amendment, by=by, patient_id=note.patient_id, now=now, data=data)
    return amendment


def words_of(note: Note) -> Mapping[str, str]:
    """Return the words of a note by the name of their line."""
    return dict(note.lines.values_list("name", "text"))


def held_of(note: Note) -> dict[str, str]:
    """Return everything a note holds, as a page sends it."""
    held = dict(words_of(note))
    held |= {name: getattr(note, column) for name, (column, _all) in CHOSEN.items()}
    return {name: text for name, text in held.items() if text}


def locked_note(note: Note, by: User) -> Note:
    """Lock and read anew a note that ``by`` may still change. Raises NoteSigned, NotTheAuthor."""
    locked = (
        Note.objects.select_for_update(no_key=True, of=("self",))
        .select_related("author", "patient", "appointment")
        .get(pk=note.pk)
    )
    if locked.signed_at is not None:
        raise NoteSigned
    if not is_author(locked.author, by):
        raise NotTheAuthor
    return locked


def is_late(note: Note, now: datetime) -> bool:
    """Say the same of a note as ``signing.is_late`` says of a chart."""
    if note.amends_id is not None:
        return False
    over = note.appointment.ends_at if note.appointment else note.started_at
    return now > over + timedelta(hours=practice.current().late_entry_hours)


def _amended(original: Note) -> bool:
    """Say whether a correction of this note is signed. The database allows one."""
    return original.amendments.filter(signed_at__isnull=False).exists()


def _person(patient: Patient) -> Patient:
    """Return the record that visits are booked for: the one this was merged into, if any."""
    return patient.merged_into or patient


def _read(kind: str, entries: Iterable[Entry]) -> tuple[dict[str, str], list[Fault]]:
    """Return what can be kept, "" for what is taken away, and what is refused."""
    words: dict[str, str] = {}
    faults: list[Fault] = []
    for entry in entries:
        try:
            words[entry.field] = _value(kind, entry)
        except InputError as error:
            faults.append(error.at(entry.field, entry.side))
    return words, faults


def _value(kind: str, entry: Entry) -> str:
    line = line_of(kind, entry.field)
    if entry.side or (line is None and (kind != Note.Kind.PHONE or entry.field not in CHOSEN)):
        raise InputError(_("is not part of this note"))
    if entry.value is None:
        return ""
    if line is not None:
        return read_text(entry.value, line.longest) or ""
    _column, choices = CHOSEN[entry.field]
    if entry.value not in ("", *choices.values):
        raise InputError(_("is none of the answers"))
    return str(entry.value)


def _write(note: Note, changed: Mapping[str, str]) -> None:
    """Make the rows say what was sent; the caller saves the note itself."""
    for name, text in changed.items():
        if name in CHOSEN:
            setattr(note, CHOSEN[name][0], text)
        elif text:
            NoteLine.objects.update_or_create(note=note, name=name, defaults={"text": text})
        else:
            note.lines.filter(name=name).delete()
