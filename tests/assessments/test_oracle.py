"""The second reading of the specification agrees with the worked cases, and its input covers them.

What it says about thousands of other inputs is compared in ``test_against_oracle``.
"""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from tests.assessments.oracle import result
from tests.assessments.oracle.comparison import differences
from tests.assessments.oracle.metrics import AKPS_POINTS
from tests.assessments.random_assessments import random_assessment

HERE = Path(__file__).parent
CASES = sorted([*HERE.glob("cases/*.yaml"), *HERE.glob("cases_more/*.yaml")])


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_worked_cases(path):
    case = yaml.safe_load(path.read_text())

    assert differences(case["expected"], result(case["input"])) == []


def test_there_are_ten_cases_and_fifteen_more():
    assert Counter(path.parent.name for path in CASES) == {"cases": 10, "cases_more": 15}


@pytest.mark.parametrize(
    ("answers", "total"),
    [
        ("aaaaaaaaaaaaa", 100),
        ("ccddeedeeeecc", 0),
        ("aaabbcbbbaaaa", 86),
        ("aaacbcccccaaa", 70),
        ("aaacccccccaaa", 69),
        ("bbbcceccccaaa", 57),
    ],
)
def test_akps_examples(answers, total):
    akps = dict(zip(AKPS_POINTS, answers, strict=True))

    assert result({"akps": akps})["metrics"]["akps_total"] == total


@pytest.mark.parametrize(
    ("raw", "metrics"),
    [
        ({"body_mass_kg": 60, "height_cm": 168}, {"bmi": 21.3}),
        ({"koos_pf_items": [2, 1, 2, 3, 1, 0, 2, 1, 2, 1, 2]}, {"koos_pf": 61.4}),
        ({"koos_pf_items": [2, 1, None, 3, None, 0, 2, 1, *[None] * 3]}, {"koos_pf": 62.5}),
        ({"koos_pf_items": [2, 1, None, 3, None, 0, 2, None, *[None] * 3]}, {}),
        ({"koos_pf_items": [2, *[0] * 7, *[None] * 3]}, {"koos_pf": 93.8}),
        ({"psfs": [4, 5, 7]}, {"psfs_mean": 5.3}),
        ({"psfs": [4, 4, 6]}, {"psfs_mean": 4.7}),
        ({"lefs_items": [4] * 20}, {"lefs_total": 80}),
        ({"lefs_items": [4] * 19 + [None]}, {}),
        ({"tsk11_items": [1] * 11, "tsk11_total": 30}, {"tsk11_total": 11}),
        ({"tsk11_items": [1] * 10 + [None], "tsk11_total": 30}, {"tsk11_total": 30}),
        ({"wells": {"calf_3cm_larger": True}}, {"wells_score": 1}),
        (
            {
                "wells": {
                    "calf_3cm_larger": True,
                    "pitting_oedema": True,
                    "alternative_as_likely": True,
                }
            },
            {"wells_score": 0},
        ),
        ({"usual_week_km": 25, "peak_week_km": 36}, {"load_change_pct": 44.0}),
        ({"usual_week_km": 0, "peak_week_km": 36}, {}),
        ({"longest_run_prior30d_km": 12, "longest_run_km": 16}, {"session_spike_pct": 33.3}),
        ({"longest_run_prior30d_km": 32, "longest_run_km": 22}, {"session_spike_pct": -31.3}),
        (
            {"hip_abd_mode": "eccentric_break", "age_years": 30, "sex_at_birth": "F"},
            {"hip_abd_norm_minus_1sd": 1.096},
        ),
    ],
)
def test_metric_examples(raw, metrics):
    assert differences({"wells_score": 0, **metrics}, result(raw)["metrics"]) == []


@pytest.mark.parametrize(
    ("index", "other", "ratio"),
    [(364, 405, "89.9"), (180, 200, "90.0"), (1083, 1204, "90.0"), (1074, 1194, "89.9")],
)
def test_strength_ratio_is_compared_after_rounding(index, other, ratio):
    raw = {"index_side": "R", "knee_ext_force_n": {"R": index, "L": other}}

    assert result(raw)["metrics"]["lsi_pct"] == {"knee_ext": Decimal(ratio)}


def test_an_empty_chart_is_incomplete_and_says_what_is_open():
    gate = result({})["gate"]

    assert gate["level"] == "INCOMPLETE"
    assert (len(gate["unanswered"]), len(gate["missing"])) == (23, 11)
    assert (gate["red_flags"], gate["cautions"]) == ([], [])


@pytest.mark.parametrize("unrecorded", [{}, {"squatting": None}, {"squatting": "not_tested"}])
def test_an_unscored_squat_is_not_a_comfortable_one(unrecorded):
    case = yaml.safe_load((HERE / "cases_more/15.yaml").read_text())
    case["input"]["triggers"] = {"running": 2, "walking": 0} | unrecorded

    assert result(case["input"])["plan"]["start_phase"] == "P2"


def test_random_assessments_repeat_and_differ():
    assert random_assessment(7) == random_assessment(7)
    assert random_assessment(7) != random_assessment(8)


@pytest.fixture(scope="module")
def seen():
    """How often each outcome appears among 2,000 random assessments."""
    counts = Counter()
    for seed in range(2000):
        answer = result(random_assessment(seed))
        gate, plan = answer["gate"], answer["plan"]
        lists = [gate["red_flags"], gate["overridden"], gate["cautions"], gate["missing"]]
        counts.update([answer["plan_status"], gate["level"], answer["dx_support"]])
        if plan:
            found = answer["classification"]
            lists += [found["contributors"], found["subcategories"], found["not_assessed"]]
            lists += [plan["blocks_included"], plan["blocks_optional"], plan["exercises"]]
            counts.update(f"{key} {why}" for key, why in plan["blocks_excluded"].items())
            counts.update([plan["run_action"], plan["start_phase"]])
            counts.update([answer["prognosis"]["band"], found["irritability"], found["severity"]])
        counts.update(item for part in lists for item in part)
    return counts


def test_about_half_of_the_random_assessments_get_a_plan(seen):
    plans = seen["DRAFT"] + seen["DRAFT_WITH_CAUTION"]

    assert 900 <= plans <= 1150
    assert seen["DRAFT"] >= 100
    assert seen["BLOCKED"] >= 500


RARE = """
    EMERGENCY SAME_DAY REFER INCOMPLETE CAUTION CLEAR NOT_INDICATED PFP_UNLIKELY PFP_POSSIBLE
    FOLLOW_RTR STOP_TEMPORARILY MODIFY_50 CONTINUE_WITHIN_LIMITS NOT_APPLICABLE P1 P2 P3 A B C D
    LOW MODERATE HIGH MILD SEVERE MUSCLE COORD MOBILITY OVERLOAD UNCLASSIFIED ICE MEDS_ADVICE BRACE
    BFR HIP_STRENGTH KNEE_STRENGTH CONTROL ANKLE FLEXIBILITY FOOT CALF TRUNK FEAR AKPS RUN_GAIT
    LOAD_ERROR RECOVERY_POOR HIP_WEAK GMAX_WEAK QUAD_WEAK HAM_WEAK CALF_WEAK CORE_WEAK DYN_VALGUS
    RUN_VALGUS ANKLE_STIFF TIGHT_GASTROC HIP_STIFF TIGHT_HIPFLEXOR TIGHT_QUAD TIGHT_HAM TIGHT_ITB
    PATELLA_TILT_TIGHT TIGHT_PIRIFORMIS FOOT_PRONATED FOOT_HYPERMOBILE FOOT_SUPINATED_HIGH
    LOW_CADENCE OVERSTRIDE SHOE_ISSUE FEAR_HIGH NO_WARMUP ADOLESCENT SITTING EX25 EX34 EX54
"""
REASONS = [
    "TAPE PAIN_BELOW_THRESHOLD",
    "TAPE SKIN_CONTRAINDICATION",
    "TAPE TRIAL_NO_BENEFIT",
    "FOOT_ORTH TRIAL_NO_BENEFIT",
    "FOOT_ORTH NO_INDICATION",
    "GAIT_CADENCE NOT_RUNNER",
    "GAIT_CADENCE NOT_ASSESSED",
    "GAIT_CADENCE CADENCE_ADEQUATE",
    "RTR NOT_RUNNER",
    "RTR STILL_RUNNING",
    "ICE COLD_CONTRAINDICATION",
    "ICE NO_INDICATION",
]


def test_every_outcome_of_the_specification_appears(seen):
    flags = [f"RF{number:02}" for number in range(1, 25)]
    cautions = [f"CA{number:02}" for number in range(1, 20)]
    outcomes = [*RARE.split(), *REASONS, *flags, *cautions]

    assert {outcome: seen[outcome] for outcome in outcomes if seen[outcome] < 3} == {}
