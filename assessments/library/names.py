"""Every name something in the library answers to, so that a claim or a criterion cannot point at
nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import NamedTuple

from assessments.findings import FIELDS
from assessments.library.rule_entries import Rulebook
from assessments.library.texts import gettext_noop as _
from assessments.library.version import Library
from assessments.rules.not_assessed import DOMAINS
from assessments.scoring.metrics import MUSCLES, Metrics


class Name(NamedTuple):
    """What a name is, in words, and what it is called."""

    kind: str
    label: str


# Rules that are code with a number of their own; ids as in the specification (A14, D3).
RULES: Mapping[str, str] = {
    "A-RUN": _("what to do about running now"),
    "I-FLEX": _("knee bend allowed by phase"),
    "I-IRR": _("irritability"),
    "I-LIM": _("pain allowed in exercise and running"),
    "I-PHASE": _("start phase"),
    "I-SEV": _("severity"),
    "M-CAD": _("target for the step rate"),
    "M-LSD": _("score of the lateral step-down"),
    "REV": _("when to review"),
    "RUN-KM": _("distance for this week"),
}

# Parts of the library that a claim may point at as a whole.
PARTS: Mapping[str, tuple[str, str]] = {
    "GATE": (_("gate"), _("red flags are asked before anything else")),
    "subcategories": (_("result"), _("the plan follows what was found")),
    "F2": (_("test"), _("test before the first run")),
    "F3": (_("programme"), _("walk-jog stages")),
    "F4": (_("checks"), _("three checks after every run")),
    "F5": (_("rule"), _("training-load rule")),
    "F6": (_("plan"), _("keeping it away, and the flare plan")),
}


def metric_ids() -> tuple[str, ...]:
    """Return the ids of all metrics; those with parts once by muscle and once as a whole."""
    plain = [field.name for field in fields(Metrics)]
    sides = [f"lsi_pct.{measure}" for measure in (*MUSCLES, "heel_raise")]
    torque = [f"torque_nm_per_kg_index.{muscle}" for muscle in MUSCLES]
    return (*plain, *sides, *torque)


def names(library: Library) -> Mapping[str, Name]:
    """Return every name the library knows. Where two kinds share one, the later kind holds."""
    return dict(_all(library))


def _all(library: Library) -> Iterator[tuple[str, Name]]:
    for metric in metric_ids():
        yield metric, Name(_("metric"), metric)
    for field in FIELDS.values():
        yield field.id, Name(_("finding"), field.label)
    for domain in (*DOMAINS, "FEAR", "AKPS", "RUN_GAIT"):
        yield domain, Name(_("not assessed"), domain)
    for rule, label in RULES.items():
        yield rule, Name(_("rule"), label)
    for part, (kind, label) in PARTS.items():
        yield part, Name(kind, label)
    for exercise in library.exercises:
        yield exercise.id, Name(_("exercise"), exercise.name)
    for phase in library.phases:
        yield phase.id, Name(_("phase"), phase.name)
    for conflict in library.conflicts:
        yield conflict.id, Name(_("conflict"), conflict.wording)
    yield from _of_rules(library.rulebook)


def _of_rules(rulebook: Rulebook) -> Iterator[tuple[str, Name]]:
    for flag in rulebook.flags:
        yield flag.id, Name(_("red flag"), flag.wording)
    for caution in rulebook.cautions:
        yield caution.id, Name(_("caution"), caution.wording)
    for contributor in rulebook.contributors:
        yield contributor.id, Name(_("contributor"), contributor.name)
    for item in rulebook.never:
        yield item.id, Name(_("never generated"), item.name)
    for block in (*rulebook.blocks, *rulebook.optional):
        yield block.id, Name(_("block"), block.name)
    for band in rulebook.bands:
        first, last = band.weeks
        yield f"BAND_{band.id}", Name(_("prognosis band"), f"{first}–{last}")
