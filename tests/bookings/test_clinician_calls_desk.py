"""A clinician call at the desk: asked for by hand, seen to be taken, and never why."""

import pytest
from django.test import Client

from bookings import actions
from bookings.models import ClinicianCall, DutyDay
from clinic import audit, roles
from clinic.audit import GUEST
from clinic.models import AuditEvent
from tests.bookings.calling import FRIDAY_9, ask, make_team, person
from tests.bookings.conftest import at
from tests.conftest import NOW


@pytest.fixture
def team(clinic):
    return make_team(clinic)


@pytest.fixture
def visit(team):
    return team.book(FRIDAY_9)


@pytest.fixture
def browser(db):
    browser = Client()
    browser.force_login(person("dana", roles.FRONT_DESK, is_staff=True))
    return browser


def ask_url(visit):
    return f"/admin/bookings/cliniciancall/{visit.pk}/ask/"


def test_the_desk_asks_by_hand_and_sees_who_takes_it(team, visit, browser):
    page = f"/admin/bookings/appointment/{visit.pk}/change/"
    assert "None is asked for." in browser.get(page).text

    browser.post(ask_url(visit))
    assert "nobody yet" in browser.get(page).text
    actions.take_clinician_call(ClinicianCall.objects.get(), by=team.ben.user, now=at(11))

    assert "Taken by Ben, Mon 11 Jan, 11:00." in browser.get(page).text
    assert "Ben, 11 Jan, 11:00" in browser.get("/admin/bookings/cliniciancall/?taken=yes").text


def test_by_hand_and_by_answers_look_alike(team, browser):
    by_hand, by_answers = team.book(FRIDAY_9), team.book(at(11, day=15), browser="other")
    browser.post(ask_url(by_hand))
    ask(by_answers, now=NOW)

    pages = [
        browser.get(f"/admin/bookings/appointment/{visit.pk}/change/").context["history"][0]
        for visit in (by_hand, by_answers)
    ]

    assert [(entry["what"], entry["who"]) for entry in pages] == [
        ("clinician call asked for", "–")
    ] * 2


@pytest.mark.parametrize("asked", ["kind=staff", "kind=guest", "q=a-request"])
def test_the_trail_does_not_say_who_asked_either(visit, asked):
    ask(visit)
    event = AuditEvent.objects.get(action="visit.clinician_call")
    manager = Client()
    manager.force_login(person("mo", roles.MANAGER, is_staff=True))

    listed = manager.get(f"/admin/clinic/auditevent/?{asked}").context["cl"].result_list
    shown = manager.get(f"/admin/clinic/auditevent/{event.pk}/change/").text

    assert event not in listed
    assert "guest" not in shown


def test_that_answers_raised_an_alarm_is_nowhere_in_the_admin(visit, browser):
    audit.record("intake.alert", visit, by=GUEST, patient_id=visit.patient_id)
    event = AuditEvent.objects.get(action="intake.alert")
    manager = Client()
    manager.force_login(person("mo", roles.MANAGER, is_staff=True))

    history = browser.get(f"/admin/bookings/appointment/{visit.pk}/change/").context["history"]
    listed = manager.get("/admin/clinic/auditevent/").context["cl"].result_list

    assert event not in [entry["event"] for entry in history]
    assert event not in listed
    assert manager.get(f"/admin/clinic/auditevent/{event.pk}/change/").status_code == 404


def test_the_desk_cannot_take_a_call(visit, browser):
    call = ask(visit)

    answer = browser.post(f"/admin/bookings/cliniciancall/{call.pk}/take/")

    assert answer.status_code == 404
    assert ClinicianCall.objects.get().taken_at is None


def test_a_lead_who_was_told_takes_it_in_the_admin(team, visit):
    call = ask(visit)
    browser = Client()
    browser.force_login(team.lead)
    url = f"/admin/bookings/cliniciancall/{call.pk}/take/"
    assert browser.post(url).status_code == 404  # not told yet

    actions.follow_up_clinician_calls(now=at(12))
    browser.post(url)

    assert ClinicianCall.objects.get().taken_by == team.lead
    assert browser.get("/admin/bookings/cliniciancall/").status_code == 404


@pytest.mark.parametrize("calls", [1, 3])
def test_the_list_costs_the_same_for_many(team, browser, calls, django_assert_num_queries):
    for number in range(calls):
        ask(team.book(at(9 + number, day=15), browser=str(number)))

    with django_assert_num_queries(7):
        page = browser.get("/admin/bookings/cliniciancall/")

    assert page.text.count("Gus Guest") == calls


def test_who_is_on_duty_is_marked_by_hand(team, browser):
    browser.post(
        "/admin/bookings/dutyday/add/",
        {"location": team.place.pk, "weekday": 0, "practitioner": team.ben.pk},
    )

    assert str(DutyDay.objects.get()) == "Monday, Ben Example"
