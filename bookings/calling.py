"""By when somebody who asked to be called should have been called. Pure, no Django."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WINDOWS = {  # hours on the clinic's clock
    "morning": (8, 12),
    "midday": (11, 14),
    "afternoon": (13, 17),
    "any": (8, 17),
}
LEAST = timedelta(minutes=30)  # a window that is nearly over leaves no time to call
FARTHEST = 21  # days looked ahead


def call_by(asked: datetime, when: str, tz: ZoneInfo, is_open: Callable[[date], bool]) -> datetime:
    """Return the end of the next window of a kind on a day the clinic is open, in UTC.

    If it stays closed for three weeks, the end of the window after those.
    """
    end_hour = WINDOWS.get(when, WINDOWS["any"])[1]
    today = asked.astimezone(tz).date()
    for ahead in range(FARTHEST):
        day = today + timedelta(days=ahead)
        end = datetime.combine(day, time(end_hour), tzinfo=tz).astimezone(UTC)
        if is_open(day) and end - asked >= LEAST:
            return end
    last = datetime.combine(today + timedelta(days=FARTHEST), time(end_hour), tzinfo=tz)
    return last.astimezone(UTC)
