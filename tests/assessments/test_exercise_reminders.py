"""Reminders, weekly or on picked days: neutral, one click to end (rules 31 and 34)."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from assessments import actions, reminding
from clinic import choices, jobs, outbox
from clinic.actions import consents
from clinic.audit import GUEST
from clinic.models import Message
from tests.assessments.factories import NOW, grant, log_entry, make_issued, make_practice

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def plan():
    make_practice()
    plan = make_issued()
    Message.objects.all().delete()  # the mail that told of the plan
    return plan


@pytest.fixture
def asked_for(plan):
    consents.give_consent(plan.episode.patient, "reminders", by=GUEST, now=NOW)
    return plan


def queue(days):
    with time_machine.travel(NOW + days * DAY, tick=False):
        return reminding.queue_exercise_reminders(now=NOW + days * DAY)


def send(days):
    before = len(mail.outbox)
    with time_machine.travel(NOW + days * DAY, tick=False):
        outbox.send_due()
    return mail.outbox[before:]


def test_rule_34_nobody_is_reminded_who_did_not_ask(plan):
    assert queue(5) == 0


def test_once_a_week_while_nothing_is_logged(asked_for):
    assert [queue(days) for days in (3, 4, 5, 10, 11, 12, 18)] == [0, 1, 0, 0, 1, 0, 1]


def test_rule_31_it_carries_one_click_headers_and_a_visible_way_out(asked_for):
    patient = asked_for.episode.patient
    queue(5)

    [letter] = send(5)

    with time_machine.travel(NOW + 5 * DAY, tick=False):
        link = choices.stop_link(patient.pk, "reminders")
    assert letter.extra_headers["List-Unsubscribe"] == f"<{link}>"
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in letter.body
    assert link in letter.alternatives[0].content


def test_its_words_say_nothing_about_health(asked_for):
    queue(5)
    [letter] = send(5)

    said = f"{letter.subject} {letter.body} {letter.alternatives[0].content}".lower()
    said = said.replace("quince lane physio", "")
    words = ("knee", "pain", "exercise", "plan", "physio", "treat", "assess", "sample")
    assert [word for word in words if word in said] == []
    assert "/me/" in said


def test_rule_31_mails_about_visits_and_sign_in_carry_no_such_header(plan):
    outbox.queue("sign_in_unknown", to="a@example.com", key="k")

    [letter] = send(0)

    assert "List-Unsubscribe" not in letter.extra_headers


def test_whoever_withdraws_meanwhile_gets_nothing(asked_for):
    queue(5)
    consents.withdraw_consent(asked_for.episode.patient, "reminders", by=GUEST, now=NOW + 5 * DAY)

    assert send(5) == []
    assert Message.objects.get().state == "skipped"


def test_whoever_logged_meanwhile_gets_nothing(asked_for):
    queue(5)
    patient = asked_for.episode.patient
    line = asked_for.lines.first()
    actions.log_sessions(patient, [log_entry(line)], by=grant(patient), now=NOW + 5 * DAY)

    assert send(5) == []
    assert [queue(days) for days in (8, 10, 12)] == [0, 0, 1]


def test_a_plan_that_was_replaced_or_ended_reminds_nobody(asked_for):
    queue(5)
    newer = actions.revise_plan(asked_for, by=asked_for.assessment.author.user, now=NOW + 5 * DAY)
    actions.issue_plan(newer, by=asked_for.assessment.author.user, now=NOW + 5 * DAY)

    assert [letter.subject for letter in send(5)] == ["Something new from Quince Lane Physio"]
    assert queue(12) == 1  # the new plan has been left alone by now


@pytest.mark.parametrize(("hour", "owed"), [(8, 0), (9, 1), (17, 1), (18, 0)])
def test_only_during_the_day(asked_for, hour, owed):
    now = (NOW + 5 * DAY).replace(hour=hour) + timedelta(hours=6)  # Edmonton, as UTC

    with time_machine.travel(now, tick=False):
        assert reminding.queue_exercise_reminders(now=now) == owed


@pytest.mark.parametrize("count", [1, 3])
def test_looking_costs_the_same_however_many(count, django_assert_num_queries):
    make_practice()
    for _ in range(count):
        plan = make_issued()
        consents.give_consent(plan.episode.patient, "reminders", by=GUEST, now=NOW)
    queue(5)

    with django_assert_num_queries(2):
        assert queue(6) == 0


def test_the_worker_knows_the_job():
    assert "assessments.periodic.queue_exercise_reminders" in jobs.names()


class TestOnPickedDays:
    """NOW is a Sunday: day 1 is a Monday."""

    @pytest.fixture
    def picked(self, asked_for):
        patient = asked_for.episode.patient
        patient.user = grant(patient)
        actions.choose_strength_days(patient, {0, 3}, by=patient.user, now=NOW)
        return patient

    def test_on_each_picked_day_once_and_on_no_other(self, picked):
        assert [queue(day) for day in (1, 1, 2, 3, 4, 4)] == [1, 0, 0, 0, 1, 0]

    def test_not_after_something_was_logged_that_day(self, picked, asked_for):
        entry = log_entry(asked_for.lines.get(exercise="EX05"), on="2027-01-11")
        actions.log_sessions(picked, [entry], by=picked.user, now=NOW + DAY)

        assert queue(1) == 0

    def test_it_is_sent_on_its_day_and_not_later(self, picked):
        queue(1)
        assert len(send(1)) == 1
        queue(4)
        assert send(5) == []

    def test_not_without_the_consent(self, picked):
        consents.withdraw_consent(picked, "reminders", by=GUEST, now=NOW)

        assert queue(1) == 0
