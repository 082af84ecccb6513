"""Time zones in words, and moments that are told by one of several clocks."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic import practice


def zone_name(tz: ZoneInfo, at: datetime) -> str:
    """Return the zone as people know it, with its distance from UTC: Edmonton time (UTC−6)."""
    city = tz.key.rpartition("/")[2].replace("_", " ")
    return _("%(city)s time (%(offset)s)") % {"city": city, "offset": utc_offset(tz, at)}


def hour_words(hour: int, minute: int) -> str:
    """Return a time of day as the reader writes it: 09:30; in Canadian French 9 h 30."""
    if (get_language() or "").startswith("fr") and practice.country() == "CA":
        return f"{hour}\N{NO-BREAK SPACE}h" + (f"\N{NO-BREAK SPACE}{minute:02}" if minute else "")
    return f"{hour:02}:{minute:02}"


def date_words(day: date, pattern: str) -> str:
    """Return a day by a pattern of Django's; the first of a month as the language has it: 1er."""
    words = formats.date_format(day, pattern)
    if day.day == 1 and (get_language() or "").startswith("fr"):
        return re.sub(r"(?<!\S)1(?!\S)", "1er", words, count=1)
    return words


def utc_offset(tz: ZoneInfo, at: datetime) -> str:
    """Return the distance from UTC at an instant: UTC, UTC−6, UTC+5:45."""
    minutes = round((at.astimezone(tz).utcoffset() or timedelta()).total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "−"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def told(at: datetime, pattern: str) -> str:
    """Return a moment by the page's clock; its zone is named where the clinic has several.

    A page goes by the practice's clock, one about a visit by that of its place.
    """
    tz = ZoneInfo(str(timezone.get_current_timezone()))
    words = formats.date_format(at.astimezone(tz), pattern)
    return f"{words} {zone_name(tz, at)}" if practice.has_several_clocks() else words
