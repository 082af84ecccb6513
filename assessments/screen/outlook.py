"""Where a chart is heading: what is found so far, what is still missing to decide the rest.

Shown while the chart is filled in, also while the gate allows no plan. A contributor that was not
found is "not decided" as long as anything it asks for is missing, never "absent".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.findings import Findings
from assessments.library import Library
from assessments.library.rule_entries import Rulebook
from assessments.rules.blocks import choose_blocks
from assessments.rules.chart import Chart
from assessments.rules.checks import Check
from assessments.rules.classify import (
    CONTINUE_WITHIN_LIMITS,
    GUIDELINE_SUBCATEGORIES,
    MODERATE,
    Classified,
    Decision,
    classify,
)
from assessments.rules.draft import Draft
from assessments.rules.gate import BLOCKING
from assessments.screen.words import MEASURES, code_words, label_of

FULL = 130  # per cent at the right end of a bar
LINE = 90  # per cent; below it a side counts as weaker (D1)
OTHERWISE = (MODERATE, CONTINUE_WITHIN_LIMITS)  # what remains when no other word fits


@dataclass(frozen=True, slots=True)
class Bar:
    """The sore side in per cent of the other. ``long`` is the share of the drawing, 0 to FULL."""

    label: str
    percent: str
    long: int
    low: bool


@dataclass(frozen=True, slots=True)
class Undecided:
    """Something the rules cannot say yet, and the findings they wait for."""

    name: str
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    name: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """blocks  the parts of a plan as far as it can be seen; none while a red flag stands"""

    bars: tuple[Bar, ...]
    contributors: tuple[Found, ...]
    undecided: tuple[Undecided, ...]
    subcategories: tuple[str, ...]
    decided: tuple[tuple[str, str], ...]  # irritability and the like: label and word
    open: tuple[Undecided, ...]  # the same, still open
    blocks: tuple[str, ...]
    blocked: bool


def outlook_of(judged: Draft, findings: Findings, library: Library) -> Outlook:
    """Classify what is there so far."""
    rulebook = library.rulebook
    chart = Chart(findings, judged.metrics)
    classified = classify(chart, rulebook.limit, rulebook.subcategory_of)
    decisions = (classified.irritability, classified.severity, classified.run_action)
    blocked = judged.gate.level in BLOCKING
    blocks = () if blocked else choose_blocks(chart, rulebook, classified).included
    return Outlook(
        bars=bars_of(judged.metrics.lsi_pct),
        contributors=tuple(
            Found(rulebook.contributor_by_id[code].name, _note(rulebook, code))
            for code in classified.found
        ),
        undecided=tuple(_undecided(classified, rulebook)),
        subcategories=_subcategories(classified),
        decided=tuple(
            (label_of(each.name), code_words(each.value))
            for each in decisions
            if not _waits_for(each)
        ),
        open=tuple(
            Undecided(label_of(each.name), _waits_for(each))
            for each in decisions
            if _waits_for(each)
        ),
        blocks=tuple(rulebook.block_by_id[block].name for block in blocks),
        blocked=blocked,
    )


def bars_of(lsi: Mapping[str, Decimal]) -> tuple[Bar, ...]:
    """Return a bar per measured pair of sides, in the order of the measures."""
    return tuple(
        Bar(
            str(MEASURES[name])[:1].upper() + str(MEASURES[name])[1:],
            f"{value}",
            int(min(value, Decimal(FULL))),
            value < LINE,
        )
        for name, value in lsi.items()
    )


def _note(rulebook: Rulebook, code: str) -> str:
    subcategory = rulebook.subcategory_of.get(code)
    return code_words(subcategory) if subcategory else ""


def _undecided(classified: Classified, rulebook: Rulebook) -> Iterable[Undecided]:
    for code, verdict in classified.contributors.items():
        waits_for = () if verdict.fired else _missing(verdict.checks)
        if waits_for:
            yield Undecided(rulebook.contributor_by_id[code].name, waits_for)


def _subcategories(classified: Classified) -> tuple[str, ...]:
    """Return those that are set by something found; the leftovers only once all is decided."""
    open_ones = any(
        not verdict.fired and _missing(verdict.checks)
        for verdict in classified.contributors.values()
    )
    named = classified.subcategories
    if open_ones and not set(GUIDELINE_SUBCATEGORIES) & set(named):
        return ()
    return tuple(code_words(each) for each in named)


def _waits_for(decision: Decision) -> tuple[str, ...]:
    """Return what a decision waits for: nothing once something recorded has led to it.

    What is said when nothing else fires stays open as long as anything it looked at is missing.
    """
    settled = any(check.fired and check.met for check in decision.checks)
    if settled and decision.value not in OTHERWISE:
        return ()
    return _missing(decision.checks)


def _missing(checks: Iterable[Check]) -> tuple[str, ...]:
    fields = dict.fromkeys(check.field for check in checks if check.met is None)
    return tuple(label_of(field) for field in fields)
