"""The clock on a location's wall, in words: times, zones, parts of the day."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from clinic.zones import date_words, hour_words, utc_offset, zone_name

__all__ = ["day_words", "moment_words", "part_of_day", "part_words", "wall", "wall_of", "zone_name"]

NOON, EVENING = 12, 17  # hours at which the afternoon and the evening begin


def wall(at: datetime, tz: ZoneInfo) -> str:
    """Return the time on the wall, 09:30; in the repeated autumn hour with its offset."""
    local = at.astimezone(tz)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    text = hour_words(local.hour, local.minute)
    return f"{text} ({utc_offset(tz, at)})" if twice else text


def wall_of(local: datetime) -> str:
    """Return a local time as ``wall`` does, without asking whether the hour comes twice."""
    return hour_words(local.hour, local.minute)


def day_words(at: datetime, tz: ZoneInfo) -> str:
    """Return the day in words: Monday 11 January 2027."""
    return date_words(at.astimezone(tz), _("l j F Y"))


def moment_words(at: datetime, tz: ZoneInfo) -> str:
    """Return a day and its time in words: Monday 11 January 2027, 09:30."""
    return f"{day_words(at, tz)}, {wall(at, tz)}"


def part_of_day(hour: int) -> int:
    """Return 0 for the morning, 1 for the afternoon, 2 for the evening, by the wall's hour."""
    return (hour >= NOON) + (hour >= EVENING)


def part_words(part: int) -> str:
    return (_("Morning"), _("Afternoon"), _("Evening"))[part]
