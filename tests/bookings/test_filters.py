"""Filters of free times: language, discipline, way of meeting, part of the day, weekdays."""

import re
from datetime import datetime, time, timedelta

import pytest

from bookings import links, narrowing
from bookings.narrowing import Narrowing
from clinic import practice
from tests.bookings.conftest import READING, at, works
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import PractitionerFactory, ServiceFactory, TimeOffFactory

LIST = "/book/first-visit/"


@pytest.fixture
def two(clinic):
    """Anna speaks English and works days; Ben, a coach, also French, and works evenings."""
    clinic.physio.languages = ["en"]
    clinic.physio.save()
    ben = PractitionerFactory(
        name="Ben Example", slug="ben", languages=["en", "fr"], discipline="strength"
    )
    works(ben, clinic.place, clinic.service, [0, 2, 5], time(12), time(20))
    return clinic


def offered(client, query) -> list[tuple[str, datetime]]:
    page = client.get(f"{LIST}?{query}")
    assert page.status_code == 200
    return [
        (sent["practitioner"], datetime.fromisoformat(sent["starts_at"]))
        for sent in Page(page).times()
    ]


def test_rule_12_by_language_only_who_speaks_it(client, two):
    assert {who for who, _ in offered(client, "language=fr")} == {"ben"}
    assert {who for who, _ in offered(client, "language=en")} == {"anna", "ben"}


def test_rule_12_by_discipline_only_who_has_it(client, two):
    assert {who for who, _ in offered(client, "discipline=physiotherapy")} == {"anna"}


def test_rule_12_by_part_of_day_and_weekday_on_the_wall_of_the_place(client, two):
    times = offered(client, "part=evening&weekday=0&weekday=2")

    assert {when.weekday() for _, when in times} == {0, 2}
    assert {when.hour for _, when in times} == {17, 18, 19}
    assert {who for who, _ in times} == {"ben"}


@pytest.mark.parametrize("part", ["morning", "afternoon", "evening"])
def test_rule_12_what_the_filters_leave_is_listed_without_them_too(client, two, part):
    everything = set(offered(client, ""))

    assert set(offered(client, f"part={part}")) <= everything
    assert offered(client, f"part={part}")


def test_all_parts_and_all_days_together_are_everything(client, two):
    found = [
        pair
        for part in ("morning", "afternoon", "evening")
        for day in range(7)
        for pair in offered(client, f"part={part}&weekday={day}")
    ]

    assert sorted(found) == sorted(offered(client, ""))


def test_the_first_available_time_passes_the_filter(client, two):
    sheet = client.get(f"{LIST}?part=evening").context["sheet"]

    assert sheet.available.starts_at == at(17)
    assert sheet.available.practitioner.slug == "ben"
    assert sheet.available.ends_at - sheet.available.starts_at == timedelta(hours=1)
    page = client.get(f"{LIST}?part=evening").text
    button = page.index("Take this time")
    assert f'form="{sheet.available_form}"' in page[button - 300 : button]


def test_links_carry_the_filters_on(client, two):
    query = "language=fr&part=evening&weekday=0&weekday=5"
    page = client.get(f"{LIST}?{query}")

    expected = f"?practitioner=any&location=downtown&{query}&from=2027-01-24"
    assert Page(page).rels["next"] == expected
    again = client.get(LIST + expected)
    assert again.context["form"].wish() == page.context["form"].wish()
    form = Page(page).form_with("from")
    assert (form.fields["language"], form.fields["part"]) == ("fr", "evening")
    assert form.choices["weekday"] == [str(day) for day in range(7)]


def test_an_empty_page_leads_to_the_next_time_that_passes(client, two):
    TimeOffFactory(practitioner=two.physio, first_day=at(9).date(), last_day=at(9, day=28).date())

    page = client.get(f"{LIST}?discipline=physiotherapy&part=morning&weekday=4")

    assert "Nothing is free in these two weeks with that choice" in page.text
    assert "Go to the next free time: Friday 29 January 2027" in page.text
    assert "part=morning&amp;weekday=4&amp;from=2027-01-29" in page.text


def test_nothing_in_the_whole_horizon_says_so(client, two):
    page = client.get(f"{LIST}?discipline=physiotherapy&part=evening")

    assert Page(page).times() == []
    assert "Nothing is free with this choice" in page.text


@pytest.mark.parametrize("query", ["language=pl", "discipline=orthotics"])
def test_where_nobody_fits_the_page_says_so_and_leads_back(client, two, query):
    page = client.get(f"{LIST}?{query}")

    assert page.status_code == 200
    assert "Nobody who offers this visit fits that choice" in page.text
    assert Page(page).times() == []


def test_another_way_of_meeting_leads_to_the_visits_that_have_it(client, two):
    call = ServiceFactory(slug="call", name="Free call", mode="phone", price=0)
    works(two.physio, two.place, call, days=())
    other = ServiceFactory(slug="video", name="Video follow-up", mode="video")
    works(two.physio, two.place, other, days=())

    page = client.get(f"{LIST}?mode=phone")

    assert 'href="/book/call/"' in page.text
    assert 'href="/book/video/"' not in page.text
    assert {who for who, _ in offered(client, "mode=in_person")} == {"anna", "ben"}


@pytest.mark.parametrize(
    "query", ["language=xx", "discipline=magic", "mode=pigeon", "part=night", "weekday=7"]
)
def test_a_filter_nobody_knows_is_422_beside_the_field(client, two, query):
    page = client.get(f"{LIST}?{query}")

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {query.partition("=")[0]}
    assert Page(page).times()  # what cannot be read filters nothing


def test_only_what_is_a_choice_is_shown(client, clinic):
    page = client.get(LIST)

    names = {field.name for field in page.context["form"].further()}
    assert names == {"part", "mode"}
    assert '<details class="bk-more" >' in page.text


def test_moving_can_be_filtered_too(client, two):
    visit = two.book(at(10, day=13))
    address = f"/visit/{links.mint(visit, 'page', NOW)}/move/"

    page = Page(client.get(f"{address}?practitioner=any&part=evening"))

    assert {re.search(r"T(\d\d)", sent["starts_at"])[1] for sent in page.times()} == {
        "17", "18", "19",
    }  # fmt: skip
    assert "part=evening" in page.rels["next"]


@pytest.mark.parametrize("query", ["", "language=en&discipline=physiotherapy&part=morning"])
@pytest.mark.parametrize("practitioners", [1, 10])
def test_filters_cost_no_query(client, clinic, query, practitioners, django_assert_num_queries):
    clinic.physio.languages = ["en"]
    clinic.physio.save()
    for number in range(practitioners - 1):
        clinic.colleague(f"Extra {number}", f"extra-{number}")
    practice.forget()
    with django_assert_num_queries(1 + READING):  # practice
        client.get(f"{LIST}?{query}")


def test_weekdays_are_counted_from_monday():
    wish = Narrowing(weekdays=(0,))

    assert wish.keeps(datetime(2027, 1, 11, 9))  # noqa: DTZ001  # the wall's own clock
    assert not wish.keeps(datetime(2027, 1, 10, 9))  # noqa: DTZ001
    assert narrowing.PARTS == ("morning", "afternoon", "evening")
