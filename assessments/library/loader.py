"""Loading a library from its folder, and the names the rest of the app takes it by."""

from functools import cache
from pathlib import Path

from assessments.library.faults import library_faults
from assessments.library.files import FileError, read_file
from assessments.library.rulebook import BrokenRulebookError
from assessments.library.rulebook_faults import LibraryFault
from assessments.library.shape import ShapeError
from assessments.library.version import FILES, Library, fingerprint

__all__ = [
    "BrokenRulebookError",
    "FileError",
    "Library",
    "LibraryFault",
    "ShapeError",
    "fingerprint",
    "library_faults",
    "load_library",
    "shipped",
]

SHIPPED = Path(__file__).parent / "v1"


def load_library(folder: Path) -> Library:
    """Load the library whose files are in ``folder``.

    Raises FileError for a file that cannot be read, ShapeError for an entry of another shape and
    BrokenRulebookError for rule files that do not fit the rules.
    """
    return Library.from_data({name: read_file(folder / f"{name}.yaml") for name in FILES})


@cache
def shipped() -> Library:
    """Return version 1, the library that comes with the project. Read once per process."""
    return load_library(SHIPPED)
