"""What can be wrong with a library whose parts are well formed: do they fit each other?

A draft with a single fault is not published.
"""

import re
import string
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Protocol

from assessments.figures import figure_faults
from assessments.findings import FIELDS
from assessments.library.dose_faults import dose_faults
from assessments.library.files import read_file
from assessments.library.names import metric_ids, names
from assessments.library.patient_words import banned_in, patient_texts
from assessments.library.phases import Check, Criterion
from assessments.library.rulebook_faults import Faults, LibraryFault, fault, rulebook_faults
from assessments.library.texts import Citation, Exercise, Phrase
from assessments.library.texts import gettext_noop as _
from assessments.library.version import Library

# What the specification lists and plans are drafted from; a version may hold more, never less.
EXERCISE_IDS = tuple(f"EX{number:02}" for number in range(1, 72))
BLOCKS, OPTIONAL_BLOCKS = 35, 4
EVERY_BAND = ("expectation.every_band", "expectation.early", "expectation.no_promise")
PHASE_IDS = ("P1", "P2", "P3", "P4", "P5")

CONFLICT_ID = re.compile(r"K\d\d")  # a phrase that quotes the wording of a conflict

_WORDING = Path(__file__).parent / "v1" / "wording.yaml"


class _Cites(Protocol):
    """An entry that rests on sources."""

    @property
    def sources(self) -> tuple[Citation, ...]: ...


def library_faults(library: Library) -> list[LibraryFault]:
    """Return everything wrong with the library, file by file; an empty list is a sound one."""
    return [
        *_present(library),
        *_doubles(library),
        *rulebook_faults(library.rulebook, library.exercise_by_id, FIELDS),
        *_exercises(library),
        *_criteria(library),
        *_running(library),
        *_citations(library),
        *_claims(library),
        *_wording(library),
        *_expectations(library),
        *_banned(library),
        *_figures(library),
    ]


def _present(library: Library) -> Faults:
    """The exercises, blocks, phases and phrases that rules and pages ask for are there."""
    for wanted, given, file in (
        (EXERCISE_IDS, library.exercise_by_id, "exercises"),
        (PHASE_IDS, library.phase_by_id, "phases"),
        (_phrase_ids(), library.phrase_by_id, "wording"),
    ):
        for name in wanted:
            if name not in given:
                yield fault(file, name, _("is missing"))
    rulebook = library.rulebook
    for section, blocks, least in (
        ("blocks", rulebook.blocks, BLOCKS),
        ("optional", rulebook.optional, OPTIONAL_BLOCKS),
    ):
        if len(blocks) < least:
            yield fault(
                "blocks",
                section,
                _("holds {given} blocks, at least {least} are needed"),
                given=str(len(blocks)),
                least=str(least),
            )


@cache
def _phrase_ids() -> tuple[str, ...]:
    """The phrases pages ask for: those of the shipped file."""
    shipped = read_file(_WORDING)
    return tuple(entry["id"] for entry in shipped) if isinstance(shipped, list) else ()


def _doubles(library: Library) -> Faults:
    criteria = [criterion.id for criterion in _all_criteria(library)]
    listed: tuple[tuple[str, Iterable[str]], ...] = (
        ("exercises", (each.id for each in library.exercises)),
        ("phases", [each.id for each in library.phases] + [each.id for each in library.facts]),
        ("phases", criteria),
        ("conflicts", (each.id for each in library.conflicts)),
        ("sources", (each.key for each in library.sources)),
        ("articles", [a.key for a in library.articles] + [c.id for c in library.claims]),
        ("wording", (each.id for each in library.wording)),
        ("figures", (each.exercise for each in library.figures)),
    )
    for file, ids in listed:
        for name, count in Counter(ids).items():
            if count > 1:
                yield fault(file, name, _("is given twice"))


def _exercises(library: Library) -> Faults:
    known = names(library)
    home = library.rulebook.home_exercise_ids
    articles = {article.key for article in library.articles}
    for each in library.exercises:
        yield from dose_faults(each)
        yield from _exercise_texts(each)
        for other in (*each.harder, *each.easier):
            if other not in library.exercise_by_id or other == each.id:
                yield fault(
                    "exercises", each.id, _("no other exercise has the id {name}"), name=other
                )
        yield from _unknown("exercises", each.id, each.refers_to, known)
        yield from _unknown("exercises", each.id, each.articles, articles)
        if each.dose.sets_when_high not in (
            None,
            library.rulebook.limit("strength_sets_irritable"),
        ):
            yield fault(
                "exercises",
                each.id,
                _("differs from the threshold {name}"),
                name="strength_sets_irritable",
            )
        if each.home is not (each.id in home):
            yield fault("exercises", each.id, _("home differs from the list of home exercises"))


def _exercise_texts(exercise: Exercise) -> Faults:
    for name in ("name", "target", "instruction"):
        if not getattr(exercise, name).strip():
            yield fault("exercises", exercise.id, _("{name} is empty"), name=name)
    if not exercise.phases:
        yield fault("exercises", exercise.id, _("{name} is empty"), name="phases")
    limit = exercise.pain_limit
    if limit and (limit.rule == "own") is not bool(limit.text.strip()):
        yield fault("exercises", exercise.id, _("a pain limit of its own needs words, others none"))
    if limit and limit.maximum is not None and not 0 <= limit.maximum <= 10:
        yield fault("exercises", exercise.id, _("a pain limit runs from 0 to 10"))


def _unknown(file: str, where: str, wanted: Iterable[str], known: Collection[str]) -> Faults:
    for name in wanted:
        if name not in known:
            yield fault(file, where, _("nothing answers to {name}"), name=name)


def _all_criteria(library: Library) -> Iterator[Criterion]:
    for phase in library.phases:
        yield from phase.leave
    yield from library.running.test


def _criteria(library: Library) -> Faults:
    known = {*FIELDS, *metric_ids(), *(fact.id for fact in library.facts)}
    for criterion in _all_criteria(library):
        file = "running" if criterion in library.running.test else "phases"
        if not criterion.all_of and not criterion.any_of:
            yield fault(file, criterion.id, _("checks nothing"))
        for check in criterion.checks:
            yield from _unknown(file, criterion.id, [check.field], known)
            yield from _check(file, criterion.id, check, library)


def _check(file: str, where: str, check: Check, library: Library) -> Faults:
    """A line fits its operator, and the codes and exercises it names exist."""
    wanted: type = {"<=": int, ">=": int, "is": str, "in": tuple, "holds": tuple}[check.operator]
    if not isinstance(check.line, wanted):
        yield fault(file, where, _("{name} cannot be compared with that line"), name=check.field)
        return
    codes = FIELDS[check.field].codes if check.field in FIELDS else ()
    if codes and isinstance(check.line, tuple):
        yield from _unknown(file, where, check.line, codes)
    if check.operator == "holds" and isinstance(check.line, tuple):
        yield from _unknown(file, where, check.line, library.exercise_by_id)


def _running(library: Library) -> Faults:
    """Stages follow each other, and a number that a rule reads too is the same in both places."""
    running, limit = library.running, library.rulebook.limit
    stages = running.walk_jog.stages
    if [stage.number for stage in stages] != list(range(1, len(stages) + 1)) or not stages:
        yield fault("running", "walk_jog", _("stages are numbered from 1 without a gap"))
    for stage in stages:
        if min(stage.repeats, stage.jog_min, stage.walk_min + 1, stage.week) < 1:
            yield fault(
                "running", f"stage {stage.number}", _("a stage repeats a jog at least once")
            )
    for name, given, threshold in (
        ("after_run.pain_limit", running.after_run.pain_limit, "pain_limit_running"),
        ("after_run.settle_minutes", running.after_run.settle_minutes, "reduce_settle_above"),
        ("keep_going.shoe_km", running.keep_going.shoe_km, "shoe_distance_from"),
    ):
        if given != limit(threshold):
            yield fault("running", name, _("differs from the threshold {name}"), name=threshold)
    load = running.load
    if min(load.run_factor, load.week_factor) <= 1:
        yield fault("running", "load", _("a factor of the load rule is above 1"))


def _citations(library: Library) -> Faults:
    """Every source cited is listed, and was seen the way the citation says."""
    for file, where, citation in _cited(library):
        source = library.source_by_key.get(citation.key)
        if source is None:
            yield fault(file, where, _("no source has the key {name}"), name=citation.key)
        elif citation.tag not in source.tags:
            yield fault(file, where, _("{name} was not checked that way"), name=str(citation))


def _cited(library: Library) -> Iterator[tuple[str, str, Citation]]:
    rulebook, running = library.rulebook, library.running
    sections: tuple[tuple[str, Iterable[_Cites]], ...] = (
        ("thresholds", rulebook.thresholds),
        ("gate", (*rulebook.flags, *rulebook.cautions, *rulebook.alternatives)),
        ("contributors", rulebook.contributors),
        ("blocks", (*rulebook.blocks, *rulebook.optional, *rulebook.never)),
        ("prognosis", (*rulebook.bands, *rulebook.notes)),
        ("exercises", library.exercises),
        ("phases", [library.step_back, *([library.stale] if library.stale else [])]),
        ("running", (running.walk_jog, running.after_run, running.keep_going)),
        ("conflicts", library.conflicts),
        ("wording", library.wording),
    )
    for file, entries in sections:
        for entry in entries:
            for citation in entry.sources:
                yield file, str(getattr(entry, "id", "-")), citation
    for criterion in _all_criteria(library):
        yield "phases", criterion.id, criterion.source
    load = running.load
    for citation in (load.run_source, load.week_source, load.extras_source, load.cadence_source):
        yield "running", "load", citation


def _claims(library: Library) -> Faults:
    known, articles = names(library), {article.key for article in library.articles}
    for claim in library.claims:
        yield from _unknown("articles", claim.id, [claim.article], articles)
        yield from _unknown("articles", claim.id, claim.maps_to, known)
        if not claim.maps_to:
            yield fault("articles", claim.id, _("nothing keeps this claim"))


def _wording(library: Library) -> Faults:
    for phrase in library.wording:
        try:
            braces = _braces(phrase)
        except ValueError:
            yield fault("wording", phrase.id, _("has a brace that is not closed"))
            continue
        if braces != set(phrase.values):
            yield fault("wording", phrase.id, _("braces and values differ"))
        for name in braces - set(library.conflict_by_id):
            if CONFLICT_ID.fullmatch(name):
                yield fault("wording", phrase.id, _("no conflict has the id {name}"), name=name)
        if not phrase.text.strip():
            yield fault("wording", phrase.id, _("{name} is empty"), name="text")


def _expectations(library: Library) -> Faults:
    """What stands beside every prognosis band is said in one way, on every page."""
    notes = {note.text for note in library.rulebook.notes}
    for name in EVERY_BAND:
        phrase = library.phrase_by_id.get(name)
        if phrase is not None and phrase.text not in notes:
            yield fault("wording", name, _("differs from the notes of prognosis"))


def _braces(phrase: Phrase) -> set[str]:
    """Return the names between braces. Raises ValueError when a brace stands alone."""
    texts = (phrase.title, phrase.text, *phrase.items)
    parsed = (part for text in texts for part in string.Formatter().parse(text))
    return {name for _literal, name, _format, _conversion in parsed if name is not None}


def _banned(library: Library) -> Faults:
    for word in library.banned:
        if word.because not in library.conflict_by_id:
            yield fault(
                "conflicts", word.stem, _("no conflict has the id {name}"), name=word.because
            )
    for place in patient_texts(library):
        for stem in banned_in(place.text, library.banned):
            yield fault(
                place.file, place.where, _("patients do not read the word {name}"), name=stem
            )


def _figures(library: Library) -> Faults:
    """Each drawing belongs to an exercise and can be drawn. A version may hold none at all."""
    for figure in library.figures:
        if figure.exercise not in library.exercise_by_id:
            yield fault("figures", figure.exercise, _("no exercise has this id"))
        for each in figure_faults(figure):
            yield fault("figures", figure.exercise, _("{problem}"), problem=each)
