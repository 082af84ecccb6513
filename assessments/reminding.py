"""Weekly reminders for patients who asked for them: when a plan was left alone for some days."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from assessments.models import ExerciseLog, Plan
from assessments.wording import EXERCISE_REMINDER
from clinic import outbox, practice
from clinic.models import Consent, Message

QUIET = timedelta(days=4)  # without an entry in the log
AGAIN = timedelta(days=7)  # between two reminders to the same patient
LONGEST = timedelta(days=180)  # after a plan was issued
HOURS = range(9, 18)  # on the clinic's clock


def queue_exercise_reminders(*, now: datetime) -> int:
    """Owe the reminders that are due; return how many are new. Only during the day."""
    if now.astimezone(practice.current().tz).hour not in HOURS:
        return 0
    owed = 0
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


def left_alone(now: datetime) -> QuerySet[Plan]:
    """Return the plans whose patients want to be reminded and were not lately. One query."""
    whose = Coalesce(OuterRef("episode__patient__merged_into"), OuterRef("episode__patient"))
    agreed = Consent.objects.filter(
        Q(patient=whose) | Q(patient__merged_into=whose),
        kind=Consent.Kind.REMINDERS,
        withdrawn_at__isnull=True,
    )
    lately = ExerciseLog.objects.filter(
        Q(patient=whose) | Q(patient__merged_into=whose), logged_at__gt=now - QUIET
    )
    reminded = Message.objects.filter(
        topic=EXERCISE_REMINDER,
        patient_id=whose,
        created_at__gt=now - AGAIN,
    )
    return (
        Plan.objects.filter(
            Exists(agreed),
            ~Exists(lately),
            ~Exists(reminded),
            issued_at__lte=now - QUIET,
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


def is_quiet(plan: Plan, now: datetime) -> bool:
    """Say whether nothing was logged for some days."""
    logs = ExerciseLog.objects.filter(patient=plan.episode.patient_id, logged_at__gt=now - QUIET)
    return not logs.exists()
