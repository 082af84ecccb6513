"""What charts and notes share once they are signed: a second signature, and words added later.

The callers have locked the document and know that its patient is in care.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from assessments import trail
from assessments.access import may_cosign, needs_cosign
from assessments.errors import CannotCosign, ContentChanged, SupervisedAmend, WordsMissing
from assessments.models import Assessment, Note
from assessments.models.beside import LaterWords, SecondSignature
from assessments.seal import addendum_digest
from clinic.models import Practitioner, User


def second_signature(
    signed: Assessment | Note,
    practitioner: Practitioner,
    fresh: Callable[[], SecondSignature],
    digest: Callable[[], str],
    *,
    patient_id: UUID,
    by: User,
    now: datetime,
) -> SecondSignature:
    """Put the second signature under a document; asked again, the same one is returned.

    fresh   makes the row, which names the document
    digest  works out anew what the first signature covers

    Raises CannotCosign and ContentChanged.
    """
    known: SecondSignature | None = getattr(signed, "cosignature", None)
    if known is not None:
        return known
    if practitioner.user_id != by.pk or not may_cosign(practitioner, signed):
        raise CannotCosign
    if digest() != signed.content_hash:
        raise ContentChanged
    row = fresh()
    row.signed_at, row.signed_by, row.name = now, by, practitioner.name
    row.content_hash = signed.content_hash
    row.save(force_insert=True)
    data = {"digest": signed.content_hash}
    action = f"{_kind(signed)}.cosigned"
    trail.did(action, signed, by=by, patient_id=patient_id, now=now, data=data)
    return row


def later_words(
    signed: Assessment | Note,
    reason: str,
    text: str,
    practitioner: Practitioner,
    *,
    key: UUID,
    patient_id: UUID,
    by: User,
    now: datetime,
) -> LaterWords:
    """Keep words beside a document, with why they come later. They are final at once.

    key  made with the form, so that sending it twice adds the words once

    Raises SupervisedAmend or WordsMissing.
    """
    if needs_cosign(practitioner):
        raise SupervisedAmend
    known: LaterWords | None = signed.addenda.filter(pk=key).first()
    if known is not None:
        return known
    why, words = reason.strip()[:300], text.strip()[:4000]
    if not why or not words:
        raise WordsMissing
    added: LaterWords = signed.addenda.create(
        id=key,
        reason=why,
        text=words,
        written_at=now,
        written_by=by,
        name=practitioner.name,
        content_hash=addendum_digest(signed.content_hash, why, words),
    )
    data = {"addendum": str(added.pk), "digest": added.content_hash}
    action = f"{_kind(signed)}.added_to"
    trail.did(action, signed, by=by, patient_id=patient_id, now=now, data=data)
    return added


def _kind(signed: Assessment | Note) -> str:
    """How the trail calls it."""
    return "chart" if isinstance(signed, Assessment) else "note"
