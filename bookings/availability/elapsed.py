"""How much of a span of time counts: hours that are counted only while somebody is there."""

from collections.abc import Iterable

from bookings.availability.localtime import Span


def after_open_time(start: int, seconds: int, opening: Iterable[Span]) -> int | None:
    """Return the instant at which ``seconds`` of opening time have passed since ``start``.

    opening  when it is open, as instants in any order; what overlaps counts once

    With 0 seconds, the first instant from ``start`` on at which it is open. None where ``opening``
    ends before that. Spans of instants already know what a clock change does, so an hour is an
    hour. Raises ValueError for less than no time.
    """
    if seconds < 0:
        raise ValueError(f"Time that passes cannot be negative: {seconds}")
    left, reached = seconds, start
    for opens, closes in sorted(opening):
        begins = max(opens, reached)
        if closes <= begins:
            continue
        if left <= closes - begins:
            return begins + left
        left -= closes - begins
        reached = closes
    return None
