"""What was seen in the rows of a long file, as it is kept between two turns of the worker.

Counts are of all rows; of those without a fault only the first are kept to be shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

SHOWN = 300  # rows of a look


@dataclass(frozen=True, slots=True)
class Seen:
    """A row as the page shows it."""

    number: int
    name: str
    what: str
    errors: Sequence[str] = field(default_factory=list)
    warnings: Sequence[str] = field(default_factory=list)


def added(found: Mapping[str, Any], rows: Iterable[Seen]) -> dict[str, Any]:
    """Return what was found so far with some more rows."""
    wrong, good = [*found.get("wrong", [])], [*found.get("good", [])]
    counts = {"rows": 0, "wrong": 0, "warned": 0, **found.get("counts", {})}
    for row in rows:
        counts["rows"] += 1
        counts["wrong"] += bool(row.errors)
        counts["warned"] += bool(row.warnings)
        shelf = wrong if row.errors else good
        if row.errors or len(good) < SHOWN:
            shelf.append(asdict(row))
    return {**found, "wrong": wrong, "good": good, "counts": counts}


def shown(found: Mapping[str, Any]) -> list[Seen]:
    """Return the rows to show, those with faults first."""
    return [Seen(**row) for row in [*found.get("wrong", []), *found.get("good", [])][:SHOWN]]


def wrong_numbers(found: Mapping[str, Any]) -> set[int]:
    """Return the numbers of rows that cannot be imported."""
    return {row["number"] for row in found.get("wrong", [])}
