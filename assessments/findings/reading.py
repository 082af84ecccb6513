"""Read one finding from untrusted input: its numbers, codes and parts, on one side or both.

Rejecting never stores a changed value (V12): a reader returns the value as given or nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

from assessments.findings import leaf
from assessments.findings.faults import Fault, InputError, RefusedError, shown
from assessments.findings.field import NOT_TESTED, SIDES, Field, Part
from assessments.findings.field import gettext_noop as _
from assessments.findings.tidy import tidy_field, tidy_one

Faults = list[Fault]


def parse_value(field: Field, raw: object, *, side: str | None = None) -> object | None:
    """Return the value of one finding, or None when nothing is recorded.

    Without ``side``, a finding with sides is read as ``{"L": …, "R": …}``. "not_tested" is
    returned as it is. A red-flag answer other than yes or no is None: unanswered, not refused.

    Raises RefusedError with every fault found.
    """
    faults: Faults = []
    value = read(field, raw, side, faults)
    if faults:
        raise RefusedError(faults)
    return value


def parse_part(field: Field, part_id: str, raw: object, *, side: str | None = None) -> object:
    """Return one part of an object or list ("akps.limp"), or None when it is not recorded.

    For input that is saved part by part; ``check_across`` says later whether all are there.

    Raises RefusedError; KeyError if the finding has no such part.
    """
    part = field.part(part_id)
    faults: Faults = []
    if _has_side(field, side, faults):
        value = _part(field, part, side or "", raw, faults)
        if not faults:
            return value
    raise RefusedError(faults)


def read(field: Field, raw: object, side: str | None, faults: Faults) -> object | None:
    """Return what is held of ``raw``; what is wrong with it is added to ``faults``."""
    if field.sided and not side:
        return _both_sides(field, raw, faults)
    if not _has_side(field, side, faults):
        return None
    return tidy_one(field, _one(field, side or "", raw, faults))


def lacking(field: Field, value: object) -> tuple[str, ...]:
    """Name the parts an object must have and has not (V07, V10, V11)."""
    if not field.complete or not isinstance(value, Mapping):
        return ()
    if field.complete == "all or none" and not value:
        return ()
    return tuple(part for part in field.part_ids if part not in value)


def lacking_fault(field: Field, side: str, part_id: str) -> Fault:
    return InputError(_("is missing: all parts are needed")).at(field.id, side, part_id)


def _has_side(field: Field, side: str | None, faults: Faults) -> bool:
    if field.sided and side not in SIDES:
        faults.append(InputError(_("needs a side, L or R")).at(field.id))
        return False
    if not field.sided and side:
        faults.append(InputError(_("has no sides")).at(field.id))
        return False
    return True


def _both_sides(field: Field, raw: object, faults: Faults) -> object | None:
    if raw is None or raw == NOT_TESTED:
        return tidy_field(field, raw)
    if not isinstance(raw, Mapping):
        error = InputError(_("needs one value per side, L and R, not {value}"), value=shown(raw))
        faults.append(error.at(field.id))
        return None
    _refuse_unknown(field, "", raw, SIDES, _("has no side {name}"), faults)
    sides = {side: _one(field, side, raw.get(side), faults) for side in SIDES}
    return tidy_field(field, sides)


def _one(field: Field, side: str, raw: object, faults: Faults) -> object | None:
    if raw is None:
        return None
    if isinstance(raw, str) and raw == NOT_TESTED:
        return _not_tested(field, faults)
    before = len(faults)
    value = READERS[field.kind](field, side, raw, faults)
    return value if len(faults) == before else None


def _not_tested(field: Field, faults: Faults) -> object | None:
    if field.required and field.kind != "yes_no":
        faults.append(InputError(_("is required and cannot be marked not tested")).at(field.id))
    return NOT_TESTED


def _attempt(
    read_leaf: Callable[[], object], field: Field, side: str, part: str, faults: Faults
) -> object | None:
    try:
        return read_leaf()
    except InputError as error:
        faults.append(error.at(field.id, side, part))
        return None


def _scalar(field: Field, side: str, raw: object, faults: Faults) -> object | None:
    def value() -> object:
        if field.kind == "int":
            return leaf.read_int(raw, field.hard)
        if field.kind == "decimal":
            return leaf.read_decimal(raw, field.hard, field.decimals)
        if field.kind == "bool":
            return leaf.read_bool(raw)
        if field.kind == "text":
            return leaf.read_text(raw, field.longest)
        return leaf.read_code(raw, field.codes)

    return _attempt(value, field, side, "", faults)


def _yes_no(field: Field, _side: str, raw: object, _faults: Faults) -> object | None:
    return raw if isinstance(raw, str) and raw in field.codes else None


def _multi(field: Field, side: str, raw: object, faults: Faults) -> object | None:
    codes = _items(field, side, raw, faults)
    for each in codes:
        _attempt(partial(leaf.read_code, each, field.codes), field, side, "", faults)
    return codes


def _int_list(field: Field, side: str, raw: object, faults: Faults) -> object | None:
    """Places left out at the end count as unanswered, like null; they only cost the score."""
    items = _items(field, side, raw, faults)
    most = len(field.parts)
    if isinstance(raw, list | tuple) and not field.fewest <= len(items) <= most:
        error = InputError(
            _("must hold {fewest} to {most} whole numbers, not {value}"),
            fewest=str(field.fewest),
            most=str(most),
            value=str(len(items)),
        )
        faults.append(error.at(field.id, side))
    pairs = zip(field.parts, items, strict=False)
    return tuple(_part(field, part, side, value, faults) for part, value in pairs)


def _items(field: Field, side: str, raw: object, faults: Faults) -> tuple[object, ...]:
    if isinstance(raw, list | tuple):
        return tuple(raw)
    faults.append(InputError(_("must be a list, not {value}"), value=shown(raw)).at(field.id, side))
    return ()


def _object(field: Field, side: str, raw: object, faults: Faults) -> object | None:
    if not isinstance(raw, Mapping):
        error = InputError(
            _("must be an object with {parts}, not {value}"),
            parts=_list(field.part_ids),
            value=shown(raw),
        )
        faults.append(error.at(field.id, side))
        return None
    before = len(faults)
    _refuse_unknown(field, side, raw, field.part_ids, _("has no part {name}"), faults)
    parts = {part.id: _part(field, part, side, raw.get(part.id), faults) for part in field.parts}
    known = {name: value for name, value in parts.items() if value is not None}
    refused = [fault.part for fault in faults[before:] if fault.part]
    missing = lacking(field, {**known, **dict.fromkeys(refused)})
    faults.extend(lacking_fault(field, side, name) for name in missing)
    return known


def _part(field: Field, part: Part, side: str, raw: object, faults: Faults) -> object | None:
    def value() -> object:
        if field.kind == "letters":
            return leaf.read_code(raw, part.codes)
        if field.kind == "bool_object":
            return leaf.read_bool(raw)
        if field.kind == "text_object":
            # a bare date in a YAML file arrives as a date
            text = raw.isoformat() if isinstance(raw, date) else raw
            return leaf.read_text(text, field.longest)
        return leaf.read_int(raw, part.hard)

    return None if raw is None else _attempt(value, field, side, part.id, faults)


def _refuse_unknown(
    field: Field,
    side: str,
    raw: Mapping[object, object],
    names: Sequence[str],
    template: str,
    faults: Faults,
) -> None:
    for name in raw:
        if not isinstance(name, str) or name not in names:
            faults.append(InputError(template, name=shown(name)).at(field.id, side))


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)


READERS: Mapping[str, Callable[[Field, str, object, Faults], object | None]] = {
    "int": _scalar,
    "decimal": _scalar,
    "bool": _scalar,
    "choice": _scalar,
    "text": _scalar,
    "yes_no": _yes_no,
    "multi": _multi,
    "int_list": _int_list,
    "letters": _object,
    "int_object": _object,
    "bool_object": _object,
    "text_object": _object,
}
