"""From findings to a gate, a classification and an explained draft plan.

A draft is for a clinician to judge: every line carries its reasons, and nothing here reaches a
patient before somebody signs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.findings import Findings
from assessments.library.rule_entries import Rulebook
from assessments.rules.blocks import choose_blocks
from assessments.rules.chart import Chart
from assessments.rules.classify import Classified, Decision, classify
from assessments.rules.diagnosis import dx_support
from assessments.rules.explain import Explanation, explain, unasked
from assessments.rules.gate import DRAFT, DRAFT_WITH_CAUTION, Gate, plan_status, read_gate
from assessments.rules.not_assessed import not_assessed
from assessments.rules.prescribe import Plan, prescribe
from assessments.rules.prognosis import prognosis_band
from assessments.scoring.metrics import Metrics, metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What the findings add up to, with the reasons."""

    classified: Classified
    not_assessed: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        return {
            "subcategories": list(self.classified.subcategories),
            "contributors": list(self.classified.found),
            "irritability": self.classified.irritability.value,
            "severity": self.classified.severity.value,
            "not_assessed": list(self.not_assessed),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Prognosis:
    """A band, its weeks from and to, and what led to it. Never a promise."""

    band: str
    weeks: tuple[int, int]
    guarded: bool
    decision: Decision

    def as_dict(self) -> dict[str, object]:
        return {"band": self.band, "weeks": list(self.weeks), "guarded": self.guarded}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The result for one assessment.

    classification, plan, prognosis  None unless a draft is made
    explanations                     one record per included, optional or excluded line
    unasked                          contraindications to ask about before the plan is issued
    """

    metrics: Metrics
    gate: Gate
    plan_status: str
    dx_support: str
    classification: Classification | None = None
    plan: Plan | None = None
    prognosis: Prognosis | None = None
    explanations: tuple[Explanation, ...] = ()
    unasked: tuple[str, ...] = ()

    @property
    def decisions(self) -> Mapping[str, Decision]:
        """Irritability, severity, phase, running and band with what led to them, by name."""
        if not (self.classification and self.prognosis):
            return {}
        classified = self.classification.classified
        found = (
            classified.irritability,
            classified.severity,
            classified.start_phase,
            classified.run_action,
            self.prognosis.decision,
        )
        return {each.name: each for each in found}

    def as_dict(self) -> dict[str, object]:
        """Return the result object (D9); numbers are int or Decimal."""
        return {
            "metrics": self.metrics.as_dict(),
            "gate": self.gate.as_dict(),
            "plan_status": self.plan_status,
            "dx_support": self.dx_support,
            "classification": self.classification and self.classification.as_dict(),
            "plan": self.plan and self.plan.as_dict(),
            "prognosis": self.prognosis and self.prognosis.as_dict(),
        }


def draft(findings: Findings, rulebook: Rulebook) -> Draft:
    """Run the gate and, where it allows one, draft a plan."""
    scores = metrics(findings)
    chart = Chart(findings, scores)
    gate = read_gate(chart, rulebook)
    support = dx_support(chart, rulebook.limit)
    status = plan_status(gate.level, support)
    if status not in (DRAFT, DRAFT_WITH_CAUTION):
        return Draft(metrics=scores, gate=gate, plan_status=status, dx_support=support)
    classified = classify(chart, rulebook.limit, rulebook.subcategory_of)
    chosen = choose_blocks(chart, rulebook, classified)
    plan = prescribe(chart, rulebook, classified, chosen)
    explanations = explain(chart, rulebook, chosen, plan)
    return Draft(
        metrics=scores,
        gate=gate,
        plan_status=status,
        dx_support=support,
        classification=Classification(classified=classified, not_assessed=not_assessed(chart)),
        plan=plan,
        prognosis=_prognosis(chart, rulebook, classified),
        explanations=explanations,
        unasked=unasked(explanations),
    )


def _prognosis(chart: Chart, rulebook: Rulebook, classified: Classified) -> Prognosis:
    decision = prognosis_band(chart, rulebook.limit, classified)
    band = rulebook.band_by_id[decision.value]
    return Prognosis(band=band.id, weeks=band.weeks, guarded=band.guarded, decision=decision)
