"""The pages on which a time is found and chosen."""

from datetime import time, timedelta

import pytest

from bookings.models import Appointment
from bookings.schedule import Kept
from clinic import practice
from clinic.models import AuditEvent, Message
from tests.bookings.conftest import READING, at, works
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import (
    ClosureFactory,
    LocationFactory,
    PractitionerFactory,
    ServiceFactory,
    ServiceOfferFactory,
    TimeOffFactory,
)

LIST = "/book/first-visit/"
HOLD = "/book/first-visit/hold/"


def starts(page):
    return [sent["starts_at"] for sent in page.times()]


def nine(**more):
    return {
        "practitioner": "anna",
        "location": "downtown",
        "starts_at": "2027-01-11T09:00-06:00",
        **more,
    }


def test_services_are_plain_links_new_patients_first(client, clinic):
    later = ServiceFactory(slug="follow-up", bookable_by="returning", position=0)
    ServiceOfferFactory(service=later, practitioner=clinic.physio, location=clinic.place)
    ServiceFactory(slug="offered-by-nobody")
    hidden = ServiceFactory(slug="hidden", online=False)
    ServiceOfferFactory(service=hidden, practitioner=clinic.physio, location=clinic.place)

    links = Page(client.get("/book/")).links

    booked = [link for link in links if link.startswith("/book/") and link != "/book/"]
    # A visit for everybody stands in both lists; the first of each is what a stranger follows.
    assert list(dict.fromkeys(booked)) == ["/book/first-visit/", "/book/follow-up/"]


def test_a_free_service_says_free(client, clinic):
    clinic.service.price = 0
    clinic.service.save()

    assert "free" in client.get("/book/").text
    assert "0.00" not in client.get("/book/").text


def test_home_shows_services_team_and_places(client, clinic):
    page = client.get("/")

    assert page.status_code == 200
    assert [service.slug for service in page.context["services_new"]] == ["first-visit"]
    assert list(page.context["practitioners"]) == [clinic.physio]
    assert list(page.context["locations"]) == [clinic.place]


def test_times_are_forms_of_one_practitioner_and_day(client, clinic):
    page = Page(client.get(LIST))

    forms = [form for form in page.forms if form.method == "post"]
    assert len(forms) == 10  # ten working days in two weeks
    assert {form.action for form in forms} == {HOLD}
    assert {(form.fields["practitioner"], form.fields["location"]) for form in forms} == {
        ("anna", "downtown")
    }
    assert starts(page)[0] == "2027-01-11T09:00-06:00"
    assert len(starts(page)) == 150


def test_rule_03_times_say_their_zone(client, clinic):
    assert "Edmonton time (UTC−6)" in client.get(LIST).text


def test_a_button_at_the_top_takes_the_first_available_time(client, clinic):
    text = client.get(LIST).text
    button = text.index("Take this time")

    assert 'form="times-2027-01-11-1"' in text[:button][-300:]
    assert 'id="times-2027-01-11-1"' in text


def test_first_available_leads_to_where_it_is(client, clinic):
    TimeOffFactory(
        practitioner=clinic.physio, first_day=at(9).date(), last_day=at(9, day=29).date()
    )
    other = LocationFactory(slug="uptown", position=5)
    works(PractitionerFactory(slug="ben"), other, clinic.service)

    page = client.get(LIST)

    assert "?practitioner=any&amp;location=uptown&amp;from=2027-01-11" in page.text
    assert page.context["sheet"].days == []
    assert "Go to the next free time: Monday 1 February 2027" in page.text


def test_an_empty_horizon_offers_a_call(client, clinic):
    clinic.physio.hours.all().delete()

    page = client.get(LIST)

    assert page.status_code == 200
    assert "Nothing is free with this choice" in page.text
    assert "/callback/" in page.text


def test_a_service_nobody_offers_has_a_page(client, clinic):
    clinic.service.offers.all().delete()

    page = client.get(LIST)

    assert page.status_code == 200
    assert "cannot be booked online at the moment" in page.text


def test_paging_leads_through_the_horizon_and_back(client, clinic):
    seen, address, backs = [], LIST, []
    while address:
        page = Page(client.get(address))
        seen += starts(page)
        backs.append(page.rels.get("prev"))
        address = page.rels.get("next") and LIST + page.rels["next"]

    assert seen == sorted(set(seen))
    assert seen[-1].startswith("2027-04-09")  # 10 January and ninety days: a Saturday
    assert len(backs) == 7
    assert backs[0] is None
    assert backs[1] == "?practitioner=any&location=downtown&from=2027-01-10"


def test_any_shows_each_time_once(client, clinic):
    clinic.colleague()

    times = starts(Page(client.get(LIST)))

    assert len(times) == len(set(times)) == 150
    assert Page(client.get(LIST)).times()[0]["or_any"] == "1"


def test_a_chosen_practitioner_is_not_exchanged(client, clinic):
    clinic.colleague()

    sent = Page(client.get(LIST + "?practitioner=ben")).times()

    assert {one["practitioner"] for one in sent} == {"ben"}
    assert "or_any" not in sent[0]


@pytest.mark.parametrize(
    "query", ["practitioner=nobody", "location=nowhere", "practitioner=any%20", "location=any"]
)
def test_what_does_not_exist_is_not_found(client, clinic, query):
    assert client.get(f"{LIST}?{query}").status_code == 404


@pytest.mark.parametrize(
    "day", ["tomorrow", "2027-13-01", "2027-02-30", "1899-12-31", "9999-12-31"]
)
def test_a_day_that_cannot_be_read_is_422(client, clinic, day):
    page = client.get(LIST, {"from": day})

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"from"}


def test_a_day_in_the_past_means_today(client, clinic):
    assert starts(Page(client.get(LIST + "?from=2020-01-01"))) == starts(Page(client.get(LIST)))


def test_unknown_services_are_not_found(client, clinic):
    assert client.get("/book/nope/").status_code == 404
    assert client.post("/book/nope/hold/", nine()).status_code == 404


def test_looking_at_times_leaves_nothing_behind(client, clinic):
    client.get(LIST)
    client.head(LIST)

    assert not client.cookies.get("sessionid")
    assert Appointment.objects.count() == AuditEvent.objects.count() == 0


def test_choosing_a_time_leads_to_its_details(client, clinic):
    answer = client.post(HOLD, nine())

    assert answer.status_code == 303
    assert answer["Location"].startswith("/book/details/")
    assert Appointment.objects.get().state == "held"


def test_rule_12_every_listed_time_can_be_held(client, clinic):
    for sent in Page(client.get(LIST)).times()[::17]:
        assert client.post(HOLD, sent).status_code == 303


@pytest.mark.parametrize("starts_at", ["2027-01-11T09:01-06:00", "2027-01-09T09:00-06:00"])
def test_what_is_not_listed_is_refused_with_nearest_times(client, clinic, starts_at):
    answer = client.post(HOLD, nine(starts_at=starts_at))

    assert answer.status_code == 409
    assert starts_at not in starts(Page(answer))
    assert len(starts(Page(answer))) == 6


def test_the_loser_of_a_race_sees_what_happened_and_the_nearest_times(client, clinic):
    clinic.hold(at(12), browser="another")

    answer = client.post(HOLD, nine(starts_at="2027-01-11T12:00-06:00"))

    assert answer.status_code == 409
    assert "Somebody has just taken this time" in answer.text
    assert starts(Page(answer)) == [
        f"2027-01-11T{clock}-06:00"
        for clock in ("10:00", "10:30", "11:00", "13:00", "13:30", "14:00")
    ]
    assert client.post(HOLD, Page(answer).times()[0]).status_code == 303
    assert not Message.objects.exists()


def test_the_instant_counts_not_how_it_is_written(client, clinic):
    assert client.post(HOLD, nine(starts_at="2027-01-11T15:00:00Z")).status_code == 303
    assert Appointment.objects.get().starts_at == at(9)


def test_a_held_time_is_shown_to_its_holder_alone(client, clinic, django_user_model):
    answer = client.post(HOLD, nine())
    other = client.__class__()

    mine = client.get(LIST)
    assert mine.context["held"]["address"] == answer["Location"]
    assert "You hold Monday 11 January 2027, 09:00 until 13:10" in mine.text
    theirs = other.get(LIST)
    assert theirs.context["held"] is None
    assert "2027-01-11T09:00-06:00" not in starts(Page(theirs))


def test_too_many_holds_are_429(client, clinic, settings, monkeypatch):
    settings.LIMIT_FACTOR = 1
    monkeypatch.setattr("bookings.limits.HOLDS_PER_ADDRESS", 1)
    client.post(HOLD, nine())

    answer = client.post(HOLD, nine(starts_at="2027-01-11T11:00-06:00"))

    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"
    assert "It works again in 60 minutes." in answer.text


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_only_post_holds(client, clinic, method):
    assert getattr(client, method)(HOLD, nine()).status_code == 405


def test_hold_needs_the_token_of_the_page(clinic, client):
    strict = client.__class__(enforce_csrf_checks=True)

    assert strict.post(HOLD, nine()).status_code == 403
    assert not Appointment.objects.exists()


def test_names_of_days_and_parts(client, clinic):
    clinic.physio.hours.update(ends=time(19))

    text = client.get(LIST).text

    assert text.index("Monday 11 January 2027") < text.index("Morning") < text.index("Evening")


def test_closures_are_not_explained(client, clinic):
    ClosureFactory(location=clinic.place, first_day=at(9).date(), name="CANARY")

    page = client.get(LIST)

    assert "CANARY" not in page.text
    assert starts(Page(page))[0].startswith("2027-01-12")


def test_rule_32_the_page_of_a_guest_costs_few_queries(client, clinic, django_assert_num_queries):
    practice.forget()
    with django_assert_num_queries(1 + READING):  # practice
        client.get(LIST)
    client.post(HOLD, nine())
    practice.forget()
    Kept.forget()
    with django_assert_num_queries(2 + READING):  # and the session
        client.get(LIST)


@pytest.mark.parametrize("practitioners", [1, 10])
def test_rule_32_the_page_does_not_ask_more_for_more_people(
    client, clinic, practitioners, django_assert_num_queries
):
    for number in range(practitioners - 1):
        clinic.colleague(f"Extra {number}", f"extra-{number}")
        clinic.hold(at(9), practitioner=None, browser=f"browser {number}")

    practice.forget()
    Kept.forget()
    with django_assert_num_queries(1 + READING):
        client.get(LIST, {"from": (NOW + timedelta(days=60)).date()})
