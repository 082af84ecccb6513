"""Photographs of a patient doing an exercise: kept under a consent, hidden when it is withdrawn."""

from datetime import datetime
from io import BytesIO
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from PIL import Image

from assessments import trail
from assessments.actions.stills import Agreed, agree, picture, queue_for, standing_consent
from assessments.errors import PhotoIsThere, UnknownExercise
from assessments.library_store import library_of
from assessments.models import ExercisePhoto, Plan
from clinic import uploads
from clinic.models import User

SIDE = 1_000  # dots; a phone shows no more
QUALITY = 80


def add_exercise_photo(
    plan: Plan, exercise: str, file: File, *, agreed: Agreed | None = None, by: User, now: datetime
) -> ExercisePhoto:
    """Keep a photograph of this patient doing an exercise of the plan.

    agreed  the consent, written down where none stands yet

    Raises UnknownExercise for what is no exercise of the plan, PhotoIsThere, NoStillConsent,
    PictureRefused, FileTooLarge; then nothing is kept, in the store either.
    """
    clean = _smaller(picture(file))
    with transaction.atomic():
        patient = queue_for(plan.episode.patient)
        held = plan.lines.filter(exercise=exercise).exists()
        if not held or exercise not in library_of(plan.library_id).exercise_by_id:
            raise UnknownExercise
        consent = standing_consent(patient) or agree(patient, agreed, by=by, now=now)
        there = ExercisePhoto.objects.filter(episode=plan.episode_id, exercise=exercise)
        if there.filter(consent=consent).exists():
            raise PhotoIsThere
        row = ExercisePhoto(
            episode=plan.episode,
            exercise=exercise,
            consent=consent,
            name=clean.name,
            size=len(clean.content),
            sha256=clean.sha256,
            added_at=now,
            added_by=by,
        )
        row.save(force_insert=True)
        trail.did("plan.photo_added", row, by=by, patient_id=patient.pk, now=now)
        uploads.keep(clean)  # last: a row that cannot be written leaves no file behind
    return row


def remove_exercise_photo(plan: Plan, pk: UUID, *, by: User, now: datetime) -> bool:
    """Take a photograph away, file and all; say whether there was one."""
    with transaction.atomic():
        patient = queue_for(plan.episode.patient)
        standing = ExercisePhoto.objects.filter(consent__withdrawn_at=None)
        row = standing.filter(pk=pk, episode=plan.episode_id).first()
        if row is None:
            return False
        name = row.name
        trail.did("plan.photo_removed", row, by=by, patient_id=patient.pk, now=now)
        row.delete()
        transaction.on_commit(lambda: uploads.clinical_files().delete(name))
    return True


def _smaller(clean: uploads.Clean) -> uploads.Clean:
    """Draw a photograph once more as a small JPEG, for a phone on a slow line."""
    with Image.open(BytesIO(clean.content)) as found:
        found.thumbnail((SIDE, SIDE))
        out = BytesIO()
        found.convert("RGB").save(out, format="JPEG", quality=QUALITY, optimize=True)
    content = out.getvalue()
    name = f"{clean.name.rpartition('.')[0]}.jpg"
    return uploads.Clean("image/jpeg", content, name)
