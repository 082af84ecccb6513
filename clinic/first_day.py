"""What a new clinic sets up before patients can book: steps that look at the data themselves.

Apps register theirs; nothing here knows services or hours. A step is never ticked off by hand: it
is settled when what it asks for is there, or, where it may be left out, when a manager said so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinic import practice
from clinic.models import User


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom and when a step is looked at."""

    user: User
    now: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What a step found: whether it is done, and in words what is there and what is missing."""

    done: bool
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Where something is done, and what the link says."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to set up.

    why        one sentence for whoever has never done this
    links      where it is done
    skip       what the button says that leaves it out; "" where it cannot be
    act        what a button on the page itself does, in words; "" for none
    """

    key: str
    order: int
    title: Any
    why: Any
    look: Callable[[Asked], Found]
    links: Callable[[], Sequence[Link]]
    skip: Any = ""
    act: Any = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A step as it stands now."""

    step: Step
    found: Found
    skipped: bool

    @property
    def settled(self) -> bool:
        return self.found.done or self.skipped

    @property
    def state(self) -> str:
        if self.found.done:
            return "done"
        return "skipped" if self.skipped else "open"


_steps: dict[str, Step] = {}


def register(*steps: Step) -> None:
    """Add steps to the first day; the page shows them by their ``order``."""
    _steps.update({step.key: step for step in steps})


def get(key: str) -> Step | None:
    """Return the step of this name, if there is one."""
    return _steps.get(key)


def steps(user: User, now: datetime) -> list[Shown]:
    """Look at every step. Some twenty queries, however large the clinic has become."""
    asked = Asked(user, now)
    left_out = set(practice.current().steps_not_needed)
    return [
        Shown(step, step.look(asked), step.key in left_out and bool(step.skip))
        for step in sorted(_steps.values(), key=lambda step: step.order)
    ]


def left(user: User, now: datetime) -> list[Shown]:
    """Return the steps that stand between the clinic and its first booking."""
    return [shown for shown in steps(user, now) if not shown.settled]
