"""Two records of one person become one to read, and two again when that was a mistake.

The duplicate points to the record that survives. Its visits, packages, series and places on the
waiting list move there, so that limits, overlaps and letters are the person's; nothing else does:
consents and everything clinical stay where they were written, and reads follow the pointer. What
moved is named in the audit trail, which nobody can change and from which it is taken back.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import models

from bookings.actions import locks, people
from bookings.errors import CannotMerge, InTwoPlaces
from bookings.models import BLOCKING, Appointment, Package, Series, WaitingEntry
from clinic import audit
from clinic.actions.grants import grant_patient, revoke_grant
from clinic.models import AuditEvent, Patient, PatientGrant, Practitioner, User

MERGED, TAKEN_BACK = "patient.merge", "patient.merge_taken_back"
MOVED: dict[str, type[models.Model]] = {
    "visits": Appointment,
    "packages": Package,
    "series": Series,
    "waiting": WaitingEntry,
}


def merge(
    duplicate: Patient,
    survivor: Patient,
    *,
    by: User,
    now: datetime,
    sign_ins: Iterable[UUID] = (),
) -> Patient:
    """Merge one record into the other and return the one that survives.

    sign_ins  grants of the duplicate (ids) that shall open the joint record: who signs in there
              then reads all of it, which the desk confirms with the patient

    Raises CannotMerge or InTwoPlaces; then nothing was written.
    """
    with locks.writing():
        one, other = _both(duplicate.pk, survivor.pk)
        if one is None or other is None or one.merged_into_id or other.merged_into_id:
            raise CannotMerge
        _refuse_two_places(one, other, now)
        brought = list(Patient.objects.filter(merged_into=one).values_list("pk", flat=True))
        # Pointers are one step long: whatever had been merged into the duplicate follows it.
        Patient.objects.filter(pk__in=brought).update(merged_into=None)
        Patient.objects.filter(pk=one.pk).update(merged_into=other)
        Patient.objects.filter(pk__in=brought).update(merged_into=other)
        moved = {name: _move(model, one, other) for name, model in MOVED.items()}
        _look_after([one, other], moved["visits"], now)
        granted = _let_in(one, other, sign_ins, by=by)
        data = {
            "into": str(other.pk),
            "brought": [str(pk) for pk in brought],
            "granted": [str(pk) for pk in granted],
            **{name: [str(pk) for pk in ids] for name, ids in moved.items()},
        }
        _record(MERGED, one, other, by, now, data)
    return other


def take_back(duplicate: Patient, *, by: User, now: datetime) -> Patient:
    """Undo a merge: what had moved and still stands there goes back. Returns the duplicate.

    Raises CannotMerge when the record is no duplicate.
    """
    with locks.writing():
        one = Patient.objects.select_for_update(no_key=True).get(pk=duplicate.pk)
        if one.merged_into_id is None:
            raise CannotMerge
        other = Patient.objects.select_for_update(no_key=True).get(pk=one.merged_into_id)
        did = _last_merge(one, other)
        Patient.objects.filter(pk=one.pk).update(merged_into=None)
        brought = Patient.objects.filter(pk__in=did.get("brought", []), merged_into=other)
        brought.update(merged_into=one)
        for name, model in MOVED.items():
            rows = model._default_manager.filter(pk__in=did.get(name, []))
            rows.filter(patient=other).update(patient=one)
        for grant in PatientGrant.objects.filter(pk__in=did.get("granted", [])):
            revoke_grant(grant, by=by, reason="The merge was taken back.")
        _look_after([one, other], [UUID(pk) for pk in did.get("visits", [])], now)
        _record(TAKEN_BACK, one, other, by, now, {"from": str(other.pk)})
    one.merged_into = None
    return one


def _both(first: UUID, second: UUID) -> tuple[Patient | None, Patient | None]:
    """Return both records, locked in one order whoever asks; None for one that is not there."""
    if first == second:
        return None, None
    rows = Patient.objects.filter(pk__in=[first, second]).order_by("pk")
    found = {row.pk: row for row in rows.select_for_update(no_key=True)}
    return found.get(first), found.get(second)


def _refuse_two_places(one: Patient, other: Patient, now: datetime) -> None:
    """Raise InTwoPlaces for visits ahead that nobody can come to both of."""
    ahead = Appointment.objects.blocking().visits().with_people().filter(ends_at__gt=now)
    theirs = list(ahead.filter(patient=other))
    pairs = [
        (mine, visit)
        for mine in ahead.filter(patient=one)
        for visit in theirs
        if mine.starts_at < visit.ends_at and visit.starts_at < mine.ends_at
    ]
    if pairs:
        raise InTwoPlaces([visit for pair in pairs for visit in pair])


def _move(model: type[models.Model], one: Patient, other: Patient) -> list:
    """Give the rows of one record to the other; return their keys.

    A visit that took place while the other record has one too stays: both are in the history.
    """
    if model is Appointment:
        keys = _not_doubled(one, other)
    else:
        rows = model._default_manager.filter(patient=one)
        keys = list(rows.values_list("pk", flat=True))
    model._default_manager.filter(pk__in=keys).update(patient=other)
    return keys


def _not_doubled(one: Patient, other: Patient) -> list[UUID]:
    """Return the visits of one record that overlap none of the other's. Two queries."""
    spans = list(
        Appointment.objects.blocking().filter(patient=other).values_list("starts_at", "ends_at")
    )
    mine = Appointment.objects.filter(patient=one).only("state", "starts_at", "ends_at")
    return [
        visit.pk
        for visit in mine
        if visit.state not in BLOCKING
        or not any(visit.starts_at < end and start < visit.ends_at for start, end in spans)
    ]


def _look_after(patients: Iterable[Patient], visits: list, now: datetime) -> None:
    """Bring the care relations of both in line with whose visits they are now."""
    seen = Appointment.objects.filter(pk__in=visits).values("practitioner_id")
    for practitioner in Practitioner.objects.filter(pk__in=seen):
        for patient in patients:
            people.look_after(patient, practitioner, now)


def _let_in(one: Patient, other: Patient, sign_ins: Iterable[UUID], *, by: User) -> list[UUID]:
    """Let the chosen sign-ins of the duplicate read the joint record; return the new grants."""
    wanted = PatientGrant.objects.filter(pk__in=list(sign_ins), patient=one, revoked_at=None)
    made = []
    for grant in wanted.select_related("user"):
        had = PatientGrant.objects.filter(user=grant.user, patient=other, revoked_at=None)
        if not had.exists():
            made.append(grant_patient(grant.user, other, by=by, confirmed_by=by).pk)
    return made


def _last_merge(one: Patient, other: Patient) -> dict:
    """Return what the merge that stands did. Records joined in another way moved nothing more."""
    events = AuditEvent.objects.filter(action=MERGED, object_id=str(one.pk)).order_by("-position")
    newest = events.first()
    return newest.data if newest and newest.data.get("into") == str(other.pk) else {}


def _record(action: str, one: Patient, other: Patient, by: User, now: datetime, data: dict) -> None:
    """Write the same into the trail of both records."""
    actor = audit.actor_of(by)
    audit.record(action, one, by=actor, patient_id=one.pk, data=data, at=now)
    audit.record(action, other, by=actor, patient_id=other.pk, data={"of": str(one.pk)}, at=now)
