"""Counting for the reports. Pure: packed visits and working windows go in, numbers come out.

Instants are whole seconds since 1970, spans half-open (start, end); answers are in minutes. Every
definition a report relies on is written here once, and said on the page in the same words.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bookings.availability.localtime import DAY, MINUTE, Span, offset_stretches
from bookings.availability.spans import merged

CAME, MISSED, LATE, IN_TIME, UNSETTLED = "came", "missed", "late", "in_time", "unsettled"
OUTCOMES = {
    "completed": CAME,
    "arrived": CAME,
    "in_progress": CAME,
    "no_show": MISSED,
    "late_cancelled": LATE,
    "cancelled": IN_TIME,
}
# What fills a practitioner's time: whoever did not come had it, whoever cancelled gave it back.
FILLING = {"requested", "booked", "arrived", "in_progress", "completed", "no_show", "session"}
# Days from booking to visit, as elapsed time; the last has no end.
LEADS = ((0, 1), (1, 3), (3, 7), (7, 14), (14, 28), (28, None))
UNKNOWN = len(LEADS)  # booked before bookings were dated


class Visit(NamedTuple):
    """When a visit is, and when it was booked (None: nobody knows)."""

    start: int
    end: int
    booked: int | None


class Batch(NamedTuple):
    """Visits that are alike but for their times."""

    who: str  # a practitioner's key
    where: str  # a place's key
    service: str
    state: str
    source: str
    new: bool
    is_session: bool  # a group session as such: nobody's visit
    is_seat: bool  # a visit in a session, whose time the session fills
    visits: tuple[Visit, ...]


class Use(NamedTuple):
    """How a practitioner's time at a place was used in a week. Minutes."""

    who: str
    where: str
    monday: date
    available: int
    booked: int
    missed: int


class Week(NamedTuple):
    """A week, or the part of it that was asked for."""

    monday: date
    start: int
    end: int


def utilisation(
    windows: Mapping[tuple[str, str], Sequence[Span]],
    batches: Iterable[Batch],
    weeks: Mapping[str, Sequence[Week]],
) -> list[Use]:
    """Return how time was used, by practitioner, place and week; empty weeks are left out.

    windows  when (practitioner, place) could be booked: hours less breaks, closures and time off
    weeks    of each place, by its key

    Each minute of a practitioner counts once, however many visits lie over each other; a group
    session counts once and its seats not at all. Visits outside the hours count as booked too.
    """
    booked: dict[tuple[str, str], list[Span]] = defaultdict(list)
    missed: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for batch in batches:
        if batch.state not in FILLING or batch.is_seat:
            continue
        spans = [(visit.start, visit.end) for visit in batch.visits]
        booked[batch.who, batch.where] += spans
        if batch.state == "no_show":
            missed[batch.who, batch.where] += spans
    found = []
    for pair in sorted({*windows, *booked}):
        open_, taken, lost = (
            merged(spans.get(pair, ())) for spans in (windows, booked, missed)
        )  # fmt: skip
        for week in weeks[pair[1]]:
            numbers = [_minutes(spans, week.start, week.end) for spans in (open_, taken, lost)]
            if any(numbers):
                found.append(Use(*pair, week.monday, *numbers))
    return found


def _minutes(spans: Sequence[Span], start: int, end: int) -> int:
    """Return the minutes of merged spans between two instants."""
    at = max(0, bisect_right(spans, (start, start)) - 1)
    seconds = 0
    while at < len(spans) and spans[at][0] < end:
        seconds += max(0, min(spans[at][1], end) - max(spans[at][0], start))
        at += 1
    return seconds // MINUTE


@dataclass(slots=True)
class Count:
    """How visits ended. Rates are of those that were to take place."""

    came: int = 0
    missed: int = 0
    late: int = 0
    in_time: int = 0
    unsettled: int = 0  # over, but nobody said how

    @property
    def expected(self) -> int:
        """Visits that were to take place: came, did not come, or cancelled too late to refill."""
        return self.came + self.missed + self.late

    @property
    def missed_rate(self) -> float | None:
        return self.missed / self.expected if self.expected else None

    @property
    def late_rate(self) -> float | None:
        return self.late / self.expected if self.expected else None

    def add(self, outcome: str, number: int = 1) -> None:
        setattr(self, outcome, getattr(self, outcome) + number)


class Attendance(NamedTuple):
    """The same visits counted four ways, and all together."""

    everybody: Count
    by_practitioner: Mapping[str, Count]
    by_service: Mapping[str, Count]
    by_weekday: Mapping[int, Count]  # 0 = Monday, on the wall of the place
    by_lead: Mapping[int, Count]  # place in LEADS, or UNKNOWN


def attendance(batches: Iterable[Batch], zones: Mapping[str, ZoneInfo], now: int) -> Attendance:
    """Count how visits ended. Those still ahead are left out, and group sessions as such.

    zones  of each place, by its key
    """
    found = Attendance(
        Count(), defaultdict(Count), defaultdict(Count), defaultdict(Count), defaultdict(Count)
    )
    clocks = {key: Clock(tz) for key, tz in zones.items()}
    for batch in batches:
        if batch.is_session:
            continue
        settled = OUTCOMES.get(batch.state)
        clock = clocks[batch.where]
        for visit in batch.visits:
            if settled is None and visit.end > now:
                continue
            outcome = settled or UNSETTLED
            for count in (
                found.everybody,
                found.by_practitioner[batch.who],
                found.by_service[batch.service],
                found.by_weekday[clock.weekday(visit.start)],
                found.by_lead[lead_of(visit)],
            ):
                count.add(outcome)
    return found


def lead_of(visit: Visit) -> int:
    """Return which of LEADS a visit belongs to. Booked after it began is booked on the spot."""
    if visit.booked is None:
        return UNKNOWN
    days = max(0, visit.start - visit.booked) // DAY
    return next(place for place, (_, end) in enumerate(LEADS) if end is None or days < end)


class Clock:
    """The weekday on a wall, for many instants of one zone."""

    def __init__(self, tz: ZoneInfo) -> None:
        self._tz = tz
        self._years: dict[int, tuple[tuple[int, int, int], ...]] = {}

    def weekday(self, instant: int) -> int:
        """Return 0 for Monday to 6 for Sunday."""
        year = instant // (366 * DAY)
        if year not in self._years:
            first, last = year * 366, year * 366 + 366
            self._years[year] = offset_stretches(first, last, self._tz)
        for start, end, offset in self._years[year]:
            if start <= instant < end:
                return ((instant + offset) // DAY + 3) % 7
        raise ValueError(f"No clock reads {instant}")  # the stretches have no gap


def days_of_booking(batches: Iterable[Batch]) -> Mapping[str, list[int]]:
    """Return, by service, how many whole days new patients waited from booking to visit, in order.

    Only visits that stand or took place; of group sessions the seats.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for batch in batches:
        if batch.new and not batch.is_session and batch.state in FILLING:
            found[batch.service] += [
                max(0, visit.start - visit.booked) // DAY
                for visit in batch.visits
                if visit.booked is not None
            ]
    for waited in found.values():
        waited.sort()
    return found


def median(ordered: Sequence[int]) -> float:
    """Return the middle of sorted numbers. Raises ValueError for none."""
    if not ordered:
        raise ValueError("Nothing has no middle")
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return float(ordered[middle])
    return (ordered[middle - 1] + ordered[middle]) / 2


class Booked(NamedTuple):
    """By what way visits were booked: of people new here, and of others."""

    new: int
    returning: int

    @property
    def all(self) -> int:
        return self.new + self.returning


def sources(
    batches: Iterable[Batch], by: str
) -> Mapping[str, Mapping[str, Booked]]:  # fmt: skip
    """Count visits by what ``by`` names (``who``, ``service``) and by their source.

    Every visit that was booked counts, cancelled ones included; group sessions as such do not.
    """
    sums: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for batch in batches:
        if not batch.is_session:
            sums[getattr(batch, by)][batch.source][0 if batch.new else 1] += len(batch.visits)
    return {
        key: {source: Booked(*numbers) for source, numbers in found.items()}
        for key, found in sums.items()
    }
