"""All parts of a library version, by section and by name, and the part a fault belongs to."""

from collections.abc import Callable, Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.library import LibraryFault
from assessments.library_desk.parts import Data, Part
from assessments.library_desk.parts_rules import block_parts, exercise_parts, threshold_parts
from assessments.library_desk.parts_texts import (
    conflict_parts,
    evidence_parts,
    gate_parts,
    phase_parts,
    phrase_parts,
    prognosis_parts,
    running_parts,
)

SECTIONS: Mapping[str, Promise] = {
    "thresholds": _("Thresholds"),
    "exercises": _("Exercises"),
    "blocks": _("Blocks"),
    "contributors": _("Contributors"),
    "gate": _("Gate"),
    "phases": _("Phases and running"),
    "wording": _("Wording"),
    "evidence": _("Evidence"),
}

_KINDS: tuple[Callable[[Data], Iterator[Part]], ...] = (
    threshold_parts,
    exercise_parts,
    block_parts,
    gate_parts,
    phase_parts,
    running_parts,
    prognosis_parts,
    phrase_parts,
    evidence_parts,
    conflict_parts,
)


def all_parts(data: Data) -> tuple[Part, ...]:
    """Return every part of a version, in the order of the sections' pages."""
    return tuple(part for parts in _KINDS for part in parts(data))


def parts_of(data: Data, section: str) -> tuple[Part, ...]:
    return tuple(part for part in all_parts(data) if part.section == section)


def part_named(data: Data, key: str) -> Part | None:
    """Return the part of that key ("exercise/EX12"); None when there is none."""
    return next((part for part in all_parts(data) if part.key == key), None)


def part_at_fault(fault: LibraryFault, parts: tuple[Part, ...]) -> Part | None:
    """Return the part where a fault can be put right; None when none is about it."""
    for part in parts:
        inside = part.slot(fault.where) is not None or _reads(part, fault.where)
        if part.file == fault.file and (part.where == fault.where or inside):
            return part
    return None


def _reads(part: Part, where: str) -> bool:
    """Say whether a criterion or stage of that name stands within the part."""
    return part.slot(where.lower().replace("-", "_")) is not None
