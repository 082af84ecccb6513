"""Findings as storage keeps them, one row per item and side, and back without loss.

An item is the finding's id, or ``finding.part`` for one place of a list or object. What is
missing has no row. Whole numbers, decimals and yes/no (1 or 0) are numbers; codes and texts are
text, and a choice of several is its codes joined by commas (empty: asked, none chosen).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from assessments.findings.dictionary import FIELDS
from assessments.findings.field import NOT_TESTED, Field
from assessments.findings.leaf import EXACT
from assessments.findings.record import Findings

IN_TEXT = ("choice", "text", "yes_no", "letters", "text_object")
IN_PARTS = ("letters", "int_list", "int_object", "bool_object", "text_object")


@dataclass(frozen=True, slots=True)
class Row:
    """One stored value; ``number`` is None and ``text`` empty where they do not apply."""

    item: str
    side: str  # "", "L" or "R"
    state: Literal["known", "not_tested"] = "known"
    number: Decimal | None = None
    text: str = ""


def flatten(findings: Findings) -> tuple[Row, ...]:
    """Return the rows of an assessment in the order of the dictionary."""
    return tuple(
        row
        for field_id, value in findings.values.items()
        for side, one in _sides(FIELDS[field_id], value)
        for row in _rows(FIELDS[field_id], side, one)
    )


def unflatten(rows: Iterable[Row]) -> Findings:
    """Return the findings that ``flatten`` took apart.

    Raises ValueError for a row the dictionary does not know.
    """
    found: dict[tuple[str, str], object] = {}
    parts: dict[tuple[str, str], dict[str, object]] = {}
    for row in rows:
        field, part = _split(row)
        if part:
            parts.setdefault((field.id, row.side), {})[part] = _leaf(field, row)
        else:
            found[field.id, row.side] = _value(field, row)
    for (field_id, side), held in parts.items():
        found[field_id, side] = _together(FIELDS[field_id], held)
    return Findings(_by_field(found))


def _by_field(found: Mapping[tuple[str, str], object]) -> Mapping[str, object]:
    sided: dict[str, dict[str, object]] = {}
    for (field_id, side), value in found.items():
        sided.setdefault(field_id, {})[side] = value
    return {name: held if FIELDS[name].sided else held[""] for name, held in sided.items()}


def _sides(field: Field, value: object) -> Iterator[tuple[str, object]]:
    if field.sided and isinstance(value, Mapping):
        yield from value.items()
    else:
        yield "", value


def _rows(field: Field, side: str, value: object) -> Iterator[Row]:
    if value == NOT_TESTED:
        yield Row(field.id, side, "not_tested")
    elif isinstance(value, Mapping):
        for part, one in value.items():
            yield _row(f"{field.id}.{part}", side, one)
    elif field.kind == "int_list" and isinstance(value, tuple):
        for part, one in zip(field.part_ids, value, strict=False):
            if one is not None:
                yield _row(f"{field.id}.{part}", side, one)
    elif isinstance(value, tuple):
        yield Row(field.id, side, text=",".join(value))
    else:
        yield _row(field.id, side, value)


def _row(item: str, side: str, value: object) -> Row:
    if isinstance(value, int | Decimal):
        return Row(item, side, number=Decimal(value))
    return Row(item, side, text=str(value))


def _split(row: Row) -> tuple[Field, str]:
    if row.item in FIELDS:
        field, part = FIELDS[row.item], ""
    else:
        name, _dot, part = row.item.rpartition(".")
        if name not in FIELDS or part not in FIELDS[name].part_ids:
            raise ValueError(f"{row.item} is not in the dictionary")
        field = FIELDS[name]
    if bool(row.side) is not field.sided:
        raise ValueError(f"{row.item} {'needs a side' if field.sided else 'has no sides'}")
    if not part and row.state == "known" and field.kind in IN_PARTS:
        raise ValueError(f"{row.item} is stored part by part")
    return field, part


def _value(field: Field, row: Row) -> object:
    if row.state == NOT_TESTED:
        return NOT_TESTED
    if field.kind == "multi":
        return tuple(code for code in row.text.split(",") if code)
    return _leaf(field, row)


def _leaf(field: Field, row: Row) -> object:
    if field.kind in IN_TEXT:
        return row.text
    if row.number is None:
        raise ValueError(f"{row.item} holds no number")
    if field.kind in ("bool", "bool_object"):
        return bool(row.number)
    if field.kind == "decimal":
        return row.number.quantize(Decimal((0, (1,), -field.decimals)), context=EXACT)
    return int(row.number)


def _together(field: Field, held: Mapping[str, object]) -> object:
    if field.kind == "int_list":
        return tuple(held.get(part) for part in field.part_ids)
    return held
