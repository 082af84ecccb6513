"""Rule 21 at the desk: requests are seen, confirmed and declined on every page that shows them."""

import re

import pytest
import time_machine

from bookings.models import Appointment
from clinic import roles
from clinic.models import Message
from tests.bookings.board_page import DAY, PART, card, somebody, text
from tests.bookings.conftest import HOUR, at
from tests.conftest import NOW
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
VISITS = "/admin/bookings/appointment/"


@pytest.fixture
def request_made(clinic):
    clinic.service.approval_hours = 4
    clinic.service.save()
    return clinic.book(first_name="Pat", last_name="Sample")


@pytest.fixture
def front(client):
    return somebody(client, roles.FRONT_DESK)


def press(front, visit, step):
    visit.refresh_from_db()
    seen = f"{visit.state}.{visit.version}.0"
    data = {"do": f"{step}|{seen}"}
    return front.post(f"/admin/board/visit/{visit.pk}/step/", data, headers=PART)


def state(visit):
    return Appointment.objects.get(pk=visit.pk).state


def test_rule_21_the_start_page_says_what_has_to_be_answered_by_when(front, request_made):
    assert "answer by Sun 10 Jan, 17:00" in text(front.get("/admin/"))

    with time_machine.travel(NOW + 4 * HOUR, tick=False):
        assert "answer by" not in text(front.get("/admin/"))


def test_rule_21_the_start_page_confirms(front, request_made):
    page = front.get("/admin/").text
    where = re.search(r'action="([^"]*confirm[^"]*)"', page)[1]

    front.post(where, {"seen": "requested.1.0"})

    assert state(request_made) == "booked"


def test_rule_21_the_board_says_by_when_and_confirms_at_a_press(front, request_made):
    one = card(text(front.get(DAY)), request_made)
    assert "answer by Sun 10 Jan, 17:00" in one
    assert "Confirm request" in one
    assert "Decline request" in one
    assert "Late cancel" not in one

    answer = press(front, request_made, "confirm")

    assert (answer.status_code, state(request_made)) == (200, "booked")
    assert answer.json()["undo"] is None  # the patient is told
    assert Message.objects.filter(topic="confirmed").count() == 1


def test_rule_21_the_board_declines_at_a_press(front, request_made):
    answer = press(front, request_made, "decline")

    assert (answer.status_code, state(request_made)) == (200, "cancelled")
    assert answer.json()["undo"] is None
    assert Message.objects.filter(topic="declined").count() == 1


def test_rule_21_the_board_names_what_stands_in_the_way(front, clinic, request_made):
    AppointmentFactory(
        practitioner=clinic.physio, location=clinic.place, service=clinic.service,
        starts_at=at(9, 30), patient__first_name="Otto", overbooked=True, overbook_reason="pain",
    )  # fmt: skip

    answer = press(front, request_made, "confirm")

    assert answer.status_code == 409
    assert "In the way: 09:30–10:30, Otto" in answer.json()["error"]
    assert state(request_made) == "requested"


def test_rule_21_an_answer_that_comes_too_late_is_refused(front, request_made):
    with time_machine.travel(NOW + 4 * HOUR, tick=False):
        for step in ("confirm", "decline"):
            answer = press(front, request_made, step)
            assert answer.status_code == 409
            assert "no longer open" in answer.json()["error"]
        page = text(front.get(f"{VISITS}{request_made.pk}/change/"))
    assert "This request ran out" in page
    assert "Confirm request" not in page
    assert str(request_made.pk) not in text(front.get(DAY)) or state(request_made) == "requested"


def test_rule_21_the_page_of_the_visit_confirms(front, request_made):
    page = text(front.get(f"{VISITS}{request_made.pk}/change/"))
    assert "Answer this request by Sunday 10 January 2027, 17:00" in page
    assert "Decline the request" in page

    front.post(f"{VISITS}{request_made.pk}/confirm/")

    assert state(request_made) == "booked"
    assert "Answer this request" not in text(front.get(f"{VISITS}{request_made.pk}/change/"))


def test_rule_21_the_page_of_the_visit_declines_with_a_reason(front, request_made):
    where = f"{VISITS}{request_made.pk}/cancel/"
    asked = front.post(where, {"cancel-reason": ""})
    assert state(request_made) == "requested"
    assert "This field is required" in text(asked)

    answer = front.post(where, {"cancel-reason": "no room"}, follow=True)

    assert "Declined. The patient is told" in text(answer)
    assert state(request_made) == "cancelled"


def test_rule_21_the_list_confirms_several_and_finds_what_ran_out(front, request_made):
    chosen = {"action": "confirm_selected", "_selected_action": [str(request_made.pk)]}
    front.post(VISITS, chosen)
    assert state(request_made) == "booked"

    ran_out = AppointmentFactory(starts_at=at(12), state="expired", held_until=NOW)
    AppointmentFactory(starts_at=at(13), state="expired", held_until=NOW, patient=None)
    page = text(front.get(f"{VISITS}?state=expired"))
    assert str(ran_out.patient) in page
    assert "1 appointment" in page


def test_rule_21_the_hours_are_a_setting_of_the_service(client, clinic):
    manager = somebody(client, roles.MANAGER)

    page = text(manager.get(f"/admin/bookings/service/{clinic.service.pk}/change/"))

    assert "Hours to confirm a request" in page
