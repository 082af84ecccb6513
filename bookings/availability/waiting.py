"""Who on the waiting list a time suits, and who is asked first.

Pure, like everything in this package. People, places and services are opaque keys; times are
instants, lengths seconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

NOON, EVENING = 12, 17  # hours at which the afternoon and the evening begin


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody who waits would take. An empty set means any."""

    key: str
    since: int  # the instant from which they wait
    duration: int
    practitioners: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    weekdays: frozenset[int] = frozenset()  # 0 is Monday
    parts: frozenset[int] = frozenset()  # 0 morning, 1 afternoon, 2 evening, by the wall's hour
    notice: int = 0  # they need at least this long to come
    before: int | None = None  # only a start before this one helps: they have a later visit


class Gap(NamedTuple):
    """A span that became free in somebody's diary at a place."""

    who: str
    where: str
    start: int
    end: int


def suits(wish: Wish, gap: Gap, start: int, *, now: int, tz: ZoneInfo) -> bool:
    """Say whether somebody would take a start in a gap, by everything they said."""
    if wish.practitioners and gap.who not in wish.practitioners:
        return False
    if wish.places and gap.where not in wish.places:
        return False
    if start <= now or start - now < wish.notice:
        return False
    if wish.before is not None and start >= wish.before:
        return False
    local = datetime.fromtimestamp(start, tz)
    part = (local.hour >= NOON) + (local.hour >= EVENING)
    if wish.weekdays and local.weekday() not in wish.weekdays:
        return False
    return not wish.parts or part in wish.parts


def in_gap(starts: Iterable[int], gap: Gap, duration: int) -> list[int]:
    """Return the starts whose visit uses some of a gap: those within it first, each in order."""
    using = [start for start in starts if start < gap.end and start + duration > gap.start]
    return sorted(using, key=lambda start: (start < gap.start, start))


def rank(wish: Wish, gap: Gap, start: int) -> tuple[int, int, int, str]:
    """Return what sorts the best match first.

    Who asked for this very practitioner; then whose visit fills the gap best; then who has waited
    longest.
    """
    filled = min(gap.end, start + wish.duration) - max(gap.start, start)
    named = gap.who in wish.practitioners
    return (0 if named else 1), -filled, wish.since, wish.key
