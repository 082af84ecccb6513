"""Busy times of a table: a line each, with a start and an end, or a day and two times."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from bookings.busy.reading import MOST, Fault, FaultError, Reading, Span, Unreadable, span_of

NAMES = {
    "start": {"start", "starts", "starts at", "from", "begin", "begins", "dtstart"},
    "end": {"end", "ends", "ends at", "to", "until", "finish", "dtend"},
    "day": {"day", "date"},
    "start day": {"start date", "start day"},
    "start time": {"start time"},
    "end day": {"end date", "end day"},
    "end time": {"end time"},
}
SHAPES = (
    {"start day", "start time", "end day", "end time"},
    {"start day", "start time", "end time"},
    {"day", "start time", "end time"},
    {"day", "start", "end"},
    {"start", "end"},
)
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*([AaPp])?\.?[Mm]?\.?")

Line = Mapping[str, str]


def read(text: str, tz: ZoneInfo) -> Reading:
    """Return the busy times of a table. Raises Unreadable where no columns can be made out."""
    if "\0" in text:
        raise Unreadable(_("This is neither a calendar (.ics) nor a table (.csv)."))
    lines = [line for line in _lines(text) if any(cell.strip() for cell in line[1])]
    if len(lines) > MOST + 1:
        raise Unreadable.too_many()
    columns, begins = _columns(lines)
    found = Reading()
    for number, cells in lines[begins:]:
        line = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
        try:
            found.spans.append(_span(line, tz))
        except FaultError as error:
            found.faults.append(Fault(_("line %(n)d") % {"n": number}, str(error)))
    return found


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Return the cells of each line with its number, whatever parts them."""
    first = text.split("\n", 1)[0]
    part = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=part)
    try:
        return [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise Unreadable(_("This is neither a calendar (.ics) nor a table (.csv).")) from error


def _columns(lines: Sequence[tuple[int, list[str]]]) -> tuple[dict[str, int], int]:
    """Return which column is what, and the first line with times in it."""
    if not lines:
        raise Unreadable(_("The file is empty."))
    head = [re.sub(r"[\s_]+", " ", cell).strip().lower() for cell in lines[0][1]]
    known = {
        name: head.index(word) for name, words in NAMES.items() for word in words if word in head
    }
    for shape in SHAPES:
        if shape <= set(known):
            return {name: known[name] for name in shape}, 1
    if len(head) >= 2 and re.match(r"\d{4}-\d{2}-\d{2}", head[0]):
        return {"start": 0, "end": 1}, 0  # no head at all, but times
    raise Unreadable(_("Name the columns in the first line: start, end. Or: date, start, end."))


def _span(line: Line, tz: ZoneInfo) -> Span:
    if "start" in line and "day" not in line:
        start, end = _moment(line["start"]), _moment(line["end"])
        if not isinstance(start, datetime) and not isinstance(end, datetime):
            end += timedelta(days=1)  # a day is busy to its end
        return span_of(start, end, tz)
    first = _day(line.get("start day") or line.get("day", ""))
    last = _day(line["end day"]) if line.get("end day") else first
    starts = _clock(line.get("start time", line.get("start", "")))
    ends = _clock(line.get("end time", line.get("end", "")))
    if starts is None and ends is None:
        return span_of(first, last + timedelta(days=1), tz)
    if starts is None or ends is None:
        raise FaultError(_("One of its times is missing."))
    return span_of(datetime.combine(first, starts), _until(last, ends), tz)


def _until(day: date, ends: time) -> datetime:
    """Return the end; midnight is the one that ends the day."""
    return datetime.combine(day + timedelta(days=ends == time(0)), ends)


def _moment(text: str) -> date | datetime:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return _day(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise FaultError(_("Write times as 2027-01-11 09:00.")) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FaultError(_("Write days as 2027-01-11.")) from None


def _clock(text: str) -> time | None:
    if not text:
        return None
    found = CLOCK.fullmatch(text)
    if found is None:
        raise FaultError(_("Write times of day as 09:00."))
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour % 24 if (hour, minute) == (24, 0) else hour, minute)
    except ValueError:
        raise FaultError(_("Write times of day as 09:00.")) from None
