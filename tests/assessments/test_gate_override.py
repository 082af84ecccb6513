"""What the gate makes of an override that reading an assessment would already have refused."""

from dataclasses import replace

import pytest

from assessments.library.rulebook import shipped_rulebook
from assessments.rules.draft import draft
from tests.assessments.rules_charts import assessment, findings_of
from tests.assessments.test_gate import OVERRIDE


@pytest.mark.parametrize("part", ["reason", "cleared_by", "date"])
@pytest.mark.parametrize("left", [None, "", "  "])
def test_an_override_without_one_of_its_parts_is_none(part, left):
    """Reading an assessment refuses such an override; the gate does not rely on that."""
    read = findings_of(assessment(rf_giving_way_true="yes", gate_override=OVERRIDE))
    partial = replace(read, values={**read.values, "gate_override": {**OVERRIDE, part: left}})

    found = draft(partial, shipped_rulebook())

    assert (found.plan_status, found.gate.overridden) == ("BLOCKED", ())
