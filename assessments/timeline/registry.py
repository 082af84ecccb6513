"""The kinds of a timeline. Each registers how it is read; letters and notes add theirs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinic.models import Patient, Practitioner


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads whose timeline, and how far.

    examines  may see what was found, not only what is planned and logged
    acts      may begin and change things; False for a record opened outside the caseload
    """

    patient: Patient
    practitioner: Practitioner
    now: datetime
    examines: bool
    acts: bool = True


# The newest rows first, at most as many as asked for: when it happened, and what is drawn.
Read = Callable[[Reader, int], Iterable[tuple[datetime, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of entry.

    name      stands in the address of the filter and in the class of the entry
    read      returns at most so many pairs of instant and row, newest first, none after
              ``reader.now``, in a number of queries that does not grow with the rows
    template  draws one: gets ``row``, ``at`` and ``reader``
    clinical  says what was found, so that only those who examine may read it
    """

    name: str
    label: Any
    read: Read
    template: str
    clinical: bool


@dataclass(frozen=True, slots=True)
class Entry:
    kind: Kind
    at: datetime
    row: Any


_kinds: list[tuple[int, Kind]] = []


def register(kind: Kind, order: int) -> None:
    """Add a kind; low ``order`` comes first in the filter and among things of one instant."""
    _kinds.append((order, kind))
    _kinds.sort(key=lambda entry: entry[0])


def kinds_for(reader: Reader) -> list[Kind]:
    """Return the kinds this reader may see, in their order."""
    return [kind for _order, kind in _kinds if reader.examines or not kind.clinical]
