"""Derived metrics: the ten cases, the examples of the specification, and when there is none."""

from dataclasses import fields
from decimal import ROUND_DOWN, Decimal, localcontext

import pytest

from assessments.findings import parse
from assessments.scoring.derived import (
    bmi,
    cadence_target_spm,
    heel_raise_norm,
    heel_raise_pct_norm,
    hip_abduction_floor,
    is_new_starter,
    load_change_pct,
    lsi,
    session_spike_pct,
    torque_per_kg,
)
from assessments.scoring.metrics import MUSCLES, Metrics, metrics
from tests.assessments.case_files import all_cases, case_input

FPI = {"talar_head": 1, "malleolar_curves": 1, "calcaneus": 1, "talonavicular": 1, "arch": 1}
LSD = {"arm": 1, "trunk": 1, "pelvis": 1, "knee": 1, "steady": 0}


def found(raw):
    parsed = parse(raw)
    assert parsed.faults == ()
    return metrics(parsed.findings)


def exact(value):
    """Numbers of a case file as the decimals they are printed as."""
    if isinstance(value, dict):
        return {key: exact(one) for key, one in value.items()}
    return Decimal(str(value)) if isinstance(value, float) else value


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: f"case {case['case']}")
def test_the_ten_cases(case):
    assert found(case["input"]).as_dict() == exact(case["expected"]["metrics"])


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: f"case {case['case']}")
def test_the_context_of_the_caller_does_not_matter(case):
    with localcontext() as context:
        context.prec = 3
        context.rounding = ROUND_DOWN
        assert found(case["input"]).as_dict() == exact(case["expected"]["metrics"])


def test_keys_keep_the_order_of_the_result():
    whole = found(case_input(8) | {"affected_side": "R", "hip_abd_mode": "eccentric_break"})
    order = [field.name for field in fields(Metrics)]
    assert [key for key in order if key in whole.as_dict()] == list(whole.as_dict())
    assert order[-1] == "new_starter"


def test_nothing_recorded_leaves_the_clot_score_only():
    assert found({}).as_dict() == {"wells_score": 0}
    assert found({}).new_starter is False


def test_decimals_are_printed_as_rounded():
    shown = found(case_input(2)).as_dict()
    assert str(shown["lsi_pct"]["hip_abd"]) == "90.0"
    assert str(shown["torque_nm_per_kg_index"]["knee_flex"]) == "1.10"
    assert str(shown["psfs_mean"]) == "4.0"


@pytest.mark.parametrize(
    ("mass", "height", "value"),
    [
        ("60", "168", "21.3"),
        ("65", "160", "25.4"),
        ("40", "155", "16.6"),  # 16.6493
        (None, "168", None),
        ("60", None, None),
    ],
)
def test_bmi(mass, height, value):
    assert found({"body_mass_kg": number(mass), "height_cm": number(height)}).bmi == number(value)


def number(text):
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(
    ("index", "other", "value"),
    [
        (364, 405, "89.9"),
        (180, 200, "90.0"),
        (1799, 2000, "90.0"),  # 89.95
        (0, 200, "0.0"),
        (200, 0, None),
        (None, 200, None),
        (200, None, None),
    ],
)
def test_lsi(index, other, value):
    assert lsi(index, other) == number(value)


def test_lsi_reads_the_index_side_over_the_other():
    forces = {"hip_abd_force_n": {"L": 150, "R": 200}, "heel_raise_reps": {"L": 20, "R": 25}}
    left = found(forces | {"affected_side": "L", "index_side": "L"})
    right = found(forces | {"affected_side": "R", "index_side": "R"})
    assert left.lsi_pct == {"hip_abd": Decimal("75.0"), "heel_raise": Decimal("80.0")}
    assert right.lsi_pct == {"hip_abd": Decimal("133.3"), "heel_raise": Decimal("125.0")}


def test_two_painful_knees_are_not_compared():
    forces = {f"{muscle}_force_n": {"L": 100, "R": 100} for muscle in MUSCLES}
    raises = {"heel_raise_reps": {"L": 20, "R": 20}}
    both = found(forces | raises | {"affected_side": "BOTH", "index_side": "L"})
    assert both.lsi_pct == {}
    assert "lsi_pct" not in both.as_dict()
    unsaid = found(forces | raises | {"index_side": "L"})
    assert set(unsaid.lsi_pct) == {*MUSCLES, "heel_raise"}
    assert found(forces | raises | {"affected_side": "L"}).lsi_pct == {}


@pytest.mark.parametrize("missing", [None, "hip_er_force_n", "hip_er_lever_m", "body_mass_kg"])
def test_torque_of_the_index_side(missing):
    raw = {
        "index_side": "R",
        "affected_side": "BOTH",
        "hip_er_force_n": {"L": 1, "R": 340},
        "hip_er_lever_m": 0.39,
        "body_mass_kg": 68,
    }
    if missing == "hip_er_force_n":
        raw["hip_er_force_n"] = {"L": 340}
    elif missing:
        del raw[missing]
    torque = found(raw).torque_nm_per_kg_index
    assert torque == ({} if missing else {"hip_er": Decimal("1.95")})


def test_torque_needs_all_three():
    assert torque_per_kg(340, Decimal("0.39"), Decimal(68)) == Decimal("1.95")
    assert torque_per_kg(None, Decimal("0.39"), Decimal(68)) is None
    assert torque_per_kg(340, None, Decimal(68)) is None
    assert torque_per_kg(340, Decimal("0.39"), None) is None
    assert torque_per_kg(0, Decimal("0.39"), Decimal(68)) == 0


@pytest.mark.parametrize(
    ("sex", "age", "floor"),
    [
        ("F", 30, "1.096"),
        ("M", 30, "1.311"),
        ("X", 30, "1.096"),
        ("F", 31, "1.091"),
        ("M", 60, "1.161"),
        (None, 30, None),
        ("F", None, None),
    ],
)
def test_hip_abduction_floor(sex, age, floor):
    assert hip_abduction_floor(age, sex) == number(floor)
    raw = {"sex_at_birth": sex, "age_years": age, "hip_abd_mode": "eccentric_break"}
    assert found(raw).hip_abd_norm_minus_1sd == number(floor)


def test_the_hip_floor_keeps_three_decimals():
    assert str(hip_abduction_floor(30, "F")) == "1.096"


@pytest.mark.parametrize("mode", [None, "isometric_make", "not_tested"])
def test_only_the_eccentric_test_has_a_floor(mode):
    raw = {"sex_at_birth": "F", "age_years": 30, "hip_abd_mode": mode}
    assert found(raw).hip_abd_norm_minus_1sd is None


NORMS = {
    (8, 19, 20, 29): (37, 30),
    (30, 39): (32, 27),
    (40, 49): (28, 24),
    (50, 59): (23, 21),
    (60, 69): (19, 19),
    (70, 100): (14, 16),
}


@pytest.mark.parametrize(
    ("age", "male", "female"), [(age, *norm) for ages, norm in NORMS.items() for age in ages]
)
def test_heel_raise_norms(age, male, female):
    assert [heel_raise_norm(age, sex) for sex in "MFX"] == [male, female, female]


def test_heel_raises_against_the_norm():
    assert heel_raise_pct_norm(24, 24, "F") == Decimal("80.0")
    assert heel_raise_pct_norm(0, 24, "F") == Decimal("0.0")
    assert heel_raise_pct_norm(None, 24, "F") is None
    assert heel_raise_pct_norm(24, None, "F") is None
    assert heel_raise_pct_norm(24, 24, None) is None
    assert heel_raise_norm(None, "F") is None


@pytest.mark.parametrize(
    ("usual", "peak", "value", "starter"),
    [
        ("25", "36", "44.0", False),
        ("20", "26", "30.0", False),
        ("36", "25", "-30.6", False),
        ("8", "7.5", "-6.3", False),  # -6.25 rounds away from zero
        ("0", "0", None, False),
        ("0", "0.1", None, True),
        (None, "10", None, False),
        ("10", None, None, False),
        ("0", None, None, False),
    ],
)
def test_load_change_and_new_starters(usual, peak, value, starter):
    result = found({"usual_week_km": number(usual), "peak_week_km": number(peak)})
    assert (result.load_change_pct, result.new_starter) == (number(value), starter)
    assert load_change_pct(number(usual), number(peak)) == number(value)
    assert is_new_starter(number(usual), number(peak)) is starter


@pytest.mark.parametrize(
    ("prior", "longest", "value"),
    [
        ("12", "16", "33.3"),
        ("10", "11", "10.0"),
        ("0", "5", None),
        (None, "5", None),
        ("5", None, None),
    ],
)
def test_session_spike_makes_no_new_starter(prior, longest, value):
    result = found({"longest_run_prior30d_km": number(prior), "longest_run_km": number(longest)})
    assert (result.session_spike_pct, result.new_starter) == (number(value), False)
    assert session_spike_pct(number(prior), number(longest)) == number(value)


def test_feet_and_step_down_are_those_of_the_index_side():
    feet = {"L": FPI | {"forefoot": 1}, "R": FPI | {"forefoot": -1}}
    steps = {"L": LSD, "R": dict.fromkeys(LSD, 0)}
    raw = {"affected_side": "L", "index_side": "L", "fpi": feet, "lsd": steps}
    left = found(raw).as_dict()
    right = found(raw | {"affected_side": "R", "index_side": "R"}).as_dict()
    assert left == {
        "wells_score": 0,
        "fpi_total": 6,
        "fpi_category": "PRONATED",
        "lsd_total": 4,
        "lsd_quality": "POOR",
    }
    assert right == {
        "wells_score": 0,
        "fpi_total": 4,
        "fpi_category": "NORMAL",
        "lsd_total": 0,
        "lsd_quality": "GOOD",
    }
    assert found({"fpi": feet, "lsd": steps}).as_dict() == {"wells_score": 0}


@pytest.mark.parametrize(
    ("cadence", "target"), [(158, (166, 174)), (169, (177, 186)), (170, (179, 187))]
)
def test_cadence_target(cadence, target):
    assert cadence_target_spm(cadence) == target


def test_fear_total_counts_when_answers_are_missing():
    assert found({"tsk11_items": [2] * 11, "tsk11_total": 40}).tsk11_total == 22
    assert found({"tsk11_items": [2] * 10, "tsk11_total": 40}).tsk11_total == 40
    assert found({"tsk11_items": [2] * 10}).tsk11_total is None


def test_bmi_takes_plain_numbers():
    assert bmi(60, 168) == Decimal("21.3")


def test_ticked_clot_items_are_scored():
    ticked = {"calf_3cm_larger": True, "pitting_oedema": True, "previous_dvt": False}
    assert found({"wells": ticked}).wells_score == 2
    assert found({"wells": ticked | {"alternative_as_likely": True}}).wells_score == 0
