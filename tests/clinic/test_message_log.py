"""The message log: found by state, day, topic and patient; each message's story; sent once more."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client

from clinic import outbox, roles
from clinic.actions.letters import mark_as_sent, send_again, send_once_more
from clinic.delivery import Letter, MaybeSent, NotSent
from clinic.models import AuditEvent, Message
from tests.conftest import NOW
from tests.factories import PatientFactory, PracticeFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/clinic/message/"
SECRET = "Zaunkoenig-token"


@pytest.fixture
def desk():
    PracticeFactory()
    user = UserFactory(name="Dee Desk", is_staff=True)
    user.groups.set(Group.objects.filter(name=roles.FRONT_DESK))
    browser = Client()
    browser.force_login(user)
    browser.user = user
    return browser


def message(**values):
    number = Message.objects.count()
    return Message.objects.create(
        **{"key": f"k{number}", "topic": "moved", "to": f"to{number}@example.com"} | values
    )


def page(row):
    return f"{LIST}{row.pk}/change/"


def listed(browser, query):
    return [row.to for row in browser.get(f"{LIST}?{query}").context["cl"].result_list]


# Finding one -------------------------------------------------------------------------------------


@pytest.fixture
def several():
    patient = PatientFactory(first_name="Ada", last_name="Example", email="ada@example.com")
    yesterday = NOW - timedelta(days=1)
    message(to="now@example.com", topic="booked")
    message(to="unsure@example.com", state="unsure", due_at=yesterday)
    message(to="ada@example.com", patient_id=patient.pk, due_at=NOW - timedelta(days=40))
    return patient


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=open", ["unsure@example.com"]),
        ("state=pending", ["now@example.com", "ada@example.com"]),
        ("topic=booked", ["now@example.com"]),
        ("day=2027-01-10", ["now@example.com"]),
        ("day=2027-01-09", ["unsure@example.com"]),
        ("day=week", ["now@example.com", "unsure@example.com"]),
        ("day=2026-12-01&state=pending", ["ada@example.com"]),
        ("channel__exact=sms", []),
        ("day=nonsense", ["now@example.com", "unsure@example.com", "ada@example.com"]),
    ],
)
def test_the_log_is_narrowed_by(desk, several, query, found):
    assert listed(desk, query) == found


def test_one_patients_messages_are_found_by_number(desk, several):
    assert listed(desk, f"patient={several.pk}") == ["ada@example.com"]
    assert listed(desk, "patient=nobody") == []


@pytest.mark.parametrize("typed", ["Ada Exam", "exampel ada", "ADA@example"])
def test_what_is_searched_for_stands_in_no_address(desk, several, typed):
    answer = desk.post(LIST, {"look_for": typed})

    assert typed not in answer["Location"]
    found = desk.get(answer["Location"])
    assert [row.to for row in found.context["cl"].result_list] == ["ada@example.com"]
    assert "Ada Example" in found.text


def test_any_day_is_asked_for_without_script_and_keeps_the_other_filters(desk, several):
    shown = desk.get(f"{LIST}?state=pending&day=2026-12-01").text

    assert '<input type="date" id="id_filter_day" name="day" value="2026-12-01" required>' in shown
    assert '<input type="hidden" name="state" value="pending">' in shown


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_costs_the_same_for_many(desk, count, django_assert_num_queries):
    for _number in range(count):
        message(patient_id=PatientFactory().pk)

    with django_assert_num_queries(10):  # one for the clocks of the places, once they are old
        assert len(desk.get(LIST).context["cl"].result_list) == count


# Its story ---------------------------------------------------------------------------------------


@pytest.fixture
def letters(monkeypatch):
    """A topic of our own, whose messages carry a secret."""
    monkeypatch.setitem(
        outbox._renderers, "moved", lambda _message: Letter(subject="s", text=SECRET)
    )
    return monkeypatch


def story(browser, row):
    lines = browser.get(page(row)).context["story"]
    return [(line["what"], str(line["note"]), line["who"]) for line in lines]


def test_a_message_put_off_unsure_and_sent_again(desk, letters):
    tries = iter([NotSent("The server was busy."), MaybeSent("The line broke.")])

    def fail(_message, _letter):
        raise next(tries)

    row = message(payload={"token": SECRET}, due_at=NOW)
    with letters.context() as patch:
        patch.setattr(outbox, "deliver", fail)
        for minutes in (0, 5):
            with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
                outbox.send_due()
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        answer = desk.post(page(row), {"do": "send"})
        outbox.send_due()

    fresh = Message.objects.get(again_of=row)
    assert answer["Location"] == page(fresh)
    assert story(desk, row) == [
        ("written", "", ""),
        ("claimed by the sender", "", ""),
        ("put off, tried again later", "The server was busy.", ""),
        ("claimed by the sender", "", ""),
        ("unsure whether it arrived", "The line broke.", ""),
        ("sent again by the desk", "", "Dee Desk"),
    ]
    assert [line[0] for line in story(desk, fresh)] == ["written", "claimed by the sender", "sent"]
    assert (fresh.edition, fresh.key, fresh.version) == (2, f"{row.key}~2", row.version)
    for shown in (desk.get(page(row)).text, desk.get(page(fresh)).text, desk.get(LIST).text):
        assert SECRET not in shown


def test_marked_as_sent_the_story_says_by_whom(desk):
    row = message(state="failed")

    desk.post(page(row), {"do": "sent"})

    assert story(desk, row)[-1] == ("marked as sent by the desk", "", "Dee Desk")


def test_a_sender_that_died_is_part_of_the_story(desk, letters):
    row = message()
    Message.objects.filter(pk=row.pk).update(state="sending", lease_until=NOW - timedelta(1))

    assert (outbox.sweep(), outbox.sweep()) == (1, 0)

    assert story(desk, row)[-1][:2] == (
        "unsure whether it arrived",
        "The sender stopped while sending.",
    )


# Sent again, by two people -----------------------------------------------------------------------


@pytest.mark.parametrize("do", ["send", "sent"])
def test_the_second_at_an_unsure_message_is_told(desk, do):
    row = message(state="unsure")
    desk.post(page(row), {"do": do})

    for second in ("send", "sent"):
        answer = desk.post(page(row), {"do": second})
        assert answer.status_code == 409
        assert "Somebody has dealt with it already." in answer.text

    assert Message.objects.count() == (2 if do == "send" else 1)
    assert AuditEvent.objects.filter(object_type="clinic.message").count() == 1


def test_a_sent_message_is_sent_once_more_and_only_its_last_edition(letters):
    row, by = message(state="sent", sent_at=NOW), UserFactory()

    second = send_once_more(row, by=by)
    assert send_once_more(row, by=by) is None
    assert send_once_more(second, by=by) is None  # it has not left yet
    outbox.send_due()
    third = send_once_more(second, by=by)

    assert (third.edition, third.key) == (3, f"{row.key}~3")
    row.refresh_from_db()
    assert row.state == "sent"
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("topic", ["sign_in_code", "invitation"])
def test_what_opens_a_sign_in_is_not_sent_once_more(desk, topic):
    row = message(topic=topic, state="sent", sent_at=NOW)

    assert "Send once more" not in desk.get(page(row)).text
    assert desk.post(page(row), {"do": "once-more"}).status_code == 409
    assert Message.objects.count() == 1


def test_a_list_of_chosen_ones_never_sends_what_has_arrived(desk):
    row = message(state="sent", sent_at=NOW)

    desk.post(LIST, {"action": "send_again_selected", "_selected_action": [row.pk]})

    assert Message.objects.count() == 1


def test_waiting_messages_are_left_to_the_worker():
    row, by = message(), UserFactory()

    assert send_again(row, by=by) is None
    assert send_once_more(row, by=by) is None
    assert not mark_as_sent(row, by=by)
