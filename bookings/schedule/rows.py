"""Who offers what where, and their hours of every kind: one query each."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from bookings.models import ServiceOffer
from bookings.schedule.visits import key

HOURS, BREAK, CHANGED, AWAY, CLOSED, ROOM = "hours", "break", "changed", "away", "closed", "room"
BUSY = "busy"  # the one kind whose days and minutes are UTC's: it is about instants


class Hours(NamedTuple):
    """A row that says something about hours. Which columns count depends on its kind."""

    kind: str
    who: str  # a practitioner's key, or "" where it concerns the whole place
    where: str  # a location's key, or "" where it holds everywhere
    number: int  # weekday, or the capacity of a room
    first: date | None
    starts: int | None  # minutes after local midnight
    last: date | None
    ends: int | None  # minutes after local midnight; 0 is the midnight that ends the day
    room: str  # a room's key, else ""
    room_kind: str

    def holds(self, day: date) -> bool:
        """Say whether a weekly row holds on a day: its weekday, within the days it is valid."""
        valid = (self.first or date.min) <= day <= (self.last or date.max)
        return valid and self.number == day.weekday()

    def busy(self) -> tuple[datetime, datetime]:
        """Return the instants of a row of the kind BUSY."""
        first, last = self.first or date.min, self.last or date.max
        return _utc(first, self.starts or 0), _utc(last, self.ends or 0)

    def at_place(self, tz: ZoneInfo) -> "Hours":
        """Return a row of the kind BUSY as time off on the wall of a place; others as they are."""
        if self.kind != BUSY:
            return self
        start, end = (instant.astimezone(tz) for instant in self.busy())
        return self._replace(
            kind=AWAY, first=start.date(), starts=start.hour * 60 + start.minute,
            last=end.date(), ends=end.hour * 60 + end.minute,
        )  # fmt: skip


def instant(at: datetime) -> int:
    """Return whole seconds since 1970; parts of a second are dropped."""
    return int(at.timestamp() // 1)


def moment(at: int) -> datetime:
    """Return an instant as a datetime in UTC."""
    return datetime.fromtimestamp(at, UTC)


def offers(service: Q, *, desk: bool) -> list[ServiceOffer]:
    """Return who offers a service where, by place and name. One query.

    The desk also sees services that patients cannot book online.
    """
    found = ServiceOffer.objects.filter(
        service, service__is_active=True, practitioner__is_active=True, location__is_active=True
    )
    if not desk:
        found = found.filter(service__online=True)
    return list(
        found.select_related("service", "practitioner", "location").order_by(
            "location__position", "location__name", "practitioner__name", "practitioner_id"
        )
    )


# One statement for seven tables, written by hand: building it from models took ten times as long as
# running it, on every page. What comes back is text, which both engines write alike. %(people)s
# and %(places)s are lists of parameters.
_HOURS = """
SELECT 'hours', CAST(practitioner_id AS text), CAST(location_id AS text), weekday,
    CAST(valid_from AS text), CAST(starts AS text), CAST(valid_to AS text), CAST(ends AS text), ''
FROM bookings_workinghours
WHERE practitioner_id IN %(people)s AND location_id IN %(places)s
    AND (valid_from IS NULL OR valid_from <= %(last)s)
    AND (valid_to IS NULL OR valid_to >= %(first)s)
UNION ALL
SELECT 'break', CAST(practitioner_id AS text), CAST(location_id AS text), weekday,
    CAST(valid_from AS text), CAST(starts AS text), CAST(valid_to AS text), CAST(ends AS text), ''
FROM bookings_breaktime
WHERE practitioner_id IN %(people)s AND location_id IN %(places)s
    AND (valid_from IS NULL OR valid_from <= %(last)s)
    AND (valid_to IS NULL OR valid_to >= %(first)s)
UNION ALL
SELECT 'changed', CAST(practitioner_id AS text), CAST(location_id AS text), 0,
    CAST(day AS text), CAST(starts AS text), NULL, CAST(ends AS text), ''
FROM bookings_changedday
WHERE practitioner_id IN %(people)s AND location_id IN %(places)s
    AND day BETWEEN %(first)s AND %(last)s
UNION ALL
SELECT 'away', CAST(practitioner_id AS text), '', 0,
    CAST(first_day AS text), CAST(starts AS text), CAST(last_day AS text), CAST(ends AS text), ''
FROM bookings_timeoff
WHERE practitioner_id IN %(people)s AND first_day <= %(last)s AND last_day >= %(first)s
UNION ALL
SELECT 'busy', CAST(practitioner_id AS text), '', 0,
    SUBSTR(CAST(starts_at AS text), 1, 10), SUBSTR(CAST(starts_at AS text), 12, 5),
    SUBSTR(CAST(ends_at AS text), 1, 10), SUBSTR(CAST(ends_at AS text), 12, 5), ''
FROM bookings_busytime
WHERE practitioner_id IN %(people)s AND starts_at < %(after)s AND ends_at > %(before)s
UNION ALL
SELECT 'closed', '', CAST(location_id AS text), 0,
    CAST(first_day AS text), CAST(starts AS text), CAST(last_day AS text), CAST(ends AS text), ''
FROM bookings_closure
WHERE location_id IN %(places)s AND first_day <= %(last)s AND last_day >= %(first)s
UNION ALL
SELECT 'room', name, CAST(location_id AS text), capacity, NULL, NULL, NULL, NULL,
    CAST(id AS text) || '/' || kind
FROM bookings_room
WHERE location_id IN %(places)s AND is_active
"""


def hours(
    practitioners: Collection[UUID], locations: Collection[UUID], first: date, last: date
) -> list[Hours]:
    """Return everything that decides when these people work at these places. One query.

    Weekly hours, breaks, changed days, time off, busy times, closures and rooms; ``first`` and
    ``last`` are local days, and rows that say nothing about them are not read.
    """
    people = {f"p{n}": key(pk) for n, pk in enumerate(practitioners)}
    places = {f"l{n}": key(pk) for n, pk in enumerate(locations)}
    days = {"first": first.isoformat(), "last": last.isoformat()}
    # Instants: no place is more than a day from UTC.
    days["before"] = (first - timedelta(days=1)).isoformat()
    days["after"] = (last + timedelta(days=2)).isoformat()
    named = {name: f"%({name})s" for name in (*people, *places, *days)}
    lists = {
        "people": "(" + ", ".join(named[name] for name in people) + ")",
        "places": "(" + ", ".join(named[name] for name in places) + ")",
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOURS % {**named, **lists}, {**people, **places, **days})
        return [_hours(row) for row in cursor.fetchall()]


def _hours(row: Sequence[Any]) -> Hours:
    kind, who, where, number, first, starts, last, ends, about = row
    room, _, room_kind = about.partition("/")
    days, times = (_day(first), _day(last)), (_minutes(starts), _minutes(ends))
    return Hours(kind, who, where, number, days[0], times[0], days[1], times[1], room, room_kind)


def _utc(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(*divmod(minute, 60)), UTC)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _minutes(text: str | None) -> int | None:
    """Read 09:30:00 as minutes after midnight."""
    return int(text[:2]) * 60 + int(text[3:5]) if text else None
