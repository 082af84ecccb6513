"""What is counted for the clinic's learning page: people, never rows. Pure."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from assessments.scoring.change import BETTER, WORSE, change_flag

WEEK = timedelta(weeks=1)
Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Issued:
    """One version of a plan, in the order of its issue; ``until`` is None while it holds."""

    episode: Hashable
    person: Hashable
    phase: str
    at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody in one phase: since when, and until when if they went on from it."""

    person: Hashable
    phase: str
    since: datetime
    until: datetime | None

    def days(self, now: datetime) -> int:
        return ((self.until or now) - self.since).days


def stays(versions: Iterable[Issued]) -> Iterator[Stay]:
    """Join versions of one phase that follow each other in an episode.

    versions  by episode, each episode's oldest first
    """
    for _episode, of_episode in groupby(versions, attrgetter("episode")):
        for phase, run in groupby(of_episode, attrgetter("phase")):
            held = list(run)
            yield Stay(held[0].person, phase, held[0].at, held[-1].until)


def stalled(stay: Stay, weeks: int | None, now: datetime) -> bool:
    """Say whether somebody is still in a phase after its longest usual time, in weeks."""
    return weeks is not None and stay.until is None and now - stay.since > weeks * WEEK


@dataclass(frozen=True, slots=True)
class Course:
    """A score at the first and the last chart of an episode, and how the case was sorted."""

    person: Hashable
    groups: tuple[str, ...]
    first: Number
    last: Number


@dataclass(frozen=True, slots=True)
class Changed:
    """How many people of a group got meaningfully better, worse, or neither; their changes."""

    better: int
    same: int
    worse: int
    changes: tuple[tuple[Hashable, Number], ...]

    @property
    def people(self) -> int:
        return self.better + self.same + self.worse


def changed(courses: Iterable[Course], instrument: str) -> Changed:
    """Judge each person once, by the latest of their episodes; the courses come oldest first."""
    latest = {course.person: course for course in courses}
    flags = [change_flag(instrument, each.first, each.last) for each in latest.values()]
    better, worse = flags.count(BETTER), flags.count(WORSE)
    return Changed(
        better,
        len(flags) - better - worse,
        worse,
        tuple((each.person, each.last - each.first) for each in latest.values()),
    )


def banded(values: Iterable[Number], edges: Sequence[Number]) -> list[int]:
    """Count values into bands: below the first edge, then from each edge on. Edges rise."""
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[sum(value >= edge for edge in edges)] += 1
    return counts
