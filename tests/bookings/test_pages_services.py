"""What can be booked: for people new here, and for those who have been before."""

import re

import pytest

from tests.bookings.conftest import works
from tests.bookings.page import Page
from tests.clinic.test_structured import told
from tests.factories import PractitionerFactory, ServiceFactory


@pytest.fixture
def offers(clinic):
    """A first visit for new people, a free call for everybody, a follow-up for those known."""
    clinic.service.bookable_by = "new"
    clinic.service.summary = "Your first visit."
    clinic.service.cutoff_minutes = 24 * 60
    clinic.service.save()
    call = ServiceFactory(
        slug="call", name="Free call", mode="phone", minutes=15, price=0, cutoff_minutes=60
    )
    follow = ServiceFactory(slug="follow-up", name="Follow-up", minutes=30, bookable_by="returning")
    clinic.physio.languages = ["en", "fr"]
    clinic.physio.save()
    works(clinic.physio, clinic.place, call, days=())
    coach = PractitionerFactory(name="Cora", slug="cora", discipline="strength", languages=["en"])
    works(coach, clinic.place, follow)
    return clinic


def groups(response) -> dict[str, list[str]]:
    return {
        name: [one.service.slug for one in services]
        for name, services in response.context["groups"]
    }


def test_the_page_opens_with_who_is_new_and_who_has_been_before(client, offers):
    page = client.get("/book/")

    assert groups(page) == {"new": ["first-visit", "call"], "returning": ["follow-up", "call"]}
    assert page.text.index('id="new"') < page.text.index('id="returning"')


def test_each_visit_says_length_price_whom_it_is_for_and_until_when_it_can_be_changed(
    client, offers
):
    offers.practice.cancellation_policy = "Please call early."
    offers.practice.save()

    text = re.sub(r"\s+", " ", client.get("/book/").text)

    for said in (
        "60 min", "120 CAD", "Your first visit.", "New here", "Been before", "For everybody",
        "15 min", "<strong>free</strong>", "we call you", "until 24 hours before",
        "until 1 hour before", "Please call early.",
    ):  # fmt: skip
        assert said in text, said


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("language=fr", ["first-visit", "call"]),
        ("discipline=strength", ["follow-up"]),
        ("mode=phone", ["call"]),
        ("language=fr&discipline=strength", []),
        ("language=pl", []),
    ],
)
def test_visits_can_be_filtered_and_links_carry_the_filter_on(client, offers, query, found):
    page = client.get(f"/book/?{query}")

    assert [one.service.slug for one in page.context["shown"]] == found
    for link in Page(page).links:
        if re.fullmatch(r"/book/[\w-]+/\?.*", link):
            assert link.endswith(f"?{query}")
    assert ("Nobody offers a visit with that choice" in page.text) is not found or not found


def test_a_filter_nobody_knows_is_422_and_shows_everything(client, offers):
    page = client.get("/book/?language=klingon")

    assert page.status_code == 422
    assert len(page.context["shown"]) == 3


def test_the_filter_offers_only_what_is_a_choice(client, offers):
    form = Page(client.get("/book/")).form_with("language")

    assert form.choices["language"] == ["", "en", "fr"]
    assert form.choices["discipline"] == ["", "physiotherapy", "strength"]


@pytest.mark.parametrize("count", [1, 10])
def test_the_list_costs_as_much_for_ten_visits_as_for_one(
    client, clinic, count, django_assert_num_queries
):
    for number in range(count - 1):
        works(clinic.physio, clinic.place, ServiceFactory(slug=f"extra-{number}"), days=())
    client.get("/book/")
    with django_assert_num_queries(1):  # the offers
        client.get("/book/")


def test_search_engines_read_each_service_with_its_price(client, offers):
    by_name = {one["name"]: one for one in told(client.get("/book/"))}

    first, call = by_name["First knee visit"], by_name["Free call"]
    assert first["offers"]["price"] == "120.00"
    assert first["offers"]["priceCurrency"] == "CAD"
    assert first["url"] == "http://127.0.0.1:8000/book/first-visit/"
    assert first["availableChannel"]["serviceLocation"][0]["name"] == "Downtown"
    assert call["offers"]["price"] == "0"
    assert call["availableChannel"]["serviceLocation"] == []


def test_search_engines_read_where_the_clinic_is_and_when_it_is_open(client, clinic):
    place = next(one for one in told(client.get("/")) if "Physiotherapy" in one["@type"])

    assert place["name"] == "Larchwood Physiotherapy, Downtown"
    assert place["address"]["streetAddress"] == "1 Larch Street"
    assert place["telephone"] == "+1 403-555-0101"
    # The wall clock of the place: nine in Edmonton is nine, wherever the server stands.
    assert place["openingHoursSpecification"] == [
        {
            "@type": "OpeningHoursSpecification",
            "opens": "09:00",
            "closes": "17:00",
            "dayOfWeek": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
        }
    ]
    assert "Mon–Fri" in client.get("/").text


@pytest.mark.parametrize("count", [1, 5])
def test_the_start_page_costs_as_much_for_five_people_as_for_one(
    client, clinic, count, django_assert_num_queries
):
    for number in range(count - 1):
        clinic.colleague(f"Extra {number}", f"extra-{number}")
    client.get("/")
    # offers, places, hours, closures, practitioners
    with django_assert_num_queries(5):
        client.get("/")
