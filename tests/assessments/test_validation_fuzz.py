"""Whatever arrives, reading it ends in findings or in clear lines, never in an exception."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.findings import FIELDS, RefusedError, flatten, parse, parse_value, unflatten
from assessments.scoring.metrics import metrics

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-3, 500),
    st.sampled_from(
        [10**400, -(10**400), 1e308, 5e-324, Decimal("1E+999999"), Decimal("1E-999999")]
    ),
    st.floats(),
    st.decimals(),
    st.text(max_size=30),
    st.sampled_from(["not_tested", "L", "R", "BOTH", "yes", "no", "a", "x" * 5000, "\0", "\ud800"]),
    st.binary(max_size=3),
    st.dates(),
)
names = st.one_of(
    st.sampled_from(["L", "R", "pre", "post", "arch", "limp", "running", "reason", "1"]),
    st.text(max_size=5),
    st.integers(),
    st.none(),
)
junk = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(names, inner, max_size=6),
    max_leaves=12,
)
keys = st.one_of(st.sampled_from([*FIELDS, "triggers"]), names)


def check_lines(faults):
    for fault in faults:
        line = str(fault)
        assert "\n" not in line
        assert line.isprintable()
        assert len(line) < 400


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(keys, junk, max_size=12) | junk)
def test_junk_never_raises(raw):
    parsed = parse(raw)
    check_lines(parsed.faults)
    check_lines(parsed.warnings)
    assert (parsed.findings is None) is bool(parsed.faults)
    if parsed.findings is not None:
        metrics(parsed.findings)
        assert unflatten(flatten(parsed.findings)) == parsed.findings


def faults_of(field, raw, side):
    try:
        parse_value(field, raw, side=side)
    except RefusedError as refused:
        return refused.faults
    return ()


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(list(FIELDS.values())), junk, st.sampled_from([None, "", "L", "R", "X"]))
def test_junk_for_one_finding_is_refused_in_words(field, raw, side):
    faults = faults_of(field, raw, side)
    assert {fault.field for fault in faults} <= {field.id}
    check_lines(faults)


def test_depth_and_size_do_not_matter():
    deep: object = 1
    for _level in range(10_000):
        deep = [deep]
    loop: dict[str, object] = {}
    loop["L"] = loop
    for raw in (deep, loop, {"a": loop}, [0] * 100_000, "9" * 1_000_000, 10**4000):
        for field_id in ("age_years", "hip_ir_deg", "akps", "psfs", "pain_location", "goals"):
            parsed = parse({field_id: raw, "triggers": raw})
            assert parsed.findings is None
            check_lines(parsed.faults[:50])
