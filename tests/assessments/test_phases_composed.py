"""A plan by hand in its phase: the same criteria, said to be the library's, and the way on."""

from dataclasses import replace

import pytest
from django.core.management import call_command

from assessments import actions
from assessments.criteria import State
from assessments.library import shipped
from assessments.models import PhaseStep
from assessments.phase_now import phase_now
from tests.assessments.factories import NOW, grant, make_practice
from tests.assessments.test_compose import ELSEWHERE, ESSENTIAL, WHY, by, make_signed
from tests.assessments.test_phases import CHECKS, go_on, issue, words

pytestmark = pytest.mark.django_db
NO_RUNNER = {"is_runner": False, "run_status": "not_runner"}


@pytest.fixture(autouse=True)
def practice():
    return make_practice()


def composed(*exercises, phase="P1", **extra):
    signed = make_signed(1, **ELSEWHERE, **extra)
    plan = actions.compose_plan(signed, WHY, phase=phase, **by(signed))
    for exercise in (*ESSENTIAL, *exercises):
        actions.add_line(plan, exercise, f"Because of {exercise}", **by(signed))
    return issue(plan)


def kept(plan):
    return {line.exercise for line in plan.lines.exclude(change="removed")}


def address(plan):
    return f"/chart/assessments/{plan.assessment_id}/plan/"


def test_it_has_the_criteria_of_the_phase_the_clinician_chose():
    here = phase_now(composed(), NOW.date())

    assert [each.criterion.id for each in here.standing.judged] == [
        f"P1-{number}" for number in range(1, 7)
    ]
    assert here.standing.judged[3].state is State.MET
    assert here.following.id == "P2"
    assert here.absent == ("Static knee extension at 60-90 deg", "Straight-leg raise")


def test_nothing_is_absent_where_the_lines_are_there():
    assert phase_now(composed("EX03", "EX04"), NOW.date()).absent == ()
    assert phase_now(composed(phase="P2"), NOW.date()).absent == ()


def test_every_line_stays_and_none_comes_of_itself():
    plan = composed("EX20")

    fresh = go_on(plan, seen=["P1-6"])

    assert (fresh.composed, fresh.start_phase) == (True, "P2")
    assert kept(fresh) == {*ESSENTIAL, "EX20"}
    assert fresh.texts["phase"] == "Strengthen"
    assert "bend_limit" not in fresh.texts  # the rules worked out none
    assert PhaseStep.objects.get().criteria[5]["seen"] is True
    assert issue(fresh).issued_at == NOW


def test_a_runner_leaves_the_third_phase_by_the_test(client):
    plan = composed("EX20", phase="P3")
    here = phase_now(plan, NOW.date())
    assert [each.criterion.id for each in here.standing.judged] == ["P3-1"]
    assert {each.criterion.id for each in here.test.judged} == set(CHECKS)

    client.force_login(plan.assessment.author.user)
    patient = f"/chart/patients/{plan.episode.patient_id}/"
    assert "Test before the first run" in client.get(patient).text
    answer = client.post(f"{patient}running-test/", {"check": CHECKS}, follow=True)
    assert "stage 1 is open" not in answer.text  # a plan by hand holds no stages

    assert phase_now(plan, NOW.date()).standing.complete
    fourth = go_on(plan)
    assert fourth.start_phase == "P4"
    assert fourth.lines.get(exercise="EX05").per_week == 2


def test_who_does_not_run_goes_on_to_the_last_phase_and_is_offered_its_plan(client):
    plan = composed("EX20", "EX21", phase="P3", **NO_RUNNER)
    here = phase_now(plan, NOW.date())
    assert [each.criterion.id for each in here.standing.judged] == ["P3-2"]
    assert here.test is None

    last = go_on(plan)

    assert last.start_phase == "P5"
    assert kept(last) == {"EX64", "EX05", "EX20"}  # one each for knee and hip
    client.force_login(plan.assessment.author.user)
    assert "Add Keep-going plan" in words(client.get(address(last)).text)
    actions.add_line(last, "EX70", "to keep going", **by(plan.assessment))
    last = issue(last)
    here = phase_now(last, NOW.date())
    assert here.following is None
    assert [each.criterion.id for each in here.standing.judged] == ["P5-2"]


def test_physio_and_patient_see_them_and_whose_they_are(client):
    plan = composed()
    client.force_login(plan.assessment.author.user)

    text = words(client.get(address(plan)).text)
    assert "these are the library’s criteria" in text
    assert "Not in this plan, so nobody can log it: Static knee extension" in text
    assert client.post(f"{address(plan)}advance/", {"reason": "calm"}).status_code == 302

    client.force_login(grant(plan.episode.patient))
    progress = words(client.get(f"/me/{plan.episode.patient_id}/progress/").text)
    assert "Where you are: Settle" in progress
    assert "of 6 met" in progress


def test_a_phase_without_criteria_says_so_to_both(client, monkeypatch):
    plan = composed()
    bare = shipped()
    bare = replace(bare, phases=(replace(bare.phases[0], leave=()), *bare.phases[1:]))
    for module in ("phase_now", "views.plan"):
        monkeypatch.setattr(f"assessments.{module}.library_of", lambda number: bare)
    client.force_login(plan.assessment.author.user)

    text = words(client.get(address(plan)).text)
    assert "The library gives no criteria to leave this phase. You decide." in text
    assert "0 of 0" not in text
    client.force_login(grant(plan.episode.patient))
    progress = words(client.get(f"/me/{plan.episode.patient_id}/progress/").text)
    assert "Your plan has no fixed signs to look for." in progress
    assert "0 of 0" not in progress


def test_verify_finds_nothing_wrong_with_it():
    plan = composed()
    issue(go_on(plan))
    call_command("verify", "plans")
    call_command("verify", "signed")
