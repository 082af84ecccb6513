"""What nobody recorded and would change a draft: each claim is tried by really recording it."""

from decimal import Decimal

import pytest

from assessments.findings import FIELDS
from assessments.library.rulebook import shipped_rulebook
from assessments.rules.chart import Chart
from assessments.rules.draft import draft
from assessments.rules.unknown import unknown
from assessments.scoring.metrics import metrics
from tests.assessments.case_files import all_cases
from tests.assessments.rules_charts import chart_of, drafted, findings_of

DRAFTING = [case for case in all_cases() if case["case"] not in (6, 7)]


def gaps(**changes):
    found = unknown(chart_of(**changes), shipped_rulebook())
    return {(each.field, each.side): each for each in found}


def test_an_unasked_skin_problem_could_take_tape_out_and_offer_a_brace():
    found = gaps(nprs_worst_7d=5)["skin_tape_problem", None]
    assert found.drops == ("TAPE",)
    assert found.offers == ("BRACE",)
    assert found.brings == ()


def test_what_was_recorded_is_no_gap():
    found = gaps(nprs_worst_7d=5, skin_tape_problem=False)
    assert ("skin_tape_problem", None) not in found


def test_an_answer_that_decides_nothing_is_not_listed():
    assert ("cadence_spm", None) in gaps()
    assert ("cadence_spm", None) not in gaps(is_runner=False, run_status="not_runner")


def test_a_gap_can_move_the_phase():
    settled = {
        "nprs_worst_7d": 2,
        "nprs_now": 0,
        "settle_minutes": 10,
        "triggers": {"squatting": 1},
    }
    assert drafted(**settled).plan.start_phase == "P3"
    found = gaps(**settled)["sls_rating", "R"]
    assert found.brings == ("COORD",)
    assert found.decisions["start_phase"] == ("P2",)


def test_a_gap_of_the_other_knee_is_none():
    assert all(side != "L" for _field, side in gaps())


@pytest.mark.parametrize("case", DRAFTING, ids=lambda case: f"case {case['case']}")
def test_every_claim_holds_when_the_answer_is_really_recorded(case):
    """For each gap that is one field of the chart, some answer does what is claimed of it."""
    rulebook = shipped_rulebook()
    findings = findings_of(case["input"])
    before = draft(findings, rulebook).plan
    tried = 0
    for gap in unknown(Chart(findings, metrics(findings)), rulebook):
        field = FIELDS.get(gap.field)
        if field is None or field.parts or (gap.side and len(gap.side) > 1):
            continue  # a score, or a difference of sides: made of more than one field
        tried += 1
        brought, dropped, offered, phases = set(), set(), set(), set()
        for answer in _answers(field):
            value = {gap.side: answer} if field.sided else answer
            filled = {**case["input"]}
            if field.sided and gap.field in filled:
                filled[gap.field] = {**filled[gap.field], **value}
            elif "." in gap.field:
                group, name = gap.field.split(".")
                filled[group] = {**filled.get(group, {}), name: value}
            else:
                filled[gap.field] = value
            plan = draft(findings_of(filled), rulebook).plan
            brought |= set(plan.blocks_included) - set(before.blocks_included)
            dropped |= set(before.blocks_included) - set(plan.blocks_included)
            offered |= set(plan.blocks_optional) - set(before.blocks_optional)
            phases |= {plan.start_phase} - {before.start_phase}
        assert set(gap.brings) == brought, gap.field
        assert set(gap.drops) == dropped, gap.field
        assert set(gap.offers) == offered, gap.field
        assert set(gap.decisions.get("start_phase", ())) == phases, gap.field
    assert tried


def _answers(field):
    """Every code, or whole numbers within the limits: each of them, or a hundred."""
    if field.choices:
        return field.codes
    if field.kind == "bool":
        return (True, False)
    low, high = field.hard
    steps = range(int(low), int(high) + 1, max(1, int(high - low) // 100))
    return steps if field.kind == "int" else [Decimal(each) for each in steps]
