"""What a clinic writes down about its hours, in local dates and minutes.

These are values, not rows: the schedule makes them from the database. All refuse nonsense with
ValueError when they are made, so that the arithmetic behind them needs no checks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bookings.availability.localtime import MINUTES_A_DAY


def _check_minutes(starts: int, ends: int) -> None:
    if not 0 <= starts < ends <= MINUTES_A_DAY:
        raise ValueError(f"Hours run from 0 to 1440 minutes and forwards: {starts} to {ends}")


def _check_validity(valid_from: date | None, valid_to: date | None) -> None:
    if valid_from and valid_to and valid_to < valid_from:
        raise ValueError(f"Hours cannot end before they begin: {valid_from} to {valid_to}")


def _check_weekday(weekday: int) -> None:
    if not 0 <= weekday <= 6:
        raise ValueError(f"A weekday lies between 0 (Monday) and 6 (Sunday): {weekday}")


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """One working window of a weekday, every week.

    Hours do not cross midnight; a night is two rows that touch at 1440 and 0.
    """

    weekday: int  # 0 = Monday
    starts: int  # minutes after local midnight
    ends: int  # minutes after local midnight; 1440 = the midnight that ends the day
    valid_from: date | None = None  # first day it holds
    valid_to: date | None = None  # last day it holds

    def __post_init__(self) -> None:
        _check_weekday(self.weekday)
        _check_minutes(self.starts, self.ends)
        _check_validity(self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """The hours of one date, in place of its weekly hours. No spans: closed that day.

    Several for one date add up, so one row per span is as good as one row with all of them.
    Breaks, closures and time off still cut it.
    """

    date: date
    spans: Sequence[tuple[int, int]] = ()  # (starts, ends) in minutes after local midnight

    def __post_init__(self) -> None:
        for starts, ends in self.spans:
            _check_minutes(starts, ends)


@dataclass(frozen=True, slots=True)
class Break:
    """A pause in every window of a weekday, or of one date."""

    on: int | date  # 0 = Monday … 6 = Sunday, or one date
    starts: int  # minutes after local midnight
    ends: int  # minutes after local midnight
    valid_from: date | None = None  # first day it holds
    valid_to: date | None = None  # last day it holds

    def __post_init__(self) -> None:
        if isinstance(self.on, int):
            _check_weekday(self.on)
        _check_minutes(self.starts, self.ends)
        _check_validity(self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class LocalSpan:
    """One unbroken stretch of local time: part of a day, a day, or from one day into another."""

    starts_on: date
    starts: int  # minutes after local midnight of starts_on
    ends_on: date
    ends: int = MINUTES_A_DAY  # minutes after local midnight of ends_on

    def __post_init__(self) -> None:
        if not (0 <= self.starts <= MINUTES_A_DAY and 0 <= self.ends <= MINUTES_A_DAY):
            raise ValueError(f"Minutes run from 0 to 1440: {self.starts}, {self.ends}")
        if (self.starts_on, self.starts) >= (self.ends_on, self.ends):
            raise ValueError(f"It ends before it begins: {self.starts_on} to {self.ends_on}")

    @classmethod
    def days(cls, first: date, last: date) -> "LocalSpan":
        """Whole days, both included."""
        return cls(first, 0, last, MINUTES_A_DAY)


# A place is closed, a person is away; both cut windows in the same way.
Closure = LocalSpan
TimeOff = LocalSpan
