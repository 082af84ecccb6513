"""The data dictionary is complete and each entry makes sense on its own."""

import re

import pytest

from assessments.findings import FIELDS, SECTIONS, Field, fields_of
from assessments.findings.dictionary import position
from assessments.scoring.instruments import AKPS_POINTS, FPI_ITEMS, LSD_ITEMS, WELLS_MINUS_TWO

IDS_BY_SECTION = {
    "person": """
        age_years sex_at_birth height_cm body_mass_kg affected_side index_side sports goals
        training_limited sitting_hours_per_day occupation_knee_load
        """,
    "history": """
        onset_type injury_days_ago xray_since_injury symptom_duration_weeks symptom_course
        previous_episodes pain_location pain_quality nprs_now nprs_worst_7d nprs_avg_7d
        settle_minutes next_morning_worse morning_stiffness_min night_pain_mechanical
        continued_through_pain failed_prior_rehab adherence_confidence rest_days_per_week
        sleep_hours stress_0_10 warm_up_usual pregnant anticoagulant_or_bleeding
        skin_tape_problem cold_problem bfr_contraindication
        """,
    "load": """
        is_runner running_level run_status usual_week_km peak_week_km longest_run_prior30d_km
        longest_run_km current_week_km abrupt_change other_load_spike shoe_km shoe_condition
        shoe_fit_ok shoe_type
        """,
    "triggers": """
        triggers.running triggers.downhill triggers.stairs_up triggers.stairs_down
        triggers.squatting triggers.lunging triggers.prolonged_sitting
        triggers.rising_from_chair triggers.jumping triggers.kneeling triggers.pivoting
        triggers.cycling triggers.walking
        """,
    "instruments": "akps koos_pf_items psfs lefs_items tsk11_items tsk11_total",
    "red_flags": """
        rf_hot_joint rf_systemic rf_neurovascular rf_chest_symptoms rf_cauda_equina
        rf_dvt_suspected rf_cannot_slr rf_locked rf_rapid_effusion rf_patella_dislocation_acute
        rf_hip_sign rf_cancer_pattern rf_giving_way_true rf_patella_instability rf_multi_joint
        rf_inflammatory_history rf_bone_stress_knee rf_neuro_referred rf_recent_surgery
        rf_red_s_risk okr_patella_tender okr_fibula_tender okr_cannot_walk_4 wells gate_override
        """,
    "observation": """
        gait_walking standing_alignment q_angle_deg effusion warmth crepitus tenderness_sites
        patellar_tilt patellar_glide patellar_apprehension quads_girth_cm fpi
        midfoot_width_diff_mm navicular_drop_mm beighton
        """,
    "mobility": """
        knee_flexion_deg knee_extension_deg hip_ir_deg hip_er_deg wblt_cm wblt_deg
        gastroc_df_deg thomas_hip_deg ely_knee_flexion_deg hamstring_pke_deg ober
        piriformis_tight
        """,
    "strength": """
        hip_abd_force_n hip_abd_lever_m hip_abd_mmt hip_er_force_n hip_er_lever_m hip_er_mmt
        hip_ext_force_n hip_ext_lever_m hip_ext_mmt knee_ext_force_n knee_ext_lever_m
        knee_ext_mmt knee_ext_test_nprs knee_flex_force_n knee_flex_lever_m knee_flex_mmt
        hip_abd_mode heel_raise_reps side_plank_s
        """,
    "function": "lsd step_down_nprs sls_rating sls_fppa_deg hop_single_cm",
    "running": """
        run_speed_kmh cadence_spm strike_pattern overstride pelvic_drop_deg
        hip_adduction_peak_deg knee_valgus_run trunk_lean_deg
        """,
    "trials": "tape_trial orthosis_trial",
}
REQUIRED = {
    "age_years",
    "sex_at_birth",
    "index_side",
    "affected_side",
    "onset_type",
    "symptom_duration_weeks",
    "nprs_now",
    "nprs_worst_7d",
    "settle_minutes",
    "pain_location",
}
every_field = pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS.keys())


def test_there_are_157_findings():
    assert len(FIELDS) == 157


def test_each_section_holds_exactly_its_findings_in_order():
    assert {code: [f.id for f in fields_of(code)] for code, _label in SECTIONS} == {
        section: ids.split() for section, ids in IDS_BY_SECTION.items()
    }


def test_an_unknown_section_has_no_findings():
    assert fields_of("elbow") == ()


def test_findings_keep_the_order_of_the_sections():
    wanted = [name for ids in IDS_BY_SECTION.values() for name in ids.split()]
    assert list(FIELDS) == wanted
    assert [position(name) for name in wanted] == list(range(157))


def test_triggers_sort_as_one_and_strangers_last():
    assert position("triggers") == position("triggers.running")
    assert position("no_such_finding") == 157


def test_what_a_draft_needs_is_required():
    questions = {name for name, field in FIELDS.items() if field.kind == "yes_no"}
    assert {name for name, field in FIELDS.items() if field.required} == REQUIRED | questions
    assert len(questions) == 23


@every_field
def test_an_entry_explains_itself(field: Field):
    assert field.label
    assert field.how
    assert field.why
    assert field.source
    assert field.who in ("patient", "clinician")
    assert not re.search(r"\b(RF|CA|EX)\d\d\b|_[A-Z]{3}", field.why + field.how + field.label)


@every_field
def test_every_number_has_limits_and_every_choice_has_choices(field: Field):
    numeric = field.kind in ("int", "decimal")
    assert (field.hard.low is not None and field.hard.high is not None) is numeric
    assert (field.decimals > 0) is (field.kind == "decimal")
    assert bool(field.choices) is (field.kind in ("choice", "multi", "yes_no"))
    assert bool(field.longest) is (field.kind in ("text", "text_object"))
    in_parts = ("letters", "int_list", "int_object", "bool_object", "text_object")
    assert bool(field.parts) is (field.kind in in_parts)


@every_field
def test_warnings_lie_within_the_limits(field: Field):
    if field.warn.low is not None:
        assert field.hard.low <= field.warn.low
    if field.warn.high is not None:
        assert field.warn.high <= field.hard.high


@every_field
def test_codes_are_unique_and_can_be_joined_with_commas(field: Field):
    codes = [*field.codes, *field.part_ids, *(c for part in field.parts for c in part.codes)]
    assert all(code and "," not in code for code in codes)
    assert len(set(field.codes)) == len(field.codes)
    assert len(set(field.part_ids)) == len(field.part_ids)
    assert all(label for _code, label in field.choices)
    assert all(part.label for part in field.parts)


def test_parts_of_lists_and_objects():
    assert {name: len(f.parts) for name, f in FIELDS.items() if f.parts} == {
        "akps": 13,
        "koos_pf_items": 11,
        "psfs": 5,
        "lefs_items": 20,
        "tsk11_items": 11,
        "wells": 10,
        "gate_override": 3,
        "fpi": 6,
        "lsd": 5,
        "tape_trial": 2,
        "orthosis_trial": 2,
    }
    assert FIELDS["fpi"].part("arch").label == "Arch"
    with pytest.raises(KeyError):
        FIELDS["fpi"].part("knee")


def test_scores_and_dictionary_speak_of_the_same_items():
    letters = {part.id: len(part.codes) for part in FIELDS["akps"].parts}
    assert letters == {item: len(points) for item, points in AKPS_POINTS.items()}
    assert FIELDS["fpi"].part_ids == FPI_ITEMS
    assert FIELDS["lsd"].part_ids == LSD_ITEMS
    assert WELLS_MINUS_TWO in FIELDS["wells"].part_ids


def test_licensed_forms_ship_without_wording():
    for name in ("koos_pf_items", "lefs_items", "tsk11_items"):
        assert all(re.fullmatch(r"(PF)?\d+", part.label) for part in FIELDS[name].parts)


def test_what_needs_hands_or_eyes_is_not_asked_of_the_patient():
    examined = ("observation", "mobility", "strength", "function", "running", "trials")
    assert {f.who for section in examined for f in fields_of(section)} == {"clinician"}
    assert FIELDS["triggers.squatting"].who == "patient"
    assert FIELDS["rf_hot_joint"].who == "patient"


def test_answers_that_need_hands_or_judgement_are_given_one_by_one():
    assert {name for name, field in FIELDS.items() if field.one_by_one} == {
        "rf_neurovascular",
        "rf_dvt_suspected",
        "rf_cannot_slr",
        "rf_hip_sign",
        "rf_giving_way_true",
        "rf_bone_stress_knee",
        "okr_patella_tender",
        "okr_fibula_tender",
        "okr_cannot_walk_4",
    }
    assert {field.who for field in FIELDS.values() if field.one_by_one} == {"clinician"}


def test_what_a_patient_is_asked_has_a_question_and_known_codes():
    for field in FIELDS.values():
        if field.asked is None:
            continue
        assert field.asked.question
        assert set(field.asked.labels) <= set(field.codes)
        assert all(field.hard.holds(number) for number, _words in field.asked.picks)
        assert field.who == "patient" or field.one_by_one
