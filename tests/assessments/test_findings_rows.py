"""Findings survive storage exactly."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.findings import FIELDS, NOT_TESTED, Findings, Row, flatten, parse, unflatten
from tests.assessments.case_files import all_cases


def numbers(field):
    steps = 10**field.decimals
    whole = st.integers(int(field.hard.low * steps), int(field.hard.high * steps))
    if field.kind == "int":
        return whole
    return whole.map(lambda count: Decimal(count).scaleb(-field.decimals))


def words(longest):
    return st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
        min_size=1,
        max_size=min(longest, 60),
    ).filter(str.strip)


def part_values(field, part):
    if field.kind == "letters":
        return st.sampled_from(part.codes)
    if field.kind == "bool_object":
        return st.booleans()
    if field.kind == "text_object":
        return words(field.longest)
    return st.integers(int(part.hard.low), int(part.hard.high))


def objects(field):
    each = {part.id: part_values(field, part) for part in field.parts}
    if field.complete:
        return st.fixed_dictionaries(each)
    return st.fixed_dictionaries({}, optional=each)


def lists(field):
    item = st.none() | part_values(field, field.parts[0])
    return st.lists(item, min_size=field.fewest, max_size=len(field.parts))


def one_side(field):
    kinds = {
        "int": numbers,
        "decimal": numbers,
        "bool": lambda _field: st.booleans(),
        "choice": lambda field: st.sampled_from(field.codes),
        "yes_no": lambda field: st.sampled_from(field.codes),
        "multi": lambda field: st.lists(st.sampled_from(field.codes)),
        "text": lambda field: words(field.longest),
        "int_list": lists,
    }
    value = kinds.get(field.kind, objects)(field)
    return value if field.required else st.just(NOT_TESTED) | value


def whole(field):
    value = one_side(field)
    if not field.sided:
        return value
    return st.fixed_dictionaries({}, optional={"L": value, "R": value})


records = st.fixed_dictionaries({}, optional={name: whole(f) for name, f in FIELDS.items()})


@settings(max_examples=150, deadline=None)
@given(records)
def test_round_trip_is_exact(values):
    findings = Findings(values)
    rows = flatten(findings)
    assert unflatten(rows) == findings
    assert unflatten(reversed(rows)) == findings
    assert flatten(unflatten(rows)) == rows


@settings(max_examples=100, deadline=None)
@given(records)
def test_rows_are_unique_and_of_the_right_kind(values):
    rows = flatten(Findings(values))
    assert len({(row.item, row.side) for row in rows}) == len(rows)
    for row in rows:
        assert row.side in ("", "L", "R")
        assert row.number is None or (row.state == "known" and row.text == "")


@settings(max_examples=100, deadline=None)
@given(records)
def test_what_is_valid_is_read_field_by_field(values):
    """Every generated value is one the dictionary accepts; only rules across fields object."""
    raw = {name: value for name, value in values.items() if not name.startswith("triggers.")}
    raw["triggers"] = {
        name.removeprefix("triggers."): value
        for name, value in values.items()
        if name.startswith("triggers.")
    }
    parsed = parse(raw)
    crossed = {"index_side", "nprs_worst_7d", "run_status"}
    assert {fault.field for fault in parsed.faults} <= crossed
    assert parsed.findings is None or parsed.findings == Findings(values)


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: f"case {case['case']}")
def test_the_ten_cases_survive(case):
    findings = parse(case["input"]).findings
    rows = flatten(findings)
    stored = [
        Row(
            row.item,
            row.side,
            row.state,
            row.number and row.number.quantize(Decimal("0.001")),
            row.text,
        )
        for row in rows
    ]
    assert unflatten(stored) == findings


def test_how_each_kind_is_stored():
    findings = Findings(
        {
            "age_years": 31,
            "sleep_hours": Decimal("7.5"),
            "pregnant": False,
            "warmth": {"L": True},
            "effusion": {"L": "1+", "R": NOT_TESTED},
            "rf_systemic": "yes",
            "goals": "run, again",
            "pain_quality": ["sharp", "dull_ache"],
            "pain_location": [],
            "triggers.running": 4,
            "akps": {"limp": "b"},
            "psfs": [4, None, 0],
            "fpi": {"R": {"talar_head": -2}},
            "wells": {"previous_dvt": True, "active_cancer": False},
            "tape_trial": {"pre": 6, "post": 3},
            "gate_override": {"reason": "MRI, clear"},
            "lefs_items": NOT_TESTED,
        }
    )
    assert set(flatten(findings)) == {
        Row("age_years", "", number=Decimal(31)),
        Row("sleep_hours", "", number=Decimal("7.5")),
        Row("pregnant", "", number=Decimal(0)),
        Row("warmth", "L", number=Decimal(1)),
        Row("effusion", "L", text="1+"),
        Row("effusion", "R", "not_tested"),
        Row("rf_systemic", "", text="yes"),
        Row("goals", "", text="run, again"),
        Row("pain_quality", "", text="dull_ache,sharp"),
        Row("pain_location", "", text=""),
        Row("triggers.running", "", number=Decimal(4)),
        Row("akps.limp", "", text="b"),
        Row("psfs.1", "", number=Decimal(4)),
        Row("psfs.3", "", number=Decimal(0)),
        Row("fpi.talar_head", "R", number=Decimal(-2)),
        Row("wells.active_cancer", "", number=Decimal(0)),
        Row("wells.previous_dvt", "", number=Decimal(1)),
        Row("tape_trial.pre", "", number=Decimal(6)),
        Row("tape_trial.post", "", number=Decimal(3)),
        Row("gate_override.reason", "", text="MRI, clear"),
        Row("lefs_items", "", "not_tested"),
    }
    assert unflatten(flatten(findings)) == findings


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (Row("elbow", "", number=Decimal(1)), "elbow is not in the dictionary"),
        (Row("akps.knees", "", text="a"), "akps.knees is not in the dictionary"),
        (Row("elbow.limp", "", text="a"), "elbow.limp is not in the dictionary"),
        (Row("nprs_now", "L", number=Decimal(1)), "nprs_now has no sides"),
        (Row("hip_ir_deg", "", number=Decimal(1)), "hip_ir_deg needs a side"),
        (Row("fpi.arch", "", number=Decimal(1)), "fpi.arch needs a side"),
        (Row("fpi", "L", text="1"), "fpi is stored part by part"),
        (Row("nprs_now", "", text="3"), "nprs_now holds no number"),
        (Row("pregnant", ""), "pregnant holds no number"),
    ],
)
def test_a_row_that_makes_no_sense_is_an_error(row, why):
    with pytest.raises(ValueError, match=f"^{why}$"):
        unflatten([row])
