"""Statements written once, for what busy pages ask of the database again and again.

The ORM builds its SQL anew for every question, and PostgreSQL parses and plans it anew; for a
question about a row or two, that is most of what it costs. A ``Statement`` is text from the start,
and PostgreSQL keeps its plan for as long as the connection lasts. SQLite keeps plans itself.

Only for what is asked on every page or by every booking; all else is better said with the ORM.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property
from itertools import count
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DataError, connections, transaction

Params = Mapping[str, Any]
Step = tuple["Statement", Params]

_PLACE = re.compile(r"%\((\w+)\)s")
_DIVISION_BY_ZERO = "22012"
_numbers = count(1)
# What each connection has prepared, and how it is called. A name is never used twice, so that a
# first use that failed half way leaves nothing in the way of the next.
_prepared: WeakKeyDictionary[Any, dict["Statement", str]] = WeakKeyDictionary()


class Missed(Exception):  # noqa: N818  # what happened, not what is wrong
    """A statement found other rows than it has to; of what travelled with it nothing is written."""


class Statement:
    """One statement with named places, ``%(name)s``, in words that the engine in use understands.

    must  how many rows it has to write; ``run_all`` raises Missed when there are more or fewer

    A kept plan does not know the values: an index with a condition is used only where the
    statement states that condition too (``holder <> ''``).
    """

    def __init__(self, name: str, sql: str, *, must: int | None = None) -> None:
        self.name = name
        self.sql = sql
        self.must = must
        self.places = list(dict.fromkeys(_PLACE.findall(sql)))

    def fetch(self, params: Params) -> list[tuple]:
        """Run it; return its rows."""
        on = connections[DEFAULT_DB_ALIAS]
        with on.cursor() as cursor:
            _run(on, cursor, [(self, params)])
            return cursor.fetchall()

    @cached_property
    def for_postgresql(self) -> str:
        """The text that ends in an error by itself where it has written other rows than it must.

        Among statements that travel as one, nobody is there to look and turn back.
        """
        if self.must is None:
            return self.sql
        right = f"CASE count(*) WHEN {self.must} THEN 1 ELSE 0 END"
        return f"WITH done AS ({self.sql} RETURNING 1) SELECT 1 / {right} FROM done"  # noqa: S608

    @cached_property
    def numbered(self) -> str:
        """The text as it is prepared: $1 for the first place, and so on."""
        numbers = {place: f"${number}" for number, place in enumerate(self.places, 1)}
        return _PLACE.sub(lambda found: numbers[found[1]], self.for_postgresql)

    def called(self, name: str, params: Params, bound: "_Bound") -> str:
        """Return what runs it once it was prepared under that name. ``bound`` gets its values."""
        if not self.places:
            return f"EXECUTE {name}"
        values = [
            write(value) if (write := _PLAIN.get(type(value))) else bound.place_of(value)
            for value in [params[place] for place in self.places]
        ]
        return f"EXECUTE {name}({', '.join(values)})"


def stored_time(at: datetime) -> Any:
    """Return an instant as the database in use stores it."""
    if _stores_instants():
        return at
    return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(at)


@cache
def _stores_instants() -> bool:
    return connections[DEFAULT_DB_ALIAS].vendor == "postgresql"


def run_all(steps: Sequence[Step]) -> None:
    """Run several statements in the order given: all or none of them. Raises Missed.

    On PostgreSQL they travel as one, which saves a round trip for each, and what travels as one is
    a transaction of its own.
    """
    on = connections[DEFAULT_DB_ALIAS]
    alone = nullcontext() if on.vendor == "postgresql" else transaction.atomic(savepoint=False)
    try:
        with alone, on.cursor() as cursor:
            _run(on, cursor, steps)
    except DataError as error:
        if getattr(error.__cause__, "pgcode", None) == _DIVISION_BY_ZERO:
            raise Missed from error
        raise


def in_one_go() -> AbstractContextManager:
    """Surround a single ``run_all`` that may fail, with what comes before it only looking.

    No transaction is begun where what travels as one is a transaction anyway.
    """
    on = connections[DEFAULT_DB_ALIAS]
    needless = on.vendor == "postgresql" and not on.in_atomic_block
    return nullcontext() if needless else transaction.atomic()


def _as_quoted(value: Any) -> str:
    return f"'{value}'"


# Values whose text holds nothing but digits, letters, signs, points and colons. The driver would
# take each through three calls, which for a booking's hundred values costs as much as its form.
_PLAIN: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "NULL",
    bool: str,
    int: str,
    Decimal: _as_quoted,
    UUID: _as_quoted,
    date: _as_quoted,
    datetime: _as_quoted,
}


class _Bound:
    """What the driver writes into statements that travel as one: every text, whoever it is from.

    values  by the name of their place; a text that is asked for twice is written once
    """

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self._names: dict[str, str] = {}

    def place_of(self, value: Any) -> str:
        """Return the place where the driver puts a value; a text of nothing needs none."""
        if value == "":
            return "''"
        name = f"{len(self.values)}"
        if isinstance(value, str):
            name = self._names.setdefault(value, name)
        self.values[name] = value
        return f"%({name})s"


def _run(on: Any, cursor: Any, steps: Sequence[Step]) -> None:
    if on.vendor != "postgresql":
        for statement, params in steps:
            cursor.execute(statement.sql, params)
            if statement.must is not None and cursor.rowcount != statement.must:
                raise Missed
    elif not settings.PREPARE_STATEMENTS:
        # Each request has a connection of its own, for which no plan is worth keeping; and behind
        # a pooler, a name might reach another server process.
        texts = [cursor.mogrify(step.for_postgresql, params).decode() for step, params in steps]
        cursor.execute("; ".join(texts))
    else:
        _run_prepared(_prepared.setdefault(on.connection, {}), cursor, steps)


def _run_prepared(known: dict[Statement, str], cursor: Any, steps: Sequence[Step]) -> None:
    fresh: dict[Statement, str] = {}
    texts, bound = [], _Bound()
    for statement, params in steps:
        name = known.get(statement) or fresh.get(statement)
        if name is None:
            name = fresh[statement] = f"{statement.name}_{next(_numbers)}"
            texts.append(f"PREPARE {name} AS {statement.numbered}")
        texts.append(statement.called(name, params, bound))
    cursor.execute("; ".join(texts), bound.values)
    if fresh:
        known.update(fresh)
