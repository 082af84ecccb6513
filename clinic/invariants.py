"""What must hold for all rows at once. Apps register it; nothing here knows them.

The database's own guards forbid most of it. ``manage.py verify`` looks all the same: after a
restore, an upgrade or a bulk insert nobody has to believe that the guards stood at the time.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import models

Look = Callable[[datetime], Iterable[str]]
Aside = Callable[[], str]


def nothing() -> str:
    """Say that every row was looked at."""
    return ""


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that must hold.

    part   what it belongs to, which ``verify`` can be asked for alone
    look   is given the time and yields a name for every row that breaks it (``named``); it reads
           in a stream and writes nothing
    aside  says which rows it could not judge and why, as a sentence; nothing when there are none
    """

    part: str
    name: str
    about: str
    look: Look
    aside: Aside = nothing


_invariants: dict[str, Invariant] = {}


def invariant(part: str, name: str, about: str, aside: Aside = nothing) -> Callable[[Look], Look]:
    """Register a function that finds what breaks an invariant.

    about  what must hold, as a sentence of this project's own: no data is ever filled in
    """

    def register(look: Look) -> Look:
        _invariants[name] = Invariant(part, name, about, look, aside)
        return look

    return register


def parts() -> list[str]:
    """Return the parts there are, in alphabetical order."""
    return sorted({each.part for each in _invariants.values()})


def of(wanted: Iterable[str] = ()) -> Iterator[Invariant]:
    """Yield the invariants of the parts wanted, or all, part by part."""
    chosen = set(wanted) or set(parts())
    yield from sorted(
        (each for each in _invariants.values() if each.part in chosen),
        key=lambda each: (each.part, each.name),
    )


def named(row: models.Model, what: str = "") -> str:
    """Name a row by its kind and key, with ``what`` is wrong: never by what it says."""
    return f"{row._meta.label_lower} {row.pk}" + (f" ({what})" if what else "")
