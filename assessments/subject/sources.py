"""What a table of the record is: where its rows come from, and what its columns say."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Model

from clinic.sheets import Cell

Ids = Sequence[UUID]  # all records of one person: the one that stands, and its duplicates
Value = str | Callable[[Any], Cell]  # a path such as "practitioner.name", or a function of the row


@dataclass(frozen=True, slots=True)
class Column:
    """``paper`` says whether it stands in the PDF too, where there is less room."""

    label: Any
    value: Value
    paper: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One table: ``tables/<name>.csv``.

    models  whose rows it tells of; the first is read, the others come along with it
    rows    reads the rows of one person, in a number of queries that does not grow with them
    """

    name: str
    title: Any
    models: tuple[type[Model], ...]
    rows: Callable[[Ids], Iterable[Any]]
    columns: tuple[Column, ...]

    def header(self, *, paper: bool = False) -> list[str]:
        return [str(each.label) for each in self.columns if each.paper or not paper]

    def cells(self, row: Any, zone: ZoneInfo, *, paper: bool = False) -> list[Cell]:
        """Return one line; instants by the clinic's clock, what was not given as None."""
        return [
            in_zone(told(row, each.value), zone) for each in self.columns if each.paper or not paper
        ]


def told(row: Any, value: Value) -> Any:
    """Return what a column says of a row; None where something on the way is missing."""
    if not isinstance(value, str):
        return value(row)
    found = row
    for name in value.split("."):
        found = getattr(found, name, None)
        if found is None:
            return None
    return found() if callable(found) else found


def in_zone(value: Any, zone: ZoneInfo) -> Cell:
    """Return an instant as the clinic's clocks showed it, everything else as it is."""
    return value.astimezone(zone).replace(tzinfo=None) if isinstance(value, datetime) else value


def column(label: Any, value: Value) -> Column:
    return Column(label, value)


def csv_only(label: Any, value: Value) -> Column:
    """A column for which the paper has no room, or no use."""
    return Column(label, value, paper=False)
