"""What is put beside a signed note: a second signature, and words that were missing in it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from assessments import trail
from assessments.access import may_cosign_note, needs_cosign
from assessments.actions.notes import words_of
from assessments.errors import (
    CannotCosign,
    ContentChanged,
    NotInCare,
    NotSigned,
    SupervisedAmend,
    WordsMissing,
)
from assessments.models import Note, NoteAddendum, NoteCoSignature
from assessments.seal import addendum_digest, note_digest
from clinic import access
from clinic.models import Practitioner, User
from clinic.persons import known_as


@transaction.atomic
def co_sign_note(
    note: Note, practitioner: Practitioner, *, by: User, now: datetime
) -> NoteCoSignature:
    """Co-sign a note as it was signed; asked again, the same co-signature is returned.

    Raises NotSigned, NotInCare, CannotCosign and ContentChanged as ``co_sign`` does of a chart.
    """
    signed = _signed(note, practitioner)
    known = NoteCoSignature.objects.filter(note=signed).first()
    if known is not None:
        return known
    if practitioner.user_id != by.pk or not may_cosign_note(practitioner, signed):
        raise CannotCosign
    if note_digest(signed, words_of(signed), signed.treatments.all()) != signed.content_hash:
        raise ContentChanged
    signature = NoteCoSignature.objects.create(
        note=signed,
        signed_at=now,
        signed_by=by,
        name=practitioner.name,
        content_hash=signed.content_hash,
    )
    data = {"digest": signed.content_hash}
    trail.did("note.cosigned", signed, by=by, patient_id=signed.patient_id, now=now, data=data)
    return signature


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
) -> NoteAddendum:
    """Keep words beside a signed note, with why they come later. They are final at once.

    key  made with the form, so that sending it twice adds the words once

    Raises NotSigned, NotInCare, SupervisedAmend or WordsMissing.
    """
    signed = _signed(note, practitioner)
    if needs_cosign(practitioner):
        raise SupervisedAmend
    known = signed.addenda.filter(pk=key).first()
    if known is not None:
        return known
    why, words = reason.strip()[:300], text.strip()[:4000]
    if not why or not words:
        raise WordsMissing
    addendum = NoteAddendum.objects.create(
        id=key,
        note=signed,
        reason=why,
        text=words,
        written_at=now,
        written_by=by,
        name=practitioner.name,
        content_hash=addendum_digest(signed.content_hash, why, words),
    )
    data = {"addendum": str(addendum.pk), "digest": addendum.content_hash}
    trail.did("note.added_to", signed, by=by, patient_id=signed.patient_id, now=now, data=data)
    return addendum


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
