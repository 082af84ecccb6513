"""Reminders for patients who asked for them: on the strength days they picked, in the morning.

Whoever picked none is reminded at most weekly, when the plan was left alone for some days.
"""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from assessments.models import ExerciseLog, Plan, StrengthDays
from assessments.wording import EXERCISE_REMINDER
from clinic import outbox, practice
from clinic.models import Consent, Message
from clinic.persons import theirs

QUIET = timedelta(days=4)  # without an entry in the log
AGAIN = timedelta(days=7)  # between two reminders to the same patient
LONGEST = timedelta(days=180)  # after a plan was issued
HOURS = range(9, 18)  # on the clinic's clock
# The patient behind a plan, inside a query about plans.
WHOSE = Coalesce(OuterRef("episode__patient__merged_into"), OuterRef("episode__patient"))


def queue_exercise_reminders(*, now: datetime) -> int:
    """Owe the reminders that are due; return how many are new. Only during the day."""
    if now.astimezone(practice.current().tz).hour not in HOURS:
        return 0
    owed = sum(_owe_for_today(plan, now) for plan in on_their_day(now))
    for plan in left_alone(now):
        patient = plan.episode.patient.survivor
        year, week, _ = now.isocalendar()
        owed += outbox.queue(
            EXERCISE_REMINDER,
            to=patient.email,
            key=f"{EXERCISE_REMINDER}:{patient.pk}:{year}-{week}",
            subject_id=plan.pk,
            version=plan.version,
            patient_id=patient.pk,
            due_at=now,
        )
    return owed


def _owe_for_today(plan: Plan, now: datetime) -> bool:
    """Owe the reminder of one day, once."""
    patient, today = plan.episode.patient.survivor, _today(now)
    return outbox.queue(
        EXERCISE_REMINDER,
        to=patient.email,
        key=f"{EXERCISE_REMINDER}:{patient.pk}:{today.isoformat()}",
        subject_id=plan.pk,
        version=plan.version,
        patient_id=patient.pk,
        payload={"day": today.isoformat()},
        due_at=now,
    )


def on_their_day(now: datetime) -> list[Plan]:
    """Return the plans whose patients picked today, want to be reminded, and logged nothing yet.

    Two queries.
    """
    today = _today(now)
    picked = {
        row.patient.survivor.pk
        for row in StrengthDays.objects.select_related("patient__merged_into")
        if today.weekday() in row.days
    }
    if not picked:
        return []
    logged = ExerciseLog.objects.filter(_of(WHOSE), on=today)
    plans = _wanting(now).filter(~Exists(logged))
    return [plan for plan in plans if plan.episode.patient.survivor.pk in picked]


def is_still_due(plan: Plan, day: date) -> bool:
    """Say whether the reminder of a day is of use: it is that day, and nothing was logged on it."""
    logs = ExerciseLog.objects.filter(theirs(plan.episode.patient.survivor), on=day)
    return day == _today(timezone.now()) and not logs.exists()


def _today(now: datetime) -> date:
    return now.astimezone(practice.current().tz).date()


def left_alone(now: datetime) -> QuerySet[Plan]:
    """Return the plans whose patients want to be reminded and were not lately. One query."""
    lately = ExerciseLog.objects.filter(_of(WHOSE), logged_at__gt=now - QUIET)
    reminded = Message.objects.filter(
        topic=EXERCISE_REMINDER,
        patient_id=WHOSE,
        created_at__gt=now - AGAIN,
    )
    return _wanting(now).filter(~Exists(lately), ~Exists(reminded), issued_at__lte=now - QUIET)


def _wanting(now: datetime) -> QuerySet[Plan]:
    """Return the plans in force whose patients agreed to be reminded and can be written to."""
    agreed = Consent.objects.filter(
        _of(WHOSE), kind=Consent.Kind.REMINDERS, withdrawn_at__isnull=True
    )
    return (
        Plan.objects.filter(
            Exists(agreed),
            issued_at__gt=now - LONGEST,
            replaced_at__isnull=True,
            episode__discharged_at__isnull=True,
        )
        .annotate(
            address=Coalesce("episode__patient__merged_into__email", "episode__patient__email")
        )
        .exclude(address="")
        .select_related("episode__patient__merged_into")
        .order_by("issued_at")
    )


def _of(whose: Coalesce) -> Q:
    return Q(patient=whose) | Q(patient__merged_into=whose)


def is_quiet(plan: Plan, now: datetime) -> bool:
    """Say whether nothing was logged for some days."""
    logs = ExerciseLog.objects.filter(patient=plan.episode.patient_id, logged_at__gt=now - QUIET)
    return not logs.exists()
