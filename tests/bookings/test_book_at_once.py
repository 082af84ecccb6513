"""The quick way of booking: what it writes, what it leaves to the slow way, and what it asks.

That both refuse the same is tested where the rules are; here, how one leads to the other.
"""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import actions, limits, schedule
from bookings.actions import booking_held, locks
from bookings.errors import HoldGone, TooMany, TooManyUpcoming
from bookings.models import Appointment, Service, VisitLink
from bookings.schedule import visits
from bookings.tokens import hold_token, sha256
from clinic import practice, sessions
from clinic.audit import GUEST, Actor
from clinic.models import AuditEvent, Consent, Message, Patient
from clinic.statements import Statement
from tests.bookings.conftest import BROWSER, MONDAY_9, at, details
from tests.bookings.walking import Guest
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory, RoomFactory

WRITTEN = (Patient, VisitLink, Consent, AuditEvent, Message)


@pytest.fixture
def quick_only(monkeypatch):
    """The slow way is closed."""
    monkeypatch.setattr(locks, "visit_to_change", lambda pk: pytest.fail("slow"))


@pytest.fixture
def slowly(monkeypatch):
    """Note who goes the slow way."""
    asked = []
    read = locks.visit_to_change

    def noted(pk):
        asked.append(pk)
        return read(pk)

    monkeypatch.setattr(locks, "visit_to_change", noted)
    return asked


def booked(held, now=NOW, **typed):
    return actions.book(held, details(**typed), by=GUEST, now=now)


def columns(visit):
    return {field.attname: getattr(visit, field.attname) for field in visit._meta.concrete_fields}


def mark(held):
    return sha256(hold_token(BROWSER, held.pk)), sha256(BROWSER)


def test_every_column_is_stored_as_the_answer_says(clinic, quick_only):
    RoomFactory(location=clinic.place)
    Service.objects.update(approval_hours=5, price="95.50", no_show_fee="20")

    visit = booked(clinic.hold(), reason="stairs", phone="+14035550142")

    assert visit.state == "requested"
    assert columns(Appointment.objects.get()) == columns(visit)
    assert Patient.objects.get() == visit.patient


def test_the_row_that_was_read_stays_as_it_was(clinic, quick_only):
    held = clinic.hold()
    before = columns(held)

    assert booked(held) == held
    assert columns(held) == before


def test_a_hold_given_back_meanwhile_is_taken_again_if_it_is_free(clinic, slowly):
    held = clinic.hold()
    actions.release(browser=BROWSER, by=GUEST, now=NOW)

    assert booked(held).state == "booked"
    assert len(slowly) == 1
    assert [model.objects.count() for model in WRITTEN] == [1] * len(WRITTEN)


def test_a_hold_that_went_to_somebody_else_leaves_nothing(clinic):
    held = clinic.hold()
    actions.release(browser=BROWSER, by=GUEST, now=NOW)
    clinic.hold(browser="another")

    with pytest.raises(HoldGone):
        booked(held)
    assert not any(model.objects.exists() for model in WRITTEN)


def test_a_hold_keeps_its_room(clinic, quick_only):
    RoomFactory(location=clinic.place)
    held = clinic.hold()

    assert booked(held).room_id == held.room_id is not None


@pytest.mark.parametrize(
    ("minutes", "unit"),
    [(-60, 1), (-30, 2), (0, 2), (30, 2), (60, 1)],
)
def test_only_a_colleague_who_is_there_at_that_time_has_the_room(clinic, quick_only, minutes, unit):
    """Read along with the hold: whoever leaves as it begins is in nobody's way."""
    room = RoomFactory(location=clinic.place, capacity=2)
    held = clinic.hold(at(11))
    colleague = AppointmentFactory(
        practitioner=clinic.colleague(), location=clinic.place, service=clinic.service,
        starts_at=at(11) + timedelta(minutes=minutes), state="completed",
    )  # fmt: skip
    Appointment.objects.filter(pk=held.pk).update(room_unit=2)
    Appointment.objects.filter(pk=colleague.pk).update(room=room, room_unit=1)
    read = schedule.held_time(*mark(held), NOW)

    visit = actions.book(read.visit, details(), by=GUEST, now=NOW, read=read)

    assert (visit.room_id, visit.room_unit) == (room.pk, unit)


@pytest.mark.parametrize("minutes", [0, 30])
def test_what_the_desk_forced_into_a_held_time_is_seen(clinic, minutes):
    held = clinic.hold()
    actions.desk_book(
        patient=PatientFactory(), service=clinic.service, practitioner=clinic.physio,
        location=clinic.place, starts_at=MONDAY_9 + timedelta(minutes=minutes),
        by=Actor("staff"), now=NOW, force=True, force_reason="In pain.",
    )  # fmt: skip

    with pytest.raises(HoldGone):
        booked(held)
    assert Appointment.objects.get(pk=held.pk).state == "held"


@pytest.mark.parametrize(
    ("limit", "allowed", "missed", "ahead", "slow"),
    [
        (2, 6, 0, 5, False),
        (2, 6, 1, 2, False),
        (2, 6, 1, 3, True),
        (2, 6, 2, 0, True),
        (0, 6, 9, 0, False),
        (4, 3, 3, 0, True),  # let pass by the slow way
    ],
)
def test_who_has_visits_ahead_or_missed_some_is_asked_about(
    clinic, settings, slowly, limit, allowed, missed, ahead, slow
):
    settings.NO_SHOW_LIMIT = limit
    clinic.practice.upcoming_limit = allowed
    clinic.practice.save()
    practice.forget()
    known = PatientFactory(email="gus@example.com", first_name="Other")
    for number in range(ahead):
        AppointmentFactory(patient=known, starts_at=at(9, day=12) + timedelta(days=number))
    for number in range(missed):
        starts_at = NOW - timedelta(days=20 + number)
        AppointmentFactory(patient=known, starts_at=starts_at, state="no_show")

    assert booked(clinic.hold()).state == "booked"
    assert bool(slowly) is slow


def test_more_than_are_allowed_are_refused_with_reason(clinic, slowly):
    clinic.practice.upcoming_limit = 1
    clinic.practice.save()
    practice.forget()
    booked(clinic.hold())

    with pytest.raises(TooManyUpcoming):
        booked(clinic.hold(at(12)))
    assert len(slowly) == 1


def test_a_limit_of_an_hour_is_a_condition_and_counts_only_what_was_written(
    clinic, settings, monkeypatch, slowly
):
    settings.LIMIT_FACTOR = 1
    monkeypatch.setattr(limits, "BOOKINGS_PER_ADDRESS", 2)

    def book(number, now=NOW):
        held = clinic.hold(at(9 + number), browser=f"browser {number}", now=now)
        typed = details(email=f"{number}@example.com")
        return actions.book(held, typed, by=GUEST, now=now, address="192.0.2.1")

    book(0)
    book(1)
    assert not slowly
    with pytest.raises(TooMany) as refused:
        book(2)
    assert refused.value.wait == 3600
    assert Message.objects.count() == 2
    assert book(3, NOW + timedelta(minutes=61)).state == "booked"
    assert len(slowly) == 1


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_a_process_at_work_books_with_three_statements(clinic):
    """Session, hold, and all that is written; no transaction has to be begun for it."""
    for number, hour in enumerate(("09:00", "11:00", "13:00")):
        guest = Guest()
        held = guest.hold(hour)
        with CaptureQueriesContext(connection) as queries:
            answer = guest.details(held, email=f"four-{number}@example.com")
        assert answer.status_code == 303

    texts = [query["sql"] for query in queries]
    read = [text.split("(")[0].rsplit("_", 1)[0] for text in texts[:2]]
    assert read == ["EXECUTE session", "EXECUTE held_time"]
    assert len(texts) == 3


def test_a_held_time_comes_with_its_people_and_its_offer(clinic, django_assert_num_queries):
    held = clinic.hold()
    schedule.offers_of(clinic.service)

    with django_assert_num_queries(1):
        visit, offer, _ = schedule.held_time(*mark(held), NOW)
        people = (visit.practitioner, visit.service, visit.location)

    assert columns(visit) == columns(held)
    assert people == (clinic.physio, clinic.service, clinic.place)
    assert bool(offer) is (connection.vendor == "postgresql")
    assert offer is None or offer.practitioner == clinic.physio


def test_a_held_time_no_longer_offered_is_found_without_an_offer(clinic):
    held = clinic.hold()
    clinic.service.offers.all().delete()

    visit, offer, _ = schedule.held_time(*mark(held), NOW)

    assert (visit, visit.practitioner, offer) == (held, clinic.physio, None)


def test_a_held_time_is_found_by_its_own_browser_alone(clinic):
    token, browser = mark(clinic.hold())
    Appointment.objects.create(**columns(Appointment(
        practitioner=clinic.physio, location=clinic.place, service=clinic.service,
        starts_at=at(13), ends_at=at(14), state="expired", holder=sha256("unheld"),
    )))  # fmt: skip

    assert schedule.held_time(token, browser, NOW)
    assert schedule.held_time(token, sha256("another"), NOW) is None
    assert schedule.held_time(sha256("another"), browser, NOW) is None
    assert schedule.held_time(sha256("unheld"), "", NOW) is None


STATEMENTS = [
    *(
        visits._statement("postgresql", browser=browser, ignoring=ignoring, groups=groups)
        for browser, ignoring, groups in product((False, True), repeat=3)
    ),
    booking_held._BECOME,
    schedule.held._READ,
    sessions._READ,
]


@pytest.mark.postgresql_only
@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda one: one.name)
def test_a_plan_made_for_all_values_reads_no_table_from_end_to_end(db, statement: Statement):
    """Whether it could: with a handful of rows, a server rightly would."""
    names = ("bookings_appointment", "clinic_patient", "django_session", "clinic_cache")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("PREPARE tried AS " + statement.numbered)
        nulls = ", ".join(["NULL"] * len(statement.places))
        cursor.execute(f"EXPLAIN EXECUTE tried({nulls})")
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("DEALLOCATE tried")

    assert not [name for name in names if f"Seq Scan on {name}" in plan], plan
