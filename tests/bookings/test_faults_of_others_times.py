"""Faults that people reported of other booking systems, walked through page by page: which times.

Each test names the report it re-enacts, as project and number; the words are our own.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client

from bookings.models import Appointment, ChangedDay, Service
from clinic import practice
from tests.bookings import web
from tests.bookings.conftest import works
from tests.bookings.test_faults_of_others import hours, instants, opened
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    ClosureFactory,
    PractitionerFactory,
    ServiceFactory,
    ServiceOfferFactory,
    TimeOffFactory,
)

MONDAY, TUESDAY, SUNDAY = "2027-01-11", "2027-01-12", "2027-01-17"
HOUR = timedelta(hours=1)


def later(**how):
    return time_machine.travel(NOW + timedelta(**how), tick=False)


def change(service, **fields):
    Service.objects.filter(pk=service.pk).update(**fields)


def second_service(clinic, **fields) -> Service:
    service = ServiceFactory(slug="second", **fields)
    ServiceOfferFactory(service=service, practitioner=clinic.physio, location=clinic.place)
    return service


def by_hand(day: str, clock: str) -> dict[str, str]:
    """What somebody sends who changed the time in the form."""
    return {
        "practitioner": "anna", "location": "downtown", "starts_at": f"{day}T{clock}-06:00",
    }  # fmt: skip


# buffers and lengths ----------------------------------------------------------------------------


@pytest.mark.parametrize("clock", ["09:30", "10:00", "11:00", "11:30"])
def test_a_time_inside_a_buffer_is_refused_when_it_is_typed_by_hand(clinic, clock):
    # cal.diy 14868: the list left it out, the booking took it
    change(clinic.service, buffer_before=30, buffer_after=30)
    AppointmentFactory(
        practitioner=clinic.physio, location=clinic.place, service=clinic.service,
        starts_at=datetime(2027, 1, 11, 16, 30, tzinfo=UTC), buffer_before=30, buffer_after=30,
    )  # fmt: skip
    assert clock not in web.offered(MONDAY)
    assert web.press(Client(), by_hand(MONDAY, clock)).status_code == 409


def test_buffers_count_once_on_each_side_with_a_fine_grid(db):
    # cal.diy 2078, 3662: nothing before, twice after, and times beyond the end of the day
    clinic = opened("America/Edmonton", starts=time(11), ends=time(16), minutes=60, step=5)
    change(clinic.service, buffer_before=15, buffer_after=15)
    web.book(MONDAY, "12:50")
    offered = web.offered(MONDAY)
    assert [clock for clock in offered if clock < "12:50"][-1] == "11:35"
    assert next(clock for clock in offered if clock > "12:50") == "14:05"
    assert offered[-1] == "15:00"
    assert offered[0] == "11:00"


def test_a_short_visit_in_the_middle_of_a_longer_time_is_in_its_way(clinic):
    # nextcloud/calendar 6439, easyappointments 1431
    short = second_service(clinic, minutes=30, step_minutes=30)
    web.book(MONDAY, "10:00", short.slug)
    offered = web.offered(MONDAY)
    assert "09:30" not in offered
    assert "10:00" not in offered
    assert {"09:00", "10:30"} <= set(offered)


def test_the_first_time_of_a_day_leaves_the_others(db):
    # django-appointment 3: two hours in a day of four; the early one took the late one along
    opened("America/Edmonton", starts=time(11), ends=time(15), minutes=120, step=120)
    web.book(MONDAY, "11:00")
    assert web.offered(MONDAY) == ["13:00"]
    web.book(MONDAY, "13:00")
    assert web.offered(MONDAY) == []
    assert web.offered(TUESDAY) == ["11:00", "13:00"]


def test_a_visit_of_one_service_blocks_its_person_and_nobody_else(clinic):
    # django-appointment 4
    other = second_service(clinic, minutes=60, step_minutes=60)
    works(PractitionerFactory(slug="ben", name="Ben"), clinic.place, other)
    web.book(MONDAY, "10:00")
    assert "10:00" not in web.offered(MONDAY, other.slug, practitioner="anna")
    assert "10:00" in web.offered(MONDAY, other.slug, practitioner="ben")
    assert "11:00" in web.offered(MONDAY, other.slug, practitioner="anna")


@pytest.mark.parametrize(("becomes", "offered"), [(30, "16:00"), (90, "16:00")])
def test_a_visit_keeps_its_length_when_its_service_takes_another(clinic, becomes, offered):
    # easyappointments 712, cal.diy 26746
    visit = web.book(TUESDAY, "10:00")
    other = web.book(TUESDAY, "14:00")
    change(clinic.service, minutes=becomes)
    page = web.Page(Client().get(f"{visit.address}move/", {"from": TUESDAY}))
    shown = [each["starts_at"][11:16] for each in page.times() if TUESDAY in each["starts_at"]]
    assert shown[-1] == offered  # an hour before five
    assert not {"13:30", "14:30"} & set(shown)  # an hour does not fit beside the other visit
    for clock in ("16:00", "09:30"):
        sent = {**by_hand(TUESDAY, clock)}
        assert web.move(visit, sent).status_code == 303
        visit.row.refresh_from_db()
        assert visit.row.ends_at - visit.row.starts_at == HOUR
    assert web.move(visit, by_hand(TUESDAY, "16:30")).status_code == 409
    other.row.refresh_from_db()
    assert other.row.ends_at - other.row.starts_at == HOUR


# notice, horizon and the past -------------------------------------------------------------------


def test_notice_is_asked_when_the_time_is_taken_and_not_only_shown(clinic):
    # cal.diy 14465: the page was open before the notice was made longer
    sent = web.choices(MONDAY, "09:00")
    change(clinic.service, notice_minutes=24 * 60)
    assert web.press(Client(), sent).status_code == 409
    assert not Appointment.objects.exists()


def test_a_page_left_open_does_not_book_an_hour_that_is_over(clinic):
    # cal.diy 2884
    sent = web.choices(MONDAY, "09:00")
    with later(hours=21, minutes=40):
        assert web.press(Client(), sent).status_code == 409
        held = web.press(Client(), web.choices(MONDAY, "11:00"))
        assert held.status_code == 303


@pytest.mark.parametrize("seconds", [-1, 0, 1, 59])
def test_a_time_that_begins_this_very_moment_is_listed_exactly_when_it_can_be_taken(
    clinic, seconds
):
    # cal.diy 7230, 7750: a notice of nothing
    with later(hours=20, seconds=seconds):
        listed = "09:00" in web.offered(MONDAY)
        taken = web.press(Client(), by_hand(MONDAY, "09:00")).status_code == 303
    assert listed == taken == (seconds <= 0)


def test_a_long_visit_keeps_its_later_half_once_it_has_begun(clinic):
    # SergeyMosin/Appointments 183: after its start the second hour was free again
    long = second_service(clinic, minutes=120, step_minutes=60)
    visit = web.book(MONDAY, "09:00", long.slug)
    for state in ("booked", "arrived", "in_progress"):
        Appointment.objects.filter(pk=visit.row.pk).update(state=state)
        with later(hours=20, minutes=15):
            assert web.offered(MONDAY)[0] == "11:00"
            assert web.press(Client(), by_hand(MONDAY, "10:00")).status_code == 409


@pytest.mark.parametrize("days", [1, 14])
def test_the_last_day_ahead_can_be_booked_and_the_next_cannot(db, days):
    # cal.diy 6033, 25493: off by a day, on the page and when taken
    clinic = opened("America/Edmonton", step=60)
    clinic.practice.horizon_days = days
    clinic.practice.save()
    practice.forget()
    last, beyond = (date(2027, 1, 10) + timedelta(days=days + more) for more in (0, 1))
    assert web.offered(last.isoformat()) == hours(9, 16)
    assert web.offered(beyond.isoformat()) == []
    assert instants(beyond.isoformat()) == []
    assert web.press(Client(), by_hand(last.isoformat(), "09:00")).status_code == 303
    assert web.press(Client(), by_hand(beyond.isoformat(), "09:00")).status_code == 409


@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "Pacific/Kiritimati"])
def test_every_time_of_the_last_day_can_be_taken_far_from_greenwich(db, zone):
    # cal.diy 15288: listed, and then refused
    clinic = opened(zone, starts=time(0), ends=time(0), minutes=60, step=60)
    clinic.practice.horizon_days = 2
    clinic.practice.save()
    practice.forget()
    today = NOW.astimezone(clinic.place.tz).date()
    last = (today + timedelta(days=2)).isoformat()
    page = web.Page(Client().get("/book/first-visit/", {"from": last}))
    sent = [each for each in page.times() if each["starts_at"].startswith(last)]
    assert len(sent) == 24
    assert {web.press(Client(), each).status_code for each in sent} == {303}


# days that differ -------------------------------------------------------------------------------


def test_a_day_with_hours_of_its_own_is_booked_outside_the_weekly_hours_too(clinic):
    # cal.diy 8258: shown, and refused when booked
    ChangedDay.objects.create(
        practitioner=clinic.physio, location=clinic.place, day=date(2027, 1, 17),
        starts=time(19), ends=time(21),
    )  # fmt: skip
    assert web.offered(SUNDAY) == ["19:00", "19:30", "20:00"]
    assert web.book(SUNDAY, "20:00").row.state == "booked"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles"])
def test_the_first_quarter_of_a_changed_day_is_on_that_day(db, zone):
    # cal.diy 8833, 6978: Saturday just after midnight showed as Friday evening
    clinic = opened(zone, days=[0], minutes=15, step=15)
    ChangedDay.objects.create(
        practitioner=clinic.physio, location=clinic.place, day=date(2027, 1, 16),
        starts=time(0), ends=time(0, 15),
    )  # fmt: skip
    assert web.offered("2027-01-15") == []
    assert web.offered("2027-01-16") == ["00:00"]
    assert web.offered("2027-01-17") == []


def test_a_closure_of_many_days_leaves_the_days_around_it(clinic):
    # librebooking 1224: the whole page stayed empty
    ClosureFactory(
        location=clinic.place, first_day=date(2027, 1, 13), starts=time(12),
        last_day=date(2027, 1, 21), ends=time(10),
    )  # fmt: skip
    page = web.Page(Client().get("/book/first-visit/"))
    days = {sent["starts_at"][:10] for sent in page.times()}
    assert sorted(days) == [
        "2027-01-11", "2027-01-12", "2027-01-13", "2027-01-21", "2027-01-22",
    ]  # fmt: skip
    assert web.offered("2027-01-13")[-1] == "11:00"
    assert web.offered("2027-01-21")[0] == "10:00"


def test_an_absence_over_night_takes_both_ends_of_the_days(db):
    # openmrs-module-appointments 201
    clinic = opened("America/Edmonton", starts=time(6), ends=time(23), step=60)
    TimeOffFactory(
        practitioner=clinic.physio, first_day=date(2027, 1, 11), starts=time(20),
        last_day=date(2027, 1, 12), ends=time(9),
    )  # fmt: skip
    assert web.offered(MONDAY)[-1] == "19:00"
    assert web.offered(TUESDAY)[0] == "09:00"


def test_a_day_asked_for_alone_leaves_out_what_is_booked(clinic):
    # librebooking 75: the search for one single day showed every time
    web.book(MONDAY, "10:00")
    assert {"09:30", "10:00", "10:30"} & {at.strftime("%H:%M") for at in instants(MONDAY)} == set()
    assert len(instants(MONDAY)) == 12


# who is chosen ----------------------------------------------------------------------------------


def test_who_is_there_for_half_of_the_visit_is_not_chosen(clinic):
    # cal.diy 11690: two hours from nine, with somebody who begins at ten
    long = second_service(clinic, minutes=120, step_minutes=60)
    works(
        PractitionerFactory(slug="abe", name="Abe"), clinic.place, long, starts=time(10),
        ends=time(17),
    )  # fmt: skip
    for expected in (303, 409):
        sent = {**by_hand(MONDAY, "09:00"), "practitioner": "any"}
        assert web.press(Client(), sent, long.slug).status_code == expected
    assert Appointment.objects.get().practitioner.slug == "anna"


def test_who_is_away_for_a_week_is_not_chosen_in_the_middle_of_it(clinic):
    # cal.diy 15871, 8207
    works(PractitionerFactory(slug="abe", name="Abe"), clinic.place, clinic.service)
    away = TimeOffFactory(
        practitioner=clinic.physio, first_day=date(2027, 1, 9), last_day=date(2027, 1, 15)
    )
    taken = [web.book(MONDAY, clock, query={"practitioner": "any"}) for clock in ("09:00", "10:00")]
    assert {visit.row.practitioner.slug for visit in taken} == {"abe"}
    assert "09:00" not in web.offered(MONDAY, practitioner="any")
    away.delete()
    assert "09:00" in web.offered(MONDAY, practitioner="any")
