"""Visits that a change of hours left without hours: written down, and settled one by one."""

from collections.abc import Iterable
from datetime import datetime

from bookings.actions import locks
from bookings.models import AffectedVisit, Appointment
from clinic import audit
from clinic.models import User


def note_affected(visits: Iterable[Appointment], *, now: datetime) -> None:
    """Write down that these visits need a look, in the caller's transaction. One query.

    What was settled for a visit as it stands stays settled.
    """
    rows = [
        AffectedVisit(appointment=visit, version=visit.version, found_at=now)
        for visit in visits
        if visit.patient_id
    ]
    AffectedVisit.objects.bulk_create(rows, ignore_conflicts=True)


def settle_affected(row: AffectedVisit, *, by: User, now: datetime) -> bool:
    """Say that a visit takes place as it is although nobody works then; False when it was said."""
    with locks.writing():
        visit = locks.visit_to_change(row.appointment_id)
        unsettled = AffectedVisit.objects.filter(pk=row.pk, settled_at__isnull=True)
        if not unsettled.update(settled_at=now, settled_by=by):
            return False
        who = audit.actor_of(by)
        audit.record("visit.settle", visit, by=who, patient_id=visit.patient_id, at=now)
    return True
