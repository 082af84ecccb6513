"""A plan as the clinician judges it: block by block, every line with why it is there.

Built from the plan's own copies and from its library version. A line without a record is not
shown as a reason but named as a fault, because nobody could judge it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.drawn import Drawn, drawn
from assessments.easing import Bounds, bounds_of
from assessments.judging import part
from assessments.library import Library
from assessments.library.texts import Dose
from assessments.library_store import library_of
from assessments.models import ExercisePhoto, LibraryVersion, Plan, PlanLine
from assessments.photos import photos_of
from assessments.plan_phase import KEPT_UP, offered_in
from assessments.screen.words import OPERATORS, code_words, label_of, side_words, value_words
from assessments.unproposed import Unproposed, unproposed_in

WEAK = ("weak", "app_default")
OUTCOMES = {
    "included": gettext_lazy("included"),
    "optional": gettext_lazy("offered"),
    "excluded": gettext_lazy("left out"),
}
Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison behind a line, in words; ``met`` is yes, no or unknown."""

    label: str
    side: str
    value: str
    operator: str
    threshold: str
    met: str


@dataclass(frozen=True, slots=True)
class Evidence:
    key: str
    tag: str  # as shown: recalled, clinic default …
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """The record of one line (specification D6b) in words."""

    target: str
    name: str
    rule_id: str
    wording: str
    compared: tuple[Compared, ...]
    evidence: tuple[Evidence, ...]
    grade: str
    grade_checked: bool
    articles: str
    strength: str
    strength_word: str
    weak: bool
    not_asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineCard:
    line: PlanLine
    dose: Dose  # of the library: which numbers may be changed
    late: bool  # begins with the first walk-jog stage
    reason: Reason | None  # only where it differs from its block's
    drawing: Drawn | None
    easier: tuple[tuple[str, str], ...] = ()  # variants not in the plan: id and name
    harder: tuple[tuple[str, str], ...] = ()
    days: Bounds | None = None  # of an easier variant after a flare
    photo: ExercisePhoto | None = None  # of this patient doing it


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockCard:
    reason: Reason
    lines: tuple[LineCard, ...]
    advice: str
    cap: str


@dataclass(frozen=True, slots=True)
class Offer:
    """An optional block, with the exercises it would bring."""

    reason: Reason
    note: str
    exercises: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    blocks: tuple[BlockCard, ...]
    offers: tuple[Offer, ...]
    excluded: tuple[Reason, ...]
    addable: tuple[tuple[str, str], ...]
    unproposed: tuple[Unproposed, ...]
    summary: tuple[tuple[str, str], ...]
    droppable: tuple[PlanLine, ...]  # only where the plan holds too many home exercises
    phase_offers: tuple[tuple[str, str], ...]
    reviewed_by: str
    phrases: Mapping[str, str]


def review_of(plan: Plan) -> Review:
    """Return everything the review page shows about a plan whose lines are prefetched."""
    library = library_of(plan.library_id)
    lines = sorted(plan.lines.all(), key=lambda line: line.position)
    records = [each for each in plan.explanations if isinstance(each, Mapping)]
    present = {line.exercise for line in lines}
    return Review(
        blocks=tuple(_with_photos(_blocks(plan, records, lines, library), photos_of(plan))),
        offers=tuple(_offers(records, present, plan, library)),
        excluded=tuple(reason_of(each, library) for each in _with(records, "excluded")),
        addable=tuple((e.id, e.name) for e in library.exercises if e.id not in present),
        unproposed=tuple(each for each in unproposed_in(library) if each.id not in present),
        summary=_summary(plan),
        droppable=_droppable(lines, library),
        phase_offers=tuple(offered_in(plan.start_phase, present, library)),
        reviewed_by=reviewer_of(plan.library_id),
        phrases=_phrases(library),
    )


def reviewer_of(number: int) -> str:
    """Return who reviewed a library version; empty until somebody did."""
    found = LibraryVersion.objects.filter(number=number).values_list("reviewed_by", flat=True)
    return found.first() or ""


def reason_of(record: Record, library: Library) -> Reason:
    """Say one record in words."""
    target = str(record.get("target", ""))
    strength = str(record.get("strength", "app_default"))
    return Reason(
        target=target,
        name=_name_of(target, library),
        rule_id=str(record.get("rule_id", "")),
        wording=library.rulebook.wordings.get(str(record.get("wording_id", "")), ""),
        compared=tuple(_compared(each) for each in _list(record, "findings")),
        evidence=tuple(_evidence(each, library) for each in _list(record, "evidence")),
        grade=str(record.get("grade") or ""),
        grade_checked=bool(record.get("grade_checked")),
        articles=", ".join(str(each) for each in _list(record, "articles")),
        strength=strength,
        strength_word=library.phrase_by_id[f"strength.{strength}"].title,
        weak=strength in WEAK,
        not_asked=tuple(label_of(str(each)) for each in _list(record, "not_asked")),
    )


def in_words(record: Record, library: Library) -> str:
    """Say one record in plain sentences, for somebody who reads no codes.

    What is there or left out and how strong it is, the library's sentence, every comparison with
    its value ("unknown" where nobody asked), what has to be asked, and where the evidence is from.
    """
    reason = reason_of(record, library)
    outcome = OUTCOMES.get(str(record.get("outcome", "")), "")
    sentences = [f"{reason.name}: {outcome} ({reason.strength_word})", reason.wording]
    sentences.append("; ".join(_comparison(each) for each in reason.compared))
    if reason.not_asked:
        sentences.append(_("Not asked: %(names)s") % {"names": ", ".join(reason.not_asked)})
    cited = ", ".join(f"{each.key} ({each.tag})" for each in reason.evidence)
    if reason.grade:
        checked = "" if reason.grade_checked else f" ({_('recalled, unchecked')})"
        cited += f"; {_('guideline grade')} {reason.grade}{checked}"
    sentences.append(_("Evidence: %(cited)s") % {"cited": cited or "–"})
    return " ".join(f"{each.rstrip('.')}." for each in sentences if each)


def _comparison(compared: Compared) -> str:
    label = f"{compared.label} ({compared.side})" if compared.side else compared.label
    unknown = compared.met == "unknown"
    said = (_("unknown") if unknown else compared.value, compared.operator, compared.threshold)
    holds = f" ({_('does not hold')})" if compared.met == "no" else ""
    return f"{label}: {' '.join(each for each in said if each)}{holds}"


def _phrases(library: Library) -> Mapping[str, str]:
    """The library's own sentences that this page shows."""
    said = {}
    for name in ("draft", "unreviewed", "prune"):
        phrase = library.phrase_by_id[f"notice.{name}"]
        said[name], said[f"{name}_title"] = phrase.text, phrase.title
    return said


def _blocks(
    plan: Plan, records: list[Record], lines: list[PlanLine], library: Library
) -> Iterable[BlockCard]:
    """The included blocks in their order, then blocks that only the clinician brought."""
    advice = {str(each.get("block")): str(each.get("text")) for each in _advice(plan)}
    present = {line.exercise for line in lines}
    shown = set()
    for record in _with(records, "included"):
        target = str(record["target"])
        shown.add(target)
        own = [each for each in lines if each.block == target]
        yield _card(record, own, advice.get(target, ""), present, library)
    for line in lines:
        if line.block not in shown:
            shown.add(line.block)
            own = [each for each in lines if each.block == line.block]
            yield _card(line.explanation, own, "", present, library)


def _with_photos(
    cards: Iterable[BlockCard], photos: Mapping[str, ExercisePhoto]
) -> Iterable[BlockCard]:
    for card in cards:
        lines = (replace(each, photo=photos.get(each.line.exercise)) for each in card.lines)
        yield replace(card, lines=tuple(lines))


def _card(
    record: Record,
    lines: list[PlanLine],
    advice: str,
    present: Collection[str],
    library: Library,
) -> BlockCard:
    block = library.rulebook.block_by_id.get(str(record.get("target", "")))
    return BlockCard(
        reason=reason_of(record, library),
        lines=tuple(_line(each, present, library) for each in lines),
        advice=advice,
        cap=block.dose_cap if block else "",
    )


def _line(line: PlanLine, present: Collection[str], library: Library) -> LineCard:
    exercise = library.exercise_by_id.get(line.exercise)
    own = line.explanation.get("rule_id") == "CLINICIAN"
    return LineCard(
        line,
        exercise.dose if exercise else Dose(words=line.dose),
        bool(line.explanation.get("starts_with_rtr")),
        reason_of(line.explanation, library) if own else None,
        drawn(library, line.exercise, line.name, line.position),
        _variants(exercise.easier if exercise else (), present, library),
        _variants(exercise.harder if exercise else (), present, library),
        bounds_of(library),
    )


def _variants(
    ids: Iterable[str], present: Collection[str], library: Library
) -> tuple[tuple[str, str], ...]:
    return tuple((each, library.exercise_by_id[each].name) for each in ids if each not in present)


def _droppable(lines: Iterable[PlanLine], library: Library) -> tuple[PlanLine, ...]:
    """Return home exercises to drop where there are too many, from the bottom of the list.

    The knee and hip work stays (specification D6); empty where there are no more than enough.
    """
    home = [line for line in lines if line.home and line.change != PlanLine.Change.REMOVED]
    if len(home) <= library.rulebook.limit("home_exercises_to"):
        return ()
    return tuple(line for line in reversed(home) if line.block not in KEPT_UP)


def _offers(
    records: list[Record], present: set[str], plan: Plan, library: Library
) -> Iterable[Offer]:
    for record in _with(records, "optional"):
        block = library.rulebook.block_by_id[str(record["target"])]
        names = [
            (each, library.exercise_by_id[each].name)
            for each in block.exercises.of(plan.start_phase)
            if each not in present
        ]
        yield Offer(reason_of(record, library), block.guideline_note, tuple(names))


def _summary(plan: Plan) -> tuple[tuple[str, str], ...]:
    """The few facts a clinician wants first; of a plan by hand only what the clinician chose."""
    if plan.composed:
        return (
            (label_of("start_phase"), code_words(plan.start_phase)),
            (_("Pain limit"), f"{plan.pain_limit}/10"),
        )
    classification, drafted = part(plan.result, "classification"), part(plan.result, "plan")
    groups = classification.get("subcategories")
    named = ", ".join(code_words(each) for each in groups) if isinstance(groups, list) else ""
    prognosis = part(plan.result, "prognosis")
    weeks = prognosis.get("weeks")
    lines = [
        (label_of("subcategories"), named),
        (label_of("irritability"), code_words(str(classification.get("irritability", "")))),
        (label_of("severity"), code_words(str(classification.get("severity", "")))),
        (label_of("start_phase"), code_words(plan.start_phase)),
        (label_of("run_action"), code_words(str(drafted.get("run_action", "")))),
        (_("Pain limit"), f"{plan.pain_limit}/10"),
        (_("Bend limit in strength work"), f"{drafted.get('knee_flexion_limit_deg')}°"),
    ]
    if isinstance(weeks, list):
        lines.append((_("Expected weeks"), f"{weeks[0]}–{weeks[1]}"))
    return tuple(lines)


def _compared(raw: object) -> Compared:
    """Say one comparison in words; whether something was recorded is said by the operator alone."""
    check = raw if isinstance(raw, Mapping) else {}
    field = str(check.get("field", ""))
    operator = str(check.get("operator", ""))
    threshold = check.get("threshold")
    met = str(check.get("met", "unknown"))
    plain = operator in ("recorded", "not recorded")
    bare = threshold is None and met == "unknown"  # the other side of it is not known either
    return Compared(
        label_of(field),
        side_words(check.get("side")),
        "" if plain else value_words(field, check.get("value")),
        "" if bare and not plain else str(OPERATORS.get(operator, operator)),
        "" if plain or threshold is None else value_words(field, threshold),
        met,
    )


def _evidence(raw: object, library: Library) -> Evidence:
    cited = raw if isinstance(raw, Mapping) else {}
    key, tag = str(cited.get("source", "")), str(cited.get("tag", ""))
    word = library.phrase_by_id[f"evidence_tag.{tag}"].title
    source = library.source_by_key.get(key)
    return Evidence(key, word, source.reference if source else "")


def _name_of(target: str, library: Library) -> str:
    rulebook = library.rulebook
    for entries in (rulebook.block_by_id, rulebook.never_by_id, library.exercise_by_id):
        if target in entries:
            return str(entries[target].name)
    return target


def _with(records: list[Record], outcome: str) -> list[Record]:
    return [each for each in records if each.get("outcome") == outcome]


def _advice(plan: Plan) -> list[Record]:
    return [each for each in plan.texts.get("advice") or [] if isinstance(each, Mapping)]


def _list(record: Record, key: str) -> list[object]:
    found = record.get(key)
    return list(found) if isinstance(found, list | tuple) else []
