"""Walk-jog stages, the training-load rule and the criteria that open a phase or a first run."""

import itertools
from dataclasses import replace
from decimal import Decimal

import pytest

from assessments.library.loader import shipped
from assessments.library.phases import Check, Criterion
from assessments.library.running import Answer, load_check
from assessments.library.texts import Citation

RUNNING = shipped().running
APP = Citation("APP", "APP")


def test_stage_table():
    """Specification F3: stage, week, repeats, jog, walk, jogging minutes, total minutes."""
    assert [
        (s.number, s.week, s.repeats, s.jog_min, s.walk_min, s.jogging_min, s.total_min)
        for s in RUNNING.walk_jog.stages
    ] == [
        (1, 1, 8, 1, 2, 8, 24),
        (2, 2, 6, 2, 2, 12, 24),
        (3, 3, 5, 3, 2, 15, 25),
        (4, 4, 5, 4, 2, 20, 30),
        (5, 5, 4, 6, 1, 24, 28),
        (6, 6, 3, 9, 1, 27, 30),
        (7, 7, 2, 14, 1, 28, 30),
        (8, 8, 1, 30, 0, 30, 30),
    ]


def test_early_stages_never_add_more_than_five_minutes_of_jogging():
    jogging = [stage.jogging_min for stage in RUNNING.walk_jog.stages]

    assert max(later - earlier for earlier, later in itertools.pairwise(jogging)) == 5


def _km(text):
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(
    ("planned", "longest", "expected"),
    [
        pytest.param("11.0", "10.0", Answer.ALLOWED, id="a tenth longer"),
        pytest.param("11.1", "10.0", Answer.BLOCKED, id="more than a tenth longer"),
        pytest.param("11.01", "10.0", Answer.BLOCKED, id="no rounding in favour of the run"),
        pytest.param("3.3", "3.0", Answer.ALLOWED, id="3 x 1.1 is 3.3, not 3.3000000000000003"),
        pytest.param("0", "10.0", Answer.ALLOWED, id="no run planned"),
        pytest.param("5.0", "0", Answer.UNKNOWN, id="no run in 30 days: nothing to compare with"),
        pytest.param("5.0", None, Answer.UNKNOWN, id="not recorded"),
    ],
)
def test_planned_run(planned, longest, expected):
    verdict = load_check(RUNNING.load, planned_km=_km(planned), longest_km=_km(longest))

    assert verdict.run is expected
    assert verdict.week is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("week", "earlier", "expected"),
    [
        pytest.param("26.0", "20.0", Answer.ALLOWED, id="thirty per cent more"),
        pytest.param("26.1", "20.0", Answer.WARNING, id="above thirty per cent"),
        pytest.param("26.1", "0", Answer.UNKNOWN, id="nothing two weeks ago"),
        pytest.param("26.1", None, Answer.UNKNOWN, id="two weeks ago not recorded"),
        pytest.param(None, "20.0", Answer.UNKNOWN, id="this week not recorded"),
    ],
)
def test_week(week, earlier, expected):
    verdict = load_check(
        RUNNING.load,
        planned_km=Decimal(5),
        longest_km=Decimal(10),
        week_km=_km(week),
        earlier_week_km=_km(earlier),
    )

    assert (verdict.run, verdict.week) == (Answer.ALLOWED, expected)


def test_the_verdict_says_how_far_is_allowed():
    verdict = load_check(
        RUNNING.load,
        planned_km=Decimal(12),
        longest_km=Decimal("10.0"),
        week_km=Decimal(27),
        earlier_week_km=Decimal("20.0"),
    )

    assert (verdict.run_at_most_km, verdict.week_at_most_km) == (Decimal(11), Decimal(26))


def test_the_factors_come_from_the_rule():
    stricter = replace(RUNNING.load, run_factor=Decimal("1.05"))

    verdict = load_check(stricter, planned_km=Decimal("10.6"), longest_km=Decimal(10))

    assert verdict.run is Answer.BLOCKED


@pytest.mark.parametrize("wrong", [Decimal(-1), 11.0, "11", Decimal("NaN")])
def test_a_distance_is_a_decimal_of_at_least_zero(wrong):
    with pytest.raises(ValueError):
        load_check(RUNNING.load, planned_km=wrong, longest_km=Decimal(10))


TWO = (
    Check(field="knee", operator=">=", line=80),
    Check(field="hip", operator=">=", line=80),
)
JUDGED = Check(field="judged", operator="is", line="yes")


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param({"knee": 80, "hip": Decimal("80.0")}, True, id="both on the line"),
        pytest.param({"knee": Decimal("79.9"), "hip": 90}, False, id="one below"),
        pytest.param({"knee": 79, "judged": "yes"}, False, id="judgement heals no failure"),
        pytest.param({"knee": 85, "judged": "yes"}, True, id="judgement fills a gap"),
        pytest.param({"judged": "no"}, False, id="judged not enough"),
        pytest.param({"knee": 85}, None, id="missing is not met"),
        pytest.param({"knee": 85, "hip": None}, None, id="null is missing"),
        pytest.param({}, None, id="nothing known"),
    ],
)
def test_all_of_with_a_judgement_for_what_was_not_measured(known, expected):
    criterion = Criterion(id="C", label="", source=APP, all_of=TWO, unmeasured=JUDGED)

    assert criterion.met(known) is expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"knee": 80}, True),
        ({"knee": 10, "hip": 80}, True),
        ({"knee": 10, "hip": 10}, False),
        ({"knee": 10}, None),
        ({}, None),
    ],
)
def test_any_of(known, expected):
    assert Criterion(id="C", label="", source=APP, any_of=TWO).met(known) is expected


@pytest.mark.parametrize(
    ("operator", "line", "value", "expected"),
    [
        ("<=", 2, 2, True),
        ("<=", 2, 3, False),
        ("is", "yes", "no", False),
        ("in", ("0", "trace"), "trace", True),
        ("in", ("0", "trace"), "1+", False),
        ("holds", ("EX03", "EX04"), ("EX04", "EX03", "EX05"), True),
        ("holds", ("EX03", "EX04"), ("EX03",), False),
    ],
)
def test_operators(operator, line, value, expected):
    assert Check(field="f", operator=operator, line=line).met({"f": value}) is expected


PASSED = {
    "brisk_walk_30_nprs": 1,
    "brisk_walk_30_limp": "no",
    "triggers.walking": 0,
    "triggers.stairs_up": 1,
    "triggers.stairs_down": 1,
    "step_downs_10_nprs": 2,
    "lsd_total": 3,
    "single_leg_squats_10_nprs": 2,
    "sls_rating": "fair",
    "heel_raise_reps": 20,
    "lsi_pct.knee_ext": Decimal("80.0"),
    "lsi_pct.hip_abd": Decimal("80.0"),
    "effusion": "trace",
}


def _failed(known):
    return [criterion.id for criterion in RUNNING.test if criterion.met(known) is not True]


def test_first_run_test_passes_on_every_line():
    assert _failed(PASSED) == []


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"brisk_walk_30_nprs": 2}, ["F2-1"]),
        ({"brisk_walk_30_limp": "yes"}, ["F2-1"]),
        ({"triggers.stairs_down": 2}, ["F2-2"]),
        ({"step_downs_10_nprs": 3}, ["F2-3"]),
        ({"lsd_total": 4}, ["F2-3"]),
        ({"sls_rating": "poor"}, ["F2-4"]),
        ({"sls_rating": None}, ["F2-4"]),
        ({"heel_raise_reps": 19}, ["F2-5"]),
        ({"heel_raise_reps": 19, "lsi_pct.heel_raise": Decimal("90.0")}, []),
        ({"lsi_pct.hip_abd": Decimal("79.9")}, ["F2-6"]),
        ({"lsi_pct.hip_abd": None}, ["F2-6"]),
        ({"lsi_pct.hip_abd": None, "strength_judged_enough": "yes"}, []),
        ({"effusion": "1+"}, ["F2-7"]),
    ],
)
def test_first_run_test(change, failed):
    assert _failed(PASSED | change) == failed


SETTLED = {
    "nprs_now": 2,
    "nprs_worst_7d": 5,
    "triggers.walking": 2,
    "settle_minutes": 1440,
    "effusion": "trace",
    "exercises_at_full_dose": ("EX03", "EX04"),
}


@pytest.mark.parametrize(
    ("change", "kept_by"),
    [
        ({}, []),
        ({"nprs_now": 3}, ["P1-1"]),
        ({"nprs_worst_7d": 6}, ["P1-2"]),
        ({"triggers.walking": 3}, ["P1-3"]),
        ({"triggers.walking": None}, ["P1-3"]),
        ({"settle_minutes": 1441}, ["P1-4"]),
        ({"effusion": "1+"}, ["P1-5"]),
        ({"exercises_at_full_dose": ("EX04",)}, ["P1-6"]),
    ],
)
def test_leaving_the_first_phase(change, kept_by):
    first = shipped().phases[0]

    assert [c.id for c in first.leave if not c.met(SETTLED | change)] == kept_by


# Specification F1: every line that must hold before a phase is left.
LINES = """
P1-1 nprs_now <= 2
P1-2 nprs_worst_7d <= 5
P1-3 triggers.walking <= 2
P1-4 settle_minutes <= 1440
P1-5 effusion in ('0', 'trace')
P1-6 exercises_at_full_dose holds ('EX03', 'EX04')
P2-1 nprs_worst_7d <= 4
P2-2 triggers.squatting <= 3
P2-2 triggers.stairs_down <= 3
P2-3 lsi_pct.knee_ext >= 80
P2-3 lsi_pct.hip_abd >= 80
P2-3 equal_load_knee_extension is yes
P2-4 lsd_total <= 3
P2-5 sessions_over_limit_2wk <= 0
P3-1 first_run_test_passed is yes
P3-2 goal_sport_within_limit is yes
P4-1 last_stage_sessions >= 3
P4-2 lowest_tested_lsi_pct >= 90
P4-3 lsd_total <= 2
P4-4 running_nprs_at_75_pct <= 2
P5-1 weeks_at_usual_km >= 4
P5-2 akps_change >= 10
P5-2 akps_total >= 90
"""


def test_every_line_of_every_phase():
    assert [
        f"{criterion.id} {check.field} {check.operator} {check.line}"
        for phase in shipped().phases
        for criterion in phase.leave
        for check in criterion.checks
    ] == LINES.strip().splitlines()


def test_runners_and_others_leave_by_their_own_criteria():
    who = {c.id: c.who for phase in shipped().phases for c in phase.leave if c.who != "everyone"}

    assert who == {"P3-1": "runner", "P3-2": "non_runner", "P5-1": "runner"}


def test_maintaining_ends_with_a_change_or_a_high_score():
    last = shipped().phase_by_id["P5"].leave[-1]

    assert last.met({"akps_change": 9, "akps_total": 90}) is True
    assert last.met({"akps_change": 10}) is True
    assert last.met({"akps_change": 9, "akps_total": 89}) is False


def test_phase_lengths():
    assert {p.id: (p.weeks, p.at_most_weeks) for p in shipped().phases} == {
        "P1": ((1, 2), 4),
        "P2": ((4, 8), None),
        "P3": ((3, 6), None),
        "P4": ((5, 8), None),
        "P5": (None, None),
    }
