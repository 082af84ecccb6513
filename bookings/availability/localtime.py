"""Local wall time to instants and back. The only module of the core that knows time zones.

A zone is a row of stretches with one UTC offset each. Within a stretch the wall clock reads
``instant + offset``, so "every instant at which the wall clock reads between a and b" is plain
subtraction and clipping, stretch by stretch. That one rule answers every clock change:

- a wall time in the spring gap is read at no instant, so nothing starts there; a span whose edge
  lies in the gap begins (or ends) at the change itself;
- a wall time in the repeated autumn hour is read at two instants, and both count;
- a day a zone skipped altogether has no instants.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = 60
DAY = 86_400
MINUTES_A_DAY = 1440

Span = tuple[int, int]
Stretch = tuple[int, int, int]

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

# No zone has changed its offset twice within six days (read from the compiled tz database, 1850 to
# 2400; the closest are Brazil in 2000 and Gaza in some years), so looking every three days sees
# every change.
_STRIDE = 3 * DAY


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH_ORDINAL


def _offset_at(instant: int, tz: ZoneInfo) -> int:
    """Seconds the wall clock is ahead of UTC at an instant."""
    reading = datetime.fromtimestamp(instant, tz).replace(tzinfo=UTC)
    return int(reading.timestamp()) - instant


def _change_between(early: int, late: int, tz: ZoneInfo) -> int:
    """The first instant of the offset in force at ``late``; it differs from that at ``early``."""
    after = _offset_at(late, tz)
    while late - early > 1:
        middle = (early + late) // 2
        if _offset_at(middle, tz) == after:
            late = middle
        else:
            early = middle
    return late


@lru_cache(maxsize=256)
def offset_stretches(first: int, last: int, tz: ZoneInfo) -> tuple[Stretch, ...]:
    """Return (start, end, offset) instants and seconds, in order and without gaps.

    first, last  day numbers, both included; a day more is covered on either side, because an
                 offset can reach almost a day

    Remembered between calls: the ten practitioners of a page ask for the same days. A zone does
    not change while a process runs.
    """
    begin, end = (first - 1) * DAY, (last + 2) * DAY
    found = []
    start, seen, offset = begin, begin, _offset_at(begin, tz)
    while seen < end:
        step = min(seen + _STRIDE, end)
        after = _offset_at(step, tz)
        if after != offset:
            change = _change_between(seen, step, tz)
            found.append((start, change, offset))
            start, offset = change, after
        seen = step
    return (*found, (start, end, offset)) if start < end else tuple(found)


def instants_of(
    spans: Iterable[Span], stretches: tuple[Stretch, ...]
) -> list[tuple[int, int, int]]:
    """Return the instants at which the wall clock reads inside each span.

    spans  (start, end) in wall seconds: ``day_number * 86400`` plus seconds after local midnight

    Gives (start, end, origin) for each stretch a span falls into, in the order of the spans.
    ``origin`` is where the span's own start would be under that stretch's offset; it lies outside
    (start, end) when the clock change cut the beginning off. Counting a grid from it keeps wall
    times the same on both sides of a change.
    """
    found = []
    for wall_start, wall_end in spans:
        for begins, ends, offset in stretches:
            origin, end = wall_start - offset, wall_end - offset
            if origin < ends and end > begins:
                found.append((max(origin, begins), min(end, ends), origin))
    return found


def local_instants(day: date, minute: int, tz: ZoneInfo) -> list[int]:
    """Return every instant at which the wall clock shows this time, earliest first.

    None in the spring gap, two in the repeated autumn hour, otherwise one. ``minute`` counts from
    local midnight, 0 to 1440. Raises ValueError outside that.
    """
    if not 0 <= minute <= MINUTES_A_DAY:
        raise ValueError(f"A minute of the day lies between 0 and 1440: {minute}")
    number = day_number(day)
    wall = number * DAY + minute * MINUTE
    return [
        wall - offset
        for begins, ends, offset in offset_stretches(number, number, tz)
        if begins <= wall - offset < ends
    ]


def local_instant(day: date, minute: int, tz: ZoneInfo) -> int | None:
    """Return the instant of a local wall time, or None if the clocks skip it.

    In the repeated autumn hour this is the first of the two; ``local_instants`` has both.
    Raises ValueError for a minute outside 0 to 1440.
    """
    return next(iter(local_instants(day, minute, tz)), None)


def day_start(day: date, tz: ZoneInfo) -> int:
    """Return the first instant of a local day: midnight, or the end of a gap that swallowed it."""
    number = day_number(day)
    wall = number * DAY
    return min(
        max(begins, wall - offset)
        for begins, ends, offset in offset_stretches(number, number, tz)
        if wall - offset < ends
    )


def local_day(instant: int, tz: ZoneInfo) -> date:
    """Return the date on the wall at an instant."""
    return datetime.fromtimestamp(instant, tz).date()


def horizon_end(now: int, horizon_days: int, tz: ZoneInfo) -> int:
    """Return the first instant too far ahead: the end of the local day ``horizon_days`` from today.

    With 0 only today can be booked.
    """
    return day_start(local_day(now, tz) + timedelta(days=horizon_days + 1), tz)
