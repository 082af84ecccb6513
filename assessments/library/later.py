"""What the library learned after a version was stored: taken from the shipped one, entry by entry.

A published version never changes. The code goes on, though, and comes to read a limit or to show a
sentence that nobody had thought of then; an older version answers with what the project ships.
"""

from collections.abc import Mapping
from functools import cache

from assessments.library.loader import shipped

GROWING = ("thresholds", "wording")  # lists of entries with an id, which only ever grow


def completed(
    data: Mapping[str, object], *, since: Mapping[str, object] | None = None
) -> dict[str, object]:
    """Return stored data with every limit and phrase it does not know yet, at the end of its list.

    data   as ``Library.as_data`` gives it; a part of another shape is left for the reader to refuse
    since  the version a draft was begun from: what that one holds was taken out of the draft
    """
    before = since or {}
    return {
        name: _grown(name, part, _ids(before.get(name))) if name in GROWING else part
        for name, part in data.items()
    }


def _grown(name: str, part: object, out: set[object]) -> object:
    if not isinstance(part, list):
        return part
    known = _ids(part) | out
    return [*part, *(entry for entry in _entries(name) if entry["id"] not in known)]


def _ids(part: object) -> set[object]:
    entries = part if isinstance(part, list) else []
    return {entry.get("id") for entry in entries if isinstance(entry, dict)}


@cache
def _entries(name: str) -> tuple[dict[str, object], ...]:
    part = shipped().as_data()[name]
    return tuple(part) if isinstance(part, list) else ()
