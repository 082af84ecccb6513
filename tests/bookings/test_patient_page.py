"""One patient's page at the desk: all the desk keeps, and nothing clinical."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import trail
from bookings.models import Package, VisitReason
from clinic import roles
from clinic.models import AuditEvent, Consent, Guardian
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    PatientFactory,
    PatientGrantFactory,
    PracticeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def front(client):
    PracticeFactory()
    user = UserFactory(name="Dee Desk", is_staff=True)
    user.groups.set(Group.objects.filter(name=roles.FRONT_DESK))
    client.force_login(user)
    return client


@pytest.fixture
def cub(db):
    return PatientFactory(
        first_name="Cub", last_name="Walker", date_of_birth=date(2015, 3, 4),
        email="walker@example.com", phone="+14035550123", needs="Needs interpreter",
        desk_note="rings twice",
    )  # fmt: skip


def page(front, patient):
    return front.get(f"/admin/patients/{patient.pk}/")


def test_everything_the_desk_keeps_is_on_one_page(front, cub):
    PatientFactory(first_name="Pup", last_name="Walker", email="walker@example.com")
    Guardian.objects.create(patient=cub, name="Gil Walker", relationship="father", consented_at=NOW)
    Consent.objects.create(
        patient=cub, kind="privacy", text_dated=date(2027, 1, 1), given_at=NOW, given_by="Gil"
    )
    Consent.objects.create(
        patient=cub, kind="news", text_dated=date(2026, 5, 1), given_at=NOW - timedelta(9),
        withdrawn_at=NOW,
    )  # fmt: skip
    AppointmentFactory(patient=cub, starts_at=NOW + timedelta(days=2))
    AppointmentFactory(patient=cub, starts_at=NOW - timedelta(days=9), state="no_show")
    Package.objects.create(patient=cub, visits=5, bought_on=date(2027, 1, 1))
    PatientGrantFactory(user=UserFactory(email="in@example.com"), patient=cub, granted_at=NOW)

    shown = page(front, cub).text

    for words in (
        "4 Mar 2015 (11)", "Needs interpreter", "rings twice", "+1 403-555-0123", "by e-mail",
        "English", "Gil Walker", "father", "agreed on 10 Jan 2027", "Pup Walker",
        "same e-mail address",
        "Privacy notice", "1 May 2026", "10 Jan 2027", "stands", "of 5 left",
        'data-state="no_show"',
        "in@example.com",
    ):  # fmt: skip
        assert words in shown, words


def test_nothing_clinical_and_nobody_who_read_the_chart_is_on_it(front, cub):
    visit = AppointmentFactory(patient=cub, starts_at=NOW + timedelta(days=2))
    VisitReason.objects.create(appointment=visit, text="CANARY", written_at=NOW)
    physio = UserFactory(name="Robin Reader")
    trail.did("chart.opened", cub, by=physio, patient_id=cub.pk, now=NOW)
    AuditEvent.objects.filter(actor_id=physio.pk).get()
    shown = page(front, cub).text
    assert "CANARY" not in shown
    assert "Robin Reader" not in shown


def test_a_child_of_nobody_is_marked(front, cub):
    AppointmentFactory(patient=cub, starts_at=NOW + timedelta(days=2))  # brings a place
    assert "has to agree before the next visit" in page(front, cub).text
    Guardian.objects.create(patient=cub, name="Gil Walker", relationship="father", consented_at=NOW)
    assert "has to agree before the next visit" not in page(front, cub).text


def test_what_they_want_to_hear_is_written_down_with_its_day(front, cub):
    address = f"/admin/patients/{cub.pk}/messages/"
    front.post(address, {"wants": ["news"]})
    consent = Consent.objects.get()
    assert (consent.kind, consent.given_at, consent.withdrawn_at) == ("news", NOW, None)
    front.post(address, {"wants": []})
    consent.refresh_from_db()
    assert consent.withdrawn_at == NOW
    assert "Select a valid choice" in front.post(address, {"wants": ["x"]}, follow=True).text


def test_the_page_costs_the_same_however_much_there_is(front, cub):
    def fill(number):
        AppointmentFactory(patient=cub, starts_at=NOW + timedelta(days=number))
        AppointmentFactory(patient=cub, starts_at=NOW - timedelta(days=number), state="completed")
        PatientFactory(email=cub.email)
        PatientGrantFactory(user=UserFactory(), patient=cub, granted_at=NOW)
        Package.objects.create(patient=cub, visits=number + 1, bought_on=date(2027, 1, 1))
        PatientFactory(merged_into=cub)

    fill(2)
    page(front, cub)
    with CaptureQueriesContext(connection) as few:
        page(front, cub)
    for number in range(3, 6):
        fill(number)
    with CaptureQueriesContext(connection) as many:
        page(front, cub)
    assert len(many) == len(few)


def test_a_made_up_patient_is_404(front):
    nobody = "00000000-0000-4000-8000-000000000000"
    assert front.get(f"/admin/patients/{nobody}/").status_code == 404
    assert front.get("/admin/patients/x/").status_code == 404


def test_looking_for_a_second_record_begins_with_what_to_do(front, cub):
    address = f"/admin/patients/{cub.pk}/merge/"
    assert "Nobody looks like the same person" in front.get(address).text
    assert "Nobody else is found by that" in front.post(address, {"q": "Zilch"}).text


def test_a_list_and_a_rota_say_what_they_are_and_what_is_wrong(front, cub):
    assert "<h1>General practitioners</h1>" in front.get("/admin/clinic/generalpractitioner/").text
    assert front.get("/admin/rota/?day=xx").status_code == 422
    assert front.get("/admin/rota/?day=2027-01-11").status_code == 200
