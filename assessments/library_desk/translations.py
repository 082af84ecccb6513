"""The list of translations as the clinical lead reads it: English beside the other language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.library.patient_words import PatientText
from assessments.library.translating import Memory
from assessments.models import Translation
from assessments.translation_actions import seal_of
from assessments.translation_store import digest_of

A_PAGE = 50
STATES: Mapping[str, Promise] = {
    "open": _("Not reviewed"),
    "missing": _("Not translated"),
    "reviewed": _("Reviewed"),
    "all": _("All"),
}
PARTS: Mapping[str, Promise] = {
    "exercises": _("Exercises"),
    "blocks": _("Blocks"),
    "phases": _("Phases"),
    "running": _("Running"),
    "wording": _("Wording"),
    "conflicts": _("Conflicts"),
    "prognosis": _("Prognosis"),
    "sentences": _("Sentences"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One text with its translation, where it stands, and who stands for it."""

    digest: str
    source: str
    said: str
    seal: str
    places: tuple[PatientText, ...]
    reviewed_by: str = ""
    written_at: datetime | None = None  # None: as the project ships it

    @property
    def state(self) -> str:
        if not self.said:
            return "missing"
        return "reviewed" if self.reviewed_by else "open"

    @property
    def part(self) -> str:
        return self.places[0].file

    @property
    def place(self) -> str:
        """Where it stands, in a few words: ``EX12 instruction`` and how many places more."""
        first = f"{self.places[0].where} · {self.places[0].field}"
        more = len(self.places) - 1
        return f"{first} (+{more})" if more else first


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How far one part is: of how many texts how many are reviewed."""

    name: str
    label: Promise
    reviewed: int
    total: int

    @property
    def done(self) -> bool:
        return self.reviewed == self.total


def rows_of(
    texts: Mapping[str, list[PatientText]], memory: Memory, written: Iterable[Translation]
) -> list[Row]:
    """Return every text in the order of the library; ``written`` is what the clinic wrote."""
    newest = {row.digest: row for row in sorted(written, key=lambda row: row.number)}
    rows = []
    for source, places in texts.items():
        digest, found = digest_of(source), memory.entries.get(source)
        own = newest.get(digest)
        said = found.text if found else ""
        rows.append(
            Row(
                digest=digest,
                source=source,
                said=said,
                seal=seal_of(said),
                places=tuple(places),
                reviewed_by=own.reviewed_by if own else "",
                written_at=own.written_at if own else None,
            )
        )
    return rows


def counts_of(rows: Iterable[Row]) -> list[Count]:
    """Return how far each part is."""
    kept = list(rows)
    return [
        Count(
            name=name,
            label=label,
            reviewed=sum(row.part == name and row.state == "reviewed" for row in kept),
            total=sum(row.part == name for row in kept),
        )
        for name, label in PARTS.items()
    ]


def chosen_of(rows: Iterable[Row], part: str, state: str, words: str) -> list[Row]:
    """Return the rows of a part in a state that hold these words in either language."""
    wanted = words.strip().lower()
    return [
        row
        for row in rows
        if (not part or row.part == part)
        and (state == "all" or row.state == state or (state == "open" and row.state == "missing"))
        and (not wanted or any(wanted in text.lower() for text in _texts(row)))
    ]


def _texts(row: Row) -> tuple[str, ...]:
    return (row.source, row.said, *(place.where for place in row.places))
