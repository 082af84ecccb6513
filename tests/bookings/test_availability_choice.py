"""Choosing: nearest times, the practitioner to book, the visits of a series."""

import zoneinfo
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bookings.availability import assign, nearest, series_starts

zoneinfo.reset_tzpath(to=())

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("wanted", "count", "expected"),
    [
        pytest.param(50, 3, [50, 40, 70], id="itself first, then the nearer"),
        pytest.param(45, 2, [40, 50], id="of two equally near, the earlier"),
        pytest.param(55, 3, [50, 40, 70], id="again the earlier"),
        pytest.param(0, 2, [10, 40], id="before all"),
        pytest.param(500, 2, [100, 70], id="after all"),
        pytest.param(50, 9, [50, 40, 70, 10, 100], id="no more than there are"),
        pytest.param(50, 0, [], id="none wanted"),
    ],
)
def test_the_nearest_times_come_first(wanted, count, expected):
    assert nearest([10, 40, 50, 70, 100], wanted, count) == expected


def test_nothing_is_nearest_when_nothing_is_free():
    assert nearest([], 50, 3) == []


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        pytest.param([("Ash", 7200, "a"), ("Birch", 3600, "b")], "b", id="lightest load"),
        pytest.param([("Birch", 3600, "b"), ("Ash", 3600, "a")], "a", id="ties by name"),
        pytest.param([("Ash", 0, "z"), ("Ash", 0, "y")], "y", id="namesakes by key"),
        pytest.param([("Ash", 0, "a")], "a", id="only one"),
    ],
)
def test_anyone_means_the_one_with_the_lightest_week(candidates, expected):
    assert assign(candidates) == expected
    assert assign(candidates[::-1]) == expected


def test_asking_again_without_the_losers_reaches_everyone():
    free = [("Ash", 7200, 1), ("Birch", 0, 2), ("Cedar", 3600, 3)]

    booked = []
    while free:
        booked.append(assign(free))
        free = [one for one in free if one[2] not in booked]

    assert booked == [2, 3, 1]


def shown(occurrences):
    return [
        f"{one.day:%a} {datetime.fromtimestamp(one.start, UTC):%d.%m. %H:%M}"
        if one.start is not None
        else f"{one.day:%a} -"
        for one in occurrences
    ]


def test_a_series_keeps_its_wall_time_across_a_clock_change():
    tuesdays_and_fridays = [(4, 8 * 60 + 30), (1, 8 * 60 + 30)]

    visits = series_starts(tuesdays_and_fridays, date(2026, 3, 25), 4, LONDON)

    assert shown(visits) == [
        "Fri 27.03. 08:30",
        "Tue 31.03. 07:30",
        "Fri 03.04. 07:30",
        "Tue 07.04. 07:30",
    ]
    assert {one.minute for one in visits} == {8 * 60 + 30}


def test_a_visit_of_a_series_that_the_clocks_skip_has_no_start():
    visits = series_starts([(6, 90)], date(2026, 3, 22), 3, LONDON)

    assert shown(visits) == ["Sun 22.03. 01:30", "Sun -", "Sun 05.04. 00:30"]


def test_a_series_begins_on_its_first_day_and_may_have_two_visits_a_day():
    visits = series_starts([(0, 600), (0, 540), (0, 540)], date(2026, 3, 2), 3, LONDON)

    assert shown(visits) == ["Mon 02.03. 09:00", "Mon 02.03. 10:00", "Mon 09.03. 09:00"]


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda: nearest([1], 1, -1),
        lambda: assign([]),
        lambda: series_starts([], date(2026, 3, 2), 1, LONDON),
        lambda: series_starts([(0, 540)], date(2026, 3, 2), 0, LONDON),
        lambda: series_starts([(7, 540)], date(2026, 3, 2), 1, LONDON),
        lambda: series_starts([(0, 1440)], date(2026, 3, 2), 1, LONDON),
    ],
)
def test_nonsense_is_refused(nonsense):
    with pytest.raises(ValueError):
        nonsense()
