"""Comparisons count two-valued and remember three-valued."""

from decimal import Decimal

import pytest

from assessments.rules.checks import ALWAYS, Check, Reading, Verdict, all_of, any_of, not_

FIVE = Reading("nprs_now", None, 5)
ABSENT = Reading("nprs_now", None, None)
SITES = Reading("tenderness_sites", "R", ("fat_pad", "prepatellar"))
NO_SITES = Reading("tenderness_sites", "R", ())


@pytest.mark.parametrize(
    ("compare", "at", "below", "above"),
    [
        ("is_below", False, True, False),
        ("is_at_most", True, True, False),
        ("is_above", False, False, True),
        ("is_at_least", True, False, True),
    ],
)
def test_numbers_at_below_and_above_their_line(compare, at, below, above):
    def fired(value):
        return getattr(Reading("x", None, value), compare)(Decimal("4.5")).fired

    assert (fired(Decimal("4.5")), fired(Decimal("4.4")), fired(5)) == (at, below, above)


@pytest.mark.parametrize("compare", ["is_below", "is_at_most", "is_above", "is_at_least"])
def test_a_missing_number_or_line_is_unknown_and_counts_as_false(compare):
    for check in (getattr(ABSENT, compare)(5), getattr(FIVE, compare)(None)):
        assert (check.met, check.fired) == (None, False)


def test_the_opposite_of_an_unknown_comparison_counts_as_true_and_stays_unknown():
    check = not_(ABSENT.is_below(5)).checks[0]

    assert (check.operator, check.met, check.fired) == (">=", None, True)


@pytest.mark.parametrize(
    ("value", "is_yes", "is_not_yes"),
    [("yes", (True, True), (False, False)), ("no", (False, False), (True, True))],
)
def test_codes(value, is_yes, is_not_yes):
    reading = Reading("rf_locked", None, value)

    assert (reading.is_("yes").met, reading.is_("yes").fired) == is_yes
    assert (reading.is_not("yes").met, reading.is_not("yes").fired) == is_not_yes


def test_a_missing_code_is_not_the_code():
    assert (ABSENT.is_("yes").met, ABSENT.is_("yes").fired) == (None, False)
    assert (ABSENT.is_not("yes").met, ABSENT.is_not("yes").fired) == (None, True)
    assert (ABSENT.is_one_of("a", "b").met, ABSENT.is_one_of("a").fired) == (None, False)


def test_one_of_several_codes():
    grade = Reading("effusion", "R", "2+")

    assert grade.is_one_of("2+", "3+") == Check(
        "effusion", "R", "2+", "in", ("2+", "3+"), True, True
    )
    assert grade.is_one_of("2+").operator == "is"
    assert grade.is_one_of("3+").met is False


@pytest.mark.parametrize(
    ("reading", "any_site", "another"),
    [(SITES, True, True), (NO_SITES, False, False), (ABSENT, None, None)],
)
def test_choices_asked_and_empty_are_known(reading, any_site, another):
    assert reading.holds_any_of("fat_pad", "quad_tendon").met is any_site
    assert reading.holds_other_than("fat_pad").met is another


def test_only_the_same_choice_is_nothing_else():
    assert Reading("x", None, ("fat_pad",)).holds_other_than("fat_pad").met is False


def test_whether_something_was_recorded_is_never_unknown():
    assert (FIVE.is_recorded().met, ABSENT.is_recorded().met) == (True, False)
    assert (FIVE.is_not_recorded().fired, ABSENT.is_not_recorded().fired) == (False, True)
    assert ABSENT.is_not_recorded().operator == "not recorded"


def test_an_object_is_shown_as_given():
    assert Reading("tape_trial", None, {"pre": 4}).is_recorded().value == "given"


def test_turning_round_twice_is_the_comparison_again():
    for check in (FIVE.is_above(4), FIVE.is_above(6), ABSENT.is_above(4), FIVE.is_recorded()):
        assert check.negated().negated() == check


HIGH, LOW, GAP = FIVE.is_above(4), FIVE.is_above(6), ABSENT.is_above(4)


@pytest.mark.parametrize(
    ("parts", "fired", "kept"),
    [
        ((HIGH, LOW), True, (HIGH,)),
        ((LOW, HIGH, GAP), True, (HIGH, GAP)),
        ((LOW, GAP), False, (LOW, GAP)),
        ((), False, ()),
    ],
)
def test_any_of(parts, fired, kept):
    assert any_of(*parts) == Verdict(fired, kept)


@pytest.mark.parametrize(
    ("parts", "fired", "kept"),
    [
        ((HIGH, HIGH), True, (HIGH, HIGH)),
        ((HIGH, LOW, GAP), False, (LOW, GAP)),
        ((), True, ()),
    ],
)
def test_all_of(parts, fired, kept):
    assert all_of(*parts) == Verdict(fired, kept)


def test_rules_nest_and_keep_what_decided():
    nested = any_of(all_of(HIGH, GAP), all_of(HIGH, not_(LOW)), ALWAYS)

    assert nested.fired
    assert nested.checks == (GAP, HIGH, LOW.negated())
    assert not_(nested).fired is False
