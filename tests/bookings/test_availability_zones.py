"""Clock changes, odd offsets and days that do not exist: 09:00 stays 09:00."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookings.availability import (
    Break,
    Closure,
    Refusal,
    Rules,
    WeeklyHours,
    day_start,
    free_starts,
    horizon_end,
    is_free,
    local_day,
    local_instant,
    local_instants,
    working_windows,
)
from bookings.availability.localtime import day_number, offset_stretches

zoneinfo.reset_tzpath(to=())  # the tzdata wheel: an old copy on the machine is wrong for Alberta


def minute(clock):
    hour, minutes = clock.split(":")
    return int(hour) * 60 + int(minutes)


def utc(instant):
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("zone", "day", "clock", "expected"),
    [
        # Spring and autumn on both sides, and the change itself.
        ("Europe/London", "2026-03-28", "09:00", ["2026-03-28 09:00"]),
        ("Europe/London", "2026-03-29", "00:59", ["2026-03-29 00:59"]),
        ("Europe/London", "2026-03-29", "01:00", []),
        ("Europe/London", "2026-03-29", "01:59", []),
        ("Europe/London", "2026-03-29", "02:00", ["2026-03-29 01:00"]),
        ("Europe/London", "2026-03-29", "09:00", ["2026-03-29 08:00"]),
        ("Europe/London", "2026-10-25", "00:59", ["2026-10-24 23:59"]),
        ("Europe/London", "2026-10-25", "01:30", ["2026-10-25 00:30", "2026-10-25 01:30"]),
        ("Europe/London", "2026-10-25", "02:00", ["2026-10-25 02:00"]),
        ("America/Toronto", "2026-03-08", "02:30", []),
        ("America/Toronto", "2026-03-08", "09:00", ["2026-03-08 13:00"]),
        ("America/Toronto", "2026-11-01", "01:00", ["2026-11-01 05:00", "2026-11-01 06:00"]),
        ("America/Toronto", "2026-11-01", "09:00", ["2026-11-01 14:00"]),
        ("Australia/Brisbane", "2026-01-05", "09:00", ["2026-01-04 23:00"]),
        ("Australia/Brisbane", "2026-07-06", "09:00", ["2026-07-05 23:00"]),
        # Alberta springs forward once more in 2026 and stays there.
        ("America/Edmonton", "2026-02-02", "09:00", ["2026-02-02 16:00"]),
        ("America/Edmonton", "2026-03-08", "02:30", []),
        ("America/Edmonton", "2026-11-01", "01:30", ["2026-11-01 07:30"]),
        ("America/Edmonton", "2026-12-01", "09:00", ["2026-12-01 15:00"]),
        ("America/Edmonton", "2027-03-14", "02:30", ["2027-03-14 08:30"]),
        # Offsets that are not whole hours; Lord Howe moves its clocks by half an hour.
        ("Asia/Kathmandu", "2026-03-02", "09:00", ["2026-03-02 03:15"]),
        ("Australia/Adelaide", "2026-07-06", "09:00", ["2026-07-05 23:30"]),
        ("Australia/Adelaide", "2026-10-04", "02:30", []),
        ("Australia/Adelaide", "2026-10-05", "09:00", ["2026-10-04 22:30"]),
        ("America/St_Johns", "2026-01-05", "09:00", ["2026-01-05 12:30"]),
        ("America/St_Johns", "2026-11-01", "01:15", ["2026-11-01 03:45", "2026-11-01 04:45"]),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", []),
        ("Australia/Lord_Howe", "2026-10-04", "02:30", ["2026-10-03 15:30"]),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", ["2026-04-04 14:45", "2026-04-04 15:15"]),
        # Changes at midnight, and a day that never was.
        ("America/Havana", "2026-03-08", "00:30", []),
        ("America/Havana", "2025-11-02", "00:30", ["2025-11-02 04:30", "2025-11-02 05:30"]),
        ("Asia/Beirut", "2026-03-29", "00:00", []),
        ("Asia/Beirut", "2026-10-24", "23:30", ["2026-10-24 20:30", "2026-10-24 21:30"]),
        ("Pacific/Apia", "2011-12-29", "12:00", ["2011-12-29 22:00"]),
        ("Pacific/Apia", "2011-12-30", "12:00", []),
        ("Pacific/Apia", "2011-12-31", "12:00", ["2011-12-30 22:00"]),
    ],
)
def test_a_wall_time_is_read_never_once_or_twice(zone, day, clock, expected):
    tz, on = ZoneInfo(zone), date.fromisoformat(day)

    found = local_instants(on, minute(clock), tz)

    assert [utc(instant) for instant in found] == expected
    assert local_instant(on, minute(clock), tz) == (found[0] if found else None)


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/London", "2026-07-01", "2026-06-30 23:00"),
        ("America/Edmonton", "2026-12-01", "2026-12-01 06:00"),
        ("Asia/Kathmandu", "2026-03-02", "2026-03-01 18:15"),
        ("America/Havana", "2026-03-08", "2026-03-08 05:00"),  # 00:00 to 01:00 is skipped
        ("America/Havana", "2025-11-02", "2025-11-02 04:00"),  # the first of two midnights
        ("Asia/Beirut", "2026-10-25", "2026-10-24 22:00"),  # 23:00 came twice before it
        ("Pacific/Apia", "2011-12-30", "2011-12-30 10:00"),  # the day was skipped
    ],
)
def test_a_day_starts_at_its_first_instant(zone, day, expected):
    tz, on = ZoneInfo(zone), date.fromisoformat(day)

    start = day_start(on, tz)

    assert utc(start) == expected
    assert local_day(start, tz) >= on
    assert local_day(start - 1, tz) < on


def test_midnight_at_the_end_of_a_day_is_the_next_days_start():
    london, day = ZoneInfo("Europe/London"), date(2026, 7, 1)

    assert local_instant(day, 1440, london) == day_start(date(2026, 7, 2), london)


@pytest.mark.parametrize("wrong", [-1, 1441])
def test_minutes_outside_the_day_are_refused(wrong):
    with pytest.raises(ValueError):
        local_instant(date(2026, 7, 1), wrong, ZoneInfo("Europe/London"))


ZONES = [
    "America/Edmonton",
    "America/Havana",
    "America/St_Johns",
    "America/Toronto",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Adelaide",
    "Australia/Brisbane",
    "Australia/Lord_Howe",
    "Europe/London",
]


@pytest.mark.parametrize("zone", ZONES)
def test_no_clock_change_is_missed(zone):
    """Looking every few days and halving finds what looking every half hour finds."""
    tz = ZoneInfo(zone)
    first, last = day_number(date(2025, 1, 1)), day_number(date(2027, 12, 31))

    stretches = offset_stretches(first, last, tz)

    edges = [(stretch[0], stretch[1]) for stretch in stretches]
    assert [end for _, end in edges[:-1]] == [start for start, _ in edges[1:]]
    for start, end, offset in stretches:
        assert {datetime.fromtimestamp(at, tz).utcoffset() for at in range(start, end, 1800)} == {
            timedelta(seconds=offset)
        }


@pytest.mark.parametrize("zone", ZONES)
def test_nine_to_five_stays_nine_to_five_all_year(zone):
    tz, first, last = ZoneInfo(zone), date(2026, 1, 1), date(2027, 12, 31)
    hours = [WeeklyHours(weekday, minute("09:00"), minute("17:00")) for weekday in range(7)]

    windows = working_windows(hours, [], [], [], [], first, last, tz)

    edges = [
        [f"{datetime.fromtimestamp(edge, tz):%Y-%m-%d %H:%M}" for edge in (w.start, w.end)]
        for w in windows
    ]
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert edges == [[f"{day} 09:00", f"{day} 17:00"] for day in days]


def starts(zone, day, hours, minutes, step, *, breaks=(), closures=()):
    """Free starts of one day as '01:00+0100', so that a repeated hour can be told apart."""
    tz, on = ZoneInfo(zone), date.fromisoformat(day)
    opens, closes = (minute(clock) for clock in hours.split("-"))
    windows = working_windows(
        [WeeklyHours(on.weekday(), opens, closes)], [], breaks, closures, [], on, on, tz
    )
    now = day_start(on, tz)
    found = free_starts(windows, [], Rules(minutes * 60, step=step * 60), now=now, tz=tz)
    return " ".join(f"{datetime.fromtimestamp(start, tz):%H:%M%z}" for start in found)


@pytest.mark.parametrize(
    ("zone", "day", "hours", "minutes", "step", "expected"),
    [
        pytest.param(
            "Europe/London",
            "2026-03-29",
            "00:00-04:00",
            60,
            30,
            "00:00+0000 00:30+0000 02:00+0100 02:30+0100 03:00+0100",
            id="the skipped hour is not offered; a visit may last across it",
        ),
        pytest.param(
            "Europe/London",
            "2026-03-29",
            "00:00-04:00",
            30,
            45,
            "00:00+0000 00:45+0000 02:15+0100 03:00+0100",
            id="wall times of the grid are those of any other day",
        ),
        pytest.param(
            "Europe/London",
            "2026-03-29",
            "01:30-03:30",
            60,
            30,
            "02:00+0100 02:30+0100",
            id="opening in the gap: opens at the change",
        ),
        pytest.param(
            "Europe/London",
            "2026-03-29",
            "00:00-01:30",
            30,
            30,
            "00:00+0000 00:30+0000",
            id="closing in the gap: closes at the change",
        ),
        pytest.param(
            "Europe/London", "2026-03-29", "01:10-01:50", 10, 10, "", id="hours inside the gap"
        ),
        pytest.param(
            "Europe/London",
            "2026-10-25",
            "00:00-03:00",
            60,
            60,
            "00:00+0100 01:00+0100 01:00+0000 02:00+0000",
            id="the repeated hour is two instants",
        ),
        pytest.param(
            "Europe/London",
            "2026-10-25",
            "01:30-03:00",
            30,
            30,
            "01:30+0100 01:30+0000 02:00+0000 02:30+0000",
            id="opening in the repeated hour: only what the clock shows as open",
        ),
        pytest.param(
            "Europe/London",
            "2026-10-25",
            "01:00-01:30",
            30,
            30,
            "01:00+0100 01:00+0000",
            id="hours inside the repeated hour, twice",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-10-04",
            "01:00-04:00",
            60,
            60,
            "01:00+1030 03:00+1100",
            id="half an hour is skipped",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-04-05",
            "01:00-03:00",
            60,
            60,
            "01:00+1100 02:00+1030",
            id="half an hour is repeated",
        ),
        pytest.param(
            "America/Havana",
            "2026-03-08",
            "00:00-03:00",
            30,
            40,
            "01:20-0400 02:00-0400",
            id="midnight is skipped and the grid is still counted from it",
        ),
        pytest.param(
            "America/Havana",
            "2025-11-02",
            "00:00-02:00",
            60,
            60,
            "00:00-0400 00:00-0500 01:00-0500",
            id="midnight comes twice",
        ),
        pytest.param(
            "Asia/Beirut",
            "2026-10-24",
            "22:00-24:00",
            60,
            60,
            "22:00+0300 23:00+0300 23:00+0200",
            id="the last hour of the day comes twice",
        ),
        pytest.param(
            "Pacific/Apia", "2011-12-30", "00:00-24:00", 60, 60, "", id="a day that never was"
        ),
        pytest.param(
            "America/Edmonton",
            "2026-11-01",
            "00:00-03:00",
            60,
            60,
            "00:00-0600 01:00-0600 02:00-0600",
            id="Alberta in November 2026: nothing happens",
        ),
    ],
)
def test_the_night_of_a_clock_change(zone, day, hours, minutes, step, expected):
    assert starts(zone, day, hours, minutes, step) == expected


def test_rows_that_overlap_in_the_repeated_hour_keep_their_order_both_times():
    london, day = ZoneInfo("Europe/London"), date(2026, 10, 25)
    hours = [WeeklyHours(6, 0, minute("02:00")), WeeklyHours(6, minute("01:00"), minute("03:00"))]
    windows = working_windows(hours, [], [], [], [], day, day, london)

    found = free_starts(windows, [], Rules(600, step=2400), now=day_start(day, london), tz=london)

    # Every 40 minutes: from 00:00 until the first row closes at 02:00, then from 01:00.
    assert [f"{datetime.fromtimestamp(start, london):%H:%M%z}" for start in found] == [
        "00:00+0100",
        "00:40+0100",
        "01:20+0100",
        "01:20+0000",
        "02:20+0000",
    ]


def test_a_night_goes_on_over_a_day_that_never_was():
    apia, thursday, saturday = ZoneInfo("Pacific/Apia"), date(2011, 12, 29), date(2011, 12, 31)
    hours = [WeeklyHours(3, minute("22:00"), 1440), WeeklyHours(5, 0, minute("02:00"))]

    alone = working_windows(hours, [], [], [], [], thursday, thursday, apia)
    together = working_windows(hours, [], [], [], [], thursday, saturday, apia)

    assert [utc(alone[0].end), utc(alone[0].runs_to)] == ["2011-12-30 10:00", "2011-12-30 12:00"]
    assert alone == together[:1]


def test_a_break_in_the_repeated_hour_is_taken_twice():
    pause = Break(date(2026, 10, 25), minute("01:00"), minute("01:30"))

    found = starts("Europe/London", "2026-10-25", "00:30-02:30", 30, 30, breaks=[pause])

    assert found == "00:30+0100 01:30+0100 01:30+0000 02:00+0000"


def test_a_closure_that_ends_in_the_gap_ends_at_the_change():
    closure = Closure(date(2026, 3, 28), minute("18:00"), date(2026, 3, 29), minute("01:30"))

    found = starts("Europe/London", "2026-03-29", "00:00-03:00", 30, 30, closures=[closure])

    assert found == "02:00+0100 02:30+0100"


@pytest.mark.parametrize(
    ("day", "booked_at", "start", "expected"),
    [
        # 24 hours of notice; the clocks change in the night between.
        ("2026-03-29", "2026-03-28 09:00", "09:00", Refusal.NOTICE),  # only 23 hours lie between
        ("2026-03-29", "2026-03-28 09:00", "10:00", None),
        ("2026-10-25", "2026-10-24 10:00", "09:00", None),  # 24 hours lie between
        ("2026-10-25", "2026-10-24 10:15", "09:00", Refusal.NOTICE),
    ],
)
def test_notice_is_elapsed_time(day, booked_at, start, expected):
    london, on = ZoneInfo("Europe/London"), date.fromisoformat(day)
    hours = [WeeklyHours(on.weekday(), minute("09:00"), minute("12:00"))]
    windows = working_windows(hours, [], [], [], [], on, on, london)
    booked_on, clock = booked_at.split()
    now = local_instant(date.fromisoformat(booked_on), minute(clock), london)
    rules = Rules(1800, step=1800, notice=24 * 3600)

    answer = is_free(
        local_instant(on, minute(start), london), windows, [], rules, now=now, tz=london
    )

    assert answer == expected


@pytest.mark.parametrize(
    ("zone", "now", "days", "expected"),
    [
        ("Europe/London", "2026-03-28 12:00", 0, "2026-03-29 00:00"),
        ("Europe/London", "2026-03-28 12:00", 1, "2026-03-29 23:00"),
        ("Europe/London", "2026-03-28 23:30", 1, "2026-03-29 23:00"),
        ("Australia/Brisbane", "2026-03-28 15:00", 0, "2026-03-29 14:00"),  # already Sunday there
        ("America/Edmonton", "2026-03-29 05:00", 0, "2026-03-29 06:00"),  # still Saturday there
        ("America/Edmonton", "2026-10-31 12:00", 30, "2026-12-01 06:00"),
    ],
)
def test_the_horizon_is_counted_in_local_days(zone, now, days, expected):
    instant = int(datetime.fromisoformat(now).replace(tzinfo=UTC).timestamp())

    assert utc(horizon_end(instant, days, ZoneInfo(zone))) == expected
