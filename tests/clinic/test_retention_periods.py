"""For how long a record is kept: never shorter than any of the rules that hold for it."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from clinic.retention import ELSEWHERE, PERIODS, kept_until, later, period_of

DAYS = st.dates(min_value=date(1920, 1, 1), max_value=date(2060, 12, 31))


@given(st.sampled_from(PERIODS), DAYS, DAYS)
def test_no_record_goes_before_either_day(period, seen, born):
    last, birth = max(seen, born), min(seen, born)
    until = kept_until(period, last, birth)

    assert until >= later(last, period.years)
    if last < later(birth, period.of_age):
        assert until >= later(later(birth, period.of_age), period.years_of_age)
    else:
        assert until == later(last, period.years)
    assert until <= kept_until(period, last, None)


def test_the_figures_of_places():
    alberta, columbia = period_of("CA", "AB"), period_of("CA", "BC")
    assert kept_until(alberta, date(2027, 1, 10), date(1995, 6, 15)) == date(2037, 1, 10)
    assert kept_until(alberta, date(2027, 1, 10), date(2015, 6, 15)) == date(2043, 6, 15)
    assert kept_until(columbia, date(2027, 1, 10), date(1995, 6, 15)) == date(2043, 1, 10)
    assert kept_until(alberta, date(2024, 2, 29), date(1995, 6, 15)) == date(2034, 3, 1)
    assert period_of("CA", "XX").place == "CA"
    assert period_of("ZZ") == ELSEWHERE
    assert all(each.source for each in PERIODS)
