"""Hours, call-backs and the start page in the admin: what saving touches, what waits today."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from bookings.models import TimeOff, WorkingHours
from clinic import roles
from clinic.models import AuditEvent, Message
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    CallbackRequestFactory,
    LocationFactory,
    PatientFactory,
    PracticeFactory,
    PractitionerFactory,
    ServiceFactory,
    ServiceOfferFactory,
    UserFactory,
    WorkingHoursFactory,
)

pytestmark = pytest.mark.django_db

MONDAY_9 = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)  # 09:00 in Edmonton, the day after NOW
LIST = "/admin/bookings/appointment/"


@pytest.fixture
def clinic():
    """A place, a practitioner who works there on Mondays, a service they offer."""
    PracticeFactory()
    place = LocationFactory(name="Riverside")
    anna = PractitionerFactory(name="Anna Example")
    service = ServiceFactory(name="Knee visit")
    ServiceOfferFactory(service=service, practitioner=anna, location=place)
    WorkingHoursFactory(practitioner=anna, location=place)
    return {"service": service, "practitioner": anna, "location": place}


@pytest.fixture
def desk(client, clinic):
    """A browser of somebody at the front desk."""
    user = UserFactory(name="Dee Desk", is_staff=True)
    user.groups.add(Group.objects.get(name=roles.FRONT_DESK))
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def visit(clinic):
    patient = PatientFactory(first_name="Pat", last_name="Sample", phone="+14035550123")
    return AppointmentFactory(starts_at=MONDAY_9, patient=patient, **clinic)


def text(response):
    return response.content.decode()


def listed(client, **query):
    return {str(row.pk) for row in client.get(LIST, query).context["cl"].result_list}


# Hours -------------------------------------------------------------------------------------------


def looked(desk, url, values, name):
    """Send a form, look at the visits it touches, leave them as they are, and save."""
    sent = Page(desk.post(url, values)).sent(name, **{"look-then": "nothing"})
    return desk.post(url, sent, follow=True)


def test_time_off_says_whom_it_touches_and_lists_them(desk, clinic, visit):
    answer = looked(
        desk,
        "/admin/bookings/timeoff/add/",
        {"practitioner": clinic["practitioner"].pk, "first_day": "2027-01-11",
         "last_day": "2027-01-11", "starts": "", "ends": "", "note": ""},
        "first_day",
    )  # fmt: skip
    assert TimeOff.objects.get().first_day == date(2027, 1, 11)
    assert "1 booked visit no longer lies in working hours." in text(answer)
    assert listed(desk, hours="outside") == {str(visit.pk)}
    assert AuditEvent.objects.get().action == "timeoff_added"


def test_shorter_hours_touch_only_what_no_longer_fits(desk, clinic, visit):
    AppointmentFactory(starts_at=MONDAY_9 + timedelta(hours=4), **clinic)
    row = WorkingHours.objects.get()
    url = reverse("admin:bookings_workinghours_change", args=[row.pk])
    values = {
        "practitioner": row.practitioner_id, "location": row.location_id, "weekday": 0,
        "starts": "09:30", "ends": "17:00", "valid_from": "", "valid_to": "",
    }  # fmt: skip
    shown = Page(desk.get(url)).sent("weekday")
    answer = looked(desk, url, {**shown, **values}, "weekday")
    row.refresh_from_db()
    assert row.starts == time(9, 30)
    assert "1 booked visit no longer" in text(answer)
    assert AuditEvent.objects.get().data == {"fields": ["starts"]}


def test_hours_can_be_removed_and_that_is_written_down(desk, clinic, visit):
    row = WorkingHours.objects.get()
    url = reverse("admin:bookings_workinghours_delete", args=[row.pk])
    assert WorkingHours.objects.count() == 1
    sent = Page(desk.get(url)).sent("post", **{"look-then": "nothing"})
    answer = desk.post(url, sent, follow=True)
    assert WorkingHours.objects.count() == 0
    assert "1 booked visit no longer" in text(answer)
    assert AuditEvent.objects.get().action == "workinghours_removed"


# Call-backs --------------------------------------------------------------------------------------


def test_a_call_is_tried_and_then_done_with_what_came_of_it(desk, clinic):
    call = CallbackRequestFactory(created_at=NOW)
    url = f"/admin/bookings/callbackrequest/{call.pk}/"
    desk.post(f"{url}tried/", {"how": "message"})
    empty = desk.post(f"{url}done/", {"result": ""})
    assert empty.status_code == 422
    assert "result" in empty.context["form"].errors
    desk.post(f"{url}done/", {"result": "answered", "outcome": "wanted the address"})
    call.refresh_from_db()
    assert (call.state, call.result, call.attempts) == ("done", "answered", 2)
    assert call.outcome == "wanted the address"


def test_open_calls_come_first_the_oldest_on_top(desk, clinic):
    done = CallbackRequestFactory(created_at=NOW, state="done", closed_at=NOW)
    new = CallbackRequestFactory(created_at=NOW)
    old = CallbackRequestFactory(created_at=NOW - timedelta(days=1))
    rows = desk.get("/admin/bookings/callbackrequest/").context["cl"].result_list
    assert [row.pk for row in rows] == [old.pk, new.pk, done.pk]


# The start page ----------------------------------------------------------------------------------


def test_the_start_page_shows_today_in_few_queries(desk, clinic, django_assert_max_num_queries):
    patient = PatientFactory(first_name="Toni", last_name="Today")
    now = AppointmentFactory(starts_at=NOW + timedelta(hours=1), patient=patient, **clinic)
    AppointmentFactory(starts_at=MONDAY_9, patient__last_name="Tomorrow", **clinic)
    CallbackRequestFactory(created_at=NOW, name="Cal Waiting")
    Message.objects.create(key="k", topic="moved", to="lost@example.com", state="failed")
    desk.get("/admin/")
    with django_assert_max_num_queries(18):
        shown = text(desk.get("/admin/"))
    for words in ("Toni Today", "Cal Waiting", "lost@example.com"):
        assert words in shown
    assert "Tomorrow" not in shown

    answer = desk.post(
        reverse("admin:bookings_appointment_arrive", args=[now.pk]), {"back": "today"}
    )
    assert answer["Location"] == "/admin/"
    now.refresh_from_db()
    assert now.state == "arrived"
