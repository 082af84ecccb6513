"""Clinic news: only to those who asked, once per address, with a way out in every mail."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import DatabaseError, transaction

from clinic import choices, outbox, roles
from clinic.actions import consents
from clinic.actions.news import readers, send_news
from clinic.audit import GUEST
from clinic.models import AuditEvent, Message, News
from tests.clinic.test_admin import signed_in
from tests.conftest import NOW
from tests.factories import PatientFactory, PracticeFactory, UserFactory

ADD = "/admin/clinic/news/add/"


@pytest.fixture(autouse=True)
def practice(db):
    return PracticeFactory()


def reader(email="rita@example.com", **values):
    patient = PatientFactory(email=email, first_name="Rita", **values)
    consents.give_consent(patient, "news", by=GUEST, now=NOW)
    return patient


def send(body="Hello {first_name}, we are open on Saturdays."):
    return send_news("News from {clinic}", body, by=UserFactory(), now=NOW)


def test_rule_34_only_those_who_asked_and_each_address_once():
    reader()
    reader()  # a brother with the same address
    reader("other@example.com")
    reader(email="")
    PatientFactory()
    gone = reader("gone@example.com")
    consents.withdraw_consent(gone, "news", by=GUEST, now=NOW)

    news = send()
    outbox.send_due()

    assert news.recipients == 2
    assert sorted(letter.to[0] for letter in mail.outbox) == [
        "other@example.com",
        "rita@example.com",
    ]


def test_rule_31_every_mail_can_be_ended_with_one_click():
    patient = reader()
    send()
    outbox.send_due()

    [letter] = mail.outbox
    link = choices.stop_link(patient.pk, "news")
    assert letter.subject == "News from Larchwood Physiotherapy"
    assert letter.body.startswith("Hello Rita, we are open on Saturdays.")
    assert letter.extra_headers["List-Unsubscribe"] == f"<{link}>"
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in letter.body
    assert link in letter.alternatives[0].content


def test_whoever_ends_it_before_the_mail_left_gets_none():
    patient = reader()
    send()
    consents.withdraw_consent(patient, "news", by=GUEST, now=NOW)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        outbox.send_due()

    assert mail.outbox == []
    assert Message.objects.get().state == "skipped"


def test_what_was_sent_cannot_change_even_by_sql():
    send()

    with pytest.raises(DatabaseError), transaction.atomic():
        News.objects.update(body="other")
    with pytest.raises(DatabaseError), transaction.atomic():
        News.objects.all().delete()


@pytest.mark.parametrize("count", [1, 5])
def test_finding_the_readers_is_one_query(count, django_assert_num_queries):
    for number in range(count):
        reader(f"r{number}@example.com")

    with django_assert_num_queries(1):
        assert len(readers()) == count


# The manager's page ------------------------------------------------------------------------------


@pytest.fixture
def manager():
    return signed_in(roles.MANAGER)


def test_a_manager_writes_looks_and_sends(manager):
    reader()
    typed = {"subject": "Saturdays", "body": "Hello {first_name}.\n\nWe open on Saturdays."}
    looked = manager.post(ADD, typed)
    assert "Hello Sam." in looked.content.decode()
    assert "Goes to 1 address" in looked.content.decode()
    assert not News.objects.exists()

    sent = manager.post(ADD, {**typed, "seen": "on", "send": "1"})

    assert sent.status_code == 302
    news = News.objects.get()
    assert (news.subject, news.recipients, news.sent_by) == ("Saturdays", 1, manager.user)
    assert AuditEvent.objects.filter(action="news_sent", actor_id=manager.user.pk).count() == 1
    assert "Saturdays" in manager.get("/admin/clinic/news/").content.decode()
    shown = manager.get(f"/admin/clinic/news/{news.pk}/change/").content.decode()
    assert "We open on Saturdays." in shown


def test_nothing_is_sent_unseen(manager):
    manager.post(ADD, {"subject": "s", "body": "b", "send": "1"})

    assert not News.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"subject": "", "body": "b"}, "subject"),
        ({"subject": "s", "body": ""}, "body"),
        ({"subject": "s", "body": "Your {diagnosis}"}, "body"),
    ],
)
def test_what_does_not_fit_is_said_at_the_field(manager, typed, field):
    answer = manager.post(ADD, {**typed, "seen": "on", "send": "1"})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not News.objects.exists()


def test_the_desk_sends_no_news():
    desk = signed_in(roles.FRONT_DESK)

    assert desk.get("/admin/clinic/news/").status_code == 404
    typed = {"subject": "s", "body": "b", "seen": "on", "send": "1"}
    assert desk.post(ADD, typed).status_code == 404
    assert not News.objects.exists()
