"""Done ÷ due to date: over month ends, changes of the plan, missed days and days not over yet."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.progress import KeptUp, Window, kept_up, weeks_going

FIRST = date(2028, 2, 21)  # the second week holds 29 February


def on(n):
    return FIRST + timedelta(days=n)


def kept(days, today, windows=None, word="done"):
    windows = windows or [Window(exercise="EX05", per_week=3, first=FIRST)]
    [found] = kept_up(windows, {("EX05", on(n)): word for n in days}, on(today))
    return found


@pytest.mark.parametrize(
    ("days", "today", "done", "due"),
    [
        pytest.param([], 0, 0, 0, id="on the first day nothing is due"),
        pytest.param([0], 0, 1, 0, id="done on the first day"),
        pytest.param([], 2, 0, 0, id="two sevenths of three are not one yet"),
        pytest.param([], 3, 0, 1, id="three days: one"),
        pytest.param([0, 2, 4], 7, 3, 3, id="a week, all of it"),
        pytest.param([0, 1, 2, 3, 4, 5, 6], 14, 3, 6, id="a busy week is no substitute"),
        pytest.param([0, 2, 4, 7, 9, 11], 14, 6, 6, id="over 29 February and the month's end"),
        pytest.param([20], 14, 0, 6, id="what lies ahead does not count"),
    ],
)
def test_done_and_due(days, today, done, due):
    found = kept(days, today)

    assert (found.done, found.due) == (done, due)


def test_a_change_of_the_plan_neither_loses_nor_doubles_a_day():
    change = [
        Window(exercise="EX05", per_week=3, first=FIRST, until=on(4)),
        Window(exercise="EX05", per_week=3, first=on(4)),
    ]

    for today in range(30):
        assert kept([0, 2, 4, 8], today, change) == kept([0, 2, 4, 8], today)


def test_a_pause_between_versions_asks_for_nothing():
    paused = [
        Window(exercise="EX05", per_week=7, first=FIRST, until=on(7)),
        Window(exercise="EX05", per_week=7, first=on(14)),
    ]

    assert kept(range(14), 14, paused) == KeptUp(
        exercise="EX05", since=FIRST, done=8, partly=0, due=7
    )


@pytest.mark.parametrize(
    ("done", "partly", "due", "share"),
    [(0, 0, 0, None), (1, 0, 0, None), (1, 0, 3, 33), (2, 0, 3, 67), (1, 1, 4, 38), (9, 0, 3, 100)],
)
def test_the_share(done, partly, due, share):
    found = KeptUp(exercise="EX05", since=FIRST, done=done, partly=partly, due=due)

    assert found.share == share


@given(
    days=st.sets(st.integers(0, 60)),
    today=st.integers(0, 60),
    per_week=st.integers(1, 7),
    change=st.integers(0, 60),
    word=st.sampled_from(["done", "partly", "not"]),
)
def test_what_always_holds(days, today, per_week, change, word):
    windows = [
        Window(exercise="EX05", per_week=per_week, first=FIRST, until=on(change)),
        Window(exercise="EX05", per_week=per_week, first=on(change)),
    ]
    found = kept(days, today, windows, word)
    whole = kept(days, today, [Window(exercise="EX05", per_week=per_week, first=FIRST)], word)

    assert found == whole
    assert found.due == per_week * today // 7
    assert kept(days, today + 1, windows, word).due >= found.due
    assert found.done + found.partly <= len([n for n in days if n <= today])
    assert found.share is None or 0 <= found.share <= 100
    assert (word == "not") <= (found.done == found.partly == 0)


@pytest.mark.parametrize(
    ("ago", "weeks"),
    [
        ([], 0),
        ([0], 1),
        ([8], 1),
        ([0, 8, 20], 3),
        ([0, 20], 1),
        ([15], 0),
        ([-1], 0),
    ],
)
def test_weeks_in_a_row_without_guilt(ago, weeks):
    assert weeks_going([FIRST - timedelta(days=n) for n in ago], FIRST) == weeks
