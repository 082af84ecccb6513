"""One service's diary, read once: who can take whom where, and when.

Rows go in, the pure engine (``bookings.availability``) answers. Everything that lists, holds,
books or moves asks a ``Diary``, so that a listed time is a bookable one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from bookings import availability as engine
from bookings.availability import Refusal, Rules
from bookings.availability.localtime import Span
from bookings.models import Service, ServiceOffer
from bookings.models.services import LONGEST_BUFFER
from bookings.schedule import visits
from bookings.schedule.calendar import calendar_of
from bookings.schedule.rows import instant, moment
from bookings.schedule.visits import Asked, Mine, Session, key
from clinic import practice
from clinic.models import Location, Practitioner

MINUTE = 60
DESK_HORIZON = 730  # days; the desk may plan further ahead than patients book


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time that can be booked: with whom, where, from when to when (UTC)."""

    practitioner: Practitioner
    location: Location
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Spot:
    """What a visit takes besides its practitioner: a unit of a room, or a seat of a session."""

    room: UUID | None = None
    unit: int | None = None
    session: UUID | None = None
    seat: int | None = None


def rules_for(service: Service, *, desk: bool = False) -> Rules:
    """Return what a service asks of a time. The desk books without notice and further ahead."""
    horizon = practice.current().horizon_days
    return Rules(
        duration=service.minutes * MINUTE,
        buffer_before=service.buffer_before * MINUTE,
        buffer_after=service.buffer_after * MINUTE,
        step=service.step_minutes * MINUTE,
        notice=0 if desk else service.notice_minutes * MINUTE,
        horizon_days=max(horizon, DESK_HORIZON) if desk else horizon,
    )


def reach() -> int:
    """Return how far around a visit others may matter, in seconds: buffers, and the way."""
    return max(LONGEST_BUFFER, practice.current().travel_minutes) * MINUTE


class Diary:
    """What was read for one service and some days.

    offers       who offers it where, in the order pages show them
    first, last  local days for which ``starts`` may be asked
    now          the instant of asking
    at           the one start that will be asked about, where that is so: what lies further from
                 that visit than buffers reach is then not read
    near         what stands around that one, where it was read already
    """

    def __init__(
        self,
        offers: Sequence[ServiceOffer],
        *,
        now: datetime,
        first: date,
        last: date,
        rules: Rules,
        at: int | None = None,
        near: visits.Found | None = None,
        browser: str = "",
        ignoring: UUID | None = None,
    ) -> None:
        self.offers = list(offers)
        self.service = self.offers[0].service
        self.now = now
        self.first, self.last = first, last
        self.rules = rules
        self._scope: dict[str, Any] = {"browser": browser, "ignoring": ignoring}
        self._travel = practice.current().travel_minutes * MINUTE
        self._calendar = calendar_of(self.offers, *self._days_of_hours())
        self._visits = near or self._read_visits(at)
        self._rest: Diary | None = None
        self._starts: dict[tuple[str, str, date, date], list[int]] = {}
        self._full: dict[str, list[tuple[int, int]] | None] = {}

    def _days_of_hours(self) -> tuple[date, date]:
        """Return the days whose hours are read: to the horizon, so that every page asks alike.

        Work that goes on after midnight is written in the hours of the day after.
        """
        todays = [engine.local_day(instant(self.now), tz) for tz in self._zones()]
        horizon = max(todays) + timedelta(days=self.rules.horizon_days)
        return min(self.first, *todays), max(self.last, horizon) + timedelta(days=3)

    def _zones(self) -> list:
        return list({offer.location.tz for offer in self.offers})

    def _read_visits(self, at: int | None) -> visits.Found:
        """Read what blocks a visit that starts ``at``, or else the days asked for."""
        people = {offer.practitioner_id for offer in self.offers}
        if at is None or self.service.is_group:  # how long a session lasts is read along with it
            start, end = self._span(len(people) > 1)
        else:
            start, end = at, at + self.rules.duration
        asked = Asked(
            start=start - reach(),
            end=end + reach(),
            now=self.now,
            sessions_of=self.service.pk if self.service.is_group else None,
            **self._scope,
        )
        places = dict.fromkeys(key(offer.location_id) for offer in self.offers)
        units = [
            unit for place in places for unit in self._calendar.units(place, self.service) or ()
        ]
        return visits.visits(people, dict.fromkeys(room for room, _ in units), asked)

    def _span(self, several: bool) -> Span:
        """Return the days asked for; to the end of the last week where several share a load."""
        zones = self._zones()
        until = self.last + timedelta(days=7 - self.last.weekday() if several else 1)
        start = max(min(engine.day_start(self.first, tz) for tz in zones), instant(self.now))
        return start, max(engine.day_start(until, tz) for tz in zones)

    @property
    def mine(self) -> Mine | None:
        """This browser's own hold, which is in nobody's way but others'."""
        return self._visits.mine

    @property
    def stamp(self) -> str:
        """What every answer about these days depends on; "" where nobody can say.

        Starts are whole minutes, so notice lets the same ones through for a whole minute.
        """
        if not self._calendar.stamp:
            return ""
        now = instant(self.now)
        minute = (-(-now // 60), now // 60)
        offers = ",".join(str(offer.pk) for offer in self.offers)
        asked = (self.rules, self._travel, self.first, self.last)
        parts = (self._calendar.stamp, self._visits.digest, *asked, minute, offers)
        return "|".join(map(str, parts))

    @property
    def went_on(self) -> bool:
        """Whether later days were read as well, of which ``stamp`` says nothing."""
        return self._rest is not None

    def waive_notice(self) -> None:
        """Ask for no notice from now on: for somebody who holds a time already."""
        self.rules = replace(self.rules, notice=0)
        self._starts.clear()

    def again(self, first: date, last: date) -> "Diary":
        """Return the same diary for other days."""
        return Diary(
            self.offers, now=self.now, first=first, last=last, rules=self.rules, **self._scope
        )

    def rest(self, last: date) -> "Diary":
        """Return the diary of the days after this one's, read once however often it is asked."""
        if self._rest is None or self._rest.last != last:
            self._rest = self.again(self.last + timedelta(days=1), last)
        return self._rest

    def windows(self, offer: ServiceOffer, first: date, last: date) -> list[engine.Window]:
        """Return when a practitioner works at a place on these local days."""
        return self._calendar.windows(offer, first, last)

    def _units_busy(self, place: str) -> list[list[tuple[int, int]]] | None:
        units = self._calendar.units(place, self.service)
        return None if units is None else [self._visits.in_rooms[unit] for unit in units]

    def _no_room(self, place: str) -> list[tuple[int, int]] | None:
        """Return when no unit is free, worked out once for everybody at the place."""
        if place not in self._full:
            units = self._units_busy(place)
            self._full[place] = None if units is None else engine.no_room(units, self.rules)
        return self._full[place]

    def busy(self, offer: ServiceOffer) -> list[engine.Busy]:
        """Return what blocks a practitioner, with the way from and to other places."""
        here: list[engine.Busy] = []
        there: list[engine.Busy] = []
        where = key(offer.location_id)
        for visit in self._visits.by_person[key(offer.practitioner_id)]:
            span = (visit.start, visit.end, visit.before * MINUTE, visit.after * MINUTE)
            (here if visit.where == where else there).append(span)
        return here + engine.elsewhere(there, self._travel)

    def starts(self, offer: ServiceOffer, first: date, last: date) -> list[int]:
        """Return every instant a visit can start at, on these local days, earliest first."""
        asked = (key(offer.practitioner_id), key(offer.location_id), first, last)
        if asked not in self._starts:
            self._starts[asked] = self._find(offer, first, last)
        return self._starts[asked]

    def _find(self, offer: ServiceOffer, first: date, last: date) -> list[int]:
        tz = offer.location.tz
        if self.service.is_group:
            begin = engine.day_start(first, tz)
            end = engine.day_start(last + timedelta(days=1), tz)
            return [
                session.start
                for session in self._sessions(offer)
                if begin <= session.start < end and not self._joining(offer, session)
            ]
        return engine.free_starts(
            self.windows(offer, first, last),
            self.busy(offer),
            self.rules,
            now=instant(self.now),
            tz=tz,
            full=self._no_room(key(offer.location_id)),
        )

    def refusal(self, offer: ServiceOffer, start: int) -> Refusal | None:
        """Return None if a visit can start then, else the rule that says no."""
        if self.service.is_group:
            session = self.session(offer, start)
            return self._joining(offer, session) if session else Refusal.NO_SESSION
        return self._refusal(offer, start, self.rules)

    def planning(self, offer: ServiceOffer, start: int) -> Refusal | None:
        """Return None if a group session can be planned then; it may start off the grid."""
        return self._refusal(offer, start, replace(self.rules, step=1))

    def _refusal(self, offer: ServiceOffer, start: int, rules: Rules) -> Refusal | None:
        tz = offer.location.tz
        day = engine.local_day(start, tz)
        return engine.is_free(
            start,
            self.windows(offer, day, day),
            self.busy(offer),
            rules,
            now=instant(self.now),
            tz=tz,
            units=self._units_busy(key(offer.location_id)),
        )

    def _sessions(self, offer: ServiceOffer) -> list[Session]:
        return self._visits.sessions[key(offer.practitioner_id), key(offer.location_id)]

    def session(self, offer: ServiceOffer, start: int) -> Session | None:
        """Return the group session that starts then, or None."""
        return next((one for one in self._sessions(offer) if one.start == start), None)

    def _joining(self, offer: ServiceOffer, session: Session) -> Refusal | None:
        tz = offer.location.tz
        day = engine.local_day(session.start, tz)
        own = (session.start, session.end)
        return engine.may_join(
            session.start,
            session.left,
            self.windows(offer, day, day),
            [busy for busy in self.busy(offer) if busy[:2] != own],
            replace(self.rules, duration=session.end - session.start),
            now=instant(self.now),
            tz=tz,
        )

    def spot(self, offer: ServiceOffer, start: int, *, keep: int | None = None) -> Spot:
        """Return the unit or seat a visit takes; nothing where none is needed or none is left.

        keep  the seat the visit has already, which it keeps while it is free
        """
        if self.service.is_group:
            session = self.session(offer, start)
            if session is None:
                return Spot()
            free = keep and keep <= session.seats and keep not in session.taken
            seat = keep if free else session.first_free
            room = UUID(session.room) if session.room else None
            return Spot(room=room, session=UUID(session.id), seat=seat or None)
        room, unit = self.unit(offer, start)
        return Spot(room=room, unit=unit)

    def unit(self, offer: ServiceOffer, start: int) -> tuple[UUID | None, int | None]:
        """Return the first free (room, unit) of a place; nothing where none is needed or left."""
        units = self._calendar.units(key(offer.location_id), self.service)
        if not units:
            return None, None
        end = start + self.rules.duration
        number = engine.free_unit([self._visits.in_rooms[unit] for unit in units], start, end)
        if not number:
            return None, None
        room, unit = units[number - 1]
        return UUID(room), unit

    def load(self, practitioner: Practitioner, start: int, end: int) -> int:
        """Return the seconds booked between two instants, as far as they still lie ahead."""
        return sum(
            visit.end - visit.start
            for visit in self._visits.by_person[key(practitioner.pk)]
            if start <= visit.start < end
        )

    def at(self, offer: ServiceOffer, start: int) -> FreeTime:
        """Return a start as a time that can be shown and booked."""
        session = self.session(offer, start) if self.service.is_group else None
        ends = moment(session.end if session else start + self.rules.duration)
        return FreeTime(offer.practitioner, offer.location, moment(start), ends)

    def shared(self, offers: Iterable[ServiceOffer], first: date, last: date) -> list[FreeTime]:
        """Return each time once, with whoever has the least to do in its week; ties by name."""
        offers = list(offers)
        chosen: dict[int, ServiceOffer] = {}
        for monday, week_first, week_last in weeks(first, last):
            for offer in self.by_load(offers, monday) if len(offers) > 1 else offers:
                for start in self.between(offer, first, last, week_first, week_last):
                    chosen.setdefault(start, offer)
        return [self.at(chosen[start], start) for start in sorted(chosen)]

    def between(
        self, offer: ServiceOffer, first: date, last: date, week_first: date, week_last: date
    ) -> list[int]:
        """Return the starts of some of the days first to last, which are worked out only once."""
        tz = offer.location.tz
        begin = engine.day_start(week_first, tz)
        end = engine.day_start(week_last + timedelta(days=1), tz)
        return [start for start in self.starts(offer, first, last) if begin <= start < end]

    def by_load(self, offers: Iterable[ServiceOffer], monday: date) -> list[ServiceOffer]:
        """Return the offers of one place, the lightest load of the week first, then by name."""

        def rank(offer: ServiceOffer) -> tuple[int, str, str]:
            tz = offer.location.tz
            start = engine.day_start(monday, tz)
            end = engine.day_start(monday + timedelta(days=7), tz)
            load = self.load(offer.practitioner, start, end)
            return load, offer.practitioner.name, str(offer.practitioner_id)

        return sorted(offers, key=rank)


def weeks(first: date, last: date) -> Iterable[tuple[date, date, date]]:
    """Yield (its Monday, first day, last day) for every week that the days touch."""
    while first <= last:
        monday = first - timedelta(days=first.weekday())
        until = min(last, monday + timedelta(days=6))
        yield monday, first, until
        first = until + timedelta(days=1)
