"""Who is at a place on a day, and when it is open. Read anew every time: it is asked rarely."""

from datetime import date, datetime, timedelta

from django.db.models import Q

from bookings import availability as engine
from bookings.models import ChangedDay, DutyDay, ServiceOffer, WorkingHours
from bookings.schedule.calendar import Calendar
from bookings.schedule.rows import instant, moment
from clinic.models import Location, Practitioner

LOOK_AHEAD = timedelta(days=28)


class Presence:
    """The hours of everybody who works at a place, from today on. Two queries."""

    def __init__(self, place: Location, now: datetime) -> None:
        self.place = place
        self.now = now
        self.first = engine.local_day(instant(now), place.tz)
        self.last = self.first + LOOK_AHEAD
        self.people = _people(place)
        ids = [person.pk for person in self.people]
        self._calendar = Calendar(ids, [place.pk], self.first, self.last) if ids else None

    def after(self, span: timedelta) -> datetime | None:
        """Return when the place will have been open for this long from now on.

        None where no hours are known, or not within four weeks.
        """
        if self._calendar is None:
            return None
        opening = self._calendar.opening(self.place, self.first, self.last)
        seconds = int(span.total_seconds())
        found = engine.after_open_time(instant(self.now), seconds, opening)
        return None if found is None else moment(found)

    def next_day(self) -> date | None:
        """Return the local day on which the place is open next; today while it still is."""
        opens = self.after(timedelta(0))
        return None if opens is None else engine.local_day(instant(opens), self.place.tz)

    def working(self, day: date) -> list[Practitioner]:
        """Return who works here on a day, by name; absences count."""
        return [person for person in self.people if self._works(person, day)]

    def _works(self, person: Practitioner, day: date) -> bool:
        offer = ServiceOffer(practitioner=person, location=self.place)
        return self._calendar is not None and bool(self._calendar.windows(offer, day, day))


def on_duty(presence: Presence) -> list[Practitioner]:
    """Return who answers for a place when it is open next. One query.

    Those marked for that weekday who are there; where nobody is, everybody who is.
    """
    day = presence.next_day()
    if day is None:
        return []
    there = presence.working(day)
    marked = DutyDay.objects.filter(location=presence.place, weekday=day.weekday())
    ids = set(marked.values_list("practitioner_id", flat=True))
    return [person for person in there if person.pk in ids] or there


def _people(place: Location) -> list[Practitioner]:
    usual = WorkingHours.objects.filter(location=place).values("practitioner_id")
    changed = ChangedDay.objects.filter(location=place).values("practitioner_id")
    here = Q(pk__in=usual) | Q(pk__in=changed)
    return list(Practitioner.objects.working().filter(here).select_related("user"))
