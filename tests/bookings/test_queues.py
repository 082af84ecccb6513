"""The desk's first page: a queue for each kind of work, and two people at the same row."""

from datetime import date, time, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from bookings import actions, diary_actions, queues
from bookings.actions import illness
from bookings.actions.day import seen_as
from bookings.models import AffectedVisit, Appointment, TimeOff
from clinic import roles
from clinic.audit import GUEST
from clinic.models import AuditEvent, Message
from tests.bookings.conftest import at
from tests.bookings.page import Page
from tests.bookings.waiting_room import cancel, fill, waits, work
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    CallbackRequestFactory,
    UserFactory,
)

TUESDAY = date(2027, 1, 12)
NINE, TEN = at(9, day=12), at(10, day=12)


def signed_in(role, name="Dee Desk"):
    user = UserFactory(name=name, is_staff=True)
    user.groups.set(Group.objects.filter(name=role))
    browser = Client()
    browser.force_login(user)
    browser.user = user
    return browser


@pytest.fixture
def front_desk(clinic):
    return signed_in(roles.FRONT_DESK)


@pytest.fixture
def colleague(clinic):
    return signed_in(roles.FRONT_DESK, "Col League")


def box(page, name):
    """The part of the page that is one queue."""
    text = page.text
    start = text.index(f'aria-labelledby="dq-{name}"')
    return text[start : text.index("</section>", start)]


def requested(clinic, starts_at=NINE, **more):
    return AppointmentFactory(
        starts_at=starts_at,
        state="requested",
        practitioner=clinic.physio,
        location=clinic.place,
        service=clinic.service,
        desk_note="Please confirm by phone: 2 visits were missed within a year.",
        **more,
    )


def lost_message(**more):
    number = Message.objects.count()
    return Message.objects.create(
        **{"key": f"k{number}", "topic": "booked", "to": "pat@example.com", "state": "unsure"}
        | more
    )


def away(clinic, by, first=TUESDAY, **more):
    row = TimeOff(practitioner=clinic.physio, first_day=first, last_day=first, **more)
    return row, diary_actions.save_hours(row, by=by, now=NOW)


# What each shows ---------------------------------------------------------------------------------


def test_an_empty_clinic_has_nothing_to_do(front_desk):
    page = front_desk.get("/admin/")

    for name, words in {
        "clinician-calls": "No call is waiting.",
        "call-backs": "Nobody waits for a call.",
        "to-confirm": "Every visit stands.",
        "affected": "No change of hours is left to deal with.",
        "offers": "No offer waits for an answer.",
        "messages": "Every message has left.",
        "unsigned": "Every chart and note is signed.",
    }.items():
        assert words in box(page, name)
        assert ">0<" in box(page, name)


def test_call_backs_the_longest_wait_first_and_overdue_marked(front_desk):
    CallbackRequestFactory(name="Late Caller", created_at=NOW - timedelta(days=2), due_at=NOW)
    CallbackRequestFactory(name="New Caller", created_at=NOW, due_at=NOW + timedelta(hours=1))

    with_time = box(front_desk.get("/admin/"), "call-backs")

    assert with_time.index("Late Caller") < with_time.index("New Caller")
    assert with_time.count("overdue") == 0  # due this very second
    CallbackRequestFactory(
        name="Older", created_at=NOW - timedelta(days=3), due_at=NOW - timedelta(1)
    )
    assert box(front_desk.get("/admin/"), "call-backs").count(">overdue<") == 1


def test_a_running_offer_and_whom_to_call_about_it(front_desk, clinic):
    full = fill(clinic, [TEN])
    waits(clinic, "Wanda")
    cancel(full[TEN])
    work()

    shown = box(front_desk.get("/admin/"), "offers")

    assert "Wanda" in shown
    assert "until " in shown
    assert "/admin/bookings/waitingentry/?offered=now" in shown
    assert "Wanda" in front_desk.get("/admin/bookings/waitingentry/?offered=now").text


def test_a_clinician_call_says_who_has_it_and_never_why(front_desk, clinic):
    clinic.physio.user = UserFactory(name="Anna Example")
    clinic.physio.save()
    visit = clinic.book(NINE)
    call = actions.ask_for_clinician_call(visit, GUEST, NOW)
    assert "nobody yet" in box(front_desk.get("/admin/"), "clinician-calls")

    actions.take_clinician_call(call, by=clinic.physio.user, now=NOW)

    shown = box(front_desk.get("/admin/"), "clinician-calls")
    assert "taken by Anna Example, Sun 10 Jan, 13:00" in shown
    assert ">0<" in shown


@pytest.mark.parametrize("asked", [NOW - timedelta(hours=1), NOW + timedelta(hours=1)])
def test_a_request_that_ran_out_is_none(front_desk, clinic, asked):
    requested(clinic, held_until=asked)

    assert (">1<" in box(front_desk.get("/admin/"), "to-confirm")) == (asked > NOW)


# Visits outside working hours --------------------------------------------------------------------


def names(browser):
    return box(browser.get("/admin/"), "affected").count("/change/")


def test_a_change_of_hours_leaves_its_visits_to_deal_with(front_desk, clinic):
    fill(clinic, [NINE, TEN])

    away(clinic, front_desk.user, ends=time(10))

    assert names(front_desk) == 1
    assert AffectedVisit.objects.count() == 1


def test_hours_that_come_back_take_the_visit_off(front_desk, clinic):
    fill(clinic, [NINE])
    row, _ = away(clinic, front_desk.user)

    diary_actions.remove_hours(row, by=front_desk.user, now=NOW)

    assert names(front_desk) == 0


@pytest.mark.parametrize("email", ["pat@example.com", ""])
def test_whoever_was_asked_by_mail_is_waited_for_and_the_others_called(
    front_desk, clinic, desk, email
):
    visit = fill(clinic, [NINE])[NINE]
    visit.patient.email = email
    visit.patient.save()

    illness.report_absence(clinic.physio, TUESDAY, by=desk, now=NOW)

    assert names(front_desk) == (0 if email else 1)


def test_moved_or_cancelled_it_is_dealt_with(front_desk, clinic, desk):
    visits = fill(clinic, [NINE, TEN])
    away(clinic, front_desk.user)
    moved = {"practitioner": clinic.physio, "location": clinic.place, "by": desk, "now": NOW}

    actions.move(visits[NINE], starts_at=at(9, day=13), **moved)
    actions.cancel(visits[TEN], reason="", by=desk, now=NOW)

    assert names(front_desk) == 0


def test_it_stays_as_it_is_and_the_second_is_told_by_whom(front_desk, colleague, clinic):
    fill(clinic, [NINE])
    away(clinic, front_desk.user)
    url = f"/admin/queues/affected/{AffectedVisit.objects.get().pk}/settle/"

    first = front_desk.post(url, follow=True)
    second = colleague.post(url)

    assert "stays as it is" in first.text
    assert second.status_code == 409
    assert "Dee Desk has dealt with it already." in second.text
    assert AffectedVisit.objects.get().settled_by == front_desk.user
    assert AuditEvent.objects.filter(action="visit.settle").count() == 1
    # A later change of other hours does not bring it back.
    away(clinic, front_desk.user, first=date(2027, 1, 14))
    assert names(front_desk) == 0


def test_a_holiday_import_and_the_list_of_all(front_desk, clinic):
    fill(clinic, [NINE])
    add = "/admin/bookings/closure/add/"
    typed = {"location": clinic.place.pk, "name": "Flood", "first_day": "2027-01-12",
             "starts": "", "last_day": "2027-01-12", "ends": ""}  # fmt: skip
    looked = front_desk.post(add, typed)
    front_desk.post(add, Page(looked).sent("first_day", **{"look-then": "nothing"}))

    listed = "/admin/bookings/affectedvisit/"
    assert "nobody yet" in front_desk.get(listed).text
    row = AffectedVisit.objects.get()
    front_desk.post(listed, {"action": "settle_selected", "_selected_action": [str(row.pk)]})
    assert "0 visits outside working hours" in front_desk.get(listed).text
    assert "Dee Desk" in front_desk.get(f"{listed}?settled=yes").text


# Two people at one row ---------------------------------------------------------------------------


def test_a_request_is_confirmed_once_and_the_second_is_told(front_desk, colleague, clinic):
    visit = requested(clinic)
    url, seen = f"/admin/queues/visits/{visit.pk}/confirm/", {"seen": seen_as(visit)}

    first = front_desk.post(url, seen, follow=True)
    second = colleague.post(url, seen)

    assert "Confirmed: " in first.text
    assert second.status_code == 409
    assert "Somebody has changed this visit meanwhile." in second.text
    visit.refresh_from_db()
    assert (visit.state, visit.confirmed_at) == ("booked", NOW)
    assert AuditEvent.objects.filter(action="visit.confirm").count() == 1


def test_a_request_somebody_cancelled_meanwhile_is_not_brought_back(front_desk, clinic, desk):
    visit = requested(clinic)
    seen = {"seen": seen_as(visit)}
    actions.cancel(visit, reason="", by=desk, now=NOW)

    answer = front_desk.post(f"/admin/queues/visits/{visit.pk}/confirm/", seen)

    assert answer.status_code == 409
    assert Appointment.objects.get(pk=visit.pk).state == "cancelled"


@pytest.mark.parametrize(
    ("do", "state", "action"),
    [("send", "replaced", "message_sent_again"), ("sent", "sent", "message_marked_sent")],
)
def test_a_message_is_settled_once_and_the_second_is_told(front_desk, colleague, do, state, action):
    url = f"/admin/queues/messages/{lost_message().pk}/"

    first = front_desk.post(url, {"do": do}, follow=True)
    second = colleague.post(url, {"do": "sent" if do == "send" else "send"})

    assert "pat@example.com" in first.text
    assert second.status_code == 409
    assert "Somebody has dealt with it already." in second.text
    assert Message.objects.order_by("pk").first().state == state
    assert Message.objects.count() == (2 if do == "send" else 1)
    event = AuditEvent.objects.get(object_type="clinic.message")
    assert (event.action, event.actor_id) == (action, front_desk.user.pk)


# Cost, refreshing, and who sees what -------------------------------------------------------------


def crowd(clinic, by, count):
    """So many rows in every queue, and so many visits today."""
    freed = [at(9 + number, day=12) for number in range(count)]
    lost = [at(9 + number, day=13) for number in range(count)]
    full = fill(clinic, [*freed, *lost])
    for number, starts_at in enumerate(freed):
        waits(clinic, f"Wanda{number}")
        cancel(full[starts_at])
        work()
        CallbackRequestFactory(created_at=NOW, due_at=NOW - timedelta(minutes=1))
        lost_message()
        requested(clinic, starts_at=at(15, day=18) + timedelta(days=number))
        visit = AppointmentFactory(starts_at=starts_at + timedelta(days=30))
        actions.ask_for_clinician_call(visit, GUEST, NOW)
        AppointmentFactory(starts_at=NOW + timedelta(hours=number + 1))
    away(clinic, by, first=date(2027, 1, 13))


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_many(
    front_desk, clinic, count, django_assert_max_num_queries
):
    crowd(clinic, front_desk.user, count)
    front_desk.get("/admin/")

    with django_assert_max_num_queries(20):  # one for the settings, once they are old; free times
        page = front_desk.get("/admin/")

    for name in ("clinician-calls", "call-backs", "to-confirm", "affected", "offers", "messages"):
        assert f">{count}<" in box(page, name)
    assert page.text.count('value="today"') == count


def test_a_long_queue_is_counted_no_further_than_needed(front_desk):
    for _number in range(queues.MOST + 3):
        CallbackRequestFactory(created_at=NOW)

    with CaptureQueriesContext(connection) as queries:
        shown = box(front_desk.get("/admin/"), "call-backs")

    assert f">{queues.MOST}+<" in shown
    assert shown.count("/change/") == queues.SHOWN
    asked = [each["sql"] for each in queries if "bookings_callbackrequest" in each["sql"]]
    assert [f"LIMIT {queues.MOST + 1}" in sql for sql in asked] == [True]


def test_who_types_its_address_gets_the_page_it_is_a_part_of(front_desk):
    typed = front_desk.get("/admin/queues/", headers={"Sec-Fetch-Dest": "document"})

    assert (typed.status_code, typed["Location"]) == (302, "/admin/")


def test_it_is_asked_for_again_cheaply(front_desk):
    page = front_desk.get("/admin/")
    tag = front_desk.get("/admin/queues/")["ETag"]
    assert f"data-tag={escape(tag)}" in page.text.replace('"', "")

    same = front_desk.get("/admin/queues/", headers={"If-None-Match": f"W/{tag}"})
    CallbackRequestFactory(created_at=NOW, name="New Caller")
    fresh = front_desk.get("/admin/queues/", headers={"If-None-Match": tag})

    assert (same.status_code, same.content) == (304, b"")
    assert "no-store" in same["Cache-Control"]
    assert "New Caller" in fresh.text
    assert "<html" not in fresh.text


def test_the_manager_sees_the_same(front_desk, clinic):
    crowd(clinic, front_desk.user, 1)
    manager = signed_in(roles.MANAGER)

    for name in ("call-backs", "to-confirm", "messages", "affected", "clinician-calls"):
        ours, theirs = box(front_desk.get("/admin/"), name), box(manager.get("/admin/"), name)
        assert ours.count("<li>") == theirs.count("<li>") == 1


def test_the_clinical_lead_sees_the_calls_they_were_told_of(clinic):
    lead = signed_in(roles.CLINICAL_LEAD)
    clinic.physio.user = UserFactory()
    clinic.physio.user.groups.set(Group.objects.filter(name=roles.PHYSIO))
    clinic.physio.save()
    CallbackRequestFactory(created_at=NOW, name="Cal Caller")
    call = actions.ask_for_clinician_call(clinic.book(NINE), GUEST, NOW)
    assert "No call is waiting." in lead.get("/admin/").text

    actions.follow_up_clinician_calls(now=call.escalate_at)
    page = lead.get("/admin/").text

    assert "Gus Guest" in page
    assert "I make this call" in page
    assert "Cal Caller" not in page
    assert "Visits to confirm" not in page


@pytest.mark.parametrize("role", [roles.PHYSIO, roles.STUDENT, roles.COACH, None])
def test_nobody_else_learns_of_it(clinic, role):
    other = signed_in(role)
    message = lost_message()

    assert other.get("/admin/queues/").status_code == 404
    assert other.post(f"/admin/queues/messages/{message.pk}/", {"do": "sent"}).status_code == 404
    assert Client().get("/admin/queues/").status_code == 302
    assert signed_in(roles.CLINICAL_LEAD).post(
        f"/admin/queues/messages/{message.pk}/", {"do": "sent"}
    ).status_code == 404  # fmt: skip
    message.refresh_from_db()
    assert message.state == "unsure"
