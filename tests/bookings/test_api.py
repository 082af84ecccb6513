"""Services and free times for other programs."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.html import escape

from bookings import actions, api_guide
from bookings.schedule import Kept
from bookings.views import open as opened
from clinic import practice
from clinic.audit import Actor
from clinic.models import Practitioner
from tests.bookings.conftest import READING, at, works
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import LocationFactory, PractitionerFactory, ServiceFactory

SLOTS = "/api/v1/slots/"


@pytest.fixture(autouse=True)
def _a_new_minute(monkeypatch):
    monkeypatch.setattr(opened, "pace", opened.Pace())


def ask(client, **query):
    return client.get(SLOTS, {"service": "first-visit", **query})


def test_services(client, clinic):
    ServiceFactory(slug="offered-by-nobody")

    answer = client.get("/api/v1/services/")

    assert answer.json() == {
        "services": [
            {
                "slug": "first-visit",
                "name": "First knee visit",
                "minutes": 60,
                "mode": "in_person",
                "price": "120.00",
                "currency": "CAD",
                "bookable_by": "anyone",
                "locations": ["downtown"],
            }
        ]
    }
    assert answer["Cache-Control"] == "public, max-age=5"


def test_slots_in_the_locations_zone(client, clinic):
    answer = ask(client, practitioner="anna", location="downtown", **{"from": "2027-01-11"})

    found = answer.json()
    assert found["time_zone"] == "America/Edmonton"
    assert found["slots"][0] == {
        "starts_at": "2027-01-11T09:00-06:00",
        "ends_at": "2027-01-11T10:00-06:00",
        "practitioner": "anna",
        "location": "downtown",
    }
    assert len(found["slots"]) == 15


def test_dates_are_included_at_both_ends(client, clinic):
    slots = ask(client, **{"from": "2027-01-11", "to": "2027-01-12"}).json()["slots"]

    assert {slot["starts_at"][:10] for slot in slots} == {"2027-01-11", "2027-01-12"}


def test_any_lists_every_practitioner(client, clinic):
    clinic.colleague()
    slots = ask(client, **{"from": "2027-01-11"}).json()["slots"]

    assert [slot["practitioner"] for slot in slots[:4]] == ["anna", "ben", "anna", "ben"]
    assert len(slots) == 30


def test_page_and_api_offer_the_same_times(client, clinic):
    clinic.hold(at(12))
    page = Page(client.__class__().get("/book/first-visit/?practitioner=anna")).times()

    slots = ask(client, practitioner="anna", **{"from": "2027-01-10", "to": "2027-01-23"}).json()

    assert [slot["starts_at"] for slot in slots["slots"]] == [sent["starts_at"] for sent in page]


def test_one_place_at_a_time(client, clinic):
    other = LocationFactory(slug="uptown", position=5, time_zone="America/Toronto")
    works(PractitionerFactory(slug="ben"), other, clinic.service)

    slots = ask(client, location="uptown", **{"from": "2027-01-11"}).json()

    assert slots["time_zone"] == "America/Toronto"
    assert {slot["practitioner"] for slot in slots["slots"]} == {"ben"}
    assert slots["slots"][0]["starts_at"] == "2027-01-11T09:00-05:00"
    first = ask(client, **{"from": "2027-01-11"}).json()["slots"][0]
    assert first["location"] == "downtown"


@pytest.mark.parametrize(
    "query",
    [
        {"service": "nope"},
        {"practitioner": "nope"},
        {"location": "nope"},
        {"location": "any"},
    ],
)
def test_unknown_slugs_are_404(client, clinic, query):
    answer = ask(client, **query)

    assert answer.status_code == 404
    assert answer.json()["error"]
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ({"service": ""}, "service"),
        ({"from": "tomorrow"}, "from"),
        ({"to": "2027-02-30"}, "to"),
        ({"from": "2027-01-11", "to": "2027-01-10"}, "to"),
        ({"from": "2027-01-01", "to": "2027-02-01"}, "to"),
        ({"from": "0001-01-01"}, "from"),
        ({"from": "9999-12-31"}, "from"),
        ({"from": "2027-01-11T09:00"}, "from"),
    ],
)
def test_what_cannot_be_read_is_400_and_says_why(client, clinic, query, fault):
    answer = ask(client, **query)

    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [fault]


def test_thirty_one_days_are_allowed(client, clinic):
    assert ask(client, **{"from": "2027-01-11", "to": "2027-02-10"}).status_code == 200


def test_reading_only(client, clinic):
    assert client.post(SLOTS).status_code == 405
    assert client.post("/api/v1/services/").status_code == 405


def test_days_gone_by_have_no_slots(client, clinic):
    assert ask(client, **{"from": "2026-12-01", "to": "2026-12-20"}).json()["slots"] == []


@pytest.mark.parametrize("days", ["2027-01-11", "2027-02-10"])
def test_rule_32_the_api_costs_few_queries(client, clinic, days, django_assert_num_queries):
    clinic.colleague()
    practice.forget()
    with django_assert_num_queries(1 + READING):  # practice
        ask(client, **{"from": "2027-01-11", "to": days})


def test_a_service_without_offers_is_known_but_has_no_place(client, clinic):
    clinic.service.offers.all().delete()

    assert ask(client).status_code == 404
    assert ask(client).json() == {"error": "The service has no such practitioner or location."}


def test_an_unchanged_answer_is_304_until_something_changes(client, clinic):
    first = ask(client, **{"from": "2027-01-11"})
    again = {"If-None-Match": first["ETag"]}

    unchanged = client.get(SLOTS, {"service": "first-visit", "from": "2027-01-11"}, headers=again)

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged["ETag"] == first["ETag"]
    assert unchanged["Cache-Control"] == "public, max-age=5"
    clinic.hold(at(12))
    changed = client.get(SLOTS, {"service": "first-visit", "from": "2027-01-11"}, headers=again)
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_services_are_304_too(client, clinic):
    first = client.get("/api/v1/services/")

    again = client.get("/api/v1/services/", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304


def test_answers_do_not_depend_on_who_asks(client, clinic):
    answer = ask(client)

    assert "Cookie" not in answer.get("Vary", "")
    assert "Origin" in answer["Vary"]
    assert answer.cookies == {}


CHANGES = {
    "a hold": lambda clinic: clinic.hold(at(9)),
    "a hold that ended": lambda clinic: actions.release(
        browser="held before", by=Actor("guest"), now=NOW
    ),
    "hours": lambda clinic: clinic.physio.hours.filter(weekday=0).delete(),
    "a person": lambda clinic: Practitioner.objects.filter(slug="anna").update(is_active=False),
    "the service": lambda clinic: type(clinic.service).objects.update(minutes=90),
    "the practice": lambda clinic: (
        type(clinic.practice).objects.update(horizon_days=0),
        practice.forget(),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_rule_12_what_was_kept_is_never_shown_after_a_change(client, clinic, name):
    """Asked twice, so that the second answer may be a kept one; then the change, made in SQL."""
    clinic.hold(at(15), browser="held before")
    before = [ask(client, **{"from": "2027-01-11"}).json() for _ in range(2)]
    assert before[0] == before[1]

    CHANGES[name](clinic)
    after = ask(client, **{"from": "2027-01-11"})

    Kept.forget()
    assert after.json() == ask(client, **{"from": "2027-01-11"}).json()
    assert after.json() != before[0]


def test_rule_12_the_clock_alone_takes_times_away(client, clinic):
    clinic.service.notice_minutes = 60
    clinic.service.save()
    day = {"from": "2027-01-11"}
    with time_machine.travel(at(7, 59), tick=False):
        assert ask(client, **day).json()["slots"][0]["starts_at"] == "2027-01-11T09:00-06:00"
    with time_machine.travel(at(8), tick=False):
        assert ask(client, **day).json()["slots"][0]["starts_at"] == "2027-01-11T09:00-06:00"
    with time_machine.travel(at(8) + timedelta(seconds=1), tick=False):
        assert ask(client, **day).json()["slots"][0]["starts_at"] == "2027-01-11T09:30-06:00"


def test_chosen_origins_may_read(client, clinic, settings):
    settings.API_ORIGINS = ["https://www.example.com"]

    let_in = client.get(SLOTS, {"service": "first-visit"}, HTTP_ORIGIN="https://www.example.com")
    stranger = client.get(SLOTS, {"service": "first-visit"}, HTTP_ORIGIN="https://example.org")
    fault = client.get(SLOTS, HTTP_ORIGIN="https://www.example.com")

    assert let_in["Access-Control-Allow-Origin"] == "https://www.example.com"
    assert fault["Access-Control-Allow-Origin"] == "https://www.example.com"
    assert not stranger.has_header("Access-Control-Allow-Origin")
    assert not let_in.has_header("Access-Control-Allow-Credentials")


def test_a_browser_may_ask_beforehand(client, clinic, settings):
    settings.API_ORIGINS = ["https://www.example.com"]

    answer = client.options(SLOTS, HTTP_ORIGIN="https://www.example.com")

    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == "https://www.example.com"
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert answer["Access-Control-Allow-Headers"] == "If-None-Match"


def test_every_origin_where_the_clinic_says_so(client, clinic, settings):
    settings.API_ORIGINS = ["*"]

    assert ask(client)["Access-Control-Allow-Origin"] == "*"


def test_too_many_questions_in_a_minute_are_429(client, clinic, settings):
    settings.API_PER_MINUTE, settings.LIMIT_FACTOR = 2, 1
    answers = [ask(client) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "60"
    assert answers[2]["Cache-Control"] == "no-store"
    assert answers[2].json()["error"]
    with time_machine.travel(NOW + timedelta(seconds=60), tick=False):
        assert ask(client).status_code == 200


def test_each_address_has_its_own_pace(client, clinic, settings):
    settings.API_PER_MINUTE, settings.LIMIT_FACTOR = 1, 1

    first, other = ({"REMOTE_ADDR": address} for address in ("192.0.2.1", "192.0.2.2"))
    assert client.get("/api/v1/services/", **first).status_code == 200
    assert client.get("/api/v1/services/", **first).status_code == 429
    assert client.get("/api/v1/services/", **other).status_code == 200


def test_every_example_of_the_guide_works(client, clinic):
    clinic.colleague()
    guide = api_guide.guide(NOW)
    page = client.get("/api/")

    assert page.status_code == 200
    assert len(guide.everything) == 7
    for example in guide.everything:
        assert escape(example.address) in page.text
        answer = client.get(example.path, headers=example.headers)
        assert answer.status_code == example.status, example.path
    for example in guide.slots:
        assert client.get(example.path).json()["slots"]


def test_the_book_now_link_chooses_service_place_practitioner_and_day(client, clinic):
    clinic.colleague()
    link = api_guide.guide(NOW).links[-1]

    page = client.get(link.path)

    times = Page(page).times()
    assert {sent["practitioner"] for sent in times} == {"anna"}
    assert {sent["location"] for sent in times} == {"downtown"}
    assert times[0]["starts_at"].startswith("2027-01-18")
    assert escape(link.address) in client.get("/api/").text


def test_the_guide_of_a_clinic_without_services(client, db):
    assert client.get("/api/").status_code == 200
