"""What a process keeps between requests, and how it knows that it may.

Nothing is kept for a time: a kept answer carries a stamp of everything it was worked out from, and
is used only while the database gives the same stamp. A change made anywhere, also by hand in SQL,
is therefore seen by the next request of every process.
"""

from collections.abc import Callable, Hashable
from datetime import date, timedelta
from typing import Any, ClassVar, TypeVar
from weakref import WeakSet

from django.db import connection
from django.utils import timezone

from clinic.statements import Statement

Value = TypeVar("Value")

# Whatever says who offers what where and when. Hardly ever written, so their rows are stamped.
_TABLES = (
    "bookings_service",
    "bookings_serviceoffer",
    "bookings_room",
    "bookings_workinghours",
    "bookings_breaktime",
    "bookings_changedday",
    "bookings_timeoff",
    "bookings_closure",
    "bookings_busyimport",  # its row is written anew whenever busy times are
    "clinic_practitioner",
    "clinic_location",
    "clinic_practice",
)
# What ended two days ago is over on every wall.
_OLD = {
    "bookings_changedday": " WHERE day >= %(over)s",
    "bookings_timeoff": " WHERE last_day >= %(over)s",
    "bookings_closure": " WHERE last_day >= %(over)s",
}
# PostgreSQL writes the transaction that made a row, and its place, beside every row: together they
# name one version of one row. A rolled-back version is seen by nobody else and never comes again.
_ROWS = " UNION ALL ".join(
    f"SELECT xidsend(xmin) || tidsend(ctid) AS version FROM {table}{_OLD.get(table, '')}"  # noqa: S608
    for table in _TABLES
)
_VERSIONS = "sha256(string_agg(version, ''::bytea))"
STAMP = f"SELECT COALESCE(encode({_VERSIONS}, 'hex'), '') FROM ({_ROWS}) v"  # noqa: S608
_READ = Statement("stamp", STAMP)


def stamp() -> str:
    """Return the version of the clinic's offers, people, places and hours; "" where none is known.

    One query on PostgreSQL. SQLite writes no versions, so there nothing is kept at all.
    """
    if connection.vendor != "postgresql":
        return ""
    ((found,),) = _READ.fetch({"over": oldest_day()})
    return str(found)


def oldest_day() -> date:
    """Return the first day of which a stamp says everything."""
    return timezone.now().date() - timedelta(days=2)


class Kept:
    """The answers used last, at most ``size`` of them. Shared by the threads of a process."""

    everything: ClassVar[WeakSet["Kept"]] = WeakSet()

    def __init__(self, size: int) -> None:
        self._size = size
        self._found: dict[Hashable, Any] = {}
        self.everything.add(self)

    @classmethod
    def forget(cls) -> None:
        """Work everything out anew, as a process does that has just started."""
        for kept in list(cls.everything):
            kept._found.clear()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what is kept under ``key``, or make it. Without a key nothing is kept."""
        if not key:
            return make()
        found = self._found.pop(key, self)
        value: Value = make() if found is self else found
        self._found[key] = value  # used last, so it goes last
        while len(self._found) > self._size:
            self._found.pop(next(iter(list(self._found))), None)
        return value

    def drop(self, key: Hashable) -> None:
        """Keep this one no longer."""
        self._found.pop(key, None)

    def __len__(self) -> int:
        return len(self._found)
