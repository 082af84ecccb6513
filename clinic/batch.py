"""Several new rows in one statement: what belongs together travels together.

A booking writes rows into seven tables. On PostgreSQL they go as one statement, which saves a
round trip for each; SQLite has none to save and takes one statement at a time.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from clinic.models.derived import Derived
from clinic.statements import Statement, Step, run_all

# Fields that store most values as they are, and the values which a driver takes as they are.
# Asking every field of a row costs more than storing the row; so does asking each day and instant
# whether it is set anew.
_PLAIN = frozenset({
    models.BooleanField, models.CharField, models.DateField, models.DateTimeField,
    models.ForeignKey, models.IntegerField, models.OneToOneField, models.PositiveIntegerField,
    models.PositiveSmallIntegerField, models.TextField, models.UUIDField, Derived,
})  # fmt: skip
_SIMPLE: dict[str, frozenset[type]] = {
    "postgresql": frozenset({type(None), bool, int, str, UUID, date, datetime}),
    "sqlite": frozenset({type(None), bool, int, str}),
}


def insert_all(rows: Sequence[models.Model], *, then: Sequence[Step] = ()) -> None:
    """Insert new rows of any models, all or none, in the order given.

    Keys that the database makes are not read back. Constraints and guards hold as ever.

    then  statements that belong to it, run last. Raises Missed if one of them does
    """
    steps = [*map(_step, rows), *then]
    if not steps:
        return
    run_all(steps)
    for row in rows:
        row._state.adding = False
        row._state.db = DEFAULT_DB_ALIAS


def stored_values(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """Return columns of a row, by the names of their attributes, as the database has them."""
    columns = _columns(type(row))
    return _values(row, [columns[name] for name in names], adding=False)


class _Column(NamedTuple):
    """A column of a model: whether its field sets values itself, and stores them as they are."""

    name: str  # of the attribute
    field: Any
    sets: bool
    plain: bool


@cache
def _columns(model: type[models.Model]) -> dict[str, _Column]:
    return {field.attname: _column(field) for field in model._meta.local_concrete_fields}


def _column(field: Any) -> _Column:
    sets = type(field).pre_save is not models.Field.pre_save
    if isinstance(field, models.DateField):
        sets = field.auto_now or field.auto_now_add
    return _Column(field.attname, field, sets, type(field) in _PLAIN)


def _values(row: models.Model, columns: Iterable[_Column], *, adding: bool) -> dict[str, Any]:
    real = connections[DEFAULT_DB_ALIAS]  # looked up once; ``connection`` looks it up every time
    simple = _SIMPLE[real.vendor]
    values = {}
    for name, field, sets, plain in columns:
        value = field.pre_save(row, True) if adding and sets else getattr(row, name)
        if not plain or type(value) not in simple:
            choice = plain and isinstance(value, models.TextChoices)
            value = value.value if choice else field.get_db_prep_save(value, real)
        values[name] = value
    return values


def _step(row: models.Model) -> Step:
    statement, columns = _insert(type(row), keyed=row.pk is not None)
    return statement, _values(row, columns, adding=True)


@cache
def _insert(model: type[models.Model], *, keyed: bool) -> tuple[Statement, list[_Column]]:
    """Return what inserts a row; its names come from the model, its values are bound."""
    quote = connection.ops.quote_name
    table = model._meta.db_table
    left_out = None if keyed else model._meta.auto_field  # made by the database
    columns = [column for column in _columns(model).values() if column.field is not left_out]
    names = ", ".join(quote(str(column.field.column)) for column in columns)
    places = ", ".join(f"%({column.name})s" for column in columns)
    sql = f"INSERT INTO {quote(table)} ({names}) VALUES ({places})"  # noqa: S608
    return Statement(f"insert_{table}", sql), columns
