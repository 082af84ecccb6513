"""Below /admin/ nothing exists for who does not work there, whatever page is added to it."""

import pytest
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from clinic import roles, urls
from tests.conftest import NOW
from tests.factories import PatientGrantFactory, PracticeFactory, PractitionerFactory, UserFactory

pytestmark = pytest.mark.django_db
HERE = ("/admin/", "/admin/clinic/patient/", "/admin/board/", "/admin/nothing/", "/admin/jsi18n/")

# The addresses of the site and one that somebody added and forgot to close.
urlpatterns = [
    path("admin/", include([path("new/", lambda request: HttpResponse("everything"))])),
    *urls.urlpatterns,
]
handler404 = urls.handler404


@pytest.fixture(autouse=True)
def _clinic():
    PracticeFactory()


def browser_of(*held, **values):
    user = UserFactory(**values)
    user.groups.set(Group.objects.filter(name__in=held))
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def patient():
    client = Client()
    client.force_login(PatientGrantFactory(granted_at=NOW).user)
    return client


@pytest.mark.parametrize("address", [*HERE, "/admin/login/", "/admin/logout/"])
def test_a_patient_finds_nothing(address):
    client = patient()

    assert client.get(address).status_code == 404
    assert client.post(address, {"look_for": "x"}).status_code == 404


@pytest.mark.parametrize("role", [roles.PHYSIO, roles.STUDENT, roles.COACH])
@pytest.mark.parametrize("address", HERE)
def test_who_treats_and_does_no_desk_finds_nothing(role, address):
    client = browser_of(role)
    PractitionerFactory(user=client.user)

    assert client.get(address).status_code == 404
    assert client.post(address, {"look_for": "x"}).status_code == 404


@pytest.mark.parametrize("role", [(), (roles.PHYSIO,)])
def test_the_mark_of_the_admin_opens_nothing_without_a_role_there(role):
    assert browser_of(*role, is_staff=True).get("/admin/").status_code == 404


@pytest.mark.parametrize("address", HERE)
def test_who_is_not_signed_in_is_led_to_the_one_sign_in(client, address):
    assert client.get(address)["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("role", roles.IN_ADMIN)
def test_who_works_there_gets_in(role):
    assert browser_of(role, is_staff=True).get("/admin/").status_code == 200


def test_a_session_ends_with_the_sign_in_it_belongs_to():
    client = browser_of(roles.MANAGER, is_staff=True)
    type(client.user).objects.update(is_active=False)

    assert client.get("/admin/")["Location"] == "/accounts/login/?next=/admin/"


@pytest.mark.urls(__name__)
def test_a_page_added_without_a_guard_is_closed_too():
    for outsider in (browser_of(roles.PHYSIO), browser_of()):
        assert outsider.get("/admin/new/").status_code == 404
    assert Client().get("/admin/new/").status_code == 302
    assert browser_of(roles.FRONT_DESK, is_staff=True).get("/admin/new/").text == "everything"


def test_a_page_of_another_role_is_404_and_says_nothing():
    lead = browser_of(roles.CLINICAL_LEAD, is_staff=True)

    for address in ("/admin/clinic/patient/", "/admin/clinic/user/add/", "/admin/bookings/"):
        answer = lead.get(address)
        assert answer.status_code == 404, address
        assert "There is no such page" in answer.text
