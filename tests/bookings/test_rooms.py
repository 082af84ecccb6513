"""Rule 9: a room is the second thing a visit needs; one of capacity n is n numbered units."""

import pytest
from django.db import IntegrityError, transaction

from bookings import actions, schedule
from bookings.availability import Refusal
from bookings.errors import TimeRefused, TimeTaken
from bookings.models import Appointment, Room
from clinic.overlap import violates
from tests.bookings.conftest import HOUR, at
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory


def starts(clinic, practitioner=None):
    first = at(9).date()
    times = schedule.free_times(clinic.service, practitioner, clinic.place, first, first, NOW)
    return [time.starts_at for time in times]


@pytest.mark.parametrize("capacity", [1, 2])
def test_rule_09_a_room_of_capacity_n_takes_n_visits_at_once(clinic, capacity):
    Room.objects.create(location=clinic.place, name="Bay", capacity=capacity)
    people = [clinic.physio] + [clinic.colleague(name, name.lower()) for name in ("Ben", "Cat")]

    for number, person in enumerate(people[:capacity]):
        visit = clinic.hold(at(9), practitioner=person, browser=f"browser {number}")
        assert visit.room_unit == number + 1

    with pytest.raises(TimeRefused) as refused:
        clinic.hold(at(9), practitioner=people[capacity], browser="one too many")
    assert refused.value.refusal is Refusal.NO_ROOM
    assert at(9) not in starts(clinic)
    assert at(10) in starts(clinic)


def test_rule_09_each_unit_is_in_the_constraints_scope(clinic):
    room = Room.objects.create(location=clinic.place, name="Bay", capacity=2)
    taken = AppointmentFactory(starts_at=at(9), location=clinic.place, room=room, room_unit=1)
    AppointmentFactory(starts_at=at(9), location=clinic.place, room=room, room_unit=2)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        AppointmentFactory(
            starts_at=taken.starts_at + HOUR / 2, location=clinic.place, room=room, room_unit=1
        )

    assert violates(error.value, "appointment_room_free")


def test_rule_09_a_service_may_ask_for_a_kind_of_room(clinic):
    Room.objects.create(location=clinic.place, name="Bay", capacity=5)
    gym = Room.objects.create(location=clinic.place, name="Hall", kind="gym")
    clinic.service.room_kind = "gym"
    clinic.service.save()
    colleague = clinic.colleague()

    assert clinic.hold(at(9)).room == gym
    with pytest.raises(TimeRefused):
        clinic.hold(at(9, 30), practitioner=colleague, browser="another")
    assert at(9) not in starts(clinic, colleague)


def test_rule_09_without_a_room_of_that_kind_nothing_is_listed(clinic):
    clinic.service.room_kind = "pool"
    clinic.service.save()

    assert starts(clinic) == []
    with pytest.raises(TimeRefused) as refused:
        clinic.hold(at(9))
    assert refused.value.refusal is Refusal.NO_ROOM


def test_rule_09_a_service_may_need_no_room(clinic):
    Room.objects.create(location=clinic.place, name="Bay", capacity=1)
    clinic.service.uses_room = False
    clinic.service.save()
    colleague = clinic.colleague()

    assert clinic.hold(at(9)).room is None
    assert clinic.hold(at(9), practitioner=colleague, browser="another").room is None


def test_rule_09_a_room_out_of_use_is_no_room(clinic):
    Room.objects.create(location=clinic.place, name="Bay", is_active=False)
    Room.objects.create(location=clinic.place, name="Hall")
    colleague = clinic.colleague()
    clinic.hold(at(9))

    with pytest.raises(TimeRefused):
        clinic.hold(at(9), practitioner=colleague, browser="another")


def test_rule_09_moving_takes_a_unit_at_the_new_time_and_frees_the_old(clinic, desk):
    Room.objects.create(location=clinic.place, name="Bay")
    colleague = clinic.colleague()
    visit = clinic.book(at(9))

    actions.move(
        visit, practitioner=clinic.physio, location=clinic.place, starts_at=at(11), by=desk, now=NOW
    )

    assert clinic.hold(at(9), practitioner=colleague, browser="another").room_unit == 1
    with pytest.raises(TimeRefused):
        clinic.hold(at(11), practitioner=colleague, browser="a third")


def test_rule_09_page_and_hold_agree_over_http(client, clinic):
    Room.objects.create(location=clinic.place, name="Bay")
    clinic.colleague()
    clinic.book(at(9))

    page = Page(client.get("/book/first-visit/?practitioner=ben"))

    listed = [sent["starts_at"] for sent in page.times() if sent["starts_at"][:10] == "2027-01-11"]
    assert listed[0] == "2027-01-11T10:00-06:00"
    sent = {**page.times()[0], "starts_at": "2027-01-11T09:00-06:00"}
    assert client.post("/book/first-visit/hold/", sent).status_code == 409


def test_rule_09_the_desk_may_overbook_but_not_a_unit(clinic, desk):
    """A forced visit overlaps a colleague's room; it takes no unit, so the units stay true."""
    Room.objects.create(location=clinic.place, name="Bay")
    colleague = clinic.colleague()
    clinic.book(at(9))
    ask = {
        "patient": PatientFactory(),
        "service": clinic.service,
        "practitioner": colleague,
        "location": clinic.place,
        "starts_at": at(9),
        "by": desk,
        "now": NOW,
    }

    with pytest.raises(TimeTaken):
        actions.desk_book(**ask)
    visit = actions.desk_book(**ask, force=True, force_reason="There is space in the corridor")

    assert (visit.room, visit.room_unit, visit.overbooked) == (None, None, False)
    assert Appointment.objects.filter(room__isnull=False).count() == 1
