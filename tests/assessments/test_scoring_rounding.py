"""Half up, ties away from zero, whatever the caller's decimal context says."""

from decimal import ROUND_DOWN, Decimal, localcontext

import pytest

from assessments.scoring.rounding import percent, ratio, round_half_up, whole


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        ("31.25", 1, "31.3"),
        ("-31.25", 1, "-31.3"),
        ("31.24", 1, "31.2"),
        ("89.95", 1, "90.0"),
        ("89.949", 1, "89.9"),
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        ("1.0965", 3, "1.097"),
        ("7", 2, "7.00"),
    ],
)
def test_round_half_up(number, places, text):
    assert str(round_half_up(Decimal(number), places)) == text


def test_whole_numbers():
    assert whole(Decimal("165.9")) == 166
    assert whole(Decimal("177.45")) == 177
    assert whole(Decimal("2.5")) == 3
    assert type(whole(Decimal("2.5"))) is int


def test_ratio_and_percent():
    assert str(ratio(1, 3, 2)) == "0.33"
    assert str(ratio(Decimal("2.675"), 1, 2)) == "2.68"
    assert str(percent(364, 405)) == "89.9"
    assert str(percent(-1, 8)) == "-12.5"
    with pytest.raises(ZeroDivisionError):
        ratio(1, 0, 1)


def test_the_context_of_the_caller_does_not_matter():
    with localcontext() as context:
        context.prec = 2
        context.rounding = ROUND_DOWN
        assert str(percent(364, 405)) == "89.9"
        assert str(round_half_up(Decimal("89.95"), 1)) == "90.0"


def test_a_tiny_decrease_is_zero_without_a_sign():
    assert str(round_half_up(Decimal("-0.04"), 1)) == "0.0"
    assert str(round_half_up(Decimal("-0.05"), 1)) == "-0.1"
