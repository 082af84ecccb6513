"""Asked how it goes after discharge: once each by a neutral mail, answered once behind its link."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from dateutil.relativedelta import relativedelta
from django.core import mail
from django.db import IntegrityError, transaction

from assessments import actions
from assessments.actions.check_ins import Told
from assessments.attention import wants_a_look
from assessments.checking_in import LATE, OPEN
from assessments.errors import CheckInClosed
from assessments.models import CheckIn, CheckInLink
from clinic import jobs, outbox
from clinic.actions.consents import withdraw_consent
from clinic.audit import GUEST
from clinic.models import AuditEvent, CareRelation, Message
from tests.assessments.factories import (
    NOW,
    care,
    make_hours,
    make_issued,
    make_patient,
    make_practice,
    make_practitioner,
    make_visit,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ANSWER = {
    "pain_now": "0", "pain_worst": "2", "compared": "same", "exercising": "twice",
    "sport": "before",
}  # fmt: skip


@pytest.fixture
def made():
    """A discharge of a runner who agreed to be asked."""
    make_practice()
    plan = make_issued(1)
    by = {"by": plan.assessment.author.user, "now": NOW}
    actions.discharge(
        plan.episode, "goals_met", reason="runs", keep_going=True, check_ins=True, **by
    )
    Message.objects.all().delete()
    return plan.episode.discharges.get()


def later(months, more=timedelta()):
    """Noon of the day so many months after the discharge."""
    return datetime(2027, 1, 10, 19, tzinfo=UTC) + relativedelta(months=months) + more


def work(at):
    with time_machine.travel(at, tick=False):
        jobs.run_due(at, everything=True)
        while outbox.send_one():
            pass


def asked():
    return [each for each in mail.outbox if "A question from" in each.subject]


def link():
    return re.search(r"(/check-in/[\w-]+/)", asked()[-1].body)[1]


class TestAsking:
    def test_after_three_and_six_months_once_each(self, made):
        for at in (later(3, -DAY), later(3), later(3), later(3, DAY), later(6), later(6, DAY)):
            work(at)

        assert len(asked()) == 2
        assert list(CheckIn.objects.order_by("months").values_list("months", flat=True)) == [3, 6]
        assert Message.objects.filter(topic="check_in", state="sent").count() == 2

    def test_the_mail_says_nothing_of_health(self, made):
        work(later(3))

        letter = asked()[0]
        words = (letter.subject + letter.body).lower()
        assert not re.search(
            r"knee|pain|exercis|discharg|physio|treat|injur|plan",
            words.replace("quince lane physio", ""),
        )
        assert "List-Unsubscribe" in letter.extra_headers
        token = link().split("/")[2]
        assert not CheckInLink.objects.filter(token_sha256=token).exists()  # only its digest

    def test_not_at_night(self, made):
        work(later(3, timedelta(hours=12)))

        assert asked() == []

    @pytest.mark.parametrize("days", [0, 14])
    def test_what_an_outage_delayed_is_sent_for_two_weeks(self, made, days):
        work(later(3, days * DAY))

        assert len(asked()) == 1

    def test_and_not_afterwards(self, made):
        work(later(3, LATE + DAY))

        assert asked() == []
        assert not CheckIn.objects.exists()

    def test_a_mail_that_waited_for_its_server_is_not_sent_when_the_form_is_closed(self, made):
        with time_machine.travel(later(3), tick=False):
            actions.queue_check_ins(now=later(3))

        work(later(3, OPEN + DAY))

        assert asked() == []
        assert Message.objects.get(topic="check_in").state == "skipped"

    @pytest.mark.parametrize("when", ["before it is owed", "before it is sent"])
    @pytest.mark.parametrize(
        "what", ["withdrawn", "merged", "reopened", "another episode", "a visit", "no address"]
    )
    def test_not_to_who_withdrew_or_is_back(self, made, what, when):
        patient = made.episode.patient
        physio = made.made_by.practitioner
        if when == "before it is sent":
            with time_machine.travel(later(3), tick=False):
                assert actions.queue_check_ins(now=later(3)) == 1
        if what == "withdrawn":
            withdraw_consent(patient, "check_ins", by=GUEST, now=later(2))
        elif what == "merged":
            patient.merged_into = make_patient()
            patient.save()
        elif what == "reopened":
            actions.reopen(made.episode, "flared", by=made.made_by, now=later(2))
        elif what == "another episode":
            actions.start_assessment(patient, physio, by=made.made_by, now=later(2))
        elif what == "a visit":
            make_visit(physio, patient, starts_at=later(4))
        else:
            patient.email = ""
            patient.save()

        work(later(3))

        assert asked() == []

    def test_a_cancelled_visit_is_no_return(self, made):
        make_visit(
            made.made_by.practitioner,
            made.episode.patient,
            starts_at=later(2),
            state="cancelled",
            cancelled_at=NOW,
        )

        work(later(3))

        assert len(asked()) == 1

    def test_who_did_not_agree_is_not_asked(self):
        make_practice()
        plan = make_issued(1)
        by = plan.assessment.author.user
        actions.discharge(plan.episode, "moved", by=by, now=NOW)

        work(later(3))

        assert asked() == []


class TestAnswering:
    @pytest.fixture
    def address(self, made):
        work(later(3))
        return link()

    def ask(self, client, method, address, *args, at=None, **more):
        with time_machine.travel(at or later(3, DAY), tick=False):
            return getattr(client, method)(address, *args, **more)

    def test_a_scanner_that_opens_it_changes_nothing(self, address, client):
        for method in ("get", "head", "get"):
            assert self.ask(client, method, address).status_code == 200

        assert CheckIn.objects.get().answered_at is None
        assert "checked" not in self.ask(client, "get", address).text

    def test_it_is_kept_once(self, made, address, client):
        first = self.ask(client, "post", address, ANSWER)
        second = self.ask(client, "post", address, ANSWER | {"compared": "worse"})

        kept = CheckIn.objects.get()
        assert (first.status_code, first["Location"]) == (303, address)
        assert second.status_code == 200
        assert "Thank you" in second.text
        assert (kept.pain_now, kept.pain_worst, kept.compared, kept.worse) == (0, 2, "same", False)
        assert kept.activity is None
        assert AuditEvent.objects.filter(action="check_in.answered").count() == 1

    def test_afterwards_the_page_offers_a_visit_and_shows_no_answer(self, made, address, client):
        _place, service = make_hours(made.made_by.practitioner)
        self.ask(client, "post", address, ANSWER | {"pain_worst": "7"})

        page = self.ask(client, "get", address)

        slug = made.made_by.practitioner.slug
        assert f'href="/book/{service.slug}/?practitioner={slug}"' in page.text
        assert f"/me/{made.episode.patient_id}/plan/#flare-plan" in page.text
        assert "Call 911 now" in page.text
        assert page["Cache-Control"] == "no-store, private"
        assert "worst" not in page.text.partition("When to get help")[0]

    @pytest.mark.parametrize("missing", sorted(ANSWER))
    def test_what_is_missing_is_asked_for_and_the_rest_stays(self, address, client, missing):
        form = {name: value for name, value in ANSWER.items() if name != missing}

        answer = self.ask(client, "post", address, form)

        assert answer.status_code == 422
        assert answer.text.count("checked") == len(form)
        assert CheckIn.objects.get().answered_at is None

    def test_too_late_there_is_a_page_that_helps(self, made, address, client):
        closed = datetime.combine(
            CheckIn.objects.get().closes_on + DAY, datetime.min.time(), UTC
        ) + timedelta(hours=19)

        page = self.ask(client, "post", address, ANSWER, at=closed)

        assert page.status_code == 200
        assert "It is too late for these questions" in page.text
        assert "Book a visit" in page.text
        with pytest.raises(CheckInClosed):
            actions.answer_check_in(
                CheckIn.objects.get(),
                Told(pain_now=0, pain_worst=0, compared="same", exercising="not", sport="none"),
                now=closed,
            )

    def test_a_link_nobody_was_given_is_no_page(self, made, client):
        assert client.get(f"/check-in/{'x' * 43}/").status_code == 404


class TestWhoReadsIt:
    def answered(self, made, **told):
        work(later(3))
        values = {
            "pain_now": 1, "pain_worst": 5, "compared": "same", "exercising": "once",
            "sport": "less",
        } | told  # fmt: skip
        return actions.answer_check_in(CheckIn.objects.get(), Told(**values), now=later(3, DAY))

    @pytest.mark.parametrize(
        ("told", "worse"),
        [
            ({}, False),
            ({"compared": "worse"}, True),
            ({"pain_worst": 6}, False),  # it was 5 at the visit; 2 points mean something
            ({"pain_worst": 7}, True),
            ({"pain_worst": 7, "compared": "better"}, True),
        ],
    )
    def test_worse_is_what_they_say_or_a_change_that_means_something(self, made, told, worse):
        assert self.answered(made, **told).worse is worse

    @pytest.mark.parametrize(("compared", "count"), [("worse", 1), ("same", 0)])
    def test_worse_stands_on_today_until_somebody_looked(self, made, compared, count):
        physio = made.made_by.practitioner
        CareRelation.objects.all().delete()  # it ended long ago
        self.answered(made, compared=compared)
        at = later(3, 2 * DAY)

        with time_machine.travel(at, tick=False):
            found = wants_a_look(physio, at, examines=True)
            stranger = make_practitioner()
            care(stranger, make_patient())
            others = wants_a_look(stranger, at, examines=True)

        assert len(found) == count
        assert others == []
        if count:
            said = found[0].reasons[0].words
            assert said == "Discharged, and says after 3 months that it got worse: worst pain 5"
            actions.look_at_logs(
                made.episode.patient, physio, up_to=found[0].newest, by=made.made_by, now=at
            )
            with time_machine.travel(at, tick=False):
                assert wants_a_look(physio, at, examines=True) == []

    def test_the_timeline_shows_the_answer(self, made, client):
        self.answered(made, compared="worse")

        with time_machine.travel(later(3, 2 * DAY), tick=False):
            client.force_login(made.made_by)
            page = client.get(f"/chart/patients/{made.episode.patient_id}/").text

        assert "Check-in after 3 months" in page
        assert "got worse" in page
        assert "pain now 1, worst of the week 5" in page

    def test_the_right_to_read_it_ends(self, made, client):
        CareRelation.objects.all().delete()
        self.answered(made)

        with time_machine.travel(later(3, 32 * DAY), tick=False):
            client.force_login(made.made_by)
            page = client.get(f"/chart/patients/{made.episode.patient_id}/")

        assert page.status_code == 404

    def test_the_database_keeps_the_answer(self, made):
        self.answered(made)

        with pytest.raises(IntegrityError), transaction.atomic():
            CheckIn.objects.update(worse=True)
        with pytest.raises(IntegrityError), transaction.atomic():
            CheckIn.objects.create(discharge=made, months=3, asked_at=NOW, closes_on=NOW.date())
