"""Referrals because of a red flag: opened by signing, then sent, answered and closed.

The trail says that a step was taken, never why: flags and answers stay in the record.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from assessments import trail
from assessments.deadline import due_on
from assessments.errors import AlreadyWritten, ReasonMissing, ReferralIsClosed
from assessments.findings import Findings
from assessments.library_store import library_of
from assessments.models import Assessment, Referral
from assessments.rules.gate import BLOCKING
from assessments.where import seen_on, zone_of
from clinic.models import User
from clinic.persons import records_of

MOST_ANSWER, MOST_NOTE, MOST_TO = 2000, 300, 160


def open_referral(
    assessment: Assessment, findings: Findings, fired: tuple[str, ...], *, by: User, now: datetime
) -> Referral | None:
    """Open the referral of a chart that is being signed with a red flag; once for each flag.

    fired  ids of the red flags, in the caller's transaction

    Nothing is opened where an open referral of this patient asks for all of them already; one of a
    chart that was entered in error does not count, for no letter is written from it.
    """
    asked = {
        flag["id"]
        for flags in Referral.objects.open()
        .filter(
            assessment__episode__patient__in=records_of(assessment.episode.patient_id),
            assessment__mistake__isnull=True,
        )
        .values_list("flags", flat=True)
        for flag in flags
    }
    if not fired or set(fired) <= asked:
        return None
    rulebook = library_of(assessment.library_id).rulebook
    flags = [rulebook.flag_by_id[each] for each in fired]
    age = findings.value("age_years")
    referral = Referral.objects.create(
        assessment=assessment,
        flags=[
            {"id": f.id, "level": f.level, "wording": f.wording, "timeframe": f.timeframe}
            for f in flags
        ],
        level=min((flag.level for flag in flags), key=BLOCKING.index),
        due_on=due_on(
            [(flag.level, flag.timeframe) for flag in flags],
            opened=min(seen_on(assessment), timezone.localdate(now, zone_of(assessment))),
            refer_days=int(rulebook.limit("refer_within_days")),
            age=None if age is None else int(str(age)),
        ),
        opened_at=now,
        opened_by=by,
    )
    _did("referral.opened", referral, by, now)
    return referral


@transaction.atomic
def mark_sent(referral: Referral, to: str, *, by: User, now: datetime) -> Referral:
    """Write down to whom the patient was sent. Raises ReferralIsClosed or AlreadyWritten."""
    locked = _locked(referral)
    if locked.sent_at is not None:
        raise AlreadyWritten
    locked.sent_to, locked.sent_at, locked.sent_by = _said(to, MOST_TO), now, by
    locked.save(update_fields=["sent_to", "sent_at", "sent_by"])
    _did("referral.sent", locked, by, now)
    return locked


@transaction.atomic
def write_answer(referral: Referral, answer: str, *, by: User, now: datetime) -> Referral:
    """Write down what came back. Raises ReferralIsClosed, AlreadyWritten or ReasonMissing."""
    locked = _locked(referral)
    if locked.answered_at is not None:
        raise AlreadyWritten
    locked.answer, locked.answered_at, locked.answered_by = _said(answer, MOST_ANSWER), now, by
    locked.save(update_fields=["answer", "answered_at", "answered_by"])
    _did("referral.answered", locked, by, now)
    return locked


@transaction.atomic
def close_referral(
    referral: Referral, outcome: str, note: str, *, by: User, now: datetime
) -> Referral:
    """Close a referral with what came of it. Raises ReferralIsClosed or ReasonMissing.

    The red flag goes on blocking every plan: only a new chart clears it. Raises ValueError for an
    outcome that is none of ``Referral.Outcome``.
    """
    locked = _locked(referral)
    locked.outcome, locked.outcome_note = Referral.Outcome(outcome), _said(note, MOST_NOTE)
    locked.closed_at, locked.closed_by = now, by
    locked.save(update_fields=["outcome", "outcome_note", "closed_at", "closed_by"])
    _did("referral.closed", locked, by, now)
    return locked


def _locked(referral: Referral) -> Referral:
    locked = (
        Referral.objects.select_for_update(no_key=True, of=("self",))
        .select_related("assessment__episode")
        .get(pk=referral.pk)
    )
    if locked.closed_at is not None:
        raise ReferralIsClosed
    return locked


def _said(text: str, most: int) -> str:
    said = text.strip()[:most]
    if not said:
        raise ReasonMissing
    return said


def _did(action: str, referral: Referral, by: User, now: datetime) -> None:
    patient_id = referral.assessment.episode.patient_id
    trail.did(action, referral, by=by, patient_id=patient_id, now=now)
