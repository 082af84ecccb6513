"""Letters: drafted from a signed chart, edited, finished, and given on by a person.

The app sends none of them. Who gave one on, how, to whom and when is written down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from assessments import trail
from assessments.access import may_sign
from assessments.actions.referrals import mark_sent
from assessments.correspondence import referral_of
from assessments.course import charts_behind, last_correction
from assessments.errors import (
    InError,
    LetterIsFinal,
    LetterNotFinished,
    NoAddressee,
    NotSigned,
    ReasonMissing,
    StudentsDoNotFinish,
)
from assessments.letters import drafting, facts
from assessments.letters.country import country_of
from assessments.letters.paper import letter_facts
from assessments.library_store import library_of
from assessments.models import Assessment, Letter, LetterSending, Referral
from assessments.seal import letter_digest
from assessments.where import place_of, zone_of
from clinic.models import GeneralPractitioner, Practitioner, User

Kind = Letter.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What was typed into a letter. ``sections``: heading and text of each, in their order."""

    physician: GeneralPractitioner | None
    to_name: str
    to_address: str
    subject: str
    sections: Sequence[tuple[str, str]]


@transaction.atomic
def draft_letter(assessment: Assessment, kind: str, *, by: User, now: datetime) -> Letter:
    """Draft a letter of this kind from a signed chart; asked again, return the unfinished one.

    Of a chart that was amended, the last amendment is what the letter is drafted from.

    Raises NotSigned, InError, and ValueError for a kind that is none of ``Letter.Kind``.
    """
    kind = Kind(kind)
    newest = last_correction(assessment)
    # The chart's row is the queue: two people asking at once get the same letter.
    locked = Assessment.objects.select_for_update(no_key=True, of=("self",)).get(pk=newest.pk)
    if locked.signed_at is None:
        raise NotSigned
    if locked.in_error:
        raise InError
    begun = Letter.objects.filter(assessment=locked, kind=kind, fixed_at__isnull=True).first()
    if begun is not None:
        return begun
    drafted = first_text(locked, kind)
    letter = Letter(
        assessment=locked,
        kind=kind,
        subject=drafted.subject[:200],
        sections=[{"heading": each.heading, "text": each.text} for each in drafted.sections],
        drafted_at=now,
        drafted_by=by,
    )
    address(letter)
    letter.save(force_insert=True)
    _did("letter.drafted", letter, by, now)
    return letter


def first_text(assessment: Assessment, kind: str) -> drafting.Draft:
    """Return what a letter of this kind says before anybody edits it."""
    charted = facts.charted(assessment)
    if kind == Kind.REFERRAL:
        return drafting.referral_letter(charted, gettext)
    if kind == Kind.DISCHARGE:
        return drafting.discharge_letter(charted, facts.course(assessment.episode), gettext)
    return drafting.gp_letter(charted, gettext)


def address(letter: Letter) -> None:
    """Name whom a letter is for: where an urgent red flag is seen, else the patient's GP."""
    referral = referral_of(letter)
    if letter.kind == Kind.REFERRAL and referral is not None and referral.level != "REFER":
        country = country_of(place_of(letter.assessment))
        library = library_of(letter.assessment.library_id)
        letter.to_name = country.phrase(library, f"refer_to.{referral.level}").text
        return
    letter.physician = letter.assessment.episode.patient.survivor.general_practitioner
    if letter.physician is not None:
        letter.to_name, letter.to_address = addressed(letter.physician)


def addressed(physician: GeneralPractitioner) -> tuple[str, str]:
    """Return how a letter addresses a GP of the directory: the name, and the lines under it."""
    lines = [each for each in (physician.practice, physician.address) if each]
    return physician.name, "\n".join(lines)[:400]


@transaction.atomic
def edit_letter(letter: Letter, edited: Edited, *, by: User, now: datetime) -> Letter:
    """Keep what was typed. Raises LetterIsFinal."""
    locked = _locked(letter)
    locked.physician, locked.subject = edited.physician, edited.subject.strip()
    locked.to_name, locked.to_address = edited.to_name.strip(), edited.to_address.strip()
    locked.sections = [
        {"heading": heading, "text": text.strip()} for heading, text in edited.sections
    ]
    locked.save(update_fields=["physician", "subject", "to_name", "to_address", "sections"])
    trail.did_again(
        "letter.edited", locked, by=by, patient_id=locked.assessment.episode.patient_id, now=now
    )
    return locked


@transaction.atomic
def discard_letter(letter: Letter, *, by: User, now: datetime) -> None:
    """Throw an unfinished letter away. Raises LetterIsFinal."""
    locked = _locked(letter)
    _did("letter.discarded", locked, by, now)
    locked.delete()


@transaction.atomic
def finish_letter(letter: Letter, signer: Practitioner, *, by: User, now: datetime) -> Letter:
    """Fix a letter with everything it prints; from then on it never changes.

    signer  whose name stands under it

    Raises LetterIsFinal, StudentsDoNotFinish, InError, NoAddressee, or ReasonMissing for an empty
    letter.
    """
    locked = _locked(letter)
    if not may_sign(by):
        raise StudentsDoNotFinish
    if locked.assessment.in_error:
        raise InError
    if not locked.to_name:
        raise NoAddressee
    if not any(each["text"] for each in locked.sections):
        raise ReasonMissing
    day = timezone.localdate(now, zone_of(locked.assessment))
    locked.facts = letter_facts(locked, signer, day, final=True)
    locked.content_hash = letter_digest(locked.facts)
    locked.fixed_at, locked.fixed_by = now, by
    locked.save(update_fields=["facts", "content_hash", "fixed_at", "fixed_by"])
    _did("letter.finished", locked, by, now, {"digest": locked.content_hash})
    return locked


@transaction.atomic
def log_sending(
    letter: Letter, how: str, to: str, sent_at: datetime, *, by: User, now: datetime
) -> LetterSending:
    """Write down that somebody gave a finished letter on; the first time, its referral is sent.

    That is the referral of its chart, and of any chart this one amends.

    Raises LetterNotFinished or NoAddressee, and ValueError for a way that is none of ``How``.
    """
    locked = Letter.objects.select_related("assessment__episode").get(pk=letter.pk)
    if locked.fixed_at is None:
        raise LetterNotFinished
    if not to.strip():
        raise NoAddressee
    sending = LetterSending.objects.create(
        letter=locked,
        how=LetterSending.How(how),
        to=to.strip()[:160],
        sent_at=sent_at,
        sent_by=by,
        written_at=now,
    )
    if locked.kind == Kind.REFERRAL:
        charts = charts_behind(locked.assessment)
        for waiting in Referral.objects.open().filter(assessment__in=charts, sent_at__isnull=True):
            mark_sent(waiting, sending.to, by=by, now=now)
    _did("letter.sent", locked, by, now, {"how": str(sending.how)})
    return sending


def _locked(letter: Letter) -> Letter:
    locked = (
        Letter.objects.select_for_update(no_key=True, of=("self",))
        .select_related(
            "assessment__episode__patient__merged_into", "assessment__appointment__location"
        )
        .get(pk=letter.pk)
    )
    if locked.fixed_at is not None:
        raise LetterIsFinal
    return locked


def _did(action: str, letter: Letter, by: User, now: datetime, data: dict | None = None) -> None:
    patient_id = letter.assessment.episode.patient_id
    trail.did(action, letter, by=by, patient_id=patient_id, now=now, data=data)
