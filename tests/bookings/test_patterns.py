"""Weekly patterns: writing a week for some days leaves every other day as it was."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.availability.patterns import (
    BREAK,
    HOURS,
    Period,
    Row,
    Weekly,
    period_on,
    periods,
    rewrite,
)

FIRST = date(2027, 1, 1)
NINE = Weekly(HOURS, 0, "riverside", 540, 1020)
TEN = Weekly(HOURS, 0, "riverside", 600, 1020)
LUNCH = Weekly(BREAK, 0, "riverside", 720, 750)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def holding(rows, on: date) -> set[Weekly]:
    return {row.what for row in rows if (row.first or date.min) <= on <= (row.last or date.max)}


def carried_out(rows, todo):
    """The rows as they are afterwards."""
    changed = {row.key: row for row in todo.resized}
    kept = [changed.get(row.key, row) for row in rows if row.key not in todo.removed]
    return [*kept, *todo.added]


def test_without_rows_one_empty_week_holds_for_ever():
    assert periods([]) == [Period(None, None, frozenset())]


def test_a_new_pattern_ends_the_old_one_the_day_before():
    old = Row("a", NINE)

    todo = rewrite([old], [TEN, LUNCH], day(10), None)

    assert todo.resized == [Row("a", NINE, None, day(9))]
    assert todo.removed == []
    assert todo.added == [Row("", LUNCH, day(10), None), Row("", TEN, day(10), None)]


def test_a_pattern_for_some_weeks_gives_way_to_the_old_one_again():
    todo = rewrite([Row("a", NINE)], [TEN], day(10), day(20))

    assert carried_out([Row("a", NINE)], todo) == [
        Row("a", NINE, None, day(9)),
        Row("", NINE, day(21), None),
        Row("", TEN, day(10), day(20)),
    ]


def test_what_says_the_same_already_is_kept():
    assert not rewrite([Row("a", NINE), Row("b", LUNCH)], [NINE, LUNCH], day(3), day(9))


def test_what_says_the_same_is_stretched_where_it_does_not_reach():
    todo = rewrite([Row("a", NINE, day(0), day(4))], [NINE], day(3), None)

    assert todo.resized == [Row("a", NINE, day(0), None)]
    assert (todo.added, todo.removed) == ([], [])


def test_a_row_that_lies_inside_goes():
    todo = rewrite([Row("a", NINE, day(3), day(4))], [], day(0), day(9))

    assert todo.removed == ["a"]


def test_the_week_of_a_day_and_the_days_it_holds():
    rows = [Row("a", NINE, None, day(9)), Row("b", TEN, day(10), None), Row("c", LUNCH)]

    assert period_on(rows, day(9)) == Period(None, day(9), frozenset({NINE, LUNCH}))
    assert period_on(rows, day(10)) == Period(day(10), None, frozenset({TEN, LUNCH}))


def test_rows_that_follow_each_other_and_say_the_same_are_one_week():
    rows = [Row("a", NINE, None, day(9)), Row("b", NINE, day(10), None)]

    assert periods(rows) == [Period(None, None, frozenset({NINE}))]


def test_days_that_run_backwards_are_refused():
    with pytest.raises(ValueError, match="last day comes before"):
        rewrite([], [NINE], day(2), day(1))


DAYS = st.one_of(st.none(), st.integers(0, 30).map(day))
SPANS = st.tuples(DAYS, DAYS).filter(lambda span: (span[0] or FIRST) <= (span[1] or date.max))
WHAT = st.sampled_from([NINE, TEN, LUNCH, Weekly(HOURS, 1, "harbour", 0, 1440)])
ROWS = st.lists(st.tuples(WHAT, SPANS), max_size=6).map(
    lambda found: [Row(str(n), what, *span) for n, (what, span) in enumerate(found)]
)


@settings(max_examples=300, deadline=None)
@given(ROWS, st.sets(WHAT), SPANS)
def test_the_days_asked_for_hold_the_week_and_all_others_what_they_held(rows, week, span):
    first, last = span

    after = carried_out(rows, rewrite(rows, week, first, last))

    for on in (date.min, *map(day, range(-2, 33)), date.max):
        inside = (first or date.min) <= on <= (last or date.max)
        assert holding(after, on) == (week if inside else holding(rows, on))
    for period in periods(after):
        for on in (period.first, period.last):
            assert on is None or holding(after, on) == period.week
