"""Questionnaires whose wording a clinic may use and has put into the library. None ships.

Pure. A questionnaire is asked only when it is whole: as many lines as the instrument has
questions, each with as many answers as its questions have.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assessments.findings import FIELDS, Part
from assessments.library.sentences import NOT_VALIDATED
from assessments.library.texts import Phrase
from assessments.library.translating import AS_WRITTEN, Speaker
from assessments.library.version import Library

GROUP = "questionnaire"
INSTRUMENTS = ("akps", "koos_pf_items", "lefs_items", "tsk11_items")
BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class Asking:
    """One question: which part of the instrument, and its answers as (code, words)."""

    part: str
    question: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """An instrument in the clinic's own wording.

    translated  the language of our own translation of it, which is no validated version
    """

    field: str
    title: str
    lead: str
    questions: tuple[Asking, ...]
    translated: str = ""


def questionnaires(library: Library, speaker: Speaker = AS_WRITTEN) -> Mapping[str, Questionnaire]:
    """Return those that can be asked, by the finding that holds their answers.

    In another language only what is translated as a whole is asked in it: a questionnaire in two
    languages is none.
    """
    found = {
        name: _asked(name, library.phrase_by_id.get(f"{GROUP}.{name}"), speaker)
        for name in INSTRUMENTS
    }
    return {name: each for name, each in found.items() if each}


def _asked(name: str, phrase: Phrase | None, speaker: Speaker) -> Questionnaire | None:
    """Return the questionnaire as the reader reads it; as it is written where that is not whole."""
    written = _read(name, phrase)
    if phrase is None or written is None or speaker.memory is None:
        return written
    probe = Speaker(speaker.memory, speaker.written)
    said = _read(name, probe.told(phrase))
    if said is None or probe.missing:
        return written
    speaker.unreviewed = speaker.unreviewed or probe.unreviewed
    lead = " ".join(filter(None, (said.lead, speaker.say(NOT_VALIDATED))))
    return replace(said, lead=lead, translated=speaker.memory.language)


def _read(name: str, phrase: Phrase | None) -> Questionnaire | None:
    parts = FIELDS[name].parts
    if phrase is None or len(phrase.items) != len(parts):
        return None
    asked = [_asking(part, line) for part, line in zip(parts, phrase.items, strict=True)]
    whole = tuple(each for each in asked if each)
    if len(whole) < len(parts):
        return None
    return Questionnaire(name, phrase.title, phrase.text, whole)


def _asking(part: Part, line: str) -> Asking | None:
    question, *words = [each.strip() for each in line.split(BETWEEN)]
    codes = part.codes or tuple(
        str(number) for number in range(int(part.hard.low or 0), int(part.hard.high or 0) + 1)
    )
    if not question or len(words) != len(codes) or not all(words):
        return None
    return Asking(part.id, question, tuple(zip(codes, words, strict=True)))
