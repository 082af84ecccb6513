"""What blocks practitioners and rooms, read in one query as packed numbers.

A row of the answer is a practitioner at a place with all their visits in one value: making a
Python object of every column of every visit cost more than everything behind it. The packed text
is also what a kept answer is recognised by (``bookings.schedule.kept``).
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from hashlib import blake2b
from struct import Struct
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from bookings.models.appointment import BLOCKING, UNTIL
from bookings.models.seats import TAKEN
from clinic.statements import Statement, stored_time

LONGEST = timedelta(days=1)  # a visit lasts a day at most, so none that ends later began before
_ROW = Struct(">qqhhh16s")  # as _PACKED writes it
_NO_ROOM = UUID(int=0)
_Y2K = 946_684_800  # PostgreSQL counts microseconds from 2000-01-01 00:00 UTC


class Visit(NamedTuple):
    """A blocking visit, hold or group session. Instants; buffers in minutes."""

    where: str
    room: str  # a room's key, or ""
    unit: int  # 0 where no unit is taken
    start: int
    end: int
    before: int
    after: int


class Mine(NamedTuple):
    """A browser's own hold."""

    mine: str  # its id
    start: int
    held_until: int


@dataclass(slots=True)
class Session:
    """A group session: instants, its seats, and the numbers of those that are taken."""

    id: str
    room: str
    start: int
    end: int
    seats: int
    taken: frozenset[int]

    @property
    def left(self) -> int:
        return self.seats - len(self.taken)

    @property
    def first_free(self) -> int:
        """The lowest seat nobody has, or 0."""
        return next((n for n in range(1, self.seats + 1) if n not in self.taken), 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose visits to read: instants, and what to leave out."""

    start: int
    end: int
    now: datetime
    browser: str = ""  # its own hold is in nobody's way but others'
    ignoring: UUID | None = None  # a visit being moved, or a hold being booked
    sessions_of: UUID | None = None  # a service given in groups


class Found:
    """What was read. ``digest`` says whether anything differs from an earlier reading.

    The packed rows are taken apart only when somebody asks for them: a kept answer never does.
    """

    def __init__(self, rows: Iterable[tuple[str, str, str, Any]]) -> None:
        self.mine: Mine | None = None
        self._rows: list[tuple[str, str, str, bytes]] = []
        summed = blake2b(digest_size=16)
        for kind, who, where, value in rows:
            packed = value.encode() if isinstance(value, str) else bytes(value)
            if kind == "m":
                mine = packed.decode().split(",")
                self.mine = Mine(mine[0], int(mine[1]), int(mine[2]))
                continue
            self._rows.append((kind, who, where, packed))
            summed.update(f"{kind}{who}{where}{len(packed)}:".encode())
            summed.update(packed)
        self.digest = summed.hexdigest()

    @cached_property
    def by_person(self) -> dict[str, list[Visit]]:
        found: dict[str, list[Visit]] = defaultdict(list)
        for kind, who, where, packed in self._rows:
            if kind == "v":
                found[who] += unpacked(where, packed)
        return found

    @cached_property
    def in_rooms(self) -> dict[tuple[str, int], list[tuple[int, int]]]:
        """What each (room, unit) has taken."""
        found: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
        for theirs in self.by_person.values():
            for visit in theirs:
                if visit.room and visit.unit:
                    found[visit.room, visit.unit].append((visit.start, visit.end))
        return found

    @cached_property
    def sessions(self) -> dict[tuple[str, str], list[Session]]:
        """The group sessions of a practitioner at a place, earliest first."""
        found: dict[tuple[str, str], list[Session]] = defaultdict(list)
        for kind, who, where, packed in self._rows:
            if kind == "s":
                found[who, where].append(_session(packed))
        for theirs in found.values():
            theirs.sort(key=lambda session: session.start)
        return found


# How each engine says it. Names of columns and states are constants of this project; everything
# else is a parameter, lists too, so that each question is the same statement every time.
_POSTGRESQL = {
    "packed": (
        "string_agg(timestamptz_send(starts_at) || timestamptz_send(ends_at)"
        " || int2send(buffer_before) || int2send(buffer_after)"
        " || int2send(COALESCE(room_unit, 0)::int2)"
        f" || uuid_send(COALESCE(room_id, '{_NO_ROOM}')), ''::bytea)"
    ),
    "text": "convert_to({}, 'UTF8')",
    "epoch": "FLOOR(DATE_PART('epoch', {}))::bigint",
    "list": "string_agg(c.seat::text, ' ')",
    "among": "{} = ANY (%({})s)",
    # Almost all visits begin before: the index by start would be read from end to end for this.
    "begins": "{} - %(end)s < interval '0'",
}
_SQLITE = {
    "packed": (
        "group_concat(UNIXEPOCH(starts_at) || ',' || UNIXEPOCH(ends_at) || ',' || buffer_before"
        " || ',' || buffer_after || ',' || COALESCE(room_unit, 0) || ',' || COALESCE(room_id, ''),"
        " ';')"
    ),
    "text": "{}",
    "epoch": "UNIXEPOCH({})",
    "list": "group_concat(c.seat, ' ')",
    "among": "{} IN (SELECT value FROM json_each(%({})s))",
    "begins": "{} < %(end)s",
}


def _listed(values: Collection[str]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


def _over(table: str = "") -> str:
    """Holds and requests that ran out; a request that waits for a call has no end."""
    until = f"{table}held_until"
    known = f"{table}state IN {_listed(UNTIL)} AND {until} IS NOT NULL"
    return f"({known} AND {until} <= %(now)s)"


def near(row: str) -> str:
    """Return what blocks around a visit read by the same statement, in the words of PostgreSQL.

    row  its name there. ``%(reach)s`` says how far around, in seconds, and rows are those of
         ``Found`` but for their kind. For the rooms they have taken, those of others at the place
         come along that overlap it: a room needs no time between visits
    """
    reach = "%(reach)s * interval '1 second'"
    start, end = f"{row}.starts_at - {reach}", f"{row}.ends_at + {reach}"
    return f"""
SELECT CAST(practitioner_id AS text) AS who, CAST(location_id AS text) AS place,
    {_POSTGRESQL["packed"]} AS packed
FROM bookings_appointment
WHERE ends_at > {start} AND ends_at < {end} + interval '1 day'
    AND starts_at < {end} AND starts_at > {start} - interval '1 day'
    AND (practitioner_id = {row}.practitioner_id OR location_id = {row}.location_id
        AND room_id IS NOT NULL AND starts_at < {row}.ends_at AND ends_at > {row}.starts_at)
    AND id <> {row}.id AND session_id IS NULL
    AND state IN {_listed(BLOCKING)} AND NOT {_over()}
GROUP BY practitioner_id, location_id"""  # noqa: S608


@cache
def _statement(vendor: str, *, browser: bool, ignoring: bool, groups: bool) -> Statement:
    """Return what blocks, one's own hold if a ``browser`` asks, and sessions of a group service."""
    dialect = _POSTGRESQL if vendor == "postgresql" else _SQLITE

    def epoch(column: str) -> str:
        return dialect["epoch"].format(column)

    but = "AND id <> %(ignoring)s" if ignoring else ""
    theirs = "AND NOT (state = 'held' AND browser = %(browser)s)" if browser else ""
    # A seat's time is its session's. What ran out blocks nobody.
    sql = f"""
SELECT 'v', CAST(practitioner_id AS text), CAST(location_id AS text), {dialect["packed"]}
FROM bookings_appointment
WHERE ends_at > %(start)s AND ends_at < %(late)s AND {dialect["begins"].format("starts_at")}
    AND session_id IS NULL AND state IN {_listed(BLOCKING)} AND NOT {_over()}
    AND ({dialect["among"].format("practitioner_id", "people")}
        OR {dialect["among"].format("room_id", "rooms")}) {but} {theirs}
GROUP BY practitioner_id, location_id"""  # noqa: S608
    if browser:
        own = dialect["text"].format(
            f"CAST(id AS text) || ',' || {epoch('starts_at')} || ',' || {epoch('held_until')}"
        )
        sql += f"""
UNION ALL
SELECT 'm', CAST(practitioner_id AS text), CAST(location_id AS text), {own}
FROM bookings_appointment
WHERE state = 'held' AND browser = %(browser)s AND browser <> ''
    AND held_until > %(now)s {but}"""  # noqa: S608
    if groups:
        about = dialect["text"].format(
            f"CAST(s.id AS text) || ',' || COALESCE(CAST(s.room_id AS text), '')"
            f" || ',' || {epoch('s.starts_at')} || ',' || {epoch('s.ends_at')} || ',' || s.seats"
            f" || ',' || COALESCE({dialect['list']}, '')"
        )
        own = "AND NOT (c.state = 'held' AND c.browser = %(browser)s)" if browser else ""
        but_seat = "AND c.id <> %(ignoring)s" if ignoring else ""
        sql += f"""
UNION ALL
SELECT 's', CAST(s.practitioner_id AS text), CAST(s.location_id AS text), {about}
FROM bookings_appointment s
LEFT JOIN bookings_appointment c ON c.session_id = s.id AND c.state IN {_listed(TAKEN)}
    AND NOT {_over("c.")} {own} {but_seat}
WHERE s.state = 'session' AND CAST(s.service_id AS text) = %(service)s
    AND {dialect["among"].format("s.practitioner_id", "people")}
    AND s.ends_at > %(start)s AND s.ends_at < %(late)s AND {dialect["begins"].format("s.starts_at")}
GROUP BY s.id"""  # noqa: S608
    return Statement("visits", sql)


def key(pk: UUID) -> str:
    """Return an id as the database writes it when asked for text."""
    return str(pk) if _with_dashes() else pk.hex


@cache
def _with_dashes() -> bool:
    return bool(connection.features.has_native_uuid_field)


def visits(practitioners: Collection[UUID], rooms: Collection[str], asked: Asked) -> Found:
    """Return what blocks these practitioners and rooms between two instants. One query.

    Visits that ended before are not read. ``asked.browser`` adds its own hold, and
    ``asked.sessions_of`` the sessions of a service with their seats.
    """
    params: dict[str, Any] = {
        "start": stored_time(datetime.fromtimestamp(asked.start, UTC)),
        "end": stored_time(datetime.fromtimestamp(asked.end, UTC)),
        "late": stored_time(datetime.fromtimestamp(asked.end, UTC) + LONGEST),
        "now": stored_time(asked.now),
        "people": _list([key(pk) for pk in practitioners]),
        "rooms": _list(rooms),
        "browser": asked.browser,
        "ignoring": key(asked.ignoring) if asked.ignoring else None,
        "service": key(asked.sessions_of) if asked.sessions_of else None,
    }
    statement = _statement(
        connection.vendor,
        browser=bool(asked.browser),
        ignoring=bool(asked.ignoring),
        groups=bool(asked.sessions_of),
    )
    return Found(statement.fetch(params))


def _list(keys: Collection[str]) -> str:
    """Write a list of ids as one parameter: '{a,b}' for PostgreSQL, JSON for SQLite."""
    if connection.vendor == "postgresql":
        return "{" + ",".join(keys) + "}"
    return json.dumps(list(keys))


def unpacked(where: str, packed: bytes) -> Iterator[Visit]:
    """Yield the visits of one packed value."""
    if connection.vendor == "postgresql":
        names: dict[bytes, str] = {_NO_ROOM.bytes: ""}
        for start, end, before, after, unit, room in _ROW.iter_unpack(packed):
            if room not in names:
                names[room] = str(UUID(bytes=room))
            yield Visit(
                where,
                names[room],
                unit,
                start // 1_000_000 + _Y2K,
                end // 1_000_000 + _Y2K,
                before,
                after,
            )
        return
    for text in packed.decode().split(";"):
        start, end, before, after, unit, room = text.split(",")
        yield Visit(where, room, int(unit), int(start), int(end), int(before), int(after))


def _session(packed: bytes) -> Session:
    pk, room, start, end, seats, taken = packed.decode().split(",")
    return Session(pk, room, int(start), int(end), int(seats), frozenset(map(int, taken.split())))
