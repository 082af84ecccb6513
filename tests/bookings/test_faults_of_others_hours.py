"""Faults that people reported of other booking systems, walked through page by page: time.

Each test names the report it re-enacts, as project and number; the words are our own.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from bookings.models import ChangedDay
from clinic import outbox
from tests.bookings import web
from tests.bookings.conftest import Clinic, works
from tests.factories import (
    BreakTimeFactory,
    ClosureFactory,
    LocationFactory,
    PracticeFactory,
    PractitionerFactory,
    ServiceFactory,
    ServiceOfferFactory,
    TimeOffFactory,
)

MONDAY, TUESDAY, SUNDAY = "2027-01-11", "2027-01-12", "2027-01-17"
EVERY_DAY = range(7)


def opened(zone: str, days=EVERY_DAY, starts=time(9), ends=time(17), minutes=60, step=30) -> Clinic:
    """Open a clinic in some zone with one person at work on some weekdays."""
    practice = PracticeFactory()
    place = LocationFactory(slug="downtown", name="Downtown", time_zone=zone)
    service = ServiceFactory(slug="first-visit", minutes=minutes, step_minutes=step)
    physio = works(PractitionerFactory(slug="anna"), place, service, days, starts, ends)
    return Clinic(practice, place, physio, service)


def instants(day: str) -> list[datetime]:
    """Return the instants the public API lists for a day."""
    answer = Client().get("/api/v1/slots/", {"service": "first-visit", "from": day, "to": day})
    return [datetime.fromisoformat(each["starts_at"]) for each in answer.json()["slots"]]


def hours(first: int, last: int) -> list[str]:
    return [f"{hour:02}:00" for hour in range(first, last + 1)]


# clocks and zones -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "before"),
    [
        ("America/New_York", "2027-03-14", datetime(2027, 3, 1, tzinfo=UTC)),
        ("America/New_York", "2027-11-07", datetime(2027, 10, 25, tzinfo=UTC)),
        ("Europe/Berlin", "2027-03-28", datetime(2027, 3, 15, tzinfo=UTC)),
        ("Australia/Lord_Howe", "2027-04-04", datetime(2027, 3, 25, tzinfo=UTC)),
    ],
)
def test_an_afternoon_is_not_an_hour_late_when_the_clocks_change(db, zone, day, before):
    # cal.diy 30021, 19589
    opened(zone, starts=time(13), ends=time(18), step=60)
    with time_machine.travel(before, tick=False):
        assert web.offered(day) == hours(13, 17)


@pytest.mark.parametrize("weeks", [0, 1, 2])
def test_half_past_seven_stays_half_past_seven(db, weeks):
    # cal.diy 4702, 1092; va.gov-team 102262
    opened("America/Chicago", starts=time(7, 30), ends=time(9), minutes=90)
    day = (date(2027, 10, 31) + timedelta(weeks=weeks)).isoformat()
    with time_machine.travel(datetime(2027, 10, 28, tzinfo=UTC), tick=False):
        assert web.offered(day) == ["07:30"]
        visit = web.book(day, "07:30")
        page = Client().get(visit.address).text
        assert "07:30–09:00" in page
        outbox.send_due()
    assert "07:30" in mail.outbox[0].subject
    assert visit.row.starts_at.hour == (12 if weeks == 0 else 13)


def test_a_visit_that_runs_over_the_change_lasts_as_long_as_any(db):
    # cal.diy 6217
    opened("America/New_York", starts=time(0), ends=time(6), minutes=120, step=60)
    with time_machine.travel(datetime(2027, 3, 10, tzinfo=UTC), tick=False):
        visit = web.book("2027-03-14", "01:00")
    assert visit.row.ends_at - visit.row.starts_at == timedelta(hours=2)


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu", "Asia/Kathmandu"])
def test_monday_is_monday_where_the_clinic_is(db, zone):
    # cal.diy 6773: a day of the place is not a day of UTC
    opened(zone, days=[0], starts=time(6), ends=time(23), step=60)
    with time_machine.travel(datetime(2027, 1, 5, tzinfo=UTC), tick=False):
        assert web.offered("2027-01-10") == []
        assert web.offered(MONDAY) == hours(6, 22)
        assert web.offered(TUESDAY) == []


def test_an_evening_that_ends_at_midnight_is_offered_to_its_end(db):
    opened("America/New_York", starts=time(21), ends=time(0), step=60)
    with time_machine.travel(datetime(2027, 1, 5, tzinfo=UTC), tick=False):
        assert web.offered(MONDAY) == hours(21, 23)
        assert web.book(MONDAY, "23:00").row.ends_at == datetime(2027, 1, 12, 5, tzinfo=UTC)


def test_page_and_api_mean_the_same_instants(clinic):
    # office-hours-queue 16: the box and the claim differed
    shown = web.offered(MONDAY)
    assert [each.strftime("%H:%M") for each in instants(MONDAY)] == shown


# working hours, breaks, exceptions ---------------------------------------------------------------


def test_an_hour_does_not_reach_into_lunch(clinic):
    # Crocoblock suggestions 2553: opens at half past nine, lunch at twelve, a service of an hour
    place = LocationFactory(slug="uptown")
    late = PractitionerFactory(slug="late")
    works(late, place, clinic.service, [0], time(9, 30), time(17))
    BreakTimeFactory(practitioner=late, location=place, starts=time(12), ends=time(12, 30))

    times = web.offered(MONDAY, location="uptown", practitioner="late")

    assert times[:4] == ["09:30", "10:00", "10:30", "11:00"]
    assert times[4] == "12:30"


def test_a_break_leaves_the_hours_before_it(clinic):
    # AppointmentScheduler 36: a break from ten to eleven took the whole morning away
    BreakTimeFactory(
        practitioner=clinic.physio, location=clinic.place, starts=time(10), ends=time(11)
    )
    assert web.offered(MONDAY)[:2] == ["09:00", "11:00"]


def test_a_service_longer_than_any_gap_is_not_offered_and_says_so(clinic):
    # easyappointments 96
    long = ServiceFactory(slug="long-visit", minutes=240)
    ServiceOfferFactory(service=long, practitioner=clinic.physio, location=clinic.place)
    for weekday in range(5):
        BreakTimeFactory(
            practitioner=clinic.physio,
            location=clinic.place,
            weekday=weekday,
            starts=time(12),
            ends=time(14),
        )
    assert web.offered(MONDAY, "long-visit") == []
    assert "long-visit" in Client().get("/book/").text


def test_a_closed_weekday_opens_for_one_date(clinic):
    # easyappointments 229
    ChangedDay.objects.create(
        practitioner=clinic.physio,
        location=clinic.place,
        day=date(2027, 1, 17),
        starts=time(10),
        ends=time(12),
    )
    assert web.offered(SUNDAY) == ["10:00", "10:30", "11:00"]
    assert web.offered("2027-01-24") == []


def test_a_working_day_closes_for_one_date(clinic):
    # easyappointments 1383
    ChangedDay.objects.create(
        practitioner=clinic.physio, location=clinic.place, day=date(2027, 1, 11)
    )
    assert web.offered(MONDAY) == []
    assert web.offered("2027-01-18") != []


def test_lunch_is_kept_on_a_day_with_other_hours(clinic):
    # PlanningBiblio 1230
    BreakTimeFactory(practitioner=clinic.physio, location=clinic.place)
    ChangedDay.objects.create(
        practitioner=clinic.physio,
        location=clinic.place,
        day=date(2027, 1, 11),
        starts=time(11),
        ends=time(14),
    )
    assert web.offered(MONDAY) == ["11:00", "13:00"]


def test_changed_hours_show_on_the_next_look(clinic):
    # easyappointments 157: no cache keeps yesterday's hours
    assert web.offered(MONDAY)[0] == "09:00"
    clinic.physio.hours.filter(weekday=0).update(starts=time(14))
    assert web.offered(MONDAY)[0] == "14:00"
    assert instants(MONDAY)[0].strftime("%H:%M") == "14:00"


def test_two_partial_closures_of_one_day_both_count(clinic):
    for starts, ends in ((time(9), time(11)), (time(13), time(15))):
        ClosureFactory(location=clinic.place, first_day=date(2027, 1, 11), starts=starts, ends=ends)
    assert web.offered(MONDAY) == ["11:00", "11:30", "12:00", "15:00", "15:30", "16:00"]


def test_time_off_over_a_weekend_takes_parts_of_its_first_and_last_day(clinic):
    TimeOffFactory(
        practitioner=clinic.physio,
        first_day=date(2027, 1, 15),
        starts=time(11),
        last_day=date(2027, 1, 18),
        ends=time(15),
    )
    assert web.offered("2027-01-15") == ["09:00", "09:30", "10:00"]
    assert web.offered("2027-01-18") == ["15:00", "15:30", "16:00"]
