"""How often something may be asked for in an hour, counted in the cache's own table.

The database adds one and answers with the sum in a single statement, so that two requests at once
are two. A count taken inside a transaction that fails is given back with it: only what succeeded
counts. Limits are settings (``LIMIT_…``); the demo multiplies them (``LIMIT_FACTOR``).
"""

import functools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils.crypto import salted_hmac

from bookings.errors import TooMany
from clinic.statements import Missed, Statement, Step, stored_time

Use = tuple[str, str, int]  # of what, by whom, how often it is allowed

HOUR = timedelta(hours=1)
HOLDS_PER_ADDRESS = settings.LIMIT_HOLDS_PER_ADDRESS
BOOKINGS_PER_ADDRESS = settings.LIMIT_BOOKINGS_PER_ADDRESS
BOOKINGS_PER_EMAIL = settings.LIMIT_BOOKINGS_PER_EMAIL
CALLBACKS_PER_ADDRESS = settings.LIMIT_CALLBACKS_PER_ADDRESS
EMERGENCY_SEARCHES = settings.LIMIT_EMERGENCY_SEARCHES  # by one person
INTAKE_CODES_PER_ADDRESS = settings.LIMIT_INTAKE_CODES_PER_ADDRESS


def take(name: str, who: str, allowed: int, *, now: datetime) -> None:
    """Count one use of ``name`` by ``who`` (a network or mail address, kept only as a digest).

    The hour begins with the first use. Raises TooMany, with the seconds left of that hour, when
    it has had ``allowed`` uses already. Nobody in particular ("") is not counted.
    """
    take_each([(name, who, allowed)], now=now)


def take_each(uses: Sequence[Use], *, now: datetime) -> None:
    """Count several uses in one statement. Raises TooMany as ``take`` does."""
    counted = _counted(uses)
    if not counted:
        return
    keys = {f"key{number}": key for number, key in enumerate(counted)}
    for key, used, until in _adding(len(counted)).fetch({**keys, **_times(now)}):
        if int(used) > counted[key]:
            raise TooMany(max(1, ceil((_aware(until) - now).total_seconds())))


def step(uses: Sequence[Use], *, now: datetime) -> list[Step]:
    """Return the same as a statement that travels with others and refuses (Missed) by itself.

    ``take_each`` then says how long to wait. Nothing to count: no statement.
    """
    counted = _counted(uses)
    if not counted:
        return []
    if min(counted.values()) < 1:
        raise Missed
    params: dict[str, Any] = _times(now)
    for number, (key, allowed) in enumerate(counted.items()):
        params[f"key{number}"], params[f"allowed{number}"] = key, allowed
    return [(_adding_at_most(len(counted)), params)]


def _counted(uses: Sequence[Use]) -> dict[str, int]:
    """Return how often each key may be used in an hour."""
    return {_key(name, who): allowed * settings.LIMIT_FACTOR for name, who, allowed in uses if who}


def _key(name: str, who: str) -> str:
    digest = salted_hmac("bookings.limits", f"{name}:{who}", algorithm="sha256").hexdigest()
    return cache.make_key(f"limit:{digest}")


def _times(now: datetime) -> dict[str, Any]:
    now = now.replace(microsecond=0)
    return {"now": stored_time(now), "until": stored_time(now + HOUR)}


@functools.cache
def _adding(count: int) -> Statement:
    """Return what adds one under so many keys and gives each with the sum and its hour's end."""
    return Statement("limits", f"{_upsert(count)} RETURNING cache_key, value, expires")


@functools.cache
def _adding_at_most(count: int) -> Statement:
    """Return what adds one under each of so many keys, but not where that is one too many."""
    allowed = " ".join(
        f"WHEN %(key{number})s THEN CAST(%(allowed{number})s AS integer)" for number in range(count)
    )
    room = f"CAST({_table()}.value AS integer) < CASE {_table()}.cache_key {allowed} END"
    sql = f"{_upsert(count)} WHERE NOT ({_running()}) OR {room}"
    return Statement("limits_kept", sql, must=count)


def _upsert(count: int) -> str:
    new = ", ".join(f"(%(key{number})s, '1', %(until)s)" for number in range(count))
    table, running = _table(), _running()
    return (
        f"INSERT INTO {table} (cache_key, value, expires) VALUES {new}"  # noqa: S608
        f" ON CONFLICT (cache_key) DO UPDATE SET"
        f" value = CASE WHEN {running}"
        f" THEN CAST(CAST({table}.value AS integer) + 1 AS text) ELSE '1' END,"
        f" expires = CASE WHEN {running} THEN {table}.expires ELSE excluded.expires END"
    )


def _table() -> str:
    return connection.ops.quote_name(cache._table)  # type: ignore[attr-defined]


def _running() -> str:
    return f"{_table()}.expires > %(now)s"  # the table's name is a setting, never a request


def _aware(until: Any) -> datetime:
    found = datetime.fromisoformat(until) if isinstance(until, str) else until
    return found if found.tzinfo else found.replace(tzinfo=UTC)
