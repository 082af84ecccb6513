"""Why each line is there, offered or left out (specification, D6b).

A line without a record must not be shown. Unknown comparisons stay in the record, marked, so
that nobody reads a gap as a normal finding.
"""

from dataclasses import dataclass
from typing import Literal

from assessments.findings import Findings
from assessments.library.rule_entries import Articles, Block, Grade, NeverItem, Rulebook, Strength
from assessments.library.texts import Citation
from assessments.rules.blocks import Chosen, Left
from assessments.rules.cautions import CAUTIONS
from assessments.rules.chart import Chart
from assessments.rules.checks import Check, Part
from assessments.rules.prescribe import Plan

Outcome = Literal["included", "optional", "excluded"]
WEAK = ("weak", "app_default")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The record of one line.

    target      block or treatment; an exercise where a caution took it out
    reason      of an excluded line: its code of D5, or the caution
    rule_id     the table of the specification and the target: D4-FOOT_ORTH
    findings    what decided it, unknown comparisons included
    strength    "weak" and "app_default" print next to the line
    wording_id  key of ``Rulebook.wordings``
    not_asked   contraindications the line relies on that nobody asked about; prints "not asked"
    """

    target: str
    outcome: Outcome
    reason: str
    rule_id: str
    findings: tuple[Check, ...]
    evidence: tuple[Citation, ...]
    grade: Grade | None
    articles: Articles
    strength: Strength
    wording_id: str
    not_asked: tuple[str, ...]

    @property
    def prints_strength(self) -> bool:
        return self.strength in WEAK

    def as_dict(self) -> dict[str, object]:
        """Return the record as plain data; numbers stay int or Decimal."""
        return {
            "target": self.target,
            "outcome": self.outcome,
            "reason": self.reason or None,
            "rule_id": self.rule_id,
            "findings": [check_as_dict(check) for check in self.findings],
            "evidence": [{"source": each.key, "tag": each.tag} for each in self.evidence],
            "grade": self.grade.letter if self.grade else None,
            "grade_checked": self.grade.checked if self.grade else None,
            "articles": list(self.articles),
            "strength": self.strength,
            "wording_id": self.wording_id,
            "not_asked": list(self.not_asked),
        }


def check_as_dict(check: Check) -> dict[str, object]:
    """Return one comparison; ``met`` is "yes", "no" or "unknown"."""
    return {
        "field": check.field,
        "side": check.side,
        "value": _listed(check.value),
        "operator": check.operator,
        "threshold": _listed(check.threshold),
        "met": "unknown" if check.met is None else "yes" if check.met else "no",
    }


def explain(
    chart: Chart, rulebook: Rulebook, chosen: Chosen, plan: Plan
) -> tuple[Explanation, ...]:
    """Return a record for every included, optional and excluded line, in printing order."""
    blocks, findings = rulebook.block_by_id, chart.findings
    return (
        *(_in(blocks[id_], "included", v, findings) for id_, v in chosen.included.items()),
        *(_in(blocks[id_], "optional", v, findings) for id_, v in chosen.optional.items()),
        *(_out(id_, left, rulebook) for id_, left in chosen.excluded.items()),
        *_removed(chart, rulebook, plan),
    )


def unasked(explanations: tuple[Explanation, ...]) -> tuple[str, ...]:
    """Return the contraindications to ask about before the plan can be issued, each once."""
    return tuple(dict.fromkeys(field for each in explanations for field in each.not_asked))


def _in(block: Block, outcome: Outcome, verdict: Part, findings: Findings) -> Explanation:
    return Explanation(
        target=block.id,
        outcome=outcome,
        reason="",
        rule_id=f"D4-{block.id}",
        findings=_decisive(verdict),
        evidence=block.sources,
        grade=block.grade,
        articles=block.articles,
        strength=block.strength,
        wording_id=f"block.{block.id}",
        not_asked=tuple(each for each in block.contraindications if findings.value(each) is None),
    )


def _out(target: str, left: Left, rulebook: Rulebook) -> Explanation:
    never = target in rulebook.never_by_id
    entry: Block | NeverItem
    entry = rulebook.never_by_id[target] if never else rulebook.block_by_id[target]
    return Explanation(
        target=target,
        outcome="excluded",
        reason=left.reason,
        rule_id=f"D5-{target}",
        findings=_decisive(left.verdict),
        evidence=entry.sources,
        grade=entry.grade,
        articles=entry.articles,
        strength=entry.strength,
        wording_id=f"never.{target}" if never else f"excluded.{target}.{left.reason}",
        not_asked=(),
    )


def _removed(chart: Chart, rulebook: Rulebook, plan: Plan) -> tuple[Explanation, ...]:
    """Exercises a caution took out of a block that stays."""
    return tuple(
        Explanation(
            target=exercise,
            outcome="excluded",
            reason=caution,
            rule_id=f"D6-{exercise}",
            findings=_decisive(CAUTIONS[caution](chart, rulebook.limit)),
            evidence=rulebook.caution_by_id[caution].sources,
            grade=None,
            articles=(),
            strength="app_default",
            wording_id=f"caution.{caution}",
            not_asked=(),
        )
        for exercise, caution in plan.exercises_removed.items()
    )


def _decisive(verdict: Part) -> tuple[Check, ...]:
    """Return each comparison once; the parts of a trial nobody made are not listed beside it."""
    checks = dict.fromkeys(verdict.checks)
    absent = tuple(f"{c.field}." for c in checks if c.operator == "not recorded" and c.fired)
    return tuple(c for c in checks if c.met is not None or not c.field.startswith(absent))


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
