"""What a red-flag answer calls for, by the rules of section C run on what a patient said."""

import pytest

from assessments.findings import FIELDS, Findings
from assessments.intake.advice import EMERGENCY, REFER, SAME_DAY, advice_for, concern_of
from assessments.library import shipped
from assessments.rules.gate import QUESTIONS

LIBRARY = shipped()


def concern(age=30, **answers):
    return concern_of(Findings(answers), age, LIBRARY)


@pytest.mark.parametrize(
    ("answers", "age", "level", "flags"),
    [
        ({"rf_chest_symptoms": "yes"}, 30, EMERGENCY, ("RF04",)),
        ({"rf_cauda_equina": "yes"}, 30, EMERGENCY, ("RF05",)),
        ({"rf_neurovascular": "yes"}, 30, EMERGENCY, ("RF03",)),
        ({"rf_hot_joint": "yes", "rf_systemic": "yes"}, 30, EMERGENCY, ("RF01",)),
        ({"rf_hot_joint": "yes", "rf_systemic": "no"}, 30, SAME_DAY, ("RF02",)),
        ({"rf_hot_joint": "yes"}, 30, SAME_DAY, ("RF02",)),
        ({"rf_dvt_suspected": "yes"}, 30, SAME_DAY, ("RF07",)),
        ({"rf_cannot_slr": "yes"}, 30, SAME_DAY, ("RF08",)),
        ({"rf_locked": "yes"}, 30, SAME_DAY, ("RF09",)),
        ({"rf_rapid_effusion": "yes"}, 30, SAME_DAY, ("RF10",)),
        ({"rf_patella_dislocation_acute": "yes"}, 30, SAME_DAY, ("RF11",)),
        ({"okr_cannot_walk_4": "yes"}, 30, SAME_DAY, ("RF23",)),
        ({"rf_hip_sign": "yes"}, 13, SAME_DAY, ("RF12",)),
        ({"rf_hip_sign": "yes", "is_runner": True}, 30, SAME_DAY, ("RF13",)),
        ({"rf_hip_sign": "yes", "is_runner": False}, 30, REFER, ("RF22",)),
        ({"rf_hip_sign": "yes", "is_runner": False}, None, SAME_DAY, ()),
        ({"rf_cancer_pattern": "yes"}, 30, REFER, ("RF14",)),
        ({"rf_giving_way_true": "yes"}, 30, REFER, ("RF15",)),
        ({"rf_patella_instability": "yes"}, 30, REFER, ("RF16",)),
        ({"rf_multi_joint": "yes"}, 30, REFER, ("RF17",)),
        ({"rf_bone_stress_knee": "yes"}, 30, REFER, ("RF19",)),
        ({"rf_neuro_referred": "yes"}, 30, REFER, ("RF20",)),
        ({"rf_recent_surgery": "yes"}, 30, REFER, ("RF21",)),
        (
            {"rf_inflammatory_history": "yes", "morning_stiffness_min": 30},
            30,
            REFER,
            ("RF17",),
        ),
        ({"rf_locked": "yes", "rf_giving_way_true": "yes"}, 30, SAME_DAY, ("RF09", "RF15")),
        ({"onset_type": "direct_blow", "injury_days_ago": 3}, 60, SAME_DAY, ("RF06",)),
    ],
)
def test_the_strongest_level_and_every_flag(answers, age, level, flags):
    found = concern(age, **answers)
    assert (found.level, found.flags) == (level, flags)
    assert found.fields == tuple(name for name in QUESTIONS if answers.get(name) == "yes")
    assert set(found.urgent) <= set(found.fields)


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"rf_hot_joint": "no", "rf_locked": "no"},
        {"rf_systemic": "yes"},
        {"rf_red_s_risk": "yes"},
        {"rf_inflammatory_history": "yes"},
        {"nprs_now": 10},
    ],
)
def test_where_no_rule_has_anything_to_say_nothing_is_said(answers):
    assert concern(**answers) is None


def test_an_age_outside_the_dictionary_counts_as_unknown():
    assert concern(5, rf_hip_sign="yes").level == SAME_DAY
    assert concern(105, rf_hip_sign="yes").level == SAME_DAY


def test_more_than_was_known_is_news():
    found = concern(rf_locked="yes", rf_giving_way_true="yes")
    assert found.is_news(set(), set())
    assert found.is_news({"RF09"}, {"rf_locked"})
    assert not found.is_news({"RF09", "RF15"}, {"rf_locked", "rf_giving_way_true"})


def test_only_what_is_behind_the_strongest_level_is_named():
    found = concern(rf_locked="yes", rf_giving_way_true="yes", rf_systemic="yes")
    assert found.urgent == ("rf_locked",)
    assert found.fields == ("rf_locked", "rf_giving_way_true")
    said = advice_for(found, LIBRARY, number="911", country="CA").said
    assert said == ("Since something happened the knee is stuck and will not straighten",)


def test_what_other_answers_add_up_to_names_none_of_them():
    found = concern(60, onset_type="direct_blow", injury_days_ago=3)
    assert advice_for(found, LIBRARY, number="911", country="CA").said == ()


def test_the_emergency_number_is_that_of_the_place():
    advice = advice_for(concern(rf_chest_symptoms="yes"), LIBRARY, number="112", country="DE")
    assert advice.phrase.title == "Call 112 now"


@pytest.mark.parametrize(("country", "said"), [("CA", "811"), ("GB", "111"), ("XX", "")])
def test_a_helpline_is_named_where_the_library_knows_one(country, said):
    helpline = advice_for(concern(rf_locked="yes"), LIBRARY, number="911", country=country).helpline
    assert (said in helpline) if said else helpline == ""


@pytest.mark.parametrize("name", ["rf_chest_symptoms", "rf_locked", "rf_giving_way_true"])
def test_no_advice_says_that_there_is_no_red_flag(name):
    advice = advice_for(concern(**{name: "yes"}), LIBRARY, number="911", country="CA")
    said = " ".join([advice.phrase.title, advice.phrase.text, *advice.phrase.items]).lower()
    for soothing in ("no red flag", "nothing serious", "all clear", "safe to"):
        assert soothing not in said


def test_every_red_flag_a_patient_can_answer_is_asked():
    answered_by_hand = {"okr_patella_tender", "okr_fibula_tender"}
    asked = {name for name in QUESTIONS if FIELDS[name].asked}
    assert set(QUESTIONS) - asked == answered_by_hand
