"""Somebody asks for a correction, the clinic answers, they may disagree. Each leaves its row.

Nothing here corrects anything: contact data is changed as always, and a signed chart gets an
amendment or an addendum beside it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clinic import audit, outbox, practice
from clinic.errors import ClinicError
from clinic.models import CorrectionRequest, CorrectionWords, Patient, User

ASKED, ANSWERED = "correction_asked", "correction_answered"
Kind = CorrectionWords.Kind
Outcome = CorrectionRequest.Outcome
MOST_WAITING = 10  # for one person


class AnsweredAlready(ClinicError):  # noqa: N818  # the name says what happened
    text = _("Somebody has answered this meanwhile. Nothing was changed.")


class OwnCorrection(ClinicError):  # noqa: N818
    text = _("You asked for this correction yourself. Somebody else has to answer it.")


class ReasonMissing(ClinicError):  # noqa: N818
    text = _("Say why it stays as it is: the patient reads this.")


class NothingToDisagree(ClinicError):  # noqa: N818
    text = _("A statement can be added once, to a correction that was not made.")


class TooManyWaiting(ClinicError):  # noqa: N818
    text = _("You have asked for several corrections that wait for an answer. Please call us.")


def ask(
    patient: Patient, part: str, wrong: str, right: str, *, key: UUID, by: User, now: datetime
) -> CorrectionRequest:
    """Keep what somebody says is wrong; the same form sent twice is one request.

    The clinic is owed a mail that says nothing of it, nor of whom.

    Raises TooManyWaiting; then nothing was written.
    """
    person = patient.survivor
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=person.pk)  # two taps are one by one
        if before := CorrectionRequest.objects.filter(form_key=key, patient=person).first():
            return before
        if CorrectionRequest.objects.waiting().filter(patient=person).count() >= MOST_WAITING:
            raise TooManyWaiting
        clinic = practice.current()
        today = now.astimezone(clinic.tz).date()
        made = CorrectionRequest.objects.create(
            patient=person, form_key=key, part=part, asked_at=now, asked_by=by,
            due_on=today + timedelta(days=clinic.correction_days),
        )  # fmt: skip
        _say(made, Kind.WRONG, wrong, now)
        _say(made, Kind.RIGHT, right, now)
        _record("correction.asked", made, by=by, now=now, part=part)
        outbox.queue(
            ASKED, to=clinic.email, key=f"{ASKED}:{made.pk}", subject_id=made.pk, due_at=now
        )
    return made


def answer(
    request: CorrectionRequest, outcome: str, words: str, *, by: User, now: datetime
) -> CorrectionRequest:
    """Say that it was corrected, or why it was not; whoever asked is owed a neutral mail.

    Raises AnsweredAlready, OwnCorrection or ReasonMissing; then nothing was written.
    """
    with transaction.atomic():
        found = CorrectionRequest.objects.select_for_update().get(pk=request.pk)
        if found.answered_at is not None:
            raise AnsweredAlready
        if found.asked_by_id == by.pk:
            raise OwnCorrection
        if outcome == Outcome.REFUSED and not words.strip():
            raise ReasonMissing
        found.answered_at, found.answered_by, found.outcome = now, by, outcome
        found.save(update_fields=["answered_at", "answered_by", "outcome"])
        _say(found, Kind.ANSWER, words, now)
        _record("correction.answered", found, by=by, now=now, outcome=outcome)
        outbox.queue(
            ANSWERED, to=found.asked_by.email, key=f"{ANSWERED}:{found.pk}", subject_id=found.pk,
            patient_id=found.patient_id, due_at=now,
        )  # fmt: skip
    return found


def disagree(request: CorrectionRequest, words: str, *, by: User, now: datetime) -> None:
    """Keep a statement beside the record for as long as the record is kept; once.

    Raises NothingToDisagree unless a refusal is disagreed with; the same words again are kept once.
    """
    with transaction.atomic():
        found = CorrectionRequest.objects.select_for_update().get(pk=request.pk)
        before = found.words.filter(kind=Kind.DISAGREES).first()
        if before is not None and before.text == words.strip():
            return
        if before is not None or not found.refused or not words.strip():
            raise NothingToDisagree
        _say(found, Kind.DISAGREES, words, now)
        _record("correction.disagreed", found, by=by, now=now)


def _say(request: CorrectionRequest, kind: str, words: str, now: datetime) -> None:
    if text := words.strip():
        CorrectionWords.objects.create(request=request, kind=kind, text=text, written_at=now)


def _record(
    action: str, request: CorrectionRequest, *, by: User, now: datetime, **data: str
) -> None:
    audit.record(
        action, request, by=audit.actor_of(by), patient_id=request.patient_id, at=now, data=data
    )
