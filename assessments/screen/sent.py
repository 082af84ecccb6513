"""Read what a script sends: JSON with a base version and a list of values, or a list of logs.

Everything is untrusted: size, depth, numbers that are none, keys of the wrong kind. What cannot be
read at all raises ``UnreadableError`` with a sentence; a wrong value is a matter of its own field.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple, NoReturn

from django.utils.translation import gettext as _

from assessments.findings import SIDES
from assessments.findings.dictionary import TRIGGERS
from assessments.screen.entries import Entry, split
from assessments.screen.spent import Spent, read_spent

MOST_VALUES = 600  # the whole dictionary, part by part and side by side, is below this
LONGEST_NAME = 60


class UnreadableError(ValueError):
    """The body is not what the address takes. ``str(error)`` says what is wrong."""


def read_body(body: bytes) -> object:
    """Return the JSON value in ``body``; decimals stay exact. Raises UnreadableError."""
    try:
        return json.loads(body.decode(), parse_float=Decimal, parse_constant=_no_number)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise UnreadableError(_("This is not valid JSON.")) from error


class Sent(NamedTuple):
    """A save.

    base   the version it builds on
    said   findings for which the patient's own answer is confirmed, as it was given
    spent  the time so far, if the page counts it
    """

    base: int
    entries: list[Entry]
    said: frozenset[str] = frozenset()
    spent: Spent | None = None


def read_save(body: bytes) -> Sent:
    """Return what a save holds. Raises UnreadableError."""
    content = read_body(body)
    if not isinstance(content, dict):
        raise UnreadableError(_("Send an object with base_version and values."))
    version = content.get("base_version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 0:
        raise UnreadableError(_("base_version is the whole number the page was given."))
    values = content.get("values")
    if not isinstance(values, list) or len(values) > MOST_VALUES:
        raise UnreadableError(_("values is a list of objects with field, side and value."))
    entries = [entry for one in values if not _is_said(one) for entry in _entries(one)]
    said = [entry.field for one in values if _is_said(one) for entry in _entries(one)]
    return Sent(version, entries, frozenset(map(_whole, said)), read_spent(content.get("time")))


def _entries(one: object) -> Iterator[Entry]:
    """Read one value; the object of all triggers is one value per activity."""
    if not isinstance(one, dict):
        raise UnreadableError(_("values is a list of objects with field, side and value."))
    field, side, value = one.get("field"), one.get("side") or "", one.get("value")
    if not isinstance(field, str) or not 0 < len(field) <= LONGEST_NAME:
        raise UnreadableError(_("Each value names its field."))
    if side not in ("", *SIDES):
        raise UnreadableError(_("A side is L, R or left out."))
    if field == "triggers" and isinstance(value, dict):
        for name, score in value.items():
            yield Entry(TRIGGERS.get(name, f"triggers.{name}"[:LONGEST_NAME]), side, score)
    else:
        yield Entry(field, side, value)


def _is_said(one: object) -> bool:
    """Say whether the page confirms what the patient said, instead of sending a value."""
    return isinstance(one, dict) and one.get("said") is True


def _whole(name: str) -> str:
    field, _part = split(name)
    return field.id if field else name


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")
