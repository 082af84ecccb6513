"""Red flags, cautions, levels and overrides, each line of the specification at its edges."""

import pytest

from tests.assessments.rules_charts import PLAIN, SAFE, assessment, drafted, drafted_from, on_index

BLOW = {"onset_type": "direct_blow"}
TWIST = {"onset_type": "twist_landing"}
OVERRIDE = {"reason": "Seen and cleared", "cleared_by": "Dr Invented", "date": "2027-01-05"}

# What fires, in full, beside the plain chart.
FLAGS = [
    ({"rf_hot_joint": "yes", "rf_systemic": "yes"}, ["RF01"]),
    ({"rf_hot_joint": "yes", "rf_systemic": "no"}, ["RF02"]),
    ({"rf_hot_joint": "yes", "rf_systemic": None}, ["RF02"]),
    ({"rf_hot_joint": "yes", "rf_systemic": "perhaps"}, ["RF02"]),
    ({"rf_hot_joint": None, "rf_systemic": "yes"}, []),
    ({"rf_neurovascular": "yes"}, ["RF03"]),
    ({"rf_chest_symptoms": "yes"}, ["RF04"]),
    ({"rf_cauda_equina": "yes"}, ["RF05"]),
    ({"xray_since_injury": "fracture_found"}, ["RF06"]),
    (BLOW | {"injury_days_ago": 7, "age_years": 55}, ["RF06"]),
    (BLOW | {"injury_days_ago": 7, "age_years": 54}, []),
    (BLOW | {"injury_days_ago": 8, "age_years": 55}, []),
    (TWIST | {"injury_days_ago": 0, "okr_patella_tender": "yes"}, ["RF06"]),
    (TWIST | {"injury_days_ago": 7, "okr_fibula_tender": "yes"}, ["RF06"]),
    (TWIST | {"injury_days_ago": 7, "knee_flexion_deg": on_index(89)}, ["RF06"]),
    (TWIST | {"injury_days_ago": 7, "knee_flexion_deg": on_index(90)}, []),
    (TWIST | {"injury_days_ago": 7, "knee_flexion_deg": {"L": 60}}, []),
    (TWIST | {"injury_days_ago": 7, "okr_cannot_walk_4": "yes"}, ["RF06"]),
    (
        TWIST | {"injury_days_ago": 7, "okr_cannot_walk_4": "yes", "xray_since_injury": "clear"},
        ["RF23"],
    ),
    (
        TWIST | {"injury_days_ago": 7, "okr_patella_tender": "yes", "xray_since_injury": "none"},
        ["RF06"],
    ),
    ({"okr_patella_tender": "yes", "injury_days_ago": 3}, []),
    ({"rf_dvt_suspected": "yes"}, ["RF07"]),
    ({"wells": {"calf_3cm_larger": True, "pitting_oedema": True}}, ["RF07"]),
    ({"wells": {"calf_3cm_larger": True}}, []),
    (
        {"wells": {"calf_3cm_larger": True, "pitting_oedema": True, "alternative_as_likely": True}},
        [],
    ),
    ({"rf_cannot_slr": "yes"}, ["RF08"]),
    ({"rf_locked": "yes"}, ["RF09"]),
    ({"rf_rapid_effusion": "yes"}, ["RF10"]),
    ({"rf_rapid_effusion": "yes", "effusion": on_index("2+")}, ["RF10", "RF18"]),
    ({"effusion": on_index("2+"), "injury_days_ago": 14}, ["RF10"]),
    ({"effusion": on_index("3+"), "injury_days_ago": 15}, ["RF18"]),
    ({"effusion": on_index("2+")}, ["RF18"]),
    (BLOW | {"effusion": on_index("2+")}, ["RF10"]),
    ({"effusion": {"L": "3+"}}, []),
    ({"effusion": on_index("1+")}, []),
    ({"rf_patella_dislocation_acute": "yes"}, ["RF11"]),
    ({"age_years": 8, "rf_hip_sign": "yes"}, ["RF12"]),
    ({"age_years": 16, "rf_hip_sign": "yes"}, ["RF12"]),
    ({"age_years": 16, "hip_ir_deg": on_index(19)}, ["RF12"]),
    ({"age_years": 16, "hip_ir_deg": on_index(20)}, []),
    ({"age_years": 16, "hip_ir_deg": on_index(30, 40)}, ["RF12"]),
    ({"age_years": 16, "hip_ir_deg": on_index(31, 40)}, []),
    ({"age_years": 16, "hip_ir_deg": on_index(40, 30)}, []),
    ({"age_years": 16, "gait_walking": "antalgic"}, ["RF12"]),
    ({"age_years": 17, "gait_walking": "antalgic", "hip_ir_deg": on_index(5)}, []),
    ({"age_years": 17, "rf_hip_sign": "yes"}, ["RF13"]),
    ({"rf_hip_sign": "yes", "is_runner": False, "run_status": None}, ["RF22"]),
    ({"rf_hip_sign": "yes", "is_runner": None}, ["RF22"]),
    ({"rf_hip_sign": "yes", "is_runner": None, "rf_red_s_risk": "yes"}, ["RF13"]),
    ({"rf_cancer_pattern": "yes"}, ["RF14"]),
    ({"rf_giving_way_true": "yes"}, ["RF15"]),
    ({"rf_patella_instability": "yes"}, ["RF16"]),
    ({"patellar_apprehension": on_index("positive")}, ["RF16"]),
    ({"patellar_apprehension": {"L": "positive"}}, []),
    ({"rf_multi_joint": "yes"}, ["RF17"]),
    ({"morning_stiffness_min": 30, "rf_inflammatory_history": "yes"}, ["RF17"]),
    ({"morning_stiffness_min": 29, "rf_inflammatory_history": "yes"}, []),
    ({"morning_stiffness_min": 30, "effusion": on_index("1+")}, ["RF17"]),
    ({"morning_stiffness_min": 30, "effusion": on_index("trace")}, []),
    ({"morning_stiffness_min": 30, "effusion": on_index("2+")}, ["RF17", "RF18"]),
    ({"rf_bone_stress_knee": "yes"}, ["RF19"]),
    ({"rf_neuro_referred": "yes"}, ["RF20"]),
    ({"rf_recent_surgery": "yes"}, ["RF21"]),
    ({"okr_cannot_walk_4": "yes"}, ["RF23"]),
    (TWIST | {"injury_days_ago": 8, "okr_patella_tender": "yes"}, ["RF24"]),
    (TWIST | {"injury_days_ago": 56, "okr_fibula_tender": "yes"}, ["RF24"]),
    (BLOW | {"injury_days_ago": 56, "knee_flexion_deg": on_index(89)}, ["RF24"]),
    (TWIST | {"injury_days_ago": 57, "okr_patella_tender": "yes"}, []),
    (
        TWIST | {"injury_days_ago": 8, "okr_patella_tender": "yes", "xray_since_injury": "clear"},
        [],
    ),
    (
        TWIST
        | {
            "injury_days_ago": 8,
            "okr_patella_tender": "yes",
            "xray_since_injury": "fracture_found",
        },
        ["RF06", "RF24"],
    ),
    ({"injury_days_ago": 8, "okr_patella_tender": "yes"}, []),
    ({"rf_inflammatory_history": "yes", "rf_red_s_risk": "yes"}, []),
]


@pytest.mark.parametrize(("changes", "flags"), FLAGS)
def test_red_flags_fire_exactly_on_their_line(changes, flags):
    assert drafted(**changes).gate.red_flags == tuple(flags)


CAUTIONS = [
    ({}, []),
    ({"age_years": 8}, ["CA01"]),
    ({"age_years": 17}, ["CA01"]),
    ({"age_years": 18}, []),
    ({"age_years": 44}, []),
    ({"age_years": 45}, ["CA02"]),
    ({"effusion": on_index("1+")}, ["CA03"]),
    ({"effusion": on_index("trace", "1+")}, []),
    (BLOW | {"injury_days_ago": 56}, ["CA04"]),
    (BLOW | {"injury_days_ago": 57}, []),
    (TWIST | {"injury_days_ago": 56}, []),
    (BLOW | {"injury_days_ago": 5, "okr_patella_tender": "yes"}, []),
    ({"tenderness_sites": on_index(["patellar_facets"])}, []),
    ({"tenderness_sites": on_index(["patellar_facets", "fat_pad"])}, ["CA05"]),
    ({"tenderness_sites": {"L": ["fat_pad"]}}, []),
    ({"night_pain_mechanical": True}, ["CA06"]),
    ({"pregnant": True}, ["CA07"]),
    ({"rf_red_s_risk": "yes"}, ["CA08"]),
    ({"anticoagulant_or_bleeding": True}, ["CA09"]),
    ({"skin_tape_problem": True}, ["CA10"]),
    ({"cold_problem": True}, ["CA11"]),
    ({"cold_problem": False, "pregnant": False, "skin_tape_problem": False}, []),
    ({"knee_flexion_deg": on_index(109)}, ["CA12"]),
    ({"knee_flexion_deg": on_index(110)}, []),
    ({"knee_extension_deg": on_index(-10)}, ["CA12"]),
    ({"knee_extension_deg": on_index(-9)}, []),
    ({"failed_prior_rehab": True}, ["CA13"]),
    ({"tsk11_total": 36}, ["CA14"]),
    ({"tsk11_total": 35}, []),
    ({"nprs_now": 8, "nprs_worst_7d": 8}, ["CA15"]),
    ({"nprs_now": 7, "nprs_worst_7d": 8}, []),
    ({"pain_location": ["posterior"]}, ["CA16"]),
    ({"triggers": {"squatting": 0}}, ["CA16"]),
    ({"pain_location": ["posterior"], "triggers": {"squatting": 0}}, []),
    ({"morning_stiffness_min": 30}, ["CA17"]),
    ({"morning_stiffness_min": 29}, []),
    ({"morning_stiffness_min": 30, "rf_multi_joint": "yes"}, []),
    ({"pain_location": ["behind_patella", "thigh_or_groin"]}, ["CA19"]),
    ({"pain_location": ["behind_patella", "thigh_or_groin"], "rf_hip_sign": None}, ["CA19"]),
    ({"pain_location": ["behind_patella", "thigh_or_groin"], "rf_hip_sign": "yes"}, []),
]


@pytest.mark.parametrize(("changes", "cautions"), CAUTIONS)
def test_cautions_are_printed_exactly_on_their_line(changes, cautions):
    assert drafted(**changes).gate.cautions == tuple(cautions)


@pytest.mark.parametrize(
    ("sites", "codes"),
    [
        (["tibial_tubercle"], ["OSGOOD_SCHLATTER_OR_TUBERCLE"]),
        (["inferior_pole"], ["PATELLAR_TENDON_OR_SLJ"]),
        (["quad_tendon"], ["QUAD_TENDON"]),
        (["medial_joint_line", "lateral_joint_line"], ["MENISCUS_OR_TFJ"]),
        (["lateral_epicondyle"], ["ITB_SYNDROME"]),
        (["prepatellar", "fat_pad"], ["BURSA", "FAT_PAD"]),
        (["patellar_facets"], []),
        ([], []),
    ],
)
def test_tender_places_name_other_diagnoses_in_order(sites, codes):
    gate = drafted(tenderness_sites=on_index(sites, ["quad_tendon"])).gate

    assert gate.alternative_diagnoses == tuple(codes)


@pytest.mark.parametrize(
    ("location", "trigger", "support"),
    [
        ("behind_patella", {"squatting": 1}, "PFP_LIKELY"),
        ("around_patella", {"squatting": 0, "stairs_up": 1}, "PFP_LIKELY"),
        ("inferior_pole", {"squatting": 1}, "PFP_POSSIBLE"),
        ("behind_patella", {"squatting": 0}, "PFP_POSSIBLE"),
        ("behind_patella", {"squatting": 0, "walking": 9, "kneeling": 9}, "PFP_POSSIBLE"),
        ("behind_patella", {"squatting": 0, "cycling": 9, "pivoting": 9}, "PFP_POSSIBLE"),
        ("posterior", {"squatting": 0}, "PFP_UNLIKELY"),
    ],
)
def test_diagnosis_support_needs_place_and_provocation(location, trigger, support):
    assert drafted(pain_location=[location], triggers=trigger).dx_support == support


@pytest.mark.parametrize(
    "trigger",
    [
        "squatting",
        "stairs_up",
        "stairs_down",
        "prolonged_sitting",
        "lunging",
        "running",
        "downhill",
        "jumping",
        "rising_from_chair",
    ],
)
def test_each_knee_loading_trigger_provokes(trigger):
    assert drafted(triggers={"squatting": 0, trigger: 1}).dx_support == "PFP_LIKELY"


LEVELS = [
    ({}, "CLEAR", "DRAFT"),
    ({"age_years": 45}, "CAUTION", "DRAFT_WITH_CAUTION"),
    ({"rf_systemic": None}, "INCOMPLETE", "INCOMPLETE"),
    ({"rf_systemic": None, "age_years": 45}, "INCOMPLETE", "INCOMPLETE"),
    ({"rf_giving_way_true": "yes", "rf_systemic": None}, "REFER", "BLOCKED"),
    ({"rf_giving_way_true": "yes", "rf_locked": "yes"}, "SAME_DAY", "BLOCKED"),
    (
        {"rf_giving_way_true": "yes", "rf_locked": "yes", "rf_cauda_equina": "yes"},
        "EMERGENCY",
        "BLOCKED",
    ),
    ({"pain_location": ["posterior"], "triggers": {"squatting": 0}}, "CLEAR", "NOT_INDICATED"),
    (
        {"pain_location": ["posterior"], "triggers": {"squatting": 0}, "pregnant": True},
        "CAUTION",
        "NOT_INDICATED",
    ),
]


@pytest.mark.parametrize(("changes", "level", "status"), LEVELS)
def test_the_strongest_level_decides(changes, level, status):
    found = drafted(**changes)

    assert (found.gate.level, found.plan_status) == (level, status)
    no_draft = status not in ("DRAFT", "DRAFT_WITH_CAUTION")
    assert (found.plan is None, found.classification is None, found.prognosis is None) == (
        no_draft,
        no_draft,
        no_draft,
    )


@pytest.mark.parametrize(
    ("changes", "level", "overridden", "cautions"),
    [
        ({"rf_giving_way_true": "yes"}, "CAUTION", ("RF15",), ("CA18",)),
        (
            {"rf_giving_way_true": "yes", "rf_neuro_referred": "yes"},
            "CAUTION",
            ("RF15", "RF20"),
            ("CA18",),
        ),
        ({"rf_giving_way_true": "yes", "rf_cancer_pattern": "yes"}, "REFER", (), ()),
        ({"rf_giving_way_true": "yes", "rf_locked": "yes"}, "SAME_DAY", (), ()),
        ({"rf_giving_way_true": "yes", "rf_systemic": None}, "INCOMPLETE", ("RF15",), ("CA18",)),
        ({}, "CLEAR", (), ()),
    ],
)
def test_an_override_counts_only_when_every_flag_allows_it(changes, level, overridden, cautions):
    gate = drafted(gate_override=OVERRIDE, **changes).gate

    assert (gate.level, gate.overridden, gate.cautions) == (level, overridden, cautions)


@pytest.mark.parametrize(
    "flag",
    [
        "rf_giving_way_true",
        "rf_patella_instability",
        "rf_multi_joint",
        "rf_neuro_referred",
        "rf_recent_surgery",
    ],
)
def test_flags_that_may_be_overridden(flag):
    assert drafted(gate_override=OVERRIDE, **{flag: "yes"}).plan_status == "DRAFT_WITH_CAUTION"


@pytest.mark.parametrize(
    "flag",
    [
        "rf_hot_joint",
        "rf_neurovascular",
        "rf_chest_symptoms",
        "rf_cauda_equina",
        "rf_dvt_suspected",
        "rf_cannot_slr",
        "rf_locked",
        "rf_rapid_effusion",
        "rf_patella_dislocation_acute",
        "rf_hip_sign",
        "rf_cancer_pattern",
        "rf_bone_stress_knee",
        "okr_cannot_walk_4",
    ],
)
def test_flags_that_may_not(flag):
    found = drafted(gate_override=OVERRIDE, **{flag: "yes"})

    assert (found.plan_status, found.gate.overridden) == ("BLOCKED", ())


@pytest.mark.parametrize("question", sorted(SAFE))
@pytest.mark.parametrize("answer", [None, "unsure", "not_tested", True])
def test_a_question_without_yes_or_no_is_unanswered(question, answer):
    gate = drafted(**{question: answer}).gate

    assert (gate.unanswered, gate.level) == ((question,), "INCOMPLETE")


REQUIRED = [
    *("age_years", "sex_at_birth", "index_side", "affected_side", "onset_type"),
    *("symptom_duration_weeks", "nprs_now", "nprs_worst_7d", "settle_minutes", "pain_location"),
    "triggers",
]


@pytest.mark.parametrize("field", REQUIRED)
def test_a_required_finding_that_is_absent_is_missing(field):
    raw = {name: value for name, value in PLAIN.items() if name != field}
    gate = drafted_from(raw).gate

    assert (gate.missing, gate.level) == ((field,), "INCOMPLETE")


def test_a_trigger_scored_zero_is_recorded():
    assert drafted(triggers={"squatting": 0, "walking": 0}).gate.missing == ()


@pytest.mark.parametrize(
    ("onset", "missing"),
    [
        ("gradual", ()),
        ("sudden_no_trauma", ()),
        ("post_surgical", ()),
        ("direct_blow", ("injury_days_ago",)),
        ("twist_landing", ("injury_days_ago",)),
    ],
)
def test_the_day_of_an_injury_is_required_after_one(onset, missing):
    assert drafted(onset_type=onset).gate.missing == missing
    assert drafted(onset_type=onset, injury_days_ago=100).gate.missing == ()


def test_an_empty_chart_is_incomplete_and_lists_everything():
    gate = drafted_from({}).gate

    assert gate.level == "INCOMPLETE"
    assert gate.missing == tuple(sorted(REQUIRED))
    assert gate.unanswered == tuple(sorted(SAFE))
    assert (gate.red_flags, gate.cautions) == ((), ())


def test_reasons_are_kept_for_every_flag_and_caution():
    gate = drafted(age_years=16, hip_ir_deg=on_index(15, 38)).gate

    assert set(gate.because) == {*gate.red_flags, *gate.cautions} == {"RF12", "CA01"}
    decided = {(check.field, check.value) for check in gate.because["RF12"].checks if check.fired}
    assert {("hip_ir_deg", 15), ("hip_ir_deg", 23), ("age_years", 16)} <= decided


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"pain_location": ["posterior"]}, ("pain_location", ("posterior",), "holds none of")),
        ({"triggers": {"squatting": 0}}, ("triggers.squatting", 0, "<")),
    ],
)
def test_an_unsure_diagnosis_says_which_half_is_lacking(changes, lacking):
    checks = drafted(**changes).gate.because["CA16"].checks

    assert [(c.field, c.value, c.operator) for c in checks if c.met] == [lacking]


def test_the_plain_chart_is_clear():
    found = drafted_from(assessment())

    assert found.gate.as_dict() == {
        "level": "CLEAR",
        "red_flags": [],
        "overridden": [],
        "cautions": [],
        "unanswered": [],
        "missing": [],
        "alternative_diagnoses": [],
    }
