"""Sorting, merging and cutting of spans of integers."""

from collections.abc import Iterable, Iterator, Sequence

from bookings.availability.localtime import Span


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the same spans in order, those that overlap made one.

    Spans that only touch stay apart: for open spans the point between them belongs to neither.
    """
    found: list[Span] = []
    low = high = None
    for start, end in sorted(spans):
        if high is None or start >= high:
            if low is not None and high is not None:
                found.append((low, high))
            low, high = start, end
        elif end > high:
            high = end
    if low is not None and high is not None:
        found.append((low, high))
    return found


def common(ours: Sequence[Span], theirs: Sequence[Span]) -> list[Span]:
    """Return what two merged lists share."""
    found = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        low, high = max(ours[i][0], theirs[j][0]), min(ours[i][1], theirs[j][1])
        if low < high:
            found.append((low, high))
        if ours[i][1] < theirs[j][1]:
            i += 1
        else:
            j += 1
    return found


def pieces_left(start: int, end: int, cuts: Sequence[Span], at: int) -> Iterator[Span]:
    """Yield what merged ``cuts`` leave of one half-open span.

    at  index of the first cut that ends after ``start``
    """
    while at < len(cuts) and cuts[at][0] < end:
        low, high = cuts[at]
        if start < low:
            yield start, low
        start = high
        at += 1
    if start < end:
        yield start, end
