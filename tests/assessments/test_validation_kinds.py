"""What each kind of finding accepts and refuses, and where a fault is said to be."""

from datetime import date
from types import MappingProxyType

import pytest

from assessments.findings import FIELDS, NOT_TESTED, RefusedError, parse, parse_part, parse_value
from assessments.findings.faults import Fault
from tests.assessments.case_files import case_input

ALL_FPI = dict.fromkeys(FIELDS["fpi"].part_ids, 0)


def faults(raw):
    parsed = parse(raw)
    assert (parsed.findings is None) is bool(parsed.faults)
    return [str(fault) for fault in parsed.faults]


def one(field_id, raw, side=None):
    return parse_value(FIELDS[field_id], raw, side=side)


def said(field_id, raw, side=None):
    with pytest.raises(RefusedError) as caught:
        one(field_id, raw, side)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("raw", [None, "text", 3, [], [{}], True])
def test_an_assessment_is_an_object(raw):
    (line,) = faults(raw)
    assert line.startswith("must be an object with named findings, not ")


def test_nothing_recorded_is_no_fault():
    parsed = parse({})
    assert (parsed.faults, parsed.warnings, dict(parsed.findings.values)) == ((), (), {})


@pytest.mark.parametrize("field_id", FIELDS)
def test_null_is_not_recorded(field_id):
    name = field_id.removeprefix("triggers.")
    raw = {"triggers": {name: None}} if name != field_id else {field_id: None}
    parsed = parse(raw)
    assert (parsed.faults, parsed.warnings) == ((), ())
    assert parsed.findings.state(field_id) == "missing"


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.id)
def test_not_tested_is_an_answer_to_every_optional_finding(field):
    name = field.id.removeprefix("triggers.")
    raw = {"triggers": {name: NOT_TESTED}} if name != field.id else {field.id: NOT_TESTED}
    parsed = parse(raw)
    if field.required and field.kind != "yes_no":
        assert faults(raw) == [f"{field.id}: is required and cannot be marked not tested"]
    else:
        assert (parsed.faults, parsed.warnings) == ((), ())
        assert parsed.findings.state(field.id) == "not_tested"


def test_not_tested_on_one_side():
    parsed = parse({"hip_ir_deg": {"L": NOT_TESTED, "R": 30}})
    assert parsed.findings.state("hip_ir_deg", "L") == "not_tested"
    assert parsed.findings.side("hip_ir_deg", "R") == 30


def test_all_triggers_not_tested_at_once():
    findings = parse({"triggers": NOT_TESTED}).findings
    assert findings.state("triggers.running") == "not_tested"
    assert findings.state("triggers.walking") == "not_tested"
    assert parse({"triggers": None}).findings.values == {}


@pytest.mark.parametrize("raw", [True, False, 1, "Yes", "maybe", ["yes"], {"L": "yes"}, "y" * 9999])
def test_another_red_flag_answer_counts_as_unanswered(raw):
    parsed = parse({"rf_systemic": raw})
    assert parsed.faults == ()
    assert parsed.findings.value("rf_systemic") is None
    (warning,) = parsed.warnings
    assert str(warning).endswith(" is neither yes nor no and counts as unanswered")
    assert len(str(warning)) < 120


def test_yes_and_no():
    findings = parse({"rf_systemic": "yes", "okr_fibula_tender": "no"}).findings
    assert findings.value("rf_systemic") == "yes"
    assert findings.value("okr_fibula_tender") == "no"


@pytest.mark.parametrize("raw", ["true", "yes", 1, 0, 1.0, [], {}])
def test_true_or_false_is_nothing_else(raw):
    assert said("pregnant", raw)[0].startswith("pregnant: must be true or false, not ")


def test_true_and_false_are_kept():
    assert one("pregnant", True) is True
    assert one("warmth", False, "R") is False


@pytest.mark.parametrize("raw", [0, 1, True, "4+", "", ["0"], {"grade": "0"}, "0 "])
def test_a_code_is_one_of_the_dictionary(raw):
    assert said("effusion", raw, "L")[0].startswith(
        "effusion.L: must be one of 0, trace, 1+, 2+, 3+, not "
    )


def test_codes_are_kept():
    assert one("effusion", "3+", "L") == "3+"
    assert one("effusion", {"L": "trace"}) == {"L": "trace"}


def test_a_choice_of_several():
    assert one("pain_quality", ["sharp", "dull_ache"]) == ("dull_ache", "sharp")
    assert one("pain_quality", ("sharp", "sharp")) == ("sharp",)
    assert one("pain_location", []) == ()
    assert said("pain_quality", "sharp") == ['pain_quality: must be a list, not "sharp"']
    assert said("tenderness_sites", ["elbow", 4, "fat_pad"], "R") == [
        "tenderness_sites.R: must be one of "
        f"{', '.join(FIELDS['tenderness_sites'].codes)}, not {shown}"
        for shown in ('"elbow"', "4")
    ]


def test_text():
    assert one("goals", " run again\n") == " run again\n"
    assert one("goals", "x" * 1000) == "x" * 1000
    assert one("goals", " \n ") is None
    assert said("goals", "x" * 1001) == ["goals: is longer than 1000 characters"]
    assert said("goals", 5) == ["goals: must be text, not 5"]
    for broken in ("a\0b", "a\ud800", "\udfffb"):
        assert said("goals", broken) == ["goals: holds a character that cannot be stored"]
    assert one("goals", "\ud7ff\ue000") == "\ud7ff\ue000"


def test_akps_letters():
    assert one("akps", {"limp": "a", "walking": None}) == {"limp": "a"}
    assert one("akps", {}) is None
    assert said("akps", {"limp": "d", "knees": "a", "pain": 1}) == [
        'akps: has no part "knees"',
        'akps.limp: must be one of a, b, c, not "d"',
        "akps.pain: must be one of a, b, c, d, e, not 1",
    ]
    assert said("akps", "aaaaaaaaaaaaa")[0].startswith("akps: must be an object with limp, support")


def test_forms_with_numbered_items():
    assert one("koos_pf_items", [1, None, 3]) == (1, None, 3, *[None] * 8)
    assert one("tsk11_items", [None] * 11) is None
    assert one("lefs_items", []) is None
    assert one("psfs", [4, None]) == (4,)
    assert one("psfs", (0, 10, 5, 5, 5)) == (0, 10, 5, 5, 5)
    assert said("psfs", []) == ["psfs: must hold 1 to 5 whole numbers, not 0"]
    assert said("psfs", [1] * 6) == ["psfs: must hold 1 to 5 whole numbers, not 6"]
    assert said("lefs_items", [4] * 21) == ["lefs_items: must hold 0 to 20 whole numbers, not 21"]
    assert said("koos_pf_items", {"1": 2}) == ["koos_pf_items: must be a list, not {…}"]
    assert said("tsk11_items", [1, "2", True, NOT_TESTED]) == [
        'tsk11_items.2: must be a number, not "2"',
        "tsk11_items.3: must be a number, not true",
        'tsk11_items.4: must be a number, not "not_tested"',
    ]


def test_wells_items():
    assert one("wells", {"previous_dvt": True, "calf_3cm_larger": False}) == {
        "previous_dvt": True,
        "calf_3cm_larger": False,
    }
    assert one("wells", {"previous_dvt": None}) is None
    assert said("wells", {"previous_dvt": 1}) == [
        "wells.previous_dvt: must be true or false, not 1"
    ]


def test_a_bare_date_in_an_override_is_its_text():
    override = {"reason": "MRI", "cleared_by": "letter", "date": date(2026, 1, 12)}
    assert one("gate_override", override)["date"] == "2026-01-12"


def test_sides():
    assert one("hip_ir_deg", {"L": 30, "R": None}) == {"L": 30}
    assert one("hip_ir_deg", MappingProxyType({"R": 1})) == {"R": 1}
    assert one("hip_ir_deg", {}) is None
    assert one("hip_ir_deg", NOT_TESTED) == {"L": NOT_TESTED, "R": NOT_TESTED}
    assert one("hip_ir_deg", NOT_TESTED, "L") == NOT_TESTED
    assert one("hip_ir_deg", None, "L") is None
    assert one("hip_ir_deg", 30, "L") == 30
    assert said("hip_ir_deg", 30) == ["hip_ir_deg: needs one value per side, L and R, not 30"]
    assert said("hip_ir_deg", {"left": 30, 1: 2}) == [
        'hip_ir_deg: has no side "left"',
        "hip_ir_deg: has no side 1",
    ]
    assert said("hip_ir_deg", 30, "left") == ["hip_ir_deg: needs a side, L or R"]
    assert said("nprs_now", 3, "L") == ["nprs_now: has no sides"]
    assert said("nprs_now", {"L": 3}) == ["nprs_now: must be a number, not {…}"]
    assert one("nprs_now", 3, "") == 3


def test_one_part_at_a_time():
    assert parse_part(FIELDS["fpi"], "arch", -2, side="R") == -2
    assert parse_part(FIELDS["akps"], "limp", "c") == "c"
    assert parse_part(FIELDS["psfs"], "5", None) is None
    for field_id, part, raw, side in [
        ("fpi", "arch", 3, "R"),
        ("fpi", "arch", 1, None),
        ("akps", "limp", "a", "L"),
    ]:
        with pytest.raises(RefusedError):
            parse_part(FIELDS[field_id], part, raw, side=side)
    with pytest.raises(KeyError):
        parse_part(FIELDS["akps"], "knees", "a")


def test_an_unknown_key_is_a_fault():
    assert faults({"elbow": 1, 3: 1, "": 1, "a\nb": 1, "k" * 99: 1}) == [
        "elbow: is not in the data dictionary",
        "3: is not in the data dictionary",
        '"": is not in the data dictionary',
        '"a\\nb": is not in the data dictionary',
        f'"{"k" * 40}…": is not in the data dictionary',
    ]


def test_triggers_are_one_object():
    assert faults({"triggers.running": 4}) == ["triggers.running: belongs inside triggers"]
    assert faults({"triggers": [4]}) == [
        "triggers: must be an object with one number each, not […]"
    ]
    assert faults({"triggers": {"running": 11, "flying": 1, 2: 2}}) == [
        'triggers: has no part "flying"',
        "triggers: has no part 2",
        "triggers.running: must be between 0 and 10, not 11",
    ]
    assert parse({"triggers": {"running": 4}}).findings.value("triggers.running") == 4


def test_every_fault_is_told_in_the_order_of_the_dictionary():
    raw = case_input(1) | {
        "hip_abd_force_n": {"L": -1, "R": "148"},
        "elbow": 3,
        "fpi": {"L": ALL_FPI | {"arch": 3}, "R": ALL_FPI},
        "nprs_worst_7d": 0,
        "triggers": {"running": 5.5},
        "age_years": 7,
    }
    assert faults(raw) == [
        "age_years: must be between 8 and 100, not 7",
        "nprs_worst_7d: must be at least nprs_now (1)",
        "nprs_worst_7d: must be at least nprs_avg_7d (3)",
        "triggers.running: must be a whole number, not 5.5",
        "fpi.arch.L: must be between -2 and 2, not 3",
        "hip_abd_force_n.L: must be between 0 and 1500, not -1",
        'hip_abd_force_n.R: must be a number, not "148"',
        "elbow: is not in the data dictionary",
    ]


def test_a_fault_can_be_said_in_another_language():
    fault = parse({"age_years": 7}).faults[0]
    german = {
        "must be between {low} and {high}, not {value}": (
            "muss zwischen {low} und {high} liegen, nicht {value}"
        )
    }
    assert fault.said(german.__getitem__) == "muss zwischen 8 und 100 liegen, nicht 7"
    assert fault.item == "age_years"
    assert Fault("age_years", "", "given twice").said(str.upper) == "GIVEN TWICE"
    assert str(Fault("fpi", "L", "odd", "arch")) == "fpi.arch.L: odd"


def test_values_with_braces_do_not_break_a_message():
    assert faults({"{low}": 1}) == ["{low}: is not in the data dictionary"]
    assert said("effusion", "{codes}", "L")[0].endswith('not "{codes}"')


def test_the_ten_cases_are_accepted():
    for number in range(1, 11):
        assert faults(case_input(number)) == []
