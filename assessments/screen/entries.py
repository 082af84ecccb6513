"""One value as a page sends it: which finding, part and side it is for, and putting it in place.

A field is named as storage names it: ``wblt_cm``, ``triggers.running``, or ``akps.limp`` for one
part. A value is what ``findings.parse_value`` reads; None means nothing is recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.findings import (
    FIELDS,
    NOT_TESTED,
    Fault,
    Field,
    Findings,
    RefusedError,
    parse_part,
    parse_value,
)
from assessments.findings.field import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Entry:
    """``value`` for ``field`` (with its part, if it has any) and ``side`` ("L", "R" or "")."""

    field: str
    side: str
    value: object


def split(name: str) -> tuple[Field | None, str]:
    """Return the finding a name stands for and its part; (None, "") for an unknown name."""
    if name in FIELDS:
        return FIELDS[name], ""
    whole, _dot, part = name.rpartition(".")
    field = FIELDS.get(whole)
    if field is None or part not in field.part_ids:
        return None, ""
    return field, part


def read_entry(entry: Entry) -> tuple[object | None, list[Fault]]:
    """Return the value as findings hold it, or what is wrong with it."""
    field, part = split(entry.field)
    if field is None:
        return None, [Fault(entry.field, entry.side, _("is not in the data dictionary"))]
    try:
        if part:
            return parse_part(field, part, entry.value, side=entry.side or None), []
        return parse_value(field, entry.value, side=entry.side or None), []
    except RefusedError as refusal:
        return None, list(refusal.faults)


def held_value(findings: Findings, entry: Entry) -> object | None:
    """Return what is stored where the entry points to; None where nothing is."""
    field, part = split(entry.field)
    if field is None:
        return None
    value = findings.values.get(field.id)
    if entry.side:
        value = value.get(entry.side) if isinstance(value, Mapping) else None
    return _part_of(field, part, value) if part else value


def put(values: dict[str, object], entry: Entry, value: object | None) -> None:
    """Put a value that was read where the entry points to; None takes it away."""
    field, part = split(entry.field)
    if field is None:
        return
    if not entry.side:
        values[field.id] = _with_part(field, part, values.get(field.id), value)
        return
    sides = values.get(field.id)
    kept = dict(sides) if isinstance(sides, Mapping) else {}
    kept[entry.side] = _with_part(field, part, kept.get(entry.side), value)
    values[field.id] = kept


def _part_of(field: Field, part: str, value: object) -> object | None:
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, tuple):
        places = dict(zip(field.part_ids, value, strict=False))
        return places.get(part)
    return value if value == NOT_TESTED else None


def _with_part(field: Field, part: str, held: object, value: object | None) -> object | None:
    """Return the whole value with one part replaced; a first part ends "not tested"."""
    if not part:
        return value
    if value == NOT_TESTED or (value is None and held == NOT_TESTED):
        return NOT_TESTED
    if field.kind == "int_list":
        places = dict(zip(field.part_ids, held, strict=False)) if isinstance(held, tuple) else {}
        places[part] = value
        return tuple(places.get(each) for each in field.part_ids)
    parts = dict(held) if isinstance(held, Mapping) else {}
    parts[part] = value
    return parts
