"""What is still free of a practitioner's today: working hours less visits, place by place.

Only reads: one query for the places, and one for the hours of each.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assessments.diary.forms import own_places
from bookings import availability as engine
from bookings.board.hours import WorkingDays
from bookings.board.layout import MIDNIGHT, Span, without
from bookings.models import Appointment
from bookings.models.appointment import ran_out
from bookings.schedule import instant, moment
from clinic.models import Location, Practitioner

SHORTEST = 15  # minutes; what is shorter is a breath between two visits
REACH = timedelta(days=2)  # today at any place lies within it


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of working time without a visit, at one place; both ends are instants."""

    location: Location
    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def day(self) -> str:
        return f"{self.starts_at.astimezone(self.location.tz):%Y-%m-%d}"

    @property
    def starts(self) -> str:
        """On the clock of the place, as a field for a time takes it."""
        return f"{self.starts_at.astimezone(self.location.tz):%H:%M}"

    @property
    def ends(self) -> str:
        return f"{self.ends_at.astimezone(self.location.tz):%H:%M}"


def gaps_today(practitioner: Practitioner, now: datetime) -> list[Gap]:
    """Return what is left of today's hours from now on, earliest first.

    "Today" is the day at each place. Visits take their time wherever they are; requests and held
    times count as taken. One query more for the visits than for the hours.
    """
    found: list[Gap] = []
    places = list(own_places(practitioner).order_by("position", "name"))
    if not places:
        return found
    taken = _taken(practitioner, now)
    for place in places:
        day = engine.local_day(instant(now), place.tz)
        hours = WorkingDays([practitioner.pk], place, day, day)
        cuts = [span for start, end in taken if (span := _minutes(start, end, day, place))]
        cuts.append((0, _minute(now, place)))
        left = without(hours.open(practitioner.pk, day), cuts)
        found += [gap for span in left if (gap := _gap(place, day, span))]
    return sorted(found, key=lambda gap: (gap.starts_at, gap.location.name))


def _taken(practitioner: Practitioner, now: datetime) -> list[tuple[datetime, datetime]]:
    rows = Appointment.objects.blocking().filter(practitioner=practitioner)
    visits = rows.overlapping(now - REACH, now + REACH).exclude(ran_out(now))
    return list(visits.values_list("starts_at", "ends_at"))


def _minutes(start: datetime, end: datetime, day: date, place: Location) -> Span | None:
    """Return which minutes of a local day a visit takes."""
    local, until = start.astimezone(place.tz), end.astimezone(place.tz)
    if local.date() > day or until.date() < day:
        return None
    low = local.hour * 60 + local.minute if local.date() == day else 0
    high = until.hour * 60 + until.minute if until.date() == day else MIDNIGHT
    return (low, high) if low < high else None


def _minute(now: datetime, place: Location) -> int:
    """Return the minute of the day, the next five of the clock: nobody books 10:37."""
    local = now.astimezone(place.tz)
    return min(MIDNIGHT, -(-(local.hour * 60 + local.minute) // 5) * 5)


def _gap(place: Location, day: date, span: Span) -> Gap | None:
    start = engine.local_instant(day, span[0], place.tz)
    end = engine.local_instant(day, span[1], place.tz)
    if start is None or end is None or end - start < SHORTEST * 60:
        return None
    return Gap(place, moment(start), moment(end))
