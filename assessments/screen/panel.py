"""What the chart says so far: the gate, what is open, scores and contributors.

It never says that a red flag is absent, only that none is recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.findings import Findings
from assessments.library import Library
from assessments.rules.draft import Draft
from assessments.screen.outlook import Outlook, outlook_of
from assessments.screen.words import GROUPS, METRICS, label_of, value_words
from assessments.storage import plain

LEVELS = {
    "EMERGENCY": (gettext_lazy("Emergency: act now"), "stop"),
    "SAME_DAY": (gettext_lazy("See a doctor today"), "stop"),
    "REFER": (gettext_lazy("Refer first"), "refer"),
    "INCOMPLETE": (gettext_lazy("Questions open"), "caution"),
    "CAUTION": (gettext_lazy("Cautions recorded"), "caution"),
    "CLEAR": (gettext_lazy("Red flags: none recorded"), "clear"),
}


@dataclass(frozen=True, slots=True)
class Warned:
    """A red flag, caution or contributor with its words."""

    id: str
    text: str
    timeframe: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    level: str
    title: str
    tone: str  # the ending of the sd-gate class
    flags: tuple[Warned, ...]
    cautions: tuple[Warned, ...]
    alternatives: tuple[str, ...]
    unanswered: tuple[tuple[str, str], ...]  # field and label
    missing: tuple[tuple[str, str], ...]
    scores: tuple[tuple[str, str], ...]  # label and value
    outlook: Outlook
    not_asked: tuple[str, ...]

    @property
    def open_count(self) -> int:
        return len(self.unanswered) + len(self.missing)


def panel_from(judged: Draft, findings: Findings, library: Library) -> Panel:
    """Say in words what the rules make of what is charted so far."""
    gate = judged.gate
    title, tone = LEVELS[gate.level]
    return Panel(
        level=gate.level,
        title=str(title),
        tone=tone,
        flags=flags_of(gate.red_flags, gate.overridden, library),
        cautions=cautions_of(gate.cautions, library),
        alternatives=alternatives_of(gate.alternative_diagnoses, library),
        unanswered=_labelled(gate.unanswered),
        missing=_labelled(gate.missing),
        scores=_scores_so_far(judged.metrics.as_dict(), findings),
        outlook=outlook_of(judged, findings, library),
        not_asked=tuple(
            label_of(field)
            for field in dict.fromkeys(
                field
                for each in judged.explanations
                if each.outcome == "included"
                for field in each.not_asked
            )
        ),
    )


def flags_of(ids, overridden, library: Library) -> tuple[Warned, ...]:
    """Return red flags with the library's wording; what was overridden says so."""
    found = (library.rulebook.flag_by_id[each] for each in ids)
    return tuple(
        Warned(
            flag.id,
            flag.wording,
            flag.timeframe,
            _("set aside on documented clearance") if flag.id in overridden else "",
        )
        for flag in found
    )


def cautions_of(ids, library: Library) -> tuple[Warned, ...]:
    return tuple(Warned(each, library.rulebook.caution_by_id[each].wording) for each in ids)


def alternatives_of(ids, library: Library) -> tuple[str, ...]:
    return tuple(library.rulebook.alternative_by_id[each].think_of for each in ids)


def scores_of(metrics: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Return the scores that have a value, in the order of the result."""
    lines = []
    for name, value in metrics.items():
        if isinstance(value, Mapping) and name in GROUPS:
            lines += [
                (label_of(f"{name}.{each}"), value_words("", plain(one)))
                for each, one in value.items()
            ]
        elif name in METRICS and not isinstance(value, Mapping):
            lines.append((label_of(name), value_words(name, plain(value))))
    return tuple(lines)


def _scores_so_far(
    metrics: Mapping[str, object], findings: Findings
) -> tuple[tuple[str, str], ...]:
    """Return the scores that are not drawn as bars; of Wells nothing while nobody asked."""
    left_out = {"lsi_pct"} | (set() if findings.known("wells") else {"wells_score"})
    return scores_of({name: value for name, value in metrics.items() if name not in left_out})


def _labelled(fields) -> tuple[tuple[str, str], ...]:
    return tuple((field, label_of(field)) for field in fields)
