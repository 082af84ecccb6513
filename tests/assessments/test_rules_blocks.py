"""Which blocks come in, are offered or stay out, and what fills them."""

import pytest

from assessments.library.rulebook import shipped_rulebook
from assessments.rules.blocks import missing_essentials
from tests.assessments.rules_charts import drafted, fpi, on_index

ALWAYS = ("EDU_CORE", "PAIN_MON", "LOAD_MGMT", "KNEE_STR", "HIP_STR", "REVIEW", "MAINTAIN")
PLAIN = {*ALWAYS, "TAPE", "LOAD_PROG"}
NOT_RUNNER = {"is_runner": False, "run_status": None}
STOPPED = {"run_status": "stopped"}
IRRITABLE = {"nprs_worst_7d": 7}


def plan(**changes):
    return drafted(**changes).plan


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({}, set()),
        ({"triggers": {"squatting": 5}}, {"ISO_QUAD"}),
        ({"triggers": {"squatting": 4}}, set()),
        ({"hip_ext_mmt": on_index(4)}, {"GMAX_STR"}),
        ({"hip_abd_mmt": on_index(4)}, set()),
        ({"sls_rating": on_index("poor")}, {"COORD"}),
        ({"heel_raise_reps": on_index(5)}, {"CALF_STR"}),
        ({"knee_flex_mmt": on_index(4)}, {"HAM_STR"}),
        ({"side_plank_s": on_index(10)}, {"CORE"}),
        ({"wblt_cm": on_index(5)}, {"MOB_ANKLE", "FLEX_CALF", "MANUAL"}),
        ({"hip_ir_deg": on_index(10)}, {"MOB_HIP", "MANUAL"}),
        ({"patellar_tilt": on_index("hypomobile")}, {"MANUAL"}),
        ({"ely_knee_flexion_deg": on_index(100)}, {"FLEX_QUAD"}),
        ({"thomas_hip_deg": on_index(10)}, {"FLEX_HIPFLEX"}),
        ({"hamstring_pke_deg": on_index(50)}, {"FLEX_HAM"}),
        ({"gastroc_df_deg": on_index(5)}, {"FLEX_CALF"}),
        ({"ober": on_index("positive")}, {"FLEX_ITB"}),
        ({"piriformis_tight": on_index("marked")}, {"FLEX_PIRI"}),
        ({"cadence_spm": 150}, {"GAIT_CADENCE"}),
        ({"overstride": "marked"}, {"GAIT_CUES"}),
        ({"pelvic_drop_deg": on_index(6)}, {"GAIT_CUES", "COORD"}),
        ({"next_morning_worse": True}, {"CROSS_TRAIN"}),
        (STOPPED, {"CROSS_TRAIN", "RTR"}),
        ({"gait_walking": "antalgic"}, {"CROSS_TRAIN", "RTR"}),
        ({"shoe_km": 800}, {"FOOTWEAR"}),
        ({"fpi": on_index(fpi(-5))}, {"FOOTWEAR"}),
        ({"warm_up_usual": "none"}, {"WARMUP"}),
        ({"sleep_hours": 5}, {"RECOVERY"}),
        ({"triggers": {"prolonged_sitting": 3}}, {"SITTING"}),
        ({"triggers": {"prolonged_sitting": 2}}, set()),
        ({"tsk11_total": 29}, {"FEAR"}),
        ({"age_years": 17}, {"ADOLESCENT"}),
        ({"age_years": 18}, set()),
        ({"age_years": 8}, {"ADOLESCENT"}),
    ],
)
def test_what_brings_a_block(changes, more):
    assert set(plan(**changes).blocks_included) == PLAIN | more


def test_blocks_are_printed_in_the_order_of_the_specification():
    blocks = plan(
        **IRRITABLE,
        hip_ext_mmt=on_index(3),
        sls_rating=on_index("poor"),
        wblt_cm=on_index(5),
        cadence_spm=150,
        shoe_km=900,
        warm_up_usual="none",
        age_years=16,
    ).blocks_included

    order = [block.id for block in shipped_rulebook().blocks]
    assert list(blocks) == sorted(blocks, key=order.index)
    assert order[:8] == [*ALWAYS[:5], "ISO_QUAD", "GMAX_STR", "COORD"]
    assert order[-2:] == ["REVIEW", "MAINTAIN"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"nprs_worst_7d": 3}, "PAIN_BELOW_THRESHOLD"),
        ({"nprs_worst_7d": 3, "skin_tape_problem": True}, "PAIN_BELOW_THRESHOLD"),
        ({"skin_tape_problem": True}, "SKIN_CONTRAINDICATION"),
        ({"skin_tape_problem": False}, None),
        ({"tape_trial": {"pre": 6, "post": 3}}, None),
        ({"tape_trial": {"pre": 7, "post": 3}}, None),
        ({"tape_trial": {"pre": 5, "post": 3}}, "TRIAL_NO_BENEFIT"),
        ({"tape_trial": {"pre": 0, "post": 0}}, "TRIAL_NO_BENEFIT"),
        ({"tape_trial": {"pre": 1, "post": 0}}, None),
        ({"tape_trial": {"pre": 6, "post": 4}, "skin_tape_problem": True}, "SKIN_CONTRAINDICATION"),
    ],
)
def test_tape(changes, reason):
    found = plan(**changes)

    assert found.blocks_excluded.get("TAPE") == reason
    assert ("TAPE" in found.blocks_included) is (reason is None)


@pytest.mark.parametrize(
    ("total", "trial", "reason"),
    [
        (6, None, None),
        (5, None, "NO_INDICATION"),
        (None, None, "NO_INDICATION"),
        (6, {"pre": 5, "post": 4}, None),
        (0, {"pre": 5, "post": 4}, None),
        (None, {"pre": 5, "post": 4}, None),
        (6, {"pre": 5, "post": 5}, "TRIAL_NO_BENEFIT"),
        (0, {"pre": 5, "post": 6}, "TRIAL_NO_BENEFIT"),
        (6, {"pre": 0, "post": 0}, "TRIAL_NO_BENEFIT"),
    ],
)
def test_inserts(total, trial, reason):
    foot = None if total is None else on_index(fpi(total))
    found = plan(fpi=foot, orthosis_trial=trial)

    assert found.blocks_excluded.get("FOOT_ORTH") == reason
    assert ("FOOT_ORTH" in found.blocks_included) is (reason is None)


@pytest.mark.parametrize(
    ("changes", "cadence", "rtr"),
    [
        (NOT_RUNNER, "NOT_RUNNER", "NOT_RUNNER"),
        ({"is_runner": None, "run_status": None}, "NOT_RUNNER", "NOT_RUNNER"),
        ({}, "NOT_ASSESSED", "STILL_RUNNING"),
        ({"cadence_spm": 160}, "CADENCE_ADEQUATE", "STILL_RUNNING"),
        ({"cadence_spm": 159}, None, "STILL_RUNNING"),
        (STOPPED | {"cadence_spm": 159}, None, None),
        (STOPPED, "NOT_ASSESSED", None),
        (NOT_RUNNER | {"cadence_spm": 140}, "NOT_RUNNER", "NOT_RUNNER"),
    ],
)
def test_why_running_blocks_stay_out(changes, cadence, rtr):
    excluded = plan(**changes).blocks_excluded

    assert (excluded.get("GAIT_CADENCE"), excluded.get("RTR")) == (cadence, rtr)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "NO_INDICATION"),
        ({"cold_problem": True}, "NO_INDICATION"),
        (IRRITABLE, None),
        (IRRITABLE | {"cold_problem": False}, None),
        (IRRITABLE | {"cold_problem": True}, "COLD_CONTRAINDICATION"),
        ({"effusion": on_index("trace")}, None),
        ({"effusion": on_index("1+")}, None),
        ({"effusion": on_index("0")}, "NO_INDICATION"),
        ({"effusion": {"L": "1+"}}, "NO_INDICATION"),
        ({"effusion": on_index("trace"), "cold_problem": True}, "COLD_CONTRAINDICATION"),
    ],
)
def test_ice_is_an_option_at_most(changes, reason):
    found = plan(**changes)

    assert found.blocks_excluded.get("ICE") == reason
    assert ("ICE" in found.blocks_optional) is (reason is None)
    assert "ICE" not in found.blocks_included


@pytest.mark.parametrize(
    ("changes", "optional"),
    [
        ({}, ()),
        (IRRITABLE, ("ICE", "MEDS_ADVICE")),
        ({"skin_tape_problem": True}, ("BRACE",)),
        ({"skin_tape_problem": True, "nprs_worst_7d": 3}, ()),
        ({"knee_ext_mmt": on_index(4), "knee_ext_test_nprs": on_index(4)}, ("BFR",)),
        ({"knee_ext_mmt": on_index(4), "knee_ext_test_nprs": on_index(3)}, ()),
        ({"knee_ext_mmt": on_index(5), "knee_ext_test_nprs": on_index(9)}, ()),
        ({"knee_ext_mmt": on_index(4), "knee_ext_test_nprs": {"L": 9}}, ()),
        (
            IRRITABLE
            | {
                "skin_tape_problem": True,
                "knee_ext_mmt": on_index(4),
                "knee_ext_test_nprs": on_index(4),
            },
            ("ICE", "MEDS_ADVICE", "BRACE", "BFR"),
        ),
    ],
)
def test_optional_blocks(changes, optional):
    assert plan(**changes).blocks_optional == optional


@pytest.mark.parametrize(
    "barred", ["bfr_contraindication", "pregnant", "anticoagulant_or_bleeding"]
)
def test_each_contraindication_keeps_cuff_work_out(barred):
    offered = {"knee_ext_mmt": on_index(4), "knee_ext_test_nprs": on_index(4)}

    assert plan(**offered, **{barred: False}).blocks_optional == ("BFR",)
    assert plan(**offered, **{barred: True}).blocks_optional == ()


def test_treatments_never_generated_are_always_listed_and_the_list_is_sorted():
    excluded = plan(nprs_worst_7d=3).blocks_excluded

    assert excluded["DRY_NEEDLING"] == excluded["BIOPHYSICAL"] == "GUIDELINE_AGAINST"
    assert list(excluded) == [
        "BIOPHYSICAL",
        "DRY_NEEDLING",
        "FOOT_ORTH",
        "GAIT_CADENCE",
        "ICE",
        "MANUAL",
        "RTR",
        "TAPE",
    ]


@pytest.mark.parametrize(
    ("changes", "waiting"),
    [
        ({"cadence_spm": 150, "overstride": "marked"}, ()),
        (STOPPED | {"cadence_spm": 150, "overstride": "marked"}, ("GAIT_CADENCE", "GAIT_CUES")),
        ({"cadence_spm": 150, "gait_walking": "antalgic"}, ("GAIT_CADENCE",)),
        ({"cadence_spm": 150, "next_morning_worse": True}, ()),
        (STOPPED, ()),
    ],
)
def test_gait_work_waits_for_the_first_jog(changes, waiting):
    found = plan(**changes)

    assert found.blocks_start_with_rtr == waiting
    assert set(waiting) <= set(found.blocks_included)


@pytest.mark.parametrize(
    ("blocks", "missing"),
    [
        (("EDU_CORE", "KNEE_STR"), ()),
        (("MANUAL", "EDU_CORE"), ("KNEE_STR",)),
        ((), ("EDU_CORE", "KNEE_STR")),
    ],
)
def test_rest_alone_and_hands_on_alone_lack_the_essentials(blocks, missing):
    assert missing_essentials(blocks, shipped_rulebook()) == missing
