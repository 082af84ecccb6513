"""The team: who works here, and the next free time of each as a button."""

from datetime import timedelta

import pytest

from bookings.models import Appointment
from clinic import practice
from tests.bookings.conftest import at, works
from tests.bookings.page import Page
from tests.clinic.test_structured import told
from tests.factories import LocationFactory, PractitionerFactory, ServiceFactory, TimeOffFactory


def test_the_team_shows_the_next_free_time_of_each_as_a_button(client, clinic):
    clinic.colleague()
    clinic.hold(at(9), browser="another")

    page = Page(client.get("/team/"))

    assert [(sent["practitioner"], sent["starts_at"]) for sent in page.times()] == [
        ("anna", "2027-01-11T10:00-06:00"),
        ("ben", "2027-01-11T09:00-06:00"),
    ]


def test_the_button_holds_that_time(client, clinic):
    page = Page(client.get("/team/anna/"))
    [form] = [form for form in page.forms if form.buttons]

    answer = client.post(form.action, page.times()[0])

    assert answer.status_code == 303
    held = Appointment.objects.get()
    assert (held.state, held.practitioner, held.starts_at) == ("held", clinic.physio, at(9))


def test_a_practitioner_page_says_who_they_are(client, clinic):
    clinic.physio.bio, clinic.physio.interests = "Likes hills.", "Runners"
    clinic.physio.languages = ["en", "fr"]
    clinic.physio.registration_body, clinic.physio.registration_number = "Demo College", "D-17"
    clinic.physio.save()

    text = client.get("/team/anna/").text

    for said in ("Likes hills.", "Runners", "English, French", "Demo College, D-17", "Downtown"):
        assert said in text
    assert "/book/first-visit/?practitioner=anna" in text


def test_everybody_is_asked_for_the_first_visit_they_offer_new_ones_first(client, clinic):
    later = ServiceFactory(slug="follow-up", name="Follow-up", bookable_by="returning", position=0)
    works(clinic.physio, clinic.place, later, days=())
    coach = works(PractitionerFactory(name="Cora", slug="cora"), clinic.place, later)

    text = client.get("/team/").text

    assert text.count('action="/book/first-visit/hold/"') == 1
    assert text.count('action="/book/follow-up/hold/"') == 1
    assert "after a first visit" in client.get(f"/team/{coach.slug}/").text


def test_the_next_free_time_is_looked_for_over_the_whole_horizon_and_at_every_place(client, clinic):
    TimeOffFactory(
        practitioner=clinic.physio,
        first_day=at(9).date(),
        last_day=at(9).date() + timedelta(days=80),
    )
    [sent] = Page(client.get("/team/anna/")).times()
    assert sent["starts_at"] == "2027-04-02T09:00-06:00"

    uptown = LocationFactory(slug="uptown")
    works(PractitionerFactory(name="Ben", slug="ben"), uptown, clinic.service)
    assert Page(client.get("/team/ben/")).times()[0]["location"] == "uptown"


def test_who_has_nothing_free_offers_a_call(client, clinic):
    clinic.physio.hours.all().delete()

    page = client.get("/team/anna/")

    assert Page(page).times() == []
    assert "No time is free online" in page.text


def test_who_offers_nothing_online_has_a_page_too(client, clinic):
    clinic.service.online = False
    clinic.service.save()

    assert client.get("/team/anna/").status_code == 200


def test_a_practitioner_who_left_has_no_page(client, clinic):
    gone = PractitionerFactory(is_active=False)

    assert client.get(f"/team/{gone.slug}/").status_code == 404
    assert gone.name not in client.get("/team/").text


@pytest.mark.parametrize("count", [1, 10])
def test_the_team_costs_as_much_for_ten_as_for_one(
    client, clinic, count, django_assert_num_queries
):
    for number in range(count - 1):
        clinic.colleague(f"Extra {number}", f"extra-{number}")
    client.get("/team/")  # what is kept of hours between pages
    practice.forget()
    # practice, practitioners, offers, hours and visits of the one service, emergency number
    with django_assert_num_queries(6):
        response = client.get("/team/")

    assert response.text.count('class="sd-face"') == count


def test_search_engines_read_who_somebody_is(client, clinic):
    clinic.physio.registration_body, clinic.physio.registration_number = "Demo College", "D-17"
    clinic.physio.languages = ["en", "fr"]
    clinic.physio.save()

    [person] = told(client.get("/team/anna/"))

    assert (person["@type"], person["name"], person["jobTitle"]) == (
        "Person", "Anna Example", "physiotherapist",
    )  # fmt: skip
    assert person["knowsLanguage"] == ["en", "fr"]
    assert person["identifier"]["value"] == "D-17"
    assert len(told(client.get("/team/"))) == 1
