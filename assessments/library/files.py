"""Reading a YAML file strictly: no key twice, no binary floats, no dates, no aliases of objects."""

from collections.abc import Hashable
from decimal import Decimal
from pathlib import Path

import yaml

try:
    from yaml import CSafeLoader as _SafeLoader  # the same, many times faster
except ImportError:  # a PyYAML built without libyaml
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]


class FileError(ValueError):
    """A library file cannot be read. ``str(error)`` names the file and the line."""


class _StrictLoader(_SafeLoader):
    """YAML with numbers as decimals and every key once."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Hashable, object]:
    found: dict[Hashable, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise FileError(f"line {key_node.start_mark.line + 1}: {key!r} is given twice")
        found[key] = loader.construct_object(value_node, deep=True)
    return found


def _decimal(loader: _StrictLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)))


def _text(loader: _StrictLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
_StrictLoader.add_constructor("tag:yaml.org,2002:float", _decimal)
_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _text)


def read_file(path: Path) -> object:
    """Return what a YAML file holds, decimals as Decimal.

    Raises FileError when the file is missing, is not YAML or names a key twice.
    """
    try:
        # The loader is a SafeLoader: it builds plain values only.
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506
    except OSError as error:
        raise FileError(f"{path.name}: {error.strerror}") from None
    except (yaml.YAMLError, FileError, ArithmeticError) as error:
        raise FileError(f"{path.name}: {error}") from None
