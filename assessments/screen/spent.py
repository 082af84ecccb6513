"""The time a page says was spent on a chart. It is no clinical content: nonsense is left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

MOST = 2_000_000_000  # what a column of whole numbers holds


@dataclass(frozen=True, slots=True)
class Spent:
    """What one browser tab has counted so far: always the whole, never what was added."""

    tab: UUID
    seconds: int  # active ones
    keys: int = 0
    touches: int = 0


def read_spent(raw: object) -> Spent | None:
    """Return the count in a JSON object or a form; None for anything that is none."""
    if not isinstance(raw, Mapping):
        return None
    try:
        tab = UUID(str(raw.get("tab", "")))
    except ValueError:
        return None
    seconds, keys, touches = (_count(raw.get(name)) for name in ("seconds", "keys", "touches"))
    return Spent(tab, seconds, keys, touches)


def _count(raw: object) -> int:
    text = str(raw)
    return min(int(text), MOST) if text.isascii() and text.isdigit() and len(text) < 12 else 0
