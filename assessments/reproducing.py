"""Whether the rules, asked again, say what they said: of every signed chart and drafted plan.

The rules are pure, so a chart and the version of the library it was judged by give the same
answer for as long as the engine is the same; what another one judged is counted, not compared.
Lines that a clinician changed, added or took out are theirs, and so is a plan that was composed
by hand. A plan that went on to another phase is drafted anew and taken through the same steps.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from assessments.holding import STREAM
from assessments.judging import ENGINE, explanations_of, judge, result_of
from assessments.library_store import library_of
from assessments.models import Assessment, PhaseStep, Plan, PlanLine
from assessments.plan_lines import drafted_lines
from assessments.plan_phase import lines_in, texts_in
from assessments.plan_texts import texts_of
from assessments.rules.draft import Draft
from assessments.seal import LINE_FIELDS
from assessments.storage import findings_from
from clinic.invariants import invariant, named

# What a drafted line copies from the library; its place changes with the lines around it.
COPIED = [name for name in LINE_FIELDS if name not in ("position", "change", "change_reason")]


def _of_another_engine(rows: QuerySet[Any]) -> str:
    count = rows.exclude(engine=ENGINE).count()
    return f"{count} by another engine than today's, not compared" if count else ""


def _signed() -> QuerySet[Assessment]:
    return Assessment.objects.filter(signed_at__isnull=False)


def _drafted() -> QuerySet[Plan]:
    return Plan.objects.filter(composed=False)


@invariant(
    "plans",
    "plans.charts",
    "the rules say of a signed chart what they said then",
    aside=lambda: _of_another_engine(_signed()),
)
def charts(now: datetime) -> Iterator[str]:
    rows = _signed().filter(engine=ENGINE).order_by("library_id", "pk").prefetch_related("findings")
    for chart in rows.iterator(STREAM):
        judged = _judged(chart)
        same = (
            _stored(result_of(judged)) == chart.result
            and judged.plan_status == chart.plan_status
            and judged.gate.level == chart.gate_level
        )
        if not same:
            yield named(chart)


@invariant(
    "plans",
    "plans.drafted",
    "the rules draft the plan they drafted then",
    aside=lambda: _of_another_engine(_drafted()),
)
def plans(now: datetime) -> Iterator[str]:
    drafted = _drafted().filter(engine=ENGINE).select_related("assessment")
    rows = drafted.order_by("library_id", "pk").prefetch_related("assessment__findings", "lines")
    for plan in rows.iterator(STREAM):
        judged = _judged(plan.assessment)
        if judged.plan is None:
            yield named(plan)
            continue
        again = _again(plan, judged)
        if not (_same_plan(plan, judged, again) and _same_lines(plan, again)):
            yield named(plan)


def _judged(chart: Assessment) -> Draft:
    return judge(findings_from(chart.findings.all()), chart.library_id)


@dataclass(slots=True)
class _Again:
    """What a plan would be if nobody had touched it: drafted, and taken through its phases."""

    lines: list[PlanLine]
    texts: dict[str, object]
    phase: str
    went_on: bool = False


def _again(plan: Plan, judged: Draft) -> _Again:
    """Draft a plan anew and take the steps that led to it. One query."""
    library = library_of(plan.library_id)
    start = judged.plan.start_phase if judged.plan else ""
    again = _Again(drafted_lines(judged, library), texts_of(judged, library), start)
    steps = PhaseStep.objects.filter(
        plan__assessment=plan.assessment_id, plan__version__lte=plan.version
    )
    for step in steps.order_by("plan__version"):
        phase = library.phase_by_id[step.to_phase]
        again.lines = lines_in(phase, plan, again.lines, library)
        again.texts = texts_in(phase, again.texts, library, composed=False)
        again.phase, again.went_on = phase.id, True
    return again


def _same_plan(plan: Plan, judged: Draft, again: _Again) -> bool:
    said = {
        "result": result_of(judged),
        "explanations": explanations_of(judged),
        "texts": again.texts,
        "start_phase": again.phase,
        "pain_limit": judged.plan and int(judged.plan.pain_limit_exercise),
    }
    return all(_stored(value) == getattr(plan, name) for name, value in said.items())


def _same_lines(plan: Plan, again: _Again) -> bool:
    """Say whether every drafted exercise is there, and unchanged where it says so.

    What a clinician took out of an earlier phase may be gone from a later one.
    """
    kept = {line.exercise: line for line in plan.lines.all()}
    for line in again.lines:
        held = kept.pop(line.exercise, None)
        if held is None:
            if again.went_on:
                continue
            return False
        as_drafted = held.change == PlanLine.Change.DRAFTED
        if as_drafted and any(
            _stored(getattr(line, name)) != getattr(held, name) for name in COPIED
        ):
            return False
    return all(line.change != PlanLine.Change.DRAFTED for line in kept.values())


def _stored(value: object) -> object:
    """Return a value as it comes back from the database: lists for tuples, words for lazy ones."""
    return json.loads(json.dumps(value, default=str))
