"""What ran out: holds nobody turned into a visit, and requests nobody confirmed.

Whoever needs such a time ends it in their own transaction; the worker ends the rest. A hold is
nobody's business: its row is the trace. The end of a request is news to its patient, so it is
audited and a message is owed, in the same transaction and once; and its time, which it kept for
hours, is written down for the waiting list.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from bookings import owing
from bookings.actions import freeing, locks, people
from bookings.models import Appointment, Room
from bookings.models.appointment import ran_out
from clinic import audit
from clinic.audit import SYSTEM
from clinic.models import Location

State = Appointment.State
AT_ONCE = 500  # rows of one transaction


def expire(rows: QuerySet[Appointment], now: datetime) -> int:
    """Turn those of some rows that ran out into ``expired``; return how many.

    Rows that another transaction is just changing are passed over: two that each expire a part
    of the same rows would otherwise wait for each other for ever.
    """
    late = rows.filter(ran_out(now)).select_for_update(skip_locked=True)
    found = dict(late.values_list("pk", "state")[:AT_ONCE])
    if not found:
        return 0
    holds = [pk for pk, state in found.items() if state == State.HELD]
    Appointment.objects.filter(pk__in=holds, state=State.HELD).update(state=State.EXPIRED)
    for request in Appointment.objects.with_people().filter(pk__in=set(found).difference(holds)):
        _end_request(request, now)
    return len(found)


def _end_request(visit: Appointment, now: datetime) -> None:
    freeing.note(
        visit.practitioner,
        visit.location,
        visit.starts_at,
        visit.ends_at,
        source=freeing.source_of(visit),
        now=now,
    )
    visit.state = State.EXPIRED
    visit.version += 1
    visit.save(update_fields=["state", "version"])
    people.look_after(visit.patient, visit.practitioner, now)
    data = {"version": visit.version, "starts_at": visit.starts_at.isoformat()}
    audit.record("visit.expire", visit, by=SYSTEM, patient_id=visit.patient_id, data=data, at=now)
    owing.tell(visit, owing.RAN_OUT, by=SYSTEM, now=now)


def clear_stale(
    practitioners: Iterable[UUID], location: Location, now: datetime, *, but: UUID | None = None
) -> None:
    """Free what ran out and still keeps a time of these diaries or a room of the place."""
    rooms = Room.objects.filter(location=location)
    concerned = Q(practitioner__in=list(practitioners)) | Q(room__in=rooms)
    rows = Appointment.objects.filter(concerned).order_by("pk")
    expire(rows.exclude(pk=but) if but else rows, now)


def clear_stale_of(visit: Appointment, now: datetime) -> None:
    """Free what ran out and still keeps the visit's patient from being there then."""
    if visit.patient_id:
        theirs = Appointment.objects.filter(patient=visit.patient_id).exclude(pk=visit.pk)
        expire(theirs.overlapping(visit.starts_at, visit.ends_at).order_by("pk"), now)


def expire_requests(*, now: datetime) -> int:
    """End the requests that ran out and tell their patients; return how many.

    One transaction each, behind the lock of the practitioner: a request that is just being
    confirmed, moved or declined is seen as it is after that.
    """
    late = Appointment.objects.filter(ran_out(now), state=State.REQUESTED).order_by("held_until")
    ended = 0
    for pk, practitioner in late.values_list("pk", "practitioner_id")[:AT_ONCE]:
        with locks.writing():
            locks.queue_practitioners(practitioner)
            ended += expire(Appointment.objects.filter(pk=pk), now)
    return ended
