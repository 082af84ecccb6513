"""Which texts need a translation, the translations that ship, and what can be wrong with one.

Pure. The files of ``fr`` hold pairs: the English text word for word, and the French one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assessments.library.files import read_file
from assessments.library.patient_words import PatientText, patient_texts
from assessments.library.questionnaires import BETWEEN, GROUP
from assessments.library.rulebook_faults import Faults, fault
from assessments.library.sentences import SENTENCES
from assessments.library.shape import read_list
from assessments.library.texts import gettext_noop as _
from assessments.library.translating import CHOICE, VALUE, values_of
from assessments.library.version import Library

LANGUAGES = ("fr",)
HERE = Path(__file__).parent
LONGEST = 1200  # characters of a translation


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A text of the library, and what it is in French."""

    en: str
    fr: str


def texts_of(library: Library) -> dict[str, list[PatientText]]:
    """Return every text a patient may read, once, with the places where it stands."""
    found: dict[str, list[PatientText]] = {}
    for place in patient_texts(library):
        if any(each.isalpha() for each in place.text):
            found.setdefault(place.text, []).append(place)
    for number, text in enumerate(SENTENCES, start=1):
        found.setdefault(text, []).append(PatientText("sentences", f"S{number:02}", "text", text))
    return found


@cache
def shipped_translations(language: str) -> Mapping[str, str]:
    """Return what ships in a language: text -> translation; nothing for one that does not ship.

    Raises FileError and ShapeError for files that cannot be read.
    """
    return {pair.en: pair.fr for pair in shipped_pairs(language)}


def shipped_pairs(language: str) -> tuple[Pair, ...]:
    """Return the pairs of the files as they stand there."""
    if language not in LANGUAGES:
        return ()
    return tuple(
        pair
        for path in sorted((HERE / language).glob("*.yaml"))
        for pair in read_list(Pair, read_file(path), path.stem)
    )


def translation_faults(pairs: tuple[Pair, ...], library: Library) -> Faults:
    """Find texts without a translation, pairs nothing needs, and pairs that do not fit."""
    needed, seen = texts_of(library), set()
    for pair in pairs:
        if pair.en in seen:
            yield fault("translations", pair.en, _("is translated twice"))
        elif pair.en not in needed:
            yield fault("translations", pair.en, _("the library has no such text"))
        else:
            yield from pair_faults(pair.en, pair.fr, needed[pair.en])
        seen.add(pair.en)
    for text, places in needed.items():
        if text not in seen:
            yield fault(places[0].file, places[0].where, _("has no French: {text}"), text=text)


def pair_faults(text: str, translation: str, places: list[PatientText]) -> Faults:
    """Find what is wrong with one translation of one text."""
    where = places[0].where if places else ""
    for problem in _problems(text, translation, where):
        yield fault("translations", text, problem)


def _problems(text: str, translation: str, where: str) -> Iterator[str]:
    if not translation.strip():
        yield _("is empty")
        return
    if len(translation) > LONGEST:
        yield _("is longer than a page can hold")
    if values_of(translation) != values_of(text) or _stray(translation):
        yield _("does not hold the same values as the text")
    if where.startswith(f"{GROUP}.") and text.count(BETWEEN) != translation.count(BETWEEN):
        yield _("does not have as many answers as the text")


def _stray(text: str) -> bool:
    """Say whether a brace is left that belongs to no value."""
    return any(each in VALUE.sub("", CHOICE.sub("", text)) for each in "{}")
