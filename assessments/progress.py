"""How it goes: how much of the plan was done, and where the points of a small chart lie.

Pure: no Django, no clock. A day without an entry is a day without a dot, never a zero.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

DAYS = 7
WIDTH, HEIGHT = 360, 190  # the chart's own units, about the pixels of a phone
LEFT, RIGHT, TOP, BOTTOM = 30, 12, 10, 26
Number = int | Decimal | float
Line = TypeVar("Line", bound=Hashable)  # whatever names a line of the plan


@dataclass(frozen=True, slots=True)
class Entry:
    """One log entry: which line, on which day, how far it was done, pain 0-10 if given."""

    line: Hashable
    on: date
    done: str  # done, partly, not
    pain: int | None = None


@dataclass(frozen=True, slots=True)
class Adherence:
    """Sessions of the last seven days: ``done`` whole ones, ``partly`` done, of ``planned``."""

    done: int
    partly: int
    planned: int

    @property
    def share(self) -> int | None:
        """Per cent of the plan, a half for what was partly done; None when nothing is planned."""
        if not self.planned:
            return None
        return min(100, round(100 * (self.done + self.partly / 2) / self.planned))


def adherence(entries: Iterable[Entry], per_week: Mapping[Line, int], today: date) -> Adherence:
    """Count the sessions of the seven days up to ``today``.

    per_week  how often each line is asked for in a week

    A line counts once a day, by its last entry, and never more often than it is asked for.
    """
    first = today - timedelta(days=DAYS - 1)
    last_said: dict[tuple[Hashable, date], str] = {}
    for entry in entries:
        if first <= entry.on <= today and entry.line in per_week:
            last_said[entry.line, entry.on] = entry.done
    done = partly = 0
    for line, asked in per_week.items():
        said = [word for (each, _), word in last_said.items() if each == line]
        whole = min(asked, said.count("done"))
        done += whole
        partly += min(asked - whole, said.count("partly"))
    return Adherence(done, partly, sum(per_week.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """An exercise as one version of the plan asked for it, from a day on.

    until  the day the next version took over; None while it holds
    """

    exercise: str
    per_week: int
    first: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptUp:
    """One exercise since it was first asked for: sessions done and partly done, of those due.

    due  what was asked for up to yesterday; today is not over yet
    """

    exercise: str
    since: date
    done: int
    partly: int
    due: int

    @property
    def share(self) -> int | None:
        """Per cent done of what was due, a half for partly; None while nothing was due."""
        if not self.due:
            return None
        return min(100, (200 * self.done + 100 * self.partly + self.due) // (2 * self.due))


def kept_up(
    windows: Iterable[Window], said: Mapping[tuple[str, date], str], today: date
) -> list[KeptUp]:
    """Count each exercise over every version of the plan that asked for it, in their order.

    said  the last word on an exercise and day: done, partly or not

    What is due grows by the day and is whole sessions only. In one week of the exercise no more
    sessions count than were asked for, so that a busy week does not stand for an empty one.
    """
    asked: dict[str, list[Window]] = {}
    for window in windows:
        asked.setdefault(window.exercise, []).append(window)
    return [_kept_up(exercise, each, said, today) for exercise, each in asked.items()]


def _kept_up(
    exercise: str, windows: Sequence[Window], said: Mapping[tuple[str, date], str], today: date
) -> KeptUp:
    since = min(window.first for window in windows)
    sevenths = sum(window.per_week * _days_asked(window, today) for window in windows)
    weeks: dict[int, list[str]] = {}
    for (name, day), word in said.items():
        if name == exercise and since <= day <= today and _asking(windows, day):
            weeks.setdefault((day - since).days // DAYS, []).append(word)
    done = partly = 0
    for week, words in weeks.items():
        days = (since + timedelta(days=DAYS * week + n) for n in range(DAYS))
        most = max(_asking(windows, day) for day in days)
        whole = min(most, words.count("done"))
        done += whole
        partly += min(most - whole, words.count("partly"))
    return KeptUp(exercise=exercise, since=since, done=done, partly=partly, due=sevenths // DAYS)


def _days_asked(window: Window, today: date) -> int:
    last = min(window.until, today) if window.until else today
    return max(0, (last - window.first).days)


def _asking(windows: Iterable[Window], day: date) -> int:
    """Return how often a week was asked for on a day; on the day of a change by either version."""
    return max(
        (w.per_week for w in windows if w.first <= day and (w.until is None or day <= w.until)),
        default=0,
    )


def weeks_going(days: Iterable[date], today: date) -> int:
    """Return how many weeks in a row something was done; a week still empty breaks nothing.

    Weeks are counted back from today, seven days each.
    """
    active = {(today - day).days // DAYS for day in days if day <= today}
    week = 0 if 0 in active else 1
    going = 0
    while week in active:
        going, week = going + 1, week + 1
    return going


def worst_by_day(entries: Iterable[Entry]) -> list[tuple[date, int]]:
    """Return the worst pain of each day on which any was given, oldest day first."""
    worst: dict[date, int] = {}
    for entry in entries:
        if entry.pain is not None:
            worst[entry.on] = max(entry.pain, worst.get(entry.on, 0))
    return sorted(worst.items())


@dataclass(frozen=True, slots=True)
class Dot:
    x: Decimal
    y: Decimal
    on: date
    value: Number


@dataclass(frozen=True, slots=True)
class Tick:
    at: Decimal  # x of a day, y of a value
    text: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Plot:
    """A line chart in its own units, origin top left."""

    width: int
    height: int
    left: int
    right: int  # x of the right edge of the drawing
    top: int
    bottom: int  # y of the lower edge of the drawing
    dots: tuple[Dot, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]

    @property
    def line(self) -> str:
        """The points as SVG's polyline wants them."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


def plot(
    points: Sequence[tuple[date, Number]], *, low: int, high: int, step: int, today: date
) -> Plot | None:
    """Lay out values between ``low`` and ``high`` over time; None without any.

    points  a day and its value, oldest first
    step    distance of the horizontal lines, in the unit of the values
    """
    if not points:
        return None
    first, last = points[0][0], max(points[-1][0], today)
    span = max((last - first).days, 1)
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def across(day: date) -> Decimal:
        return _at(LEFT, right, (day - first).days, span)

    def up(value: Number) -> Decimal:
        return _at(bottom, TOP, Decimal(str(value)) - low, high - low)

    return Plot(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=right,
        top=TOP,
        bottom=bottom,
        dots=tuple(Dot(across(day), up(value), day, value) for day, value in points),
        across=tuple(Tick(across(day), "", day) for day in _days(first, last)),
        up=tuple(Tick(up(value), str(value)) for value in range(low, high + 1, step)),
    )


def _at(start: int, end: int, share: Number, whole: Number) -> Decimal:
    """Return the place ``share / whole`` of the way from start to end, to a tenth."""
    place = start + (end - start) * Decimal(str(share)) / Decimal(str(whole))
    return place.quantize(Decimal("0.1"))


def _days(first: date, last: date) -> list[date]:
    """Return at most four days to name below the chart, the first and the last among them."""
    span = (last - first).days
    steps = min(3, span)
    if not steps:
        return [first]
    return [first + timedelta(days=round(span * step / steps)) for step in range(steps + 1)]
