"""Limits of every number in the dictionary: at the line, one step inside, one step outside."""

from decimal import Decimal

import pytest

from assessments.findings import FIELDS, Field, RefusedError, limit_warnings, parse, parse_value

NUMBERS = [field for field in FIELDS.values() if field.kind in ("int", "decimal")]
WITH_PART_LIMITS = [
    (field, part) for field in FIELDS.values() for part in field.parts if part.hard.low is not None
]
every_number = pytest.mark.parametrize("field", NUMBERS, ids=lambda field: field.id)


def step(field: Field) -> Decimal:
    return Decimal(1).scaleb(-field.decimals)


def one_side(field: Field) -> str | None:
    return "L" if field.sided else None


def refused(field: Field, raw: object) -> list[str]:
    with pytest.raises(RefusedError) as caught:
        parse_value(field, raw, side=one_side(field))
    return [str(fault) for fault in caught.value.faults]


@every_number
def test_hard_limits_are_inside(field: Field):
    for end in field.hard:
        value = parse_value(field, end, side=one_side(field))
        assert value == end
        assert type(value) is (int if field.kind == "int" else Decimal)


@every_number
def test_one_step_inside_a_hard_limit_is_accepted(field: Field):
    for inside in (field.hard.low + step(field), field.hard.high - step(field)):
        assert parse_value(field, inside, side=one_side(field)) == inside


@every_number
def test_one_step_outside_a_hard_limit_is_refused(field: Field):
    place = f"{field.id}.L" if field.sided else field.id
    for outside in (field.hard.low - step(field), field.hard.high + step(field)):
        assert refused(field, outside) == [
            f"{place}: must be between {field.hard.low} and {field.hard.high}, not {outside}"
        ]


@every_number
def test_a_value_finer_than_the_field_is_refused(field: Field):
    finer = field.hard.low + step(field) / 10
    word = "whole number" if field.kind == "int" else "too many decimals"
    assert word in refused(field, finer)[0]


@every_number
def test_warnings_start_one_step_outside_the_usual_band(field: Field):
    for end, outward in zip(field.warn, (-1, 1), strict=True):
        if end is None:
            continue
        outside = end + outward * step(field)
        assert limit_warnings(field, end) == ()
        assert limit_warnings(field, end - outward * step(field)) == ()
        assert [w.field for w in limit_warnings(field, outside, side="L")] == [field.id]


@every_number
def test_a_number_is_never_read_from_something_else(field: Field):
    good = str(field.hard.high)
    for raw in (good, True, False, "", [], {}, [good], float("nan"), Decimal("sNaN"), b"5"):
        assert "must be a number" in refused(field, raw)[0]
    for raw in (float("inf"), Decimal("-Infinity")):
        assert "must be a number" in refused(field, raw)[0]
    for raw in (1e308, -1e308, 10**400, -(10**400), Decimal("1E+999999")):
        assert "must be between" in refused(field, raw)[0]
    assert len(refused(field, Decimal("0." + "3" * 5000))[0]) < 200


@pytest.mark.parametrize(
    ("field", "part"), WITH_PART_LIMITS, ids=lambda value: getattr(value, "id", "")
)
def test_limits_of_parts(field, part):
    def answered(number):
        if field.kind == "int_list":
            return [part.hard.low] * (int(part.id) - 1) + [number]
        return {each.id: each.hard.low for each in field.parts} | {part.id: number}

    for end in part.hard:
        value = parse_value(field, answered(end), side=one_side(field))
        assert (value[int(part.id) - 1] if field.kind == "int_list" else value[part.id]) == end
    for outside in (part.hard.low - 1, part.hard.high + 1):
        place = f"{field.id}.{part.id}" + (".L" if field.sided else "")
        limits = f"between {part.hard.low} and {part.hard.high}"
        assert refused(field, answered(outside)) == [f"{place}: must be {limits}, not {outside}"]


@pytest.mark.parametrize(
    ("field_id", "raw", "value"),
    [
        ("sleep_hours", 8.5, "8.5"),
        ("sleep_hours", 8, "8.0"),
        ("sleep_hours", Decimal("7.50"), "7.5"),
        ("sleep_hours", -0.0, "0.0"),
        ("hip_abd_lever_m", 0.29, "0.29"),
        ("age_years", 31.0, "31"),
        ("age_years", Decimal("3.1E+1"), "31"),
    ],
)
def test_a_number_is_held_as_it_was_meant(field_id, raw, value):
    assert str(parse_value(FIELDS[field_id], raw)) == value


@pytest.mark.parametrize("text", ["7.55", "7.550", "7.5500", "7.01", "7.0001"])
def test_noughts_at_the_end_do_not_hide_a_decimal(text):
    assert refused(FIELDS["sleep_hours"], Decimal(text)) == [
        f"sleep_hours: has too many decimals ({text}); at most 1"
    ]


def test_limits_warn_and_save_when_a_whole_assessment_is_read():
    parsed = parse({"nprs_now": 8, "hip_ir_deg": {"L": 19, "R": 61}, "age_years": 60})
    assert parsed.faults == ()
    assert parsed.findings.side("hip_ir_deg", "L") == 19
    assert [str(warning) for warning in parsed.warnings] == [
        "nprs_now: 8 is unusually high (above 7): are you sure?",
        "hip_ir_deg.L: 19 is unusual (outside 20 to 60): are you sure?",
        "hip_ir_deg.R: 61 is unusual (outside 20 to 60): are you sure?",
    ]


def test_low_confidence_is_asked_about_and_high_confidence_is_not():
    field = FIELDS["adherence_confidence"]
    assert [str(warning) for warning in limit_warnings(field, 4)] == [
        "adherence_confidence: 4 is unusually low (below 5): are you sure?"
    ]
    assert limit_warnings(field, 10) == ()


def test_only_numbers_have_unusual_values():
    assert limit_warnings(FIELDS["pregnant"], True) == ()
    assert limit_warnings(FIELDS["fpi"], {"L": {"arch": 2}}) == ()
    assert limit_warnings(FIELDS["hip_ir_deg"], {"L": "not_tested"}) == ()
