"""Busy times from another system become blocks of a practitioner, all at once and only those."""

from collections.abc import Sequence
from datetime import datetime

from bookings import busy
from bookings.actions import opening
from bookings.actions.booking import user_behind
from bookings.actions.hours import Look, Outcome, change_hours, touched_if
from bookings.models import Appointment, BusyImport, BusyTime, HoursChange
from clinic import audit
from clinic.audit import Actor
from clinic.models import Location, Practitioner

Spans = Sequence[busy.reading.Span]


def touched(practitioner: Practitioner, spans: Spans, *, now: datetime) -> list[Appointment]:
    """Return the booked visits these times would take. Nothing is kept."""
    whose = {"practitioner": practitioner.pk}
    return touched_if(lambda: _write(practitioner, spans), whose, now=now)


def replace(
    practitioner: Practitioner, spans: Spans, *, look: Look, by: Actor, now: datetime
) -> Outcome:
    """Put these times in place of what an earlier file left; none at all takes them away.

    Raises LookFirst, and writes nothing, when visits are touched that ``look`` does not know.
    """
    about = HoursChange(
        what=HoursChange.What.AWAY,
        practitioner=practitioner,
        first_day=min((start.date() for start, _ in spans), default=None),
        last_day=max((end.date() for _, end in spans), default=None),
    )

    def write() -> None:
        _write(practitioner, spans)
        about_file = BusyImport.objects.filter(practitioner=practitioner)
        about_file.delete()
        if spans:
            BusyImport.objects.create(
                practitioner=practitioner, read_at=now, read_by=user_behind(by), count=len(spans)
            )
        data = {"times": len(spans)}
        audit.record("busy.replace", practitioner, by=by, data=data, at=now)
        for place in Location.objects.filter(offers__practitioner=practitioner).distinct():
            opening.opened_days(practitioner, place, now.date(), None, now=now)

    whose = {"practitioner": practitioner.pk}
    return change_hours(write, whose, about, look=look, by=by, now=now)


def _write(practitioner: Practitioner, spans: Spans) -> None:
    BusyTime.objects.filter(practitioner=practitioner).delete()
    BusyTime.objects.bulk_create(
        BusyTime(practitioner=practitioner, starts_at=start, ends_at=end) for start, end in spans
    )
