"""What a desk types while somebody is on the phone, and what it may mean. No database."""

from datetime import date

import pytest

from clinic.search.typed import read

TODAY = date(2027, 1, 10)
FOURTH_OF_MAY = date(1990, 5, 4)
FIFTH_OF_APRIL = date(1990, 4, 5)


@pytest.mark.parametrize(
    "text",
    [
        "1990-05-04", "1990/5/4", "1990.05.04", "19900504",
        "4 May 1990", "4. May 1990", "04 may 90", "4th of May 1990", "4may1990",
        "May 4, 1990", "may 4th 1990", "1990 May 4", "4 Mai 1990",
    ],
)  # fmt: skip
def test_a_day_in_many_spellings(text):
    typed = read(text, TODAY, {"Mai": 5})
    assert typed.words == ()
    assert [number.days for number in typed.numbers] == [{FOURTH_OF_MAY}]


@pytest.mark.parametrize(
    "text", ["04/05/1990", "4.5.1990", "4-5-1990", "04 05 1990", "4/5/90", "04051990"]
)
def test_day_and_month_in_either_order(text):
    [number] = read(text, TODAY).numbers
    assert number.days == {FOURTH_OF_MAY, FIFTH_OF_APRIL}


def test_two_digits_of_a_year_are_a_childs_or_a_grandparents():
    [number] = read("31/12/21", TODAY).numbers
    assert number.days >= {date(1921, 12, 31), date(2021, 12, 31)}


@pytest.mark.parametrize("text", ["31/02/1990", "1.1.1850", "2 Foo 1990", "11.11.2099"])
def test_a_day_that_is_none_has_no_reading(text):
    assert not any(number.days for number in read(text, TODAY).numbers)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("403-555-0123", "4035550123"),
        ("(403) 555 0123", "4035550123"),
        ("+1 403.555.0123", "14035550123"),
        ("001 403 555 0123", "14035550123"),
        ("0412 345 678", "412345678"),
        ("+61 (0)412 345 678", "61412345678"),
        ("555 0123", "5550123"),
    ],
)
def test_a_number_however_it_is_written(text, digits):
    [number] = read(text, TODAY).numbers
    assert digits in number.digits


def test_a_name_a_number_and_a_day_at_once():
    typed = read("García 403 555 0123 1990-05-04", TODAY)
    assert typed.words == ("garcia",)
    assert {FOURTH_OF_MAY} in [number.days for number in typed.numbers]
    assert any("4035550123" in number.digits for number in typed.numbers)


def test_four_digits_may_be_a_year_or_part_of_a_number():
    [number] = read("smith 1990", TODAY).numbers
    assert (number.year, number.digits) == (1990, {"1990"})


def test_an_address_stays_whole():
    typed = read("Ada@Example.com may", TODAY)
    assert (typed.addresses, typed.words) == (("ada@example.com",), ("may",))


@pytest.mark.parametrize(("text", "asks"), [("", False), (" - ", False), ("a", False),
                                            ("al", True), ("李", True), ("4", True)])  # fmt: skip
def test_nothing_is_asked_for_by_nothing(text, asks):
    assert bool(read(text, TODAY)) is asks


@pytest.mark.parametrize(
    "text", ["%", "\\", "' OR 1=1 --", "(" * 500, "9" * 500, "٣٤٥", "²³", "😀"]
)
def test_whatever_is_typed_is_read(text):
    read(text, TODAY)
