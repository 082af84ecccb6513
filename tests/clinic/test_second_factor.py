"""Staff work with a second factor; outside the demo nothing opens without one."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import Group
from django.test import Client

from tests.conftest import NOW
from tests.factories import PracticeFactory, UserFactory

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _clinic():
    PracticeFactory()


@pytest.fixture
def staff():
    user = UserFactory(email="staff@example.com", is_staff=True)
    user.groups.add(Group.objects.get(name="manager"))
    return user


def code_now():
    counter = next(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(SECRET, counter))


def sign_in(client):
    sent = {"login": "staff@example.com", "password": "correct horse battery"}
    return client.post("/accounts/login/", sent)


@pytest.mark.parametrize("path", ["/admin/", "/me/", "/team/"])
def test_without_one_production_leads_to_the_set_up(client, settings, staff, path):
    settings.DEMO = False
    client.force_login(staff)

    assert client.get(path)["Location"] == "/accounts/2fa/"


@pytest.mark.parametrize("path", ["/accounts/2fa/", "/brand.css", "/favicon.ico", "/accounts/"])
def test_the_set_up_itself_stays_open(client, settings, staff, path):
    settings.DEMO = False
    client.force_login(staff)

    assert client.get(path).status_code == 200


def test_patients_need_none(client, settings):
    settings.DEMO = False
    client.force_login(UserFactory())

    assert client.get("/me/").status_code == 200


def test_the_demo_asks_for_none(client, staff):
    client.force_login(staff)

    assert client.get("/admin/").status_code == 200


def test_setting_up_an_app_and_signing_in_with_it(client, settings, staff):
    settings.DEMO = False
    sign_in(client)
    asked = client.get("/accounts/2fa/totp/activate/")["Location"]  # the password once more
    client.post(asked, {"password": "correct horse battery"})
    page = client.get("/accounts/2fa/totp/activate/")
    session = client.session
    session[SECRET_SESSION_KEY] = SECRET
    session.save()

    added = client.post("/accounts/2fa/totp/activate/", {"code": code_now()})

    assert page.status_code == 200
    assert added["Location"] == "/accounts/2fa/recovery-codes/"
    assert client.get("/admin/").status_code == 200

    later = Client()
    assert sign_in(later)["Location"] == "/accounts/2fa/authenticate/"
    assert later.get("/admin/").status_code == 302  # the password alone opens nothing
    wrong = later.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 422


def test_a_recovery_code_signs_in_once(client, staff):
    TOTP.activate(staff, SECRET)
    code = RecoveryCodes.activate(staff).get_unused_codes()[0]
    answers = []
    for _ in range(2):
        fresh = Client()
        sign_in(fresh)
        answers.append(fresh.post("/accounts/2fa/authenticate/", {"code": code}).status_code)

    assert answers == [302, 422]


def test_a_trusted_device_is_asked_once_in_twelve_hours(client, staff):
    TOTP.activate(staff, SECRET)
    sign_in(client)
    proved = client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert proved["Location"] == "/accounts/2fa/trust/"
    assert client.get("/accounts/2fa/trust/").status_code == 200
    assert client.get("/admin/").status_code == 302  # not signed in before it is answered
    client.post("/accounts/2fa/trust/", {"action": "trust"})
    client.post("/accounts/logout/")

    assert sign_in(client)["Location"] == "/accounts/welcome/"
    client.post("/accounts/logout/")
    with time_machine.travel(NOW + timedelta(hours=12, minutes=1), tick=False):
        assert sign_in(client)["Location"] == "/accounts/2fa/authenticate/"
    assert sign_in(Client())["Location"] == "/accounts/2fa/authenticate/"
