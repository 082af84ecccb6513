"""When is a time free? Whole-number arithmetic on instants, and nothing else.

Pure: no database, no clock, no settings. ``bookings/schedule/`` reads rows and turns them into
the shapes below; everything that lists, holds, books or moves asks here, so that a listed time is
a bookable one.

Two kinds of number never mix:

instant   seconds since 1970-01-01 00:00 UTC, an int; spans of instants are half-open (start, end)
minute    minutes after local midnight, 0 to 1440 (1440 is the midnight that ends the day)

Lengths are seconds. Weekdays run from 0 (Monday) to 6 (Sunday). docs/adr/0002 says why integers.
"""

from bookings.availability.choice import assign, free_unit, nearest
from bookings.availability.elapsed import after_open_time
from bookings.availability.free import (
    Busy,
    elsewhere,
    first_free,
    free_starts,
    is_free,
    may_join,
    no_room,
)
from bookings.availability.hours import Break, ChangedDay, Closure, LocalSpan, TimeOff, WeeklyHours
from bookings.availability.localtime import (
    day_start,
    horizon_end,
    local_day,
    local_instant,
    local_instants,
)
from bookings.availability.rules import MESSAGES, Refusal, Rules
from bookings.availability.series import Occurrence, series_starts
from bookings.availability.windows import Window, working_windows

__all__ = [
    "MESSAGES",
    "Break",
    "Busy",
    "ChangedDay",
    "Closure",
    "LocalSpan",
    "Occurrence",
    "Refusal",
    "Rules",
    "TimeOff",
    "WeeklyHours",
    "Window",
    "after_open_time",
    "assign",
    "day_start",
    "elsewhere",
    "first_free",
    "free_starts",
    "free_unit",
    "horizon_end",
    "is_free",
    "local_day",
    "local_instant",
    "local_instants",
    "may_join",
    "nearest",
    "no_room",
    "series_starts",
    "working_windows",
]
