"""One way to hold each value, so that equal findings are equal whatever road they came by."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from assessments.findings.dictionary import FIELDS
from assessments.findings.field import NOT_TESTED, SIDES, Field

AS_IT_IS = ("int", "decimal", "bool", "choice", "text")


def tidy_values(values: Mapping[str, object]) -> Mapping[str, object]:
    """Return a frozen copy in dictionary order without anything that is not recorded.

    Raises ValueError for a finding that is not in the dictionary.
    """
    unknown = [str(name) for name in values if name not in FIELDS]
    if unknown:
        raise ValueError(f"not in the dictionary: {', '.join(unknown)}")
    tidied = {
        field_id: tidy_field(field, values[field_id])
        for field_id, field in FIELDS.items()
        if field_id in values
    }
    return MappingProxyType({name: value for name, value in tidied.items() if value is not None})


def tidy_field(field: Field, value: object) -> object | None:
    """Return the value of a whole finding, or None when nothing is recorded."""
    if not field.sided:
        return tidy_one(field, value)
    if value is None:
        return None
    if value == NOT_TESTED:
        value = dict.fromkeys(SIDES, NOT_TESTED)
    if not isinstance(value, Mapping) or set(value) - set(SIDES):
        raise ValueError(f"{field.id} needs one value per side")
    sides = {side: tidy_one(field, value.get(side)) for side in SIDES}
    return _recorded(sides)


def tidy_one(field: Field, value: object) -> object | None:
    """Return the value of one side, or of a finding without sides."""
    if value is None or value == NOT_TESTED or field.kind in AS_IT_IS:
        return value
    if field.kind == "yes_no":
        return value if value in field.codes else None
    if field.kind == "int_list" and isinstance(value, Iterable):
        return _places(field, list(value))
    if field.kind == "multi" and isinstance(value, Iterable):
        chosen = set(value)
        return tuple(code for code in field.codes if code in chosen)
    if isinstance(value, Mapping):
        return _recorded({part: value.get(part) for part in field.part_ids})
    raise ValueError(f"{field.id} cannot hold a value of this shape")


def _recorded(values: Mapping[str, object]) -> Mapping[str, object] | None:
    known = {name: value for name, value in values.items() if value is not None}
    return MappingProxyType(known) if known else None


def _places(field: Field, items: list[object]) -> tuple[object, ...] | None:
    """Return one place per item of a form; a list of free length ends at its last answer."""
    while items and items[-1] is None:
        items.pop()
    if not items:
        return None
    length = len(items) if field.fewest else len(field.parts)
    return tuple(items) + (None,) * (length - len(items))
