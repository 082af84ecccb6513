"""What is put beside a signed note: a second signature, and words that were missing in it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from assessments.actions.beside import later_words, second_signature
from assessments.actions.notes import words_of
from assessments.errors import NotInCare, NotSigned
from assessments.models import Note, NoteCoSignature
from assessments.models.beside import LaterWords, SecondSignature
from assessments.seal import note_digest
from clinic import access
from clinic.models import Practitioner, User
from clinic.persons import known_as


@transaction.atomic
def co_sign_note(
    note: Note, practitioner: Practitioner, *, by: User, now: datetime
) -> SecondSignature:
    """Co-sign a note as it was signed; asked again, the same co-signature is returned.

    Raises NotSigned, NotInCare, CannotCosign and ContentChanged as ``co_sign`` does of a chart.
    """
    signed = _signed(note, practitioner)
    return second_signature(
        signed,
        practitioner,
        lambda: NoteCoSignature(note=signed),
        lambda: note_digest(signed, words_of(signed), signed.treatments.all()),
        patient_id=signed.patient_id,
        by=by,
        now=now,
    )


@transaction.atomic
def add_to_note(
    note: Note,
    reason: str,
    text: str,
    practitioner: Practitioner,
    *,
    key: UUID,
    by: User,
    now: datetime,
) -> LaterWords:
    """Keep words beside a signed note, with why they come later. They are final at once.

    key  made with the form, so that sending it twice adds the words once

    Raises NotSigned, NotInCare, SupervisedAmend or WordsMissing.
    """
    signed = _signed(note, practitioner)
    return later_words(
        signed, reason, text, practitioner, key=key, patient_id=signed.patient_id, by=by, now=now
    )


def _signed(note: Note, practitioner: Practitioner) -> Note:
    """Lock and read anew a signed note of somebody in care. Raises NotSigned or NotInCare."""
    found = (
        Note.objects.select_for_update(no_key=True, of=("self",))
        .select_related("cosignature")
        .get(pk=note.pk)
    )
    if found.signed_at is None:
        raise NotSigned
    if not access.caseload(practitioner).filter(known_as(found.patient_id)).exists():
        raise NotInCare
    return found
