"""What the page of a note shows: its lines with what stands in them, and what is wrong there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.actions.notes import held_of
from assessments.library_store import library_of, newest_version
from assessments.models import Note
from assessments.notes.lines import LINES
from assessments.screen.differences import Difference, Place, Said, differences
from assessments.treatment.words import said_of_treatments

# Groups of the library's wording, by how soon a yes has to be acted on.
SAFETY = {
    "emergency.now": gettext_lazy("A yes: emergency, now"),
    "emergency.today": gettext_lazy("A yes: seen today"),
    "emergency.tell_us": gettext_lazy("A yes: looked into before any exercise"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One line. ``error`` is a sentence beside it, or empty."""

    name: str
    letter: str
    label: str
    hint: str
    text: str
    error: str
    longest: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One question that is answered by choosing; ``options`` are code, words and whether chosen."""

    name: str
    label: str
    options: tuple[tuple[str, str, bool], ...]
    error: str


def lines_of(
    note: Note, held: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> list[Shown]:
    """Return the lines of a note in their order."""
    return [
        Shown(
            name=line.name,
            letter=line.letter,
            label=_(line.label),
            hint=_(line.hint) if line.hint else "",
            text=held.get(line.name, ""),
            error=(errors or {}).get(line.name, ""),
            longest=line.longest,
            rows=line.rows,
        )
        for line in LINES[note.kind]
    ]


def choices_of(
    note: Note, held: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> list[Choice]:
    """Return what is chosen in the record of a call: nothing in any other note."""
    if note.kind != Note.Kind.PHONE:
        return []
    asked = (
        ("safety_asked", _("Safety questions"), Note.Safety.choices),
        ("outcome", _("Outcome"), Note.Outcome.choices),
    )
    return [
        Choice(
            name=name,
            label=label,
            options=tuple((code, str(words), held.get(name) == code) for code, words in options),
            error=(errors or {}).get(name, ""),
        )
        for name, label, options in asked
    ]


def said_in_note(note: Note, held: Mapping[str, str]) -> dict[Place, Said]:
    """Return everything a note says, line by line, for a comparison with its correction."""
    said = {(line.name, "", ""): Said(line.label, line.text) for line in written(note, held)}
    for choice in choices_of(note, held):
        for _code, words, chosen in choice.options:
            if chosen:
                said[choice.name, "", ""] = Said(choice.label, words)
    return said | said_of_treatments(note.treatments.order_by("added_at", "pk"))


def changes_between(original: Note, amendment: Note) -> tuple[Difference, ...]:
    """Return what a correction changed. Four queries."""
    return differences(
        said_in_note(original, held_of(original)), said_in_note(amendment, held_of(amendment))
    )


def safety_questions() -> list[tuple[str, tuple[str, ...]]]:
    """Return what to ask on the telephone: what a yes asks for, and the library's own words."""
    library = library_of(newest_version().number)
    return [(str(title), library.phrase_by_id[name].items) for name, title in SAFETY.items()]


def written(note: Note, held: Mapping[str, str]) -> Iterable[Shown]:
    """Return the lines of a signed note that say something."""
    return [line for line in lines_of(note, held) if line.text]
