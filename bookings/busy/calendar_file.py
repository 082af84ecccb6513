"""Busy times of a calendar file (RFC 5545): events, what repeats, and plain free/busy."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from django.utils.translation import gettext as _
from icalendar import Calendar

from bookings.busy.reading import (
    LONGEST,
    MOST,
    Fault,
    FaultError,
    Reading,
    Span,
    Unreadable,
    instant,
    span_of,
)

MOST_REPEATING = 300  # events
DAY = timedelta(days=1)
# What may narrow a rule. For days and weeks only weekdays: whatever else there is can be written
# so that it never comes true, and looking for it takes for ever.
PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
NARROWED = {
    "DAILY": {"BYDAY"},
    "WEEKLY": {"BYDAY"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS", "BYMONTH"},
    "YEARLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS", "BYMONTH"},
}
STEP = {"DAILY": 1, "WEEKLY": 7}  # days

Overrides = dict[str, set[datetime]]
Event = Any  # the library's types say what any value of any property may be


def read(data: bytes, tz: ZoneInfo, limits: Span) -> Reading:
    """Return the busy times of a calendar. Raises Unreadable for what is none."""
    try:
        calendar = Calendar.from_ical(data)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise Unreadable(_("This is no calendar file that can be read.")) from error
    events = [each for each in calendar.walk() if each.name in {"VEVENT", "VFREEBUSY"}]
    if len(events) > MOST:
        raise Unreadable.too_many()
    if sum("RRULE" in event for event in events) > MOST_REPEATING:
        words = _("More than %(n)d events repeat. Export them as single events.")
        raise Unreadable(words % {"n": MOST_REPEATING})
    found, moved = Reading(), _overrides(events, tz)
    for number, event in enumerate(events, 1):
        try:
            _take(event, tz, limits, moved, found)
        except FaultError as error:
            found.faults.append(Fault(_("event %(n)d") % {"n": number}, str(error)))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            words = _("Its times cannot be read.")
            found.faults.append(Fault(_("event %(n)d") % {"n": number}, words))
        if len(found.spans) > 4 * MOST:
            raise Unreadable.too_many()
    return found


def _overrides(events: Iterable[Event], tz: ZoneInfo) -> Overrides:
    """Return which single occurrences of what repeats were written anew, by the event's UID."""
    found: Overrides = defaultdict(set)
    for event in events:
        if "RECURRENCE-ID" in event:
            at = getattr(event["RECURRENCE-ID"], "dt", None)
            if isinstance(at, date):
                found[str(event.get("UID", ""))].add(instant(at, tz))
    return found


def _take(event: Event, tz: ZoneInfo, limits: Span, moved: Overrides, found: Reading) -> None:
    if event.name == "VFREEBUSY":
        found.spans += _free_busy(event, tz)
        return
    if _is_free(event):
        found.free += 1
        return
    start = event["DTSTART"].dt
    length = _length(event, start, tz)
    if not length:
        return  # a mark in the calendar takes no time
    zone = _zone(start, tz)
    for at in _starts(event, start, zone, limits, moved):
        end = at + length if not isinstance(at, datetime) else _later(at, length, zone)
        found.spans.append(span_of(at, end, zone))


def _later(start: datetime, length: timedelta, zone: ZoneInfo) -> datetime:
    """Return the end of an event: so much elapsed time later, also over a clock change."""
    return instant(start, zone) + length


def _is_free(event: Event) -> bool:
    return (
        str(event.get("STATUS", "")).upper() == "CANCELLED"
        or str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
        or str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "FREE"
    )


def _zone(start: date | datetime, tz: ZoneInfo) -> Any:
    return start.tzinfo if isinstance(start, datetime) and start.tzinfo else tz


def _length(event: Event, start: date | datetime, tz: ZoneInfo) -> timedelta:
    if "DTEND" in event:
        end = event["DTEND"].dt
        if isinstance(start, datetime) != isinstance(end, datetime):
            raise FaultError(_("It begins on a day and ends at a time, or the other way round."))
        if isinstance(start, datetime):
            low, high = span_of(start, end, tz) if end != start else (start, start)
            return high - low
        return end - start or DAY
    if "DURATION" in event:
        return event["DURATION"].dt
    return timedelta(0) if isinstance(start, datetime) else DAY


def _starts(
    event: Event, start: date | datetime, zone: ZoneInfo, limits: Span, moved: Overrides
) -> Iterator[date | datetime]:
    """Yield when an event begins: once, or as often as it repeats within the limits."""
    repeats = "RRULE" in event
    if repeats and "RECURRENCE-ID" not in event:
        walls = list(_repeats(event["RRULE"], _wall(start), zone, limits))
        found = [at if isinstance(start, datetime) else at.date() for at in walls]
    else:
        found = [start]
    found += _dates(event, "RDATE")
    without = {instant(at, zone) for at in _dates(event, "EXDATE")}
    if "RECURRENCE-ID" not in event:
        without |= moved.get(str(event.get("UID", "")), set())
    yield from (at for at in found if instant(at, zone) not in without)


def _wall(at: date | datetime) -> datetime:
    """Return a day's midnight or a time as a clock shows it, without its zone."""
    if isinstance(at, datetime):
        return at.replace(tzinfo=None)
    return datetime(at.year, at.month, at.day)  # noqa: DTZ001  # the zone follows


def _dates(event: Event, name: str) -> list[date | datetime]:
    lists = event.get(name, [])
    lists = lists if isinstance(lists, list) else [lists]
    return [each.dt for several in lists for each in several.dts if isinstance(each.dt, date)]


def _repeats(rule: Any, wall: datetime, zone: ZoneInfo, limits: Span) -> Iterator[datetime]:
    """Yield the wall-clock starts of a rule within the limits."""
    frequency = str(rule.get("FREQ", [""])[0]).upper()
    if frequency not in NARROWED:
        raise FaultError(_("It repeats more often than once a day."))
    if set(map(str.upper, rule)) - PARTS - NARROWED[frequency]:
        raise FaultError(_("It repeats in a way that is not understood here."))
    low, high = (at.astimezone(zone).replace(tzinfo=None) for at in limits)
    if rule.get("UNTIL"):
        until = rule["UNTIL"][0]
        if not isinstance(until, datetime):
            high = min(high, _wall(until) + DAY)
        else:
            aware = until if until.tzinfo else until.replace(tzinfo=zone)
            high = min(high, aware.astimezone(zone).replace(tzinfo=None))
    if wall.year < 1990:
        raise FaultError(_("The year is none people plan in."))
    parts = {name: value for name, value in rule.items() if name.upper() != "UNTIL"}
    text = ";".join(f"{name}={','.join(map(_part, value))}" for name, value in parts.items())
    first = low - LONGEST
    if frequency in STEP and "COUNT" not in rule and wall < first:
        step = timedelta(days=STEP[frequency] * int(rule.get("INTERVAL", [1])[0] or 1))
        wall += (first - wall) // step * step
    for at in islice(rrulestr(text, dtstart=wall), 4 * MOST):
        if at > high:
            return
        if at >= first:
            yield at


def _part(value: Any) -> str:
    return value.to_ical().decode() if hasattr(value, "to_ical") else str(value)


def _free_busy(component: Event, tz: ZoneInfo) -> Iterator[Span]:
    listed = component.get("FREEBUSY", [])
    for period in listed if isinstance(listed, list) else [listed]:
        if str(period.params.get("FBTYPE", "BUSY")).upper() == "FREE":
            continue
        start, end = period.dt
        yield span_of(start, start + end if isinstance(end, timedelta) else end, tz)
