"""Meaningful change: at the line, one step below it, and the same size for the worse."""

from decimal import Decimal

import pytest

from assessments.scoring.change import CHANGES, change_flag

BETTER, WORSE, NEITHER = "MEANINGFUL_BETTER", "MEANINGFUL_WORSE", "NOT_MEANINGFUL"


@pytest.mark.parametrize(
    ("instrument", "baseline", "now", "flag"),
    [
        ("akps", "70", "80", BETTER),
        ("akps", "70", "79", NEITHER),
        ("akps", "80", "70", WORSE),
        ("akps", "80", "71", NEITHER),
        ("nprs", "6", "4", BETTER),
        ("nprs", "6", "5", NEITHER),
        ("nprs", "4", "6", WORSE),
        ("nprs", "4", "5", NEITHER),
        ("koos_pf", "61.4", "77.8", BETTER),
        ("koos_pf", "61.4", "77.7", NEITHER),
        ("koos_pf", "77.8", "61.4", WORSE),
        ("koos_pf", "77.7", "61.4", NEITHER),
        ("psfs", "4.7", "7.0", BETTER),
        ("psfs", "4.7", "6.9", NEITHER),
        ("psfs", "7.0", "4.7", WORSE),
        ("lefs", "58", "67", BETTER),
        ("lefs", "58", "66", NEITHER),
        ("lefs", "67", "58", WORSE),
        ("lsd", "4", "3", BETTER),
        ("lsd", "3", "2", NEITHER),
        ("lsd", "3", "1", BETTER),
        ("lsd", "1", "2", WORSE),
        ("lsd", "6", "4", NEITHER),
        ("lsd", "0", "6", WORSE),
    ],
)
def test_change(instrument, baseline, now, flag):
    assert change_flag(instrument, Decimal(baseline), Decimal(now)) == flag


def test_whole_numbers_are_scores_too():
    assert change_flag("akps", 70, 80) == BETTER
    assert change_flag("lsd", 4, 1) == BETTER


@pytest.mark.parametrize("instrument", [*CHANGES, "lsd"])
def test_no_change_is_never_meaningful_and_a_missing_score_is_not_judged(instrument):
    assert change_flag(instrument, 5, 5) in (NEITHER, None)
    assert change_flag(instrument, None, 5) is None
    assert change_flag(instrument, 5, None) is None


def test_fear_is_shown_and_not_judged():
    assert change_flag("tsk11", 40, 12) is None


@pytest.mark.parametrize("instrument", ["fpi", "wells", "AKPS", ""])
def test_only_outcomes_change(instrument):
    with pytest.raises(ValueError, match="is not an outcome instrument"):
        change_flag(instrument, 1, 2)
