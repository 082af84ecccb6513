"""What is due on a day: strength on its days with rest between, daily work daily, six at most."""

import itertools
from datetime import date, timedelta

import pytest

from assessments.due import MOST, Asked, due_today, fits, next_strength_day

SUNDAY = date(2027, 1, 31)  # a week across the end of a month
SQUAT = Asked(line="squat", per_week=3, strength=True)
STRETCH = Asked(line="stretch", per_week=5, strength=False)
DAILY = Asked(line="daily", per_week=7, strength=False)


def days(*ago):
    return {SUNDAY - timedelta(days=n) for n in ago}


def due(asked, done=None, picked=(), today=SUNDAY):
    return due_today(asked, done or {}, today=today, strength_days=picked)


@pytest.mark.parametrize(
    ("picked", "expected"),
    [
        ({0, 2, 4}, True),
        ({6}, True),
        ({1, 5}, True),
        ({0, 1}, False),
        ({6, 0}, False),
        ({0, 2, 4, 6}, False),
        (set(), False),
        ({7}, False),
    ],
)
def test_days_have_a_rest_day_between(picked, expected):
    assert fits(picked) is expected


@pytest.mark.parametrize(
    ("asked", "done", "picked", "expected"),
    [
        pytest.param([SQUAT], {}, {6}, ["squat"], id="on a picked day"),
        pytest.param([SQUAT], {}, {0, 3}, [], id="not on another"),
        pytest.param([SQUAT], {"squat": days(0)}, {0}, ["squat"], id="done on another day: shown"),
        pytest.param([SQUAT], {"squat": days(1)}, (), [], id="no days picked: rest after strength"),
        pytest.param([SQUAT], {"squat": days(2)}, (), ["squat"], id="a rest day lies behind"),
        pytest.param([SQUAT], {"squat": days(2, 4, 6)}, (), [], id="the week is full"),
        pytest.param([SQUAT], {"squat": days(2, 4, 7)}, (), ["squat"], id="seven days ago is over"),
        pytest.param([DAILY, SQUAT], {"daily": days(1)}, (), ["daily", "squat"], id="no rest"),
        pytest.param([STRETCH], {"stretch": days(1, 2)}, {0}, ["stretch"], id="a stretch, any day"),
        pytest.param([STRETCH], {"stretch": days(1, 2, 3, 4, 5)}, (), [], id="five of five"),
        pytest.param([DAILY], {"daily": days(*range(7))}, (), ["daily"], id="daily every day"),
    ],
)  # fmt: skip
def test_what_is_due(asked, done, picked, expected):
    assert due(asked, done, picked) == expected


def test_six_at_most_in_the_order_of_the_plan():
    lines = [Asked(line=number, per_week=7, strength=False) for number in range(9)]

    assert due(lines) == list(range(MOST))


def test_the_next_picked_day():
    assert next_strength_day({0, 3}, SUNDAY) == date(2027, 2, 1)
    assert next_strength_day({6}, SUNDAY) == SUNDAY + timedelta(days=7)
    assert next_strength_day((), SUNDAY) is None


def test_days_that_fit_never_follow_each_other():
    every = (c for n in range(8) for c in itertools.combinations(range(7), n))
    fitting = [set(days) for days in every if fits(days)]
    assert len(fitting) == 7 + 14 + 7
    for picked in fitting:
        four_weeks = [SUNDAY + timedelta(days=n) for n in range(28)]
        strength = [day for day in four_weeks if due([SQUAT], picked=picked, today=day)]
        assert all((b - a).days >= 2 for a, b in itertools.pairwise(strength))
        assert len(strength) == 4 * len(picked)
