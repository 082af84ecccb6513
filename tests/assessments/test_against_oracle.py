"""The rules engine and the second reading of the specification give the same results.

They share no code, so a slip would have to be made twice. Every assessment must also
be accepted as it is: it respects the hard limits and the cross-field rules. CI compares
400 seeds; ``STEPDOWN_ORACLE_N=20000`` is the full run, a few minutes long.
"""

import os
from pathlib import Path

import pytest
import yaml

from assessments.findings import parse
from assessments.library import shipped
from assessments.rules.draft import draft
from tests.assessments.oracle import result
from tests.assessments.oracle.comparison import differences
from tests.assessments.random_assessments import random_assessment

HERE = Path(__file__).parent
SEEDS = int(os.environ.get("STEPDOWN_ORACLE_N", "400"))
TO_SHOW = 5


@pytest.fixture(scope="module")
def rulebook():
    return shipped().rulebook


@pytest.mark.parametrize("path", sorted(HERE.glob("cases_more/*.yaml")), ids=lambda path: path.stem)
def test_fifteen_more_cases(path, rulebook):
    case = yaml.safe_load(path.read_text())

    got = draft(parse(case["input"]).findings, rulebook)

    assert differences(case["expected"], got.as_dict()) == []


@pytest.fixture(scope="module")
def compared(rulebook):
    """Seed to what parsing found wrong and where the results differ, for those with either."""
    found = {}
    for seed in range(SEEDS):
        raw = random_assessment(seed)
        parsed = parse(raw)
        lines = differences(result(raw), draft(parsed.findings, rulebook).as_dict())
        if parsed.faults or lines:
            found[seed] = parsed.faults, lines
    return found


def test_random_assessments_are_accepted(compared):
    faults = {seed: faults for seed, (faults, _) in compared.items() if faults}

    assert dict(list(faults.items())[:TO_SHOW]) == {}, f"{len(faults)} of {SEEDS} refused"


def test_random_assessments_give_the_same_result(compared):
    different = {seed: lines for seed, (_, lines) in compared.items() if lines}

    assert dict(list(different.items())[:TO_SHOW]) == {}, f"{len(different)} of {SEEDS} differ"


@pytest.mark.parametrize("part", ["reason", "cleared_by", "date"])
@pytest.mark.parametrize("value", ["absent", None, "", "  "])
def test_an_incomplete_override_is_refused_and_would_override_nothing(part, value):
    raw = yaml.safe_load((HERE / "cases_more/12.yaml").read_text())["input"]
    raw["gate_override"][part] = value
    if value == "absent":
        del raw["gate_override"][part]

    assert len(parse(raw).faults) == 1
    assert result(raw)["gate"]["overridden"] == []
