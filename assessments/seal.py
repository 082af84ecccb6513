"""What a signature covers: a SHA-256 over one exact way of writing the content down.

The same content gives the same digest on either engine and in any later version of the app, so
that a row changed by force is found. Nothing here reads or writes the database.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from assessments.models import Assessment, Finding, Note, Plan, PlanLine, SoapPart, Still, Treatment

LINE_FIELDS = (
    "position", "block", "exercise", "name", "home", "sets", "reps", "hold_seconds", "per_week",
    "dose", "instruction", "precaution", "equipment", "pain_limit", "why", "explanation", "change",
    "change_reason",
)  # fmt: skip
PLAN_FIELDS = (
    "version", "result", "explanations", "unasked", "texts", "start_phase", "pain_limit",
    "pain_limit_running", "note",
)  # fmt: skip

TREATMENT_FIELDS = (
    "kind", "words", "part", "side", "minutes", "before", "after", "consent", "over_cap",
)  # fmt: skip


def assessment_digest(
    assessment: Assessment,
    findings: Iterable[Finding],
    remarks: Mapping[str, str],
    stills: Iterable[Still] = (),
    treatments: Iterable[Treatment] = (),
    soap: Iterable[SoapPart] = (),
) -> str:
    """Return the digest of every finding, of what stands beside them, and of the library they were
    judged by.

    A chart without words, stills, treatments or a note has the digest it had before there were any,
    and one from before engines were counted the digest it had then.
    """
    rows = sorted(
        [row.item, row.side, row.state, _number(row.number), row.text] for row in findings
    )
    content: dict[str, object] = {"library": assessment.library_id, "findings": rows}
    content |= _engine(assessment)
    if remarks:
        content["remarks"] = dict(remarks)
    if taken := sorted([still.sha256, still.view, still.note] for still in stills):
        content["stills"] = taken
    content |= _given(treatments)
    if written := sorted([part.name, part.drawn, part.text] for part in soap):
        content["soap"] = written
    return _digest(content)


def addendum_digest(document: str, reason: str, text: str) -> str:
    """Return the digest of words added to a signed document, which is named by its own digest."""
    return _digest({"to": document, "reason": reason, "text": text})


def note_digest(note: Note, words: Mapping[str, str], treatments: Iterable[Treatment] = ()) -> str:
    """Return the digest of a note: whose it is, its words, what was done, what came of a call."""
    content = {
        "patient": str(note.patient_id),
        "kind": note.kind,
        "words": dict(words),
        "safety": note.safety,
        "outcome": note.outcome,
        "booked": str(note.booked_id) if note.booked_id else None,
    }
    return _digest(content | _given(treatments))


def plan_digest(plan: Plan, lines: Sequence[PlanLine]) -> str:
    """Return the digest of a plan and its lines as the patient gets them.

    A drafted plan has the digest it had before plans could be composed, and a line without an
    easier variant or a note kept with it the one it had before there were any.
    """
    content: dict[str, object] = {
        "assessment": str(plan.assessment_id),
        "library": plan.library_id,
        "review_on": plan.review_on.isoformat() if plan.review_on else None,
        "plan": {name: getattr(plan, name) for name in PLAN_FIELDS},
        "lines": [
            {name: getattr(line, name) for name in LINE_FIELDS} | _easier(line) | _noted(line)
            for line in sorted(lines, key=lambda line: line.position)
        ],
    }
    if plan.composed:
        content["composed"] = plan.composed_reason
    return _digest(content | _engine(plan))


def _engine(judged: Assessment | Plan) -> dict[str, object]:
    """Return which engine judged it: whoever changes that would hide it from ``verify``."""
    return {"engine": judged.engine} if judged.engine else {}


def _easier(line: PlanLine) -> dict[str, object]:
    """Return what may stand in for a line; nothing where nothing may."""
    if not line.easier_exercise:
        return {}
    return {"easier": [line.easier_exercise, line.easier_days, line.easier]}


def _noted(line: PlanLine) -> dict[str, object]:
    return {"kept_note": line.kept_note} if line.kept_note else {}


def letter_digest(facts: Mapping[str, object]) -> str:
    """Return the digest of everything a letter prints."""
    return _digest(facts)


def _given(treatments: Iterable[Treatment]) -> dict[str, object]:
    """Return what was done at the visit, in one order; nothing where nothing was."""
    rows = [
        {name: getattr(row, name) for name in TREATMENT_FIELDS}
        | {"given_on": row.given_on.isoformat()}
        for row in treatments
    ]
    ordered = sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))
    return {"treatments": ordered} if ordered else {}


def _number(value: Decimal | None) -> str:
    """Write a number without trailing zeros, which one engine keeps and the other does not."""
    if value is None:
        return ""
    return "0" if value == 0 else format(value.normalize(), "f")


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
