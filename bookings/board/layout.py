"""Where things lie on the board: minutes of the wall clock go in, lanes and classes come out.

Pure. Minutes count from local midnight; spans are half-open (start, end). The axis is the clock on
the wall, so an hour that comes twice in autumn lies on itself (side by side, in lanes) and one that
is skipped in spring stays empty.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

HOUR = 60
MIDNIGHT = 24 * HOUR
LEAST = 15  # minutes: what is shorter is drawn this long, so that its words fit
MOST_LANES = 6
USUAL = (8 * HOUR, 18 * HOUR)  # the axis of a day on which nothing is planned

Span = tuple[int, int]
Away = tuple[date, int, date, int]  # from a minute of a day to a minute of a day


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the board: from where, how long, and which lane of how many."""

    top: int  # minutes below the beginning of the axis
    length: int
    lane: int = 0
    lanes: int = 1

    @property
    def classes(self) -> str:
        """The classes of board.css that put it there; style attributes are forbidden."""
        return (
            f"h{self.top // HOUR} m{self.top % HOUR} dh{self.length // HOUR} "
            f"dm{self.length % HOUR} l{self.lane} n{self.lanes}"
        )


@dataclass(frozen=True, slots=True)
class Axis:
    """The stretch of the day a board shows, in whole hours."""

    start: int
    end: int

    @property
    def hours(self) -> list[int]:
        return list(range(self.start // HOUR, self.end // HOUR))

    def box(self, span: Span, lane: int = 0, lanes: int = 1) -> Box:
        """Return where a span lies, cut off where the axis ends."""
        start = min(max(span[0], self.start), self.end - LEAST)
        end = min(max(span[1], start + LEAST), self.end)
        return Box(start - self.start, end - start, lane, lanes)

    def shade(self, span: Span) -> Box | None:
        """Return where a shaded span lies; None outside the axis."""
        start, end = max(span[0], self.start), min(span[1], self.end)
        return Box(start - self.start, end - start) if start < end else None


def axis_of(spans: Iterable[Span]) -> Axis:
    """Return the whole hours that hold all these spans; the usual day where there are none."""
    listed = list(spans)
    if not listed:
        return Axis(*USUAL)
    start = min(start for start, _ in listed) // HOUR * HOUR
    end = -(-max(end for _, end in listed) // HOUR) * HOUR
    start = max(0, min(start, MIDNIGHT - HOUR))
    return Axis(start, max(start + HOUR, min(end, MIDNIGHT)))


def lanes(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Return (lane, lanes) of each span, so that those that overlap lie side by side.

    The spans come in the order of their starts. Overlapping ones share the width evenly.
    """
    found = [(0, 1)] * len(spans)
    cluster: list[tuple[int, int]] = []  # (number, lane)
    ends: list[int] = []  # when each lane of the cluster is free again
    for number, (start, end) in enumerate(spans):
        if ends and start >= max(ends):
            _settle(found, cluster, len(ends))
            cluster, ends = [], []
        end = max(end, start + LEAST)
        lane = next((each for each, free in enumerate(ends) if free <= start), len(ends))
        if lane == len(ends):
            ends.append(end)
        else:
            ends[lane] = end
        cluster.append((number, lane))
    _settle(found, cluster, len(ends))
    return found


def _settle(found: list[tuple[int, int]], cluster: Iterable[tuple[int, int]], count: int) -> None:
    most = min(count, MOST_LANES)
    for number, lane in cluster:
        found[number] = (min(lane, MOST_LANES - 1), most)


def without(spans: Iterable[Span], cuts: Iterable[Span]) -> list[Span]:
    """Return what the cuts leave of the spans, in order and merged."""
    left = _merged(spans)
    for low, high in _merged(cuts):
        left = [
            piece
            for start, end in left
            for piece in ((start, min(end, low)), (max(start, high), end))
            if piece[0] < piece[1]
        ]
    return left


def _merged(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def of_day(away: Away, day: date) -> Span | None:
    """Return which minutes of a day an absence or a closure takes, None where it takes none."""
    first, starts, last, ends = away
    if not first <= day <= last:
        return None
    start = starts if day == first else 0
    end = ends if day == last else MIDNIGHT
    return (start, end) if start < end else None


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
