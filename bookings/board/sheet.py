"""The board of a day, by practitioner or by room, and of one practitioner's week."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import formats
from django.utils.translation import gettext as _

from bookings import clock
from bookings.board import reading
from bookings.board.cards import Card, card
from bookings.board.hours import WorkingDays
from bookings.board.layout import Axis, Box, Span, axis_of, lanes
from bookings.board.packages import Packages
from bookings.board.reading import Person, Place
from bookings.models import Appointment

State = Appointment.State
CROWD = 3  # visits side by side
HERE = (State.ARRIVED, State.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Shade:
    """A stretch in which nobody is seen, and what a reader is told about it."""

    kind: str
    box: Box
    words: str


@dataclass(slots=True)
class Column:
    """A practitioner's day, a room's day, or one day of a week."""

    key: str
    title: str
    day: date
    note: str = ""
    person: Person | None = None
    is_today: bool = False
    cards: list[Card] = field(default_factory=list)
    shades: list[Shade] = field(default_factory=list)

    @property
    def is_wide(self) -> bool:
        """Whether so many lie side by side that one width is not enough."""
        return any(one.box.lanes > CROWD for one in self.cards)


@dataclass(slots=True)
class Board:
    """What the page shows."""

    span: reading.Span
    by: str  # practitioner, room, week
    axis: Axis
    columns: list[Column]
    gone: list[Card]
    counts: Counter
    now_at: int | None  # minutes below the beginning of the axis, where now lies on the board
    now_minute: int
    stamp: str

    @property
    def place(self) -> Place:
        return self.span.place

    @property
    def now_classes(self) -> str:
        """Where the line of now lies."""
        return "" if self.now_at is None else Box(self.now_at, 0).classes

    @property
    def hours(self) -> list[str]:
        return [f"{hour:02}:00" for hour in self.axis.hours]

    @property
    def day_list(self) -> list[Card]:
        """Every visit by time, as the printed list and narrow screens show them."""
        cards = [
            one
            for column in self.columns
            for each in column.cards
            for one in (each.members if each.kind == "session" else [each])
        ]
        return sorted(cards, key=lambda one: (one.day, one.span, one.with_whom))


def read(span: reading.Span, by: str, people: Sequence[Person], now: datetime) -> Board:
    """Return a board. Three queries (hours, visits, packages), whatever its size."""
    named = {person.pk: person for person in people}
    hours = WorkingDays([*named], span.place, span.first, span.last)
    rows = reading.visits(span, now)
    packages = Packages({row.patient_id for row in rows if row.patient_id}, now)
    cards = [card(row, span.place, packages, now) for row in rows]
    for one in cards:
        one.with_whom = named[one.practitioner].name if one.practitioner in named else ""
    standing = _without_seats(one for one in cards if not one.gone)
    columns = _columns(span, by, people, hours, standing, now)
    axis = axis_of(_reach(columns, span, people, hours))
    for column in columns:
        _lay_out(column, axis, hours)
    local = now.astimezone(span.place.tz)
    minute = local.hour * 60 + local.minute
    shown = span.first <= local.date() <= span.last and axis.start <= minute < axis.end
    return Board(
        span=span,
        by=by,
        axis=axis,
        columns=columns,
        gone=[one for one in cards if one.gone],
        counts=_counts(cards),
        now_at=minute - axis.start if shown else None,
        now_minute=minute,
        stamp=reading.stamp_of(rows),
    )


def _without_seats(cards: Iterable[Card]) -> list[Card]:
    """Put the visits of a group session inside it; a seat whose session is elsewhere stays."""
    listed = list(cards)
    sessions = {one.id: one for one in listed if one.kind == "session"}
    found = []
    for one in listed:
        home = sessions.get(one.session) if one.session else None
        if home is not None:
            home.members.append(one)
        else:
            found.append(one)
    return found


def _columns(
    span: reading.Span,
    by: str,
    people: Sequence[Person],
    hours: WorkingDays,
    cards: list[Card],
    now: datetime,
) -> list[Column]:
    if by == "week":
        return _days(span, cards, now)
    if by == "room":
        return _rooms(span.first, hours, cards)
    found = []
    for person in people:
        theirs = [one for one in cards if one.practitioner == person.pk]
        works = person.is_active and hours.planned(person.pk, span.first)
        if theirs or works:
            found.append(
                Column(str(person.pk), person.name, span.first, person=person, cards=theirs)
            )
    return found


def _days(span: reading.Span, cards: list[Card], now: datetime) -> list[Column]:
    today = now.astimezone(span.place.tz).date()
    days = [span.first + timedelta(days=number) for number in range(7)]
    return [
        Column(
            day.isoformat(),
            formats.date_format(day, "D j M"),
            day,
            person=span.person,
            is_today=day == today,
            cards=[one for one in cards if one.day == day],
        )
        for day in days
    ]


def _rooms(day: date, hours: WorkingDays, cards: list[Card]) -> list[Column]:
    columns = [
        Column(str(room.pk), room.name, day, cards=[one for one in cards if one.room == room.pk])
        for room in hours.rooms
    ]
    known = {room.pk for room in hours.rooms}
    rest = [one for one in cards if one.room not in known]
    if rest or not columns:
        columns.append(Column("", _("No room"), day, cards=rest))
    return columns


def _reach(
    columns: Sequence[Column],
    span: reading.Span,
    people: Sequence[Person],
    hours: WorkingDays,
) -> list[Span]:
    """Return every stretch that the axis has to hold."""
    spans = [one.span for column in columns for one in column.cards]
    days = {column.day for column in columns} or {span.first}
    who = [span.person] if span.person else [person for person in people if person.is_active]
    return spans + [
        planned for person in who for day in days for planned in hours.planned(person.pk, day)
    ]


def _lay_out(column: Column, axis: Axis, hours: WorkingDays) -> None:
    spans = [one.span for one in column.cards]
    for one, (lane, number) in zip(column.cards, lanes(spans), strict=True):
        one.box = axis.box(one.span, lane, number)
    words = {
        "outside": "",
        "break": _("Break"),
        "closed": _("Closed"),
        "away": _("Away"),
    }
    person = column.person.pk if column.person else None
    outside = hours.outside(hours.planned(person, column.day)) if person else []
    found = [("outside", span) for span in outside]
    found += [(cut.kind, cut.span) for cut in hours.cuts(person, column.day)]
    for kind, span in found:
        box = axis.shade(span)
        if box:
            column.shades.append(Shade(kind, box, words[kind]))
    kinds = {cut.kind for cut in hours.cuts(person, column.day)}
    column.note = words["closed"] if "closed" in kinds else words["away"] if "away" in kinds else ""


def _counts(cards: Sequence[Card]) -> Counter:
    """Return how many visits there are, and how many of them want a look."""
    people = [one for one in cards if one.kind == "visit"]
    standing = [one for one in people if not one.gone]
    return Counter(
        visits=len(standing),
        here=sum(one.state in HERE for one in standing),
        done=sum(one.state == State.COMPLETED for one in standing),
        new=sum(one.new for one in standing),
        overbooked=sum(one.overbooked for one in standing),
        gone=len(people) - len(standing),
    )


def title(board: Board) -> str:
    """Return what the board is of, in words."""
    if board.by == "week":
        values = {
            "first": formats.date_format(board.span.first, "j M"),
            "last": formats.date_format(board.span.last, "j M Y"),
        }
        return _("%(first)s to %(last)s") % values
    return formats.date_format(board.span.first, _("l j F Y"))


def zone(board: Board) -> str:
    """Return the zone of the board's clock by name."""
    return clock.zone_name(board.place.tz, board.span.bounds[0] + timedelta(hours=12))
