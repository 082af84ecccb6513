"""Ask how it goes after discharge, and keep the answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from assessments.checking_in import HOURS, OPEN, due_now, takes_answers
from assessments.errors import CheckInClosed
from assessments.mine import scores_of
from assessments.models import CheckIn, Discharge, Finding
from assessments.progress import Number
from assessments.scoring.change import WORSE, change_flag
from assessments.wording import CHECK_IN
from clinic import audit, outbox, practice
from clinic.audit import Actor
from clinic.models import CareRelation, Patient
from clinic.persons import theirs

BY_LINK = Actor("patient")  # whoever has the patient's own link; nobody is signed in
READ_FOR = timedelta(days=30)  # the physio may open the record after an answer
Compared = CheckIn.Compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer: pains and the activity from 0 to 10, the rest as ``CheckIn`` names it."""

    pain_now: int
    pain_worst: int
    compared: str
    exercising: str
    sport: str
    activity: int | None = None


def queue_check_ins(*, now: datetime) -> int:
    """Owe the questions that are due, each once; return how many are new. Only during the day."""
    zone = practice.current().tz
    if now.astimezone(zone).hour not in HOURS:
        return 0
    return sum(_owe(made, months, now) for made, months in due_now(now))


@transaction.atomic
def _owe(made: Discharge, months: int, now: datetime) -> bool:
    check_in, new = CheckIn.objects.get_or_create(
        discharge=made,
        months=months,
        defaults={
            "asked_at": now,
            "closes_on": timezone.localdate(now, practice.current().tz) + OPEN,
        },
    )
    patient = made.episode.patient
    return new and outbox.queue(
        CHECK_IN,
        to=patient.email,
        key=f"{CHECK_IN}:{check_in.pk}",
        subject_id=check_in.pk,
        patient_id=patient.pk,
        due_at=now,
    )


@transaction.atomic
def answer_check_in(check_in: CheckIn, told: Told, *, now: datetime) -> CheckIn:
    """Keep the answer; sent again, the first one stays.

    Who discharged the patient may open the record for some days, to read it.

    Raises CheckInClosed when it is too late.
    """
    locked = CheckIn.objects.select_for_update(no_key=True).get(pk=check_in.pk)
    if locked.answered_at is not None:
        return locked
    if not takes_answers(locked, timezone.localdate(now, practice.current().tz)):
        raise CheckInClosed
    patient = check_in.discharge.episode.patient
    locked.pain_now, locked.pain_worst = told.pain_now, told.pain_worst
    locked.activity, locked.compared = told.activity, told.compared
    locked.exercising, locked.sport = told.exercising, told.sport
    locked.worse = got_worse(patient, told, now)
    locked.answered_at = now
    locked.save()
    _let_read(locked.discharge, patient, now)
    audit.record("check_in.answered", locked, by=BY_LINK, patient_id=patient.pk, at=now)
    return locked


def got_worse(patient: Patient, told: Told, now: datetime) -> bool:
    """Say whether the person says so, or a score fell by as much as means something.

    The worst pain is held against that of the last signed visit that has one, the activity
    against the mean of those named then (specification B2).
    """
    worst = (
        Finding.objects.filter(
            theirs(patient, "assessment__episode__patient"),
            assessment__signed_at__isnull=False,
            assessment__mistake__isnull=True,
            item="nprs_worst_7d",
            number__isnull=False,
        )
        .order_by("-assessment__started_at")
        .values_list("number", flat=True)
        .first()
    )
    scores = scores_of(patient, "psfs_mean")
    before = scores[-1][1] if scores else None
    return WORSE in (
        WORSE if told.compared == Compared.WORSE else None,
        change_flag("nprs", worst, told.pain_worst),
        change_flag("psfs", _exact(before), told.activity),
    )


def _exact(score: Number | None) -> Decimal | None:
    return None if score is None else Decimal(str(score))


def _let_read(made: Discharge, patient: Patient, now: datetime) -> None:
    physio = getattr(made.made_by, "practitioner", None)
    if physio is None or not physio.is_active:
        physio = made.episode.lead
    if physio is None:
        return
    CareRelation.objects.update_or_create(
        patient=patient.survivor,
        practitioner=physio,
        ground=CareRelation.Ground.CHECK_IN,
        defaults={"ends_at": now + READ_FOR},
        create_defaults={"starts_at": now, "ends_at": now + READ_FOR},
    )
