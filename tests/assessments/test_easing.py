"""The traffic light after a flare, as tables, and what it may never do."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.easing import Counting, Spell, bounds_of, counting_of, one_too_many, spell
from assessments.library import shipped
from assessments.models.plan import EASIER_AT_MOST

DAY = date(2027, 1, 10)
TWO_IN_14 = Counting(window=14, act_from=2)


def days(*offsets):
    return [DAY + timedelta(days=each) for each in offsets]


@pytest.mark.parametrize(
    ("flares", "length", "expected"),
    [
        pytest.param((), 7, None, id="no flare"),
        pytest.param((0,), 7, (0, 6), id="the day itself is the first"),
        pytest.param((-6,), 7, (-6, 0), id="the last day"),
        pytest.param((-7,), 7, None, id="over by itself"),
        pytest.param((0,), 1, (0, 0), id="one day"),
        pytest.param((-5, -1), 7, (-1, 5), id="the last flare counts"),
        pytest.param((1,), 7, None, id="a flare to come says nothing"),
        pytest.param((-3, 4), 7, (-3, 3), id="nor beside an earlier one"),
    ],
)
def test_spells(flares, length, expected):
    found = spell(days(*flares), length, DAY)

    assert found == (Spell(*days(*expected)) if expected else None)


@pytest.mark.parametrize(
    ("earlier", "counting", "expected"),
    [
        pytest.param((), TWO_IN_14, False, id="the first"),
        pytest.param((-1,), TWO_IN_14, True, id="the second"),
        pytest.param((-13,), TWO_IN_14, True, id="the last day of the window"),
        pytest.param((-14,), TWO_IN_14, False, id="outside the window"),
        pytest.param((0,), TWO_IN_14, False, id="twice on one day is once"),
        pytest.param((-1, 0), TWO_IN_14, False, id="and asks nobody anew"),
        pytest.param((-1, -1), Counting(window=14, act_from=3), False, id="two where it is three"),
        pytest.param((-2, -1), Counting(window=14, act_from=3), True, id="three"),
        pytest.param((-5, -1), TWO_IN_14, True, id="the third is one too many as well"),
    ],
)
def test_what_is_one_too_many(earlier, counting, expected):
    assert one_too_many(days(*earlier), DAY, counting) is expected


@given(
    st.lists(st.integers(-60, 60), max_size=20),
    st.integers(1, EASIER_AT_MOST),
    st.integers(-90, 90),
)
def test_it_begins_with_a_flare_and_always_ends(flares, length, offset):
    today = DAY + timedelta(days=offset)
    found = spell(days(*flares), length, today)

    if found is not None:
        assert found.since in days(*flares)
        assert found.since <= today <= found.until
        assert (found.until - found.since).days == length - 1
    last = max(days(*flares), default=DAY)
    assert spell(days(*flares), length, last + timedelta(days=length)) is None


def test_the_library_says_how_long_and_how_often_within_what_the_database_keeps():
    low, usual, high = bounds_of(shipped())

    assert 1 <= low <= usual <= high <= EASIER_AT_MOST
    assert counting_of(shipped()) == TWO_IN_14
