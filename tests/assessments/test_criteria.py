"""Criteria as a pure question: met, not met or unknown, from values that may be too old."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from assessments.criteria import (
    Ran,
    Session,
    State,
    Value,
    asked_of,
    at_full_dose,
    days_over_limit,
    judge,
    next_phase,
    pain_at_share,
    weeks_at_usual,
)
from assessments.library import shipped

LIBRARY = shipped()
STALE = LIBRARY.stale
TODAY = date(2027, 3, 1)


def ago(days):
    return TODAY - timedelta(days=days)


def state_of(criterion_id, **known):
    """The state of one criterion; ``field=(value, days ago, source)``; ``__`` is a dot."""
    criteria = [each for phase in LIBRARY.phases for each in phase.leave]
    criteria += LIBRARY.running.test
    values = {
        name.replace("__", "."): Value(value, ago(days), source)
        for name, (value, days, source) in known.items()
    }
    [judged] = judge([c for c in criteria if c.id == criterion_id], values, STALE, TODAY).judged
    return judged.state


class TestOneCriterion:
    @pytest.mark.parametrize(("pain", "state"), [(2, State.MET), (3, State.NOT_MET)])
    def test_on_and_above_the_line(self, pain, state):
        assert state_of("P1-1", nprs_now=(pain, 0, "answer")) is state

    def test_nothing_known_is_not_tested(self):
        assert state_of("P1-1") is State.NOT_TESTED

    @pytest.mark.parametrize("pain", [2, 9])
    def test_the_last_day_counts_and_the_next_is_too_old(self, pain):
        fresh = State.MET if pain == 2 else State.NOT_MET

        assert state_of("P1-1", nprs_now=(pain, STALE.answers_days, "answer")) is fresh
        assert state_of("P1-1", nprs_now=(pain, STALE.answers_days + 1, "answer")) is State.STALE

    def test_what_was_examined_counts_longer_than_what_was_said(self):
        days = STALE.answers_days + 1

        assert state_of("P1-5", effusion=("trace", days, "finding")) is State.MET
        assert state_of("P1-5", effusion=("1+", days, "finding")) is State.NOT_MET
        old = (STALE.findings_days + 1, "finding")
        assert state_of("P1-5", effusion=("0", *old)) is State.STALE

    def test_an_event_never_grows_old(self):
        assert state_of("P3-1", first_run_test_passed=("yes", 900, "event")) is State.MET
        assert state_of("P3-1", first_run_test_passed=("no", 0, "event")) is State.NOT_MET

    def test_one_of_two_missing_is_unknown_and_one_failed_is_failed(self):
        good, bad = (1, 0, "answer"), (5, 0, "answer")

        assert state_of("P2-2", triggers__squatting=good) is State.NOT_TESTED
        assert state_of("P2-2", triggers__squatting=bad) is State.NOT_MET
        assert state_of("P2-2", triggers__squatting=good, triggers__stairs_down=good) is State.MET
        aged = (1, 99, "answer")
        assert state_of("P2-2", triggers__squatting=good, triggers__stairs_down=aged) is State.STALE
        # Old on one side and never taken on the other: something is missing altogether.
        assert state_of("P2-2", triggers__squatting=aged) is State.NOT_TESTED

    def test_without_a_dynamometer_another_test_stands_in(self):
        assert state_of("P2-3", equal_load_knee_extension=("yes", 0, "finding")) is State.MET
        measured = {"lsi_pct__knee_ext": (79, 0, "finding")}
        assert (
            state_of("P2-3", equal_load_knee_extension=("yes", 0, "finding"), **measured)
            is State.NOT_MET
        )

    def test_either_is_enough(self):
        assert state_of("P5-2", akps_change=(10, 0, "finding")) is State.MET
        assert state_of("P5-2", akps_change=(9, 0, "finding")) is State.NOT_TESTED
        both = {"akps_change": (9, 0, "finding"), "akps_total": (89, 0, "finding")}
        assert state_of("P5-2", **both) is State.NOT_MET


def test_two_of_three_met_and_what_is_missing():
    phase = LIBRARY.phase_by_id["P1"]
    known = {
        "nprs_now": Value(1, TODAY, "answer"),
        "nprs_worst_7d": Value(6, TODAY, "answer"),
        "triggers.walking": Value(0, ago(99), "answer"),
    }

    standing = judge(phase.leave[:3], known, STALE, TODAY)

    assert standing.met == 1
    assert [each.criterion.id for each in standing.missing] == ["P1-2", "P1-3"]
    assert not standing.complete
    assert judge(phase.leave[:1], known, STALE, TODAY).complete
    assert not judge([], known, STALE, TODAY).complete


@pytest.mark.parametrize(
    ("now", "runs", "after"),
    [
        ("P1", True, "P2"),
        ("P2", False, "P3"),
        ("P3", True, "P4"),
        ("P3", False, "P5"),
        ("P4", True, "P5"),
        ("P5", True, None),
        ("", True, None),
    ],
)
def test_the_phase_that_follows(now, runs, after):
    found = next_phase(LIBRARY.phases, now, runs=runs)

    assert (found.id if found else None) == after


def test_a_runner_and_somebody_who_does_not_run_are_asked_different_things():
    leave = LIBRARY.phase_by_id["P3"].leave

    assert [each.id for each in asked_of(leave, runs=True)] == ["P3-1"]
    assert [each.id for each in asked_of(leave, runs=False)] == ["P3-2"]


def session(days, pain, exercise="EX03", **values):
    given = {"done": True, "limit": 4, "full": True} | values
    return Session(on=ago(days), exercise=exercise, pain=pain, **given)


class TestTheLogs:
    def test_days_above_the_limit(self):
        found = days_over_limit(
            [session(0, 5), session(0, 9), session(13, 5), session(14, 9), session(3, 4)],
            TODAY,
            14,
        )

        assert (found.value, found.on) == (2, TODAY)

    @pytest.mark.parametrize("sessions", [[], [session(2, None)], [session(14, 9)]])
    def test_silence_is_no_painless_fortnight(self, sessions):
        assert days_over_limit(sessions, TODAY, 14) is None

    def test_full_dose_is_dated_by_the_older_of_the_two(self):
        found = at_full_dose([session(1, 2), session(5, 4, "EX04")], ["EX03", "EX04"])

        assert (set(found.value), found.on) == ({"EX03", "EX04"}, ago(5))

    def test_the_last_time_decides(self):
        better = [session(5, 9), session(1, 2)]
        worse = [session(1, 5), session(5, 0)]

        assert at_full_dose(better, ["EX03"]).value == ("EX03",)
        assert at_full_dose(worse, ["EX03"]).value == ()

    @pytest.mark.parametrize("values", [{"done": False}, {"full": False}])
    def test_a_part_or_less_is_not_the_full_dose(self, values):
        assert at_full_dose([session(1, 0, **values)], ["EX03"]).value == ()

    @pytest.mark.parametrize("others", [[], [session(1, None, "EX04")]])
    def test_unknown_until_each_was_logged_with_its_pain(self, others):
        assert at_full_dose([session(1, 0), *others], ["EX03", "EX04"]) is None


def ran(days, km, pain=1):
    return Ran(ago(days), Decimal(km), pain)


class TestTheRuns:
    def test_pain_at_three_quarters_of_the_usual_week(self):
        runs = [ran(3, 5, 2), ran(6, 4, 1), ran(9, "6.5", 0)]

        found = pain_at_share(runs, Decimal(20), 75, 7)

        assert (found.value, found.on) == (2, ago(3))  # 5 + 4 + 6.5 within seven days
        assert pain_at_share(runs, Decimal(21), 75, 7) is None
        assert pain_at_share([], Decimal(21), 75, 7) is None

    def test_a_run_without_its_pain_leaves_it_unknown(self):
        assert pain_at_share([ran(3, 20, None)], Decimal(20), 75, 7) is None

    def test_weeks_in_a_row(self):
        runs = [ran(0, 20), ran(7, 12), ran(9, 8), ran(14, 20), ran(21, 19)]

        assert weeks_at_usual(runs, Decimal(20), 2, TODAY, 7).value == 3
        sore = [ran(0, 20), ran(7, 20, 3)]
        assert weeks_at_usual(sore, Decimal(20), 2, TODAY, 7).value == 1
        assert weeks_at_usual([ran(0, 20, None)], Decimal(20), 2, TODAY, 7).value == 0

    def test_no_distance_is_no_answer(self):
        assert weeks_at_usual([Ran(TODAY, None, 0)], Decimal(20), 2, TODAY, 7) is None
        assert weeks_at_usual([ran(0, 20)], Decimal(0), 2, TODAY, 7) is None
