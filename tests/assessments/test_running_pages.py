"""Running on the patient's own pages: the test first, stage by stage, then by distance."""

import json
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from assessments import actions
from assessments.errors import RunningTestOpen, StudentsDoNotSign
from assessments.models import PlannedRun, RunLog, RunningTest
from clinic import roles
from clinic.models import AuditEvent
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    make_issued,
    make_practice,
    make_practitioner,
)

pytestmark = pytest.mark.django_db
CHECKS = [f"F2-{number}" for number in range(1, 8)]
TODAY = date(2027, 1, 10)
CLEAN = {"pain": 1, "settled": True}


@pytest.fixture
def walker(client):
    """A runner who paused: the plan holds walk-jog (case 5)."""
    return Runner(client, make_issued(5))


@pytest.fixture
def runner(client):
    """A runner who goes on within limits (case 1 runs half)."""
    return Runner(client, make_issued(1))


class Runner:
    def __init__(self, client, plan):
        make_practice()
        self.client, self.plan, self.patient = client, plan, plan.episode.patient
        self.physio = plan.assessment.author
        self.user = grant(self.patient)
        client.force_login(self.user)

    def page(self, tail="plan/"):
        answer = self.client.get(f"/me/{self.patient.pk}/{tail}")
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))

    def post(self, tail, **form):
        return self.client.post(f"/me/{self.patient.pk}/plan/{tail}", form)

    def pass_test(self):
        by = {"by": self.physio.user, "now": NOW}
        return actions.pass_running_test(self.plan.episode, CHECKS, **by)

    def ran(self, ago, **said):
        """Log a run so many days ago, as a phone sends it; return the answer."""
        return self.send(
            {
                "kind": "run",
                "client_id": str(uuid4()),
                "plan": str(self.plan.pk),
                "on": (TODAY - timedelta(days=ago)).isoformat(),
            }
            | said
        )

    def woke(self, ago, knee):
        return self.send(
            {
                "kind": "morning",
                "client_id": str(uuid4()),
                "on": (TODAY - timedelta(days=ago)).isoformat(),
                "knee": knee,
            }
        )

    def send(self, entry):
        answer = self.client.post(
            f"/me/{self.patient.pk}/plan/log/",
            json.dumps([entry]),
            content_type="application/json",
        )
        return answer.json()[0]


def test_before_the_test_nobody_runs_and_the_page_says_what_it_looks_at(walker):
    said = walker.page()

    assert "May I run? Not yet" in said
    assert "Brisk walk of 30 minutes" in said
    assert walker.post("run/", stage=1, on="2027-01-10").status_code == 404
    assert RunLog.objects.count() == 0


def test_stage_by_stage(walker):
    walker.pass_test()
    assert "May I run? Yes, today" in walker.page()
    assert "Stage 1: 8 × jog 1 min, walk 2 min." in walker.page()

    for ago in (5, 3):
        assert walker.ran(ago, stage=1, **CLEAN)["status"] == "saved"
    assert "still waits for its three answers" in walker.page()

    for ago in (4, 2):
        walker.woke(ago, "same")
    said = walker.page()
    assert "Stage 2: 6 × jog 2 min, walk 2 min." in said
    assert "The stage before went well 2 times." in said
    assert "2 clean sessions, then stage 3." in said


def test_a_worse_morning_is_the_third_check(walker):
    walker.pass_test()
    for ago in (7, 5):
        walker.ran(ago, stage=1, **CLEAN)
        walker.woke(ago - 1, "worse")

    said = walker.page()

    assert "Two sessions in a row had a no: 3 days without running" in said


def test_a_rest_day_lies_between(walker):
    walker.pass_test()
    walker.ran(0, stage=1, **CLEAN)

    said = walker.page()

    assert "Not today. From Tuesday 12 January" in said
    assert "Tomorrow morning: say how the knee is." in said


@pytest.mark.parametrize(
    "wrong",
    [
        {"stage": 9},
        {"stage": True},
        {"stage": "1"},
        {"stage": None},
        {"stage": 1, "km": -1},
        {"stage": 1, "km": 101},
        {"stage": 1, "km": "1.234"},
        {"stage": 1, "km": [1]},
        {"stage": 1, "pain": 11},
        {"stage": 1, "settled": "yes"},
        {"stage": 1, "plan": "x"},
        {"stage": 1, "plan": "5f0c8a52-6d3e-4c1b-9a77-0e4f2b8d1c36"},
        {"stage": 1, "on": "2027-01-12"},
        {"kind": "walk", "stage": 1},
    ],
    ids=str,
)
def test_a_wrong_run_is_refused(walker, wrong):
    walker.pass_test()

    assert walker.ran(0, **wrong)["status"] == "refused"
    assert RunLog.objects.count() == 0


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(walker):
    walker.pass_test()

    response = walker.post("run/", stage="1", on="2027-01-10", km="far", pain="0", settled="yes")

    assert response.status_code == 422
    assert "Write the distance as a number" in response.text
    assert 'value="far"' in response.text
    assert re.search(r'value="yes"[^>]*checked', response.text)
    assert re.search(r'value="0" selected', response.text)
    assert RunLog.objects.count() == 0


def test_a_form_sent_twice_is_one_run(walker):
    walker.pass_test()
    form = {"stage": "1", "on": "2027-01-10", "pain": "", "client_id": str(uuid4())}

    assert [walker.post("run/", **form).status_code for _ in "12"] == [303, 303]

    run = RunLog.objects.get()
    assert (run.stage, run.km, run.pain, run.settled) == (1, None, None, None)


class TestTheTest:
    def test_every_check_is_needed(self, walker):
        by = {"by": walker.physio.user, "now": NOW}
        with pytest.raises(RunningTestOpen):
            actions.pass_running_test(walker.plan.episode, CHECKS[:-1], **by)
        assert RunningTest.objects.count() == 0

    def test_a_student_does_not_pass_it(self, walker):
        student = make_practitioner(roles.STUDENT)
        with pytest.raises(StudentsDoNotSign):
            actions.pass_running_test(walker.plan.episode, CHECKS, by=student.user, now=NOW)

    def test_from_the_patients_page(self, walker, client):
        client.force_login(walker.physio.user)
        address = f"/chart/patients/{walker.patient.pk}/"

        assert "Test before the first run" in client.get(address).text
        client.post(f"{address}running-test/", {"check": CHECKS})
        client.post(f"{address}running-test/", {"check": CHECKS})

        assert RunningTest.objects.get().passed_by == walker.physio.user
        assert "passed on 10 Jan 2027" in client.get(address).text
        assert AuditEvent.objects.filter(action="running_test.passed").count() == 1


class TestByDistance:
    def test_the_plans_own_target_and_what_was_run(self, runner):
        runner.ran(3, km=4.5)

        said = runner.page()

        assert "May I run? Yes, half" in said
        assert "This week: 12 km." in said
        assert "So far this week: 4.5 km." in said
        assert "One run: at most 4.95 km." in said

    def test_ten_kilometres_let_eleven_pass_and_not_more(self, runner):
        runner.ran(20, km=10)

        blocked = runner.post("ahead/", on="2027-01-12", km="11.1")
        assert blocked.status_code == 422
        assert "Run at most 11 km" in blocked.text
        assert 'value="11.1"' in blocked.text
        assert PlannedRun.objects.count() == 0

        assert runner.post("ahead/", on="2027-01-12", km="11.0").status_code == 303
        assert "Planned: 11 km on Tuesday 12 January" in runner.page().replace("11.00", "11")

    def test_a_no_may_be_overridden_with_a_reason(self, runner):
        runner.ran(20, km=10)

        runner.post("ahead/", on="2027-01-12", km="12", reason="A race I signed up for")

        planned = PlannedRun.objects.get()
        assert (planned.override_reason, planned.longest_km) == ("A race I signed up for", 10)

    def test_a_reason_that_was_not_needed_is_not_kept(self, runner):
        runner.ran(20, km=10)
        runner.post("ahead/", on="2027-01-12", km="5", reason="why not")

        assert PlannedRun.objects.get().override_reason == ""

    def test_with_nothing_logged_the_longest_is_asked(self, runner):
        assert runner.post("ahead/", on="2027-01-12", km="5").status_code == 422
        assert runner.post("ahead/", on="2027-01-12", km="5", longest="4").status_code == 422
        assert runner.post("ahead/", on="2027-01-12", km="5", longest="4.9").status_code == 303

    @pytest.mark.parametrize(
        "wrong",
        [{"km": ""}, {"km": "0"}, {"km": "nan"}, {"on": "2027-01-09"}, {"on": "9999-12-31"}],
    )
    def test_what_cannot_be(self, runner, wrong):
        runner.ran(20, km=10)
        form = {"on": "2027-01-12", "km": "5"} | wrong

        assert runner.post("ahead/", **form).status_code == 422
        assert PlannedRun.objects.count() == 0


def test_the_page_costs_the_same_for_one_run_and_for_many(runner, django_assert_max_num_queries):
    runner.ran(1, km=2)
    runner.page()
    for count in (0, 12):
        for ago in range(count):
            runner.ran(ago + 2, km=3)
            runner.woke(ago, "same")
        with django_assert_max_num_queries(24):
            runner.page()


def test_somebody_elses_plan_is_not_run(runner, client):
    other = Runner(client, make_issued(1))

    assert other.ran(0, km=3, plan=str(runner.plan.pk))["status"] == "refused"


def test_a_colleague_who_looks_after_the_patient_sees_nothing_of_another(walker, client):
    stranger = make_practitioner()
    client.force_login(stranger.user)
    address = f"/chart/patients/{walker.patient.pk}/running-test/"
    assert client.post(address, {"check": CHECKS}).status_code == 404

    care(stranger, walker.patient)
    assert client.post(address, {"check": CHECKS}).status_code == 302
