"""From written hours to windows: weeks, changed days, breaks, closures and time off."""

import zoneinfo
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bookings.availability import (
    Break,
    ChangedDay,
    Closure,
    Rules,
    TimeOff,
    WeeklyHours,
    free_starts,
    working_windows,
)

zoneinfo.reset_tzpath(to=())

# A week in winter: London is on UTC, so the wall clock can be read off the instants.
LONDON = ZoneInfo("Europe/London")
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 3, day) for day in (2, 3, 4, 5))
NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def minute(clock):
    hour, minutes = clock.split(":")
    return int(hour) * 60 + int(minutes)


def span(text):
    starts, ends = text.split("-")
    return minute(starts), minute(ends)


def weekly(text, **validity):
    """'Mo 09:00-12:00 Mo 13:00-17:00' as rows."""
    words = text.split()
    return [
        WeeklyHours(NAMES.index(name), *span(hours), **validity)
        for name, hours in zip(words[::2], words[1::2], strict=True)
    ]


def instant(day, clock):
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return int(midnight.timestamp()) + minute(clock) * 60


def shown(windows):
    """'Mo 09:00-12:00', with the minutes the grid began earlier, as in 'Mo 10:00-12:00 -60'."""

    def one(window):
        start, end = (datetime.fromtimestamp(edge, UTC) for edge in window[:2])
        closing = "24:00" if end.date() > start.date() else f"{end:%H:%M}"
        earlier = (window.origin - window.start) // 60
        return f"{start:%a}"[:2] + f" {start:%H:%M}-{closing}" + (f" {earlier}" if earlier else "")

    return ", ".join(one(window) for window in windows)


def week(
    hours, changed_days=(), breaks=(), closures=(), time_off=(), first=MONDAY, last=date(2026, 3, 8)
):
    return working_windows(hours, changed_days, breaks, closures, time_off, first, last, LONDON)


MORNINGS = weekly("Mo 09:00-12:00 Tu 09:00-12:00 We 09:00-12:00")
DAY = weekly("Mo 09:00-17:00")


def test_weeks_repeat_and_days_come_in_order():
    hours = weekly("Tu 13:00-17:00 Su 10:00-11:00 Mo 09:00-12:00 Tu 09:00-12:00")

    windows = week(hours, last=date(2026, 3, 9))

    assert shown(windows) == (
        "Mo 09:00-12:00, Tu 09:00-12:00, Tu 13:00-17:00, Su 10:00-11:00, Mo 09:00-12:00"
    )
    assert windows[-1].start == instant(date(2026, 3, 9), "09:00")


@pytest.mark.parametrize(
    ("validity", "expected"),
    [
        pytest.param({"valid_from": TUESDAY}, "Tu 09:00-12:00, We 09:00-12:00", id="from"),
        pytest.param({"valid_to": TUESDAY}, "Mo 09:00-12:00, Tu 09:00-12:00", id="to"),
        pytest.param({"valid_from": TUESDAY, "valid_to": TUESDAY}, "Tu 09:00-12:00", id="one day"),
        pytest.param({"valid_from": THURSDAY}, "", id="later"),
    ],
)
def test_rows_hold_from_and_to_a_day_both_included(validity, expected):
    hours = weekly("Mo 09:00-12:00 Tu 09:00-12:00 We 09:00-12:00", **validity)

    assert shown(week(hours)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param([], "Mo 09:00-12:00, Tu 09:00-12:00, We 09:00-12:00", id="none"),
        pytest.param([(TUESDAY, "")], "Mo 09:00-12:00, We 09:00-12:00", id="closed"),
        pytest.param(
            [(TUESDAY, "14:00-15:00")],
            "Mo 09:00-12:00, Tu 14:00-15:00, We 09:00-12:00",
            id="other hours",
        ),
        pytest.param(
            [(TUESDAY, "14:00-15:00"), (TUESDAY, "08:00-09:00")],
            "Mo 09:00-12:00, Tu 08:00-09:00, Tu 14:00-15:00, We 09:00-12:00",
            id="two rows for a day add up",
        ),
        pytest.param(
            [(THURSDAY, "08:00-09:00 10:00-11:00")],
            "Mo 09:00-12:00, Tu 09:00-12:00, We 09:00-12:00, Th 08:00-09:00, Th 10:00-11:00",
            id="a day that has no weekly hours",
        ),
    ],
)
def test_a_changed_day_replaces_the_weekly_hours_of_its_date(changes, expected):
    changed = [ChangedDay(day, [span(text) for text in spans.split()]) for day, spans in changes]

    assert shown(week(MORNINGS, changed)) == expected


@pytest.mark.parametrize(
    ("breaks", "expected"),
    [
        pytest.param([(0, "12:00-13:00")], "Mo 09:00-12:00, Mo 13:00-17:00 -240", id="weekly"),
        pytest.param([(MONDAY, "12:00-13:00")], "Mo 09:00-12:00, Mo 13:00-17:00 -240", id="dated"),
        pytest.param([(1, "12:00-13:00")], "Mo 09:00-17:00", id="another weekday"),
        pytest.param([(TUESDAY, "12:00-13:00")], "Mo 09:00-17:00", id="another date"),
        pytest.param([(0, "08:00-10:00")], "Mo 10:00-17:00 -60", id="over the opening"),
        pytest.param([(0, "16:00-18:00")], "Mo 09:00-16:00", id="over the closing"),
        pytest.param([(0, "17:00-18:00")], "Mo 09:00-17:00", id="after closing"),
        pytest.param([(0, "08:00-18:00")], "", id="all day"),
        pytest.param(
            [(0, "12:00-13:00"), (MONDAY, "12:30-14:00"), (0, "15:00-15:10")],
            "Mo 09:00-12:00, Mo 14:00-15:00 -300, Mo 15:10-17:00 -370",
            id="several, overlapping",
        ),
    ],
)
def test_breaks_cut_windows_and_leave_the_grid(breaks, expected):
    pauses = [Break(on, *span(text)) for on, text in breaks]

    assert shown(week(DAY, breaks=pauses)) == expected


def test_a_break_holds_from_and_to_a_day_and_on_changed_days_too():
    hours = weekly("Mo 09:00-10:00 Tu 09:00-10:00 We 09:00-10:00")
    pauses = [
        Break(weekday, minute("09:00"), minute("09:30"), valid_from=TUESDAY, valid_to=TUESDAY)
        for weekday in (0, 1, 2)
    ]
    changed = [ChangedDay(TUESDAY, [span("09:00-11:00")])]

    windows = week(hours, changed, pauses)

    assert shown(windows) == "Mo 09:00-10:00, Tu 09:30-11:00 -30, We 09:00-10:00"


@pytest.mark.parametrize("kind", ["closures", "time_off"])
@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param(
            [TimeOff.days(TUESDAY, TUESDAY)], "Mo 09:00-12:00, We 09:00-12:00", id="a day"
        ),
        pytest.param([TimeOff.days(MONDAY, date(2026, 3, 31))], "", id="weeks"),
        pytest.param(
            [Closure(TUESDAY, minute("11:00"), TUESDAY, minute("15:00"))],
            "Mo 09:00-12:00, Tu 09:00-11:00, We 09:00-12:00",
            id="part of a day",
        ),
        pytest.param(
            [
                Closure(TUESDAY, minute("09:30"), TUESDAY, minute("10:00")),
                Closure(TUESDAY, minute("11:00"), TUESDAY, minute("11:20")),
                Closure(TUESDAY, minute("09:40"), TUESDAY, minute("10:10")),
            ],
            "Mo 09:00-12:00, Tu 09:00-09:30, Tu 10:10-11:00 -70, Tu 11:20-12:00 -140,"
            " We 09:00-12:00",
            id="several in a day",
        ),
        pytest.param(
            [TimeOff(MONDAY, minute("11:00"), WEDNESDAY, minute("10:00"))],
            "Mo 09:00-11:00, We 10:00-12:00 -60",
            id="from one day into another",
        ),
        pytest.param(
            [TimeOff(MONDAY, minute("12:00"), WEDNESDAY, minute("09:00"))],
            "Mo 09:00-12:00, We 09:00-12:00",
            id="touching is not overlap",
        ),
        pytest.param(
            [TimeOff(date(2026, 2, 20), 0, MONDAY, minute("10:00"))],
            "Mo 10:00-12:00 -60, Tu 09:00-12:00, We 09:00-12:00",
            id="since before the days asked for",
        ),
    ],
)
def test_rule_08_closures_and_time_off_remove_only_their_part(kind, spans, expected):
    assert shown(week(MORNINGS, **{kind: spans})) == expected


def test_time_off_may_be_given_in_instants():
    away = [(instant(MONDAY, "10:00"), instant(TUESDAY, "09:30"))]

    windows = week(MORNINGS, time_off=away)

    assert shown(windows) == "Mo 09:00-10:00, Tu 09:30-12:00 -30, We 09:00-12:00"


# The horizon is counted from today, so these tests stand on the Sunday before.
SUNDAY = instant(date(2026, 3, 1), "12:00")


@pytest.mark.parametrize(
    ("hours", "minutes", "step", "expected"),
    [
        pytest.param(
            "Mo 09:00-10:00 Mo 10:00-11:00",
            60,
            40,
            "09:00 09:40 10:00",
            id="rows that touch: one stretch, two grids",
        ),
        pytest.param(
            "Mo 09:00-10:30 Mo 10:00-12:00",
            30,
            40,
            "09:00 09:40 10:20 10:40 11:20",
            id="rows that overlap: the earlier grid until it closes",
        ),
        pytest.param(
            "Mo 09:00-12:00 Mo 10:00-11:00", 60, 60, "09:00 10:00 11:00", id="one inside another"
        ),
        pytest.param(
            "Mo 09:00-12:00 Mo 10:00-11:00 Mo 11:30-13:00",
            60,
            60,
            "09:00 10:00 11:00",
            id="one inside another and one across the closing",
        ),
        pytest.param("Mo 09:00-10:00 Mo 09:00-11:00", 60, 60, "09:00 10:00", id="the same start"),
        pytest.param("Mo 23:00-24:00 Tu 00:00-01:00", 60, 30, "23:00 23:30 00:00", id="a night"),
        pytest.param("Mo 23:00-24:00 Tu 00:10-01:00", 60, 30, "23:00", id="a night with a pause"),
    ],
)
def test_rows_that_meet(hours, minutes, step, expected):
    windows = week(weekly(hours))

    found = free_starts(windows, [], Rules(minutes * 60, step=step * 60), now=SUNDAY, tz=LONDON)

    assert " ".join(f"{datetime.fromtimestamp(one, UTC):%H:%M}" for one in found) == expected


def test_the_last_day_knows_that_work_goes_on_after_midnight():
    night = weekly("Mo 23:00-24:00 Tu 00:00-02:00")

    windows = week(night, first=MONDAY, last=MONDAY)

    assert shown(windows) == "Mo 23:00-24:00"
    assert windows[0].runs_to == instant(TUESDAY, "02:00")


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda: WeeklyHours(7, 540, 600),
        lambda: WeeklyHours(-1, 540, 600),
        lambda: WeeklyHours(0, 600, 600),
        lambda: WeeklyHours(0, 600, 540),
        lambda: WeeklyHours(0, -1, 540),
        lambda: WeeklyHours(0, 540, 1441),
        lambda: WeeklyHours(0, 540, 600, TUESDAY, MONDAY),
        lambda: ChangedDay(MONDAY, [(600, 540)]),
        lambda: Break(7, 540, 600),
        lambda: Break(0, 600, 540),
        lambda: Break(MONDAY, 600, 600),
        lambda: Closure(MONDAY, 600, MONDAY, 600),
        lambda: Closure(TUESDAY, 0, MONDAY, 1440),
        lambda: Closure(MONDAY, -1, MONDAY, 600),
        lambda: Closure(MONDAY, 600, MONDAY, 1441),
        lambda: week(DAY, first=TUESDAY, last=MONDAY),
        lambda: week(DAY, time_off=[(100, 100)]),
    ],
)
def test_nonsense_is_refused(nonsense):
    with pytest.raises(ValueError):
        nonsense()
