"""Opening an uploaded file: CSV in three encodings, XLSX without macros. Everything is bounded.

Raises Unreadable with a sentence for people. Nothing of the file is ever executed, followed or
fetched: formulas are read as the values they had when the file was saved.
"""

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from clinic.sheets import plain

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024  # of an XLSX, all its parts together
MOST_ROWS = 5000
MOST_COLUMNS = 60
LONGEST_CELL = 2000
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}
SEPARATORS = {",": ",", ";": ";", "\t": "Tab", "|": "|"}


class Unreadable(ValueError):  # noqa: N818  # it says what the file is
    """The file cannot be read; ``str()`` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The header and the rows of a file, every cell as text; how it was read."""

    header: list[str]
    rows: list[tuple[int, list[str]]]  # (number in the file, cells)
    encoding: str = ""
    separator: str = ""


def opened(content: bytes, *, encoding: str = "", separator: str = "") -> Sheet:
    """Return the table in a file. Empty ``encoding`` and ``separator`` are found out."""
    if not content.strip():
        raise Unreadable(_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise Unreadable(_("The file is larger than 5 MB. Split it into several files."))
    if content.startswith(b"PK\x03\x04"):
        return _xlsx(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("This is an old Excel file or has a password. Save it as XLSX or CSV."))
    head = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise Unreadable(_("This is a web page or XML, not a table. Export it as CSV or XLSX."))
    if head.startswith(b"%pdf") or b"\x00" in content[:4000].replace(b"\xff\xfe", b""):
        raise Unreadable(_("This is no table that can be read. Export it as CSV or XLSX."))
    return _csv(content, encoding, separator)


def _csv(content: bytes, encoding: str, separator: str) -> Sheet:
    text, encoding = _decoded(content, encoding)
    separator = separator or _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return _sheet(((row for row in reader)), encoding, separator)
    except csv.Error:
        raise Unreadable(_("The file is no well-formed CSV: look for stray quotes.")) from None


def _decoded(content: bytes, encoding: str) -> tuple[str, str]:
    for each in [encoding] if encoding else ENCODINGS:
        try:
            return content.decode(each), each
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("The letters cannot be read as chosen. Choose the other encoding."))


def _separator(text: str) -> str:
    """Return the separator of the first line that occurs most, outside of quotes."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    bare = "".join(part for place, part in enumerate(line.split('"')) if place % 2 == 0)
    return max(SEPARATORS, key=bare.count)


def _xlsx(content: bytes) -> Sheet:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > 1000:
                raise Unreadable(_("The file is far larger inside than outside. Save it anew."))
            names = {part.filename.lower() for part in parts}
        if any("vbaproject" in name for name in names):
            raise Unreadable(_("The file has macros. Save it as XLSX without macros, or as CSV."))
        if "xl/workbook.xml" not in names:
            raise Unreadable(_("This packed file is no Excel table. Save it as XLSX or CSV."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        return _sheet([_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
    except Unreadable:
        raise
    except Exception:  # whatever a broken workbook raises: it is damaged, and that is all
        raise Unreadable(_("The Excel file is damaged. Save it anew as XLSX or CSV.")) from None


def _text(value: Any) -> str:
    """Return a cell as text: days as 2027-01-31, times as 09:30, numbers without a needless .0."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


def _sheet(lines: Any, encoding: str = "", separator: str = "") -> Sheet:
    header: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines, start=1):
        cells = [plain(str(cell).strip()) for cell in line[:MOST_COLUMNS]]
        if not any(cells):
            continue
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise Unreadable(_("Row %(n)d has a cell longer than 2,000 letters.") % {"n": number})
        if not header:
            header = cells
            continue
        if len(rows) >= MOST_ROWS:
            raise Unreadable(_("The file has more than 5,000 rows. Split it into several files."))
        rows.append((number, cells + [""] * (len(header) - len(cells))))
    if not rows:
        raise Unreadable(_("The file has a header at the most: there are no rows to import."))
    return Sheet(header, rows, encoding, separator)
