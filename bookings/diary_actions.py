"""Hours, absences and closures: saved with an audit row, and with a look at who is booked then."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bookings.actions import opening
from bookings.actions.hours import Look, Outcome, change_hours, touched_if
from bookings.models import (
    Appointment,
    BreakTime,
    ChangedDay,
    Closure,
    HoursChange,
    TimeOff,
    WorkingHours,
)
from clinic.actions.records import remove_record, save_record
from clinic.audit import actor_of
from clinic.models import User

HoursRow = WorkingHours | BreakTime | ChangedDay | TimeOff | Closure


def save_hours(
    row: HoursRow,
    *,
    by: User,
    now: datetime,
    changed: Iterable[str] = (),
    look: Look | None = None,
) -> Outcome:
    """Save hours, a break, a changed day, time off or a closure.

    Returns the booked visits ahead that lose their hours by it. They stay booked; what happens to
    them is in ``look``. What becomes free is offered to the waiting list. Raises LookFirst when a
    ``look`` is given that does not know them.
    """

    def write() -> None:
        was = type(row).objects.filter(pk=row.pk).first()
        save_record(row, by=by, changed=changed)
        opening.opened(was, row, now=now)

    return change_hours(write, whose(row), about(row), look=look, by=actor_of(by), now=now)


def remove_hours(row: HoursRow, *, by: User, now: datetime, look: Look | None = None) -> Outcome:
    """Remove such a row; otherwise like ``save_hours``."""

    def write() -> None:
        was = type(row).objects.filter(pk=row.pk).first()
        remove_record(row, by=by)
        opening.opened(was, None, now=now)

    return change_hours(write, whose(row), about(row), look=look, by=actor_of(by), now=now)


def touched_by(row: HoursRow, *, now: datetime, removing: bool = False) -> list[Appointment]:
    """Return the visits that saving (or removing) a row would put outside working hours.

    Nothing is kept. Visits that lie outside already are not among them.
    """

    def write() -> None:
        if removing:
            type(row).objects.filter(pk=row.pk).delete()
        else:
            row.save()

    return touched_if(write, whose(row), now=now)


def whose(row: HoursRow) -> dict[str, Any]:
    """Return which visits a row may touch: its practitioner's, at its place."""
    found: dict[str, Any] = {}
    if not isinstance(row, Closure):
        found["practitioner"] = row.practitioner_id
    if not isinstance(row, TimeOff):
        found["location"] = row.location_id
    return found


def about(row: HoursRow) -> HoursChange:
    """Return what a change of this row is called, unsaved."""
    change = HoursChange(
        practitioner_id=getattr(row, "practitioner_id", None),
        location_id=getattr(row, "location_id", None),
    )
    if isinstance(row, WorkingHours | BreakTime):
        change.what = HoursChange.What.WEEK
        change.first_day, change.last_day = row.valid_from, row.valid_to
    elif isinstance(row, ChangedDay):
        change.what = HoursChange.What.DAY
        change.first_day = change.last_day = row.day
    else:
        away = isinstance(row, TimeOff)
        change.what = HoursChange.What.AWAY if away else HoursChange.What.CLOSED
        change.first_day, change.last_day = row.first_day, row.last_day
    return change
