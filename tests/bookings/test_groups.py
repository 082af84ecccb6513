"""Rule 10: a group session is one blocking row, and its seats are rows below it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from bookings import actions, invariants, schedule
from bookings.actions import groups
from bookings.availability import Refusal
from bookings.errors import BookingError, NotPossible, Over, TimeRefused, TimeTaken
from bookings.models import Appointment, Room
from clinic.audit import GUEST, Actor
from clinic.models import Message
from clinic.overlap import violates
from tests.bookings.conftest import HOUR, at, details, works
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    ClosureFactory,
    PatientFactory,
    ServiceFactory,
    ServiceOfferFactory,
)

State = Appointment.State
DESK = Actor("staff")
TEN = at(10)
LIST, HOLD = "/book/knee-class/", "/book/knee-class/hold/"


@pytest.fixture
def knee_class(clinic):
    """A class of two seats that the clinic's physio gives beside the single visits."""
    service = ServiceFactory(slug="knee-class", name="Knee class", seats=2, buffer_after=15)
    ServiceOfferFactory(service=service, practitioner=clinic.physio, location=clinic.place)
    return service


@pytest.fixture
def session(clinic, knee_class):
    return plan(clinic, knee_class)


def plan(clinic, service, starts_at=TEN, **more):
    who = {"practitioner": clinic.physio, "location": clinic.place, "by": DESK, "now": NOW}
    return groups.plan_session(service=service, starts_at=starts_at, **{**who, **more})


def take(clinic, service, number, starts_at=TEN, **typed):
    held = clinic.hold(starts_at, service=service, browser=f"browser {number}")
    typed = {"email": f"guest{number}@example.com", **typed}
    return actions.book(held, details(**typed), by=GUEST, now=NOW)


def listed(service, clinic):
    first = at(9).date()
    times = schedule.free_times(service, None, clinic.place, first, first, NOW)
    return [time.starts_at for time in times]


def test_rule_10_a_session_blocks_its_practitioner_once(clinic, knee_class, session):
    assert listed(knee_class, clinic) == [at(10)]
    single = listed(clinic.service, clinic)
    assert at(9) in single
    assert not {at(9, 30), at(10), at(10, 30), at(11)} & set(single)  # 15 minutes are kept after
    assert at(11, 30) in single
    with pytest.raises(TimeTaken):
        clinic.hold(at(10))


def test_rule_10_seats_are_numbered_and_the_last_one_is_the_last(clinic, knee_class, session):
    seats = [take(clinic, knee_class, number) for number in (1, 2)]

    assert [(seat.session_id, seat.seat) for seat in seats] == [(session.pk, 1), (session.pk, 2)]
    assert listed(knee_class, clinic) == []
    with pytest.raises(TimeTaken):
        clinic.hold(at(10), service=knee_class, browser="a third")


def test_rule_10_a_seat_given_back_is_taken_again(clinic, knee_class, session):
    first, _ = (take(clinic, knee_class, number) for number in (1, 2))

    actions.cancel(first, reason="", by=DESK, now=NOW)

    assert take(clinic, knee_class, 3).seat == 1


def test_rule_10_a_held_seat_counts_until_it_expires(clinic, knee_class, session):
    take(clinic, knee_class, 1)
    clinic.hold(at(10), service=knee_class, browser="a second")
    later = NOW + timedelta(minutes=11)

    with pytest.raises(TimeTaken):
        clinic.hold(at(10), service=knee_class, browser="a third")
    held = clinic.hold(at(10), service=knee_class, browser="a third", now=later)
    assert held.seat == 2


def test_rule_10_where_no_session_is_planned_there_is_no_seat(clinic, knee_class, session):
    with pytest.raises(TimeRefused) as refused:
        clinic.hold(at(13), service=knee_class)
    assert refused.value.refusal is Refusal.NO_SESSION


@pytest.mark.parametrize("now", [at(9, 30), at(11)])
def test_rule_10_notice_holds_for_seats(clinic, knee_class, session, now):
    knee_class.notice_minutes = 60
    knee_class.save()

    with pytest.raises(TimeRefused) as refused:
        clinic.hold(at(10), service=knee_class, now=now)

    assert refused.value.refusal is (Refusal.PAST if now > at(10) else Refusal.NOTICE)


def test_rule_10_closures_hold_for_sessions_and_seats(clinic, knee_class, session):
    ClosureFactory(location=clinic.place, first_day=at(9).date(), last_day=at(9, day=12).date())

    assert listed(knee_class, clinic) == []
    with pytest.raises(TimeRefused) as refused:
        clinic.hold(at(10), service=knee_class)
    assert refused.value.refusal is Refusal.OUTSIDE_HOURS
    with pytest.raises(TimeRefused):
        plan(clinic, knee_class, at(14, day=12))


def test_rule_10_buffers_hold_when_a_session_is_planned(clinic, knee_class):
    clinic.hold(at(11))

    with pytest.raises(TimeRefused) as refused:
        plan(clinic, knee_class, at(10))  # 15 minutes are to be kept free after it

    assert refused.value.refusal is Refusal.BUFFER
    assert plan(clinic, knee_class, at(9, 45)).ends_at == at(10, 45)


def test_rule_10_a_session_takes_a_room_and_its_seats_take_none(clinic, knee_class):
    room = Room.objects.create(location=clinic.place, name="Hall")
    session = plan(clinic, knee_class)
    seats = [take(clinic, knee_class, number) for number in (1, 2)]

    assert (session.room, session.room_unit) == (room, 1)
    assert [(seat.room, seat.room_unit) for seat in seats] == [(room, None), (room, None)]
    colleague = clinic.colleague()
    with pytest.raises(TimeRefused):
        clinic.hold(at(10), practitioner=colleague, browser="another")


def test_rule_10_nobody_sits_in_two_sessions_at_once(clinic, knee_class, session):
    colleague = works(clinic.colleague(), clinic.place, knee_class, days=[])
    plan(clinic, knee_class, practitioner=colleague)
    patient = PatientFactory()
    take(clinic, knee_class, 1, patient=patient)
    held = clinic.hold(at(10), service=knee_class, practitioner=colleague, browser="again")

    with pytest.raises(BookingError):
        actions.book(held, details(patient=patient), by=GUEST, now=NOW)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        AppointmentFactory(starts_at=at(10), patient=patient)
    assert violates(error.value, "appointment_patient_free")


def test_rule_10_moving_a_seat_takes_one_of_the_other_session(clinic, knee_class, session, desk):
    other = plan(clinic, knee_class, at(14))
    seat = take(clinic, knee_class, 1)
    where = {"practitioner": clinic.physio, "location": clinic.place, "by": desk, "now": NOW}

    moved = actions.move(seat, starts_at=at(14), **where)

    assert (moved.session_id, moved.seat, moved.ends_at) == (other.pk, 1, at(15))
    with pytest.raises(TimeRefused):
        actions.move(moved, starts_at=at(12), force=True, force_reason="please", **where)
    moved.refresh_from_db()
    assert moved.starts_at == at(14)


def test_rule_10_cancelling_a_session_cancels_its_seats_and_tells_them(clinic, knee_class, session):
    seats = [take(clinic, knee_class, number) for number in (1, 2)]

    assert groups.cancel_session(session, reason="ill", by=DESK, now=NOW) == 2

    states = set(Appointment.objects.filter(session=session).values_list("state", flat=True))
    assert states == {State.CANCELLED}
    told = Message.objects.filter(topic="cancelled").values_list("to", flat=True)
    assert sorted(told) == sorted(seat.patient.email for seat in seats)
    assert at(10) in listed(clinic.service, clinic)
    with pytest.raises(Over):
        groups.cancel_session(session, reason="", by=DESK, now=NOW)


def test_rule_10_seats_may_grow_and_shrink_to_those_taken(clinic, knee_class, session):
    for number in (1, 2):
        take(clinic, knee_class, number)

    with pytest.raises(NotPossible):
        groups.change_seats(session, seats=1, by=DESK, now=NOW)
    groups.change_seats(session, seats=3, by=DESK, now=NOW)

    assert take(clinic, knee_class, 3).seat == 3


def test_rule_10_a_single_visit_is_no_group(clinic):
    with pytest.raises(BookingError):
        plan(clinic, clinic.service)


BROKEN = {
    "a seat beyond the last": {"seat": 3},
    "seat zero": {"seat": 0},
    "a seat of no session": {"session": None},
    "a seat at another time": {"starts_at": at(10, 30), "ends_at": at(11, 30)},
    "a shorter seat": {"ends_at": at(10, 30)},
}


@pytest.mark.parametrize("name", BROKEN)
def test_rule_10_the_database_refuses(clinic, knee_class, session, name):
    seat = {
        "session": session, "seat": 1, "service": knee_class, "practitioner": clinic.physio,
        "location": clinic.place, "starts_at": at(10), "ends_at": at(11),
    }  # fmt: skip
    AppointmentFactory(**seat)

    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory(**{**seat, "seat": 2, **BROKEN[name]})


def test_rule_10_the_database_refuses_one_seat_twice(clinic, knee_class, session):
    taken = take(clinic, knee_class, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(
            session=session, seat=taken.seat, service=knee_class, practitioner=clinic.physio,
            location=clinic.place, starts_at=at(10), ends_at=at(11), patient=PatientFactory(),
        )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"seats": 0},
        {"seats": None},
        {"state": "cancelled", "cancelled_at": NOW},
        {"starts_at": at(9, 30), "ends_at": at(10, 30)},
    ],
)
def test_rule_10_a_session_cannot_change_under_its_seats(clinic, knee_class, session, change):
    take(clinic, knee_class, 1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=session.pk).update(**change)


def test_rule_10_two_sessions_of_one_practitioner_never_overlap(clinic, knee_class, session):
    with pytest.raises(TimeTaken):
        plan(clinic, knee_class, at(10, 30))
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(
            seats=4, state="session", service=knee_class, practitioner=clinic.physio,
            location=clinic.place, starts_at=at(10) + HOUR / 2, ends_at=at(11) + HOUR / 2,
        )  # fmt: skip


def test_rule_10_pages_list_hold_and_book_seats(client, clinic, knee_class, session):
    page = Page(client.get(LIST))
    assert [sent["starts_at"] for sent in page.times()] == ["2027-01-11T10:00-06:00"]

    answer = client.post(HOLD, page.times()[0])
    assert answer.status_code == 303
    typed = {"first_name": "Gus", "last_name": "Guest", "email": "gus@example.com", "consent": "on"}
    assert client.post(answer["Location"], typed).status_code == 303

    take(clinic, knee_class, 2)
    lost = client.__class__().post(HOLD, page.times()[0])
    assert lost.status_code == 409
    assert invariants.stray_seats() == 0
    assert set(invariants.overlaps().values()) == {0}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_rule_10_the_last_seat_has_one_winner(clinic, knee_class):
    local = timezone.now().astimezone(clinic.place.tz).date()
    day = local + timedelta(days=14 - local.weekday())
    starts_at = timezone.datetime(day.year, day.month, day.day, 10, tzinfo=clinic.place.tz)
    plan(clinic, knee_class, starts_at, now=timezone.now())

    def attempt(number):
        try:
            clinic.hold(
                starts_at, service=knee_class, browser=f"browser {number}", now=timezone.now()
            )
        except TimeTaken:
            return "taken"
        finally:
            connection.close()
        return "held"

    with ThreadPoolExecutor(12) as pool:
        outcomes = sorted(pool.map(attempt, range(12)))

    assert outcomes == ["held"] * 2 + ["taken"] * 10
    seats = Appointment.objects.filter(session__isnull=False).values_list("seat", flat=True)
    assert sorted(seats) == [1, 2]
