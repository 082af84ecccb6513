"""Write down what was done at a visit, on its chart or note, while that is a draft."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from assessments import trail
from assessments.actions.charting import locked_draft
from assessments.actions.notes import locked_note
from assessments.errors import ManualVisitsFull, NoTreatmentByPhone, TooManyTreatments
from assessments.library_store import library_of, newest_version
from assessments.models import Assessment, Note, Treatment
from assessments.treatment.counting import counts, manual_visits, visit_day
from clinic.models import Patient, User

MOST = 20  # of one visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One treatment as it is written down; ``before`` and ``after`` are None if not asked."""

    kind: str
    part: str
    minutes: int
    consent: str
    side: str = ""
    words: str = ""
    before: int | None = None
    after: int | None = None
    over_cap: str = ""


@transaction.atomic
def add_treatment(record: Assessment | Note, given: Given, *, by: User, now: datetime) -> Treatment:
    """Keep one treatment of a visit.

    Raises ManualVisitsFull where one more visit with manual therapy is above the library's number
    and nobody says why; TooManyTreatments; NoTreatmentByPhone; and what a save of the chart or
    note raises when it is signed or somebody else's.
    """
    locked = _locked(record, by)
    if isinstance(locked, Note) and locked.kind == Note.Kind.PHONE:
        raise NoTreatmentByPhone
    if locked.treatments.count() >= MOST:
        raise TooManyTreatments
    day = visit_day(locked)
    values = asdict(given) | {"over_cap": ""}
    if counts(given.kind, given.part):
        found = manual_visits(patient_of(locked), day, library_of(library_number(locked)))
        if found.next_is_over and not given.over_cap.strip():
            raise ManualVisitsFull(found)
        if found.next_is_over:
            values["over_cap"] = given.over_cap.strip()[:300]
    row = Treatment(**values, given_on=day, added_at=now, added_by=by)
    if isinstance(locked, Note):
        row.note = locked
    else:
        row.assessment = locked
    row.save(force_insert=True)
    deed = "note.treatment_added" if isinstance(locked, Note) else "chart.treatment_added"
    trail.did(deed, row, by=by, patient_id=patient_of(locked).pk, now=now)
    return row


@transaction.atomic
def remove_treatment(record: Assessment | Note, pk: UUID, *, by: User, now: datetime) -> bool:
    """Take a treatment out of a draft; say whether there was one. Raises as ``add_treatment``."""
    locked = _locked(record, by)
    row = locked.treatments.filter(pk=pk).first()
    if row is None:
        return False
    deed = "note.treatment_removed" if isinstance(locked, Note) else "chart.treatment_removed"
    trail.did(deed, row, by=by, patient_id=patient_of(locked).pk, now=now)
    row.delete()
    return True


def patient_of(record: Assessment | Note) -> Patient:
    return record.patient if isinstance(record, Note) else record.episode.patient


def library_number(record: Assessment | Note) -> int:
    """Return the version whose numbers hold: a note has none of its own and asks the newest."""
    return newest_version().number if isinstance(record, Note) else record.library_id


def _locked(record: Assessment | Note, by: User) -> Assessment | Note:
    if isinstance(record, Note):
        return locked_note(record, by)
    return locked_draft(record, by)
