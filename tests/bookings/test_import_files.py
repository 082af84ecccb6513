"""Files of other systems are read as they are meant, or refused with a sentence."""

import io
import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from bookings.imports import values
from bookings.imports.columns import guess
from bookings.imports.files import MOST_BYTES, Unreadable, opened

ROWS = "First Name{0}Surname{0}DOB\nZoë{0}O'Connor{0}1990-05-04\n"


def xlsx(*lines, part=None):
    book = Workbook()
    for line in lines:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    if part:
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(*part)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators_are_found_out(encoding, separator):
    sheet = opened(ROWS.format(separator).encode(encoding))

    assert sheet.header == ["First Name", "Surname", "DOB"]
    assert sheet.rows == [(2, ["Zoë", "O'Connor", "1990-05-04"])]
    assert sheet.separator == separator


def test_a_workbook_is_read_as_it_looks_and_formulas_are_nothing():
    lines = [["Name", "Born", "At", "Number"], ["Ann", date(1990, 5, 4), time(9, 30), 42.0]]
    moment = datetime(2027, 1, 1, 9)  # noqa: DTZ001  # cells know no zone
    sheet = opened(xlsx(*lines, ["=1+1", moment, None, None]))

    assert sheet.rows[0] == (2, ["Ann", "1990-05-04", "09:30", "42"])
    assert sheet.rows[1] == (3, ["", "2027-01-01 09:00", "", ""])


BAD = {
    "empty": (b" \n", "empty"),
    "only a header": (b"a,b\n", "no rows"),
    "web page": (b"<!DOCTYPE html><table><tr><td>a", "web page"),
    "pdf": (b"%PDF-1.7 abc", "no table"),
    "old excel": (b"\xd0\xcf\x11\xe0abc", "old Excel"),
    "binary": (b"abc\x00def\n", "no table"),
    "too large": (b"a,b\n" + b"x" * MOST_BYTES, "5 MB"),
    "a huge cell": (b"a,b\n" + b"x" * 3000 + b",b", "2,000 letters"),
    "too many rows": (b"a\n" + b"x\n" * 5001, "5,000 rows"),
    "zip of something": (xlsx(["a"])[:40] + b"broken", "damaged"),
}


@pytest.mark.parametrize(("content", "said"), BAD.values(), ids=BAD.keys())
def test_what_is_no_table_is_refused_with_a_sentence(content, said):
    with pytest.raises(Unreadable, match=said):
        opened(content)


def test_macros_and_bombs_are_refused():
    with pytest.raises(Unreadable, match="macros"):
        opened(xlsx(["a"], ["b"], part=("xl/vbaProject.bin", b"x")))
    with pytest.raises(Unreadable, match="larger inside"):
        opened(xlsx(["a"], ["b"], part=("xl/bomb.xml", b"\0" * (61 * 1024 * 1024))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("readme.txt", "hello")
    with pytest.raises(Unreadable, match="no Excel"):
        opened(out.getvalue())


def test_an_encoding_that_does_not_fit_is_said():
    with pytest.raises(Unreadable, match="cannot be read as chosen"):
        opened("a,b\nZoë,b".encode("cp1252"), encoding="utf-8-sig")


def test_what_was_exported_safely_is_read_back():
    assert opened(b"a,b\n'=cmd,'+1\n").rows == [(2, ["=cmd", "+1"])]


@pytest.mark.parametrize(
    ("header", "kind", "expected"),
    [
        (["Given Name", "SURNAME", "D.O.B", "E-Mail Address", "Mobile"], "patients",
         {"first_name": 0, "last_name": 1, "date_of_birth": 2, "email": 3, "phone": 4}),
        (["Prénom", "Nom", "Date de naissance"], "patients",
         {"first_name": 0, "last_name": 1, "date_of_birth": 2}),
        (["Last", "first_name", "last_name"], "patients", {"first_name": 1, "last_name": 2}),
        (["Date", "Start Time", "Provider", "Appointment Type", "Status", "Duration"], "visits",
         {"day": 0, "time": 1, "practitioner": 2, "service": 3, "state": 4, "minutes": 5}),
    ],
)  # fmt: skip
def test_columns_are_guessed_by_their_titles(header, kind, expected):
    assert guess(header, kind) == expected


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("2027-01-31", "ymd", date(2027, 1, 31)),
        ("31/01/2027", "dmy", date(2027, 1, 31)),
        ("05.04.1990", "dmy", date(1990, 4, 5)),
        ("04/05/1990", "mdy", date(1990, 4, 5)),
        ("1990-04-05", "mdy", date(1990, 4, 5)),
        ("2027-01-31 09:30", "dmy", date(2027, 1, 31)),
    ],
)
def test_days_are_read_as_it_was_said(text, form, expected):
    assert values.day(text, form) == expected


@pytest.mark.parametrize(
    ("text", "form"),
    [("31/01/2027", "mdy"), ("01/31/2027", "dmy"), ("x", "ymd"), ("1/1/0027", "dmy")],
)
def test_a_day_written_otherwise_is_refused(text, form):
    with pytest.raises(ValueError, match="no day"):
        values.day(text, form)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:30", time(9, 30)), ("9:30 pm", time(21, 30)), ("9.30", time(9, 30)),
        ("09:30:00", time(9, 30)), ("2027-01-31 14:05", time(14, 5)),
    ],
)  # fmt: skip
def test_times_of_day(text, expected):
    assert values.clock(text) == expected


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("(403) 555-0100", "CA", "+14035550100"),
        ("403.555.0100", "CA", "+14035550100"),
        ("(+44) 20 7946 0958", "CA", "+442079460958"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("", "CA", ""),
    ],
)
def test_phone_numbers_get_their_country(text, country, expected):
    assert values.phone(text, country) == expected


@pytest.mark.parametrize("text", ["12", "call mum", "++1"])
def test_what_is_no_phone_number_is_refused(text):
    with pytest.raises(ValueError, match="no phone number"):
        values.phone(text, "CA")
