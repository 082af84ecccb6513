"""What nobody recorded never counts as normal, and left and right are the same rules."""

import pytest

from assessments.findings import FIELDS
from tests.assessments.case_files import all_cases
from tests.assessments.rules_charts import PLAIN, drafted, drafted_from, on_index

OTHER = {"L": "R", "R": "L", "L-R": "R-L", "R-L": "L-R", "BOTH": "BOTH", None: None}
DRAFTING = [case for case in all_cases() if case["case"] not in (6, 7)]
REQUIRED = {
    *("age_years", "sex_at_birth", "index_side", "affected_side", "onset_type", "pain_location"),
    *("symptom_duration_weeks", "nprs_now", "nprs_worst_7d", "settle_minutes", "gate_override"),
}
# What a score rests on: without any one of them it is unknown.
MADE_OF = {
    "lsi_pct.heel_raise": ("heel_raise_reps",),
    "fpi_total": ("fpi",),
    "lsd_total": ("lsd",),
    "akps_total": ("akps",),
    "heel_raise_pct_norm": ("heel_raise_reps",),
    "load_change_pct": ("usual_week_km", "peak_week_km"),
    "session_spike_pct": ("longest_run_prior30d_km", "longest_run_km"),
    "new_starter": ("usual_week_km", "peak_week_km"),
}
# A manual grade counts only where no force is recorded.
BY_HAND = {"HIP_WEAK", "GMAX_WEAK", "QUAD_WEAK", "HAM_WEAK"}


def optional_findings(raw):
    questions = tuple(name for name in raw if name.startswith(("rf_", "okr_")))
    return [name for name in raw if name not in REQUIRED and name not in questions]


def without(raw, name):
    return {key: value for key, value in raw.items() if key != name}


def rests_on(field):
    """Return the findings without which a compared field is unknown."""
    if field in MADE_OF:
        return MADE_OF[field]
    head, _, part = field.partition(".")
    if head == "lsi_pct":
        return (f"{part}_force_n",)
    if head == "torque_nm_per_kg_index":
        return (f"{part}_force_n", f"{part}_lever_m", "body_mass_kg")
    return (head,)


def knows(check, name):
    """Does this comparison claim to know something that rests on ``name``?"""
    asked = "recorded" not in check.operator
    return asked and check.met is not None and name in rests_on(check.field)


@pytest.mark.parametrize("case", DRAFTING, ids=lambda case: f"case {case['case']}")
def test_a_finding_taken_away_is_unknown_wherever_it_was_read(case):
    raw = case["input"]
    for name in optional_findings(raw):
        found = drafted_from(without(raw, name))
        checks = [check for each in found.explanations for check in each.findings]
        checks += [check for decision in found.decisions.values() for check in decision.checks]

        assert [check for check in checks if knows(check, name)] == [], name


@pytest.mark.parametrize("case", DRAFTING, ids=lambda case: f"case {case['case']}")
def test_a_finding_taken_away_finds_nothing_new_and_closes_no_gap(case):
    raw = case["input"]
    before = drafted_from(raw).classification
    for name in optional_findings(raw):
        if name == "triggers":
            continue
        after = drafted_from(without(raw, name)).classification
        new = set(after.classified.found) - set(before.classified.found)

        assert new <= (BY_HAND if name.endswith("_force_n") else set()), name
        if name != "is_runner":
            assert set(before.not_assessed) <= set(after.not_assessed), name


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: f"case {case['case']}")
def test_not_tested_gives_the_same_result_as_nothing_recorded(case):
    raw = case["input"]
    for name in optional_findings(raw):
        if name in FIELDS and FIELDS[name].required:
            continue
        marked = {"L": "not_tested", "R": "not_tested"}
        value = marked if name in FIELDS and FIELDS[name].sided else "not_tested"

        assert (
            drafted_from(raw | {name: value}).as_dict()
            == drafted_from(without(raw, name)).as_dict()
        ), name


def mirrored(raw):
    """Return the same person with everything on the other side."""
    swapped = {}
    for name, value in raw.items():
        if name in ("index_side", "affected_side"):
            value = OTHER[value]
        elif name in FIELDS and FIELDS[name].sided:
            value = {OTHER[side]: each for side, each in value.items()}
        swapped[name] = value
    return swapped


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: f"case {case['case']}")
def test_the_mirror_image_gets_the_same_plan_for_the_other_side(case):
    here, there = drafted_from(case["input"]), drafted_from(mirrored(case["input"]))

    assert there.as_dict() == here.as_dict()
    sides_here = [check.side for each in here.explanations for check in each.findings]
    sides_there = [check.side for each in there.explanations for check in each.findings]
    assert sides_there == [OTHER[side] for side in sides_here]


@pytest.mark.parametrize("case", DRAFTING, ids=lambda case: f"case {case['case']}")
def test_two_sore_knees_compare_no_strength(case):
    found = drafted_from(case["input"] | {"affected_side": "BOTH"})

    assert "lsi_pct" not in found.metrics.as_dict()
    checks = [check for each in found.explanations for check in each.findings]
    assert {check.met for check in checks if check.field.startswith("lsi_pct")} <= {None}


@pytest.mark.parametrize(
    ("age", "cautions", "ladder", "pain_limit", "band"),
    [
        (8, ("CA01",), True, 3, "B"),
        (16, ("CA01",), True, 3, "B"),
        (17, ("CA01",), True, 3, "B"),
        (18, (), False, 4, "A"),
    ],
)
def test_growing_up(age, cautions, ladder, pain_limit, band):
    found = drafted(age_years=age, symptom_duration_weeks=4)

    assert found.gate.cautions == cautions
    assert ("ADOLESCENT" in found.plan.blocks_included) is ladder
    assert found.plan.pain_limit_exercise == pain_limit
    assert found.prognosis.band == band


def test_the_same_hip_sign_at_sixteen_and_at_seventeen():
    young, grown = (drafted(age_years=age, rf_hip_sign="yes").gate for age in (16, 17))

    assert (young.red_flags, grown.red_flags) == (("RF12",), ("RF13",))


def test_without_an_index_side_nothing_of_a_side_is_read():
    raw = without(PLAIN, "index_side") | {
        "patellar_apprehension": on_index("positive", "positive"),
        "effusion": on_index("3+", "3+"),
        "tenderness_sites": on_index(["fat_pad"], ["fat_pad"]),
        "age_years": 12,
        "hip_ir_deg": on_index(5, 40),
    }
    gate = drafted_from(raw).gate

    assert (gate.red_flags, gate.cautions) == ((), ("CA01",))
    assert (gate.alternative_diagnoses, gate.missing) == ((), ("index_side",))


def test_drafting_again_gives_the_same_result():
    for case in all_cases():
        assert drafted_from(case["input"]) == drafted_from(case["input"])
