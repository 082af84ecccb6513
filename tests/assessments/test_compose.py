"""A plan by hand: only where the rules say NOT_INDICATED, and marked wherever it is shown."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from assessments import actions, pdf
from assessments.actions import NewDose
from assessments.errors import CannotIssue, ReasonMissing, RecordError, StudentsDoNotSign
from assessments.models import Assessment, Plan
from assessments.seal import plan_digest
from assessments.sheet import sheet_of
from clinic import roles
from clinic.models import AuditEvent
from tests.assessments.case_files import case_input
from tests.assessments.factories import (
    ASKED,
    NOW,
    care,
    grant,
    make_chart,
    make_issued,
    make_practice,
    make_practitioner,
    make_signed,
)
from tests.assessments.test_guards_final import ISSUED, refused, sql

pytestmark = pytest.mark.django_db

COMPOSED = "plan_composed_only_when_not_indicated"
ALLOWED = "plan_only_when_the_gate_allows"
WHY = "Pain of the fat pad, charted at length"
# Neither the place nor what provokes it fits (specification C4).
ELSEWHERE = {"pain_location": ["posterior"], "triggers": {"squatting": 0}}
ESSENTIAL = ("EX64", "EX05")  # of the blocks every plan needs


def not_indicated(**who):
    signed = make_signed(1, **ELSEWHERE, **who)
    assert signed.plan_status == "NOT_INDICATED"
    return signed


def without_a_plan(status, **who):
    """A signed chart whose gate allows no plan at all."""
    if status == "BLOCKED":
        signed = make_signed(6, **who)
    else:
        raw = case_input(1) | ASKED
        del raw["rf_cancer_pattern"]
        chart = make_chart(raw=raw, **who)
        signed = actions.sign(chart, by=chart.author.user, now=NOW)
    assert signed.plan_status == status
    return signed


def by(signed):
    return {"by": signed.author.user, "now": NOW}


def compose(signed, *exercises):
    plan = actions.compose_plan(signed, WHY, **by(signed))
    for exercise in exercises:
        actions.add_line(plan, exercise, f"Because of {exercise}", **by(signed))
    return plan


class TestWhereTheRulesDraftNothing:
    def test_a_plan_is_put_together_line_by_line_and_issued(self):
        signed = not_indicated()
        plan = compose(signed, *ESSENTIAL)

        issued = actions.issue_plan(plan, **by(signed))

        issued.refresh_from_db()
        assert (issued.composed, issued.composed_reason) == (True, WHY)
        assert issued.content_hash == plan_digest(issued, list(issued.lines.all()))
        lines = list(issued.lines.order_by("position"))
        assert [line.exercise for line in lines] == list(ESSENTIAL)
        assert {line.change for line in lines} == {"added"}
        assert [line.explanation["rule_id"] for line in lines] == ["CLINICIAN", "CLINICIAN"]
        assert [line.why for line in lines] == ["Because of EX64", "Because of EX05"]

    def test_it_begins_empty_and_says_nothing_the_rules_would_have_said(self):
        plan = compose(not_indicated())

        assert plan.lines.count() == 0
        assert set(plan.texts) == {"notice", "pain", "emergency", "phase"}
        assert plan.result["plan"] is None

    def test_asked_again_the_open_one_is_returned(self):
        signed = not_indicated()

        assert compose(signed) == compose(signed)
        assert Plan.objects.count() == 1

    def test_hands_on_alone_is_no_plan(self):
        signed = not_indicated()
        plan = compose(signed, "EX60")

        with pytest.raises(CannotIssue) as refusal:
            actions.issue_plan(plan, **by(signed))

        assert len(refusal.value.reasons) == 2

    def test_a_new_version_is_composed_as_well(self):
        signed = not_indicated()
        issued = actions.issue_plan(compose(signed, *ESSENTIAL), **by(signed))

        newer = actions.revise_plan(issued, **by(signed))
        line = newer.lines.get(exercise="EX05")
        actions.edit_line(line, NewDose(sets=2, reps=8, per_week=2), **by(signed))
        newer = actions.issue_plan(newer, **by(signed))

        assert (newer.version, newer.composed) == (2, True)

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_not_without_a_reason(self, reason):
        signed = not_indicated()

        with pytest.raises(ReasonMissing):
            actions.compose_plan(signed, reason, **by(signed))

    def test_not_by_a_student(self):
        signed = not_indicated()
        student = make_practitioner(roles.STUDENT)
        care(student, signed.episode.patient)

        with pytest.raises(StudentsDoNotSign):
            actions.compose_plan(signed, WHY, by=student.user, now=NOW)

    @pytest.mark.parametrize("wrong", [{"phase": "P4"}, {"pain_limit": 6}, {"pain_limit": -1}])
    def test_not_outside_the_phases_and_limits(self, wrong):
        signed = not_indicated()

        with pytest.raises(RecordError):
            actions.compose_plan(signed, WHY, **by(signed), **wrong)

    def test_the_record_says_who_began_it(self):
        plan = compose(not_indicated())

        row = AuditEvent.objects.get(action="plan.composed")
        assert (row.object_id, row.data) == (str(plan.pk), {"version": 1})


class TestNowhereElse:
    @pytest.mark.parametrize("status", ["BLOCKED", "INCOMPLETE"])
    def test_not_by_the_action_the_page_or_a_post(self, client, status):
        signed = without_a_plan(status)
        client.force_login(signed.author.user)
        address = f"/chart/assessments/{signed.pk}/plan/"

        with pytest.raises(RecordError):
            actions.compose_plan(signed, WHY, **by(signed))
        assert "compose/" not in client.get(address).text
        for door in ("compose/", "draft/", "issue/"):
            form = {"reason": WHY, "phase": "P1", "pain_limit": "3"}
            assert client.post(address + door, form).status_code == 403
        for door in ("add/", "note/"):
            form = {"exercise": "EX05", "reason": WHY, "note": "Do it"}
            assert client.post(address + door, form).status_code == 404
        assert Plan.objects.count() == 0

    @pytest.mark.parametrize("status", ["BLOCKED", "INCOMPLETE"])
    def test_not_by_the_database(self, status):
        author = make_practitioner()
        signed = without_a_plan(status, practitioner=author)
        plan = compose(not_indicated(practitioner=author), *ESSENTIAL)
        copy = Plan(
            episode=signed.episode, assessment=signed, library_id=signed.library_id, version=9,
            composed=True, composed_reason=WHY, drafted_at=NOW, drafted_by=author.user,
            result={}, start_phase="P1", pain_limit=3,
        )  # fmt: skip
        key = signed.pk.hex if connection.vendor == "sqlite" else signed.pk
        table = Plan._meta.db_table

        assert refused(COMPOSED, copy.save)
        assert refused(COMPOSED, lambda: Plan.objects.bulk_create([copy]))
        assert refused(COMPOSED, lambda: Plan.objects.update(assessment=signed))
        assert refused(COMPOSED, sql(f"UPDATE {table} SET assessment_id = %s", key))
        plan.refresh_from_db()
        assert plan.assessment_id != signed.pk

    def test_not_where_the_rules_draft(self, client):
        signed = make_signed()
        client.force_login(signed.author.user)

        with pytest.raises(RecordError, match="Change that draft"):
            actions.compose_plan(signed, WHY, **by(signed))
        address = f"/chart/assessments/{signed.pk}/plan/compose/"
        assert client.post(address, {"reason": WHY}).status_code == 403

    def test_not_from_an_unsigned_chart(self):
        chart = make_chart(raw=case_input(1) | ELSEWHERE)

        with pytest.raises(RecordError, match="not signed"):
            actions.compose_plan(chart, WHY, by=chart.author.user, now=NOW)

    def test_not_while_a_later_red_flag_stands(self, client):
        signed = not_indicated()
        plan = compose(signed, *ESSENTIAL)
        without_a_plan("BLOCKED", practitioner=signed.author, patient=signed.episode.patient)
        client.force_login(signed.author.user)

        with pytest.raises(CannotIssue, match="cannot be issued"):
            actions.issue_plan(plan, **by(signed))
        address = f"/chart/assessments/{signed.pk}/plan/"
        assert client.post(f"{address}issue/").status_code == 403
        assert client.post(f"{address}compose/", {"reason": WHY}).status_code == 403

    def test_not_from_an_assessment_that_was_amended(self):
        signed = not_indicated()
        plan = compose(signed, *ESSENTIAL)
        amendment = actions.amend(signed, "Side", signed.author, **by(signed))
        actions.sign(amendment, **by(signed))

        with pytest.raises(CannotIssue):
            actions.issue_plan(plan, **by(signed))
        with pytest.raises(RecordError, match="amended"):
            actions.compose_plan(signed, WHY, **by(signed))

    def test_a_draft_does_not_turn_into_one_and_an_issued_one_stays_one(self):
        drafted = make_issued()
        signed = not_indicated()
        composed = actions.issue_plan(compose(signed, *ESSENTIAL), **by(signed))
        table = Plan._meta.db_table

        for change in ("composed = TRUE WHERE NOT composed", "composed = FALSE WHERE composed"):
            with pytest.raises(IntegrityError), transaction.atomic():
                sql(f"UPDATE {table} SET {change}")()
        reason = sql(f"UPDATE {table} SET composed_reason = 'x' WHERE composed")
        assert refused(ISSUED, reason)
        for plan in (drafted, composed):
            was = plan.composed
            plan.refresh_from_db()
            assert plan.composed is was

    def test_a_plan_of_not_indicated_that_is_not_composed_is_not_issued(self):
        """The mark cannot be left out: without it the older guard stands in the way."""
        signed = not_indicated()
        plan = compose(signed, *ESSENTIAL)
        bare = Plan.objects.filter(pk=plan.pk)
        bare.update(composed=False, composed_reason="")

        assert refused(
            ALLOWED,
            lambda: bare.update(issued_at=NOW, issued_by=signed.author.user, content_hash="x"),
        )

    def test_the_reason_is_never_empty(self):
        compose(not_indicated())

        with (
            pytest.raises(IntegrityError, match="plan_composed_with_a_reason"),
            transaction.atomic(),
        ):
            Plan.objects.update(composed_reason="")


class TestHowItIsMarked:
    @pytest.fixture
    def signed(self):
        make_practice()
        return not_indicated()

    def test_the_page_offers_it_and_keeps_what_was_typed(self, client, signed):
        client.force_login(signed.author.user)
        address = f"/chart/assessments/{signed.pk}/plan/"
        assert "Compose a plan by hand" in client.get(address).text

        wrong = client.post(f"{address}compose/", {"reason": "", "phase": "P2", "pain_limit": "4"})
        assert wrong.status_code == 422
        assert '<option value="P2" selected' in wrong.text
        assert Plan.objects.count() == 0

        form = {"reason": WHY, "phase": "P2", "pain_limit": "4"}
        assert client.post(f"{address}compose/", form).status_code == 302
        plan = Plan.objects.get()
        assert (plan.start_phase, plan.pain_limit) == ("P2", 4)
        for exercise in ESSENTIAL:
            client.post(f"{address}add/", {"exercise": exercise, "reason": "Because"})
        page = client.get(address).text
        assert "could change this draft" not in page  # the rules drafted nothing here
        assert page.count("clinician’s choice</span>") == len(ESSENTIAL)
        assert WHY in page
        assert client.post(f"{address}issue/").status_code == 302
        assert Plan.objects.get().issued_at is not None

    def test_the_patient_sees_whose_choice_it_is_on_the_page_and_on_paper(self, client, signed):
        plan = actions.issue_plan(compose(signed, *ESSENTIAL), **by(signed))
        patient = plan.episode.patient
        client.force_login(grant(patient))

        page = client.get(f"/me/{patient.pk}/plan/")

        assert page.status_code == 200
        assert page.text.count("your clinician’s choice") == len(ESSENTIAL)
        assert "None" not in page.text.split("<main", 1)[1]
        assert "Running</h2>" not in page.text
        assert client.get(f"/me/{patient.pk}/plan/plan.pdf").status_code == 200
        paper = pdf.paper_of(sheet_of(plan), patient, make_practice())
        marks = [line["mark"] for line in (*paper["lines"], *paper["others"])]
        assert marks == ["Composed by your clinician."] * len(ESSENTIAL)

    def test_a_drafted_plan_is_not_marked(self, client, signed):
        plan = make_issued()
        client.force_login(grant(plan.episode.patient))

        page = client.get(f"/me/{plan.episode.patient_id}/plan/")

        assert "your clinician’s choice" not in page.text

    def test_a_student_is_not_offered_it(self, client, signed):
        student = make_practitioner(roles.STUDENT)
        care(student, signed.episode.patient)
        client.force_login(student.user)

        page = client.get(f"/chart/assessments/{signed.pk}/plan/")

        assert "Compose a plan by hand" not in page.text
        form = {"reason": WHY, "phase": "P1", "pain_limit": "3"}
        answer = client.post(f"/chart/assessments/{signed.pk}/plan/compose/", form)
        assert answer.status_code == 422
        assert Plan.objects.count() == 0

    def test_an_id_that_is_no_assessment_is_404(self, client, signed):
        client.force_login(signed.author.user)

        address = f"/chart/assessments/{uuid.uuid4()}/plan/compose/"

        assert client.post(address, {"reason": WHY}).status_code == 404
        assert Assessment.objects.count() == 1
