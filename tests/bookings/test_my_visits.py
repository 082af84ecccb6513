"""The visits ahead on ``/me/``, for the patients granted to a sign-in and nobody else."""

import pytest

from bookings.models import VisitLink
from tests.bookings.conftest import at
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory, PatientGrantFactory, UserFactory


@pytest.fixture
def grant(client, db):
    grant = PatientGrantFactory(user=UserFactory(), granted_at=NOW)
    client.force_login(grant.user)
    return grant


def visit_of(patient, **more):
    return AppointmentFactory(patient=patient, **{"starts_at": at(9, day=13), **more})


def test_visits_ahead_are_listed(client, grant):
    visit_of(grant.patient)
    visit_of(grant.patient, starts_at=at(9, day=4), state="completed")
    visit_of(grant.patient, starts_at=at(9, day=14), state="cancelled", cancelled_at=NOW)
    visit_of(PatientFactory(), starts_at=at(9, day=15))

    text = client.get("/me/").text.partition("Receipts for your insurer")[0]

    assert "Wednesday 13 January 2027, 09:00" in text
    for absent in ("4 January", "14 January", "15 January"):
        assert absent not in text


def test_without_visits_nothing_is_said(client, grant):
    assert "Your visits" not in client.get("/me/").text


def test_opening_leads_to_the_visit(client, grant):
    visit = visit_of(grant.patient)

    answer = client.post(f"/me/visits/{visit.pk}/")

    assert answer.status_code == 303
    assert client.get(answer["Location"]).status_code == 200
    link = VisitLink.objects.get()
    assert (link.purpose, link.expires_at) == ("me", visit.ends_at)


def test_strangers_get_404(client, grant):
    somebody_elses = visit_of(PatientFactory())

    assert client.post(f"/me/visits/{somebody_elses.pk}/").status_code == 404
    assert not VisitLink.objects.exists()


def test_a_revoked_grant_opens_nothing(client, grant):
    visit = visit_of(grant.patient)
    grant.revoked_at = NOW
    grant.save()

    assert client.post(f"/me/visits/{visit.pk}/").status_code == 404


def test_a_guest_is_asked_to_sign_in(client, db):
    visit = visit_of(PatientFactory())

    answer = client.post(f"/me/visits/{visit.pk}/")

    assert answer.status_code == 302
    assert "login" in answer["Location"]
    assert client.get(f"/me/visits/{visit.pk}/").status_code in {302, 405}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_one_query(client, grant, count, django_assert_num_queries):
    client.get("/me/")
    # session, user, patients, claims, consents, devices, visits, hand-overs, receipts, packages
    with django_assert_num_queries(10):
        client.get("/me/")
    for number in range(count):
        visit_of(grant.patient, starts_at=at(9 + 2 * number, day=13))

    with django_assert_num_queries(10):
        client.get("/me/")
