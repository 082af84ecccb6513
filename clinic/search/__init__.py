"""Finding a patient at the desk by what a caller says: part of a name, a number, a birthday.

``typed`` (pure) reads what was typed, ``patients`` asks the database and puts the best first.
"""

from clinic.search.alike import alike
from clinic.search.patients import Answer, Found, find, said

__all__ = ["Answer", "Found", "alike", "find", "said"]
