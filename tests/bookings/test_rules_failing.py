"""Rule 13 everywhere: an engine or a database that fails is an error, and nothing is lost by it."""

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from bookings import actions, periodic
from bookings.actions import illness
from bookings.models import Appointment, FreedTime, OtherTimes, WaitingOffer
from bookings.schedule import Kept, visits
from clinic import outbox
from clinic.audit import Actor
from clinic.models import Message
from tests.bookings.conftest import HOUR, at
from tests.bookings.requesting import approval
from tests.bookings.waiting_room import cancel, fill, running, waits, work
from tests.bookings.walking import Guest
from tests.conftest import NOW

NOTHING = ("Nothing is free", "Nothing else is free", "cannot be booked online", '"slots"')
NINE = {"practitioner": "anna", "location": "downtown", "starts_at": "2027-01-11T09:00-06:00"}
DESK = Actor("staff")


@pytest.fixture(params=["engine", "database"])
def broken(request, monkeypatch):
    """Break the engine or its reading of the diary; call the result to mend it again."""

    def breaks(*args, **kwargs):
        if request.param == "database":
            raise OperationalError("the server closed the connection unexpectedly")
        raise ValueError("Windows must be in order")

    def now():
        Kept.forget()  # what was worked out before stays right, and is not asked again
        if request.param == "database":
            monkeypatch.setattr(visits, "visits", breaks)
            monkeypatch.setattr(visits, "Found", breaks)  # what lies around a held time
        else:
            monkeypatch.setattr("bookings.availability.free_starts", breaks)
            monkeypatch.setattr("bookings.availability.is_free", breaks)

    now.mend = monkeypatch.undo
    return now


@pytest.fixture
def visitor():
    client = Client()
    client.raise_request_exception = False
    return client


def says_nothing_is_full(answer) -> bool:
    return answer.status_code in (500, 503) and not any(word in answer.text for word in NOTHING)


@pytest.mark.parametrize(
    "address",
    [
        "/book/first-visit/",
        "/book/first-visit/?practitioner=anna&from=2027-02-01",
        "/api/v1/slots/?service=first-visit",
        "/team/",
        "/team/anna/",
    ],
)
def test_rule_13_no_page_says_fully_booked_when_the_diary_cannot_be_read(
    clinic, visitor, broken, address
):
    assert visitor.get(address).status_code == 200
    broken()

    assert says_nothing_is_full(visitor.get(address))


def test_rule_13_a_choice_that_fails_holds_nothing_and_can_be_made_again(clinic, visitor, broken):
    broken()
    assert says_nothing_is_full(visitor.post("/book/first-visit/hold/", NINE))
    assert not Appointment.objects.exists()

    broken.mend()
    assert visitor.post("/book/first-visit/hold/", NINE).status_code == 303


def test_rule_13_a_booking_that_fails_keeps_the_hold_and_what_was_typed(clinic, broken):
    guest = Guest()
    guest.client.raise_request_exception = False
    held = guest.hold()
    broken()
    assert says_nothing_is_full(guest.details(held))
    assert Appointment.objects.get().state == "held"
    assert not Message.objects.exists()

    broken.mend()
    assert guest.details(held).status_code == 303


def test_rule_13_a_move_that_fails_changes_nothing(clinic, broken):
    guest = Guest()
    guest.client.raise_request_exception = False
    address = guest.book(day="2027-01-13")["Location"]
    broken()

    assert says_nothing_is_full(guest.client.get(f"{address}move/"))
    answer = guest.client.post(f"{address}move/", {**NINE, "starts_at": "2027-01-13T11:00-06:00"})
    assert says_nothing_is_full(answer)
    visit = Appointment.objects.get(patient__isnull=False)
    assert (visit.starts_at, visit.version) == (at(9, day=13), 1)


def test_rule_13_the_waiting_list_goes_on_where_it_stopped(clinic, broken):
    starts = [at(hour, day=12) for hour in (9, 11)]
    filled = fill(clinic, starts)
    waits(clinic)
    cancel(filled[starts[0]])
    broken()
    with pytest.raises((OperationalError, ValueError)), time_machine.travel(NOW, tick=False):
        periodic.offer_freed_times(NOW)
    assert FreedTime.objects.get().closed_at is None
    assert not WaitingOffer.objects.exists()

    broken.mend()
    work()
    assert [name for name, _ in running()] == ["Wanda"]


def test_rule_13_nobody_is_told_that_nothing_is_free_by_mail(clinic, broken):
    approval(clinic)
    visit = clinic.book()
    actions.expire_requests(now=NOW + 4 * HOUR)
    broken()
    with time_machine.travel(NOW + 4 * HOUR, tick=False):
        outbox.send_due()

    letter = Message.objects.get(topic="request-ran-out")
    assert letter.state == "failed"  # the desk sees it, and can send it again
    visit.refresh_from_db()
    assert visit.state == "expired"


def test_rule_13_an_absence_is_written_whole_or_not_at_all(clinic, broken):
    clinic.book(at(9, day=12))
    broken()
    with pytest.raises((OperationalError, ValueError)):
        illness.report_absence(clinic.physio, at(9, day=12).date(), by=DESK, now=NOW)
    assert not OtherTimes.objects.exists()
    assert not clinic.physio.time_off.exists()

    broken.mend()
    illness.report_absence(clinic.physio, at(9, day=12).date(), by=DESK, now=NOW)
    assert OtherTimes.objects.get().times.count() == 3
