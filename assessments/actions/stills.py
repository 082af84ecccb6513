"""Photographs of posture and running: kept under a consent, hidden when it is withdrawn."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from assessments import trail
from assessments.actions.charting import locked_draft
from assessments.errors import NoStillConsent, PictureRefused, TooManyStills
from assessments.models import Assessment, Still, StillConsent
from clinic import uploads
from clinic.errors import FileRefused
from clinic.models import Patient, User
from clinic.persons import theirs

MOST = 12  # stills of one assessment


@dataclass(frozen=True, slots=True)
class Agreed:
    """A consent as it was given: on which day, how and by whom."""

    on: date
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stills:
    """The stills of an assessment.

    shown   those that may be looked at, the oldest first
    hidden  how many are hidden because the consent was withdrawn
    ended   when it was withdrawn, if it was
    stands  the patient's consent as it stands today
    """

    shown: list[Still]
    hidden: int
    ended: datetime | None
    stands: StillConsent | None


def stills_of(assessment: Assessment) -> Stills:
    """Return the stills of an assessment, and whether more may be taken. Two queries."""
    rows = list(assessment.stills.select_related("consent").order_by("added_at", "pk"))
    ends = [row.consent.withdrawn_at for row in rows if row.consent.withdrawn_at]
    return Stills(
        shown=[row for row in rows if row.consent.withdrawn_at is None],
        hidden=len(ends),
        ended=max(ends, default=None),
        stands=standing_consent(assessment.episode.patient),
    )


def standing_consent(patient: Patient) -> StillConsent | None:
    """Return the consent of a patient that was not withdrawn. One query."""
    rows = StillConsent.objects.filter(theirs(patient), withdrawn_at__isnull=True)
    return rows.order_by("recorded_at").first()


def add_still(
    assessment: Assessment,
    view: str,
    file: File,
    *,
    note: str = "",
    agreed: Agreed | None = None,
    by: User,
    now: datetime,
) -> Still:
    """Keep a photograph in a draft; ``agreed`` is written down where no consent stands yet.

    Raises NoStillConsent, PictureRefused, FileTooLarge, FileNotKept, TooManyStills, AlreadySigned
    or NotTheAuthor; then nothing is kept, in the store either.
    """
    clean = picture(file)
    with transaction.atomic():
        locked = locked_draft(assessment, by)
        patient = queue_for(locked.episode.patient)
        consent = standing_consent(patient) or agree(patient, agreed, by=by, now=now)
        if locked.stills.count() >= MOST:
            raise TooManyStills
        row = Still(
            assessment=locked,
            consent=consent,
            view=Still.View(view),
            note=note,
            form=clean.form,
            name=clean.name,
            size=len(clean.content),
            sha256=clean.sha256,
            added_at=now,
            added_by=by,
        )
        row.save(force_insert=True)
        trail.did("chart.still_added", row, by=by, patient_id=patient.pk, now=now)
        uploads.keep(clean)  # last: a row that cannot be written leaves no file behind
    return row


def remove_still(assessment: Assessment, pk: UUID, *, by: User, now: datetime) -> bool:
    """Take a photograph out of a draft, file and all; say whether there was one.

    Raises AlreadySigned or NotTheAuthor.
    """
    with transaction.atomic():
        locked = locked_draft(assessment, by)
        row = locked.stills.filter(pk=pk, consent__withdrawn_at__isnull=True).first()
        if row is None:
            return False
        patient_id, name = locked.episode.patient_id, row.name
        trail.did("chart.still_removed", row, by=by, patient_id=patient_id, now=now)
        row.delete()
        transaction.on_commit(lambda: uploads.clinical_files().delete(name))
    return True


@transaction.atomic
def withdraw_stills(patient: Patient, *, by: User, now: datetime) -> bool:
    """Write down that a patient no longer agrees: every still is hidden at once; False if none did.

    A new consent later covers new photographs, never these.
    """
    queue_for(patient)
    rows = list(StillConsent.objects.filter(theirs(patient), withdrawn_at__isnull=True))
    for row in rows:
        row.withdrawn_at, row.withdrawn_by = now, by
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        trail.did("chart.still_consent_withdrawn", row, by=by, patient_id=patient.pk, now=now)
    return bool(rows)


def picture(file: File) -> uploads.Clean:
    """Return a photograph drawn anew. Raises PictureRefused for anything else, or FileTooLarge."""
    try:
        clean = uploads.cleaned(file)
    except FileRefused as error:
        raise PictureRefused from error
    if clean.form not in Still.Form.values:
        raise PictureRefused
    return clean


def agree(patient: Patient, agreed: Agreed | None, *, by: User, now: datetime) -> StillConsent:
    """Write down a consent to photographs. Raises NoStillConsent where nobody gave one."""
    if agreed is None:
        raise NoStillConsent
    consent = StillConsent(
        patient=patient, given_on=agreed.on, how=agreed.how, recorded_at=now, recorded_by=by
    )
    consent.save(force_insert=True)
    trail.did("chart.still_consent_given", consent, by=by, patient_id=patient.pk, now=now)
    return consent


def queue_for(patient: Patient) -> Patient:
    """Wait for whoever is writing down the same patient's consent; return the surviving record."""
    found = patient.merged_into or patient
    list(Patient.objects.filter(pk=found.pk).select_for_update(no_key=True).values_list("pk"))
    return found
