"""When people work on the days of a board: working hours, and what is cut out of them and why."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bookings.board.layout import MIDNIGHT, Span, of_day, without
from bookings.board.reading import Place
from bookings.schedule import rows
from bookings.schedule.rows import Hours
from clinic.models import Location


@dataclass(frozen=True, slots=True)
class Cut:
    """Part of a day in which nobody is seen: a break, a closure, an absence."""

    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class Room:
    pk: UUID
    name: str


class WorkingDays:
    """The hours of some people at one place, asked for day by day. One query."""

    def __init__(
        self, people: Collection[UUID], place: Place | Location, first: date, last: date
    ) -> None:
        self.rooms: list[Room] = []
        self._weekly: dict[str, list[Hours]] = defaultdict(list)
        self._changed: dict[tuple[str, date], list[Span]] = defaultdict(list)
        self._breaks: dict[str, list[Hours]] = defaultdict(list)
        self._away: dict[str, list[Hours]] = defaultdict(list)
        self._closed: list[Hours] = []
        # A query about nobody would not be SQL; the rooms and closures are wanted all the same.
        for row in rows.hours(people or [UUID(int=0)], [place.pk], first, last):
            self._keep(row.at_place(place.tz))
        self.rooms.sort(key=lambda room: (room.name.casefold(), room.pk))

    def _keep(self, row: Hours) -> None:
        if row.kind == rows.HOURS:
            self._weekly[row.who].append(row)
        elif row.kind == rows.CHANGED and row.first:
            spans = [] if row.starts is None else [_span(row)]
            self._changed[row.who, row.first] += spans
        elif row.kind == rows.BREAK:
            self._breaks[row.who].append(row)
        elif row.kind == rows.AWAY:
            self._away[row.who].append(row)
        elif row.kind == rows.CLOSED:
            self._closed.append(row)
        elif row.kind == rows.ROOM:
            self.rooms.append(Room(UUID(row.room), row.who))

    def planned(self, person: UUID, day: date) -> list[Span]:
        """Return the hours written for a day, before anything is cut out of them."""
        who = rows.key(person)
        if (who, day) in self._changed:
            return self._changed[who, day]
        return [_span(row) for row in self._weekly[who] if row.holds(day)]

    def cuts(self, person: UUID | None, day: date) -> list[Cut]:
        """Return the closures of the place, and a person's breaks and absences, on a day."""
        found = [Cut("closed", span) for row in self._closed if (span := _away(row, day))]
        if person is None:
            return found
        who = rows.key(person)
        found += [Cut("away", span) for row in self._away[who] if (span := _away(row, day))]
        return found + [Cut("break", _span(row)) for row in self._breaks[who] if row.holds(day)]

    def outside(self, planned: list[Span]) -> list[Span]:
        """Return the minutes of a day that no written hours hold."""
        return without([(0, MIDNIGHT)], planned)

    def open(self, person: UUID, day: date) -> list[Span]:
        """Return when somebody can be booked on a day."""
        return without(self.planned(person, day), [cut.span for cut in self.cuts(person, day)])


def _span(row: Hours) -> Span:
    return row.starts or 0, row.ends or MIDNIGHT


def _away(row: Hours, day: date) -> Span | None:
    if row.first is None or row.last is None:
        return None
    ends = MIDNIGHT if row.ends is None else row.ends
    return of_day((row.first, row.starts or 0, row.last, ends), day)
