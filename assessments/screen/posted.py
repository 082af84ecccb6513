"""Read one section of the chart as a plain form sends it, and keep only what was changed.

A form sends every control of its section; sending back what was there already must not look like
a change, or two people could never work on one chart.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from django.http import QueryDict

from assessments.findings import NOT_TESTED, SIDES, Field, Findings
from assessments.findings.dictionary import fields_of
from assessments.findings.remarks import REMARKS
from assessments.screen.entries import Entry, held_value

SKIPPED = "nt"  # the checkbox "not tested" beside a finding
NONE = "none"  # the chip "none of these"
LONGEST_NUMBER = 20


def read_section(
    code: str, form: QueryDict, stored: Findings, words: Mapping[str, str]
) -> list[Entry]:
    """Return the values and words of section ``code`` that differ from what is stored."""
    entries = [
        entry
        for field in fields_of(code)
        for side in (SIDES if field.sided else ("",))
        for entry in _field_entries(field, side, form, stored)
    ]
    return entries + [
        Entry(kind.name, "", form.get(kind.name) or None)
        for kind in REMARKS.values()
        if kind.section == code
        and kind.name in form
        and _lines(form.get(kind.name, "")) != _lines(words.get(kind.name, ""))
    ]


def typed_of(form: QueryDict) -> Mapping[str, list[str]]:
    """Return what was typed, to be shown again beside what is wrong with it."""
    return {name: form.getlist(name) for name in form}


def _lines(text: str) -> list[str]:
    """Return the lines of a text; a form sends other line ends than a script."""
    return text.splitlines()


def _field_entries(field: Field, side: str, form: QueryDict, stored: Findings) -> Iterator[Entry]:
    name = f"{field.id}:{side}" if side else field.id
    whole = Entry(field.id, side, NOT_TESTED)
    held = held_value(stored, whole)
    entries = [
        entry
        for entry in _entries(field, side, name, form, stored)
        if not _same(entry.value, _held_of(stored, entry))
    ]
    if any(entry.value is not None for entry in entries):
        yield from entries
    elif f"{name}:{SKIPPED}" in form:
        if held != NOT_TESTED:
            yield whole
    elif held == NOT_TESTED:
        yield Entry(field.id, side, None)
    else:
        yield from entries


def _entries(
    field: Field, side: str, name: str, form: QueryDict, stored: Findings
) -> Iterator[Entry]:
    """Read every control of a finding; one the form does not hold says nothing."""
    if not field.parts:
        value = _value(field, name, form)
        yield Entry(field.id, side, value)
        return
    tail = f":{side}" if side else ""
    for part in field.parts:
        item = f"{field.id}.{part.id}"
        yield Entry(item, side, _part_value(field, form.get(item + tail, "")))


def _value(field: Field, name: str, form: QueryDict) -> object | None:
    if field.kind == "multi":
        codes = form.getlist(name)
        chosen = [code for code in codes if code != NONE]
        return chosen if chosen or NONE in codes else None
    text = form.get(name, "")
    if not text.strip():
        return None
    if field.kind in ("int", "decimal"):
        return number_or_text(text)
    return _bool(text) if field.kind == "bool" else text


def _part_value(field: Field, text: str) -> object | None:
    if not text.strip():
        return None
    if field.kind in ("int_list", "int_object"):
        return number_or_text(text)
    return _bool(text) if field.kind == "bool_object" else text


def number_or_text(text: str) -> Decimal | str:
    """Return the number a person typed, with a comma or a point; anything else as it stands."""
    plain = text.strip().replace(",", ".").replace("−", "-")
    if len(plain) > LONGEST_NUMBER:
        return text
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return text
    return number if number.is_finite() else text


def _bool(text: str) -> object:
    return {"yes": True, "no": False}.get(text, text)


def _held_of(stored: Findings, entry: Entry) -> object | None:
    held = held_value(stored, entry)
    return None if held == NOT_TESTED else held


def _same(sent: object, held: object) -> bool:
    if isinstance(held, tuple) and isinstance(sent, list):
        return list(held) == sent or set(held) == set(sent)
    return sent == held and isinstance(sent, bool) == isinstance(held, bool)
