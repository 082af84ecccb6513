"""Where the bars of a chart lie. Pure: numbers go in, places on a drawing come out.

A drawing is 640 wide; its colours come from the stylesheet, and its numbers stand in the table
beside it as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

WIDTH = 640
NAMES = 190  # room for the names beside lying bars
VALUES = 84  # room for the words behind them
ROW = 30
BAR = 16
TALL = 180  # height of standing bars
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 30
LONGEST_NAME = 26  # letters
MOST_NAMES = 14  # below standing bars; with more, some are left out


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar; ``tone`` is 0 for the first series, 1 for the second."""

    x: float
    y: float
    width: float
    height: float
    tone: int
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A bar with its name and what it says in words."""

    name: str
    whole_name: str
    words: str
    x: float  # where the words or the name below begin
    y: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing: lying bars, or standing ones in the order of time."""

    title: str
    lying: bool
    width: int
    height: int
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    legend: tuple[str, ...] = ()
    left: int = NAMES
    right: int = WIDTH - VALUES
    top: int = 0
    bottom: int = 0


Values = Sequence[float]  # one of each series, none below zero


def lying(
    title: str,
    rows: Sequence[tuple[str, Values, str]],
    *,
    unit: str = "",
    legend: Sequence[str] = (),
    least: float = 1,
) -> Chart:
    """Return lying bars; the series of a row lie behind each other.

    rows   (name, values, words)
    least  the scale reaches at least this far, so that small numbers look small
    """
    most = scale_to(max([least, *(sum(values) for _, values, _ in rows)]))
    room = WIDTH - NAMES - VALUES
    drawn = []
    for number, (name, values, words) in enumerate(rows):
        y = number * ROW + (ROW - BAR) / 2
        x = float(NAMES)
        parts = []
        for tone, value in enumerate(values):
            width = round(value / most * room, 1)
            parts.append(Part(round(x, 1), y, width, BAR, tone, words))
            x += width
        drawn.append(Row(short(name), name, words, round(x + 6, 1), y + BAR - 3, tuple(parts)))
    height = len(rows) * ROW
    ticks = [
        Tick(round(NAMES + value / most * room, 1), said(value, unit)) for value in steps(most)
    ]
    return Chart(
        title, True, WIDTH, height + 22, tuple(drawn), tuple(ticks), tuple(legend), bottom=height
    )


def standing(
    title: str,
    rows: Sequence[tuple[str, Values, str]],
    *,
    unit: str = "",
    legend: Sequence[str] = (),
    least: float = 1,
) -> Chart:
    """Return standing bars side by side. Arguments as for ``lying``."""
    most = scale_to(max([least, *(sum(values) for _, values, _ in rows)]))
    room = WIDTH - LEFT - RIGHT
    step = room / max(1, len(rows))
    every = ceil(len(rows) / MOST_NAMES)
    drawn = []
    for number, (name, values, words) in enumerate(rows):
        x = LEFT + number * step
        y = float(TOP + TALL)
        parts = []
        for tone, value in enumerate(values):
            height = round(value / most * TALL, 1)
            y = round(y - height, 1)
            wide = round(step * 0.7, 1)
            parts.append(Part(round(x + step * 0.15, 1), y, wide, height, tone, words))
        shown = name if number % every == 0 else ""
        middle = round(x + step / 2, 1)
        drawn.append(Row(shown, name, words, middle, TOP + TALL + 18, tuple(parts)))
    ticks = [
        Tick(round(TOP + TALL - value / most * TALL, 1), said(value, unit)) for value in steps(most)
    ]
    return Chart(
        title, False, WIDTH, TOP + TALL + BOTTOM, tuple(drawn), tuple(ticks), tuple(legend),
        left=LEFT, right=WIDTH - RIGHT, top=TOP, bottom=TOP + TALL,
    )  # fmt: skip


def short(name: str) -> str:
    """Return a name that fits beside a bar."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def scale_to(most: float) -> float:
    """Return a round number that is no smaller: 1, 2, 2.5, 4, 5, 8 or 10 times a power of ten.

    Raises ValueError for a number that is not positive.
    """
    if most <= 0:
        raise ValueError(f"A scale needs something to reach: {most}")
    power: float = 10.0 ** floor(log10(most))
    return next(n * power for n in (1, 2, 2.5, 4, 5, 8, 10) if n * power >= most * (1 - 1e-9))


def steps(most: float) -> list[float]:
    """Return the numbers written along a scale: its fifths, or its quarters where those are round.

    Scales up to four count in ones, for half a visit is none.
    """
    parts = int(most) if most in {1, 2, 3, 4} else 4 if most / 4 in {1, 2, 10, 20, 100, 200} else 5
    return [most * part / parts for part in range(parts + 1)]


def said(value: float, unit: str) -> str:
    """Return a number along a scale without needless decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".") or "0"
    return text + unit
