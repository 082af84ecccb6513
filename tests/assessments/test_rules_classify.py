"""Subcategories, irritability, severity, phase, running, gaps and prognosis at their lines."""

import pytest

from tests.assessments.rules_charts import drafted, fpi, lsd, on_index

# AKPS answers with a known total, item by item as the form has them.
ITEMS = (
    *("limp", "support", "walking", "stairs", "squatting", "running", "jumping", "sitting"),
    *("pain", "swelling", "patella_moves", "thigh_atrophy", "flexion_loss"),
)


def akps(letters):
    return dict(zip(ITEMS, letters, strict=True))


AKPS_69, AKPS_70 = akps("aaacccccccaaa"), akps("aaacbcccccaaa")
AKPS_100 = akps("aaaaaaaaaaaaa")
AKPS_80, AKPS_79 = akps("aaacccbbbbaaa"), akps("aaabbbcccaaaa")


def decision(name, **changes):
    return drafted(**changes).decisions[name].value


@pytest.mark.parametrize(
    ("answers", "total"), [(AKPS_69, 69), (AKPS_70, 70), (AKPS_79, 79), (AKPS_80, 80)]
)
def test_the_answers_used_here_have_these_totals(answers, total):
    assert drafted(akps=answers).metrics.akps_total == total


@pytest.mark.parametrize(
    ("changes", "subcategories"),
    [
        ({}, ["UNCLASSIFIED"]),
        ({"abrupt_change": True}, ["OVERLOAD"]),
        ({"abrupt_change": True, "sls_rating": on_index("poor")}, ["COORD"]),
        ({"hip_abd_mmt": on_index(4)}, ["MUSCLE"]),
        ({"knee_ext_mmt": on_index(4)}, ["MUSCLE"]),
        ({"knee_flex_mmt": on_index(4)}, ["UNCLASSIFIED"]),
        ({"side_plank_s": on_index(5)}, ["UNCLASSIFIED"]),
        ({"pelvic_drop_deg": on_index(7)}, ["COORD"]),
        ({"wblt_cm": on_index(5)}, ["MOBILITY"]),
        ({"gastroc_df_deg": on_index(5)}, ["MOBILITY"]),
        ({"ely_knee_flexion_deg": on_index(100)}, ["MOBILITY"]),
        ({"hamstring_pke_deg": on_index(50)}, ["MOBILITY"]),
        ({"ober": on_index("positive")}, ["MOBILITY"]),
        ({"patellar_tilt": on_index("hypomobile")}, ["MOBILITY"]),
        ({"fpi": on_index(fpi(6))}, ["MOBILITY"]),
        ({"midfoot_width_diff_mm": on_index(11)}, ["MOBILITY"]),
        ({"hip_ir_deg": on_index(10)}, ["UNCLASSIFIED"]),
        ({"thomas_hip_deg": on_index(10)}, ["UNCLASSIFIED"]),
        ({"piriformis_tight": on_index("marked")}, ["UNCLASSIFIED"]),
        ({"fpi": on_index(fpi(-6))}, ["UNCLASSIFIED"]),
        (
            {"ober": on_index("positive"), "sls_rating": on_index("poor"), "hip_er_mmt": {"R": 3}},
            ["MUSCLE", "COORD", "MOBILITY"],
        ),
    ],
)
def test_subcategories(changes, subcategories):
    assert drafted(**changes).classification.as_dict()["subcategories"] == subcategories


@pytest.mark.parametrize(
    ("changes", "irritability"),
    [
        ({"nprs_worst_7d": 7}, "HIGH"),
        ({"nprs_worst_7d": 6}, "MODERATE"),
        ({"settle_minutes": 1441}, "HIGH"),
        ({"settle_minutes": 1440}, "MODERATE"),
        ({"nprs_now": 5, "nprs_worst_7d": 5}, "HIGH"),
        ({"nprs_now": 4, "nprs_worst_7d": 5}, "MODERATE"),
        ({"nprs_worst_7d": 3, "settle_minutes": 60}, "LOW"),
        ({"nprs_worst_7d": 4, "settle_minutes": 60}, "MODERATE"),
        ({"nprs_worst_7d": 3, "settle_minutes": 61}, "MODERATE"),
        ({"nprs_worst_7d": 3, "settle_minutes": 60, "next_morning_worse": False}, "LOW"),
        ({"nprs_worst_7d": 3, "settle_minutes": 60, "next_morning_worse": True}, "MODERATE"),
    ],
)
def test_irritability(changes, irritability):
    assert decision("irritability", **changes) == irritability


@pytest.mark.parametrize(
    ("answers", "worst", "severity"),
    [
        (AKPS_69, 2, "SEVERE"),
        (AKPS_70, 2, "MODERATE"),
        (AKPS_79, 4, "MODERATE"),
        (AKPS_80, 4, "MILD"),
        (AKPS_80, 5, "MODERATE"),
        (None, 4, "MILD"),
        (None, 5, "MODERATE"),
        (None, 7, "SEVERE"),
        (AKPS_100, 7, "SEVERE"),
        (AKPS_100, 6, "MODERATE"),
    ],
)
def test_severity(answers, worst, severity):
    assert decision("severity", akps=answers, nprs_worst_7d=worst) == severity


CALM = {"nprs_now": 0, "nprs_worst_7d": 3, "settle_minutes": 60}


@pytest.mark.parametrize(
    ("changes", "phase"),
    [
        ({"nprs_worst_7d": 7}, "P1"),
        ({"triggers": {"walking": 3}}, "P1"),
        ({"triggers": {"walking": 2}}, "P2"),
        ({"triggers": {"squatting": 6}}, "P1"),
        ({"triggers": {"squatting": 5}}, "P2"),
        (CALM | {"triggers": {"squatting": 2}}, "P3"),
        (CALM | {"triggers": {"squatting": 3}}, "P2"),
        (CALM | {"triggers": {"squatting": None, "stairs_up": 2}}, "P2"),
        (CALM | {"triggers": {"squatting": 2}, "hip_abd_mmt": on_index(4)}, "P2"),
        (CALM | {"triggers": {"squatting": 2}, "sls_rating": on_index("poor")}, "P2"),
        (CALM | {"triggers": {"squatting": 2}, "ober": on_index("positive")}, "P3"),
        (CALM | {"triggers": {"squatting": 2, "walking": 3}}, "P1"),
        ({"triggers": {"squatting": 2}}, "P2"),
    ],
)
def test_start_phase(changes, phase):
    assert decision("start_phase", **changes) == phase


@pytest.mark.parametrize(
    ("changes", "action"),
    [
        ({"is_runner": False, "run_status": None}, "NOT_APPLICABLE"),
        ({"is_runner": None, "run_status": None, "nprs_worst_7d": 9}, "NOT_APPLICABLE"),
        ({"run_status": "stopped", "nprs_worst_7d": 9}, "FOLLOW_RTR"),
        ({"nprs_worst_7d": 7}, "STOP_TEMPORARILY"),
        ({"triggers": {"walking": 3}}, "STOP_TEMPORARILY"),
        ({"triggers": {"walking": 2}}, "CONTINUE_WITHIN_LIMITS"),
        ({"gait_walking": "antalgic"}, "STOP_TEMPORARILY"),
        ({"gait_walking": "other"}, "CONTINUE_WITHIN_LIMITS"),
        ({"effusion": on_index("1+")}, "STOP_TEMPORARILY"),
        ({"effusion": on_index("trace")}, "CONTINUE_WITHIN_LIMITS"),
        ({"effusion": {"L": "1+"}}, "CONTINUE_WITHIN_LIMITS"),
        ({"triggers": {"running": 6}}, "STOP_TEMPORARILY"),
        ({"triggers": {"running": 5}}, "MODIFY_50"),
        ({"triggers": {"running": 3}}, "MODIFY_50"),
        ({"triggers": {"running": 2}}, "CONTINUE_WITHIN_LIMITS"),
        ({"settle_minutes": 61}, "MODIFY_50"),
        ({"settle_minutes": 60}, "CONTINUE_WITHIN_LIMITS"),
        ({"next_morning_worse": True}, "MODIFY_50"),
        ({"next_morning_worse": False}, "CONTINUE_WITHIN_LIMITS"),
        ({"run_status": None}, "CONTINUE_WITHIN_LIMITS"),
    ],
)
def test_run_action(changes, action):
    assert decision("run_action", **changes) == action


def test_a_clear_effusion_stops_running_where_its_flag_was_overridden():
    override = {"reason": "Seen", "cleared_by": "Dr Invented", "date": "2027-01-05"}

    found = drafted(effusion=on_index("2+"), gate_override=override)

    assert found.decisions["run_action"].value == "STOP_TEMPORARILY"


ALL_GAPS = [
    *("HIP_STRENGTH", "KNEE_STRENGTH", "CONTROL", "ANKLE", "FLEXIBILITY", "FOOT", "CALF", "TRUNK"),
    *("FEAR", "AKPS", "RUN_GAIT"),
]


@pytest.mark.parametrize(
    ("changes", "measured"),
    [
        ({}, set()),
        ({"hip_abd_force_n": on_index(100)}, {"HIP_STRENGTH"}),
        ({"hip_er_force_n": on_index(100)}, {"HIP_STRENGTH"}),
        ({"hip_ext_force_n": on_index(100)}, {"HIP_STRENGTH"}),
        ({"hip_abd_mmt": on_index(5)}, {"HIP_STRENGTH"}),
        ({"hip_er_mmt": on_index(5)}, {"HIP_STRENGTH"}),
        ({"hip_ext_mmt": on_index(5)}, {"HIP_STRENGTH"}),
        ({"hip_abd_force_n": {"L": 100}}, set()),
        ({"hip_abd_force_n": on_index("not_tested")}, set()),
        ({"knee_ext_force_n": on_index(100)}, {"KNEE_STRENGTH"}),
        ({"knee_ext_mmt": on_index(5)}, {"KNEE_STRENGTH"}),
        ({"knee_flex_force_n": on_index(100), "knee_flex_mmt": on_index(5)}, set()),
        ({"lsd": on_index(lsd())}, {"CONTROL"}),
        ({"sls_rating": on_index("good")}, {"CONTROL"}),
        ({"sls_fppa_deg": on_index(0)}, {"CONTROL"}),
        ({"wblt_cm": on_index(10)}, {"ANKLE"}),
        ({"gastroc_df_deg": on_index(12)}, {"ANKLE"}),
        ({"thomas_hip_deg": on_index(0)}, {"FLEXIBILITY"}),
        ({"ely_knee_flexion_deg": on_index(140)}, {"FLEXIBILITY"}),
        ({"hamstring_pke_deg": on_index(20)}, {"FLEXIBILITY"}),
        ({"ober": on_index("negative")}, {"FLEXIBILITY"}),
        ({"fpi": on_index(fpi(0))}, {"FOOT"}),
        ({"heel_raise_reps": on_index(0, 0)}, {"CALF"}),
        ({"side_plank_s": on_index(60)}, {"TRUNK"}),
        ({"tsk11_total": 11}, {"FEAR"}),
        ({"akps": AKPS_100}, {"AKPS"}),
        ({"akps": AKPS_100 | {"limp": None}}, set()),
        ({"cadence_spm": 175}, {"RUN_GAIT"}),
        ({"is_runner": False, "run_status": None}, {"RUN_GAIT"}),
    ],
)
def test_what_was_not_measured_is_listed_in_order(changes, measured):
    gaps = drafted(**changes).classification.not_assessed

    assert gaps == tuple(gap for gap in ALL_GAPS if gap not in measured)


@pytest.mark.parametrize(
    ("changes", "band"),
    [
        ({"symptom_duration_weeks": 52}, "D"),
        ({"symptom_duration_weeks": 51.9}, "C"),
        ({"symptom_duration_weeks": 17.1, "akps": AKPS_69}, "D"),
        ({"symptom_duration_weeks": 17.1, "akps": AKPS_70}, "C"),
        ({"symptom_duration_weeks": 17, "akps": AKPS_69}, "C"),
        ({"symptom_duration_weeks": 17}, "B"),
        ({"symptom_duration_weeks": 3, "akps": AKPS_69}, "C"),
        ({"symptom_duration_weeks": 3, "akps": AKPS_70}, "B"),
        ({"symptom_duration_weeks": 8.1, "continued_through_pain": True}, "C"),
        ({"symptom_duration_weeks": 8.1, "failed_prior_rehab": True}, "C"),
        ({"symptom_duration_weeks": 8.1, "tsk11_total": 29}, "C"),
        ({"symptom_duration_weeks": 8.1, "tsk11_total": 28}, "B"),
        ({"symptom_duration_weeks": 8, "continued_through_pain": True}, "B"),
        ({"symptom_duration_weeks": 8, "failed_prior_rehab": True}, "A"),
        ({"symptom_duration_weeks": 8}, "A"),
        ({"symptom_duration_weeks": 8.1}, "B"),
        ({"symptom_duration_weeks": 8, "nprs_worst_7d": 5}, "B"),
        ({"symptom_duration_weeks": 8, "settle_minutes": 1441}, "B"),
        ({"symptom_duration_weeks": 8, "age_years": 18}, "A"),
        ({"symptom_duration_weeks": 8, "age_years": 17}, "B"),
    ],
)
def test_prognosis_band(changes, band):
    assert drafted(**changes).prognosis.band == band


@pytest.mark.parametrize(
    ("weeks", "said"),
    [
        (60, {"band": "D", "weeks": [24, 52], "guarded": True}),
        (20, {"band": "C", "weeks": [12, 24], "guarded": False}),
        (10, {"band": "B", "weeks": [6, 12], "guarded": False}),
        (3, {"band": "A", "weeks": [4, 6], "guarded": False}),
    ],
)
def test_what_each_band_says(weeks, said):
    assert drafted(symptom_duration_weeks=weeks).prognosis.as_dict() == said
