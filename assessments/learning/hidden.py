"""Figures about few people are figures about somebody: what to show of a count, share or median.

Pure. A number of people from one to four is never shown, nor a share or a median that would tell
one, nor its neighbours in a whole from which it could be worked out.
"""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

FEW = 5  # people; fewer are hidden


def few(people: int) -> bool:
    """Say whether these could be told apart. Nobody is no one in particular."""
    return 0 < people < FEW


def parts(counts: Sequence[int]) -> list[int | None]:
    """Return the parts of a whole that is known, with None where one is hidden.

    counts  people, each in one part only

    What is hidden adds up to five at least and is no single part, or subtraction would show it:
    the next smallest parts are hidden with it. An empty part stays, for it is about nobody,
    unless nothing else is left: then it would say where the few are.
    """
    gone = {place for place, people in enumerate(counts) if few(people)}
    left = sorted((people, place) for place, people in enumerate(counts) if people >= FEW)
    while gone and left and (len(gone) == 1 or sum(counts[place] for place in gone) < FEW):
        gone.add(left.pop(0)[1])
    if gone and not left:
        return [None] * len(counts)
    return [None if place in gone else people for place, people in enumerate(counts)]


def share(part: int, whole: int) -> float | None:
    """Return ``part`` of ``whole`` people, 0 to 1; None where either they or the rest are few."""
    if whole < FEW or few(part) or few(whole - part):
        return None
    return part / whole


def middle(values: Iterable[tuple[object, Any]]) -> Any:
    """Return the median of the values of (person, value); None where few people gave them."""
    pairs = list(values)
    if len({person for person, _value in pairs}) < FEW:
        return None
    return median(value for _person, value in pairs)
