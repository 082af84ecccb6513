"""When people work where, and which rooms there are: read once, asked for any day of it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from bookings import availability as engine
from bookings.availability.localtime import MINUTES_A_DAY
from bookings.models import Service, ServiceOffer
from bookings.schedule import rows
from bookings.schedule.kept import Kept, oldest_day
from bookings.schedule.rows import Hours
from bookings.schedule.visits import key
from clinic.models import Location

_kept = Kept(16)


def calendar_of(offers: Sequence[ServiceOffer], first: date, last: date) -> "Calendar":
    """Return the hours of these people at these places. One query, or none where it was kept.

    first, last  local days that will be asked for
    """
    people = sorted({offer.practitioner_id for offer in offers})
    places = sorted({offer.location_id for offer in offers})
    stamps = {offer.stamp for offer in offers}
    stamp = stamps.pop() if len(stamps) == 1 and first >= oldest_day() else ""
    asked = (stamp, tuple(people), tuple(places), first, last)
    return _kept.get(asked if stamp else "", lambda: Calendar(people, places, first, last, stamp))


def away_span(row: Hours) -> engine.LocalSpan | None:
    """Return time off or a closure; None where it ends as it begins."""
    if row.first is None or row.last is None:
        return None
    starts = row.starts or 0
    ends = MINUTES_A_DAY if row.ends is None else row.ends
    if (row.first, starts) >= (row.last, ends):
        return None
    return engine.LocalSpan(row.first, starts, row.last, ends)


class Calendar:
    """The hours of some people at some places for some days."""

    def __init__(self, people, places, first: date, last: date, stamp: str = "") -> None:
        self.stamp = stamp
        self._rows: dict[tuple[str, str, str], list[Hours]] = defaultdict(list)
        for row in rows.hours(people, places, first, last):
            who = "" if row.kind == rows.ROOM else row.who
            self._rows[row.kind, who, row.where].append(row)
        self._windows = Kept(256)

    def windows(self, offer: ServiceOffer, first: date, last: date) -> list[engine.Window]:
        """Return when a practitioner works at a place on these local days."""
        who, where = key(offer.practitioner_id), key(offer.location_id)
        return self._windows.get(
            (who, where, first, last), lambda: self._work(who, where, first, last, offer)
        )

    def _work(
        self, who: str, where: str, first: date, last: date, offer: ServiceOffer
    ) -> list[engine.Window]:
        return engine.working_windows(
            self._weekly(who, where),
            self._changed(who, where),
            self._breaks(who, where),
            self._spans(rows.CLOSED, "", where),
            [*self._spans(rows.AWAY, who, ""), *self._busy(who)],
            first,
            last,
            offer.location.tz,
        )

    def opening(self, place: Location, first: date, last: date) -> list[tuple[int, int]]:
        """Return when hours say that anybody works at a place, as instants, person by person.

        Closures and changed days count, breaks and absences do not: the door is open meanwhile.
        """
        where = key(place.pk)
        people = {
            who
            for kind, who, there in self._rows
            if there == where and kind in (rows.HOURS, rows.CHANGED)
        }
        closed = self._spans(rows.CLOSED, "", where)
        return [
            (window.start, window.end)
            for who in people
            for window in engine.working_windows(
                self._weekly(who, where), self._changed(who, where), (), closed, (),
                first, last, place.tz,
            )
        ]  # fmt: skip

    def _weekly(self, who: str, where: str) -> list[engine.WeeklyHours]:
        return [
            engine.WeeklyHours(
                row.number, row.starts or 0, row.ends or MINUTES_A_DAY, row.first, row.last
            )
            for row in self._rows.get((rows.HOURS, who, where), [])
        ]

    def _breaks(self, who: str, where: str) -> list[engine.Break]:
        return [
            engine.Break(
                row.number, row.starts or 0, row.ends or MINUTES_A_DAY, row.first, row.last
            )
            for row in self._rows.get((rows.BREAK, who, where), [])
        ]

    def _changed(self, who: str, where: str) -> list[engine.ChangedDay]:
        return [
            engine.ChangedDay(
                row.first,
                [] if row.starts is None else [(row.starts, row.ends or MINUTES_A_DAY)],
            )
            for row in self._rows.get((rows.CHANGED, who, where), [])
            if row.first
        ]

    def _spans(self, kind: str, who: str, where: str) -> list[engine.LocalSpan]:
        found = (away_span(row) for row in self._rows.get((kind, who, where), []))
        return [span for span in found if span]

    def _busy(self, who: str) -> list[tuple[int, int]]:
        """Return the instants at which somebody is busy elsewhere."""
        found = (row.busy() for row in self._rows.get((rows.BUSY, who, ""), []))
        return [(rows.instant(start), rows.instant(end)) for start, end in found]

    def units(self, place: str, service: Service) -> list[tuple[str, int]] | None:
        """Return the (room, unit) of a place that will do, rooms by name; None: none is needed.

        A place without rooms does not plan them, unless the service asks for a kind of room.
        """
        if not service.wants_room:
            return None
        there = self._rows.get((rows.ROOM, "", place), [])
        kind = service.room_kind
        if not there and not kind:
            return None
        fit = sorted(
            (row for row in there if kind in ("", row.room_kind)),
            key=lambda row: (row.who, row.room),
        )
        return [(row.room, unit) for row in fit for unit in range(1, row.number + 1)]
