"""Drafting, changing and issuing plans."""

from datetime import date

import pytest

from assessments import actions
from assessments.actions import NewDose
from assessments.errors import (
    AlreadyInPlan,
    CannotIssue,
    DoseRefused,
    NoPlanAllowed,
    NotSigned,
    PlanIsFinal,
    ReasonMissing,
    RecordError,
    StudentsDoNotSign,
    UnknownExercise,
)
from assessments.library_store import library_of
from assessments.models import Plan, PlanLine
from assessments.seal import plan_digest
from clinic import outbox, roles
from clinic.models import AuditEvent, Message
from tests.assessments.case_files import all_cases, case_input
from tests.assessments.factories import (
    ASKED,
    NOW,
    make_chart,
    make_draft,
    make_issued,
    make_practice,
    make_signed,
    make_user,
)

pytestmark = pytest.mark.django_db

WITH_A_PLAN = [case for case in all_cases() if case["expected"]["plan"]]
WITHOUT_ONE = [case for case in all_cases() if not case["expected"]["plan"]]


def who(plan):
    return {"by": plan.assessment.author.user, "now": NOW}


@pytest.mark.parametrize("case", WITH_A_PLAN, ids=lambda case: case["title"])
def test_a_draft_holds_the_exercises_of_the_result_with_their_reasons(case):
    chart = make_chart(raw=case["input"])
    by = chart.author.user
    signed = actions.sign(chart, by=by, now=NOW)

    plan = actions.draft_plan(signed, by=by, now=NOW)

    lines = list(plan.lines.order_by("position"))
    assert [line.exercise for line in lines] == case["expected"]["plan"]["exercises"]
    assert sum(line.home for line in lines) == case["expected"]["plan"]["home_exercise_count"]
    assert [line for line in lines if not (line.explanation and line.why and line.dose)] == []
    assert plan.result == case["expected"]
    assert plan.start_phase == case["expected"]["plan"]["start_phase"]
    assert plan.pain_limit == case["expected"]["plan"]["pain_limit_exercise"]


@pytest.mark.parametrize("case", WITHOUT_ONE, ids=lambda case: case["title"])
def test_a_blocked_gate_drafts_nothing(case):
    chart = make_chart(raw=case["input"])
    by = chart.author.user
    signed = actions.sign(chart, by=by, now=NOW)

    with pytest.raises(NoPlanAllowed):
        actions.draft_plan(signed, by=by, now=NOW)

    assert Plan.objects.count() == 0


def test_an_unsigned_chart_has_no_plan():
    chart = make_chart(raw=case_input(1))

    with pytest.raises(NotSigned):
        actions.draft_plan(chart, by=chart.author.user, now=NOW)


def test_texts_are_copies_of_the_library():
    plan = make_draft()
    library = library_of(plan.library_id)

    for line in plan.lines.all():
        exercise = library.exercise_by_id[line.exercise]
        assert line.name == exercise.name
        assert line.instruction == exercise.instruction
        assert line.why == library.rulebook.block_by_id[line.block].why


def test_high_irritability_takes_one_set_off():
    sets = {
        number: make_draft(number).lines.get(block="KNEE_STR", exercise=exercise).sets
        for number, exercise in ((5, "EX04"), (1, "EX05"))
    }

    assert sets == {5: 2, 1: 3}


def test_the_review_day_is_counted_from_today_at_the_clinic():
    make_practice()

    # 10 January 2027 at the clinic; case 1 is looked at again after 14 days, case 5 after 7.
    assert make_draft(1).review_on == date(2027, 1, 24)
    assert make_draft(5).review_on == date(2027, 1, 17)


def test_asking_again_returns_the_open_draft():
    plan = make_draft()

    assert actions.draft_plan(plan.assessment, **who(plan)) == plan
    assert Plan.objects.count() == 1


class TestChangingADraft:
    @pytest.fixture
    def plan(self):
        return make_draft()

    def test_a_dose_is_changed_and_said_in_the_same_way(self, plan):
        line = plan.lines.get(exercise="EX05")

        changed = actions.edit_line(line, NewDose(sets=2, reps=8, per_week=2), **who(plan))

        changed.refresh_from_db()
        assert (changed.sets, changed.reps, changed.per_week) == (2, 8, 2)
        assert changed.dose == "2 × 8, 2 a week"
        assert changed.change == PlanLine.Change.EDITED

    @pytest.mark.parametrize(
        "dose",
        [
            NewDose(sets=0, reps=8, per_week=2),
            NewDose(sets=7, reps=8, per_week=2),
            NewDose(sets=2, reps=31, per_week=2),
            NewDose(sets=2, reps=8, per_week=8),
            NewDose(sets=2, reps=None, per_week=2),
            NewDose(sets=2, reps=8, hold_seconds=5, per_week=2),
        ],
    )
    def test_a_dose_beyond_the_library_is_refused(self, plan, dose):
        line = plan.lines.get(exercise="EX05")

        with pytest.raises(DoseRefused):
            actions.edit_line(line, dose, **who(plan))

        line.refresh_from_db()
        assert (line.sets, line.change) == (3, PlanLine.Change.DRAFTED)

    def test_a_dose_in_words_stays_in_words(self, plan):
        line = plan.lines.get(exercise="EX57")

        changed = actions.edit_line(line, NewDose(words=" twice a week, 20 min "), **who(plan))

        assert changed.dose == "twice a week, 20 min"
        with pytest.raises(DoseRefused):
            actions.edit_line(line, NewDose(words="  "), **who(plan))

    def test_a_line_is_taken_out_with_a_reason_and_stays_on_record(self, plan):
        line = plan.lines.get(exercise="EX06")

        actions.remove_line(line, "No chair at home", **who(plan))

        line.refresh_from_db()
        assert (line.change, line.change_reason) == ("removed", "No chair at home")

    def test_and_put_back(self, plan):
        line = plan.lines.get(exercise="EX06")
        actions.remove_line(line, "No chair at home", **who(plan))

        assert actions.restore_line(line, **who(plan)).change == PlanLine.Change.ADDED

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_without_a_reason_nothing_is_taken_out_or_added(self, plan, reason):
        with pytest.raises(ReasonMissing):
            actions.remove_line(plan.lines.first(), reason, **who(plan))
        with pytest.raises(ReasonMissing):
            actions.add_line(plan, "EX08", reason, **who(plan))

    def test_an_exercise_is_added_with_the_clinician_as_its_reason(self, plan):
        line = actions.add_line(plan, "EX08", "Stairs at work", **who(plan))

        line.refresh_from_db()
        assert (line.change, line.change_reason) == ("added", "Stairs at work")
        assert line.explanation["rule_id"] == "CLINICIAN"
        assert line.position == max(plan.lines.values_list("position", flat=True))

    def test_what_is_in_the_plan_or_in_no_library_is_not_added(self, plan):
        with pytest.raises(AlreadyInPlan):
            actions.add_line(plan, "EX05", "again", **who(plan))
        with pytest.raises(UnknownExercise):
            actions.add_line(plan, "EX99", "new", **who(plan))

    def test_each_change_leaves_an_audit_row_without_words(self, plan):
        actions.add_line(plan, "EX08", "Stairs at work", **who(plan))
        actions.remove_line(plan.lines.get(exercise="EX06"), "No chair", **who(plan))

        rows = AuditEvent.objects.filter(action__startswith="plan.line").order_by("position")
        assert [(row.action, row.data) for row in rows] == [
            ("plan.line_added", {"version": 1, "exercise": "EX08"}),
            ("plan.line_removed", {"version": 1, "exercise": "EX06"}),
        ]

    def test_a_contraindicated_exercise_is_not_added(self):
        plan = make_draft(1, cold_problem=True)

        with pytest.raises(RecordError, match="contraindication"):
            actions.add_line(plan, "EX61", "It soothes", **who(plan))

    def test_a_roller_is_not_added_beside_a_blood_thinner(self):
        plan = make_draft(1, anticoagulant_or_bleeding=True)

        with pytest.raises(RecordError, match="roller"):
            actions.add_line(plan, "EX47", "Likes it", **who(plan))


class TestIssuing:
    def test_an_issued_plan_is_sealed_and_the_patient_is_told(self):
        plan = make_issued()

        plan.refresh_from_db()
        assert (plan.issued_at, plan.issued_by) == (NOW, plan.assessment.author.user)
        assert plan.content_hash == plan_digest(plan, list(plan.lines.all()))
        message = Message.objects.get()
        assert (message.topic, message.to) == ("plan_ready", plan.episode.patient.email)
        assert AuditEvent.objects.filter(action="plan.issued").count() == 1

    def test_the_mail_says_nothing_about_health(self, mailoutbox):
        make_practice()
        plan = make_issued()

        outbox.send_due()

        mail = mailoutbox[0]
        said = f"{mail.subject} {mail.body} {mail.alternatives[0][0]}".lower()
        assert mail.to == [plan.episode.patient.email]
        assert "/me/" in said
        words = ("knee", "pain", "exercise", "plan", "physio", "treat", "assess", "sample")
        assert [word for word in words if word in said.replace("quince lane physio", "")] == []

    def test_a_replaced_plan_is_not_announced_any_more(self, mailoutbox):
        plan = make_issued()
        newer = actions.revise_plan(plan, **who(plan))
        actions.issue_plan(newer, **who(plan))

        outbox.send_due()

        states = Message.objects.order_by("pk").values_list("state", flat=True)
        assert (list(states), len(mailoutbox)) == (["skipped", "sent"], 1)

    def test_without_an_address_nothing_is_owed(self):
        plan = make_draft()
        plan.episode.patient.email = ""
        plan.episode.patient.save()

        actions.issue_plan(plan, **who(plan))

        assert Message.objects.count() == 0

    def test_a_new_version_replaces_the_one_before(self):
        plan = make_issued()
        newer = actions.revise_plan(plan, **who(plan))
        actions.remove_line(newer.lines.get(exercise="EX06"), "Too sore", **who(plan))

        actions.issue_plan(newer, **who(plan))

        plan.refresh_from_db()
        assert (plan.replaced_at, newer.version) == (NOW, 2)
        assert plan.lines.get(exercise="EX06").change == PlanLine.Change.DRAFTED
        assert plan.content_hash == plan_digest(plan, list(plan.lines.all()))

    def test_it_is_issued_once(self):
        plan = make_issued()

        with pytest.raises(PlanIsFinal):
            actions.issue_plan(plan, **who(plan))

    @pytest.mark.parametrize("number", [1, 2])
    def test_an_unasked_contraindication_stands_in_the_way(self, number):
        chart = make_chart(raw=case_input(number))
        by = chart.author.user
        plan = actions.draft_plan(actions.sign(chart, by=by, now=NOW), by=by, now=NOW)
        assert plan.unasked == ["skin_tape_problem"]

        with pytest.raises(CannotIssue) as refusal:
            actions.issue_plan(plan, by=by, now=NOW)

        assert len(refusal.value.reasons) == 1
        assert "Tape allergy or fragile skin" in refusal.value.reasons[0]
        assert Plan.objects.get().issued_at is None

    def test_taking_the_line_out_answers_it(self):
        chart = make_chart(raw=case_input(1))
        by = chart.author.user
        plan = actions.draft_plan(actions.sign(chart, by=by, now=NOW), by=by, now=NOW)
        actions.remove_line(plan.lines.get(block="TAPE"), "No tape", by=by, now=NOW)

        issued = actions.issue_plan(plan, by=by, now=NOW)

        assert (issued.issued_at, issued.unasked) == (NOW, [])

    def test_adding_a_line_may_open_a_question(self):
        raw = case_input(1) | ASKED
        del raw["cold_problem"]
        chart = make_chart(raw=raw)
        by = chart.author.user
        plan = actions.draft_plan(actions.sign(chart, by=by, now=NOW), by=by, now=NOW)
        actions.add_line(plan, "EX61", "Asked for it", by=by, now=NOW)

        with pytest.raises(CannotIssue) as refusal:
            actions.issue_plan(plan, by=by, now=NOW)

        assert "Raynaud" in refusal.value.reasons[0]

    @pytest.mark.parametrize("block", ["EDU_CORE", "KNEE_STR"])
    def test_rest_alone_or_hands_on_alone_is_no_plan(self, block):
        plan = make_draft()
        for line in plan.lines.filter(block=block):
            actions.remove_line(line, "why not", **who(plan))

        with pytest.raises(CannotIssue):
            actions.issue_plan(plan, **who(plan))

    def test_a_student_issues_nothing(self):
        plan = make_draft()

        with pytest.raises(StudentsDoNotSign):
            actions.issue_plan(plan, by=make_user(roles.STUDENT), now=NOW)

    def test_the_plan_of_an_amended_assessment_is_not_issued(self):
        plan = make_draft()
        amendment = actions.amend(plan.assessment, "Side", plan.assessment.author, **who(plan))
        actions.sign(amendment, **who(plan))

        with pytest.raises(CannotIssue, match="cannot be issued"):
            actions.issue_plan(plan, **who(plan))

    def test_a_red_flag_found_later_stands_in_the_way_of_an_older_draft(self):
        plan = make_draft()
        author, patient = plan.assessment.author, plan.episode.patient
        make_signed(6, practitioner=author, patient=patient)

        with pytest.raises(CannotIssue) as refusal:
            actions.issue_plan(plan, **who(plan))

        assert "red flag" in refusal.value.reasons[0]

    def test_a_closed_episode_gets_no_plan(self):
        plan = make_draft()
        actions.discharge(plan.episode, "moved", **who(plan))

        with pytest.raises(CannotIssue):
            actions.issue_plan(plan, **who(plan))

    def test_one_plan_at_a_time_also_across_episodes(self):
        first = make_issued()
        author, patient = first.assessment.author, first.episode.patient
        actions.discharge(first.episode, "moved", **who(first))

        second = make_issued(2, practitioner=author, patient=patient)

        first.refresh_from_db()
        assert (first.replaced_at, second.replaced_at) == (NOW, None)

    @pytest.mark.parametrize(
        "change",
        [
            lambda plan, who: actions.edit_line(
                plan.lines.get(exercise="EX05"), NewDose(sets=2, reps=8, per_week=2), **who
            ),
            lambda plan, who: actions.remove_line(plan.lines.first(), "why", **who),
            lambda plan, who: actions.restore_line(plan.lines.first(), **who),
            lambda plan, who: actions.add_line(plan, "EX08", "why", **who),
            lambda plan, who: actions.write_note(plan, "Hello", **who),
        ],
        ids=["edit", "remove", "restore", "add", "note"],
    )
    def test_an_issued_plan_is_changed_by_no_action(self, change):
        plan = make_issued()

        with pytest.raises(PlanIsFinal):
            change(plan, who(plan))


def test_the_second_episode_starts_at_version_one():
    plan = make_issued()
    actions.discharge(plan.episode, "moved", **who(plan))

    again = make_signed(1, practitioner=plan.assessment.author, patient=plan.episode.patient)

    assert again.episode != plan.episode
    assert actions.draft_plan(again, **who(plan)).version == 1
