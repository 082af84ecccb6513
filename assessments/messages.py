"""What the outbox says about plans: that something is there, never what."""

from django.utils import timezone, translation

from assessments.models import Plan
from assessments.reminding import is_quiet
from assessments.wording import EXERCISE_REMINDER, PLAN_READY, values
from clinic import choices
from clinic.actions.consents import has_agreed
from clinic.delivery import Letter
from clinic.letters import written
from clinic.models import Consent, Message
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
    with translation.override(patient.language):
        return written(PLAN_READY, values(patient.first_name))


@renderer(EXERCISE_REMINDER)
def exercise_reminder(message: Message) -> Letter | None:
    """Write the reminder, if it is still wanted and still of use."""
    plan = _standing(message)
    if plan is None or plan.episode.discharged_at:
        return None
    patient = plan.episode.patient.survivor
    if not has_agreed(patient, Consent.Kind.REMINDERS) or not is_quiet(plan, timezone.now()):
        return None
    stop = choices.stop_link(patient.pk, Consent.Kind.REMINDERS)
    with translation.override(patient.language):
        return written(EXERCISE_REMINDER, values(patient.first_name), stop_link=stop)
