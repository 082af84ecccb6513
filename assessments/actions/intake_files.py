"""Files a patient sends along: kept once they are harmless, removable until they are sent."""

from datetime import datetime
from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from assessments.actions.intake import Device, open_visit
from assessments.errors import IntakeElsewhere, TooManyFiles
from assessments.intake.storage import intakes_of
from assessments.models import Intake, IntakeFile
from bookings.actions import locks
from bookings.models import Appointment
from clinic import audit, uploads
from clinic.audit import Actor

MOST = 5  # files a visit


def add_file(
    visit: Appointment, kind: str, file: File, *, device: Device, by: Actor, now: datetime
) -> IntakeFile:
    """Keep a referral or an image. It is sent with the second part, or at once if that was sent.

    Raises FileRefused, FileTooLarge, FileNotKept, TooManyFiles, IntakeClosed or IntakeElsewhere;
    then nothing is kept, in the store either.
    """
    clean = uploads.cleaned(file)
    with locks.writing():
        visit = open_visit(visit, now)
        parts = _own_parts(visit, device)
        if visit.intake_files.count() >= MOST:
            raise TooManyFiles
        row = IntakeFile(
            appointment=visit,
            kind=IntakeFile.Kind(kind),
            form=clean.form,
            name=clean.name,
            size=len(clean.content),
            sha256=clean.sha256,
            browser=device.mark,
            added_at=now,
            sent_at=now if _is_sent(parts) else None,
        )
        row.save(force_insert=True)
        _trace("intake.file_added", row, visit, by=by, now=now)
        uploads.keep(clean)  # last: a row that cannot be written leaves no file behind
    return row


def remove_file(visit: Appointment, pk: UUID, *, device: Device, by: Actor, now: datetime) -> bool:
    """Remove a file that was not sent yet; say whether there was one.

    Raises IntakeClosed or IntakeElsewhere.
    """
    with locks.writing():
        visit = open_visit(visit, now)
        _own_parts(visit, device)
        row = visit.intake_files.filter(pk=pk, sent_at__isnull=True).first()
        if row is None:
            return False
        _trace("intake.file_removed", row, visit, by=by, now=now)
        row.delete()
        name = row.name
        transaction.on_commit(lambda: uploads.clinical_files().delete(name))
    return True


def _own_parts(visit: Appointment, device: Device) -> dict[str, Intake]:
    parts = intakes_of(visit.pk)
    if not parts or any(not device.may_go_on(each) for each in parts.values()):
        raise IntakeElsewhere
    return parts


def _is_sent(parts: dict[str, Intake]) -> bool:
    more = parts.get(Intake.Part.MORE)
    return more is not None and more.sent_at is not None


def _trace(action: str, row: IntakeFile, visit: Appointment, *, by: Actor, now: datetime) -> None:
    audit.record(action, row, by=by, patient_id=visit.patient_id, at=now)
