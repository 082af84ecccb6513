"""Opening time that passes: counted inside the hours, whatever the clocks do."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bookings.availability import WeeklyHours, after_open_time, working_windows

HOUR = 3600
TWO_HOURS = 2 * HOUR
DAY = [(9 * HOUR, 17 * HOUR)]  # one day, as seconds


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param(9, 11, id="from the opening"),
        pytest.param(7, 11, id="before the opening nothing passes"),
        pytest.param(14.5, 16.5, id="within the day"),
        pytest.param(15, 17, id="ends as the doors close"),
        pytest.param(15.5, 24 + 9.5, id="the rest of it on the next day"),
        pytest.param(17, 24 + 11, id="asked as the doors close"),
        pytest.param(20, 24 + 11, id="in the evening"),
    ],
)
def test_two_hours_from(start, expected):
    opening = [(9 * HOUR, 17 * HOUR), (33 * HOUR, 41 * HOUR)]
    assert after_open_time(int(start * HOUR), TWO_HOURS, opening) == int(expected * HOUR)


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        pytest.param([(9, 12), (13, 17)], 14, id="a gap at noon"),
        pytest.param([(13, 17), (9, 12)], 14, id="in any order"),
        pytest.param([(9, 12), (10, 12), (11, 17)], 13, id="two people count once"),
        pytest.param([(9, 12), (12, 17)], 13, id="hours that touch"),
        pytest.param([(9, 12)], None, id="never open that long again"),
        pytest.param([], None, id="no hours at all"),
    ],
)
def test_two_hours_from_eleven(opening, expected):
    spans = [(a * HOUR, b * HOUR) for a, b in opening]
    found = after_open_time(11 * HOUR, TWO_HOURS, spans)
    assert found == (None if expected is None else expected * HOUR)


def test_no_time_at_all_is_the_next_opening():
    assert after_open_time(8 * HOUR, 0, DAY) == 9 * HOUR
    assert after_open_time(10 * HOUR, 0, DAY) == 10 * HOUR
    assert after_open_time(17 * HOUR, 0, DAY) is None


def test_time_does_not_run_backwards():
    with pytest.raises(ValueError, match="negative"):
        after_open_time(0, -1, DAY)


def _weekdays(starts: int, ends: int):
    return [WeeklyHours(day, starts * 60, ends * 60) for day in range(5)]


@pytest.mark.parametrize(
    ("zone", "asked", "expected"),
    [
        pytest.param("Europe/Berlin", "2027-03-26 16:30", "2027-03-29 10:30", id="spring weekend"),
        pytest.param("Europe/Berlin", "2027-10-29 16:30", "2027-11-01 10:30", id="autumn weekend"),
        pytest.param("Asia/Kathmandu", "2027-01-08 16:00", "2027-01-11 10:00", id="odd offset"),
    ],
)
def test_a_friday_afternoon_goes_on_at_monday_on_the_wall(zone, asked, expected):
    tz = ZoneInfo(zone)
    wall = [datetime.fromisoformat(text).replace(tzinfo=tz) for text in (asked, expected)]
    day = wall[0].date()
    windows = working_windows(_weekdays(9, 17), (), (), (), (), day, date(2027, 11, 30), tz)
    found = after_open_time(int(wall[0].timestamp()), TWO_HOURS, [w[:2] for w in windows])
    assert datetime.fromtimestamp(found, UTC) == wall[1].astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2027-03-28", "04:00", id="the hour that is skipped is nobody's time"),
        pytest.param("2027-10-31", "02:00", id="the hour that comes twice counts twice"),
    ],
)
def test_a_place_that_is_open_while_the_clocks_change(day, expected):
    tz = ZoneInfo("Europe/Berlin")
    on = date.fromisoformat(day)
    hours = [WeeklyHours(6, 0, 6 * 60)]
    windows = working_windows(hours, (), (), (), (), on, on, tz)
    asked = datetime.fromisoformat(f"{day} 01:00").replace(tzinfo=tz)
    found = after_open_time(int(asked.timestamp()), TWO_HOURS, [w[:2] for w in windows])
    assert f"{datetime.fromtimestamp(found, tz):%H:%M}" == expected
