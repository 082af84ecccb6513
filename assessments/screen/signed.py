"""A signed assessment as it was signed: what was recorded, and what the rules said of it.

Everything shown comes from the stored rows, the stored result and the library version of the
assessment, none of which can change.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.utils.translation import gettext as _

from assessments.actions.remarks import remarks_of
from assessments.findings import NOT_TESTED, SECTIONS, Field, Findings
from assessments.findings.dictionary import fields_of
from assessments.findings.remarks import activity_name, note_name
from assessments.judging import part
from assessments.library import Library
from assessments.library_store import library_of
from assessments.models import Assessment, Finding
from assessments.screen.panel import (
    LEVELS,
    Warned,
    alternatives_of,
    cautions_of,
    flags_of,
    scores_of,
)
from assessments.screen.sources import sources_of
from assessments.screen.words import code_words, held_words, label_of
from assessments.storage import findings_from, stored_rows

NOTHING: Mapping[str, datetime] = MappingProxyType({})
Side = tuple[str, tuple[tuple[str, str], ...]]  # the side, and lines of part and value


@dataclass(frozen=True, slots=True)
class Line:
    """One recorded finding: its lines of value per side (one side named "" if it has none)."""

    label: str
    sides: tuple[Side, ...]
    carried: datetime | None = None  # when it was found, if not at this visit


@dataclass(frozen=True, slots=True)
class Part:
    code: str
    label: str
    lines: tuple[Line, ...]
    not_tested: tuple[str, ...]
    missing: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The stored result in words."""

    level: str
    title: str
    tone: str
    status: str
    flags: tuple[Warned, ...]
    cautions: tuple[Warned, ...]
    alternatives: tuple[str, ...]
    unanswered: tuple[str, ...]
    missing: tuple[str, ...]
    scores: tuple[tuple[str, str], ...]
    classified: tuple[tuple[str, str], ...]
    contributors: tuple[Warned, ...]
    not_assessed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    parts: tuple[Part, ...]
    judgement: Judgement
    sides: tuple[str, ...]


def signed_view(assessment: Assessment) -> Signed:
    rows = stored_rows(assessment)
    findings = findings_from(rows)
    return Signed(
        parts=parts_of(findings, remarks_of(assessment), _carried(assessment, rows)),
        judgement=judgement_of(assessment.result or {}, library_of(assessment.library_id)),
        sides=_sides(findings),
    )


def parts_of(
    findings: Findings, words: Mapping[str, str], carried: Mapping[str, datetime] = NOTHING
) -> tuple[Part, ...]:
    """Return what is recorded section by section, the sore side first."""
    sides = _sides(findings)
    return tuple(_part(code, label, findings, sides, words, carried) for code, label in SECTIONS)


def _sides(findings: Findings) -> tuple[str, ...]:
    return ("R", "L") if findings.index_side == "R" else ("L", "R")


def judgement_of(result: Mapping[str, object], library: Library) -> Judgement:
    """Say a stored result in words, with the wording of its own library version."""
    gate = part(result, "gate")
    level = str(gate.get("level", "INCOMPLETE"))
    title, tone = LEVELS[level]
    classification = part(result, "classification")
    contributors = (
        library.rulebook.contributor_by_id[each] for each in _names(classification, "contributors")
    )
    return Judgement(
        level=level,
        title=str(title),
        tone=tone,
        status=str(result.get("plan_status", "")),
        flags=flags_of(_names(gate, "red_flags"), _names(gate, "overridden"), library),
        cautions=cautions_of(_names(gate, "cautions"), library),
        alternatives=alternatives_of(_names(gate, "alternative_diagnoses"), library),
        unanswered=tuple(label_of(each) for each in _names(gate, "unanswered")),
        missing=tuple(label_of(each) for each in _names(gate, "missing")),
        scores=scores_of(part(result, "metrics")),
        classified=_classified(result, classification),
        contributors=tuple(Warned(each.id, each.name, note=each.sentence) for each in contributors),
        not_assessed=tuple(code_words(each) for each in _names(classification, "not_assessed")),
    )


def _classified(
    result: Mapping[str, object], classification: Mapping[str, object]
) -> tuple[tuple[str, str], ...]:
    lines = [(label_of("dx_support"), code_words(str(result.get("dx_support", ""))))]
    if classification:
        groups = ", ".join(code_words(each) for each in _names(classification, "subcategories"))
        lines.append((label_of("subcategories"), groups))
        lines += [
            (label_of(name), code_words(str(classification.get(name, ""))))
            for name in ("irritability", "severity")
        ]
    return tuple(lines)


def _part(
    code: str,
    label: str,
    findings: Findings,
    sides: tuple[str, ...],
    words: Mapping[str, str],
    carried: Mapping[str, datetime],
) -> Part:
    lines, not_tested, missing = [], [], []
    for field in fields_of(code):
        known = tuple(_named(field, words, _known(field, findings, sides)))
        if known:
            lines.append(Line(_(field.label), known, carried.get(field.id)))
        elif findings.state(field.id) == "not_tested":
            not_tested.append(_(field.label))
        else:
            missing.append(_(field.label))
    return Part(
        code,
        _(label),
        tuple(lines),
        tuple(not_tested),
        tuple(missing),
        words.get(note_name(code), ""),
    )


def _carried(assessment: Assessment, rows: Iterable[Finding]) -> Mapping[str, datetime]:
    """Return what was taken over from an earlier visit, and when it was found there.

    The age is worked out for the day, and an amendment is a copy of its original as a whole.
    """
    if assessment.kind != Assessment.Kind.FOLLOW_UP or assessment.amends_id is not None:
        return {}
    sources = sources_of(rows)
    return {
        name: source.at
        for (name, _side), source in sources.items()
        if source.origin == Finding.Origin.CARRIED and name != "age_years"
    }


def _named(field: Field, words: Mapping[str, str], known: Iterable[Side]) -> Iterator[Side]:
    """Put the name of each activity beside its score; where nobody gave one, its number stays."""
    for side, lines in known:
        if field.id != "psfs":
            yield side, lines
            continue
        yield side, tuple((words.get(activity_name(part), part), score) for part, score in lines)


def _known(field: Field, findings: Findings, sides: tuple[str, ...]) -> Iterator[Side]:
    """Yield each side with something to show; a side beside a known one says what it lacks."""
    held = findings.values.get(field.id)
    if not field.sided:
        if findings.state(field.id) == "known":
            yield "", tuple(held_words(field, held))
        return
    if findings.state(field.id) != "known":
        return
    values = held if isinstance(held, Mapping) else {}
    for side in sides:
        value = values.get(side)
        if value == NOT_TESTED:
            yield side, (("", _("not tested")),)
        elif value is None:
            yield side, (("", _("not recorded")),)
        else:
            yield side, tuple(held_words(field, value))


def _names(source: Mapping[str, object], key: str) -> list[str]:
    found = source.get(key)
    return [str(each) for each in found] if isinstance(found, list | tuple) else []
