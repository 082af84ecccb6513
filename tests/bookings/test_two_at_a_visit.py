"""Two people at the same visit's page: the second is told, and nothing of the first's is lost."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from bookings.models import Appointment
from clinic import roles
from clinic.models import AuditEvent
from tests.bookings.conftest import MONDAY_9, at
from tests.bookings.page import Page
from tests.factories import UserFactory

TOLD = "Somebody has changed this visit meanwhile."


@pytest.fixture
def two(clinic):
    """Two browsers of the front desk."""
    found = []
    for name in ("Dee Desk", "Col League"):
        user = UserFactory(name=name, is_staff=True)
        user.groups.set(Group.objects.filter(name=roles.FRONT_DESK))
        browser = Client()
        browser.force_login(user)
        found.append(browser)
    return found


@pytest.fixture
def visit(clinic):
    return clinic.book(MONDAY_9)


def url(visit, name="change"):
    return f"/admin/bookings/appointment/{visit.pk}/{name}/"


def form(browser, visit, name):
    """What the page of a visit would send, as it is now."""
    page = Page(browser.get(url(visit)))
    return next(form.fields for form in page.forms if form.action == url(visit, name))


def moved_to(fields, hour):
    return {**fields, "move-day": "2027-01-12", "move-time": f"{hour}:00"}


def test_moved_by_one_the_other_does_not_move_it_away_again(two, visit):
    first, second = (form(browser, visit, "move") for browser in two)

    two[0].post(url(visit, "move"), moved_to(first, 10))
    answer = two[1].post(url(visit, "move"), moved_to(second, 14))

    assert answer.status_code == 409
    assert TOLD in answer.text
    assert Appointment.objects.get(pk=visit.pk).starts_at == at(10, day=12)
    assert AuditEvent.objects.filter(action="visit.move").count() == 1


def test_moved_by_one_the_other_does_not_cancel_the_new_time(two, visit):
    move, cancel = form(two[0], visit, "move"), form(two[1], visit, "cancel")

    two[0].post(url(visit, "move"), moved_to(move, 10))
    answer = two[1].post(url(visit, "cancel"), {**cancel, "cancel-reason": "asked to"})

    assert answer.status_code == 409
    assert Appointment.objects.get(pk=visit.pk).state == "booked"


@pytest.mark.parametrize("step", ["arrive", "confirm", "start"])
def test_cancelled_by_one_the_other_is_told(two, visit, step):
    cancel, pressed = form(two[0], visit, "cancel"), form(two[1], visit, step)

    two[0].post(url(visit, "cancel"), {**cancel, "cancel-reason": "asked to"})
    answer = two[1].post(url(visit, step), pressed)

    assert answer.status_code == 409
    assert TOLD in answer.text
    assert "cancelled" in answer.text
    assert Appointment.objects.get(pk=visit.pk).state in {"cancelled", "late_cancelled"}


def test_shown_anew_the_page_can_be_used_at_once(two, visit):
    arrive = form(two[1], visit, "arrive")
    two[0].post(url(visit, "confirm"), form(two[0], visit, "confirm"))

    answer = two[1].post(url(visit, "arrive"), arrive)
    again = next(f for f in Page(answer).forms if f.action == url(visit, "arrive"))

    assert answer.status_code == 409
    assert two[1].post(url(visit, "arrive"), again.fields).status_code == 302
    assert Appointment.objects.get(pk=visit.pk).state == "arrived"
