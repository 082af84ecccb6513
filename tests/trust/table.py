"""The permission matrix as docs/security.md has it: read from there, so that it stands once."""

import re
from functools import cache
from pathlib import Path

from tests.trust.addresses import OF_A_MODEL

PAGE = Path(__file__).resolve().parents[2] / "docs/security.md"
# The columns, and who is asked for each: about a row of their own, and about somebody else's.
COLUMNS = {
    "Nobody": ("nobody", None),
    "Link": ("link", None),
    "Patient": ("patient", "other patient"),
    "Guardian": ("guardian", "other guardian"),
    "Desk": ("desk", None),
    "Manager": ("manager", None),
    "Lead": ("lead", None),
    "Physio": ("physio", "other physio"),
    "Student": ("student", "other student"),
    "Coach": ("coach", "other coach"),
    "Left": ("deactivated", None),
}
IN_ADMIN = ("Desk", "Manager", "Lead")
# A letter of the table of lists and forms, and the address below a model's that it is about.
PAGES = {"L": "", "A": "add/", "O": "change", "H": "history", "D": "delete"}


def section() -> str:
    """Return the part of the page about permissions."""
    text = PAGE.read_text()
    return re.split(r"^## ", text.partition("\n## Permission matrix\n")[2], flags=re.M)[0]


@cache
def rows(first: str) -> dict[str, dict[str, str]]:
    """Return every row of the tables whose first column has this name, by its address."""
    found: dict[str, dict[str, str]] = {}
    names: list[str] = []
    for line in section().splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            names = []
        elif not names:
            names = cells
        elif names[0] == first and not set(cells[0]) <= set("-: "):
            assert cells[0] not in found, f"{cells[0]} stands there twice"
            found[cells[0]] = dict(zip(names[1:], cells[1:], strict=True))
    return found


def expected(route: str) -> dict[str, tuple[str, str]] | None:
    """Return what each column is to get, (own, somebody else's); None without a row."""
    if found := OF_A_MODEL.fullmatch(route):
        return _of_a_model(found[1], found[2] or "", found[3])
    row = rows("Address").get(route)
    if row is None:
        return None
    halves = {name: cell.partition(" / ") for name, cell in row.items()}
    return {name: (own, other or own) for name, (own, _, other) in halves.items()}


def _of_a_model(model: str, tail: str, page: str | None) -> dict[str, tuple[str, str]] | None:
    row = rows("List").get(model)
    if row is None:
        return None
    outside = {name: "in" if name in ("Nobody", "Link", "Left") else "–" for name in COLUMNS}
    result = {name: (cell, cell) for name, cell in outside.items()}
    # The bare number of a row leads to its form.
    bare = tail and not page and tail != "add/"
    wanted = None if bare else next(key for key, end in PAGES.items() if end == (page or tail))
    for name in IN_ADMIN:
        there = row[name] != "–" if wanted is None else wanted in row[name]
        letter = "some" if there else "–"
        result[name] = (letter, letter)
    return result
