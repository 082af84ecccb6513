"""One changeable value of a library: where it stands in the data, what it may be, what is wrong.

The data is that of ``Library.as_data()``. A path leads through it: a text is a key, or the id (or
key) of an entry of a list; a number is a position in a list.
"""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.library.patient_words import banned_in
from assessments.library.texts import BannedWord, Citation

Path = tuple[str | int, ...]
Words = str | Promise  # a text, or one that is translated when it is shown
Kind = Literal["whole", "number", "line", "text", "lines", "chosen", "ordered", "choice", "on"]
Choices = tuple[tuple[str, Words], ...]

YES, NO = gettext_lazy("yes"), gettext_lazy("no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A value that the clinical lead may change.

    name      what forms call it; unique within its part
    kind      whole: int; number: Decimal; line, text, choice: str; on: bool;
              lines, chosen (a set of choices), ordered (choices in an order): tuple of str
    low, high smallest and largest number, both included
    longest   characters of a text
    written   what "on" is stored as
    cites     each line is a source, such as ``CPG19 [R, A]``
    patient   a patient may come to read it
    note      what the number decides, or how to write the text
    """

    name: str
    path: Path
    label: Words
    kind: Kind
    low: Decimal | None = None
    high: Decimal | None = None
    unit: Words = ""
    longest: int = 0
    choices: Choices = ()
    needed: bool = False
    written: object = True
    cites: bool = False
    patient: bool = False
    note: Words = ""


class NothingThereError(LookupError):
    """A path leads nowhere in this data."""


def found_at(data: object, path: Path) -> object:
    """Return what stands at a path; None where an optional key is absent at its end.

    Raises NothingThereError when the way there does not exist.
    """
    *way, last = path
    for step in way:
        data = _step(data, step)
    if isinstance(data, dict):
        return data.get(last)
    return _step(data, last)


def _step(data: object, step: str | int) -> object:
    if isinstance(data, dict) and step in data:
        return data[step]
    if isinstance(data, list):
        if isinstance(step, int) and step < len(data):
            return data[step]
        for entry in data:
            if isinstance(entry, dict) and step in (entry.get("id"), entry.get("key")):
                return entry
    raise NothingThereError(str(step))


def value_of(data: object, slot: Slot) -> object:
    """Return the value of a slot as forms and actions hold it."""
    stored = found_at(data, slot.path)
    if slot.kind == "on":
        return stored is not None and stored is not False
    if slot.kind in ("lines", "chosen", "ordered"):
        return _as_tuple(stored)
    if slot.kind == "number":
        return None if stored is None else Decimal(str(stored))
    if slot.kind == "whole":
        return None if stored is None else int(Decimal(str(stored)))
    return "" if stored is None else str(stored)


def _as_tuple(stored: object) -> tuple[str, ...]:
    if isinstance(stored, str):  # one source where only one may stand
        return (stored,)
    return tuple(str(each) for each in stored) if isinstance(stored, list) else ()


def with_value(data: object, slot: Slot, value: object) -> None:
    """Put a value in its place, in ``data`` itself."""
    *way, last = slot.path
    place = data
    for step in way:
        place = _step(place, step)
    before = found_at(place, (last,))
    stored = _stored(slot, value, before)
    if stored is None and isinstance(place, dict):
        place.pop(last, None)
    else:
        cast(dict[str | int, object], place)[last] = stored


def _stored(slot: Slot, value: object, before: object) -> object:
    """Return the value as the data keeps it; None for one that is left out."""
    if slot.kind == "on":
        return slot.written if value else None
    if slot.kind in ("lines", "chosen", "ordered"):
        items = [str(each) for each in cast(Iterable[object], value or ())]
        if isinstance(before, str):
            return items[0] if items else ""
        return items if items or slot.needed or before is not None else None
    if value is None:
        return None
    if slot.kind == "number" or (slot.kind == "whole" and isinstance(before, str)):
        number = Decimal(str(value))
        same = before is not None and Decimal(str(before)) == number
        return before if same else _number_text(number)  # 1.10 stays 1.10
    if slot.kind == "whole":
        return int(cast(int, value))
    return str(value) if value or slot.needed else None


def _number_text(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fault_in(slot: Slot, value: object, *, banned: Iterable[BannedWord]) -> str | None:
    """Say in a sentence what is wrong with a value; None when it may stand.

    Limits of numbers, unknown choices, missing and too long texts, sources that are not written
    as ``KEY [tag, grade]``, and words no patient reads (specification D8, K06 to K18).
    """
    if value in (None, "", ()):
        return _("This is needed.") if slot.needed else None
    if slot.kind == "on":
        return None if isinstance(value, bool) else _("Say yes or no.")
    if slot.kind in ("whole", "number"):
        return _number_fault(slot, value)
    if slot.choices:
        return _choice_fault(slot, value)
    return _text_fault(slot, value, banned)


def _number_fault(slot: Slot, value: object) -> str | None:
    kinds: tuple[type, ...] = (int,) if slot.kind == "whole" else (int, Decimal)
    if not isinstance(value, kinds) or isinstance(value, bool):
        return _("Write a number.")
    number = Decimal(str(value))
    low, high = slot.low, slot.high
    if not number.is_finite() or (low is not None and number < low):
        return _("The smallest value allowed is %(low)s.") % {"low": low}
    if high is not None and number > high:
        return _("The largest value allowed is %(high)s.") % {"high": high}
    return None


def _choice_fault(slot: Slot, value: object) -> str | None:
    known = {code for code, _label in slot.choices}
    given = value if isinstance(value, tuple) else (value,)
    for each in given:
        if each not in known:
            return _("%(name)s is not one of the choices.") % {"name": each}
    if len(set(given)) != len(given):
        return _("The same is chosen twice.")
    return None


def _text_fault(slot: Slot, value: object, banned: Iterable[BannedWord]) -> str | None:
    texts = value if isinstance(value, tuple) else (value,)
    for text in texts:
        if not isinstance(text, str):
            return _("Write a text.")
        if slot.longest and len(text) > slot.longest:
            return _("At most %(longest)s characters; there are %(given)s.") % {
                "longest": slot.longest,
                "given": len(text),
            }
        words = banned_in(text, banned) if slot.patient else ()
        if words:
            return _("Patients do not read the word “%(word)s”. Say it another way.") % {
                "word": words[0]
            }
        if slot.cites and not _is_source(text):
            return _("%(text)s is not written as KEY [V] or KEY [R, A].") % {"text": text}
    return None


def _is_source(text: str) -> bool:
    try:
        Citation.from_text(text)
    except ValueError:
        return False
    return True


def shown(slot: Slot, value: object) -> str:
    """Say a value in words, for reading."""
    if slot.kind == "on":
        return str(YES if value else NO)
    if value in (None, "", ()):
        return "–"
    names: Mapping[str, Words] = dict(slot.choices)
    if isinstance(value, tuple):
        return ", ".join(str(names.get(each, each)) for each in value)
    if isinstance(value, Decimal):
        value = _number_text(value)
    return str(names.get(str(value), value))


def copied(data: Mapping[str, object]) -> dict[str, object]:
    """Return a copy that can be changed without touching the original."""
    return copy.deepcopy(dict(data))
