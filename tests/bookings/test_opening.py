"""Opening hours: everybody's hours laid over each other, closures taken out, on the wall clock."""

from datetime import date, time

import pytest

from bookings.opening import merged, opening_of, without
from tests.bookings.conftest import works
from tests.factories import ClosureFactory, PractitionerFactory, WorkingHoursFactory

TODAY = date(2027, 1, 10)  # a Sunday
MONDAY, TUESDAY = date(2027, 1, 11), date(2027, 1, 12)


def hours(clinic):
    return opening_of([clinic.place], TODAY)[clinic.place.pk]


@pytest.mark.parametrize(
    ("spans", "result"),
    [
        ([], []),
        ([(540, 720), (720, 1020)], [(540, 1020)]),
        ([(600, 660), (540, 1020)], [(540, 1020)]),
        ([(840, 900), (540, 600)], [(540, 600), (840, 900)]),
    ],
)
def test_spans_that_touch_are_one(spans, result):
    assert merged(spans) == result


def test_a_closure_is_cut_out():
    assert without([(540, 1020)], 720, 780) == [(540, 720), (780, 1020)]
    assert without([(540, 1020)], 0, 1440) == []
    assert without([(540, 1020)], 0, 540) == [(540, 1020)]


def test_the_week_of_everybody_together(clinic):
    works(PractitionerFactory(slug="ben"), clinic.place, clinic.service, [0, 5], time(12), time(20))
    works(PractitionerFactory(is_active=False), clinic.place, clinic.service, [6])

    assert hours(clinic).lines() == [
        ("Monday", "09:00–20:00"),
        ("Tue–Fri", "09:00–17:00"),
        ("Saturday", "12:00–20:00"),
    ]


def test_hours_that_hold_later_or_no_more_are_not_told(clinic):
    more = {"practitioner": clinic.physio, "location": clinic.place, "weekday": 6}
    WorkingHoursFactory(**more, valid_from=date(2027, 2, 1))
    WorkingHoursFactory(**more, valid_to=date(2027, 1, 9))

    assert 6 not in hours(clinic).week


def test_midnight_closes_the_day_before_it_ends(clinic):
    clinic.physio.hours.filter(weekday=0).update(ends=time(0))

    assert hours(clinic).as_data()[0]["closes"] == "23:59"
    assert hours(clinic).lines()[0] == ("Monday", "09:00–00:00")


def test_a_closed_day_opens_and_closes_at_midnight(clinic):
    ClosureFactory(location=clinic.place, first_day=MONDAY, name="CANARY")

    assert hours(clinic).as_data()[-1] == {
        "@type": "OpeningHoursSpecification",
        "opens": "00:00",
        "closes": "00:00",
        "validFrom": "2027-01-11",
        "validThrough": "2027-01-11",
    }


def test_a_partial_closure_leaves_the_rest(clinic):
    ClosureFactory(
        location=clinic.place,
        first_day=MONDAY, starts=time(15), last_day=TUESDAY, ends=time(11),
    )  # fmt: skip

    assert hours(clinic).days == {MONDAY: [(540, 900)], TUESDAY: [(660, 1020)]}


def test_closures_of_days_without_hours_are_not_told(clinic):
    ClosureFactory(location=clinic.place, first_day=date(2027, 1, 16), last_day=date(2027, 1, 17))

    assert hours(clinic).days == {}


@pytest.mark.parametrize("count", [1, 5])
def test_two_queries_however_many_people(clinic, count, django_assert_num_queries):
    for number in range(count):
        clinic.colleague(f"Extra {number}", f"extra-{number}")
    with django_assert_num_queries(2):
        opening_of([clinic.place], TODAY)
