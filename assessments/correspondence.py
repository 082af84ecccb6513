"""Letters, referrals and hand-overs, as pages list them. Only reads.

For Today: what a practitioner has to see to. For one patient: all there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from assessments.course import charts_behind
from assessments.models import Assessment, HandOver, Letter, LetterSending, Referral
from assessments.where import zone_of
from clinic import access
from clinic.models import Patient, Practitioner, User
from clinic.persons import of_any, theirs

RETURNED_FOR = timedelta(days=14)  # how long a returned hand-over stays on the sender's page
MOST_LETTERS = 20


@dataclass(frozen=True, slots=True)
class Due:
    """An open referral, and whether its day is over where the patient was seen."""

    referral: Referral
    today: date

    @property
    def overdue(self) -> bool:
        """Is the last day over without an answer?"""
        return self.referral.answered_at is None and self.today > self.referral.due_on

    @property
    def urgent(self) -> bool:
        """Must it be today, or is it an emergency, and nobody has answered?"""
        return self.referral.answered_at is None and self.today >= self.referral.due_on

    @property
    def days_over(self) -> int:
        return max((self.today - self.referral.due_on).days, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """What of this waits for one practitioner."""

    referrals: Sequence[Due] = ()
    letters: Sequence[Letter] = ()
    asked: Sequence[HandOver] = ()  # to answer
    returned: Sequence[HandOver] = ()  # came back lately

    @property
    def overdue(self) -> int:
        return sum(each.overdue for each in self.referrals)


def duties_of(practitioner: Practitioner, user: User, now: datetime, *, examines: bool) -> Duties:
    """Return what waits for this practitioner: two queries, or three for who examines."""
    mine = list(
        HandOver.objects.filter(
            Q(receiver=practitioner, answered_at__isnull=True, ended_at__isnull=True)
            | Q(sender=practitioner, accepted=False, answered_at__gt=now - RETURNED_FOR)
        )
        .select_related("episode__patient", "sender", "receiver")
        .order_by("sent_at")
    )
    return Duties(
        referrals=open_referrals(practitioner, now) if examines else (),
        letters=list(letters_to_give_on(practitioner, user)) if examines else (),
        asked=[each for each in mine if each.answered_at is None],
        returned=[each for each in mine if each.answered_at is not None],
    )


def open_referrals(practitioner: Practitioner, now: datetime) -> list[Due]:
    """Return the open referrals of the caseload, overdue ones first, then by day. One query."""
    found = (
        Referral.objects.open()
        .filter(of_any(access.caseload(practitioner), "assessment__episode__patient"))
        .select_related("assessment__episode__patient", "assessment__appointment__location")
    )
    due = [due_of(each, now) for each in found]
    return sorted(due, key=lambda each: (not each.overdue, each.referral.due_on))


def letters_to_give_on(practitioner: Practitioner, user: User) -> QuerySet[Letter]:
    """Return letters this person began that are not finished, or that nobody has given on."""
    given = LetterSending.objects.filter(letter=OuterRef("pk"))
    return (
        Letter.objects.filter(~Exists(given), drafted_by=user)
        .filter(of_any(access.caseload(practitioner), "assessment__episode__patient"))
        .select_related("assessment__episode__patient")
        .order_by("drafted_at")[:MOST_LETTERS]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """What of this stands beside the timeline, which has all of it.

    ``chart`` is the one a letter is written from.
    """

    chart: Assessment | None = None
    referrals: Sequence[Due] = ()
    hand_overs: Sequence[HandOver] = ()  # to somebody who examines nobody
    discharged: bool = False  # has the newest episode ended?


def of_patient(
    patient: Patient, practitioner: Practitioner, now: datetime, *, examines: bool
) -> Correspondence:
    """Return a patient's open referrals; to a colleague only the hand-overs to them.

    Two queries, or one.
    """
    if not examines:
        own = Q(accepted=True) | Q(answered_at__isnull=True)
        hand_overs = (
            HandOver.objects.filter(theirs(patient, "episode__patient"), own)
            .filter(receiver=practitioner, ended_at__isnull=True)
            .select_related("sender", "receiver")
            .order_by("-sent_at")
        )
        return Correspondence(hand_overs=list(hand_overs))
    corrected = Assessment.objects.signed().filter(amends=OuterRef("pk"))
    signed = (
        Assessment.objects.signed()
        .filter(theirs(patient, "episode__patient"), ~Exists(corrected))
        .select_related("episode")
        .order_by("-started_at")
    )
    newest = signed.first()
    return Correspondence(
        chart=newest,
        referrals=[due_of(each, now) for each in _referrals(patient)],
        discharged=bool(newest and newest.episode.discharged_at),
    )


def letters_about(which: Q) -> QuerySet[Letter]:
    """Return these letters with their sendings, the newest first. Two queries."""
    return (
        Letter.objects.filter(which)
        .select_related("drafted_by")
        .prefetch_related(Prefetch("sendings", LetterSending.objects.order_by("sent_at")))
        .order_by("-drafted_at")
    )


def referral_of(letter: Letter) -> Referral | None:
    """Return the referral a letter belongs to: of its chart, or of one that chart amends."""
    about = Referral.objects.filter(assessment__in=charts_behind(letter.assessment))
    return about.order_by("opened_at").last()


def _referrals(patient: Patient) -> QuerySet[Referral]:
    return (
        Referral.objects.open()
        .filter(theirs(patient, "assessment__episode__patient"))
        .select_related("assessment__appointment__location")
        .order_by("-opened_at")
    )


def due_of(referral: Referral, now: datetime) -> Due:
    """Return a referral with today's day where the patient was seen."""
    return Due(referral, timezone.localdate(now, zone_of(referral.assessment)))
