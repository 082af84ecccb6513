"""Rules 17, 22, 24 and 34 on every form a guest can send: once, by people, for a child."""

import threading
import uuid
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client

from bookings import actions
from bookings.actions.waiting import accept
from bookings.models import Appointment, CallbackRequest, WaitingEntry, WaitingOffer
from clinic.audit import GUEST, Actor
from clinic.models import AuditEvent, Guardian, Message, Patient
from tests.bookings.conftest import at
from tests.bookings.page import Page
from tests.bookings.waiting_room import fill, work
from tests.bookings.walking import Guest, rows
from tests.conftest import NOW

CALL = {"name": "Cal Sample", "phone": "+1 403 555 0142", "when": "any", "consent": "on"}
WAIT = {
    "first_name": "Wanda", "last_name": "Waits", "email": "wanda@example.com", "consent": "on",
    "phone": "+1 403 555 0143", "service": "first-visit",
}  # fmt: skip
PARENT = {"guardian_name": "Gil Guardian", "guardian_consent": "on"}
FORMS = pytest.mark.parametrize(
    ("path", "typed", "model"),
    [("/callback/", CALL, CallbackRequest), ("/waitlist/", WAIT, WaitingEntry)],
)


def details(guest, **typed):
    """Hold the first time that is free and send the details; the answer."""
    first = Page(guest.client.get("/book/first-visit/")).times()[0]
    return guest.details(guest.client.post("/book/first-visit/hold/", first), **typed)


def callback(guest, **typed):
    form = Page(guest.client.get("/callback/")).form_with("name")
    return guest.client.post("/callback/", {**form.fields, **CALL, **typed})


def waiting(guest, **typed):
    form = Page(guest.client.get("/waitlist/")).form_with("first_name")
    return guest.client.post("/waitlist/", {**form.fields, **WAIT, **typed})


# 17: forms carry a key ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "typed", "model"),
    [("/callback/", CALL, CallbackRequest), ("/waitlist/", WAIT, WaitingEntry)],
)
def test_rule_17_the_same_form_sent_again_counts_once(clinic, path, typed, model):
    browser = Client()
    form = Page(browser.get(path)).form_with("form_key")
    sent = {**form.fields, **typed}

    answers = [browser.post(path, sent) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {303}
    assert model.objects.count() == 1
    assert AuditEvent.objects.count() == 1
    assert Message.objects.count() <= 1
    again = {**Page(browser.get(path)).form_with("form_key").fields, **typed}
    assert again["form_key"] != sent["form_key"]
    assert browser.post(path, again).status_code == 303
    assert model.objects.count() == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("path", "typed", "model"),
    [("/callback/", CALL, CallbackRequest), ("/waitlist/", WAIT, WaitingEntry)],
)
def test_rule_17_two_clicks_at_the_same_instant_count_once(clinic, path, typed, model):
    sent = {**typed, "form_key": str(uuid.uuid4())}
    answers, ready = [], threading.Barrier(4)

    def click():
        ready.wait()
        try:
            answers.append(Client().post(path, sent).status_code)
        finally:
            connection.close()

    with time_machine.travel(NOW, tick=True):
        clicks = [threading.Thread(target=click) for _ in range(4)]
        for each in clicks:
            each.start()
        for each in clicks:
            each.join()

    assert answers == [303] * 4
    assert model.objects.count() == 1


# 22: a field that people do not see --------------------------------------------------------------


@pytest.mark.parametrize("send", [details, callback, waiting])
def test_rule_22_every_form_has_the_trap_and_none_a_least_time(clinic, send):
    before = rows(Appointment)

    caught = send(Guest(), website="https://spam.example.com")

    assert caught.status_code == 422
    assert rows(Appointment) == before
    assert not CallbackRequest.objects.exists()
    assert not WaitingEntry.objects.exists()
    assert send(Guest()).status_code == 303  # in the same second


@pytest.mark.parametrize("path", ["/callback/", "/waitlist/"])
def test_rule_22_the_trap_is_hidden_from_people_and_their_programs(clinic, path):
    page = Client().get(path).text

    trap = page[page.index("bk-trap") - 200 : page.index("bk-trap") + 900]
    assert 'aria-hidden="true"' in trap
    assert 'tabindex="-1"' in trap
    assert 'autocomplete="off"' in trap


# 34 and 24: below the age of the place -----------------------------------------------------------

# In Kiritimati it is Monday the 11th already; in Pago Pago Sunday the 10th.
BIRTHDAYS = [
    ("Pacific/Kiritimati", "2011-01-11", False),
    ("Pacific/Kiritimati", "2011-01-12", True),
    ("Pacific/Pago_Pago", "2011-01-10", False),
    ("Pacific/Pago_Pago", "2011-01-11", True),
]


@pytest.mark.parametrize(("zone", "born", "asked"), BIRTHDAYS)
def test_rule_34_somebody_is_sixteen_on_the_calendar_of_the_place(clinic, zone, born, asked):
    clinic.place.time_zone, clinic.place.guardian_below_age = zone, 16
    clinic.place.save()

    answer = details(Guest(), date_of_birth=born)

    assert answer.status_code == (422 if asked else 303)


@pytest.mark.parametrize(("now", "asked"), [("2027-02-28", True), ("2027-03-01", False)])
def test_rule_34_who_was_born_on_the_29th_of_february_is_older_on_the_first_of_march(
    clinic, now, asked
):
    clinic.place.guardian_below_age = 15
    clinic.place.save()
    with time_machine.travel(f"{now}T18:00Z", tick=False):
        answer = details(Guest(), date_of_birth="2012-02-29")

    assert answer.status_code == (422 if asked else 303)


@pytest.mark.parametrize("send", [details, waiting])
def test_rule_34_name_and_consent_of_the_guardian_are_both_required(clinic, send):
    child = {"first_name": "Cub", "date_of_birth": "2015-03-04"}

    for missing in (PARENT.keys(), ["guardian_name"], ["guardian_consent"]):
        given = {name: value for name, value in PARENT.items() if name not in missing}
        answer = send(Guest(), **child, **given)
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == set(missing)
    assert not Patient.objects.exists()
    assert send(Guest(), **child, **PARENT).status_code == 303


def test_rule_34_the_guardian_of_somebody_who_waited_is_kept_with_the_visit(clinic):
    filled = fill(clinic, [at(9)])
    waiting(Guest(), first_name="Cub", date_of_birth="2015-03-04", **PARENT)
    actions.cancel(filled[at(9)], reason="other", by=Actor("staff"), now=NOW)
    work()

    visit = accept(WaitingOffer.objects.get(), by=GUEST, now=NOW)

    guardian = Guardian.objects.get(patient=visit.patient)
    assert guardian.name == "Gil Guardian"
    assert visit.patient.date_of_birth == date(2015, 3, 4)
