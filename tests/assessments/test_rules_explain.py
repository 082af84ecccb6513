"""Every line has a record that says why, what is unknown, and what was not asked."""

import pytest

from assessments.library.rulebook import shipped_rulebook
from assessments.rules.explain import check_as_dict
from tests.assessments.case_files import all_cases, case_input
from tests.assessments.rules_charts import drafted, drafted_from, fpi, on_index

DRAFTING = [case["case"] for case in all_cases() if case["case"] not in (6, 7)]


def record(found, target):
    return next(each for each in found.explanations if each.target == target)


def said(found, target):
    """Return the findings of one record as (field, side, value, operator, threshold, met)."""
    return [tuple(check[:6]) for check in record(found, target).findings]


@pytest.mark.parametrize("number", DRAFTING)
def test_every_line_has_exactly_one_record(number):
    found = drafted_from(case_input(number))
    plan = found.plan
    lines = {
        "included": list(plan.blocks_included),
        "optional": list(plan.blocks_optional),
        "excluded": [*plan.blocks_excluded, *plan.exercises_removed],
    }

    for outcome, targets in lines.items():
        assert [e.target for e in found.explanations if e.outcome == outcome] == targets


@pytest.mark.parametrize("number", DRAFTING)
def test_every_record_is_whole(number):
    rulebook = shipped_rulebook()
    for each in drafted_from(case_input(number)).explanations:
        assert each.evidence
        assert rulebook.wordings[each.wording_id]
        assert each.rule_id.endswith(each.target)
        assert (each.reason != "") is (each.outcome == "excluded")
        always = each.target in rulebook.block_by_id and rulebook.kind(each.target) == "always"
        never = each.target in rulebook.never_by_id
        assert bool(each.findings) is not (always or never)


@pytest.mark.parametrize("number", DRAFTING)
def test_every_known_comparison_of_a_record_agrees_with_its_line(number):
    """A comparison that contradicts its line would be a reason against it."""
    for each in drafted_from(case_input(number)).explanations:
        assert [check for check in each.findings if check.met is False] == []


def comparison(field, side, value, operator, threshold, met="yes"):
    return {
        "field": field,
        "side": side,
        "value": value,
        "operator": operator,
        "threshold": threshold,
        "met": met,
    }


def test_the_example_of_the_specification():
    seen = {"CPG19": "R", "COL18": "V", "BAR11": "V", "TREK": "V", "MAT20": "V", "WILLY19E": "S"}

    assert record(drafted_from(case_input(4)), "FOOT_ORTH").as_dict() == {
        "target": "FOOT_ORTH",
        "outcome": "included",
        "reason": None,
        "rule_id": "D4-FOOT_ORTH",
        "findings": [
            comparison("fpi_total", "L", 6, ">=", 6),
            comparison("orthosis_trial.post", None, 3, "<=", 4),
        ],
        "evidence": [{"source": source, "tag": tag} for source, tag in seen.items()],
        "grade": "A",
        "grade_checked": False,
        "articles": ["SC", "SE"],
        "strength": "moderate",
        "wording_id": "block.FOOT_ORTH",
        "not_asked": [],
    }


def test_inserts_without_a_trial_say_that_none_was_made():
    assert said(drafted(fpi=on_index(fpi(7))), "FOOT_ORTH") == [
        ("fpi_total", "R", 7, ">=", 6, True),
        ("orthosis_trial", None, None, "not recorded", None, True),
    ]


def test_a_side_difference_names_both_sides():
    assert said(drafted(wblt_cm=on_index(10, 13)), "MOB_ANKLE") == [
        ("wblt_cm", "L-R", 3, ">=", 2, True)
    ]


def test_an_unknown_comparison_stays_in_the_record_as_unknown():
    assert said(drafted(hip_ext_mmt=on_index(3)), "GMAX_STR") == [
        ("lsi_pct.hip_ext", "R", None, "<", 90, None),
        ("hip_ext_force_n", "R", None, "not recorded", None, True),
        ("hip_ext_mmt", "R", 3, "<=", 4, True),
    ]
    unknown = record(drafted(hip_ext_mmt=on_index(3)), "GMAX_STR").findings[0]
    assert check_as_dict(unknown)["met"] == "unknown"


def test_what_keeps_a_line_out_is_said_too():
    found = drafted(cadence_spm=168, overstride="none", effusion=on_index("0"))

    assert said(found, "GAIT_CADENCE") == [
        ("cadence_spm", None, 168, ">=", 160, True),
        ("overstride", None, "none", "not in", ("mild", "marked"), True),
    ]
    assert said(found, "ICE") == [
        ("effusion", "R", "0", "not in", ("trace", "1+"), True),
        ("irritability", None, "MODERATE", "is not", "HIGH", True),
    ]
    assert record(found, "ICE").rule_id == "D5-ICE"
    assert record(found, "ICE").wording_id == "excluded.ICE.NO_INDICATION"


def test_the_reason_of_an_exclusion_is_its_own_comparison():
    assert said(drafted(nprs_worst_7d=3), "TAPE") == [("nprs_worst_7d", None, 3, "<", 4, True)]
    assert said(drafted(skin_tape_problem=True), "TAPE") == [
        ("skin_tape_problem", None, True, "is", True, True)
    ]
    assert ("tape_trial.post", None, 4, ">", 3, True) in said(
        drafted(tape_trial={"pre": 6, "post": 4}, skin_tape_problem=False), "TAPE"
    )


def test_a_word_of_the_result_brings_what_led_to_it():
    assert said(drafted(nprs_worst_7d=8), "MEDS_ADVICE") == [
        ("irritability", None, "HIGH", "is", "HIGH", True),
        ("nprs_worst_7d", None, 8, ">=", 7, True),
    ]


def test_an_exercise_taken_out_has_a_record_of_its_own():
    found = drafted(ober=on_index("positive"), anticoagulant_or_bleeding=True)
    taken = record(found, "EX47")

    assert (taken.outcome, taken.reason, taken.rule_id) == ("excluded", "CA09", "D6-EX47")
    assert said(found, "EX47") == [("anticoagulant_or_bleeding", None, True, "is", True, True)]


OFFERED = {"knee_ext_mmt": on_index(4), "knee_ext_test_nprs": on_index(4)}


@pytest.mark.parametrize(
    ("changes", "target", "fields"),
    [
        ({}, "TAPE", ("skin_tape_problem",)),
        ({"skin_tape_problem": False}, "TAPE", ()),
        ({"skin_tape_problem": "not_tested"}, "TAPE", ("skin_tape_problem",)),
        ({"nprs_worst_7d": 3}, "TAPE", ()),
        ({"ober": on_index("positive")}, "FLEX_ITB", ("anticoagulant_or_bleeding",)),
        ({"hamstring_pke_deg": on_index(60)}, "FLEX_HAM", ("anticoagulant_or_bleeding",)),
        ({"wblt_cm": on_index(5)}, "MANUAL", ("anticoagulant_or_bleeding",)),
        ({"effusion": on_index("trace")}, "ICE", ("cold_problem",)),
        ({"effusion": on_index("trace"), "cold_problem": False}, "ICE", ()),
        ({}, "ICE", ()),
        (
            OFFERED,
            "BFR",
            ("bfr_contraindication", "pregnant", "anticoagulant_or_bleeding"),
        ),
        (
            OFFERED | {"pregnant": False},
            "BFR",
            ("bfr_contraindication", "anticoagulant_or_bleeding"),
        ),
        ({}, "KNEE_STR", ()),
    ],
)
def test_a_line_says_which_contraindication_was_not_asked(changes, target, fields):
    assert record(drafted(**changes), target).not_asked == fields


def test_what_must_be_asked_before_issuing_is_listed_once():
    found = drafted(**OFFERED, ober=on_index("positive"), hamstring_pke_deg=on_index(60))

    assert found.unasked == (
        "anticoagulant_or_bleeding",
        "skin_tape_problem",
        "bfr_contraindication",
        "pregnant",
    )
    assert drafted(skin_tape_problem=False).unasked == ()


def test_weak_and_default_lines_say_so():
    found = drafted(ober=on_index("positive"), knee_flex_mmt=on_index(3))
    printed = {each.target for each in found.explanations if each.prints_strength}

    assert {"FLEX_ITB", "HAM_STR", "LOAD_MGMT"} <= printed
    assert not {"EDU_CORE", "KNEE_STR", "HIP_STR", "TAPE"} & printed


def test_decisions_carry_what_led_to_them():
    decisions = drafted(run_status="stopped", symptom_duration_weeks=60).decisions

    assert set(decisions) == {"irritability", "severity", "start_phase", "run_action", "band"}
    assert [tuple(c[:6]) for c in decisions["run_action"].checks] == [
        ("run_status", None, "stopped", "is", "stopped", True)
    ]
    assert decisions["band"].checks[0].field == "symptom_duration_weeks"


def test_no_draft_has_no_records():
    blocked = drafted(rf_locked="yes")

    assert (blocked.explanations, blocked.unasked, blocked.decisions) == ((), (), {})
