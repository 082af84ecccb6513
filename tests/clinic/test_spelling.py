"""Names without accents, and what one typing error may look like. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.spelling import (
    SHORT,
    distance,
    errors_allowed,
    fold,
    is_near,
    left_out,
    near_keys,
    trigrams,
)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("José  García", "jose garcia"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("Jürgen Strauß", "jurgen strauss"),
        ("Sørensen-Ångström", "sorensen angstrom"),
        ("O’Brien d'Arc", "obrien darc"),
        ("Þórður Æsir", "thordur aesir"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("李 小龍", "李 小龍"),
        (" \t ", ""),
    ],
)
def test_names_are_folded(name, folded):
    assert fold(name) == folded


@pytest.mark.parametrize(
    ("one", "other", "errors"),
    [
        ("smith", "smith", 0),
        ("smtih", "smith", 1),
        ("smth", "smith", 1),
        ("smiith", "smith", 1),
        ("smyth", "smith", 1),
        ("jhon", "john", 1),
        ("katherine", "kathryn", 3),
        ("", "ab", 2),
    ],
)
def test_errors_are_counted(one, other, errors):
    assert distance(one, other, 4) == distance(other, one, 4) == errors


def test_counting_stops_where_it_no_longer_matters():
    assert distance("abcdefgh", "stuvwxyz", 2) == 3
    assert distance("a", "abcdefgh", 2) == 3


WORDS = st.text("abcdeö", min_size=3, max_size=9)


@given(WORDS, st.integers(0, 8), st.sampled_from("abcxyz"), st.sampled_from("-~+%"))
def test_every_single_error_is_a_candidate(name, at, letter, kind):
    """What the database is asked for holds every name that is one error away."""
    at = min(at, len(name) - 1)
    typed = {
        "-": name[:at] + name[at + 1 :],
        "+": name[:at] + letter + name[at:],
        "~": name[:at] + letter + name[at + 1 :],
        "%": name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
    }[kind]
    if len(typed) < 3:
        return
    assert distance(typed, name, 2) <= 1
    if len(typed) <= SHORT:
        assert near_keys([name]) & {typed, *left_out(typed)}
    else:
        padded = f" {name} "
        shared = sum(gram in padded for gram in trigrams(typed))
        assert shared >= max(2, -(-len(trigrams(typed)) * 3 // 10))


def test_short_words_may_have_no_error_and_long_ones_two():
    assert [errors_allowed("x" * length) for length in (2, 3, 6, 7)] == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("typed", "name", "meant"),
    [
        ("garcai", "garcia", True),
        ("szimanovski", "szymanowski", True),
        ("schwarzeneger", "schwarzenegger", True),
        ("hernandezz", "hernandez", True),
        ("szimanow", "szymanowski", True),  # still being typed
        ("li", "lu", False),
        ("jon", "ron", False),
        ("anna", "otto", False),
    ],
)
def test_what_counts_as_nearly_the_same_name(typed, name, meant):
    assert is_near(typed, name) is meant
