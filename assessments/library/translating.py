"""A library's texts in another language: found by the text they translate, word for word.

Pure. A translation belongs to one text of the library's language and to no other: once that text
reads differently, nothing is found for it and it is shown as it is, marked as another language.

A translation may hold the values of its text (``{days}`` or ``%(days)s``) and, for a value, the
word that goes with it in the singular and in the plural: ``{days} {days|jour|jours}``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Any

from assessments.library.sentences import NOT_REVIEWED, PARTLY_NOT_TRANSLATED
from assessments.library.texts import A_WEEK, DAILY, DAYS_A_WEEK, HOLD, Dose, Phrase

VALUE = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
CHOICE = re.compile(r"\{(\w+)\|([^{}|]*)\|([^{}|]*)\}")
NUMBER = re.compile(r"-?\d[\d   ]*(?:[.,]\d+)?")
FREE = ("number", "name", "day")  # values that are words: a telephone number, a name, a day
SPOKEN = ("title", "text", "why", "items")  # parts of a plan's phrases that are read


@dataclass(frozen=True, slots=True)
class Rendering:
    """A text in another language, and whether a clinical lead has reviewed it."""

    text: str
    reviewed: bool = False


class Foreign(str):
    """A text that is not in the language of the page; a page says so to screen readers."""

    __slots__ = ("lang",)
    lang: str

    def __new__(cls, text: str, lang: str) -> "Foreign":
        made = super().__new__(cls, text)
        made.lang = lang
        return made

    def __html__(self) -> str:
        return f'<span lang="{escape(self.lang)}">{escape(str(self))}</span>'

    def __str__(self) -> str:
        return "".join(self)


@dataclass(frozen=True)
class Memory:
    """Every translation into one language, by the text it translates."""

    language: str
    entries: Mapping[str, Rendering]

    @cached_property
    def _templates(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """The entries with values as patterns, what is most literal first."""
        found = [text for text in self.entries if VALUE.search(text)]
        found.sort(key=lambda text: -len(VALUE.sub("", text)))
        return tuple((_pattern(text), text) for text in found)

    def find(self, text: str) -> Rendering | None:
        """Return the translation of a text; of one with its values put in, with the same values."""
        found = self.entries.get(text)
        if found is not None:
            return found
        for pattern, template in self._templates:
            matched = pattern.fullmatch(text)
            if matched:
                return self._filled(self.entries[template], matched.groupdict())
        return None

    def _filled(self, rendering: Rendering, given: Mapping[str, str]) -> Rendering | None:
        """Put values in; None where one of them is neither a number nor a text that is known."""
        values, reviewed = {}, rendering.reviewed
        for name, value in given.items():
            if NUMBER.fullmatch(value):
                values[name] = value.replace(".", ",") if self.language == "fr" else value
                continue
            known = self.entries.get(value)
            if known is None and name not in FREE:
                return None
            values[name] = known.text if known else value
            reviewed = reviewed and (known is None or known.reviewed)
        return Rendering(filled(rendering.text, values, self.language), reviewed)


def filled(text: str, values: Mapping[str, str], language: str) -> str:
    """Put values into a translation and choose the words that go with them."""

    def choose(found: re.Match[str]) -> str:
        return found[2] if is_one(values[found[1]], language) else found[3]

    def put(found: re.Match[str]) -> str:
        return values[found[1] or found[2]]

    said = VALUE.sub(put, CHOICE.sub(choose, text))
    return said.replace("%%", "%")


def is_one(number: str, language: str) -> bool:
    """Say whether a number takes the singular. In French everything below two does."""
    value = float(number.replace(",", ".").replace(" ", ""))
    return abs(value) < 2 if language == "fr" else value == 1


def values_of(text: str) -> frozenset[str]:
    """Return the names of the values a text holds, those it only counts by included."""
    plain = {name or other for name, other in VALUE.findall(text)}
    return frozenset(plain | {found[1] for found in CHOICE.finditer(text)})


def _pattern(template: str) -> re.Pattern[str]:
    """Return what matches a text that was made from a template."""
    parts, end, seen = [], 0, set()
    for found in VALUE.finditer(template):
        parts.append(re.escape(_literal(template[end : found.start()])))
        name, end = found[1] or found[2], found.end()
        parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.+?)")
        seen.add(name)
    parts.append(re.escape(_literal(template[end:])))
    return re.compile("".join(parts), re.DOTALL)


def _literal(text: str) -> str:
    return text.replace("%%", "%")


class Speaker:
    """Says texts of a library in the language of a reader, and remembers how well it could.

    memory    None: the reader reads the library's own language
    written   the language of the library
    """

    def __init__(self, memory: Memory | None, written: str = "en") -> None:
        self.memory = memory
        self.written = written
        self.unreviewed = False
        self.missing = False

    def say(self, text: str) -> str:
        """Return a text as the reader reads it, or as it is written, marked, if nobody could."""
        if self.memory is None or not any(each.isalpha() for each in text):
            return text
        found = self.memory.find(text)
        if found is None:
            self.missing = True
            return Foreign(text, self.written)
        self.unreviewed = self.unreviewed or not found.reviewed
        return found.text

    def dose(self, text: str) -> str:
        """Return a dose as the reader reads it: its words, or its parts put together anew."""
        if self.memory is None:
            return text
        parts = None if self.memory.find(text) else dose_in(text)
        if parts is None:
            return self.say(text)
        probe = Speaker(self.memory, self.written)
        said = replace(parts, unit=probe.say(parts.unit)).text(probe.say)
        if probe.missing:  # half a dose in each language helps nobody
            return self.say(text)
        self.unreviewed = self.unreviewed or probe.unreviewed
        return said

    def told(self, phrase: Phrase, **given: object) -> Phrase:
        """Return a phrase as the reader reads it, with its values filled in where any are given.

        KeyError when one of them is not given.
        """
        values = {name: str(value) for name, value in given.items()}

        def put(text: str) -> str:
            said = self.say(text)
            return self._put(said, values) if values else said

        return replace(
            phrase,
            title=put(phrase.title),
            text=put(phrase.text),
            items=tuple(put(item) for item in phrase.items),
            values=() if values else phrase.values,
        )

    def _put(self, said: str, values: Mapping[str, str]) -> str:
        if isinstance(said, Foreign):
            return Foreign(filled(said, values, said.lang), said.lang)
        return filled(said, values, self.memory.language if self.memory else self.written)

    def notes(self) -> tuple[str, ...]:
        """Return what has to be said, once, of what was read so far; nothing where all is well."""
        notes = [NOT_REVIEWED] if self.unreviewed else []
        notes += [PARTLY_NOT_TRANSLATED] if self.missing else []
        return tuple(Speaker(self.memory, self.written).say(each) for each in notes)

    def phrase(self, phrase: Mapping[str, Any]) -> dict[str, Any]:
        """Return a phrase of a plan with everything that is read said in the reader's language."""
        return {name: self._part(name, value) for name, value in phrase.items()}

    def _part(self, name: str, value: Any) -> Any:
        if name not in SPOKEN:
            return value
        if isinstance(value, list | tuple):
            return [self.say(str(each)) for each in value]
        return self.say(str(value))


AS_WRITTEN = Speaker(None)  # says every text as the library writes it


def dose_in(text: str) -> Dose | None:
    """Return the parts of a dose that was put together from parts; None for any other text."""
    return next((each for each in _read_as(text) if each.text() == text), None)


def _read_as(text: str) -> Iterator[Dose]:
    work, *rest = text.split(", ")
    found = re.fullmatch(r"(?:(\d+) × )?(\d+)( s)?(?: (.+?))??( a side)?", work)
    if found is None:
        return
    hold: int | None = None
    week: int | None = None
    for each in rest:
        if each == DAILY:
            week = DAYS_A_WEEK
        elif number := _number_in(HOLD, each):
            hold = number
        elif number := _number_in(A_WEEK, each):
            week = number
    amount = int(found[2])
    yield Dose(
        sets=int(found[1]) if found[1] else None,
        reps=None if found[3] else amount,
        hold_s=amount if found[3] else hold,
        per_side=bool(found[5]),
        unit=found[4] or "",
        per_week=week,
    )


def _number_in(pattern: str, text: str) -> int | None:
    found = _pattern(pattern).fullmatch(text)
    value = next(iter(found.groupdict().values())) if found else ""
    return int(value) if value.isdecimal() else None
