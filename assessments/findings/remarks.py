"""Words kept beside the findings: a free note per section, and what each PSFS score is about.

They are no findings: ``Findings`` has no place for them, so no rule or score can read one. They
are saved, signed, shown and exported with the chart they belong to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from assessments.findings.dictionary import FIELDS, SECTIONS
from assessments.findings.field import gettext_noop as _


@dataclass(frozen=True, slots=True)
class RemarkKind:
    """One place for words. ``section`` is where the chart shows it; ``longest`` in characters."""

    name: str
    label: str
    section: str
    longest: int


def note_name(section: str) -> str:
    """Return the name of a section's note, as a page sends it."""
    return f"note.{section}"


def activity_name(part: str) -> str:
    """Return the name of the activity that ``psfs`` score ``part`` ("1" to "5") is about."""
    return f"psfs_name.{part}"


_NOTES = (RemarkKind(note_name(code), _("Note"), code, 2000) for code, _label in SECTIONS)
_ACTIVITIES = (
    RemarkKind(activity_name(part), _("Activity"), "instruments", 80)
    for part in FIELDS["psfs"].part_ids
)
REMARKS: Mapping[str, RemarkKind] = MappingProxyType(
    {kind.name: kind for kind in (*_NOTES, *_ACTIVITIES)}
)
