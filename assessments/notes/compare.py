"""Two texts, word by word: what stayed, what went, what came. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORDS = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words; ``gone`` stood in the first text alone, ``new`` in the second."""

    kind: Literal["same", "gone", "new"]
    text: str


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces in the order of reading; all but the gone ones make ``after``.

    Words are compared without the space that follows them.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    words = [each.strip() for each in old], [each.strip() for each in new]
    pieces: list[Piece] = []
    for tag, first, last, start, end in SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(new[start:end])))
            continue
        if first < last:
            pieces.append(Piece("gone", "".join(old[first:last])))
        if start < end:
            pieces.append(Piece("new", "".join(new[start:end])))
    return tuple(pieces)
