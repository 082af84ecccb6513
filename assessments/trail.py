"""Audit rows of charts and plans: each deed its own row, repeated looks one row.

A page that is reloaded, or a chart that saves itself every few seconds, would bury what matters:
the same person, record and action within five minutes is one row.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models

from clinic import audit
from clinic.models import AuditEvent, User

REPEATED_WITHIN = timedelta(minutes=5)


def did(
    action: str,
    target: models.Model,
    *,
    by: User,
    patient_id: UUID,
    now: datetime,
    reason: str = "",
    data: Mapping[str, object] | None = None,
) -> None:
    """Record a deed, in the transaction of the deed."""
    audit.record(
        action,
        target,
        by=audit.actor_of(by),
        patient_id=patient_id,
        reason=reason,
        data=data,
        at=now,
    )


def did_again(
    action: str, target: models.Model, *, by: User, patient_id: UUID, now: datetime
) -> None:
    """Record a look or an autosave unless the same was recorded within five minutes."""
    known = AuditEvent.objects.filter(
        object_type=target._meta.label_lower,
        object_id=str(target.pk),
        action=action,
        actor_id=by.pk,
        at__gt=now - REPEATED_WITHIN,
    )
    if not known.exists():
        did(action, target, by=by, patient_id=patient_id, now=now)


def refused(action: str, target: models.Model, *, by: User, patient_id: UUID) -> None:
    """Record that somebody asked for what they may not have."""
    audit.record(
        action,
        target,
        by=audit.actor_of(by),
        patient_id=patient_id,
        result=AuditEvent.Result.REFUSED,
    )
