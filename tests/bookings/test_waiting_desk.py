"""The waiting list in the admin: who waits, what is offered, an offer by hand, off the list."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import WaitingEntry
from clinic import roles
from clinic.models import AuditEvent
from tests.bookings.conftest import at
from tests.bookings.page import Page
from tests.bookings.waiting_room import cancel, fill, running, waits, waits_sooner, work
from tests.factories import UserFactory

LIST = "/admin/bookings/waitingentry/"
TEN = at(10, day=12)


@pytest.fixture
def front_desk(client, clinic):
    user = UserFactory(name="Dee Desk", is_staff=True)
    user.groups.add(Group.objects.get(name=roles.FRONT_DESK))
    client.force_login(user)
    return client


@pytest.fixture
def full(clinic):
    return fill(clinic, [at(hour, day=12) for hour in range(9, 17)])


def page_of(entry):
    return f"{LIST}{entry.pk}/change/"


def test_the_list_shows_who_waits_and_what_is_offered(front_desk, clinic, full):
    waits(clinic, "Wanda", weekdays=[1], parts=[0])
    waits_sooner(full[at(15, day=12)])
    gone = waits(clinic, "Gone")
    WaitingEntry.objects.filter(pk=gone.pk).update(state="left", closed_at=gone.created_at)
    cancel(full[TEN])
    work()

    page = front_desk.get(LIST)

    for words in ("Wanda Waits", "Tuesday", "2027-01-12 15:00", "2027-01-12 10:00, until 15:00"):
        assert words in page.text
    assert "Gone Waits" not in page.text
    assert "Gone Waits" in front_desk.get(LIST + "?state=left").text


def test_offer_by_hand_keeps_the_time_and_can_be_declined_on_to_the_next(front_desk, clinic):
    entry = waits(clinic, weekdays=[2])
    page = Page(front_desk.get(page_of(entry)))
    form = next(form for form in page.forms if form.action.endswith("/offer/"))
    name, value = form.buttons[0]

    answer = front_desk.post(form.action, {**form.fields, name: value}, follow=True)

    assert "Offered and kept until" in answer.text
    assert running() == [("Wanda", at(9, day=13))]
    event = AuditEvent.objects.get(action="waiting.offer")
    assert event.actor_kind == "staff"
    again = front_desk.post(form.action, {**form.fields, name: value}, follow=True)
    assert "cannot be offered any more" in again.text
    assert len(running()) == 1


@pytest.mark.parametrize("value", ["", "x y z", "a b 2027-01-13T15:00:00+00:00"])
def test_a_time_nobody_listed_cannot_be_offered(front_desk, clinic, value):
    entry = waits(clinic)
    answer = front_desk.post(f"{LIST}{entry.pk}/offer/", {"time": value}, follow=True)

    assert "cannot be offered any more" in answer.text
    assert running() == []


def test_take_off_the_list(front_desk, clinic, full):
    entry = waits(clinic)
    waits(clinic, "Walt")
    cancel(full[TEN])
    work()

    front_desk.post(f"{LIST}{entry.pk}/remove/")
    work()

    entry.refresh_from_db()
    assert entry.state == "removed"
    assert running() == [("Walt", TEN)]
    assert "Take off the list" not in front_desk.get(page_of(entry)).text


def test_only_the_desk_comes_here_and_a_get_changes_nothing(client, front_desk, clinic):
    entry = waits(clinic)
    assert front_desk.get(f"{LIST}{entry.pk}/remove/").status_code == 405
    assert front_desk.get(f"{LIST}{entry.pk}/offer/").status_code == 405
    assert front_desk.get(LIST + "add/").status_code == 404
    lead = UserFactory(is_staff=True)
    lead.groups.add(Group.objects.get(name=roles.CLINICAL_LEAD))
    client.force_login(lead)
    assert client.get(LIST).status_code == 404
    assert client.post(f"{LIST}{entry.pk}/remove/").status_code == 404
    client.logout()
    assert client.get(LIST).status_code == 302
    entry.refresh_from_db()
    assert entry.state == "waiting"


def test_the_list_costs_the_same_for_one_and_for_many(front_desk, clinic, full):
    waits(clinic)
    cancel(full[TEN])
    work()
    front_desk.get(LIST)
    with CaptureQueriesContext(connection) as one:
        front_desk.get(LIST)
    for number in range(3):
        waits(clinic, f"W{number}", practitioners=[clinic.physio])
    cancel(full[at(11, day=12)])
    work()
    with CaptureQueriesContext(connection) as many:
        front_desk.get(LIST)

    assert len(many) == len(one)


def test_offers_to_people_without_an_address_are_on_the_start_page(front_desk, clinic, full):
    later = full[at(15, day=12)]
    later.patient.email = ""
    later.patient.phone = "+14035550188"
    later.patient.save()
    waits_sooner(later)
    cancel(full[TEN])
    work()

    page = front_desk.get("/admin/").text
    assert "call: no e-mail address" in page
    assert "+1 403-555-0188" in page
    assert "until 15:00" in page
