"""Treatments that no rule proposes, and the note that is kept with each when a clinician adds it.

Pure: no Django. Source: specification D4 ("never generated") and D8, K03 and K05. What a guideline
advises against can be added only where the library has the note that has to stand beside it; what
is left to the clinician is kept with the library's own sentence.
"""

from dataclasses import dataclass

from assessments.library import Library


@dataclass(frozen=True, slots=True)
class Unproposed:
    """One such treatment: the sentence the patient reads, and the note that is kept."""

    id: str
    name: str
    said: str
    note: str


def unproposed_in(library: Library) -> tuple[Unproposed, ...]:
    """Return those of a library version that a clinician may add, in its order."""
    found = []
    for item in library.rulebook.never:
        phrase = library.phrase_by_id.get(f"notice.{item.id.lower()}")
        note = phrase.text if phrase else ""
        if item.status == "CLINICIAN_ADD_ONLY":
            note = note or item.why
        if item.status != "CANNOT_BE_SAVED" and note:
            found.append(Unproposed(item.id, item.name, item.why, note))
    return tuple(found)
