"""Run the rules on an assessment with the version of the library it belongs to."""

from collections.abc import Mapping
from typing import cast

from assessments.findings import Findings
from assessments.library_store import library_of
from assessments.rules.draft import Draft, draft
from assessments.storage import plain

# Grows by one with every change after which a stored chart would be judged, or a plan drafted,
# differently by the same library: rules, scores, or how lines and texts are copied. Kept with
# every signed chart and every draft. tests/assessments/test_engine.py fails when it was forgotten.
ENGINE = 1


def judge(findings: Findings, library_number: int) -> Draft:
    """Return the gate, the scores and, where the gate allows one, the draft plan."""
    return draft(findings, library_of(library_number).rulebook)


def result_of(judged: Draft) -> dict[str, object]:
    """Return the result object (specification D9) as JSON keeps it."""
    return cast(dict[str, object], plain(judged.as_dict()))


def explanations_of(judged: Draft) -> list[dict[str, object]]:
    """Return the record of every line (specification D6b) with its sentence, for JSON."""
    return [cast(dict[str, object], plain(each.as_dict())) for each in judged.explanations]


def part(result: Mapping[str, object] | None, name: str) -> Mapping[str, object]:
    """Return one object of a stored result; empty where there is none."""
    found = (result or {}).get(name)
    return found if isinstance(found, Mapping) else {}
