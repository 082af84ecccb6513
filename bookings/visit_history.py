"""Everything that happened to a visit, from the audit trail: who, when, why, old time and new.

Times stand in the events themselves. An event of a move names whom the visit was taken from; who
got it is whom the next move took it from, or whoever has it now.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bookings.models import Appointment
from clinic.admin.desk import names_of, shown_events, what, who
from clinic.models import AuditEvent, Practitioner

MOST = 500  # events of one visit
TIMED = ("visit.book", "visit.move")  # what gives a visit its time, and may have been forced


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to a visit. What it did not change is None or empty."""

    at: datetime
    what: str
    who: str
    why: str
    before: datetime | None
    after: datetime | None
    taken_from: str  # the practitioner who had it before, where that changed
    given_to: str


def changes_of(visit: Appointment) -> list[Change]:
    """Return every change, the first on top. Three queries."""
    events = list(
        shown_events()
        .filter(object_type=visit._meta.label_lower, object_id=str(visit.pk))
        .order_by("at", "position")[:MOST]
    )
    names, people = names_of(events), _practitioners(events, visit)
    had_by = visit.practitioner_id
    found = []
    for event in reversed(events):
        moved = event.action == "visit.move"
        left = UUID(event.data["left"]) if moved and event.data.get("left") else had_by
        found.append(
            Change(
                at=event.at,
                what=what(event),
                who=who(event, names),
                why=_why(event, visit),
                before=_instant(event, "moved_from") if moved else None,
                after=_instant(event, "starts_at") if event.action in TIMED else None,
                taken_from=people.get(left, "") if left != had_by else "",
                given_to=people.get(had_by, "") if left != had_by else "",
            )
        )
        had_by = left
    return found[::-1]


def _why(event: AuditEvent, visit: Appointment) -> str:
    """Return the reason somebody gave: for forcing a time, or for cancelling."""
    if event.action == "visit.cancel":
        words = dict(Appointment.CancelReason.choices)
        return str(words.get(visit.cancel_reason, visit.cancel_reason))
    return event.reason if event.action in TIMED else ""


def _practitioners(events: list[AuditEvent], visit: Appointment) -> dict[Any, str]:
    ids = {event.data["left"] for event in events if event.data.get("left")}
    found = {each.pk: each.name for each in Practitioner.objects.filter(pk__in=ids)}
    return {visit.practitioner_id: visit.practitioner.name, **found}


def _instant(event: AuditEvent, name: str) -> datetime | None:
    text = event.data.get(name)
    return datetime.fromisoformat(text) if text else None
