"""What a process keeps between requests shows nobody anything of anybody else, and nothing old."""

from datetime import timedelta

import pytest
from django.test import Client

from bookings.models import BusyImport, Room, Service, WorkingHours
from bookings.schedule import Kept, kept
from clinic.models import Location, Practice, Practitioner
from tests.bookings.conftest import at
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import ClosureFactory

LIST, HOLD = "/book/first-visit/", "/book/first-visit/hold/"


def tokens(page):
    return {sent["csrfmiddlewaretoken"] for sent in Page(page).times()}


def test_each_browser_gets_its_own_token_in_the_same_grid(clinic):
    """The second page may be the first one's grid; its forms must still be the second's own."""
    clients = [Client(enforce_csrf_checks=True) for _ in range(2)]
    pages = [client.get(LIST) for client in clients]

    assert Page(pages[0]).times()[0]["starts_at"] == Page(pages[1]).times()[0]["starts_at"]
    mine, theirs = (tokens(page) for page in pages)
    assert len(mine) == len(theirs) == 1
    assert mine != theirs
    for number, (client, page) in enumerate(zip(clients, pages, strict=True)):
        assert client.post(HOLD, Page(page).times()[2 * number]).status_code == 303
    crossed = {**Page(pages[0]).times()[6], "csrfmiddlewaretoken": theirs.pop()}
    assert clients[0].post(HOLD, crossed).status_code == 403


def test_nobody_sees_whose_hold_it_is(clinic):
    holder, stranger = Client(), Client()
    holder.post(HOLD, Page(holder.get(LIST)).times()[4])

    pages = [client.get(LIST).text for client in (holder, stranger, holder, stranger)]

    assert ["You hold" in page for page in pages] == [True, False, True, False]


def test_a_grid_knows_what_is_asked_for(clinic):
    """The same diary, asked in several ways by one process, one after the other."""
    clinic.colleague()
    client = Client()
    queries = ["", "?practitioner=anna", "?practitioner=ben", "?part=morning", "?weekday=2"]

    asked = {query: Page(client.get(LIST + query)).times() for query in queries * 2}

    def who(query):
        return {sent["practitioner"] for sent in asked[query]}

    assert who("?practitioner=anna") == {"anna"}
    assert who("?practitioner=ben") == {"ben"}
    assert {sent["starts_at"][11:13] < "12" for sent in asked["?part=morning"]} == {True}
    assert {sent["starts_at"][:10] for sent in asked["?weekday=2"]} == {"2027-01-13", "2027-01-20"}
    assert "or_any" in asked[""][0]
    assert "or_any" not in asked["?practitioner=anna"][0]


def test_only_the_last_ones_are_kept():
    few = Kept(3)
    for number in range(10):
        assert few.get(number, lambda n=number: n * n) == number * number

    assert len(few) == 3
    assert few.get(9, lambda: "made anew") == 81
    assert few.get(0, lambda: "made anew") == "made anew"
    assert few.get("", lambda: "never kept") == "never kept"
    assert few.get("", lambda: "asked again") == "asked again"


CHANGES = {
    "a service": lambda c: Service.objects.update(minutes=45),
    "an offer": lambda c: c.service.offers.all().delete(),
    "a room": lambda c: Room.objects.create(location=c.place, name="Bay"),
    "hours": lambda c: WorkingHours.objects.filter(weekday=0).delete(),
    "a break": lambda c: c.physio.breaks.create(
        location=c.place, weekday=0, starts="12:00", ends="13:00"
    ),
    "a changed day": lambda c: c.physio.changed_days.create(location=c.place, day="2031-01-13"),
    "time off": lambda c: c.physio.time_off.create(first_day="2031-01-13", last_day="2031-01-14"),
    "busy times": lambda c: BusyImport.objects.create(practitioner=c.physio, read_at=NOW, count=0),
    "a closure": lambda c: ClosureFactory(location=c.place, first_day=at(9).date()),
    "a practitioner": lambda c: Practitioner.objects.update(name="Another Name"),
    "a place": lambda c: Location.objects.update(time_zone="America/Toronto"),
    "the practice": lambda c: Practice.objects.update(horizon_days=10),
}


@pytest.mark.postgresql_only
@pytest.mark.parametrize("name", CHANGES)
def test_every_change_of_a_row_gives_another_stamp(clinic, name):
    before = kept.stamp()
    assert before == kept.stamp()

    CHANGES[name](clinic)

    assert kept.stamp() != before


@pytest.mark.postgresql_only
def test_changing_twice_in_one_transaction_gives_three_stamps(clinic):
    stamps = [kept.stamp()]
    for minutes in (45, 60):
        Service.objects.update(minutes=minutes)
        stamps.append(kept.stamp())

    assert len(set(stamps)) == 3


@pytest.mark.postgresql_only
def test_what_is_over_is_not_stamped(clinic):
    before = kept.stamp()

    for days, over in ((30, True), (3, True), (1, False)):
        day = NOW.date() - timedelta(days=days)
        ClosureFactory(location=clinic.place, first_day=day, last_day=day)
        assert (kept.stamp() == before) == over
