"""What patients log: kept once, answered for each, never guessed."""

import json
from uuid import uuid4

import pytest

from assessments import actions
from assessments.models import ExerciseLog
from clinic.models import AuditEvent
from tests.assessments.factories import NOW, grant, log_entry, make_issued

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return make_issued()


@pytest.fixture
def line(plan):
    return plan.lines.get(exercise="EX05")


@pytest.fixture
def send(client, plan):
    """Send a JSON list as the phone does; return the status and the answers."""
    patient = plan.episode.patient
    client.force_login(grant(patient))

    def post(body):
        response = client.post(
            f"/me/{patient.pk}/plan/log/",
            body if isinstance(body, str | bytes) else json.dumps(body),
            content_type="application/json",
        )
        return response.status_code, response.json()

    return post


def test_each_entry_is_answered_by_its_id(send, line):
    first, second = log_entry(line), log_entry(line, pain=3, effort=6, done="partly")

    status, answers = send([first, second])

    assert status == 200
    assert answers == [
        {"client_id": first["client_id"], "status": "saved"},
        {"client_id": second["client_id"], "status": "saved"},
    ]
    kept = ExerciseLog.objects.order_by("pk").values_list("done", "pain", "effort")
    assert list(kept) == [("done", None, None), ("partly", 3, 6)]


def test_a_repeat_is_harmless_and_answered_200(send, line):
    entry = log_entry(line, pain=2)
    send([entry])

    for _ in range(3):
        status, answers = send([entry, entry])
        assert status == 200
        assert [answer["status"] for answer in answers] == ["known", "known"]

    assert ExerciseLog.objects.count() == 1


def test_a_repeat_with_other_words_changes_nothing(send, line):
    entry = log_entry(line, pain=2)
    send([entry])

    send([entry | {"pain": 9, "done": "not"}])

    log = ExerciseLog.objects.get()
    assert (log.pain, log.done) == (2, "done")


def test_no_pain_given_is_not_no_pain(send, line):
    send([log_entry(line, pain=0), log_entry(line, pain=None)])

    assert list(ExerciseLog.objects.order_by("pk").values_list("pain", flat=True)) == [0, None]


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "x"},
        {"client_id": None},
        {"client_id": 7},
        {"line": "5f0c8a52-6d3e-4c1b-9a77-0e4f2b8d1c36"},
        {"line": None},
        {"on": "yesterday"},
        {"on": "2027-01-12"},
        {"on": "2026-10-01"},
        {"on": "9999-12-31"},
        {"on": 20270110},
        {"done": "maybe"},
        {"done": None},
        {"pain": 11},
        {"pain": -1},
        {"pain": 2.5},
        {"pain": "3"},
        {"pain": True},
        {"effort": 11},
        {"plan_version": 2},
        {"plan_version": "1"},
    ],
    ids=str,
)
def test_a_wrong_entry_is_refused_and_the_others_are_kept(send, line, wrong):
    status, answers = send([log_entry(line) | wrong, log_entry(line)])

    assert status == 200
    assert [answer["status"] for answer in answers] == ["refused", "saved"]
    assert answers[0]["error"]
    assert ExerciseLog.objects.count() == 1


@pytest.mark.parametrize("body", ["", "{}", "[1]", "[NaN]", "null", "[" * 100_000, b"\xff"])
def test_what_is_no_list_is_400(send, body):
    status, answer = send(body or " ")

    assert (status, set(answer)) == (400, {"error"})


def test_a_list_without_end_is_400(send, line):
    status, _ = send([log_entry(line)] * 201)

    assert (status, ExerciseLog.objects.count()) == (400, 0)


def test_a_line_the_physio_took_out_is_not_logged(send):
    plan = make_issued(2)
    assert send([log_entry(plan.lines.first())])[1][0]["status"] == "refused"


def test_a_plan_that_was_replaced_meanwhile_still_counts(send, plan, line):
    by = {"by": plan.assessment.author.user, "now": NOW}
    newer = actions.revise_plan(plan, **by)
    actions.issue_plan(newer, **by)

    assert send([log_entry(line)])[1][0]["status"] == "saved"


def test_a_draft_is_nobodys_plan_yet(send, plan):
    by = {"by": plan.assessment.author.user, "now": NOW}
    draft = actions.revise_plan(plan, **by)

    assert send([log_entry(draft.lines.first())])[1][0]["status"] == "refused"


def test_one_audit_row_for_what_was_kept(send, line):
    send([log_entry(line), log_entry(line)])
    send([])

    rows = AuditEvent.objects.filter(action="plan.logged")
    assert [(row.actor_kind, row.data) for row in rows] == [("patient", {"entries": 2})]


class TestThePlainForm:
    @pytest.fixture
    def post(self, client, plan):
        patient = plan.episode.patient
        client.force_login(grant(patient))
        return lambda form: client.post(f"/me/{patient.pk}/plan/log/", form)

    def test_done_in_two_taps_without_a_number(self, post, line, plan):
        response = post({"line": line.pk, "client_id": uuid4(), "done": "done"})

        assert response.status_code == 303
        assert response.url == f"/me/{plan.episode.patient.pk}/plan/#line-{line.pk}"
        log = ExerciseLog.objects.get()
        assert (log.done, log.pain, log.effort, f"{log.on}") == ("done", None, None, "2027-01-10")

    def test_with_pain_and_effort(self, post, line):
        form = {"line": line.pk, "client_id": uuid4(), "done": "partly", "pain": "0"}
        post(form | {"effort": "7", "plan_version": "1"})

        log = ExerciseLog.objects.get()
        assert (log.done, log.pain, log.effort) == ("partly", 0, 7)

    def test_a_double_click_is_one_entry(self, post, line):
        form = {"line": line.pk, "client_id": uuid4(), "done": "done"}

        assert [post(form).status_code for _ in range(2)] == [303, 303]
        assert ExerciseLog.objects.count() == 1

    @pytest.mark.parametrize(
        "wrong", [{"done": ""}, {"pain": "x"}, {"pain": "99"}, {"pain": "²"}, {"line": "x"}]
    )
    def test_a_wrong_one_says_so(self, post, line, wrong):
        response = post({"line": line.pk, "client_id": uuid4(), "done": "done"} | wrong)

        assert response.status_code == 422
        assert "not noted" in response.text
        assert ExerciseLog.objects.count() == 0
