"""Listing and checking read the same diary, in a fixed number of queries."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import schedule
from bookings.availability import Refusal
from bookings.errors import NotOffered
from bookings.models import Appointment
from clinic import practice
from tests.bookings.conftest import HOUR, MONDAY_9, READING, at, works
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    BreakTimeFactory,
    ClosureFactory,
    LocationFactory,
    PractitionerFactory,
    RoomFactory,
    ServiceFactory,
    TimeOffFactory,
)

MONDAY = date(2027, 1, 11)


def listed(clinic, first=MONDAY, last=MONDAY, **kwargs):
    """Starts at the place's wall time: "09:00 09:30 …"."""
    asked = {"practitioner": clinic.physio, "location": clinic.place, **kwargs}
    found = schedule.free_times(
        asked.pop("service", clinic.service), first_day=first, last_day=last, now=NOW, **asked
    )
    return " ".join(f"{t.starts_at.astimezone(t.location.tz):%H:%M}" for t in found)


def test_a_free_day(clinic):
    assert listed(clinic) == (
        "09:00 09:30 10:00 10:30 11:00 11:30 12:00 12:30 13:00 13:30 14:00 14:30 15:00 15:30 16:00"
    )


def test_rule_05_breaks_time_off_and_closures_cut_the_day(clinic):
    BreakTimeFactory(practitioner=clinic.physio, location=clinic.place)
    TimeOffFactory(practitioner=clinic.physio, first_day=MONDAY, starts=time(15), ends=time(16))
    ClosureFactory(location=clinic.place, first_day=MONDAY, ends=time(10))

    assert listed(clinic) == "10:00 10:30 11:00 13:00 13:30 14:00 16:00"


def test_a_changed_day_replaces_the_weekly_hours(clinic):
    clinic.physio.changed_days.create(
        location=clinic.place, day=MONDAY, starts=time(18), ends=time(20)
    )

    assert listed(clinic) == "18:00 18:30 19:00"


def test_a_changed_day_without_times_is_a_day_off(clinic):
    clinic.physio.changed_days.create(location=clinic.place, day=MONDAY)

    assert listed(clinic) == ""


@pytest.mark.parametrize("state", Appointment.State.values)
def test_which_states_block(clinic, state):
    AppointmentFactory(
        practitioner=clinic.physio,
        location=clinic.place,
        starts_at=MONDAY_9,
        state=state,
        held_until=NOW + HOUR if state == "held" else None,
        cancelled_at=NOW if "cancelled" in state else None,
    )
    blocks = state not in {"cancelled", "late_cancelled", "no_show", "expired"}

    assert listed(clinic).startswith("10:00" if blocks else "09:00")


def test_a_hold_that_ran_out_does_not_block(clinic):
    AppointmentFactory(practitioner=clinic.physio, starts_at=MONDAY_9, state="held", held_until=NOW)

    assert listed(clinic).startswith("09:00")


def test_the_way_between_places_is_kept_free(clinic):
    elsewhere = LocationFactory()
    AppointmentFactory(practitioner=clinic.physio, location=elsewhere, starts_at=at(12))

    assert listed(clinic) == "09:00 09:30 10:00 14:00 14:30 15:00 15:30 16:00"


def test_rooms_limit_what_can_be_booked_at_once(clinic):
    RoomFactory(location=clinic.place, name="Only room")
    colleague = clinic.colleague()
    held = clinic.hold(at(9))

    assert (held.room.name, held.room_unit) == ("Only room", 1)
    assert listed(clinic, practitioner=colleague).startswith("10:00")


def test_a_room_of_two_takes_two(clinic):
    RoomFactory(location=clinic.place, capacity=2)
    colleague = clinic.colleague()
    clinic.hold(at(9))

    second = clinic.hold(at(9), practitioner=colleague, browser="another")

    assert second.room_unit == 2


def test_a_phone_visit_needs_no_room(clinic):
    RoomFactory(location=clinic.place)
    clinic.hold(at(9))
    call = ServiceFactory(mode="phone", minutes=15)
    caller = works(PractitionerFactory(), clinic.place, call)

    assert listed(clinic, practitioner=caller, service=call).startswith("09:00")


def test_none_means_any_practitioner_and_place(clinic):
    clinic.colleague()
    other = LocationFactory(name="Uptown")
    works(PractitionerFactory(name="Cleo Example"), other, clinic.service, starts=time(16))

    found = schedule.free_times(clinic.service, None, None, MONDAY, MONDAY, NOW)

    last = [(t.practitioner.name, t.location.name) for t in found if t.starts_at == at(16)]
    assert last == [
        ("Anna Example", "Downtown"),
        ("Ben Example", "Downtown"),
        ("Cleo Example", "Uptown"),
    ]


def test_shared_times_go_to_whoever_has_least_to_do_that_week(clinic):
    clinic.colleague("Ben Example")
    AppointmentFactory(practitioner=clinic.physio, starts_at=at(9, day=13))
    offers = schedule.offers_of(clinic.service)
    diary = schedule.read(offers, now=NOW, first=MONDAY, last=MONDAY)

    monday = diary.shared(offers, MONDAY, MONDAY)

    assert {time.practitioner.name for time in monday} == {"Ben Example"}
    assert len(monday) == 15


def test_ties_go_by_name(clinic):
    clinic.colleague("Aaron Example")
    offers = schedule.offers_of(clinic.service)
    diary = schedule.read(offers, now=NOW, first=MONDAY, last=MONDAY)

    assert diary.shared(offers, MONDAY, MONDAY)[0].practitioner.name == "Aaron Example"


def test_rule_11_first_available_searches_the_whole_horizon_and_ends(clinic):
    days_off = TimeOffFactory(
        practitioner=clinic.physio, first_day=MONDAY, last_day=MONDAY + timedelta(days=60)
    )

    def first_available():
        offers = schedule.offers_of(clinic.service)
        diary = schedule.read(offers, now=NOW, first=MONDAY, last=MONDAY + timedelta(days=13))
        return schedule.first_available(diary, offers)

    assert first_available().starts_at == at(9) + timedelta(days=63)

    days_off.last_day = MONDAY + timedelta(days=365)
    days_off.save()
    assert first_available() is None


def test_the_horizon_is_a_setting(clinic):
    clinic.practice.horizon_days = 3
    clinic.practice.save()
    practice.forget()
    far = MONDAY + timedelta(days=3)

    assert listed(clinic, first=far, last=far) == ""
    assert (
        schedule.check_time(clinic.service, clinic.physio, clinic.place, at(9, day=14), NOW)
        is Refusal.HORIZON
    )


@pytest.mark.parametrize(
    ("starts_at", "refusal"),
    [
        pytest.param(at(9), None, id="free"),
        pytest.param(at(9, 1), Refusal.OFF_GRID, id="a minute past"),
        pytest.param(at(9, day=9), Refusal.PAST, id="last Saturday"),
        pytest.param(at(16, 30), Refusal.OUTSIDE_HOURS, id="does not fit"),
        pytest.param(at(9, day=16), Refusal.OUTSIDE_HOURS, id="a Saturday"),
        pytest.param(at(12, 30), Refusal.TAKEN, id="half taken"),
    ],
)
def test_why_a_time_is_refused(clinic, starts_at, refusal):
    AppointmentFactory(practitioner=clinic.physio, starts_at=at(13))

    found = schedule.check_time(clinic.service, clinic.physio, clinic.place, starts_at, NOW)

    assert found is refusal


@pytest.mark.parametrize("what", ["service", "practitioner", "location", "offer"])
def test_what_is_switched_off_is_not_offered(clinic, what):
    if what == "offer":
        clinic.service.offers.all().delete()
    else:
        row = {
            "service": clinic.service,
            "practitioner": clinic.physio,
            "location": clinic.place,
        }[what]
        row.is_active = False
        row.save()

    with pytest.raises(NotOffered):
        schedule.check_time(clinic.service, clinic.physio, clinic.place, at(9), NOW)
    assert listed(clinic) == ""


def test_the_desk_books_without_notice_and_what_is_not_online(clinic):
    clinic.service.notice_minutes = 60 * 24 * 7
    clinic.service.online = False
    clinic.service.save()
    ask = (clinic.service, clinic.physio, clinic.place, at(9), NOW)

    assert schedule.check_time(*ask, desk=True) is None
    with pytest.raises(NotOffered):
        schedule.check_time(*ask)


def test_nearest_times_lie_around_the_wanted_one(clinic):
    clinic.hold(at(12))
    offers = schedule.offers_of(clinic.service)

    found = schedule.nearest_times(offers, clinic.physio, clinic.place, at(12), now=NOW, count=4)

    assert [t.starts_at for t in found] == [at(10, 30), at(11), at(13), at(13, 30)]


def test_nearest_times_turn_to_colleagues_then_to_later(clinic):
    TimeOffFactory(
        practitioner=clinic.physio, first_day=MONDAY, last_day=MONDAY + timedelta(days=40)
    )
    offers = schedule.offers_of(clinic.service)
    ask = (clinic.physio, clinic.place, at(9))

    only = schedule.nearest_times(offers, *ask, now=NOW)
    assert [t.starts_at for t in only] == [at(9) + timedelta(days=42)]

    colleague = clinic.colleague()
    found = schedule.nearest_times(schedule.offers_of(clinic.service), *ask, now=NOW)
    assert {t.practitioner for t in found} == {colleague}


def fill(clinic, practitioners, days, visits):
    """More people, places' rows and visits for a count of queries."""
    for number in range(practitioners - 1):
        clinic.colleague(f"Extra {number}", f"extra-{number}")
    for offset in range(0, days, 7):
        ClosureFactory(location=clinic.place, first_day=MONDAY + timedelta(days=offset + 5))
    for number in range(visits):
        AppointmentFactory(
            practitioner=clinic.physio, starts_at=at(9) + timedelta(hours=2 * number)
        )


@pytest.mark.parametrize("practitioners", [1, 10])
@pytest.mark.parametrize("days", [1, 90])
@pytest.mark.parametrize("visits", [0, 20])
def test_rule_32_listing_takes_the_same_few_queries(clinic, practitioners, days, visits):
    fill(clinic, practitioners, days, visits)
    practice.current()

    with CaptureQueriesContext(connection) as queries:
        schedule.free_times(
            clinic.service, None, None, MONDAY, MONDAY + timedelta(days=days - 1), NOW
        )

    assert len(queries) == READING


def test_rule_32_visits_that_ended_before_are_not_read(clinic):
    for day in range(4, 9):
        AppointmentFactory(practitioner=clinic.physio, starts_at=at(9, day=day))
    AppointmentFactory(practitioner=clinic.physio, starts_at=at(9))
    offers = schedule.offers_of(clinic.service)

    diary = schedule.read(offers, now=NOW, first=MONDAY, last=MONDAY)

    assert [visit.start for theirs in diary._visits.by_person.values() for visit in theirs] == [
        int(at(9).timestamp())
    ]
