"""What the outbox says about plans: that something is there, never what."""

from datetime import date, datetime

from django.utils import timezone

from assessments.attention import has_been_looked_at
from assessments.models import Flare, Plan
from assessments.reminding import is_quiet, is_still_due
from assessments.wording import (
    EXERCISE_REMINDER,
    NEEDS_A_LOOK,
    PLAN_READY,
    look_values,
    values,
)
from clinic import choices, languages
from clinic.actions.consents import has_agreed
from clinic.delivery import Letter
from clinic.letters import written
from clinic.models import Consent, Message, User
from clinic.outbox import queue, renderer


def owe_plan_ready(plan: Plan) -> None:
    """Owe the patient a mail that their pages hold something new; one per issued plan."""
    patient = plan.episode.patient.survivor
    queue(
        PLAN_READY,
        to=patient.email,
        key=f"{PLAN_READY}:{plan.pk}",
        subject_id=plan.pk,
        version=plan.version,
        patient_id=patient.pk,
    )


def owe_flare(flare: Flare, user: User, *, now: datetime) -> None:
    """Owe a practitioner the word that somebody asked for a look; it overtakes what can wait."""
    queue(
        NEEDS_A_LOOK,
        to=user.email,
        key=f"{NEEDS_A_LOOK}:{flare.pk}:{user.pk}",
        subject_id=flare.pk,
        patient_id=flare.patient_id,
        due_at=now,
        urgent=True,
    )


@renderer(NEEDS_A_LOOK)
def needs_a_look(message: Message) -> Letter | None:
    """Write the letter; nothing once somebody has looked. It names nobody and no reason."""
    flare = Flare.objects.select_related("patient").filter(pk=message.subject_id).first()
    waits = flare is not None and not has_been_looked_at(flare)
    reader = User.objects.filter(email=message.to, is_active=True).exists()
    return written(NEEDS_A_LOOK, look_values()) if waits and reader else None


def _standing(message: Message) -> Plan | None:
    """Return the plan a message is about, unless a newer one has taken its place."""
    return (
        Plan.objects.select_related("episode__patient__merged_into")
        .filter(pk=message.subject_id, issued_at__isnull=False, replaced_at__isnull=True)
        .first()
    )


@renderer(PLAN_READY)
def plan_ready(message: Message) -> Letter | None:
    """Write the letter; nothing when a newer plan has replaced this one, which has its own."""
    plan = _standing(message)
    if plan is None:
        return None
    patient = plan.episode.patient.survivor
    with languages.reading(patient.language):
        return written(PLAN_READY, values(patient.first_name))


@renderer(EXERCISE_REMINDER)
def exercise_reminder(message: Message) -> Letter | None:
    """Write the reminder, if it is still wanted and still of use."""
    plan = _standing(message)
    if plan is None or plan.episode.discharged_at:
        return None
    patient = plan.episode.patient.survivor
    if not has_agreed(patient, Consent.Kind.REMINDERS) or not _of_use(message, plan):
        return None
    stop = choices.stop_link(patient.pk, Consent.Kind.REMINDERS)
    with languages.reading(patient.language):
        return written(EXERCISE_REMINDER, values(patient.first_name), stop_link=stop)


def _of_use(message: Message, plan: Plan) -> bool:
    """Say whether a reminder still helps: on its day, or while the plan is left alone."""
    day = message.payload.get("day")
    return is_still_due(plan, date.fromisoformat(day)) if day else is_quiet(plan, timezone.now())
