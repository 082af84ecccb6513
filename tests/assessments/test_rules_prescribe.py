"""Exercises, limits, targets and review dates of a plan."""

from dataclasses import replace
from decimal import Decimal

import pytest

from assessments.library.rulebook import shipped_rulebook
from tests.assessments.rules_charts import assessment, drafted, drafted_from, on_index

NOT_RUNNER = {"is_runner": False, "run_status": None}
STOPPED = {"run_status": "stopped"}
IRRITABLE = {"nprs_worst_7d": 7}


def plan(**changes):
    return drafted(**changes).plan


@pytest.mark.parametrize(
    ("changes", "phase", "exercises"),
    [
        (NOT_RUNNER, "P2", "EX64 EX65 EX05 EX06 EX20 EX19 EX58 EX70"),
        (
            NOT_RUNNER | IRRITABLE,
            "P1",
            "EX64 EX65 EX04 EX03 EX16 EX18 EX01 EX02 EX58 EX70",
        ),
        (
            NOT_RUNNER
            | {"nprs_worst_7d": 3, "nprs_now": 0, "triggers": {"squatting": 2}}
            | {"hip_ext_force_n": None},
            "P3",
            "EX64 EX65 EX09 EX12 EX23 EX22 EX70",
        ),
        (
            NOT_RUNNER | IRRITABLE | {"hip_ext_mmt": {"R": 3}, "knee_flex_mmt": {"R": 3}},
            "P1",
            "EX64 EX65 EX04 EX03 EX16 EX18 EX01 EX02 EX58 EX70",
        ),
        (
            NOT_RUNNER | {"hip_ext_mmt": {"R": 3}, "knee_flex_mmt": {"R": 3}},
            "P2",
            "EX64 EX65 EX05 EX06 EX20 EX19 EX33 EX58 EX70",
        ),
        ({"overstride": "marked"}, "P2", "EX64 EX65 EX05 EX06 EX20 EX19 EX58 EX54 EX70"),
        (
            {"pelvic_drop_deg": {"R": 9}},
            "P2",
            "EX64 EX65 EX05 EX06 EX20 EX19 EX36 EX58 EX53 EX70",
        ),
        (
            {"pelvic_drop_deg": {"R": 9}, "overstride": "marked"},
            "P2",
            "EX64 EX65 EX05 EX06 EX20 EX19 EX36 EX58 EX53 EX54 EX70",
        ),
    ],
)
def test_exercises_follow_the_blocks_each_once(changes, phase, exercises):
    found = plan(**changes)

    assert (found.start_phase, " ".join(found.exercises)) == (phase, exercises)


# Every row of the exercise table, P1 / P2 / P3.
TABLE = {
    "EDU_CORE": "EX64 / EX64 / EX64",
    "PAIN_MON": "EX65 / EX65 / EX65",
    "LOAD_MGMT": " /  / ",
    "KNEE_STR": "EX04 EX03 / EX05 EX06 / EX09 EX12",
    "HIP_STR": "EX16 EX18 / EX20 EX19 / EX23 EX22",
    "ISO_QUAD": "EX01 EX02 / EX02 / EX02",
    "GMAX_STR": "EX18 / EX19 / EX24",
    "COORD": "EX37 / EX36 / EX35 EX36",
    "CALF_STR": "EX30 / EX31 / EX31 EX32",
    "HAM_STR": "EX18 / EX33 / EX34",
    "CORE": "EX29 / EX28 / EX25",
    "MOB_ANKLE": "EX49 / EX49 / EX49",
    "MOB_HIP": "EX50 / EX50 / EX50",
    "FLEX_QUAD": "EX40 / EX40 / EX40",
    "FLEX_HIPFLEX": "EX41 / EX41 / EX41",
    "FLEX_HAM": "EX45 EX44 / EX45 EX44 / EX45 EX44",
    "FLEX_CALF": "EX42 EX43 / EX42 EX43 / EX42 EX43",
    "FLEX_ITB": "EX46 EX47 / EX46 EX47 / EX46 EX47",
    "FLEX_PIRI": "EX48 / EX48 / EX48",
    "TAPE": "EX58 / EX58 / EX58",
    "FOOT_ORTH": "EX59 / EX59 / EX59",
    "MANUAL": "EX60 / EX60 / EX60",
    "GAIT_CADENCE": "EX52 / EX52 / EX52",
    "GAIT_CUES": "EX53 EX54 / EX53 EX54 / EX53 EX54",
    "RTR": "EX55 / EX55 / EX55",
    "LOAD_PROG": " /  / ",
    "CROSS_TRAIN": "EX57 / EX57 / EX57",
    "FOOTWEAR": "EX67 / EX67 / EX67",
    "WARMUP": "EX56 / EX56 / EX56",
    "RECOVERY": "EX68 / EX68 / EX68",
    "SITTING": "EX66 / EX66 / EX66",
    "FEAR": "EX69 / EX69 / EX69",
    "ADOLESCENT": "EX71 / EX71 / EX71",
    "REVIEW": " /  / ",
    "MAINTAIN": "EX70 / EX70 / EX70",
}


def test_the_shipped_blocks_hold_the_exercises_of_the_table():
    shipped = {
        block.id: " / ".join(" ".join(block.exercises.of(phase)) for phase in ("P1", "P2", "P3"))
        for block in shipped_rulebook().blocks
    }

    assert shipped == TABLE
    assert list(shipped) == list(TABLE)


@pytest.mark.parametrize(
    ("changes", "gone"),
    [({"hamstring_pke_deg": {"R": 60}}, "EX44"), ({"ober": {"R": "positive"}}, "EX47")],
)
def test_deep_pressure_is_removed_with_a_bleeding_risk(changes, gone):
    with_risk, without = (plan(**changes, anticoagulant_or_bleeding=risk) for risk in (True, False))

    assert set(without.exercises) - set(with_risk.exercises) == {gone}
    assert with_risk.exercises_removed == {gone: "CA09"}
    assert with_risk.home_exercise_count == without.home_exercise_count - 1
    assert with_risk.blocks_included == without.blocks_included


@pytest.mark.parametrize(
    ("changes", "count", "prune"),
    [
        ({}, 4, False),
        ({"wblt_cm": {"R": 12, "L": 12}, "gastroc_df_deg": {"R": 5}}, 6, False),
        ({"wblt_cm": {"R": 5}}, 7, True),
    ],
)
def test_home_exercises_are_counted_and_too_many_are_said(changes, count, prune):
    found = plan(**changes)

    assert (found.home_exercise_count, found.prune_warning) == (count, prune)


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        (IRRITABLE, 3),
        ({}, 4),
        ({"nprs_worst_7d": 3}, 5),
        ({"nprs_worst_7d": 3, "age_years": 17}, 3),
        ({"age_years": 17}, 3),
        ({"age_years": 18}, 4),
        (IRRITABLE | {"age_years": 8}, 3),
    ],
)
def test_pain_limit_of_exercise(changes, limit):
    assert plan(**changes).pain_limit_exercise == limit


@pytest.mark.parametrize(
    ("changes", "limit"),
    [({}, 2), (NOT_RUNNER, None), ({"is_runner": None, "run_status": None}, None), (STOPPED, 2)],
)
def test_pain_limit_of_running(changes, limit):
    assert plan(**changes).pain_limit_running == limit


@pytest.mark.parametrize(
    ("changes", "degrees", "sets"),
    [
        (IRRITABLE, 45, 2),
        ({"triggers": {"walking": 3}}, 45, 3),
        ({}, 60, 3),
        ({"nprs_worst_7d": 3, "triggers": {"squatting": 2}}, 90, 3),
    ],
)
def test_bend_limit_follows_the_phase_and_sets_the_irritability(changes, degrees, sets):
    found = plan(**changes)

    assert (found.knee_flexion_limit_deg, found.strength_sets) == (degrees, sets)


@pytest.mark.parametrize(
    ("cadence", "target"),
    [(158, (166, 174)), (150, (158, 165)), (159, (167, 175)), (160, None), (None, None)],
)
def test_cadence_target_is_the_own_cadence_and_a_little(cadence, target):
    assert plan(cadence_spm=cadence).cadence_target_spm == target


def test_cadence_target_rounds_halves_up():
    # 169 with an overstride: 177.45 and 185.9.
    assert plan(cadence_spm=169, overstride="mild").cadence_target_spm == (177, 186)


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"next_morning_worse": True, "current_week_km": 24.3}, "12.2"),
        ({"next_morning_worse": True, "current_week_km": 0}, "0.0"),
        ({"next_morning_worse": True}, "None"),
        ({"current_week_km": 24}, "None"),
        (STOPPED | {"current_week_km": 24}, "None"),
    ],
)
def test_distance_of_a_reduced_week(changes, target):
    assert str(plan(**changes).run_km_target_this_week) == target


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({}, 14),
        (IRRITABLE, 7),
        ({"nprs_now": 8, "nprs_worst_7d": 8}, 7),
        ({"nprs_worst_7d": 3}, 14),
    ],
)
def test_review(changes, days):
    assert plan(**changes).review_days == days


def test_very_sore_alone_brings_the_review_forward():
    """With the shipped numbers very sore is always irritable; another library may differ."""
    calm = {"irritable_now_from": 10, "irritable_worst_from": 10}
    book = shipped_rulebook()
    book = replace(
        book,
        thresholds=tuple(
            replace(each, value=calm.get(each.id, each.value)) for each in book.thresholds
        ),
    )

    found = drafted_from(assessment(nprs_now=8, nprs_worst_7d=8), book)

    assert found.decisions["irritability"].value == "MODERATE"
    assert found.plan.review_days == 7


def test_each_exercise_names_the_blocks_that_brought_it():
    found = plan(**IRRITABLE, hip_ext_mmt=on_index(3))

    assert found.blocks_of["EX18"] == ("HIP_STR", "GMAX_STR")
    assert set(found.blocks_of) == set(found.exercises)


@pytest.mark.parametrize(("allowed", "shown"), [("4", "4"), ("4.0", "4"), ("3.5", "3.5")])
def test_a_limit_of_the_library_is_given_as_it_is_meant(allowed, shown):
    shipped = shipped_rulebook()
    moved = tuple(
        replace(each, value=Decimal(allowed)) if each.id == "pain_limit_moderate" else each
        for each in shipped.thresholds
    )
    plan = drafted_from(assessment(), replace(shipped, thresholds=moved)).plan

    assert str(plan.pain_limit_exercise) == shown
