"""The front desk: booking for somebody, overbooking on purpose, the day, call-backs."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from bookings import actions
from bookings.availability import Refusal
from bookings.errors import (
    NotOffered,
    NotPossible,
    PatientBusy,
    ReasonNeeded,
    TimeRefused,
    TimeTaken,
)
from bookings.models import Appointment, VisitReason
from clinic.models import AuditEvent, CareRelation, Message, User
from tests.bookings.conftest import MONDAY_9, at
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    CallbackRequestFactory,
    PatientFactory,
    PractitionerFactory,
    RoomFactory,
)


@pytest.fixture
def patient(db):
    return PatientFactory(email="pat@example.com")


def desk_book(clinic, patient, desk, starts_at=MONDAY_9, *, now=NOW, **more):
    asked = {"practitioner": clinic.physio, "service": clinic.service, **more}
    return actions.desk_book(
        patient=patient, location=clinic.place, starts_at=starts_at, by=desk, now=now, **asked
    )


def test_the_desk_books_for_a_caller(clinic, patient, desk):
    visit = desk_book(clinic, patient, desk, visit_reason="Knee on stairs", desk_note="Lift")

    assert (visit.state, visit.source, visit.version) == ("booked", "desk", 1)
    assert (visit.booked_by_id, visit.desk_note) == (desk.id, "Lift")
    assert VisitReason.objects.get().text == "Knee on stairs"
    assert CareRelation.objects.get().patient == patient
    assert Message.objects.get().topic == "booked-by-desk"
    assert AuditEvent.objects.get().actor_kind == "staff"


def test_a_patient_without_address_gets_no_mail(clinic, desk):
    desk_book(clinic, PatientFactory(email=""), desk)

    assert not Message.objects.exists()


def test_staff_are_not_mailed_about_their_own_doing(clinic, desk):
    own = PatientFactory(email=User.objects.get(pk=desk.id).email)

    desk_book(clinic, own, desk)

    assert not Message.objects.exists()


def test_the_desk_is_told_what_is_in_the_way(clinic, patient, desk):
    other = clinic.book()

    with pytest.raises(TimeTaken) as error:
        desk_book(clinic, patient, desk)
    assert error.value.clashes == (other,)


def test_overbooking_needs_a_reason_and_is_marked(clinic, patient, desk):
    clinic.book()

    with pytest.raises(ReasonNeeded):
        desk_book(clinic, patient, desk, force=True, force_reason="  ")
    visit = desk_book(clinic, patient, desk, force=True, force_reason="Fell today.")

    assert (visit.overbooked, visit.overbook_reason) == (True, "Fell today.")
    assert AuditEvent.objects.get(object_id=str(visit.pk)).reason == "Fell today."


def test_what_is_forced_without_an_overlap_stays_under_the_constraint(clinic, patient, desk):
    visit = desk_book(clinic, patient, desk, at(18), force=True, force_reason="After hours.")

    assert (visit.overbooked, visit.overbook_reason) == (False, "After hours.")
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory(practitioner=clinic.physio, starts_at=at(18))


def test_a_patient_in_two_places_is_refused_unless_forced(clinic, patient, desk):
    colleague = clinic.colleague()
    desk_book(clinic, patient, desk)

    with pytest.raises(PatientBusy):
        desk_book(clinic, patient, desk, practitioner=colleague)
    second = desk_book(
        clinic, patient, desk, practitioner=colleague, force=True, force_reason="Two at once."
    )
    assert second.overbooked


def test_when_every_room_is_taken_the_desk_may_do_without(clinic, patient, desk):
    RoomFactory(location=clinic.place)
    colleague = clinic.colleague()
    clinic.book()

    with pytest.raises(TimeTaken) as error:
        desk_book(clinic, patient, desk, practitioner=colleague)
    assert error.value.refusal is Refusal.NO_ROOM
    visit = desk_book(
        clinic, patient, desk, practitioner=colleague, force=True, force_reason="In the gym."
    )
    assert (visit.room, visit.overbooked) == (None, False)


def test_nobody_books_into_the_past(clinic, patient, desk):
    long_ago = at(9, day=4)

    with pytest.raises(TimeRefused) as error:
        desk_book(clinic, patient, desk, long_ago, force=True, force_reason="Paper diary.")
    assert error.value.refusal is Refusal.PAST


def test_somebody_who_walked_in_is_booked_from_when_the_time_began(clinic, patient, desk):
    visit = desk_book(clinic, patient, desk, now=at(9, 10), force=True, force_reason="Walked in.")

    assert visit.starts_at == MONDAY_9


def test_not_even_force_books_what_is_not_offered(clinic, patient, desk):
    with pytest.raises(NotOffered):
        desk_book(
            clinic, patient, desk, practitioner=PractitionerFactory(), force=True, force_reason="x"
        )


def test_the_desk_plans_beyond_the_horizon_and_without_notice(clinic, patient, desk):
    clinic.service.notice_minutes = 60 * 24 * 30
    clinic.service.save()

    assert desk_book(clinic, patient, desk).state == "booked"
    far = MONDAY_9 + timedelta(days=7 * 60)
    assert desk_book(clinic, patient, desk, far).starts_at == far


def test_parts_of_a_second_are_dropped(clinic, patient, desk):
    visit = desk_book(clinic, patient, desk, MONDAY_9 + timedelta(microseconds=900))

    assert visit.starts_at == MONDAY_9


@pytest.mark.parametrize(
    ("before", "allowed"),
    [
        ("booked", {"arrive", "start", "complete", "no_show"}),
        ("arrived", {"arrive", "start", "complete"}),
        ("in_progress", {"start", "complete"}),
        ("completed", {"complete"}),
        ("no_show", {"no_show"}),
        ("cancelled", set()),
        ("late_cancelled", set()),
    ],
)
@pytest.mark.parametrize("step", ["arrive", "start", "complete", "no_show"])
def test_the_course_of_a_visit(clinic, desk, before, allowed, step):
    visit = AppointmentFactory(
        starts_at=NOW, state=before, cancelled_at=NOW if "cancelled" in before else None
    )

    if step in allowed:
        after = getattr(actions, step)(visit, by=desk, now=NOW)
        assert after.version == 1  # nothing a calendar would have to learn
    else:
        with pytest.raises(NotPossible):
            getattr(actions, step)(visit, by=desk, now=NOW)
        visit.refresh_from_db()
        assert visit.state == before


def test_nobody_is_missed_before_their_time(clinic, desk):
    visit = clinic.book()

    with pytest.raises(NotPossible):
        actions.no_show(visit, by=desk, now=MONDAY_9 - timedelta(minutes=1))


def test_a_missed_first_visit_ends_the_care(clinic, desk):
    visit = clinic.book()

    actions.no_show(visit, by=desk, now=MONDAY_9)

    assert CareRelation.objects.get().ends_at == MONDAY_9


def test_confirming_twice_keeps_the_first_time(clinic, desk):
    visit = clinic.book()
    actions.confirm(visit, by=desk, now=NOW)

    again = actions.confirm(visit, by=desk, now=NOW + timedelta(hours=1))

    assert (again.confirmed_at, again.state) == (NOW, "booked")
    assert AuditEvent.objects.filter(action="visit.confirm").count() == 1


def test_a_call_back_is_tried_and_closed(db, desk):
    callback = CallbackRequestFactory(created_at=NOW)

    actions.try_callback(callback, by=desk, now=NOW)
    closed = actions.close_callback(callback, result="answered", by=desk, now=NOW)
    again = actions.close_callback(callback, result="declined", by=desk, now=NOW)

    assert (closed.state, closed.attempts, closed.closed_at) == ("done", 2, NOW)
    assert again.result == "answered"
    assert actions.try_callback(callback, by=desk, now=NOW).attempts == 2


def test_overbooked_visits_are_in_nobodys_way_but_seen(clinic, patient, desk):
    clinic.book()
    desk_book(clinic, patient, desk, force=True, force_reason="Fell today.")

    assert Appointment.objects.blocking().filter(starts_at=MONDAY_9).count() == 2
    with pytest.raises(TimeTaken):
        clinic.hold(browser="another")
