"""Rows that the desk and managers keep by hand: saved and removed with an audit row each."""

from collections.abc import Iterable
from uuid import UUID

from django.db import models, transaction

from clinic import audit
from clinic import practice as practices
from clinic.models import Guardian, Location, Patient, User


def save_record(record: models.Model, *, by: User, changed: Iterable[str]) -> models.Model:
    """Save a row and record which fields changed: their names, never their values."""
    with transaction.atomic():
        new = record._state.adding
        record.save()
        _record(record, "added" if new else "changed", by, fields=sorted(changed))
    if isinstance(record, Location):
        practices.forget()  # the emergency number is read from the places
    return record


def remove_record(record: models.Model, *, by: User) -> None:
    """Delete a row of a diary, such as hours typed wrongly. People and visits are never deleted.

    Raises ProtectedError when something hangs on it.
    """
    with transaction.atomic():
        _record(record, "removed", by, was=str(record)[:100])
        record.delete()


def _record(record: models.Model, verb: str, by: User, **data: object) -> None:
    name = record._meta.model_name
    audit.record(
        f"{name}_{verb}",
        record,
        by=audit.actor_of(by),
        patient_id=_patient_id(record),
        data=data,
    )


def _patient_id(record: models.Model) -> UUID | None:
    if isinstance(record, Patient):
        return record.pk
    return record.patient_id if isinstance(record, Guardian) else None
