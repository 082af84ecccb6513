"""Asking for the whole record, handing it out, fetching it: who may, until when, what is kept."""

import io
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from assessments.openings import all_openings_of
from clinic import practice, roles
from clinic.actions import record_requests
from clinic.models import AuditEvent, Message, Practice, RecordRequest
from tests.assessments.breaking import PASSWORD
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    make_patient,
    make_practice,
    make_practitioner,
    make_signed,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/clinic/recordrequest/"


@pytest.fixture(autouse=True)
def frozen():
    make_practice()
    practice.forget()
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def page(patient, tail=""):
    return f"/me/{patient.pk}/record/{tail}"


def proven(user):
    client = browser(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def patient():
    return make_patient()


@pytest.fixture
def mine(patient):
    return browser(grant(patient))


@pytest.fixture
def manager():
    user = make_user(roles.MANAGER)
    user.is_staff = True
    user.save()
    return user


def did(action):
    return AuditEvent.objects.filter(action=action, result="done")


def released(patient, manager):
    asked = record_requests.ask(patient, by=patient.grants.get().user, now=NOW)
    return record_requests.release(asked, by=manager, now=NOW)


def test_a_patient_asks_once_and_reads_until_when_it_is_answered(patient, mine):
    Practice.objects.update(record_days=21)
    practice.forget()

    for _tap in range(2):
        assert mine.post(page(patient)).status_code == 302

    asked = RecordRequest.objects.get()
    assert asked.due_on.isoformat() == "2027-01-31"
    assert "31 January 2027" in mine.get(page(patient)).content.decode()
    assert did("record.asked").count() == 1
    assert mine.post(page(patient, "record.zip")).status_code == 404


def test_a_manager_hands_it_out_with_their_password_and_never_reads_it(patient, mine, manager):
    mine.post(page(patient))
    asked = RecordRequest.objects.get()
    form = f"{LIST}{asked.pk}/change/"

    first = browser(manager).post(form)
    assert "/accounts/reauthenticate/" in first["Location"]
    assert RecordRequest.objects.get().released_at is None
    desk = proven(manager)
    assert str(patient) in desk.get(LIST).content.decode()
    assert desk.post(form).status_code == 302

    asked.refresh_from_db()
    assert (asked.released_at, asked.released_by) == (NOW, manager)
    assert did("record.released").get().actor_id == manager.pk
    assert Message.objects.get(topic="record_ready").to == patient.grants.get().user.email
    assert desk.post(page(patient, "record.zip")).status_code == 404
    assert desk.get(f"/chart/patients/{patient.pk}/record/").status_code == 404


def test_the_desk_cannot_hand_it_out(patient, mine):
    mine.post(page(patient))
    user = make_user(roles.FRONT_DESK)
    user.is_staff = True
    user.save()

    assert proven(user).post(f"{LIST}{RecordRequest.objects.get().pk}/change/").status_code == 404
    assert RecordRequest.objects.get().released_at is None


def test_it_is_fetched_for_seven_days_and_every_time_is_written_down(
    patient, mine, manager, frozen
):
    make_signed(patient=patient)
    released(patient, manager)

    for _time in range(2):
        answer = mine.post(page(patient, "record.zip"))
        packed = io.BytesIO(b"".join(answer.streaming_content))
        assert "charts.csv" in "".join(zipfile.ZipFile(packed).namelist())

    assert answer["Content-Disposition"] == 'attachment; filename="record-2027-01-10.zip"'
    assert "no-store" in answer["Cache-Control"]
    assert mine.get(page(patient, "record.zip")).status_code == 405  # to look takes nothing
    assert did("record.downloaded").count() == 2
    assert RecordRequest.objects.get().taken_at == NOW
    frozen.move_to(NOW + timedelta(days=7, seconds=1))
    later = browser(patient.grants.get().user)
    assert later.post(page(patient, "record.zip")).status_code == 404
    assert did("record.downloaded").count() == 2


def test_nobody_else_fetches_it(patient, mine, manager):
    released(patient, manager)

    other = browser(grant(make_patient()))

    assert other.post(page(patient, "record.zip")).status_code == 404
    assert other.get(page(patient)).status_code == 404
    assert other.post(page(patient)).status_code == 404
    assert Client().post(page(patient, "record.zip")).status_code == 302


def test_whoever_asked_does_not_hand_it_out(patient, manager):
    asked = record_requests.ask(patient, by=manager, now=NOW)

    with pytest.raises(record_requests.OwnRequest):
        record_requests.release(asked, by=manager, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordRequest.objects.filter(pk=asked.pk).update(released_at=NOW, released_by=manager)


def test_a_request_is_answered_once_and_never_changed(patient, mine, manager):
    asked = released(patient, manager)

    with pytest.raises(record_requests.ReleasedAlready):
        record_requests.release(asked, by=manager, now=NOW)
    day = timedelta(days=1)
    for changed in ({"due_on": NOW.date()}, {"released_at": NOW + day}, {"asked_at": NOW - day}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RecordRequest.objects.filter(pk=asked.pk).update(**changed)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordRequest.objects.all().delete()


def test_a_physio_in_care_makes_the_file_and_the_patient_sees_that(patient):
    physio = make_practitioner()
    care(physio, patient)
    make_signed(practitioner=physio, patient=patient)
    address = f"/chart/patients/{patient.pk}/record/"

    assert "/accounts/reauthenticate/" in browser(physio.user).post(address)["Location"]
    assert did("record.exported").count() == 0
    answer = proven(physio.user).post(address)

    assert zipfile.is_zipfile(io.BytesIO(b"".join(answer.streaming_content)))
    assert did("record.exported").get().patient_id == patient.pk
    names = [each.name for each in all_openings_of([patient.pk], practice.current().tz)]
    assert names == [physio.name]


@pytest.mark.parametrize("role", [roles.STUDENT, roles.COACH])
def test_no_student_and_no_coach_makes_it(patient, role):
    person = make_practitioner(role)
    care(person, patient)

    assert proven(person.user).post(f"/chart/patients/{patient.pk}/record/").status_code == 404
