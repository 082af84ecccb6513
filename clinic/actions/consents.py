"""What patients agree to besides their treatment: given and withdrawn, dated, never deleted."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, practice
from clinic.audit import Actor, actor_of
from clinic.errors import PaperRefused
from clinic.models import Consent, Patient, User
from clinic.persons import theirs

CHOICES = (Consent.Kind.REMINDERS, Consent.Kind.NEWS, Consent.Kind.SMS)  # all off by default


def standing(patient: Patient) -> dict[str, Consent]:
    """Return the consents of a patient that stand, by kind; the newest of each. One query."""
    rows = Consent.objects.filter(theirs(patient), withdrawn_at__isnull=True).order_by("given_at")
    return {row.kind: row for row in rows}


def standing_of(patients: Sequence[Patient]) -> dict[UUID, dict[str, Consent]]:
    """Return the same for several patients. One query."""
    found: dict[UUID, dict[str, Consent]] = {patient.pk: {} for patient in patients}
    whose = Q(patient__in=patients) | Q(patient__merged_into__in=patients)
    rows = Consent.objects.filter(whose, withdrawn_at__isnull=True).select_related("patient")
    for row in rows.order_by("given_at"):
        found[row.patient.merged_into_id or row.patient_id][row.kind] = row
    return found


def has_agreed(patient: Patient, kind: str) -> bool:
    """Say whether a consent stands."""
    rows = Consent.objects.filter(theirs(patient), kind=kind, withdrawn_at__isnull=True)
    return rows.exists()


def give_consent(
    patient: Patient,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    text_dated: date | None = None,
    given_by: str = "",
) -> bool:
    """Write down that a patient agreed to something; False when they had already.

    text_dated  the day of the text that was agreed to, the privacy notice's unless it is another
    given_by    who agreed for the patient, where somebody has to
    """
    with transaction.atomic():
        _queue(patient)
        if has_agreed(patient, kind):
            return False
        consent = Consent(
            patient=patient,
            kind=kind,
            text_dated=text_dated or practice.current().privacy_dated,
            given_at=now,
            given_by=(given_by or str(patient))[:160] if by.kind != "staff" else "front desk",
            recorded_by_id=by.id if by.kind == "staff" else None,
        )
        consent.save(force_insert=True)
        _record("consent_given", consent, by, now)
    return True


def record_papers(
    patient: Patient,
    kinds: Iterable[str],
    *,
    text_dated: date,
    signed_on: date,
    signed_by: str,
    by: User,
    now: datetime,
) -> bool:
    """Write down what was signed on paper; False when all of it stands already.

    text_dated  the day of the privacy notice that was handed out with it
    signed_on   the day beside the signature

    Raises PaperRefused for a day that is still to come, or one before the notice's own.
    """
    if signed_on > timezone.localdate(now, practice.current().tz):
        raise PaperRefused("signed_on", _("This day is still to come."))
    if signed_on < text_dated:
        raise PaperRefused(
            "signed_on", _("The notice is younger than this day: choose the one that was signed.")
        )
    new = False
    with transaction.atomic():
        _queue(patient)
        for kind in kinds:
            if _stands(patient, kind, text_dated):
                continue
            consent = Consent(
                patient=patient, kind=kind, text_dated=text_dated, given_at=now,
                given_by=signed_by, signed_on=signed_on, recorded_by=by,
            )  # fmt: skip
            consent.save(force_insert=True)
            _record("consent_given", consent, actor_of(by), now)
            new = True
    return new


def _stands(patient: Patient, kind: str, text_dated: date) -> bool:
    """Say whether a consent stands: to this privacy notice, or to messages under whichever."""
    rows = Consent.objects.filter(theirs(patient), kind=kind, withdrawn_at__isnull=True)
    if kind == Consent.Kind.PRIVACY:
        rows = rows.filter(text_dated=text_dated)
    return rows.exists()


def withdraw_one(consent: Consent, *, by: User, now: datetime) -> bool:
    """Write down that one consent no longer stands; False when it did not before."""
    with transaction.atomic():
        _queue(consent.patient)
        fresh = Consent.objects.get(pk=consent.pk)
        if fresh.withdrawn_at is not None:
            return False
        fresh.withdrawn_at = now
        fresh.save(update_fields=["withdrawn_at"])
        _record("consent_withdrawn", fresh, actor_of(by), now)
    return True


def withdraw_consent(patient: Patient, kind: str, *, by: Actor, now: datetime) -> bool:
    """Write down that a patient no longer agrees; False when no consent stood."""
    with transaction.atomic():
        _queue(patient)
        standing = Consent.objects.filter(theirs(patient), kind=kind, withdrawn_at__isnull=True)
        rows = list(standing)
        for consent in rows:
            consent.withdrawn_at = now
            consent.save(update_fields=["withdrawn_at"])
            _record("consent_withdrawn", consent, by, now)
    return bool(rows)


def choose_messages(
    patient: Patient, wanted: set[str], *, offered: Iterable[str], by: Actor, now: datetime
) -> bool:
    """Bring the consents that were offered in line with what was ticked; say if any changed."""
    changed = False
    with transaction.atomic():
        for kind in offered:
            act = give_consent if kind in wanted else withdraw_consent
            changed |= act(patient, kind, by=by, now=now)
    return changed


def _queue(patient: Patient) -> None:
    """Wait for whoever is changing the same patient's consents."""
    rows = Patient.objects.filter(pk=patient.pk)
    list(rows.select_for_update(no_key=True).values_list("pk"))


def _record(action: str, consent: Consent, by: Actor, now: datetime) -> None:
    data = {"kind": consent.kind, "text_dated": consent.text_dated.isoformat()}
    if consent.signed_on:
        data["signed_on"] = consent.signed_on.isoformat()
    audit.record(action, consent, by=by, patient_id=consent.patient_id, data=data, at=now)
