"""A plan in its phase: criteria judged from charts, answers and logs; a physio goes on."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments import actions
from assessments.actions.planning import NewDose
from assessments.criteria import State
from assessments.errors import (
    DraftIsOpen,
    NoPhaseToGoTo,
    ReasonMissing,
    StudentsDoNotSign,
)
from assessments.models import PhaseStep, Plan
from assessments.phase_now import phase_now
from clinic import roles
from clinic.models import AuditEvent
from clinic.overlap import violates
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    log_entry,
    make_chart,
    make_draft,
    make_issued,
    make_practice,
    make_practitioner,
    make_signed,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CHECKS = [f"F2-{number}" for number in range(1, 8)]


@pytest.fixture(autouse=True)
def practice():
    return make_practice()


def who(plan, now=NOW):
    return {"by": plan.assessment.author.user, "now": now}


def go_on(plan, reason="settled and strong", now=NOW, **values):
    return actions.advance_phase(plan, reason, plan.assessment.author, **(who(plan, now) | values))


def issue(plan, now=NOW):
    return actions.issue_plan(plan, **who(plan, now))


def states(plan, now=NOW):
    here = phase_now(plan, timezone.localdate(now))
    return {each.criterion.id: each.state for each in here.standing.judged}


def log(plan, exercise, days, pain, done="done", now=NOW):
    """Log one line of the plan ``days`` before ``now``."""
    entry = log_entry(
        plan.lines.get(exercise=exercise),
        on=(timezone.localdate(now) - days * DAY).isoformat(),
        pain=pain,
        done=done,
    )
    answers = actions.log_sessions(
        plan.episode.patient, [entry], by=plan.assessment.author.user, now=now
    )
    assert [each.status for each in answers] == ["saved"]


class TestStanding:
    def test_charts_and_logs_say_what_is_met(self):
        plan = make_issued(1)
        assert states(plan) == {
            "P2-1": State.NOT_MET,  # worst pain 5
            "P2-2": State.MET,
            "P2-3": State.MET,
            "P2-4": State.MET,
            "P2-5": State.NOT_TESTED,  # nothing was logged
        }

        log(plan, "EX05", 0, plan.pain_limit)
        assert states(plan)["P2-5"] is State.MET

        log(plan, "EX06", 0, plan.pain_limit + 1)
        assert states(plan)["P2-5"] is State.NOT_MET

    def test_what_grew_old_is_unknown(self):
        plan = make_issued(1)
        later = states(plan, NOW + 15 * DAY)
        much_later = states(plan, NOW + 29 * DAY)

        assert later["P2-1"] is later["P2-2"] is State.STALE  # said by the patient
        assert later["P2-3"] is later["P2-4"] is State.MET  # examined
        assert set(much_later.values()) == {State.STALE, State.NOT_TESTED}

    def test_the_newest_visit_counts(self):
        first = make_issued(1)
        chart = make_chart(
            first.assessment.author,
            first.episode.patient,
            {"index_side": "R", "nprs_worst_7d": 4, "nprs_now": 1},
        )
        assert states(first)["P2-1"] is State.NOT_MET  # an unsigned chart is not read

        actions.sign(chart, **who(first, NOW + timedelta(minutes=1)))

        assert states(first)["P2-1"] is State.MET
        assert states(first)["P2-3"] is State.MET  # from the visit that measured it

    def test_the_test_before_the_first_run(self):
        plan = issue(go_on(make_issued(1)))
        here = phase_now(plan, NOW.date())
        assert [each.state for each in here.standing.judged] == [State.NOT_MET]
        assert {each.criterion.id for each in here.test.judged} == set(CHECKS)

        actions.pass_running_test(plan.episode, CHECKS, **who(plan))

        here = phase_now(plan, NOW.date())
        assert here.standing.complete
        assert here.test is None

    def test_full_dose_of_the_first_phase(self):
        plan = make_issued(5)
        assert plan.start_phase == "P1"
        for exercise in ("EX03", "EX04"):
            log(plan, exercise, 0, 1)
        # Very irritable: two sets instead of three, which is not the full dose.
        assert states(plan)["P1-6"] is State.NOT_MET

        newer = actions.revise_plan(plan, **who(plan))
        line = newer.lines.get(exercise="EX04")
        actions.edit_line(line, NewDose(sets=3, reps=10, per_week=3), **who(plan))
        newer = issue(newer)
        for exercise in ("EX03", "EX04"):
            log(newer, exercise, 0, 1, now=NOW + timedelta(hours=1))
        assert states(newer)["P1-6"] is State.MET

    def test_it_costs_the_same_for_one_visit_and_log_and_for_many(self, client):
        plan = make_issued(1)
        log(plan, "EX05", 0, 1)

        def queries():
            fresh = Plan.objects.select_related("episode__patient").get(pk=plan.pk)
            with CaptureQueriesContext(connection) as counted:
                phase_now(fresh, NOW.date())
            return sum("assessments_" in each["sql"] for each in counted)

        few = queries()
        for days in range(1, 8):
            log(plan, "EX05", days, 1)
            log(plan, "EX06", days, 1)
        make_signed(1, practitioner=plan.assessment.author, patient=plan.episode.patient)
        assert queries() == few <= 5


class TestGoingOn:
    def test_a_draft_in_the_next_phase_and_nothing_for_the_patient_yet(self):
        plan = make_issued(1)

        fresh = go_on(plan, seen=["P2-5", "P2-1"])

        assert (plan.start_phase, fresh.start_phase, fresh.version) == ("P2", "P3", 2)
        assert fresh.texts["phase"] == "Load and control"
        assert fresh.texts["bend_limit"] == 90
        assert fresh.issued_at is None
        plan.refresh_from_db()
        assert plan.replaced_at is None
        kept = {x.exercise for x in fresh.lines.exclude(change="removed")}
        assert {"EX09", "EX12", "EX23", "EX22"} <= kept
        assert not {"EX05", "EX06"} & kept
        assert fresh.lines.get(exercise="EX05").change_reason == "not in phase “Load and control”"
        step = PhaseStep.objects.get()
        assert (step.plan, step.from_plan, step.reason) == (fresh, plan, "settled and strong")
        written = {each["id"]: (each["state"], each["seen"]) for each in step.criteria}
        assert written["P2-5"] == ("not_tested", True)
        assert written["P2-1"] == ("not_met", False)  # not met cannot be seen to be met
        event = AuditEvent.objects.get(action="plan.advanced")
        assert event.data == {"version": 2, "from": "P2", "to": "P3"}
        assert issue(fresh).start_phase == "P3"

    def test_what_the_clinician_chose_is_kept(self):
        plan = make_issued(1)
        draft = actions.revise_plan(plan, **who(plan))
        actions.add_line(draft, "EX30", "calf", **who(plan))
        staying = draft.lines.get(exercise="EX64")
        actions.remove_line(draft.lines.get(exercise="EX58"), "no tape", **who(plan))
        plan = issue(draft)

        fresh = go_on(plan)

        assert fresh.lines.get(exercise="EX30").change_reason == "calf"
        assert fresh.lines.get(exercise="EX58").change == "removed"
        assert fresh.lines.get(exercise="EX64").dose == staying.dose
        assert [x.position for x in fresh.lines.order_by("position")] == list(
            range(1, fresh.lines.count() + 1)
        )
        assert all(x.explanation for x in fresh.lines.all())

    def test_the_later_phases(self):
        third = issue(go_on(make_issued(1)))
        fourth = go_on(third)

        assert fourth.start_phase == "P4"
        strong = fourth.lines.get(exercise="EX09")
        assert strong.per_week == 2
        assert "2 a week" in strong.dose
        assert {x.exercise for x in fourth.lines.exclude(change="removed")} == {
            x.exercise for x in third.lines.exclude(change="removed")
        }
        fifth = go_on(issue(fourth))
        assert fifth.start_phase == "P5"
        home = fifth.lines.filter(home=True).exclude(change="removed")
        assert sorted(home.values_list("block", flat=True)) == ["HIP_STR", "KNEE_STR"]
        assert fifth.lines.get(exercise="EX70").change == "drafted"
        last = issue(fifth)
        assert phase_now(last, NOW.date()).following is None
        with pytest.raises(NoPhaseToGoTo):
            go_on(last)

    def test_what_stands_against_it(self):
        plan = make_issued(1)
        student = make_practitioner(roles.STUDENT)
        with pytest.raises(StudentsDoNotSign):
            actions.advance_phase(plan, "x", student, by=student.user, now=NOW)
        with pytest.raises(ReasonMissing):
            go_on(plan, "  ")
        assert Plan.objects.count() == 1

        draft = actions.revise_plan(plan, **who(plan))
        with pytest.raises(DraftIsOpen):
            go_on(plan)
        with pytest.raises(NoPhaseToGoTo):
            go_on(draft)
        issue(draft)
        with pytest.raises(NoPhaseToGoTo):
            go_on(Plan.objects.get(pk=plan.pk))

    def test_a_step_neither_changes_nor_goes(self):
        go_on(make_issued(1))

        for attack in (
            lambda: PhaseStep.objects.update(reason="other"),
            lambda: PhaseStep.objects.all().delete(),
        ):
            with pytest.raises(IntegrityError) as caught, transaction.atomic():
                attack()
            assert violates(caught.value, "phase_step_is_final")


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


class TestThePages:
    @pytest.fixture
    def plan(self):
        return make_issued(1)

    @pytest.fixture
    def physio(self, client, plan):
        def ask(tail="", form=None):
            client.force_login(plan.assessment.author.user)
            address = f"/chart/assessments/{plan.assessment_id}/plan/{tail}"
            return client.get(address) if form is None else client.post(address, form)

        return ask

    def test_the_physio_sees_values_days_and_what_is_missing(self, physio):
        text = words(physio().text)

        assert "3 of 5 met, missing: Worst pain of the week at most 4; No session" in text
        assert "Worst pain, last 7 days: 5/10 (10 Jan 2027)" in text
        assert "No session over the limit for 2 weeks: unknown: not tested" in text
        assert "Go on to “Load and control”" in text

    def test_going_on_by_the_form(self, physio, plan):
        response = physio("advance/", {"reason": "ready", "seen": ["P2-5"]})
        assert response.status_code == 302

        text = words(physio().text)
        assert "Begins phase “Load and control”" in text
        assert "No session over the limit for 2 weeks: seen by the clinician" in text
        assert "What it changes about version 1" in text
        assert "Phase: Strengthen → Load and control" in text
        assert "Go on to" not in text
        assert physio("advance/", {"reason": "again"}).status_code == 403

    def test_without_a_reason_what_was_ticked_stays(self, physio):
        response = physio("advance/", {"reason": " ", "seen": ["P2-5"]})

        assert response.status_code == 422
        assert "Say why in a few words." in response.text
        assert 'value="P2-5" checked' in response.text
        assert PhaseStep.objects.count() == 0

    def test_a_student_sees_how_it_stands_and_no_button(self, client, plan):
        student = make_practitioner(roles.STUDENT)
        care(student, plan.episode.patient)
        client.force_login(student.user)
        address = f"/chart/assessments/{plan.assessment_id}/plan/"

        text = words(client.get(address).text)
        assert "3 of 5 met" in text
        assert "Go on to" not in text
        assert client.post(f"{address}advance/", {"reason": "x"}).status_code == 422

    def test_the_patient_reads_it_plainly(self, client, plan):
        patient = plan.episode.patient
        client.force_login(grant(patient))

        text = words(client.get(f"/me/{patient.pk}/progress/").text)

        assert "Where you are: Strengthen" in text
        assert "Before “Load and control” begins" in text
        assert "3 of 5 met" in text
        assert "Worst pain of the week at most 4: not yet" in text
        assert "No session over the limit for 2 weeks: not looked at yet" in text
        assert "5/10" not in text

    def test_a_patient_without_a_plan_has_no_phase(self, client):
        patient = make_draft(1).episode.patient
        client.force_login(grant(patient))

        assert "Where you are" not in client.get(f"/me/{patient.pk}/progress/").text

    def test_a_get_goes_on_nowhere(self, physio):
        assert physio(f"advance/?reason={uuid4()}").status_code == 405
