"""Plain data to frozen dataclasses and back, strictly: nothing unknown, missing or of another kind.

The YAML files, the rows of published versions and the admin's drafts all pass through here. A
field left at its default is left out of the data, so an optional field added later does not
change what an older version says, nor its fingerprint.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from types import NoneType, UnionType
from typing import Literal, Protocol, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


class ShapeError(ValueError):
    """The data has another shape. ``str(error)`` names the place and what was expected there."""


class Written(Protocol):
    """A small value that is written as one text, such as ``CPG19 [R, A]``."""

    @classmethod
    def from_text(cls, text: str) -> "Written": ...


def to_data(value: object) -> object:
    """Return ``value`` as dicts, lists, texts, whole numbers and booleans; decimals as text."""
    if hasattr(type(value), "from_text"):
        return str(value)
    if is_dataclass(value):
        return {
            item.name: to_data(getattr(value, item.name))
            for item in fields(value)
            if getattr(value, item.name) != item.default
        }
    if isinstance(value, tuple):
        return [to_data(item) for item in value]
    return str(value) if isinstance(value, Decimal) else value


def read(kind: type[T], data: object, where: str) -> T:
    """Build a ``kind`` from plain data; ``where`` begins the name of the place in an error.

    Raises ShapeError on an unknown or missing key and on a value of another kind.
    """
    return cast(T, _read(kind, data, where))


def read_list(kind: type[T], data: object, where: str) -> tuple[T, ...]:
    """Build one ``kind`` per entry of a list. Raises ShapeError as ``read`` does."""
    return cast(tuple[T, ...], _read_tuple((kind, ...), data, where))


def _read(kind: object, data: object, where: str) -> object:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _read_tuple(inner, data, where)
    if origin is Literal:
        return _expect(data in inner, data, f"one of {', '.join(map(str, inner))}", where)
    if origin in (Union, UnionType):
        return _read_one_of(inner, data, where)
    if kind is Decimal:
        return _read_decimal(data, where)
    if kind in (int, str, bool):
        return _expect(type(data) is kind, data, _NAMES[cast(type, kind)], where)
    if hasattr(kind, "from_text"):
        return _read_written(cast(Written, kind), data, where)
    return _read_dataclass(cast(type, kind), data, where)


_NAMES = {int: "a whole number", str: "a text", bool: "true or false"}


def _expect(fits: bool, data: object, wanted: str, where: str) -> object:
    if not fits:
        raise ShapeError(f"{where}: expected {wanted}, got {data!r}")
    return data


def _read_tuple(inner: tuple[object, ...], data: object, where: str) -> tuple[object, ...]:
    """Read ``tuple[X, ...]``, or a tuple of fixed length such as ``tuple[int, int]``."""
    _expect(isinstance(data, list | tuple), data, "a list", where)
    items = cast(list[object], data)
    if inner[-1] is Ellipsis:
        inner = (inner[0],) * len(items)
    _expect(len(items) == len(inner), data, f"{len(inner)} entries", where)
    return tuple(
        _read(kind, item, f"{where}[{_name(item, number)}]")
        for number, (kind, item) in enumerate(zip(inner, items, strict=True))
    )


def _name(item: object, number: int) -> str:
    """Name an entry by its id where it has one: people look for EX12, not for entry 11."""
    found = item.get("id", item.get("key", number)) if isinstance(item, Mapping) else number
    return str(found)


def _read_one_of(kinds: tuple[object, ...], data: object, where: str) -> object:
    """Read the first kind of a union that fits; None only where the union allows it."""
    if data is None and NoneType in kinds:
        return None
    reasons = []
    for kind in kinds:
        if kind is not NoneType:
            try:
                return _read(kind, data, where)
            except ShapeError as error:
                reasons.append(str(error))
    raise ShapeError("; or ".join(reasons))


def _read_decimal(data: object, where: str) -> Decimal:
    """Read a number without ever passing through a binary float."""
    fits = isinstance(data, int | str | Decimal) and not isinstance(data, bool)
    _expect(fits, data, "a number", where)
    try:
        number = Decimal(cast(str, data))
    except InvalidOperation:
        number = Decimal("NaN")
    _expect(number.is_finite(), data, "a number", where)
    return number


def _read_written(kind: Written, data: object, where: str) -> object:
    _expect(isinstance(data, str), data, "a text", where)
    try:
        return kind.from_text(cast(str, data))
    except ValueError as error:
        raise ShapeError(f"{where}: {error}") from None


def _read_dataclass(kind: type, data: object, where: str) -> object:
    _expect(isinstance(data, Mapping), data, "named values", where)
    given = cast(Mapping[str, object], data)
    hints = _hints(kind)
    unknown = ", ".join(sorted(str(key) for key in given if key not in hints))
    _expect(not unknown, unknown, f"only {', '.join(hints)}", where)
    required = {item.name for item in fields(kind) if item.default is MISSING}
    missing = ", ".join(sorted(required - set(given)))
    _expect(not missing, sorted(given), f"also {missing}", where)
    values = {name: _read(hints[name], item, f"{where}.{name}") for name, item in given.items()}
    return kind(**values)


@cache
def _hints(kind: type) -> Mapping[str, object]:
    return get_type_hints(kind)
