"""A record answers None to what is not known and tells the reasons apart."""

from decimal import Decimal

import pytest

from assessments.findings import NOT_TESTED, Findings

KNEE = Findings(
    {
        "affected_side": "L",
        "index_side": "L",
        "nprs_now": 0,
        "sleep_hours": NOT_TESTED,
        "goals": None,
        "pain_quality": ["sharp", "dull_ache"],
        "next_morning_worse": False,
        "rf_locked": "maybe",
        "rf_systemic": "no",
        "triggers.running": 4,
        "hip_ir_deg": {"L": 30, "R": NOT_TESTED},
        "wblt_cm": {"R": Decimal("9.0")},
        "ober": NOT_TESTED,
        "fpi": {"L": {"arch": 1}},
        "tsk11_items": [1, None, 2],
        "psfs": [None, 3, None],
        "akps": {},
    }
)


def test_values_without_sides():
    assert KNEE.value("nprs_now") == 0
    assert KNEE.value("next_morning_worse") is False
    assert KNEE.value("pain_quality") == ("dull_ache", "sharp")
    assert KNEE.value("triggers.running") == 4
    assert KNEE.value("sleep_hours") is None
    assert KNEE.value("goals") is None
    assert KNEE.value("stress_0_10") is None


def test_an_odd_red_flag_answer_is_no_answer():
    assert KNEE.value("rf_systemic") == "no"
    assert KNEE.value("rf_locked") is None
    assert KNEE.state("rf_locked") == "missing"


def test_sides():
    assert KNEE.side("hip_ir_deg", "L") == 30
    assert KNEE.side("hip_ir_deg", "R") is None
    assert KNEE.index("hip_ir_deg") == 30
    assert KNEE.other("hip_ir_deg") is None
    assert KNEE.index("wblt_cm") is None
    assert KNEE.other("wblt_cm") == Decimal("9.0")
    assert KNEE.index("fpi") == {"arch": 1}
    assert KNEE.index("knee_flexion_deg") is None


def test_index_and_other_side():
    right = Findings({"index_side": "R", "affected_side": "BOTH"})
    assert (KNEE.index_side, KNEE.other_side, KNEE.both) == ("L", "R", False)
    assert (right.index_side, right.other_side, right.both) == ("R", "L", True)


def test_without_an_index_side_no_side_is_read():
    nobody = Findings({"hip_ir_deg": {"L": 30, "R": 30}})
    assert (nobody.index_side, nobody.other_side, nobody.both) == (None, None, False)
    assert nobody.index("hip_ir_deg") is None
    assert nobody.other("hip_ir_deg") is None


@pytest.mark.parametrize(
    ("field_id", "side", "state"),
    [
        ("nprs_now", None, "known"),
        ("pain_quality", None, "known"),
        ("sleep_hours", None, "not_tested"),
        ("goals", None, "missing"),
        ("hip_ir_deg", "L", "known"),
        ("hip_ir_deg", "R", "not_tested"),
        ("hip_ir_deg", None, "known"),
        ("wblt_cm", "L", "missing"),
        ("wblt_cm", None, "known"),
        ("ober", "R", "not_tested"),
        ("ober", None, "not_tested"),
        ("hop_single_cm", None, "missing"),
        ("akps", None, "missing"),
    ],
)
def test_known_not_tested_and_missing_differ(field_id, side, state):
    assert KNEE.state(field_id, side) == state
    assert KNEE.known(field_id, side) is (state == "known")


def test_not_tested_on_one_side_outranks_missing():
    assert Findings({"ober": {"R": NOT_TESTED}}).state("ober") == "not_tested"


def test_nothing_chosen_is_an_answer():
    nothing = Findings({"pain_location": [], "tenderness_sites": {"L": []}})
    assert nothing.value("pain_location") == ()
    assert nothing.known("pain_location")
    assert nothing.side("tenderness_sites", "L") == ()


def test_lists_have_one_place_per_item():
    assert KNEE.value("tsk11_items") == (1, None, 2, *[None] * 8)
    assert KNEE.value("psfs") == (None, 3)
    assert Findings({"lefs_items": [None] * 20}).values == {}


def test_equal_findings_are_equal_however_they_were_written():
    one = Findings({"ober": NOT_TESTED, "nprs_now": 1, "goals": None})
    two = Findings({"nprs_now": 1, "ober": {"L": NOT_TESTED, "R": NOT_TESTED}})
    assert one == two
    assert list(one.values) == list(two.values)


def test_a_record_does_not_change():
    source = {"hip_ir_deg": {"L": 30}}
    findings = Findings(source)
    source["hip_ir_deg"]["L"] = 5
    assert findings.side("hip_ir_deg", "L") == 30
    with pytest.raises(TypeError):
        findings.values["nprs_now"] = 3
    with pytest.raises(TypeError):
        findings.values["hip_ir_deg"]["L"] = 3
    with pytest.raises(AttributeError):
        findings.values = {}


@pytest.mark.parametrize(
    "ask",
    [
        lambda: KNEE.value("nprs_nwo"),
        lambda: KNEE.value("hip_ir_deg"),
        lambda: KNEE.side("nprs_now", "L"),
        lambda: KNEE.side("hip_ir_deg", "left"),
        lambda: KNEE.index("nprs_now"),
        lambda: KNEE.other("nprs_now"),
        lambda: KNEE.state("nprs_now", "L"),
        lambda: KNEE.state("elbow"),
        lambda: KNEE.known("hip_ir_deg", "both"),
        lambda: Findings({"elbow": 1}),
        lambda: Findings({"hip_ir_deg": 30}),
        lambda: Findings({"hip_ir_deg": {"left": 30}}),
        lambda: Findings({"akps": 86}),
        lambda: Findings({"psfs": 4}),
    ],
)
def test_a_misspelt_question_is_an_error_and_never_a_missing_value(ask):
    with pytest.raises(ValueError):
        ask()
