"""Tables for spreadsheets: CSV and XLSX in which no cell is ever worked out as a formula.

Names, notes and addresses are typed by strangers. A spreadsheet takes a cell that begins with one
of a few characters for a formula, also from a CSV file, and formulas can fetch and run. Such a
text gets an apostrophe in front, which spreadsheets show as "this is text" or as it stands.
Numbers and days are numbers and days. Source: OWASP, CSV Injection.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from phonenumber_field.phonenumber import PhoneNumber

# Also as full-width signs, which some spreadsheets read like the plain ones.
STARTS_FORMULA = tuple("=+-@\t\r\n|%" + "＝＋－＠")
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad \u00a0\u3000"  # in front of the first sign
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML cannot hold them
LONGEST = 32_767  # characters of a cell in XLSX
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Cell = object  # None is an empty cell, a phone number is written readably, the rest as text


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    text = FORBIDDEN.sub("", text)[: LONGEST - 1]
    if text.startswith(STARTS_FORMULA) or text.lstrip(INVISIBLE).startswith(STARTS_FORMULA):
        return f"'{text}"
    return text


def plain(text: str) -> str:
    """Return a text as it was before ``safe``: for reading back what was exported."""
    if text.startswith("'") and safe(text[1:]) == text:
        return text[1:]
    return text


def phone(number: PhoneNumber | None) -> str:
    """Return a number with its country, beginning with no plus: (+1) 403-555-0100."""
    if not number:
        return ""
    country, _sep, rest = str(number.as_international).partition(" ")
    return f"({country}) {rest}"


def cell(value: Cell) -> str | int | float | Decimal | date | time:
    """Return a value as it may stand in a cell."""
    if value is None:
        return ""
    if isinstance(value, PhoneNumber):
        return phone(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float | Decimal | date | time):
        return value
    return safe(str(value))


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV file: commas, UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([cell(str(name)) for name in header])
    for row in rows:
        writer.writerow([_text(cell(value)) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _text(value: Any) -> Any:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime | time) else value


def xlsx_bytes(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]) -> bytes:
    """Return an XLSX file. ``sheets`` are (name, header, rows); times of day carry no zone."""
    book = Workbook(write_only=True)
    for name, header, rows in sheets:
        sheet = book.create_sheet(sheet_name(name))
        sheet.freeze_panes = "A2"
        sheet.append([_written(sheet, str(title), bold=True) for title in header])
        for row in rows:
            sheet.append([_written(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_name(name: str) -> str:
    """Return a name a sheet may have: 31 characters and none of the seven forbidden ones."""
    return re.sub(r"[\[\]:*?/\\]", " ", name)[:31].strip("' ") or "Sheet"


def _written(sheet: Any, value: Cell, *, bold: bool = False) -> WriteOnlyCell:
    """Return a cell whose type says text where it is text, whatever it begins with."""
    found = cell(value)
    if isinstance(found, datetime):
        found = found.replace(tzinfo=None)
    written = WriteOnlyCell(sheet, value=None if found == "" else found)
    if isinstance(found, str) and found:
        written.data_type = "s"
    if bold:
        written.font = Font(bold=True)
    return written


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """Return a file to be kept, under a name of plain letters, digits, dots and dashes."""
    response = HttpResponse(content, content_type=kind)
    plain_name = re.sub(r"[^A-Za-z0-9._-]+", "-", name)
    response["Content-Disposition"] = f'attachment; filename="{plain_name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
