"""A practitioner falls ill: the day is closed, and everybody touched is offered three other times.

Nothing is cancelled. A visit stays where it is until its patient, or the desk, moves it.
"""

from datetime import date, datetime, time, timedelta

from bookings import availability as engine
from bookings.actions import locks
from bookings.actions.affected import note_affected
from bookings.actions.booking import user_behind
from bookings.actions.other_times import MOVABLE, offer_to
from bookings.models import Absence, Appointment, TimeOff
from bookings.schedule import instant
from clinic import audit
from clinic.audit import Actor
from clinic.models import Location, Practitioner

WHOLE = time(0)


def span_at(place: Location, day: date, starts: time, ends: time) -> tuple[int, int]:
    """Return the instants of a part of a local day; 00:00 as an end is its midnight."""
    tz = place.tz
    first = engine.local_instant(day, starts.hour * 60 + starts.minute, tz)
    start = engine.day_start(day, tz) if starts == WHOLE or first is None else first
    last = None if ends == WHOLE else engine.local_instant(day, ends.hour * 60 + ends.minute, tz)
    return start, engine.day_start(day + timedelta(days=1), tz) if last is None else last


def touched(
    practitioner: Practitioner, day: date, starts: time, ends: time, *, now: datetime
) -> list[Appointment]:
    """Return the visits ahead in a part of a day, on the clock of each visit's place. One query."""
    begin = datetime.combine(day, WHOLE, tzinfo=now.tzinfo)
    near = Appointment.objects.with_people().filter(
        practitioner=practitioner,
        state__in=MOVABLE,
        patient__isnull=False,
        starts_at__gt=max(now, begin - timedelta(days=1)),
        starts_at__lt=begin + timedelta(days=2),
    )
    found = []
    for visit in near.order_by("starts_at"):
        start, end = span_at(visit.location, day, starts, ends)
        if instant(visit.starts_at) < end and start < instant(visit.ends_at):
            found.append(visit)
    return found


def report_absence(
    practitioner: Practitioner,
    day: date,
    *,
    starts: time = WHOLE,
    ends: time = WHOLE,
    by: Actor,
    now: datetime,
) -> Absence:
    """Close a part of a practitioner's day and offer everybody touched three other times.

    Written down twice for the same span, the second time asks only those who came since.
    """
    with locks.writing():
        locks.queue_practitioners(practitioner.pk)
        absence = Absence.objects.filter(
            practitioner=practitioner, day=day, starts=starts, ends=ends
        ).first() or _close(practitioner, day, starts, ends, by, now)
        known = set(absence.asked.values_list("appointment_id", "version"))
        visits = [
            visit
            for visit in touched(practitioner, day, starts, ends, now=now)
            if (visit.pk, visit.version) not in known
        ]
        note_affected(visits, now=now)
        offer_to(visits, {"absence": absence}, by=by, now=now)
    return absence


def _close(
    practitioner: Practitioner, day: date, starts: time, ends: time, by: Actor, now: datetime
) -> Absence:
    """Write the absence down, with the time off that keeps everybody from booking then."""
    off = TimeOff(
        practitioner=practitioner,
        first_day=day,
        starts=None if starts == WHOLE else starts,
        last_day=day,
        ends=None if ends == WHOLE else ends,
    )
    off.save(force_insert=True)
    audit.record("timeoff_added", off, by=by, at=now)
    absence = Absence(
        practitioner=practitioner,
        day=day,
        starts=starts,
        ends=ends,
        time_off=off,
        made_at=now,
        made_by=user_behind(by),
    )
    absence.save(force_insert=True)
    audit.record("absence.report", absence, by=by, data={"day": day.isoformat()}, at=now)
    return absence
