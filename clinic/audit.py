"""Writes the audit trail. Call ``record`` in the transaction of the thing it records."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone

from clinic.logs import request_id
from clinic.models import AuditEvent, User

CLINIC_CHAIN = "clinic"
COVERED = (
    "chain", "position", "at", "actor_id", "actor_kind", "action", "object_type", "object_id",
    "patient_id", "reason", "data", "request_id", "result", "previous",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: ``kind`` is staff, patient, guest or system; guests and the clock have no id."""

    kind: str
    id: UUID | None = None


GUEST = Actor("guest")
SYSTEM = Actor("system")


def actor_of(user: Any) -> Actor:
    """Return the actor behind ``request.user`` (a guest when nobody is signed in)."""
    if not isinstance(user, User):
        return GUEST
    return Actor("staff" if user.is_staff or works_here(user) else "patient", user.pk)


def works_here(user: User) -> bool:
    """Say whether this sign-in belongs to the clinic rather than to a patient."""
    return hasattr(user, "practitioner") or user.groups.exists()


def record(
    action: str,
    target: models.Model | None = None,
    *,
    by: Actor,
    patient_id: UUID | None = None,
    reason: str = "",
    result: str = AuditEvent.Result.DONE,
    data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEvent:
    """Add one row to the trail, in the caller's transaction, and return it.

    ``data`` holds ids, codes and instants only: never names, notes or anything clinical.
    Rows of one patient are written one after the other, so that their chain has no fork.
    """
    chain = str(patient_id) if patient_id else CLINIC_CHAIN
    with transaction.atomic(savepoint=False):
        _queue_up(chain)
        last = (
            AuditEvent.objects.filter(chain=chain)
            .order_by("-position")
            .values_list("position", "digest")
            .first()
        )
        event = _event(
            action, target, by=by, patient_id=patient_id, reason=reason, result=result,
            data=data, at=at, after=last,
        )  # fmt: skip
        event.save(force_insert=True)
    return event


def first_event(
    action: str,
    target: models.Model,
    *,
    by: Actor,
    patient_id: UUID,
    data: Mapping[str, Any],
    at: datetime,
) -> AuditEvent:
    """Return the row that opens the chain of a patient made in this same transaction, unsaved.

    Nobody else can know the patient yet, so there is nothing to wait for and nothing before it.
    """
    return _event(action, target, by=by, patient_id=patient_id, data=data, at=at)


def _event(
    action: str,
    target: models.Model | None,
    *,
    by: Actor,
    patient_id: UUID | None,
    data: Mapping[str, Any] | None,
    at: datetime | None,
    reason: str = "",
    result: str = AuditEvent.Result.DONE,
    after: tuple[int, str] | None = None,
) -> AuditEvent:
    """Return a row that follows ``after`` (position and digest) in its chain, unsaved."""
    event = AuditEvent(
        chain=str(patient_id) if patient_id else CLINIC_CHAIN,
        position=after[0] + 1 if after else 1,
        at=at or timezone.now(),
        actor_id=by.id,
        actor_kind=by.kind,
        action=action,
        object_type=target._meta.label_lower if target is not None else "",
        object_id=str(target.pk) if target is not None else "",
        patient_id=patient_id,
        reason=reason[:300],
        data=dict(data or {}),
        request_id=request_id.get(),
        result=result,
        previous=after[1] if after else "",
    )
    event.digest = digest(event)
    return event


def digest(event: AuditEvent) -> str:
    """Return the SHA-256 over everything the row says, as 64 hexadecimal digits."""
    values = {name: getattr(event, name) for name in COVERED}
    values["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(values, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def unfit_rows() -> Iterator[AuditEvent]:
    """Yield every row that does not follow from the row before it in its chain, in a stream."""
    chain, position, previous = "", 0, ""
    for event in AuditEvent.objects.order_by("chain", "position").iterator(chunk_size=1_000):
        if event.chain != chain:
            chain, position, previous = event.chain, 0, ""
        fits = event.position == position + 1 and event.previous == previous
        if not fits or event.digest != digest(event):
            yield event
        position, previous = event.position, event.digest


def broken_links() -> int:
    """Count the rows that do not follow from the row before them in their chain."""
    return sum(1 for _ in unfit_rows())


def _queue_up(chain: str) -> None:
    """Wait for whoever is writing to this chain. SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [chain])
