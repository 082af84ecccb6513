"""What reading a file gives: spans of instants, and faults that name a line but no words of it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from bookings.errors import BookingError

LARGEST = 1_000_000  # bytes
MOST = 5_000  # events, lines, and times in the end
LONGEST = timedelta(days=62)  # longer ones are mistakes, or time off to be written down here
YEARS = range(1990, 2101)

Span = tuple[datetime, datetime]  # UTC


class Unreadable(BookingError):  # noqa: N818  # as in bookings.errors
    """The file as a whole cannot be taken; nothing was changed."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def __str__(self) -> str:
        return self.words

    @classmethod
    def too_large(cls) -> "Unreadable":
        return cls(_("The file is larger than 1 MB. Export fewer months."))

    @classmethod
    def too_many(cls) -> "Unreadable":
        words = _("There are more than %(n)d times in it. Export fewer months.")
        return cls(words % {"n": MOST})


class FaultError(ValueError):
    """One line or event cannot be read; its text says why, without quoting it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong where: "line 7" or "event 12"."""

    where: str
    words: str


@dataclass(slots=True)
class Reading:
    """What a file says: busy times, what could not be read, what was left out on purpose."""

    spans: list[Span] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    free: int = 0  # marked as free, or cancelled
    out_of_range: int = 0  # over already, or years ahead


def span_of(start: date | datetime, end: date | datetime, tz: ZoneInfo) -> Span:
    """Return a span in UTC; days run from midnight to midnight on the clock of ``tz``.

    Raises FaultError for one that runs backwards, is very long, or lies in no usual year.
    """
    low, high = instant(start, tz), instant(end, tz)
    if low.year not in YEARS or high.year not in YEARS:
        raise FaultError(_("The year is none people plan in."))
    if high <= low:
        raise FaultError(_("It ends before it begins."))
    if high - low > LONGEST:
        raise FaultError(_("It is longer than two months: write it down as time off."))
    return low, high


def instant(at: date | datetime, tz: ZoneInfo) -> datetime:
    """Return a day or a time as an instant; what names no zone is on the clock of ``tz``."""
    if not isinstance(at, datetime):
        at = datetime(at.year, at.month, at.day)  # noqa: DTZ001  # the zone follows
    if at.tzinfo is None:
        at = at.replace(tzinfo=tz)
    try:
        return at.astimezone(UTC)
    except (OverflowError, ValueError):
        raise FaultError(_("The year is none people plan in.")) from None
