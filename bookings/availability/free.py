"""Is this time free, and which times are? One walk answers both.

``free_starts`` lists, ``is_free`` asks that same walk about one start and only then names the rule
that said no. So listed means bookable, and not listed means refused.

Between neighbours the larger of "after" of the earlier and "before" of the later is kept free, not
their sum, and nothing at the edge of a window. It is kept to every visit, not just to the nearest,
which differs only where visits already stand closer than their buffers.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bookings.availability.localtime import Span, horizon_end
from bookings.availability.rules import Refusal, Rules
from bookings.availability.spans import common, merged
from bookings.availability.windows import Window

# A blocking visit or hold: (start, end, before, after), instants and the seconds its own service
# wants kept free before and after it.
Busy = tuple[int, int, int, int]

# Beyond every instant: saves the walk from asking whether there is another visit.
_NEVER = 1 << 62


def free_starts(
    windows: Iterable[Window],
    busy: Iterable[Busy],
    rules: Rules,
    *,
    now: int,
    tz: ZoneInfo,
    units: Sequence[Sequence[Span]] | None = None,
    full: Sequence[Span] | None = None,
    first: int | None = None,
    last: int | None = None,
) -> list[int]:
    """Return every instant at which a visit can start, earliest first.

    windows  from ``working_windows``: in order, not overlapping
    busy     visits and holds that block this practitioner, in any order, overlaps allowed, as far
             beyond the days asked for as buffers reach; without the visit that is being moved
    now, tz  this instant, and the zone of the place: the horizon ends with a local day
    units    where a room is needed: what each unit has taken, as (start, end); one unit must be
             free for the whole visit. An empty list means there is no room at all
    full     instead of units: what ``no_room`` made of them, for callers that ask for many people
    first    earliest start wanted, included
    last     end of what is wanted, *not* included: ``day_start`` of the day after the last

    Raises ValueError for windows out of order and for a visit that ends before it begins.
    """
    found: list[int] = []
    if units is not None:
        full = no_room(units, rules)
    for run in _runs(windows, busy, rules, full, _limits(rules, now, tz, first, last)):
        found += run
    return found


def first_free(
    windows: Iterable[Window],
    busy: Iterable[Busy],
    rules: Rules,
    *,
    now: int,
    tz: ZoneInfo,
    units: Sequence[Sequence[Span]] | None = None,
    first: int | None = None,
    last: int | None = None,
) -> int | None:
    """Return the earliest free start, or None. Arguments as for ``free_starts``.

    To search several calendars, pass the best start so far as ``last``: the walk ends there.
    """
    full = None if units is None else no_room(units, rules)
    runs = _runs(windows, busy, rules, full, _limits(rules, now, tz, first, last))
    return next((run[0] for run in runs), None)


def is_free(
    start: int,
    windows: Iterable[Window],
    busy: Iterable[Busy],
    rules: Rules,
    *,
    now: int,
    tz: ZoneInfo,
    units: Sequence[Sequence[Span]] | None = None,
) -> Refusal | None:
    """Return None if a visit can start at this instant, else the rule that says no.

    Arguments and errors as for ``free_starts``; the windows need only cover the start's day.
    """
    windows, busy = list(windows), list(busy)
    wanted = (start, start + 1)
    full = None if units is None else no_room(units, rules)
    runs = _runs(windows, busy, rules, full, _limits(rules, now, tz, *wanted))
    if next(runs, None) is not None:
        return None
    return _reason(start, windows, busy, rules, now, tz)


def may_join(
    start: int,
    seats_left: int,
    windows: Iterable[Window],
    busy: Iterable[Busy],
    rules: Rules,
    *,
    now: int,
    tz: ZoneInfo,
) -> Refusal | None:
    """Return None if a seat of a group session can be booked, else the rule that says no.

    The session is a row already, so its own span must be left out of ``busy``, and it may start off
    the grid; notice, horizon, closures and buffers hold as for any visit.
    """
    if seats_left <= 0:
        return Refusal.FULL
    return is_free(start, windows, busy, replace(rules, step=1), now=now, tz=tz)


def elsewhere(busy: Iterable[Busy], travel: int) -> list[Busy]:
    """Return the same practitioner's visits at another place, with the way kept free around them.

    travel  seconds between the places. The larger of travel and the visit's buffer is kept. It is
            kept over midnight as well: the way is no shorter then.

    Raises ValueError for a negative travel time.
    """
    if travel < 0:
        raise ValueError(f"Travel time cannot be negative: {travel}")
    return [
        (start, end, max(before, travel), max(after, travel)) for start, end, before, after in busy
    ]


def no_room(units: Sequence[Sequence[Span]], rules: Rules) -> list[Span]:
    """Return the open spans of starts for which no unit of a room is free throughout.

    units  as for ``free_starts``. The answer is the same for everybody who shares the rooms
    """
    full = [(-_NEVER, _NEVER)]
    for unit in units:
        full = common(full, merged([(start - rules.duration, end) for start, end in unit]))
        if not full:
            break
    return full


def _limits(rules: Rules, now: int, tz: ZoneInfo, first: int | None, last: int | None) -> Span:
    """Return the earliest start and the end of starts: notice, horizon and what is wanted."""
    earliest = now + rules.notice
    end = horizon_end(now, rules.horizon_days, tz)
    return (
        earliest if first is None else max(earliest, first),
        end if last is None else min(end, last),
    )


def _blocked(busy: Iterable[Busy], rules: Rules) -> list[Span]:
    """Return the open spans in which no visit can start, because of other visits.

    A start at either end of such a span is exactly back to back, and allowed.
    """
    before, after, duration = rules.buffer_before, rules.buffer_after, rules.duration
    found = []
    for start, end, its_before, its_after in busy:
        if end <= start:
            raise ValueError(f"A visit ends before it begins: {start} to {end}")
        found.append(
            (
                start - duration - (its_before if its_before > after else after),
                end + (its_after if its_after > before else before),
            )
        )
    return found


def _runs(
    windows: Iterable[Window],
    busy: Iterable[Busy],
    rules: Rules,
    full: Sequence[Span] | None,
    limits: Span,
) -> Iterator[range]:
    """Yield the free starts as runs that no visit interrupts. The one place that decides."""
    blocked = _blocked(busy, rules)
    if full is not None:
        blocked += full
    spans = [*merged(blocked), (_NEVER, _NEVER)]
    earliest, end_of_starts = limits
    step, duration = rules.step, rules.duration
    at = 0
    reached = -_NEVER
    for start, end, origin, runs_to in windows:
        if start < reached:
            raise ValueError(f"Windows must be in order and must not overlap: {start}")
        reached = end
        stop = min(end, runs_to - duration + 1, end_of_starts)
        start = max(start, earliest)
        start += (origin - start) % step  # up to the grid
        while start < stop:
            while spans[at][1] <= start:
                at += 1
            low, high = spans[at]
            if start <= low:
                yield range(start, min(low + 1, stop), step)
            start = high + (origin - high) % step


def _reason(
    start: int,
    windows: Sequence[Window],
    busy: Iterable[Busy],
    rules: Rules,
    now: int,
    tz: ZoneInfo,
) -> Refusal:
    """Name the rule that refuses a start already found not to be free."""
    end = start + rules.duration
    if start < now:
        return Refusal.PAST
    if start < now + rules.notice:
        return Refusal.NOTICE
    if start >= horizon_end(now, rules.horizon_days, tz):
        return Refusal.HORIZON
    window = next((w for w in windows if w.start <= start < w.end and end <= w.runs_to), None)
    if window is None:
        return Refusal.OUTSIDE_HOURS
    if (start - window.origin) % rules.step:
        return Refusal.OFF_GRID
    busy = list(busy)
    if any(start < its_end and its_start < end for its_start, its_end, _, _ in busy):
        return Refusal.TAKEN
    if any(low < start < high for low, high in _blocked(busy, rules)):
        return Refusal.BUFFER
    return Refusal.NO_ROOM
