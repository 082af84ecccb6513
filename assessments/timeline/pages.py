"""The timeline in pages: the newest rows of every kind, put into one order."""

from dataclasses import dataclass
from heapq import merge
from itertools import islice

from assessments.timeline.registry import Entry, Kind, Reader, kinds_for

PER_PAGE = 25
MOST_PAGES = 200  # how far back one may turn, and what a kind reads at the most
MOST_ON_PAPER = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some entries, newest first; ``kind`` is the name of the only kind shown, or empty."""

    entries: list[Entry]
    kinds: list[Kind]
    kind: str
    number: int
    more: bool  # there are older ones

    @property
    def newer(self) -> int:
        return self.number - 1

    @property
    def older(self) -> int:
        return self.number + 1 if self.more and self.number < MOST_PAGES else 0


def page_of(reader: Reader, *, kind: str = "", number: str = "") -> Page:
    """Return a page of the timeline; an address that makes no sense is the first page of all."""
    asked = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    wanted = min(max(asked, 1), MOST_PAGES)
    return _read(reader, kind, wanted, PER_PAGE)


def whole_of(reader: Reader, *, kind: str = "") -> Page:
    """Return all of it, for paper; ``more`` says that it was too much."""
    return _read(reader, kind, 1, MOST_ON_PAPER)


def _read(reader: Reader, name: str, number: int, size: int) -> Page:
    """Read so many of each kind that the page is full whichever kind it is full of."""
    kinds = kinds_for(reader)
    chosen = [kind for kind in kinds if kind.name == name]
    most = number * size + 1
    columns = [
        [Entry(kind, at, row) for at, row in kind.read(reader, most)] for kind in chosen or kinds
    ]
    ordered = merge(*columns, key=lambda entry: entry.at, reverse=True)
    found = list(islice(ordered, most - 1 - size, most))
    return Page(
        entries=found[:size],
        kinds=kinds,
        kind=name if chosen else "",
        number=number,
        more=len(found) > size,
    )
