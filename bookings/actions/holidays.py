"""Public holidays as closures: looked at first, with the visits they touch, then written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bookings import availability as engine
from bookings.actions.hours import AHEAD, Look, Outcome, change_hours
from bookings.models import Appointment, Closure, HoursChange
from bookings.schedule import instant, moment
from clinic import audit
from clinic.audit import Actor
from clinic.models import Location


@dataclass(slots=True)
class Holiday:
    """A holiday at a place, as it stands before anything is written."""

    location: Location
    day: date
    name: str
    closed: bool  # the place is closed that whole day already
    over: bool  # the day has passed
    visits: list[Appointment] = field(default_factory=list)  # booked visits on that day

    @property
    def key(self) -> str:
        return f"{self.location.slug}:{self.day.isoformat()}"

    @property
    def is_new(self) -> bool:
        """Whether applying the import would close the place."""
        return not self.closed and not self.over


def look(
    days: Sequence[tuple[date, str]], locations: Iterable[Location], *, now: datetime
) -> list[Holiday]:
    """Return what an import of these days would do at these places, by place and day.

    Two queries, however many places, days and visits.
    """
    locations = list(locations)
    if not days or not locations:
        return []
    first, last = min(day for day, _ in days), max(day for day, _ in days)
    closures = list(
        Closure.objects.filter(location__in=locations, first_day__lte=last, last_day__gte=first)
    )
    visits = list(
        Appointment.objects.with_people()
        .filter(
            location__in=locations,
            state__in=AHEAD,
            starts_at__gt=now,
            starts_at__lt=datetime.combine(last, datetime.min.time(), now.tzinfo)
            + timedelta(days=2),
        )
        .order_by("starts_at")
    )
    return [
        Holiday(
            location=place,
            day=day,
            name=name,
            closed=any(_covers(closure, place, day) for closure in closures),
            over=day < engine.local_day(instant(now), place.tz),
            visits=_on(visits, place, day),
        )
        for place in locations
        for day, name in days
    ]


def _covers(closure: Closure, place: Location, day: date) -> bool:
    """Say whether a closure takes the whole of a day."""
    if closure.location_id != place.pk or not closure.first_day <= day <= closure.last_day:
        return False
    starts_late = closure.starts is not None and closure.first_day == day
    ends_early = closure.ends is not None and closure.last_day == day
    return not starts_late and not ends_early


def _on(visits: Iterable[Appointment], place: Location, day: date) -> list[Appointment]:
    start = moment(engine.day_start(day, place.tz))
    end = moment(engine.day_start(day + timedelta(days=1), place.tz))
    return [
        visit
        for visit in visits
        if visit.location_id == place.pk and visit.starts_at < end and start < visit.ends_at
    ]


@dataclass(slots=True)
class Closed:
    """What an import wrote, and the visits that lost their time by it."""

    made: list[Closure]
    outcome: Outcome


def close(days: Iterable[Holiday], *, by: Actor, now: datetime, look: Look | None = None) -> Closed:
    """Close these places on these days; those that are closed already or over are left alone.

    Raises LookFirst, and closes nothing, when visits are touched that ``look`` does not know.
    Without a ``look`` they stay booked: the desk calls the patients and moves them.
    """
    days = [day for day in days if day.is_new]
    places = {day.location.pk for day in days}
    made: list[Closure] = []
    about = HoursChange(
        what=HoursChange.What.CLOSED,
        location_id=min(places) if len(places) == 1 else None,
        first_day=min((day.day for day in days), default=None),
        last_day=max((day.day for day in days), default=None),
    )

    def write() -> None:
        # The places are the queue: two imports at once close a day once.
        list(Location.objects.select_for_update().filter(pk__in=places).order_by("pk"))
        for day in days:
            if _closed_meanwhile(day):
                continue
            closure = Closure(
                location=day.location, name=day.name[:120], first_day=day.day, last_day=day.day
            )
            closure.save(force_insert=True)
            audit.record("closure_added", closure, by=by, data={"fields": ["holiday"]}, at=now)
            made.append(closure)

    whose = {"location__in": sorted(places)}
    return Closed(made, change_hours(write, whose, about, look=look, by=by, now=now))


def _closed_meanwhile(day: Holiday) -> bool:
    there = Closure.objects.filter(
        location=day.location, first_day__lte=day.day, last_day__gte=day.day
    )
    return any(_covers(closure, day.location, day.day) for closure in there)
