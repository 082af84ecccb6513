"""Charts and notes signed under supervision that wait for the second signature. Only reads."""

from django.db.models import Q, QuerySet

from assessments.access import needs_cosign
from assessments.models import Assessment, Note
from clinic import access
from clinic.models import Practitioner
from clinic.persons import of_any


def to_cosign(practitioner: Practitioner) -> QuerySet[Assessment]:
    """Return what waits for this practitioner's co-signature, the oldest first.

    It is the named supervisor's to do; of somebody without one, everybody's who looks after the
    patient and signs alone.
    """
    if needs_cosign(practitioner):
        return Assessment.objects.none()
    mine = Q(author__supervisor=practitioner) | Q(author__supervisor__isnull=True)
    return _uncorrected().filter(
        mine, ~Q(author=practitioner), of_any(access.caseload(practitioner), "episode__patient")
    )


def waiting_of(practitioner: Practitioner) -> QuerySet[Assessment]:
    """Return what this practitioner signed that nobody has co-signed yet, the oldest first."""
    return _uncorrected().filter(author=practitioner)


def notes_to_cosign(practitioner: Practitioner) -> QuerySet[Note]:
    """Return the notes that wait for this practitioner's co-signature, the oldest first."""
    if needs_cosign(practitioner):
        return Note.objects.none()
    mine = Q(author__supervisor=practitioner) | Q(author__supervisor__isnull=True)
    return _waiting_notes().filter(
        mine, ~Q(author=practitioner), of_any(access.caseload(practitioner))
    )


def notes_waiting_of(practitioner: Practitioner) -> QuerySet[Note]:
    """Return the notes this practitioner signed that nobody has co-signed yet."""
    return _waiting_notes().filter(author=practitioner)


def _waiting_notes() -> QuerySet[Note]:
    corrected = Note.objects.filter(amends__isnull=False, signed_at__isnull=False).values("amends")
    return (
        Note.objects.filter(signed_at__isnull=False, cosign_needed=True, cosignature__isnull=True)
        .exclude(pk__in=corrected)
        .select_related("patient", "author")
        .order_by("signed_at", "pk")
    )


def _uncorrected() -> QuerySet[Assessment]:
    """Return what waits; of a chart that was amended, the amendment waits."""
    corrected = Assessment.objects.signed().filter(amends__isnull=False).values("amends")
    return (
        Assessment.objects.waiting()
        .exclude(pk__in=corrected)
        .select_related("episode__patient", "author")
        .order_by("signed_at", "pk")
    )
