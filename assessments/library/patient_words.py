"""What of the library a patient may come to read, and the words that must not be among it."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from assessments.library.phases import Phase
from assessments.library.rule_entries import Rulebook
from assessments.library.texts import BannedWord, Exercise, Phrase
from assessments.library.version import Library


class PatientText(NamedTuple):
    """A text and where it stands: file, entry and field."""

    file: str
    where: str
    field: str
    text: str


def patient_texts(library: Library) -> Iterator[PatientText]:
    """Yield every text a patient may read: what the plan, the phone and the letters show."""
    for exercise in library.exercises:
        yield from _placed("exercises", exercise.id, _of_exercise(exercise))
    for phase in library.phases:
        yield from _placed("phases", phase.id, _of_phase(phase))
    for criterion in library.running.test:
        yield PatientText("running", criterion.id, "label", criterion.label)
    for conflict in library.conflicts:
        yield PatientText("conflicts", conflict.id, "wording", conflict.wording)
    added = {f"notice.{item.id.lower()}" for item in library.rulebook.never}
    for phrase in library.wording:
        if phrase.audience != "clinician" or phrase.id in added:
            yield from _placed("wording", phrase.id, _of_phrase(phrase))
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


def _placed(file: str, where: str, fields: Iterable[tuple[str, str]]) -> Iterator[PatientText]:
    for field, text in fields:
        if text:
            yield PatientText(file, where, field, text)


def _of_exercise(exercise: Exercise) -> Iterator[tuple[str, str]]:
    yield "name", exercise.name
    yield "target", exercise.target
    # The rest of a dose is numbers and fixed words.
    yield "dose", exercise.dose.words
    yield "unit", exercise.dose.unit
    yield "instruction", exercise.instruction
    yield "progress_to", exercise.progress_to
    yield "step_back_to", exercise.step_back_to
    yield "equipment", exercise.equipment
    yield "precaution", exercise.precaution
    if exercise.pain_limit is not None:
        yield "pain_limit", exercise.pain_limit.text


def _of_phase(phase: Phase) -> Iterator[tuple[str, str]]:
    yield "name", phase.name
    yield "aim", phase.aim
    yield "enter", phase.enter
    for criterion in phase.leave:
        yield criterion.id, criterion.label


def _of_phrase(phrase: Phrase) -> Iterator[tuple[str, str]]:
    yield "title", phrase.title
    yield "text", phrase.text
    for number, item in enumerate(phrase.items, start=1):
        yield f"item {number}", item


def _of_rules(rulebook: Rulebook) -> Iterator[PatientText]:
    for block in (*rulebook.blocks, *rulebook.optional):
        said = (("name", block.name), ("why", block.why), ("dose_cap", block.dose_cap))
        yield from _placed("blocks", block.id, said)
    for item in rulebook.never:
        # A clinician may add some of them; the line then says what each is called.
        named = item.name if item.status != "CANNOT_BE_SAVED" else ""
        yield from _placed("blocks", item.id, (("name", named), ("why", item.why)))
    for band in rulebook.bands:
        yield PatientText("prognosis", band.id, "text", band.text)
    for number, note in enumerate(rulebook.notes, start=1):
        yield PatientText("prognosis", f"note {number}", "text", note.text)
