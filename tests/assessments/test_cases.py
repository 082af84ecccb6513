"""The ten worked cases come out exactly, keys and order included."""

import json
from decimal import Decimal

import pytest

from tests.assessments.case_files import all_cases
from tests.assessments.rules_charts import drafted_from

CASES = all_cases()


def as_json(value):
    """Return plain JSON values, so that 12.0 and Decimal("12.0") compare as numbers."""

    def number(each):
        assert isinstance(each, Decimal), each
        return float(each)

    return json.loads(json.dumps(value, default=number))


def orders(value):
    """Return every mapping's keys in order, from outside in."""
    if not isinstance(value, dict):
        return []
    return [list(value), *(order for each in value.values() for order in orders(each))]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"case {case['case']}")
def test_a_worked_case_comes_out_exactly(case):
    found = as_json(drafted_from(case["input"]).as_dict())

    assert found == as_json(case["expected"])
    assert orders(found) == orders(case["expected"])


def test_all_ten_are_there():
    assert [case["case"] for case in CASES] == list(range(1, 11))
