"""A clinician call before a visit: asked for, told to those who can make it, taken by one of them.

The visit's physio and whoever is on duty are told at once; the clinical lead when the place has
been open for two hours and nobody has taken it. Nothing here knows why a call is needed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q

from bookings import call_letters
from bookings.actions import locks
from bookings.errors import CallTaken, NotPossible
from bookings.models import Appointment, ClinicianCall
from bookings.schedule.presence import Presence, on_duty
from clinic import audit, roles
from clinic.audit import SYSTEM, Actor
from clinic.models import CareRelation, Practitioner, User

PATIENCE = timedelta(hours=2)  # of opening time, until the clinical lead is told
COVER = timedelta(days=1)  # how long the record stays open to whoever calls after the visit
ASKED, TAKEN = "visit.clinician_call", "visit.clinician_call_taken"


def ask_for_clinician_call(visit: Appointment, by: Actor, now: datetime) -> ClinicianCall:
    """Ask for a clinician to call the patient before this visit; tell who can.

    Asked again while nobody has taken it, nothing is added. After it was taken, a new one begins.

    Raises NotPossible for a time nobody has booked yet.
    """
    with locks.writing():
        current = locks.visit_to_change(visit.pk)
        if current.patient_id is None or current.state == Appointment.State.HELD:
            raise NotPossible
        standing = ClinicianCall.objects.filter(appointment=current, taken_at__isnull=True).first()
        if standing:
            return standing
        presence = Presence(current.location, now)
        call = ClinicianCall(
            appointment=current,
            asked_at=now,
            # Where no hours are known, hours go by as they do everywhere.
            escalate_at=presence.after(PATIENCE) or now + PATIENCE,
        )
        call.save(force_insert=True)
        audit.record(ASKED, current, by=by, patient_id=current.patient_id, at=now)
        told = _tell(call, [current.practitioner, *on_duty(presence)], by=by, now=now)
        if not any(_is_physio(user) for user in told):
            _escalate(call, now)  # nobody who was told could make the call
    return call


def take_clinician_call(call: ClinicianCall, *, by: User, now: datetime) -> ClinicianCall:
    """Say that one makes the call; the record is open to them until after the visit.

    Taken twice by the same person, the first time stands. Raises CallTaken for everybody else.
    """
    with locks.writing():
        visit = locks.visit_to_change(call.appointment_id)
        found = ClinicianCall.objects.select_related("taken_by").get(pk=call.pk)
        if found.taken_at is not None:
            if found.taken_by_id != by.pk:
                raise CallTaken(found)
            return found
        found.taken_at, found.taken_by = now, by
        found.save(update_fields=["taken_at", "taken_by"])
        _cover(visit, by, now)
        who = audit.actor_of(by)
        audit.record(TAKEN, visit, by=who, patient_id=visit.patient_id, at=now)
    return found


def follow_up_clinician_calls(*, now: datetime) -> int:
    """Tell the clinical lead of calls nobody took in time, and whoever a visit has moved to.

    Returns how many calls somebody was told of. Doing it twice tells nobody twice.
    """
    ahead = Q(escalated_at__isnull=True) | Q(appointment__starts_at__gt=now)
    told = Prefetch("told", queryset=User.objects.only("pk"))
    waiting = ClinicianCall.objects.waiting().filter(ahead).with_visits().prefetch_related(told)
    return sum(_follow_up(call, now) for call in waiting if _is_owed(call, now))


def _is_owed(call: ClinicianCall, now: datetime) -> bool:
    late = call.escalated_at is None and call.escalate_at <= now
    user = call.appointment.practitioner.user
    return late or (user is not None and user.is_active and user not in call.told.all())


def _follow_up(call: ClinicianCall, now: datetime) -> bool:
    with locks.writing():
        visit = locks.visit_to_change(call.appointment_id)
        fresh = ClinicianCall.objects.waiting().filter(pk=call.pk).first()
        if fresh is None:
            return False
        told = _tell(fresh, [visit.practitioner], by=SYSTEM, now=now)
        late = fresh.escalated_at is None and fresh.escalate_at <= now
        if late:
            _escalate(fresh, now)
    return late or bool(told)


def _tell(
    call: ClinicianCall, practitioners: Iterable[Practitioner], *, by: Actor, now: datetime
) -> list[User]:
    """Owe these people a mail, each once per call; return who was told by it."""
    known = set(call.told.values_list("pk", flat=True))
    found = {person.user.pk: person.user for person in practitioners if person.user}
    fresh = [user for pk, user in found.items() if user.is_active and pk not in known]
    call.told.add(*fresh)
    for user in fresh:
        if user.pk != by.id:
            call_letters.owe(call_letters.ALERT, call, user, now=now)
    return fresh


def _escalate(call: ClinicianCall, now: datetime) -> None:
    """Tell the clinical lead; where there is none, a manager has to know."""
    call.escalated_at = now
    call.save(update_fields=["escalated_at"])
    leads = _with_role(roles.CLINICAL_LEAD) or _with_role(roles.MANAGER)
    call.told.add(*leads)
    for user in leads:
        call_letters.owe(call_letters.LEAD, call, user, now=now)
    visit = call.appointment
    audit.record("visit.clinician_call_late", visit, by=SYSTEM, patient_id=visit.patient_id, at=now)


def _with_role(role: str) -> list[User]:
    return list(User.objects.filter(groups__name=role, is_active=True).order_by("pk"))


def _is_physio(user: User) -> bool:
    return user.groups.filter(name=roles.PHYSIO).exists()


def _cover(visit: Appointment, by: User, now: datetime) -> None:
    """Let a practitioner who calls open the record: they are the named cover for this visit."""
    practitioner = Practitioner.objects.filter(user=by, is_active=True).first()
    if practitioner is None:
        return
    ends_at = max(visit.ends_at, now) + COVER
    pair = {
        "patient_id": visit.patient_id,
        "practitioner": practitioner,
        "ground": CareRelation.Ground.COVER,
    }
    standing = CareRelation.objects.filter(**pair).first()
    if standing is None:
        CareRelation.objects.create(**pair, starts_at=now, ends_at=ends_at)
    elif standing.ends_at is not None and standing.ends_at < ends_at:
        standing.ends_at = ends_at
        standing.save(update_fields=["ends_at"])
