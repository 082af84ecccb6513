"""The rulebook: every number, word and weight the rules read, loaded and checked as a whole.

A broken rulebook is never half loaded: every fault is named, with its file and entry.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import get_args, get_type_hints

from assessments.library.files import FileError, read_file
from assessments.library.rule_entries import Rulebook
from assessments.library.rulebook_faults import (
    LibraryFault,
    fault,
    inner_faults,
    rulebook_faults,
)
from assessments.library.shape import ShapeError, read
from assessments.library.texts import gettext_noop as _

__all__ = [
    "FILES",
    "SHIPPED",
    "BrokenRulebookError",
    "LibraryFault",
    "Rulebook",
    "load_rulebook",
    "rulebook_faults",
    "shipped_rulebook",
]

SHIPPED = Path(__file__).parent / "v1"
# The sections of each file; a file with one section holds the list itself.
FILES: Mapping[str, tuple[str, ...]] = {
    "thresholds": ("thresholds",),
    "gate": ("flags", "cautions", "alternatives"),
    "contributors": ("contributors",),
    "blocks": ("essential", "home_exercises", "removed_with", "blocks", "optional", "never"),
    "prognosis": ("bands", "notes"),
}


class BrokenRulebookError(ValueError):
    """The data is no rulebook; ``faults`` holds every reason."""

    def __init__(self, faults: list[LibraryFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(each) for each in faults))


def load_rulebook(source: Path | Mapping[str, object] = SHIPPED) -> Rulebook:
    """Load and check a rulebook.

    source  a folder of the files named in ``FILES``, or what those files hold by their names:
            ``{"thresholds": […], "gate": {"flags": […], …}, …}``

    Raises BrokenRulebookError with every fault found. Exercises and findings it names are
    checked by ``rulebook_faults``, which needs the rest of the library.
    """
    faults: list[LibraryFault] = []
    sections: dict[str, object] = {}
    for file, names in FILES.items():
        content = _content(source, file, faults)
        if content is not None:
            sections |= _sections(file, names, content, faults)
    if not faults:
        rulebook = read(Rulebook, sections, "rulebook")
        faults.extend(inner_faults(rulebook, _threshold_ids()))
    if faults:
        raise BrokenRulebookError(faults)
    return rulebook


@cache
def shipped_rulebook() -> Rulebook:
    """Return the rulebook that comes with the project."""
    return load_rulebook()


@cache
def _threshold_ids() -> frozenset[str]:
    """The numbers the rules ask for: those of the shipped file, which a test holds to the code."""
    shipped = read_file(SHIPPED / "thresholds.yaml")
    entries = shipped if isinstance(shipped, list) else []
    return frozenset(str(entry["id"]) for entry in entries)


def _content(
    source: Path | Mapping[str, object], file: str, faults: list[LibraryFault]
) -> Mapping[str, object] | None:
    """Return the sections of one file; None, and a fault, where there is nothing to read."""
    if isinstance(source, Mapping):
        content = source.get(file)
    else:
        try:
            content = read_file(source / f"{file}.yaml")
        except FileError as error:
            faults.append(fault(file, "-", "{reason}", reason=str(error)))
            return None
    if isinstance(content, list | tuple) and len(FILES[file]) == 1:
        return {FILES[file][0]: content}
    if isinstance(content, Mapping):
        return content
    faults.append(fault(file, "-", _("holds no entries")))
    return None


def _sections(
    file: str, names: tuple[str, ...], content: Mapping[str, object], faults: list[LibraryFault]
) -> dict[str, object]:
    """Check every entry of one file by itself, so that one broken entry does not hide another."""
    faults.extend(
        fault(file, name, _("no section has this name"))
        for name in sorted(set(map(str, content)) - set(names))
    )
    found: dict[str, object] = {}
    for name in names:
        entries = content.get(name)
        if not isinstance(entries, list | tuple):
            faults.append(fault(file, name, _("must be a list of entries")))
            continue
        found[name] = entries
        for number, entry in enumerate(entries, start=1):
            _entry(file, name, number, entry, faults)
    return found


def _entry(file: str, section: str, number: int, entry: object, faults: list[LibraryFault]) -> None:
    kind = get_args(get_type_hints(Rulebook)[section])[0]
    where = str(entry.get("id", number)) if isinstance(entry, Mapping) else str(number)
    try:
        read(kind, entry, section)
    except ShapeError as error:
        faults.append(fault(file, where, "{reason}", reason=str(error)))
