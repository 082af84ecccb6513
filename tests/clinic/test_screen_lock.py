"""An idle screen of staff locks: a locked session reads nothing, and opens by password or PIN."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.urls import get_resolver

from clinic import roles
from clinic.models import AuditEvent, DevicePin
from tests.conftest import NOW
from tests.factories import PatientFactory, PatientGrantFactory, PracticeFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
UNLOCK = "/accounts/unlock/"


@pytest.fixture(autouse=True)
def _clinic(settings):
    PracticeFactory()
    settings.IDLE_MINUTES = 15


@pytest.fixture
def desk(client):
    user = UserFactory(email="desk@example.com", name="Dee Desk", is_staff=True)
    user.groups.add(Group.objects.get(name=roles.FRONT_DESK))
    client.force_login(user)
    client.user = user
    client.get("/admin/")
    return client


def later(minutes):
    return time_machine.travel(NOW + timedelta(minutes=minutes), tick=False)


def locked(client):
    client.post(UNLOCK, {"do": "lock"})
    return client


def test_after_the_idle_time_the_next_request_leads_to_unlocking_and_back(desk):
    with later(16):
        asked = desk.get("/admin/board/?day=2027-01-11")
        assert asked["Location"] == f"{UNLOCK}?next=%2Fadmin%2Fboard%2F%3Fday%3D2027-01-11"
        page = desk.get(asked["Location"])
        assert page.status_code == 200
        opened = desk.post(UNLOCK, {"secret": PASSWORD, "next": "/admin/board/?day=2027-01-11"})

        assert opened["Location"] == "/admin/board/?day=2027-01-11"
        assert desk.get("/admin/").status_code == 200


def test_what_a_person_does_keeps_it_open_and_what_a_page_asks_by_itself_does_not(desk):
    for minutes in (10, 20, 30):
        with later(minutes):
            assert desk.get("/admin/").status_code == 200
    with later(40):
        desk.get("/admin/", headers={"X-Board": "queues"})
    with later(46):
        assert desk.get("/admin/").status_code == 302


def test_typing_keeps_it_open(desk):
    for minutes in (10, 20, 30):
        with later(minutes):
            assert desk.post(UNLOCK, {"do": "touch"}).json() == {"locked": False}
    with later(50):
        assert desk.post(UNLOCK, {"do": "touch"}).status_code == 401


def addresses():
    """Every address without parameters, whatever answers there."""
    found = []

    def walk(patterns, prefix):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, route)
            elif "<" not in route and "^" not in route and "(" not in route:
                found.append("/" + route)

    walk(get_resolver().url_patterns, "")
    return found


def test_a_locked_session_reads_nothing_by_any_address(desk):
    PatientFactory(first_name="Zaunkoenig")
    locked(desk)
    free = (UNLOCK, "/api/", "/accounts/log", "/accounts/reauth", "/accounts/2fa/reauth",
            "/accounts/2fa/webauthn/reauth", "/brand", "/favicon", "/healthz/",
            "/readyz/")  # fmt: skip
    tried = [path for path in addresses() if not path.startswith(free)]

    assert len(tried) > 60
    for path in tried:
        answer = desk.get(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith(UNLOCK), path


@pytest.mark.parametrize(
    "headers", [{"Accept": "application/json"}, {"X-Board": "part"}, {"HX-Request": "true"}]
)
def test_programs_of_a_locked_page_are_told_by_401(desk, headers):
    answer = locked(desk).get("/admin/board/", headers=headers)

    assert (answer.status_code, answer.json()["locked"]) == (401, True)


def test_what_is_sent_from_a_locked_screen_is_not_written(desk):
    answer = locked(desk).post("/admin/clinic/patient/add/", {"first_name": "Half"})

    assert answer.status_code == 423
    assert "What you sent was not saved" in answer.text
    assert "Dee" not in answer.text


def test_unlocking_in_place_answers_programs(desk):
    json = {"Accept": "application/json"}
    wrong = locked(desk).post(UNLOCK, {"secret": "wrong"}, headers=json)
    right = desk.post(UNLOCK, {"secret": PASSWORD}, headers=json)

    assert (wrong.status_code, right.json()) == (422, {"locked": False})
    results = AuditEvent.objects.filter(action="screen_unlocked").values_list("result", flat=True)
    assert sorted(results) == ["done", "refused"]


def keep_pin(desk, pin="2468"):
    return desk.post("/accounts/pin/", {"password": PASSWORD, "pin": pin})


def test_a_pin_opens_the_screen_on_the_device_that_knows_it(desk):
    keep_pin(desk)
    row = DevicePin.objects.get()
    assert row.pin.startswith("argon2$")
    assert row.device not in desk.cookies["device"].value

    assert locked(desk).post(UNLOCK, {"secret": "2468"}).status_code == 302
    assert desk.get("/admin/").status_code == 200
    del desk.cookies["device"]
    assert locked(desk).post(UNLOCK, {"secret": "2468"}).status_code == 422


def test_after_five_wrong_pins_only_the_password_opens(desk):
    keep_pin(desk)
    locked(desk)
    for _ in range(5):
        assert desk.post(UNLOCK, {"secret": "0000"}).status_code == 422

    assert desk.post(UNLOCK, {"secret": "2468"}).status_code == 422
    assert DevicePin.objects.count() == 0
    assert desk.post(UNLOCK, {"secret": PASSWORD}).status_code == 302


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"password": "wrong", "pin": "2468"}, "password"),
        ({"password": PASSWORD, "pin": "1"}, "pin"),
    ],
)
def test_a_pin_needs_the_password_and_four_digits(desk, sent, field):
    answer = desk.post("/accounts/pin/", sent)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert DevicePin.objects.count() == 0


def test_a_proof_on_the_page_for_passkeys_opens_it_too(desk):
    locked(desk)
    with later(1):
        desk.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert desk.get("/admin/").status_code == 200


def test_patients_screens_do_not_lock(client):
    grant = PatientGrantFactory(granted_at=NOW)
    client.force_login(grant.user)
    client.get("/me/")
    with later(60):
        assert client.get("/me/").status_code == 200
    assert client.get(UNLOCK).status_code == 404
    assert client.get("/accounts/pin/").status_code == 404


def test_a_clinic_may_do_without(desk, settings):
    settings.IDLE_MINUTES = 0
    with later(600):
        assert desk.get("/admin/").status_code == 200
    assert "lock.js" not in desk.get("/admin/").text


def test_the_demo_waits_for_hours():
    from clinic import settings

    assert settings.IDLE_MINUTES == 240


def test_the_next_is_a_page_of_ours(desk):
    opened = locked(desk).post(UNLOCK, {"secret": PASSWORD, "next": "https://evil.example/"})

    assert opened["Location"] == "/accounts/welcome/"


@pytest.mark.parametrize(("role", "home"), [(roles.PHYSIO, "/chart/"), (roles.MANAGER, "/admin/")])
def test_where_nothing_is_locked_it_leads_to_ones_own_first_page(client, role, home):
    user = UserFactory(is_staff=role == roles.MANAGER)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    assert client.get(client.get(UNLOCK)["Location"])["Location"] == home


def test_the_cover_is_told_how_else_the_screen_opens(desk):
    told = desk.post(UNLOCK, {"do": "lock"}).json()
    assert told == {"locked": True, "pin": False, "passkey": False, "app": False}
    keep = {"type": "webauthn", "user": desk.user, "data": {}}
    Authenticator.objects.create(**keep)
    Authenticator.objects.create(**{**keep, "type": "totp"})
    asked = desk.get(UNLOCK, headers={"Accept": "application/json"}).json()
    assert (asked["passkey"], asked["app"]) == (True, True)
    page = desk.get(UNLOCK).text
    assert "Use a passkey" in page
    assert "Use the code of your app" in page


def test_a_screen_opened_by_passkey_is_in_the_trail(desk):
    locked(desk)
    session = desk.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "webauthn", "at": (NOW + timedelta(minutes=1)).timestamp()}
    ]
    session.save()
    asked = desk.get(UNLOCK, headers={"Accept": "application/json"}).json()
    assert asked["locked"] is False
    assert AuditEvent.objects.get(action="screen_unlocked").actor_id == desk.user.pk
