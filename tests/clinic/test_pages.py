"""Public pages answer, say what they must, and carry the headers they must."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import OperationalError, connection
from django.template.loader import get_template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import NOW
from tests.factories import (
    LocationFactory,
    PatientFactory,
    PatientGrantFactory,
    PracticeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TEMPLATES = Path(settings.BASE_DIR) / "templates"
PUBLIC = ["/team/", "/privacy/", "/knee/", "/accounts/login/", "/accounts/login/code/"]


@pytest.fixture(autouse=True)
def _clinic():
    PracticeFactory()


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_answer(client, path):
    response = client.get(path)

    assert response.status_code == 200
    assert "Larchwood Physiotherapy" in response.text
    assert "Demo: no real data" in response.text


@pytest.mark.parametrize("path", PUBLIC)
def test_reading_pages_refuses_other_methods(client, path):
    assert client.generic("TRACE", path).status_code == 405


@pytest.mark.parametrize("path", ["/nowhere/", "/team/nobody/", "/accounts/signup/"])
def test_unknown_addresses_are_404_in_the_clinics_own_look(client, path):
    response = client.get(path)

    assert response.status_code == 404
    assert "There is no such page" in response.text
    assert response["X-Request-Id"] in response.text


@pytest.mark.parametrize(
    "path", ["email/", "password/reset/", "password/set/", "confirm-email/", "2fa/trust/"]
)
def test_pages_of_allauth_that_nobody_needs_do_not_exist(client, path):
    client.force_login(UserFactory())
    assert client.get(f"/accounts/{path}").status_code == 404


def test_my_pages_cost_as_much_for_three_as_for_one():
    # Compared, not counted: other apps add sections, each with its own constant cost.
    queries = [_queries_of_my_pages(patients) for patients in (1, 3)]
    assert queries[0] == queries[1]


def _queries_of_my_pages(patients):
    client, user = Client(), UserFactory()
    for _ in range(patients):
        PatientGrantFactory(user=user, patient=PatientFactory(email=""), granted_at=NOW)
    client.force_login(user)
    client.get("/me/")
    with CaptureQueriesContext(connection) as captured:
        response = client.get("/me/")
    assert response.text.count("sd-card-title") == 2 * patients  # the record, and its messages
    return len(captured)


def test_two_countries_show_both_emergency_numbers(client):
    LocationFactory(emergency_number="911", position=1)
    LocationFactory(emergency_number="911", position=2)
    LocationFactory(emergency_number="112", position=3)

    assert "<strong>911 / 112</strong>" in client.get("/privacy/").text


def test_the_policy_allows_nothing_unsafe(client):
    policy = client.get("/team/")["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_pages_load_nothing_from_elsewhere(client):
    for path in PUBLIC:
        loaded = re.findall(
            r'<(?:link|script|img)[^>]+(?:href|src)="([^"]+)"', client.get(path).text
        )
        assert loaded
        assert [address for address in loaded if not address.startswith("/")] == []


def test_what_somebody_signed_in_sees_is_not_stored(client):
    client.force_login(UserFactory())

    assert client.get("/me/")["Cache-Control"] == "no-store, private"
    assert client.get("/team/")["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("path", ["/me/", "/accounts/", "/accounts/2fa/"])
def test_guests_are_led_to_the_sign_in(client, path):
    response = client.get(path)

    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={path}"


def test_the_admin_has_no_sign_in_of_its_own(client):
    response = client.get("/admin/", follow=True)

    assert response.redirect_chain == [("/accounts/login/?next=/admin/", 302)]
    assert client.get("/admin/login/")["Location"] == "/accounts/login/?next=%2Fadmin%2F"


def test_a_patient_finds_no_admin(client):
    client.force_login(UserFactory())

    assert client.get("/admin/", follow=True).status_code == 404
    assert client.get("/admin/login/").status_code == 404


def test_an_error_page_stands_without_the_database(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("bad luck")

    monkeypatch.setattr("clinic.views.public.render", fail)
    with connection.execute_wrapper(_no_database_after_practice()):
        response = Client(raise_request_exception=False).get("/privacy/")

    assert response.status_code == 500
    assert response["X-Request-Id"] in response.text


def test_a_database_that_is_away_gives_503(monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("clinic.views.public.render", fail)
    response = Client(raise_request_exception=False).get("/privacy/")

    assert response.status_code == 503
    assert response["Retry-After"] == "10"


def _no_database_after_practice():
    asked = []

    def wrapper(execute, sql, params, many, context):
        asked.append(sql)
        assert len(asked) == 1, (
            "an error page asked the database"
        )  # the first is the clinic's clock
        return execute(sql, params, many, context)

    return wrapper


def test_a_form_without_its_token_is_explained():
    response = Client(enforce_csrf_checks=True).post("/accounts/login/code/", {"email": "a@b.ca"})

    assert response.status_code == 403
    assert "This form was open for too long" in response.text


def test_every_template_can_be_read():
    names = [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")]
    assert len(names) > 30
    for name in names:
        get_template(name)


def test_home_leads_by_role(client):
    where = {"physio": "/chart/", "front desk": "/admin/", "manager": "/admin/"}
    for role, address in where.items():
        user = UserFactory()
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        assert client.get(reverse("home-for-me"))["Location"] == address
    client.force_login(UserFactory())
    assert client.get(reverse("home-for-me"))["Location"] == "/me/"
