"""What the reports ask the database: five questions, however long the diary is.

The visits of the days asked for come as packed text, a row for each kind of visit that differs in
more than its times: a quarter of a million of them are some hundred rows.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from bookings import availability as engine
from bookings.availability.localtime import Span
from bookings.models import Service, ServiceOffer
from bookings.reports.figures import Batch, Visit, Week
from bookings.schedule.calendar import Calendar
from bookings.schedule.diary import weeks
from bookings.schedule.rows import instant, moment
from bookings.schedule.visits import key
from clinic.models import Location, Practitioner

# Names of columns and states are constants of this project; everything else is a parameter.
_EPOCH = {
    "sqlite": "UNIXEPOCH({})",
    "postgresql": "FLOOR(EXTRACT(EPOCH FROM {}))::bigint",
}
_JOINED = {"sqlite": "group_concat({}, ';')", "postgresql": "string_agg({}, ';')"}


def _statement(vendor: str) -> str:
    epoch = _EPOCH[vendor].format
    times = (
        f"{epoch('starts_at')} || ',' || {epoch('ends_at')} || ','"
        f" || COALESCE(CAST({epoch('booked_at')} AS text), '')"
    )
    return f"""
SELECT CAST(practitioner_id AS text), CAST(location_id AS text), CAST(service_id AS text),
    state, source, new_patient, seats IS NOT NULL, session_id IS NOT NULL,
    {_JOINED[vendor].format(times)}
FROM bookings_appointment
WHERE ({{days}}) AND state NOT IN ('held', 'expired')
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"""  # noqa: S608


_VISITS = {vendor: _statement(vendor) for vendor in _EPOCH}


class Reading:
    """Some local days of some places. Everything is read once, when it is first asked for.

    first, last  both included; a visit belongs to the day it begins
    """

    def __init__(self, places: Sequence[Location], first: date, last: date, now: datetime) -> None:
        self.places = list(places)
        self.first, self.last = first, last
        self.now = now

    @cached_property
    def practitioners(self) -> dict[str, Practitioner]:
        return {key(person.pk): person for person in Practitioner.objects.order_by("name", "pk")}

    @cached_property
    def services(self) -> dict[str, Service]:
        return {
            key(service.pk): service for service in Service.objects.order_by("position", "name")
        }

    @cached_property
    def place_names(self) -> dict[str, str]:
        return {key(place.pk): place.name for place in self.places}

    @cached_property
    def zones(self) -> dict[str, ZoneInfo]:
        return {key(place.pk): place.tz for place in self.places}

    def bounds(self, place: Location) -> tuple[datetime, datetime]:
        """Return the instants at which the days begin and end on the wall of a place."""
        end = engine.day_start(self.last + timedelta(days=1), place.tz)
        return moment(engine.day_start(self.first, place.tz)), moment(end)

    @cached_property
    def batches(self) -> list[Batch]:
        """The visits that begin on these days, holds and expired ones left out. One query."""
        if not self.places:
            return []
        parts, params = [], []
        for place in self.places:
            start, end = self.bounds(place)
            parts.append("location_id = %s AND starts_at >= %s AND starts_at < %s")
            params += [key(place.pk), _stored(start), _stored(end)]
        sql = _VISITS[connection.vendor].format(days=" OR ".join(f"({part})" for part in parts))
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return [_batch(row) for row in cursor.fetchall()]

    @cached_property
    def weeks(self) -> dict[str, list[Week]]:
        """The weeks of each place, as instants; the first and the last may be cut."""
        return {
            key(place.pk): [
                Week(
                    monday,
                    engine.day_start(first, place.tz),
                    engine.day_start(last + timedelta(days=1), place.tz),
                )
                for monday, first, last in weeks(self.first, self.last)
            ]
            for place in self.places
        }

    @cached_property
    def windows(self) -> dict[tuple[str, str], list[Span]]:
        """When each practitioner could be booked at each place. One query."""
        people = [person.pk for person in self.practitioners.values()]
        if not people or not self.places:
            return {}
        calendar = Calendar(people, [place.pk for place in self.places], self.first, self.last)
        found = {}
        for person in people:
            for place in self.places:
                pair = ServiceOffer(practitioner_id=person, location=place)  # never saved
                spans = [
                    (window.start, window.end)
                    for window in calendar.windows(pair, self.first, self.last)
                ]
                if spans:
                    found[key(person), key(place.pk)] = spans
        return found

    @property
    def until(self) -> int:
        return instant(self.now)

    def name_of(self, who: str) -> str:
        person = self.practitioners.get(who)
        return person.name if person else who

    def service_name(self, which: str) -> str:
        service = self.services.get(which)
        return service.name if service else which


def _batch(row: Sequence[Any]) -> Batch:
    who, where, service, state, source, new, is_session, is_seat, packed = row
    return Batch(
        who, where, service, state, source, bool(new), bool(is_session), bool(is_seat),
        tuple(_unpacked(packed)),
    )  # fmt: skip


def _unpacked(packed: str) -> Iterator[Visit]:
    for text in packed.split(";"):
        start, end, booked = text.split(",")
        yield Visit(int(start), int(end), int(booked) if booked else None)


def _stored(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)
