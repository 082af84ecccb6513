"""Reading a file of assessments that somebody hands in: JSON or YAML, one or a list.

Nothing in the file is trusted. What could mean two things is refused rather than guessed: a key
given twice, a YAML tag, alias, anchor or merge key, a number without an end, text that is not
UTF-8. Unquoted yes and no stay the words people typed; only true and false are truth values.
Dates stay text. Size and depth are limited.
"""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

from assessments.findings.field import gettext_noop as _
from assessments.library.yaml_events import (
    DEEPEST,
    Bad,
    Doubled,
    Tally,
    UnreadableError,
    decimal_number,
    from_yaml,
    whole_number,
)

LARGEST = 16 * 1024 * 1024  # bytes; some 5,000 full assessments
MOST = 10_000  # assessments; a short file of empty ones would otherwise make a huge answer


class Trouble(NamedTuple):
    """One thing that cannot be read, at ``place`` ("triggers.squatting") of one assessment."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class Item(NamedTuple):
    """One assessment as it was written, and what cannot be read of it."""

    raw: object
    troubles: tuple[Trouble, ...]


class Submission(NamedTuple):
    """What the file holds; ``listed`` when it was a list, even of one."""

    items: tuple[Item, ...]
    listed: bool


def read_submission(content: bytes) -> Submission:
    """Read a file: one mapping of findings, or a list of them.

    Raises UnreadableError, with one line for people, when nothing can be made of the file.
    """
    found = _parsed(_text(content))
    if isinstance(found, Mapping):
        return Submission((_item(found),), listed=False)
    if isinstance(found, list):
        if len(found) > MOST:
            raise UnreadableError(_("more than {limit} assessments"), limit=MOST)
        return Submission(tuple(_item(each) for each in found), listed=True)
    raise UnreadableError(_("an assessment, or a list of them, is expected"))


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        raise UnreadableError(_("the file is larger than {limit} MB"), limit=LARGEST // 1024**2)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError(_("the file is not UTF-8 text")) from None
    if not text.strip():
        raise UnreadableError(_("the file is empty"))
    return text


def _parsed(text: str) -> object:
    """Read JSON, which is many times quicker, and what is not JSON as YAML."""
    try:
        return json.loads(
            text,
            object_pairs_hook=partial(_pairs, Tally()),
            parse_int=whole_number,
            parse_float=decimal_number,
            parse_constant=lambda _name: Bad(),
        )
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError:
        return from_yaml(text)


def _pairs(tally: Tally, pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Build one object; a key given twice keeps a mark in place of its value."""
    tally.one_more()
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _value in pairs:
            if name in seen:
                found[name] = Doubled()
            seen.add(name)
    return found


def _item(raw: object) -> Item:
    return Item(raw, tuple(_troubles(raw, "", 2)))


def _troubles(value: object, place: str, depth: int) -> Iterator[Trouble]:
    """Find the marks left while reading. ``depth`` counts levels, the list around included."""
    if isinstance(value, Doubled):
        yield Trouble(place, _("is given twice"))
    elif isinstance(value, Bad):
        yield Trouble(place, _("is not a number that can be charted"))
    elif isinstance(value, dict | list):
        if depth > DEEPEST:
            raise _too_deep()
        inner = value.items() if isinstance(value, dict) else enumerate(value, start=1)
        for name, each in inner:
            if isinstance(each, dict | list | Doubled | Bad):
                within = f"{place}.{name}" if place else str(name)
                yield from _troubles(each, within, depth + 1)


def _too_deep() -> UnreadableError:
    return UnreadableError(_("nested more than {limit} deep"), limit=DEEPEST)
