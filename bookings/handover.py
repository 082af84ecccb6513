"""What a practitioner has to hand over before they are switched off. Nothing here knows of charts.

Each kind of work registers how to find it and how to pass it on; the apps above add theirs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinic.models import Practitioner, User


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to hand over, in words for the desk: nothing clinical."""

    words: str
    url: str = ""  # the desk's page about it, if there is one


Find = Callable[[Practitioner, datetime], Sequence[Item]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work, such as visits ahead."""

    label: Any  # translated where it is shown
    find: Find
    # (leaver, to whom, by, now): passes on what can be passed on, in the caller's transaction
    pass_on: Callable[[Practitioner, Practitioner, User, datetime], None]


@dataclass(frozen=True, slots=True)
class Open:
    """Work of one kind that is not handed over yet."""

    label: Any
    items: Sequence[Item]


_kinds: list[Kind] = []


def register(kind: Kind) -> None:
    """Add a kind of work that has to be handed over."""
    _kinds.append(kind)


def kinds() -> list[Kind]:
    return list(_kinds)


def open_work(practitioner: Practitioner, now: datetime) -> list[Open]:
    """Return what a practitioner still has to hand over, kinds without any left out."""
    found = [Open(kind.label, kind.find(practitioner, now)) for kind in _kinds]
    return [work for work in found if work.items]
