"""Counting sessions and laying out small charts, by example."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from assessments.progress import Entry, adherence, plot, worst_by_day

TODAY = date(2027, 1, 10)


def entry(line, ago, done="done", pain=None):
    return Entry(line, TODAY - timedelta(days=ago), done, pain)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param([], (0, 0), id="nothing done"),
        pytest.param([entry("a", 0), entry("a", 2)], (2, 0), id="two days"),
        pytest.param([entry("a", 0), entry("a", 0)], (1, 0), id="a day counts once"),
        pytest.param([entry("a", 6)], (1, 0), id="seven days ago today"),
        pytest.param([entry("a", 7)], (0, 0), id="a week is over"),
        pytest.param([entry("a", -1)], (0, 0), id="tomorrow is not done yet"),
        pytest.param([entry("a", day) for day in range(7)], (3, 0), id="never more than asked"),
        pytest.param([entry("a", 0, "partly")], (0, 1), id="partly"),
        pytest.param([entry("a", 0, "not")], (0, 0), id="not done"),
        pytest.param([entry("a", 0), entry("a", 0, "not")], (0, 0), id="the last word counts"),
        pytest.param([entry("b", 0)], (0, 0), id="a line of another plan"),
    ],
)
def test_sessions_of_the_last_seven_days(entries, expected):
    found = adherence(entries, {"a": 3}, TODAY)

    assert (found.done, found.partly, found.planned) == (*expected, 3)


@pytest.mark.parametrize(
    ("entries", "share"),
    [([], 0), ([entry("a", 0)], 25), ([entry("a", 0, "partly")], 12), ([entry("a", 0)] * 9, 25)],
)
def test_the_share_of_the_plan(entries, share):
    assert adherence(entries, {"a": 3, "b": 1}, TODAY).share == share


def test_nothing_planned_has_no_share():
    assert adherence([], {}, TODAY).share is None


def test_the_worst_pain_of_each_day_and_no_zero_for_silence():
    entries = [entry("a", 1, pain=2), entry("b", 1, pain=5), entry("a", 0), entry("b", 3, pain=0)]

    assert worst_by_day(entries) == [
        (TODAY - timedelta(days=3), 0),
        (TODAY - timedelta(days=1), 5),
    ]


def test_points_lie_between_the_edges():
    drawn = plot(
        [(TODAY - timedelta(days=10), 10), (TODAY, 0)], low=0, high=10, step=5, today=TODAY
    )

    first, last = drawn.dots
    assert (first.x, first.y) == (Decimal(drawn.left), Decimal(drawn.top))
    assert (last.x, last.y) == (Decimal(drawn.right), Decimal(drawn.bottom))
    assert [tick.text for tick in drawn.up] == ["0", "5", "10"]
    assert drawn.line == f"{first.x},{first.y} {last.x},{last.y}"


def test_time_is_to_scale():
    days = [TODAY - timedelta(days=ago) for ago in (8, 6, 0)]
    drawn = plot([(day, 3) for day in days], low=0, high=10, step=2, today=TODAY)

    xs = [dot.x for dot in drawn.dots]
    assert abs((xs[2] - xs[0]) - 4 * (xs[1] - xs[0])) <= Decimal("0.4")


def test_the_days_below_are_named_once():
    for span in range(12):
        points = [(TODAY - timedelta(days=span), 3), (TODAY, 4)]
        named = [tick.on for tick in plot(points, low=0, high=10, step=2, today=TODAY).across]
        assert len(named) == len(set(named)) <= 4
        assert named[0] == TODAY - timedelta(days=span)
        assert named[-1] == TODAY


def test_without_a_point_there_is_no_chart():
    assert plot([], low=0, high=10, step=2, today=TODAY) is None
