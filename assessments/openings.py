"""Who at the clinic had one patient's record open, and when: the audit trail, for the patient.

It names people, roles and times, and whether it was an emergency; never what was read or written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from clinic import roles
from clinic.models import AuditEvent, Patient, User
from clinic.persons import records_of

EMERGENCY = ("emergency.opened", "emergency.read")
RECORD = (
    "chart.", "note.", "plan.", "progress.", "letter.", "hand_over.", "intake.", "referral.",
    "episode.", "running_test.", "receipt.", "record.exported", "correction.answered",
)  # fmt: skip
PASSED_ON = ".handed_over"  # by a manager, who never sees what is passed on
ROLES = {
    roles.PHYSIO: _("physiotherapist"),
    roles.STUDENT: _("student"),
    roles.COACH: _("exercise professional"),
    roles.CLINICAL_LEAD: _("clinical lead"),
    roles.MANAGER: _("manager"),
    roles.FRONT_DESK: _("front desk"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One person on one day. ``first`` and ``last`` are the same where they looked once."""

    on: date
    first: datetime
    last: datetime
    name: str
    role: str
    emergency: bool


def openings_of(patient: Patient, year: int, zone: ZoneInfo) -> list[Opening]:
    """Return who had the record open in a year, the newest day first. Four queries."""
    begins, ends = (datetime(each, 1, 1, tzinfo=zone) for each in (year, year + 1))
    rows = _opened(records_of(patient.pk).values_list("pk", flat=True))
    return _by_day(rows.filter(at__gte=begins, at__lt=ends), zone)


def all_openings_of(records: Iterable[UUID], zone: ZoneInfo) -> list[Opening]:
    """Return who ever had these records of one person open, the newest day first."""
    return _by_day(_opened(records), zone)


def _by_day(rows: QuerySet[AuditEvent], zone: ZoneInfo) -> list[Opening]:
    """Return a row for each person and day. Three queries."""
    found: dict[tuple[date, UUID, bool], list[datetime]] = {}
    for actor, action, at in rows.order_by("at").values_list("actor_id", "action", "at"):
        if actor is None:
            continue  # nobody was signed in
        day = at.astimezone(zone).date()
        found.setdefault((day, actor, action in EMERGENCY), []).append(at)
    people = _people({actor for _day, actor, _emergency in found})
    listed = [
        Opening(
            on=day, first=times[0], last=times[-1], name=people[actor][0], role=people[actor][1],
            emergency=emergency,
        )
        for (day, actor, emergency), times in found.items()
    ]  # fmt: skip
    return sorted(listed, key=lambda each: (each.on, each.last), reverse=True)


def years_of(patient: Patient, today: date, zone: ZoneInfo) -> Sequence[int]:
    """Return this year and those before it since the record was first opened. One query."""
    records = records_of(patient.pk).values_list("pk", flat=True)
    first = _opened(records).order_by("at").values_list("at", flat=True).first()
    begun = first.astimezone(zone).year if first else today.year
    return range(today.year, min(begun, today.year) - 1, -1)


def _opened(records: Iterable[UUID]) -> QuerySet[AuditEvent]:
    which = Q(action__in=EMERGENCY)
    for begins in RECORD:
        which |= Q(action__startswith=begins)
    return AuditEvent.objects.filter(
        which,
        chain__in=[str(pk) for pk in records],
        actor_kind="staff",
        result=AuditEvent.Result.DONE,
    ).exclude(action__endswith=PASSED_ON)


def _people(ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return the names of people and what they are at the clinic."""
    users = User.objects.filter(pk__in=list(ids)).select_related("practitioner")
    return {user.pk: _person(user) for user in users.prefetch_related("groups")}


def _person(user: User) -> tuple[str, str]:
    held = {group.name for group in user.groups.all()}
    words = [str(ROLES[name]) for name in ROLES if name in held]
    if not hasattr(user, "practitioner"):
        return str(user), ", ".join(words)
    treats = user.practitioner.title or user.practitioner.get_discipline_display()
    student = [str(ROLES[roles.STUDENT])] if roles.STUDENT in held else []
    return user.practitioner.name, ", ".join([treats, *student])
