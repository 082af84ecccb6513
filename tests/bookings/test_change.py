"""Moving and cancelling: rules 7, 14, 18, 19, 20 and what follows for links and care."""

from datetime import timedelta

import pytest

from bookings import actions
from bookings.availability import Refusal
from bookings.errors import (
    NotPossible,
    Over,
    PatientBusy,
    ReasonNeeded,
    TimeRefused,
    TimeTaken,
    TooLate,
)
from bookings.models import Appointment, VisitLink
from clinic.audit import GUEST
from clinic.models import AuditEvent, CareRelation, Message
from tests.bookings.conftest import at, works
from tests.conftest import NOW
from tests.factories import AppointmentFactory, LocationFactory, PatientFactory, RoomFactory

TUESDAY_10 = at(10, day=12)


def move(clinic, visit, starts_at=TUESDAY_10, *, by=GUEST, now=NOW, **more):
    asked = {"practitioner": clinic.physio, "location": clinic.place, **more}
    return actions.move(visit, starts_at=starts_at, by=by, now=now, **asked)


def cancel(visit, *, by=GUEST, now=NOW, reason="cannot come", **more):
    return actions.cancel(visit, reason=reason, by=by, now=now, **more)


@pytest.fixture
def visit(clinic):
    return clinic.book(at(10, day=13))  # Wednesday, well before the cut-off


def test_moving_takes_the_new_time_and_frees_the_old(clinic, visit):
    moved = move(clinic, visit)

    assert moved.pk == visit.pk
    assert (moved.starts_at, moved.ends_at, moved.version) == (TUESDAY_10, at(11, day=12), 2)
    assert clinic.hold(at(10, day=13), browser="another").state == "held"
    with pytest.raises(TimeTaken):
        clinic.hold(TUESDAY_10, browser="a third")


def test_a_lost_move_changes_nothing(clinic, visit):
    clinic.hold(TUESDAY_10, browser="another")

    with pytest.raises(TimeTaken):
        move(clinic, visit)
    visit.refresh_from_db()
    assert (visit.starts_at, visit.version, visit.state) == (at(10, day=13), 1, "booked")
    assert Message.objects.count() == 1


def test_moving_to_the_same_time_changes_nothing(clinic, visit):
    move(clinic, visit, visit.starts_at)

    visit.refresh_from_db()
    assert visit.version == 1
    assert Message.objects.count() == AuditEvent.objects.count() == 1


def test_moving_ignores_the_own_old_time(clinic, visit):
    moved = move(clinic, visit, at(10, 30, day=13))

    assert moved.starts_at == at(10, 30, day=13)


@pytest.mark.parametrize(
    ("starts_at", "refusal"),
    [
        (at(10, 10, day=12), Refusal.OFF_GRID),
        (at(20, day=12), Refusal.OUTSIDE_HOURS),
        (at(9, day=8), Refusal.PAST),
        (at(9) + timedelta(days=120), Refusal.HORIZON),
    ],
)
def test_a_move_obeys_every_rule_of_booking(clinic, visit, starts_at, refusal):
    with pytest.raises(TimeRefused) as error:
        move(clinic, visit, starts_at)
    assert error.value.refusal is refusal


def test_a_move_keeps_the_patient_from_being_in_two_places(clinic, visit):
    AppointmentFactory(patient=visit.patient, starts_at=TUESDAY_10)

    with pytest.raises(PatientBusy):
        move(clinic, visit)


def test_moving_to_a_colleague_moves_the_care(clinic, visit):
    colleague = clinic.colleague()

    move(clinic, visit, practitioner=colleague)

    theirs = CareRelation.objects.get(practitioner=colleague)
    assert theirs.ends_at == at(11, day=12) + timedelta(days=180)
    assert CareRelation.objects.get(practitioner=clinic.physio).ends_at == NOW


def test_moving_to_another_place_takes_a_room_there(clinic, visit):
    uptown = LocationFactory(name="Uptown")
    RoomFactory(location=uptown, name="Blue")
    works(clinic.physio, uptown, clinic.service, days=[5])

    moved = move(clinic, visit, at(9, day=16), location=uptown)

    assert (moved.location, moved.room.name) == (uptown, "Blue")


def test_links_live_as_long_as_the_moved_visit(clinic, visit):
    move(clinic, visit, at(9, day=20))

    assert set(VisitLink.objects.values_list("expires_at", flat=True)) == {at(10, day=20)}


def test_a_move_withdraws_the_confirmation(clinic, visit):
    actions.confirm(visit, by=GUEST, now=NOW)

    assert move(clinic, visit).confirmed_at is None


def test_cancelling_keeps_the_row_and_frees_the_time(clinic, visit):
    gone = cancel(visit)

    assert (gone.state, gone.cancelled_at, gone.cancel_reason) == ("cancelled", NOW, "cannot come")
    assert (gone.cancelled_by, gone.version) == (None, 2)
    assert clinic.hold(at(10, day=13), browser="another").state == "held"


def test_cancelling_twice_changes_nothing(visit):
    cancel(visit)
    again = cancel(visit, reason="other", now=NOW + timedelta(minutes=1))

    assert (again.version, again.cancel_reason, again.cancelled_at) == (2, "cannot come", NOW)
    assert Message.objects.filter(topic="cancelled").count() == 1


def test_a_cancelled_visit_cannot_be_moved_or_revived(clinic, visit):
    cancel(visit)

    with pytest.raises(Over):
        move(clinic, visit)
    with pytest.raises(NotPossible):
        actions.confirm(visit, by=GUEST, now=NOW)
    visit.refresh_from_db()
    assert visit.state == "cancelled"


def test_cancelling_the_only_visit_ends_the_care(visit):
    cancel(visit, now=NOW + timedelta(hours=1))

    assert CareRelation.objects.get().ends_at == NOW + timedelta(hours=1)


def test_care_goes_on_for_visits_that_took_place(clinic, visit):
    AppointmentFactory(
        patient=visit.patient, practitioner=clinic.physio, starts_at=at(9, day=5), state="completed"
    )

    cancel(visit)

    assert CareRelation.objects.get().ends_at == at(10, day=5) + timedelta(days=180)


def test_patients_are_stopped_by_the_cutoff(clinic, visit):
    inside = visit.starts_at - timedelta(hours=24) + timedelta(seconds=1)

    with pytest.raises(TooLate):
        move(clinic, visit, at(10, day=20), now=inside)
    with pytest.raises(TooLate):
        cancel(visit, now=inside)
    visit.refresh_from_db()
    assert (visit.state, visit.version) == ("booked", 1)


def test_the_cutoff_is_exact_and_a_setting_of_the_service(clinic, visit):
    on_time = visit.starts_at - timedelta(hours=24)
    assert move(clinic, visit, at(10, day=20), now=on_time).version == 2

    clinic.service.cutoff_minutes = 0
    clinic.service.save()
    late = at(10, day=20)
    assert cancel(visit, now=late).state == "cancelled"


def test_the_desk_cancels_inside_the_cutoff_as_late(visit, desk):
    gone = cancel(visit, by=desk, now=visit.starts_at - timedelta(hours=1))

    assert gone.state == "late_cancelled"
    assert gone.cancelled_by_id == desk.id


def test_the_desk_may_say_that_it_was_not_the_patients_fault(visit, desk):
    gone = cancel(visit, by=desk, now=visit.starts_at - timedelta(hours=1), late=False)

    assert gone.state == "cancelled"


def test_the_desk_moves_inside_cutoff_and_notice(clinic, visit, desk):
    clinic.service.notice_minutes = 6000
    clinic.service.save()
    soon = at(9, day=13)

    assert move(clinic, visit, at(11, day=13), by=desk, now=soon).starts_at == at(11, day=13)


def test_force_is_for_staff_alone(clinic, visit, desk):
    other = clinic.hold(TUESDAY_10, browser="another")

    with pytest.raises(TimeTaken):
        move(clinic, visit, force=True, force_reason="because")
    with pytest.raises(ReasonNeeded):
        move(clinic, visit, by=desk, force=True)
    moved = move(clinic, visit, by=desk, force=True, force_reason="She asked.")

    assert (moved.overbooked, moved.overbook_reason) == (True, "She asked.")
    other.refresh_from_db()
    assert other.state == "held"


def test_moving_on_from_an_overbooked_time_clears_the_mark(clinic, visit, desk):
    clinic.hold(TUESDAY_10, browser="another")
    move(clinic, visit, by=desk, force=True, force_reason="She asked.")

    moved = move(clinic, visit, at(14, day=12), by=desk)

    assert (moved.overbooked, moved.overbook_reason) == (False, "")


def test_what_the_trail_says_of_a_move(clinic, visit, desk):
    move(clinic, visit, by=desk)

    event = AuditEvent.objects.get(action="visit.move")
    assert (event.actor_id, event.patient_id) == (desk.id, visit.patient_id)
    assert event.data == {
        "version": 2,
        "starts_at": TUESDAY_10.isoformat(),
        "moved_from": at(10, day=13).isoformat(),
        "left": str(clinic.physio.pk),
    }


def test_new_links_revoke_all_others(clinic, visit):
    assert actions.renew_links(visit, by=GUEST, now=NOW) == 1

    assert not VisitLink.objects.filter(revoked_at__isnull=True).exists()
    assert Message.objects.get(topic="new-link").to == "gus@example.com"


def test_visits_are_never_deleted_by_actions(clinic, visit):
    cancel(visit)
    clinic.hold()
    clinic.hold(at(11))

    assert Appointment.objects.count() == 3


def test_a_visit_under_way_cannot_be_cancelled(clinic, visit, desk):
    actions.start(visit, by=desk, now=visit.starts_at)

    with pytest.raises(Over):
        cancel(visit, by=desk, now=visit.starts_at)


def test_a_patient_without_address_is_moved_without_a_mail(clinic, desk):
    quiet = AppointmentFactory(
        patient=PatientFactory(email=""),
        practitioner=clinic.physio,
        location=clinic.place,
        service=clinic.service,
        starts_at=at(10, day=13),
    )

    move(clinic, quiet, by=desk)

    assert not Message.objects.exists()
