"""Where a runner stands in the walk-jog programme, by example and by invariant."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.library.loader import shipped
from assessments.walk_jog import Because, Run, Session, session_of, standing_of

RUNNING = shipped().running
FIRST = date(2026, 12, 30)  # the walk goes over the end of a month and of a year
GOOD = {"pain": 0, "settled": True, "morning": True}
BAD = GOOD | {"pain": 3}
UNSAID = {"pain": 1, "settled": True, "morning": None}


def standing(*sessions):
    """Sessions every other day: each a stage and its answers."""
    runs = [
        Run(on=FIRST + timedelta(days=2 * number), stage=stage, **answers)
        for number, (stage, answers) in enumerate(sessions)
    ]
    return standing_of(runs, RUNNING.walk_jog, RUNNING.after_run)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param(GOOD, Session.CLEAN, id="three times yes"),
        pytest.param(GOOD | {"pain": 2}, Session.CLEAN, id="2 out of 10 is within the limit"),
        pytest.param(GOOD | {"pain": 3}, Session.NOT_CLEAN, id="3 out of 10 is not"),
        pytest.param(GOOD | {"settled": False}, Session.NOT_CLEAN, id="not back in an hour"),
        pytest.param(GOOD | {"morning": False}, Session.NOT_CLEAN, id="worse in the morning"),
        pytest.param(GOOD | {"pain": None}, Session.OPEN, id="pain not given is no 0"),
        pytest.param(UNSAID, Session.OPEN, id="the morning is still to come"),
        pytest.param(UNSAID | {"pain": 5}, Session.NOT_CLEAN, id="one no is enough"),
    ],
)
def test_the_three_checks(answers, expected):
    assert session_of(Run(on=FIRST, stage=1, **answers), RUNNING.after_run) is expected


@pytest.mark.parametrize(
    ("sessions", "stage", "clean", "because"),
    [
        pytest.param([], 1, 0, Because.START, id="nothing yet"),
        pytest.param([(1, GOOD)], 1, 1, Because.GO_ON, id="one clean"),
        pytest.param([(1, GOOD)] * 2, 2, 0, Because.MOVE_ON, id="two clean"),
        pytest.param([(1, BAD)], 1, 0, Because.REPEAT, id="one not clean"),
        pytest.param([(1, GOOD), (1, BAD)], 1, 0, Because.REPEAT, id="the count begins anew"),
        pytest.param(
            [(1, GOOD), (1, BAD), (1, GOOD)], 1, 1, Because.GO_ON, id="clean again, once"
        ),
        pytest.param(
            [(1, GOOD)] * 2 + [(2, BAD)] * 2, 1, 0, Because.BACK, id="two in a row lead back"
        ),
        pytest.param([(1, BAD)] * 2, 1, 0, Because.BACK, id="there is nothing before stage 1"),
        pytest.param(
            [(1, GOOD)] * 2 + [(2, BAD), (2, GOOD), (2, BAD)], 2, 0, Because.REPEAT,
            id="two, but not in a row",
        ),
        pytest.param([(1, UNSAID)], 1, 0, Because.ANSWER, id="waits for its answers"),
        pytest.param(
            [(1, BAD), (1, UNSAID), (1, BAD)], 1, 0, Because.BACK, id="silence is no yes between"
        ),
        pytest.param([(5, GOOD)] * 3, 1, 0, Because.GO_ON, id="nobody jumps ahead"),
        pytest.param([(1, GOOD), (None, BAD)], 1, 1, Because.GO_ON, id="a run outside it"),
        pytest.param(
            [(n, GOOD) for n in range(1, 9) for _ in "12"], 8, 2, Because.FINISHED, id="all of it"
        ),
        pytest.param(
            [(n, GOOD) for n in range(1, 9) for _ in "12"] + [(8, BAD)] * 2, 7, 0, Because.BACK,
            id="back also from the end",
        ),
    ],
)  # fmt: skip
def test_what_comes_next(sessions, stage, clean, because):
    found = standing(*sessions)

    assert (found.stage, found.clean, found.because) == (stage, clean, because)


@pytest.mark.parametrize(
    ("sessions", "days"),
    [
        pytest.param([(1, GOOD)], 2, id="a rest day between"),
        pytest.param([(1, GOOD)] * 3, 7, id="three a week: Wed, Fri, Sun, then Wed"),
        pytest.param([(1, BAD)] * 2, 6, id="three days off after two in a row"),
    ],
)
def test_the_first_day_for_the_next(sessions, days):
    assert standing(*sessions).not_before == FIRST + timedelta(days=days)


def test_two_phones_do_not_make_two_sessions_of_one_day():
    runs = [Run(on=FIRST, stage=1, **GOOD)] * 2

    found = standing_of(runs, RUNNING.walk_jog, RUNNING.after_run)

    assert (found.stage, found.clean) == (1, 1)


answered = st.sampled_from([True, False, None])
runs = st.lists(
    st.builds(
        Run,
        on=st.integers(0, 120).map(lambda n: FIRST + timedelta(days=n)),
        stage=st.none() | st.integers(1, 8),
        pain=st.none() | st.integers(0, 10),
        settled=answered,
        morning=answered,
    ),
    max_size=40,
    unique_by=lambda run: run.on,
)


@given(runs, st.randoms())
def test_the_order_of_arrival_changes_nothing(sessions, chance):
    shuffled = list(sessions)
    chance.shuffle(shuffled)

    assert standing_of(sessions, RUNNING.walk_jog, RUNNING.after_run) == standing_of(
        shuffled, RUNNING.walk_jog, RUNNING.after_run
    )


@given(runs)
def test_one_session_moves_by_one_stage_at_most_and_only_a_clean_one_moves_up(sessions):
    ordered = sorted(sessions, key=lambda run: run.on)
    before = standing_of([], RUNNING.walk_jog, RUNNING.after_run)
    for count, run in enumerate(ordered, start=1):
        after = standing_of(ordered[:count], RUNNING.walk_jog, RUNNING.after_run)
        assert 1 <= after.stage <= 8
        assert abs(after.stage - before.stage) <= 1
        if after.stage > before.stage:
            assert run.stage == before.stage
            assert session_of(run, RUNNING.after_run) is Session.CLEAN
        if run.stage is not None:
            assert after.not_before >= run.on + timedelta(days=2)
        before = after
