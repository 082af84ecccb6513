"""The worked cases, read from their files."""

from functools import cache
from pathlib import Path

import yaml

FILES = sorted((Path(__file__).parent / "cases").glob("case_*.yaml"))


@cache
def _read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def case_input(number):
    """Return a fresh mapping with the input of case ``number``."""
    found = next(path for path in FILES if path.name.startswith(f"case_{number:02}_"))
    return dict(_read(found)["input"])


def all_cases():
    return [_read(path) for path in FILES]
