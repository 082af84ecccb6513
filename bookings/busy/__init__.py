"""Files that say when somebody is busy elsewhere: a calendar (.ics) or a table (.csv).

Only from when to when is taken out of a file. Titles, names and notes are never looked at, so that
nothing of another system's patients can get in here.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bookings.busy import calendar_file, table_file
from bookings.busy.reading import LARGEST, MOST, Fault, Reading, Span, Unreadable

__all__ = ["LARGEST", "MOST", "Fault", "Reading", "Unreadable", "read"]

AHEAD = timedelta(days=730)  # as far as the desk plans


def read(data: bytes, *, tz: ZoneInfo, now: datetime) -> Reading:
    """Return the times of a file that lie ahead, merged, and what could not be read.

    tz  the clock of times that name none

    Raises Unreadable when it is no such file, or a larger one than can be taken.
    """
    if len(data) > LARGEST:
        raise Unreadable.too_large()
    text = data.decode("utf-8-sig", errors="replace")
    limits = now, now + AHEAD
    if text.lstrip()[:15].upper() == "BEGIN:VCALENDAR":
        found = calendar_file.read(data, tz, limits)
    else:
        found = table_file.read(text, tz)
    found.spans = merged(found.spans, limits, found)
    if len(found.spans) > MOST:
        raise Unreadable.too_many()
    return found


def merged(spans: list[Span], limits: Span, about: Reading) -> list[Span]:
    """Return the spans within the limits, to whole minutes outwards, those that touch as one."""
    result: list[Span] = []
    for start, end in sorted((_minute(start), _minute_after(end)) for start, end in spans):
        if end <= limits[0] or start >= limits[1]:
            about.out_of_range += 1
        elif result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _minute_after(at: datetime) -> datetime:
    floor = _minute(at)
    return floor if floor == at else floor + timedelta(minutes=1)
