"""The clinical library: what a plan is made of, as readable files and checked data.

Pure: no Django, no clock. ``shipped()`` is the version that comes with the project;
``Library.from_data`` builds one that was published later.
"""

from assessments.library.loader import (
    Library,
    LibraryFault,
    fingerprint,
    library_faults,
    load_library,
    shipped,
)

__all__ = [
    "Library",
    "LibraryFault",
    "fingerprint",
    "library_faults",
    "load_library",
    "shipped",
]
