"""What of the library a patient may come to read, and the words that must not be among it."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from assessments.library.phases import Criterion, Phase
from assessments.library.rule_entries import Rulebook
from assessments.library.texts import BannedWord, Exercise, Phrase
from assessments.library.version import Library


class PatientText(NamedTuple):
    """A text and where it stands: file and entry."""

    file: str
    where: str
    text: str


def patient_texts(library: Library) -> Iterator[PatientText]:
    """Yield every text a patient may read: what the plan, the phone and the letters show."""
    for exercise in library.exercises:
        for text in _of_exercise(exercise):
            yield PatientText("exercises", exercise.id, text)
    for phase in library.phases:
        for text in _of_phase(phase):
            yield PatientText("phases", phase.id, text)
    for criterion in library.running.test:
        yield PatientText("running", criterion.id, criterion.label)
    for conflict in library.conflicts:
        yield PatientText("conflicts", conflict.id, conflict.wording)
    for phrase in library.wording:
        if phrase.audience != "clinician":
            for text in _of_phrase(phrase):
                yield PatientText("wording", phrase.id, text)
    yield from _of_rules(library.rulebook)


def banned_in(text: str, banned: Iterable[BannedWord]) -> tuple[str, ...]:
    """Return the banned stems ``text`` holds outside the phrases in which they are meant."""
    return tuple(word.stem for word in banned if _holds(text.lower(), word))


def _holds(text: str, word: BannedWord) -> bool:
    if word.stem.lower() not in text:
        return False
    for phrase in word.unless:
        text = text.replace(phrase.lower(), " ")
    # Plurals and endings count, words that merely contain the stem do not.
    return re.search(rf"\b{re.escape(word.stem.lower())}", text) is not None


def _of_exercise(exercise: Exercise) -> Iterator[str]:
    yield exercise.name
    yield exercise.target
    yield exercise.dose.text()
    yield exercise.instruction
    yield exercise.progress_to
    yield exercise.step_back_to
    yield exercise.equipment
    yield exercise.precaution
    if exercise.pain_limit is not None:
        yield exercise.pain_limit.text


def _of_phase(phase: Phase) -> Iterator[str]:
    criteria: tuple[Criterion, ...] = phase.leave
    yield from (phase.name, phase.aim, phase.enter, *(each.label for each in criteria))


def _of_phrase(phrase: Phrase) -> Iterator[str]:
    yield from (phrase.title, phrase.text, *phrase.items)


def _of_rules(rulebook: Rulebook) -> Iterator[PatientText]:
    for block in (*rulebook.blocks, *rulebook.optional):
        for text in (block.name, block.why, block.dose_cap):
            yield PatientText("blocks", block.id, text)
    for item in rulebook.never:
        yield PatientText("blocks", item.id, item.why)
    for band in rulebook.bands:
        yield PatientText("prognosis", band.id, band.text)
    for number, note in enumerate(rulebook.notes, start=1):
        yield PatientText("prognosis", f"note {number}", note.text)
