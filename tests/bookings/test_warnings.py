"""Warn and force: the desk is told what speaks against a time, by name, and then says why."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from bookings import actions
from bookings.errors import OverLimit, PatientBusy, ReasonNeeded, ShortNotice, TimeTaken
from bookings.models import Appointment, VisitReason
from clinic import roles
from clinic.models import AuditEvent, Practice
from tests.bookings.conftest import MONDAY_9, at
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db
ADD = "/admin/phone/"


@pytest.fixture
def patient():
    return PatientFactory(first_name="Pat", last_name="Sample")


def book(clinic, patient, desk, starts_at=MONDAY_9, *, now=NOW, **more):
    asked = {"practitioner": clinic.physio, "service": clinic.service, "heed": True, **more}
    return actions.desk_book(
        patient=patient, location=clinic.place, starts_at=starts_at, by=desk, now=now, **asked
    )


def needs_notice(clinic, minutes):
    clinic.service.notice_minutes = minutes
    clinic.service.save()


def test_short_notice_wants_a_reason_at_the_desk(clinic, patient, desk):
    needs_notice(clinic, 24 * 60)

    with pytest.raises(ShortNotice) as error:
        book(clinic, patient, desk)
    assert "24 hours" in str(error.value)
    with pytest.raises(ReasonNeeded):
        book(clinic, patient, desk, force=True)
    assert not Appointment.objects.exists()

    visit = book(clinic, patient, desk, force=True, force_reason="Anna knows.")

    assert (visit.overbooked, visit.overbook_reason) == (False, "Anna knows.")
    assert AuditEvent.objects.get(object_id=str(visit.pk)).reason == "Anna knows."


def test_notice_is_kept_to_the_minute(clinic, patient, desk):
    needs_notice(clinic, 60)

    assert book(clinic, patient, desk, now=MONDAY_9 - timedelta(hours=1)).state == "booked"


def test_more_visits_than_the_clinic_allows_are_named(clinic, patient, desk):
    Practice.objects.update(upcoming_limit=2)
    ahead = [book(clinic, patient, desk, at(9 + number)) for number in range(2)]

    with pytest.raises(OverLimit) as error:
        book(clinic, patient, desk, at(13))
    assert list(error.value.clashes) == ahead
    third = book(clinic, patient, desk, at(13), force=True, force_reason="Before the race.")
    assert (third.overbooked, third.overbook_reason) == (False, "Before the race.")


def test_a_time_that_is_taken_comes_before_second_thoughts(clinic, patient, desk):
    needs_notice(clinic, 24 * 60)
    other = AppointmentFactory(
        practitioner=clinic.physio,
        location=clinic.place,
        service=clinic.service,
        starts_at=MONDAY_9,
    )

    with pytest.raises(TimeTaken) as error:
        book(clinic, patient, desk)
    assert error.value.clashes == (other,)
    assert book(clinic, patient, desk, force=True, force_reason="Fell.").overbooked


def test_a_patient_who_is_elsewhere_is_named_with_the_visit(clinic, patient, desk):
    first = book(clinic, patient, desk)

    with pytest.raises(PatientBusy) as error:
        book(clinic, patient, desk, practitioner=clinic.colleague())
    assert error.value.clashes == (first,)


def test_a_visit_inside_the_notice_moves_freely_inside_it(clinic, patient, desk):
    visit = book(clinic, patient, desk)
    needs_notice(clinic, 24 * 60)
    to = {"practitioner": clinic.physio, "location": clinic.place, "by": desk, "now": NOW}

    moved = actions.move(visit, starts_at=at(10), heed=True, **to)

    assert moved.starts_at == at(10)


def test_moving_into_the_notice_wants_a_reason(clinic, patient, desk):
    needs_notice(clinic, 24 * 60)
    visit = book(clinic, patient, desk, at(9, day=13))
    to = {"practitioner": clinic.physio, "location": clinic.place, "by": desk, "now": NOW}

    with pytest.raises(ShortNotice):
        actions.move(visit, starts_at=MONDAY_9, heed=True, **to)
    visit.refresh_from_db()
    assert visit.starts_at == at(9, day=13)


def test_nobody_who_is_not_asked_to_heed_it_is_asked(clinic, patient, desk):
    needs_notice(clinic, 24 * 60)

    assert book(clinic, patient, desk, heed=False).overbook_reason == ""


# The form of the desk ---------------------------------------------------------------------------


@pytest.fixture
def front(client, clinic):
    user = UserFactory(is_staff=True)
    user.groups.set(Group.objects.filter(name=roles.FRONT_DESK))
    client.force_login(user)
    return client


def typed(clinic, patient, **more):
    return {
        "patient": patient.pk,
        "service": clinic.service.pk,
        "practitioner": clinic.physio.pk,
        "location": clinic.place.pk,
        "day": "2027-01-11",
        "time": "09:00",
        **more,
    }


def test_the_form_names_the_visit_in_the_way_and_never_why_they_come(front, clinic, patient):
    other = AppointmentFactory(
        practitioner=clinic.physio,
        location=clinic.place,
        service=clinic.service,
        starts_at=MONDAY_9,
        patient=PatientFactory(first_name="Otto", last_name="Other"),
    )
    VisitReason.objects.create(appointment=other, text="Zaunkoenig", written_at=NOW)

    for more in ({}, {"force": "on"}):
        page = front.post(ADD, typed(clinic, patient, **more)).content.decode()
        assert "In the way: 09:00–10:00, Otto Other with Anna Example." in page
        assert "Zaunkoenig" not in page
    assert Appointment.objects.count() == 1


def test_the_form_asks_why_inside_the_notice(front, clinic, patient):
    needs_notice(clinic, 24 * 60)

    page = front.post(ADD, typed(clinic, patient)).content.decode()

    assert "sooner than the notice of this service (24 hours)" in page
    assert not Appointment.objects.exists()
    front.post(ADD, typed(clinic, patient, force="on", force_reason="Anna knows."))
    assert Appointment.objects.get().overbook_reason == "Anna knows."


def test_the_times_offered_instead_ask_for_no_reason(front, clinic, patient):
    needs_notice(clinic, 24 * 60)  # until 13:00 on that Monday

    page = front.post(ADD, typed(clinic, patient)).content.decode()

    offered = re.findall(r'name="take" value="2027-01-11 (\d\d:\d\d)', page)
    assert offered == ["13:00", "13:30", "14:00", "14:30", "15:00", "15:30"]


def test_a_visit_inside_the_notice_is_offered_times_inside_it(front, clinic, patient, desk):
    visit = book(clinic, patient, desk, at(13))
    book(clinic, PatientFactory(), desk, at(9))
    needs_notice(clinic, 48 * 60)
    data = {
        "move-practitioner": clinic.physio.pk,
        "move-location": clinic.place.pk,
        "move-day": "2027-01-11",
        "move-time": "09:00",
    }

    page = front.post(f"/admin/bookings/appointment/{visit.pk}/move/", data).content.decode()

    assert 'name="move-take" value="2027-01-11 10:00' in page
