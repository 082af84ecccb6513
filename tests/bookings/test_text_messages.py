"""Messages about visits on the phone: only for who agreed, short, and nothing clinical."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from assessments.models import Intake
from bookings import actions, owing
from bookings.links import visit_of
from clinic import outbox
from clinic.actions import consents
from clinic.audit import GUEST
from clinic.models import Message
from clinic.sms import ONE_PART
from tests.bookings.conftest import at
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FRIDAY = at(10, day=15)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.SMS_BACKEND, settings.SMS_DIR = "file", str(tmp_path)
    return tmp_path


@pytest.fixture
def patient(db):
    return PatientFactory(first_name="Gus", phone="+14035550142", email="gus@example.com")


@pytest.fixture
def agreed(patient):
    consents.give_consent(patient, "sms", by=GUEST, now=NOW)
    return patient


def visit_for(clinic, patient, desk, starts_at=FRIDAY):
    return actions.desk_book(
        patient=patient, service=clinic.service, practitioner=clinic.physio,
        location=clinic.place, starts_at=starts_at, by=desk, now=NOW,
    )  # fmt: skip


def send(now=NOW):
    """Let the worker run; return the texts that left."""
    folder = Path(outbox.deliver.__globals__["settings"].SMS_DIR)
    before = set(folder.iterdir())
    with time_machine.travel(now, tick=False):
        outbox.send_due()
    return [path.read_text() for path in folder.iterdir() if path not in before]


def channels():
    rows = Message.objects.order_by("pk").values_list("topic", "channel")
    return sorted((topic, channel) for topic, channel in rows)


def test_rule_34_nobody_is_texted_who_did_not_agree(clinic, patient, desk):
    visit = visit_for(clinic, patient, desk)
    actions.cancel(visit, reason="other", by=desk, now=NOW + 5 * MINUTE)

    assert channels() == [("booked-by-desk", "email"), ("cancelled", "email")]


def test_moves_and_cancellations_come_by_both_a_booking_by_mail(clinic, agreed, desk):
    visit = visit_for(clinic, agreed, desk)
    assert channels() == [("booked-by-desk", "email")]
    visit = actions.move(
        visit, practitioner=clinic.physio, location=clinic.place, starts_at=at(14, day=15),
        by=desk, now=NOW + 5 * MINUTE,
    )  # fmt: skip

    assert ("moved", "sms") in channels()
    [text] = send(NOW + 5 * MINUTE)
    assert "To: +14035550142" in text
    assert "Larchwood Physiotherapy: your appointment has a new time: Fri 15 Jan, 14:00." in text
    actions.cancel(visit, reason="other", by=desk, now=NOW + 10 * MINUTE)
    [text] = send(NOW + 10 * MINUTE)
    assert "your appointment on Fri 15 Jan, 14:00 is cancelled." in text
    assert "/visit/" not in text


def test_without_a_mail_address_everything_comes_by_text(clinic, agreed, desk):
    agreed.email = ""
    agreed.save()
    visit = visit_for(clinic, agreed, desk)
    actions.renew_links(visit, by=desk, now=NOW)

    assert channels() == [("booked-by-desk", "sms"), ("new-link", "sms")]
    texts = send()
    assert len(texts) == 2
    assert all("Fri 15 Jan, 10:00" in text for text in texts)


def test_the_link_in_a_text_opens_the_visit(clinic, agreed, desk):
    agreed.email = ""
    agreed.save()
    visit = visit_for(clinic, agreed, desk)

    [text] = send()

    token = text.split("/visit/")[1].split("/")[0]
    assert visit_of(token, NOW) == visit


def test_reminders_come_by_both_and_each_once(clinic, agreed, desk):
    visit = visit_for(clinic, agreed, desk)
    send()
    for hours in (48, 47, 4, 3, 2):
        now = visit.starts_at - hours * HOUR
        with time_machine.travel(now, tick=False):
            actions.queue_reminders(now=now)
        send(now)

    rows = Message.objects.filter(topic="reminder").values_list("channel", "state")
    assert sorted(rows) == [("email", "sent")] * 2 + [("sms", "sent")] * 2


def test_whoever_has_only_a_phone_is_reminded_if_they_agreed(clinic, agreed):
    agreed.email = ""
    agreed.save()
    AppointmentFactory(starts_at=FRIDAY, patient=agreed)
    AppointmentFactory(starts_at=FRIDAY, patient=PatientFactory(email="", phone="+14035550199"))

    assert actions.queue_reminders(now=FRIDAY - 48 * HOUR) == 1
    assert channels() == [("reminder", "sms")]


def test_whoever_withdraws_meanwhile_is_not_texted(clinic, agreed, desk):
    visit = visit_for(clinic, agreed, desk)
    actions.cancel(visit, reason="other", by=desk, now=NOW)
    consents.withdraw_consent(agreed, "sms", by=GUEST, now=NOW + MINUTE)

    assert send(NOW + 5 * MINUTE) == []
    assert Message.objects.get(channel="sms").state == "skipped"


def test_several_changes_in_a_hurry_make_one_text(clinic, agreed, desk):
    visit = visit_for(clinic, agreed, desk)
    for minute, hour in ((5, 14), (6, 15), (7, 16)):
        visit = actions.move(
            visit, practitioner=clinic.physio, location=clinic.place,
            starts_at=at(hour, day=15), by=desk, now=NOW + minute * MINUTE,
        )  # fmt: skip
        if minute == 5:
            assert len(send(NOW + 5 * MINUTE)) == 1

    assert send(NOW + 7 * MINUTE) == []
    [text] = send(NOW + 8 * MINUTE)
    assert "16:00" in text


def test_a_text_is_short_and_says_nothing_clinical(clinic, agreed, desk):
    clinic.service.name = "Knee pain clinic"
    clinic.service.save()
    visit = visit_for(clinic, agreed, desk)
    owing.remind(visit, 3 * HOUR)

    [text] = send(visit.starts_at - 3 * HOUR)

    body = text.split("\n\n", 1)[1]
    assert len(body) <= 160
    for word in ("knee", "pain", "gus"):
        assert word not in body.lower()


def test_switched_off_nobody_is_texted(clinic, agreed, desk, settings):
    settings.SMS_BACKEND = ""
    visit = visit_for(clinic, agreed, desk)
    actions.cancel(visit, reason="other", by=desk, now=NOW)

    assert {channel for _, channel in channels()} == {"email"}


def test_rule_29_a_text_says_that_a_form_is_to_be_filled_in_until_it_is(
    settings, clinic, agreed, desk
):
    settings.SITE_URL = "https://book.example.com"
    clinic.service.asks_intake = True
    clinic.service.save()
    agreed.email = ""
    agreed.save()
    visit = visit_for(clinic, agreed, desk)

    [text] = send()

    said = text.partition("\n\n")[2].strip()
    assert " is on Fri 15 Jan, 10:00. Form to fill in: https://book.example.com/visit/" in said
    assert len(said) <= ONE_PART
    Intake.objects.create(
        appointment=visit, part=Intake.Part.FIRST, begun_at=NOW, saved_at=NOW, sent_at=NOW
    )
    now = visit.starts_at - 48 * HOUR
    actions.queue_reminders(now=now)
    [text] = send(now)
    assert " is on Fri 15 Jan, 10:00. https://book.example.com/visit/" in text
