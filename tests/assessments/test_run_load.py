"""The training-load rule on runs that were made: the longest of 30 days, the week two before."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from assessments.library.loader import shipped
from assessments.library.running import Answer
from assessments.run_load import Before, Distance, before, check_run

RULE = shipped().running.load
MONDAY = date(2027, 3, 1)


def run(ago, km, on=MONDAY):
    return Distance(on - timedelta(days=ago), Decimal(km))


@pytest.mark.parametrize(
    ("planned", "expected"),
    [("11.0", Answer.ALLOWED), ("11.1", Answer.BLOCKED), ("11.01", Answer.BLOCKED)],
)
def test_the_worked_example_of_one_run(planned, expected):
    known = before([run(30, "10.0"), run(31, "20.0"), run(3, "5")], MONDAY, RULE)

    assert known.longest == Decimal("10.0")
    assert check_run(RULE, Decimal(planned), known).run is expected


@pytest.mark.parametrize(
    ("planned", "expected"), [("6.0", Answer.ALLOWED), ("6.1", Answer.WARNING)]
)
def test_the_worked_example_of_a_week(planned, expected):
    """20.0 km two weeks ago, 20.0 so far this week: 26.0 is no warning, 26.1 is one."""
    sunday = MONDAY + timedelta(days=6)
    runs = [Distance(MONDAY - timedelta(days=14), Decimal(10))]
    runs += [Distance(MONDAY - timedelta(days=8), Decimal(10))]
    runs += [Distance(MONDAY - timedelta(days=7), Decimal(40))]  # last week does not count
    runs += [Distance(MONDAY, Decimal(20))]

    known = before(runs, sunday, RULE)

    assert (known.week, known.earlier_week) == (Decimal(20), Decimal(20))
    assert check_run(RULE, Decimal(planned), known).week is expected


def test_with_nothing_to_compare_nothing_is_allowed():
    known = before([], MONDAY, RULE)

    assert known == Before(longest=None, week=Decimal(0), earlier_week=None)
    verdict = check_run(RULE, Decimal(5), known)
    assert (verdict.run, verdict.week) == (Answer.UNKNOWN, Answer.UNKNOWN)


def test_what_lies_ahead_is_not_behind():
    assert before([run(-1, "30")], MONDAY, RULE).longest is None
