"""Pages, API, mail and calendar show the same instant on both sides of a clock change: 1 to 4."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from icalendar import Calendar

from bookings import actions, ics, links, messages, schedule
from bookings.clock import utc_offset, wall
from clinic.audit import GUEST
from tests.bookings.conftest import Clinic, details, works
from tests.bookings.page import Page
from tests.factories import (
    LocationFactory,
    PracticeFactory,
    PractitionerFactory,
    ServiceFactory,
)

# Toronto still changes its clocks: 14 March and 7 November 2027, both at two in the morning.
SPRING, AUTUMN = datetime(2027, 3, 1, 17, tzinfo=UTC), datetime(2027, 10, 29, 17, tzinfo=UTC)
DAYS = range(7)


def opened(zone, starts=time(9), ends=time(11), minutes=60):
    practice = PracticeFactory()
    place = LocationFactory(slug="downtown", time_zone=zone)
    service = ServiceFactory(slug="first-visit", minutes=minutes)
    physio = works(PractitionerFactory(slug="anna"), place, service, DAYS, starts, ends)
    return Clinic(practice, place, physio, service)


def times(client, day):
    page = client.get("/book/first-visit/", {"from": day})
    return [sent["starts_at"] for sent in Page(page).times() if sent["starts_at"].startswith(day)]


@pytest.mark.parametrize(
    ("now", "before", "after"),
    [
        (SPRING, ("2027-03-13", "-05:00"), ("2027-03-14", "-04:00")),
        (AUTUMN, ("2027-11-06", "-04:00"), ("2027-11-07", "-05:00")),
    ],
)
def test_rule_01_nine_stays_nine(client, db, now, before, after):
    opened("America/Toronto")

    with time_machine.travel(now, tick=False):
        for day, offset in (before, after):
            assert times(client, day) == [
                f"{day}T{clock}{offset}" for clock in ("09:00", "09:30", "10:00")
            ]


def test_rule_01_a_start_that_does_not_exist_is_not_offered(client, db):
    opened("America/Toronto", time(1), time(4), minutes=30)

    with time_machine.travel(SPRING, tick=False):
        offered = times(client, "2027-03-14")
        assert offered == [
            "2027-03-14T01:00-05:00",
            "2027-03-14T01:30-05:00",
            "2027-03-14T03:00-04:00",
            "2027-03-14T03:30-04:00",
        ]
        answer = client.post(
            "/book/first-visit/hold/",
            {"practitioner": "anna", "location": "downtown", "starts_at": "2027-03-14T02:00-04:00"},
        )
    assert answer.status_code == 303  # an instant that exists: 01:00 by the clock on the wall


def test_rule_01_the_repeated_hour_is_two_distinct_times(client, db):
    clinic = opened("America/Toronto", time(1), time(2), minutes=30)

    with time_machine.travel(AUTUMN, tick=False):
        assert times(client, "2027-11-07") == [
            "2027-11-07T01:00-04:00",
            "2027-11-07T01:30-04:00",
            "2027-11-07T01:00-05:00",
            "2027-11-07T01:30-05:00",
        ]
        page = client.get("/book/first-visit/?from=2027-11-07")
        assert "01:00 (UTC−4)" in page.text
        assert "01:00 (UTC−5)" in page.text
        first = clinic.hold(datetime(2027, 11, 7, 5, tzinfo=UTC), now=AUTUMN)
        second = clinic.hold(datetime(2027, 11, 7, 6, tzinfo=UTC), browser="b", now=AUTUMN)
    assert second.starts_at - first.starts_at == timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("Asia/Kathmandu", "+05:45"),
        ("Australia/Darwin", "+09:30"),
        ("America/St_Johns", "-03:30"),
        ("Pacific/Kiritimati", "+14:00"),
        ("America/Edmonton", "-06:00"),
    ],
)
def test_rule_04_every_surface_shows_the_same_instant(client, db, zone, offset):
    clinic = opened(zone)
    now = datetime(2027, 1, 10, 19, tzinfo=UTC)
    day = "2027-01-20"
    stated = f"{day}T09:00{offset}"
    instant = datetime.fromisoformat(stated)

    assert times(client, day)[0] == stated
    api = client.get("/api/v1/slots/", {"service": "first-visit", "from": day}).json()
    assert api["slots"][0]["starts_at"] == stated
    visit = actions.book(
        clinic.hold(instant, now=now), details(email="gus@example.com"), by=GUEST, now=now
    )
    assert visit.starts_at == instant
    page = client.get(f"/visit/{links.mint(visit, 'page', now)}/")
    assert "Wednesday 20 January 2027, 09:00–10:00" in page.text
    assert utc_offset(clinic.place.tz, instant) in page.text
    told = messages.facts(visit, now)
    assert (told["day"], told["starts"]) == ("Wednesday 20 January 2027", "09:00")
    event = Calendar.from_ical(ics.calendar(visit, now=now)).walk("VEVENT")[0]
    assert event["DTSTART"].dt == instant


def test_rule_02_edmonton_stays_on_one_offset_all_year(clinic):
    for month in (1, 7, 12):
        at = datetime(2027, month, 15, 15, tzinfo=UTC)
        assert wall(at, clinic.place.tz) == "09:00"


def test_rule_01_a_days_cutoff_is_elapsed_time(db):
    clinic = opened("America/Toronto")
    sunday_nine = datetime(2027, 3, 14, 13, tzinfo=UTC)
    visit = clinic.book(sunday_nine, now=SPRING)

    assert not actions.in_cutoff(visit, sunday_nine - timedelta(hours=24))
    assert actions.in_cutoff(visit, sunday_nine - timedelta(hours=24) + timedelta(seconds=1))


def test_rule_05_the_horizon_ends_with_a_local_day(db):
    clinic = opened("Pacific/Kiritimati")
    now = datetime(2027, 1, 10, 9, tzinfo=UTC)  # 23:00 there
    last = datetime(2027, 4, 10, 19, tzinfo=UTC)  # 11 April, nine o'clock

    ask = (clinic.service, clinic.physio, clinic.place)
    assert schedule.check_time(*ask, last - timedelta(days=1), now) is None
    assert schedule.check_time(*ask, last, now) is schedule.Refusal.HORIZON
