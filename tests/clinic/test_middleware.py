"""Bytes no page can mean are refused, and every answer has a reference."""

import pytest

from clinic.middleware import client_address
from tests.factories import PracticeFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/team/?x=%00", "/te%00am/", "/team/?x=%ff", "/te%c3%28am/", "/team/?%00"]
)
def test_malformed_addresses_are_400(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize(
    ("charset", "status"),
    [("latin-1", 415), ("utf-16", 415), ("utf-8", 302), ("UTF-8", 302), ('"utf-8"', 302)],
)
def test_text_must_be_utf_8(client, charset, status):
    PracticeFactory()
    kind = f"application/x-www-form-urlencoded; charset={charset}"

    response = client.post("/accounts/login/code/", "email=a%40example.com", content_type=kind)

    assert response.status_code == status


def test_every_answer_has_its_own_reference(client):
    first, second = client.get("/healthz/"), client.get("/healthz/")

    assert len(first["X-Request-Id"]) == 12
    assert first["X-Request-Id"] != second["X-Request-Id"]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),  # nobody in front: the header is the client's own claim
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_only_as_many_proxies_as_named_are_believed(rf, settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", HTTP_X_FORWARDED_FOR=forwarded)

    assert client_address(request) == address


def test_the_headers_every_page_carries(client):
    PracticeFactory()
    response = client.get("/team/")

    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


def test_the_address_of_a_form_opened_by_itself_is_a_page_with_a_way_on(client):
    PracticeFactory()

    seen = client.get("/book/first-visit/hold/", HTTP_ACCEPT="text/html")

    assert seen.status_code == 405
    assert seen["Allow"] == "POST"
    assert "It only takes what a form sends" in seen.content.decode()
    assert not client.get("/book/first-visit/hold/", HTTP_ACCEPT="application/json").content


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/chart/patients/?page=2", "/chart/patients/"),
        ("https://elsewhere.example/chart/", "START"),
        ("", "START"),
    ],
)
def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(client, came_from, back):
    PracticeFactory()
    start = "/chart/patients/0b8e2ad4-6ec8-4a39-9f5f-3c0c6c3f6a10/start/"

    answer = client.post(start, HTTP_REFERER=came_from)

    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={back.replace('START', start)}"
