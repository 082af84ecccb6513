"""Asking to be called back."""

import pytest

from bookings.models import CallbackRequest
from clinic.models import AuditEvent
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import PracticeFactory

ASKED = {
    "name": "Cal Sample",
    "phone": "403 555 0142",
    "when": "morning",
    "message": "About a first visit.",
    "consent": "on",
}


@pytest.fixture(autouse=True)
def _practice(db):
    PracticeFactory()


def test_asking(client):
    answer = client.post("/callback/", ASKED)

    assert (answer.status_code, answer["Location"]) == (303, "/callback/?asked=1")
    saved = CallbackRequest.objects.get()
    assert (saved.name, saved.phone.as_e164, saved.when) == (
        "Cal Sample",
        "+14035550142",
        "morning",
    )
    assert (saved.message, saved.consented_at, saved.state) == ("About a first visit.", NOW, "open")
    assert "calls in opening hours" in client.get(answer["Location"]).text
    event = AuditEvent.objects.get()
    assert (event.action, event.data, event.reason) == ("callback.request", {}, "")


def test_the_best_time_may_be_left_open(client):
    client.post("/callback/", {**ASKED, "when": ""})

    assert CallbackRequest.objects.get().when == "any"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 161}, "name"),
        ({"name": "line\nbreak"}, "name"),
        ({"phone": ""}, "phone"),
        ({"phone": "call me"}, "phone"),
        ({"phone": "911"}, "phone"),
        ({"when": "midnight"}, "when"),
        ({"message": "x" * 501}, "message"),
        ({"message": "a\0b"}, "message"),
        ({"consent": ""}, "consent"),
        ({"website": "spam"}, "website"),
    ],
)
def test_what_is_wrong_is_422_and_kept(client, wrong, field):
    answer = client.post("/callback/", {**ASKED, **wrong})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    if field != "name":
        assert Page(answer).form_with("name").fields["name"] == "Cal Sample"
    assert not CallbackRequest.objects.exists()


def test_more_than_five_an_hour_are_429(client, settings):
    settings.LIMIT_FACTOR = 1
    for _ in range(5):
        assert client.post("/callback/", ASKED).status_code == 303

    answer = client.post("/callback/", ASKED)

    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"
    assert CallbackRequest.objects.count() == 5


def test_looking_saves_nothing(client):
    client.get("/callback/", ASKED)
    client.head("/callback/", ASKED)

    assert not CallbackRequest.objects.exists()
