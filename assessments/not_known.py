"""What nobody recorded and would change the draft, in the clinician's words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assessments.findings import Findings
from assessments.library import Library
from assessments.rules.chart import Chart
from assessments.rules.unknown import Unknown, unknown
from assessments.scoring.metrics import metrics
from assessments.screen.words import code_words, label_of, side_words


@dataclass(frozen=True, slots=True, kw_only=True)
class NotKnown:
    """Gaps that could change the same things; each field is empty where nothing of it would.

    decisions  what would be decided otherwise, and how: ("Irritability", "high")
    """

    gaps: tuple[str, ...]
    brings: tuple[str, ...]
    drops: tuple[str, ...]
    offers: tuple[str, ...]
    decisions: tuple[tuple[str, str], ...]


def not_known(findings: Findings, library: Library) -> tuple[NotKnown, ...]:
    """Return what could change a draft of these findings, gaps of one effect together."""
    alike: dict[object, list[Unknown]] = {}
    for each in unknown(Chart(findings, metrics(findings)), library.rulebook):
        decided = tuple(each.decisions.items())
        alike.setdefault((each.brings, each.drops, each.offers, decided), []).append(each)
    return tuple(_together(many, library) for many in alike.values())


def _together(many: list[Unknown], library: Library) -> NotKnown:
    first = many[0]
    return NotKnown(
        gaps=tuple(dict.fromkeys(_gap(each) for each in many)),
        brings=_blocks(first.brings, library),
        drops=_blocks(first.drops, library),
        offers=_blocks(first.offers, library),
        decisions=tuple(_decisions(first.decisions)),
    )


def _gap(each: Unknown) -> str:
    side = side_words(each.side)
    return f"{label_of(each.field)} ({side})" if side else label_of(each.field)


def _blocks(ids: Iterable[str], library: Library) -> tuple[str, ...]:
    return tuple(library.rulebook.block_by_id[each].name for each in ids)


def _decisions(decisions: Mapping[str, tuple[str, ...]]) -> Iterable[tuple[str, str]]:
    for name, words in decisions.items():
        yield label_of(name), ", ".join(code_words(each) for each in words)
