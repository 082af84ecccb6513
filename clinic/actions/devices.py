"""Keep the plan on a phone, and end that: by the patient, on signing out, or after 90 days."""

from datetime import datetime, timedelta

from django.db import transaction

from clinic import audit
from clinic.models import Patient, PlanDevice, User

KEPT_FOR = timedelta(days=90)


@transaction.atomic
def keep_plan(user: User, patient: Patient, device: str, name: str, *, now: datetime) -> PlanDevice:
    """Let this device open the patient's plan, log and progress for KEPT_FOR from now on.

    device  SHA-256 of its cookie
    name    what the patient finds it by in the list of devices
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    standing = PlanDevice.objects.filter(device=device, patient=patient, ended_at__isnull=True)
    standing.update(ended_at=now)
    kept = PlanDevice.objects.create(
        user=user, patient=patient, device=device, name=name[:40], kept_at=now, until=now + KEPT_FOR
    )
    audit.record("plan_device.kept", kept, by=audit.actor_of(user), patient_id=patient.pk, at=now)
    return kept


@transaction.atomic
def end_device(kept: PlanDevice, *, by: User, now: datetime) -> None:
    """Close the plan on a device at once. Asked twice, it stays closed."""
    open_rows = PlanDevice.objects.filter(pk=kept.pk, ended_at__isnull=True)
    if open_rows.update(ended_at=now):
        audit.record(
            "plan_device.ended", kept, by=audit.actor_of(by), patient_id=kept.patient_id, at=now
        )


def end_plans_on(device: str, *, now: datetime) -> None:
    """Close every plan on this device, when somebody signs out on it."""
    for kept in PlanDevice.objects.filter(device=device, ended_at__isnull=True):
        end_device(kept, by=kept.user, now=now)
