"""The log of a patient under strain: twice, out of order, two devices, a new plan, a wrong clock.

What each answer looks like is in test_log_sessions; here it is what is left in the end.
"""

import json
import re
from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from django.test import Client

from assessments import actions
from assessments.day import day_of
from assessments.mine import my_progress
from assessments.models import ExerciseLog, Flare, MorningLog, RunLog
from assessments.sheet import sheet_of
from assessments.story import story_of
from assessments.timeline import Reader
from bookings.actions.merging import merge
from clinic import roles
from tests.assessments.factories import (
    NOW,
    grant,
    log_entry,
    make_issued,
    make_patient,
    make_practice,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def plan():
    make_practice()
    return make_issued()


@pytest.fixture
def line(plan):
    return plan.lines.get(exercise="EX05")


@pytest.fixture
def patient(plan):
    found = plan.episode.patient
    found.user = grant(found)
    return found


def phone(patient):
    browser = Client()
    browser.force_login(patient.user)
    return browser


def send(browser, patient, *entries):
    """Send entries as the page does; return the word on each of them."""
    answer = browser.post(
        f"/me/{patient.pk}/plan/log/", json.dumps(entries), content_type="application/json"
    )
    assert answer.status_code == 200
    return [each["status"] for each in answer.json()]


def page(patient):
    return re.sub(r"\s+", " ", phone(patient).get(f"/me/{patient.pk}/plan/").text)


def of_each_kind(plan, line):
    """One entry of an exercise, of a run and of a morning."""
    day = {"on": TODAY.isoformat()}
    return [
        log_entry(line, pain=2),
        day | {"kind": "run", "client_id": str(uuid4()), "plan": str(plan.pk), "km": "5.5"},
        day | {"kind": "morning", "client_id": str(uuid4()), "knee": "same"},
    ]


def kept():
    return [model.objects.count() for model in (ExerciseLog, RunLog, MorningLog)]


class TestTwice:
    def test_of_every_kind_in_one_list_and_in_two(self, plan, line, patient):
        entries = of_each_kind(plan, line)

        assert send(phone(patient), patient, *entries, *entries) == ["saved"] * 3 + ["known"] * 3
        assert send(phone(patient), patient, *reversed(entries)) == ["known"] * 3
        assert kept() == [1, 1, 1]

    def test_by_the_phone_and_by_the_plain_form(self, line, patient):
        entry = log_entry(line)
        form = {key: value for key, value in entry.items() if value is not None}
        browser = phone(patient)

        assert browser.post(f"/me/{patient.pk}/plan/log/", form).status_code == 303
        assert send(browser, patient, entry) == ["known"]
        assert kept() == [1, 0, 0]

    def test_with_a_merge_of_the_records_in_between(self, plan, line, patient):
        """The phone sent it to the record that was merged away, and heard no answer."""
        entries, flare = of_each_kind(plan, line), uuid4()
        by = {"by": patient.user, "now": NOW}
        actions.log_sessions(patient, entries, **by)
        actions.report_flare(patient, plan, client_id=flare, **by)
        survivor = make_patient()
        merge(patient, survivor, by=make_user(roles.FRONT_DESK), now=NOW)

        again = actions.log_sessions(survivor, entries, **by)
        actions.report_flare(survivor, plan, client_id=flare, **by)

        assert [each.status for each in again] == ["known"] * 3
        assert (kept(), Flare.objects.count()) == ([1, 1, 1], 1)

    def test_so_late_that_it_would_be_too_old_to_begin_with(self, plan, line, patient):
        """What is here is here: the phone may forget it."""
        entries = of_each_kind(plan, line)
        send(phone(patient), patient, *entries)
        late = {"by": patient.user, "now": NOW + timedelta(days=90)}

        again = actions.log_sessions(patient, entries, **late)
        fresh = actions.log_sessions(patient, [entries[0] | {"client_id": str(uuid4())}], **late)

        assert [each.status for each in again + fresh] == ["known"] * 3 + ["refused"]


def words_of_a_day(line):
    """Three words on one line and day, by the clock: not, partly, done."""
    at = "2027-01-10T{}:00:00+00:00".format
    return [
        log_entry(line, done="not", at=at("08")),
        log_entry(line, done="partly", pain=4, at=at("09")),
        log_entry(line, done="done", pain=1, at=at("10")),
    ]


class TestOutOfOrder:
    @pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
    def test_what_was_said_last_counts_once(self, line, patient, order):
        said = words_of_a_day(line)
        for index in order:
            assert send(phone(patient), patient, said[index]) == ["saved"]

        assert "Done · pain 1" in re.sub(r"<[^>]+>", "", page(patient))
        adherence = my_progress(patient, TODAY).adherence
        assert (adherence.done, adherence.partly) == (1, 0)

    def test_a_day_sent_after_the_next_one_stays_its_own(self, line, patient):
        send(phone(patient), patient, log_entry(line, on="2027-01-10"))
        send(phone(patient), patient, log_entry(line, on="2027-01-08"))

        assert my_progress(patient, TODAY).adherence.done == 2


class TestTwoDevices:
    def test_a_phone_without_a_sign_in_and_a_browser_with_one(self, line, patient):
        browser, kept_phone = phone(patient), Client()
        browser.post(f"/me/{patient.pk}/phone/")
        kept_phone.cookies["plan-device"] = browser.cookies["plan-device"].value
        same = log_entry(line)

        assert send(kept_phone, patient, same) == ["saved"]
        assert send(browser, patient, same, log_entry(line)) == ["known", "saved"]
        assert my_progress(patient, TODAY).adherence.done == 1

    def test_the_ids_of_one_patient_do_not_hide_the_entries_of_another(self, line, patient):
        other = make_issued()
        theirs = other.episode.patient
        theirs.user = grant(theirs)
        entry = log_entry(line)

        assert send(phone(patient), patient, entry) == ["saved"]
        there = log_entry(other.lines.get(exercise="EX05"), client_id=entry["client_id"])
        assert send(phone(theirs), theirs, there) == ["saved"]


class TestAfterThePlanChanged:
    def test_what_the_phone_still_showed_is_kept_with_its_version(self, plan, line, patient):
        by = {"by": plan.assessment.author.user, "now": NOW}
        waiting = log_entry(line)
        newer = actions.revise_plan(plan, **by)
        actions.remove_line(newer.lines.get(exercise="EX05"), "Too sore", **by)
        actions.issue_plan(newer, **by)

        assert send(phone(patient), patient, waiting) == ["saved"]
        log = ExerciseLog.objects.get()
        assert (log.plan, log.line, log.plan.version) == (plan, line, 1)
        # The new version has the exercise no more, so nobody can say they do it by this one.
        gone = newer.lines.get(exercise="EX05")
        assert send(phone(patient), patient, log_entry(gone)) == ["refused"]

    def test_what_was_done_by_the_version_before_is_done(self, plan, line, patient):
        """Done this morning, a new version at noon: the exercise is not asked for once more."""
        by = {"by": plan.assessment.author.user, "now": NOW}
        send(phone(patient), patient, log_entry(line, pain=1), log_entry(line, on="2027-01-08"))
        newer = actions.issue_plan(actions.revise_plan(plan, **by), **by)

        day = day_of(sheet_of(newer), patient, TODAY)
        same = newer.lines.get(exercise="EX05").pk
        [card] = [each for each in (*day.due, *day.rest) if each.line.id == same]
        assert (card.logged.pain, card.this_week) == (1, 2)
        assert my_progress(patient, TODAY).adherence.done == 2
        reader = Reader(
            patient=patient, practitioner=plan.assessment.author, now=NOW, examines=True
        )
        assert story_of(reader).adherence.done == 2

    def test_a_version_that_the_line_is_not_of_is_refused(self, plan, line, patient):
        by = {"by": plan.assessment.author.user, "now": NOW}
        actions.issue_plan(actions.revise_plan(plan, **by), **by)

        assert send(phone(patient), patient, log_entry(line, plan_version=2)) == ["refused"]

    def test_a_plan_that_was_withdrawn_keeps_what_was_done(self, plan, line, patient):
        author = plan.assessment.author
        told = actions.Mistake(kind="other", reason="Another knee")
        actions.enter_in_error(plan.assessment, told, author, by=author.user, now=NOW)

        assert send(phone(patient), patient, log_entry(line)) == ["saved"]
        assert str(line.pk) not in page(patient)


class TestAnOldClient:
    def test_one_that_knows_nothing_of_what_came_later(self, line, patient):
        """No kind, no version, no clock, no scores."""
        old = {"client_id": str(uuid4()), "line": str(line.pk), "on": "2027-01-10", "done": "done"}

        assert send(phone(patient), patient, old) == ["saved"]
        log = ExerciseLog.objects.get()
        assert (log.pain, log.effort, log.said_at) == (None, None, NOW)

    def test_one_that_is_ahead_of_the_server(self, line, patient):
        sent = [log_entry(line, mood="fine", sets=[3, 3]), log_entry(line, kind="swim")]

        assert send(phone(patient), patient, *sent) == ["saved", "refused"]


class TestAClockThreeHoursOff:
    """NOW is noon at the clinic. The page lets a phone correct itself; this is one that did not."""

    @pytest.mark.parametrize("hours", [-3, 3])
    def test_it_is_kept_on_its_day_and_never_in_the_future(self, line, patient, hours):
        at = (NOW + timedelta(hours=hours)).isoformat()

        assert send(phone(patient), patient, log_entry(line, at=at)) == ["saved"]
        log = ExerciseLog.objects.get()
        assert (log.on, log.said_at) == (TODAY, min(NOW, NOW + timedelta(hours=hours)))
        assert my_progress(patient, TODAY).adherence.done == 1

    @pytest.mark.parametrize(("on", "status"), [("2027-01-11", "saved"), ("2027-01-12", "refused")])
    def test_past_midnight_by_its_own_clock(self, line, patient, on, status):
        """Tomorrow's date is believed, since it may be tomorrow where they are; no later one is."""
        assert send(phone(patient), patient, log_entry(line, on=on)) == [status]
        assert my_progress(patient, TODAY).adherence.done == 0

    def test_a_fast_clock_does_not_outlast_what_is_said_after_it(self, line, patient):
        """Said at noon on a phone that shows three, then corrected at one on another."""
        fast = log_entry(line, done="done", at=(NOW + timedelta(hours=3)).isoformat())
        later = NOW + timedelta(hours=1)
        right = log_entry(line, done="not", at=later.isoformat())
        actions.log_sessions(patient, [fast], by=patient.user, now=NOW)
        actions.log_sessions(patient, [right], by=patient.user, now=later)

        assert my_progress(patient, TODAY).adherence.done == 0
