"""Holding a time: rules 5, 11, 12, 14, 15 and 22."""

from datetime import timedelta

import pytest

from bookings import actions, limits
from bookings.availability import Refusal
from bookings.errors import NotOffered, TimeRefused, TimeTaken, TooMany
from bookings.models import Appointment
from bookings.tokens import hold_token, sha256
from clinic.audit import GUEST, SYSTEM
from clinic.models import AuditEvent, Message
from tests.bookings.conftest import BROWSER, MONDAY_9, at, works
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    LocationFactory,
    PractitionerFactory,
    RoomFactory,
    ServiceFactory,
)


def held_now(**filters):
    return list(Appointment.objects.filter(state="held", **filters).order_by("starts_at"))


def test_a_hold_is_the_visit_it_will_become(clinic):
    clinic.service.buffer_after = 15
    clinic.service.save()

    held = clinic.hold()

    held.refresh_from_db()
    assert (held.state, held.starts_at, held.ends_at) == ("held", MONDAY_9, at(10))
    assert (held.patient, held.version, held.buffer_after) == (None, 0, 15)
    assert held.held_until == NOW + timedelta(minutes=10)
    assert held.holder == sha256(hold_token(BROWSER, held.pk))
    assert BROWSER not in (held.holder, held.browser)


def test_a_hold_concerns_nobodys_record(clinic):
    clinic.hold()

    assert AuditEvent.objects.count() == 0
    assert Message.objects.count() == 0


def test_a_held_time_is_refused_to_everybody_else(clinic):
    clinic.hold()

    with pytest.raises(TimeTaken):
        clinic.hold(browser="another")
    assert len(held_now()) == 1


def test_one_browser_holds_one_time(clinic):
    first = clinic.hold()
    second = clinic.hold(at(11))

    first.refresh_from_db()
    assert first.state == "expired"
    assert held_now() == [second]
    assert clinic.hold(browser="another").starts_at == MONDAY_9


def test_choosing_the_same_time_again_keeps_the_hold(clinic):
    first = clinic.hold()
    later = NOW + timedelta(minutes=5)

    assert clinic.hold(now=later) == first
    assert held_now()[0].held_until == NOW + timedelta(minutes=10)


def test_a_browser_may_shift_its_own_hold_by_half_an_hour(clinic):
    clinic.hold(at(9))
    shifted = clinic.hold(at(9, 30))

    assert held_now() == [shifted]


def test_losing_another_time_leaves_the_hold_as_it_was(clinic):
    mine = clinic.hold(at(9))
    clinic.hold(at(11), browser="another")

    with pytest.raises(TimeTaken):
        clinic.hold(at(11))
    mine.refresh_from_db()
    assert mine.state == "held"


def test_rule_14_a_hold_that_ran_out_is_freed_by_whoever_needs_the_time(clinic):
    stale = clinic.hold()
    later = NOW + timedelta(minutes=10)

    fresh = clinic.hold(browser="another", now=later)

    stale.refresh_from_db()
    assert (stale.state, fresh.state) == ("expired", "held")


def test_a_stale_hold_of_a_colleague_gives_its_room_back(clinic):
    RoomFactory(location=clinic.place)
    colleague = clinic.colleague()
    clinic.hold(practitioner=colleague)

    taken = clinic.hold(browser="another", now=NOW + timedelta(minutes=10))

    assert taken.room_unit == 1


def test_the_worker_frees_holds_too(clinic):
    clinic.hold(at(9))
    clinic.hold(at(11), browser="another", now=NOW + timedelta(minutes=5))

    freed = actions.expire_holds(by=SYSTEM, now=NOW + timedelta(minutes=10))

    assert freed == 1
    assert [held.starts_at for held in held_now()] == [at(11)]


def test_releasing_frees_the_time_at_once(clinic):
    clinic.hold()

    assert actions.release(browser=BROWSER, by=GUEST, now=NOW) == 1
    assert actions.release(browser=BROWSER, by=GUEST, now=NOW) == 0
    assert held_now() == []


@pytest.mark.parametrize(
    ("starts_at", "refusal"),
    [
        (at(9, 1), Refusal.OFF_GRID),
        (at(8), Refusal.OUTSIDE_HOURS),
        (at(9, day=9), Refusal.PAST),
        (at(9) + timedelta(days=91), Refusal.HORIZON),
    ],
)
def test_rule_12_what_is_not_listed_is_refused(clinic, starts_at, refusal):
    with pytest.raises(TimeRefused) as error:
        clinic.hold(starts_at)
    assert error.value.refusal is refusal
    assert Appointment.objects.count() == 0


def test_notice_is_elapsed_time(clinic):
    clinic.service.notice_minutes = 20 * 60 + 1
    clinic.service.save()

    with pytest.raises(TimeRefused) as error:
        clinic.hold()  # twenty hours ahead
    assert error.value.refusal is Refusal.NOTICE


def test_rule_12_never_another_resource(clinic):
    stranger = PractitionerFactory()
    elsewhere = LocationFactory()
    other_service = ServiceFactory()

    for wrong in (
        {"practitioner": stranger},
        {"location": elsewhere},
        {"service": other_service},
    ):
        with pytest.raises(NotOffered):
            clinic.hold(**wrong)
    assert Appointment.objects.count() == 0


def test_rule_11_any_practitioner_means_the_lightest_load_of_the_week(clinic):
    colleague = clinic.colleague("Zoe Example", "zoe")
    AppointmentFactory(practitioner=clinic.physio, location=clinic.place, starts_at=at(9, day=15))

    assert clinic.hold(practitioner=None).practitioner == colleague


def test_rule_11_load_in_another_week_does_not_count(clinic):
    clinic.colleague("Zoe Example", "zoe")
    AppointmentFactory(practitioner=clinic.physio, location=clinic.place, starts_at=at(9, day=18))

    assert clinic.hold(practitioner=None).practitioner == clinic.physio


def test_rule_11_as_many_holds_as_free_practitioners(clinic):
    clinic.colleague("Ben Example", "ben")
    clinic.colleague("Cleo Example", "cleo")

    holders = [clinic.hold(practitioner=None, browser=f"browser {n}") for n in range(3)]

    assert {held.practitioner.slug for held in holders} == {"anna", "ben", "cleo"}
    with pytest.raises(TimeTaken):
        clinic.hold(practitioner=None, browser="browser 4")


def test_a_time_listed_for_anybody_falls_to_a_colleague_when_lost(clinic):
    colleague = clinic.colleague()
    clinic.hold()

    second = clinic.hold(browser="another", or_any=True)

    assert second.practitioner == colleague


def test_practitioners_of_other_places_do_not_help_out(clinic):
    elsewhere = LocationFactory()
    works(PractitionerFactory(), elsewhere, clinic.service)
    clinic.hold()

    with pytest.raises(TimeTaken):
        clinic.hold(browser="another", or_any=True)


def test_holds_are_limited_by_address(clinic, settings):
    settings.LIMIT_FACTOR = 1
    day = [at(9) + timedelta(minutes=30 * n) for n in range(14)]
    for number in range(limits.HOLDS_PER_ADDRESS):
        clinic.hold(day[number % 14], address="192.0.2.1")

    with pytest.raises(TooMany) as error:
        clinic.hold(at(9), address="192.0.2.1")
    assert error.value.wait == 3600
    assert clinic.hold(at(9), browser="elsewhere", address="192.0.2.2")
    assert clinic.hold(at(9, day=12), address="192.0.2.1", now=NOW + timedelta(hours=1))


def test_lost_races_do_not_count_towards_the_limit(clinic, settings, monkeypatch):
    settings.LIMIT_FACTOR = 1
    monkeypatch.setattr(limits, "HOLDS_PER_ADDRESS", 2)
    clinic.hold(at(9), browser="another")

    for _ in range(3):
        with pytest.raises(TimeTaken):
            clinic.hold(at(9), address="192.0.2.1")
    assert clinic.hold(at(10), address="192.0.2.1")
