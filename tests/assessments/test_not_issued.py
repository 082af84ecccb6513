"""Eight ways to hand a plan to a patient that must not be: each is told no, and nothing happens.

A red flag, an incomplete gate, a chart whose signature no longer counts, a practitioner of
somebody else, a front-desk account, a direct POST, the admin and SQL.
"""

import pytest
from django.test import Client

from assessments import actions
from assessments.errors import CannotIssue, StudentsDoNotSign
from assessments.models import Plan
from clinic import roles
from clinic.models import AuditEvent, Message, User
from tests.assessments.case_files import case_input
from tests.assessments.factories import (
    ASKED,
    NOW,
    care,
    entries_of,
    grant,
    make_chart,
    make_draft,
    make_patient,
    make_practice,
    make_practitioner,
    make_signed,
    make_user,
)
from tests.assessments.test_guards_final import key, refused, sql

pytestmark = pytest.mark.django_db
THE_GATE = "plan_only_when_the_gate_allows"


def address(plan, tail="issue/"):
    return f"/chart/assessments/{plan.assessment_id}/plan/{tail}"


def signed_in(user, **how):
    browser = Client(**how)
    browser.force_login(user)
    return browser


def nothing_came_of(plan):
    """Nobody has a plan, nobody was written to, and the patient's page shows none."""
    patient = plan.episode.patient
    make_practice()
    user = User.objects.filter(grants__patient=patient).first() or grant(patient)
    page = signed_in(user).get(f"/me/{patient.pk}/plan/")
    return (
        not Plan.objects.filter(issued_at__isnull=False).exists()
        and not Message.objects.exists()
        and not AuditEvent.objects.filter(action="plan.issued").exists()
        and page.status_code == 200
        and str(plan.pk) not in page.text
        and all(str(line.pk) not in page.text for line in plan.lines.all())
    )


def by_force(plan, chart):
    """Hang a good draft on a chart that has none: only the database lets one do that."""
    Plan.objects.filter(pk=plan.pk).update(assessment=chart)
    return Plan.objects.get(pk=plan.pk)


def whose(plan):
    return {"practitioner": plan.assessment.author, "patient": plan.episode.patient}


def a_red_flag():
    plan = make_draft()
    return by_force(plan, make_signed(6, **whose(plan)))


def a_red_flag_of_later():
    plan = make_draft()
    make_signed(6, **whose(plan))
    return plan


def an_incomplete_gate():
    plan = make_draft()
    raw = case_input(1) | ASKED
    del raw["rf_locked"]
    chart = make_chart(**whose(plan), raw=raw)
    signed = actions.sign(chart, by=chart.author.user, now=NOW)
    assert signed.plan_status == "INCOMPLETE"
    return by_force(plan, signed)


def entered_in_error():
    plan = make_draft()
    author = plan.assessment.author
    told = actions.Mistake(kind="other", reason="Another knee")
    actions.enter_in_error(plan.assessment, told, author, by=author.user, now=NOW)
    return plan


def amended():
    plan = make_draft()
    author = plan.assessment.author
    by = {"by": author.user, "now": NOW}
    amendment = actions.amend(plan.assessment, "Worse than written", author, **by)
    actions.save_values(amendment, 0, entries_of({"nprs_worst_7d": 9}), **by)
    actions.sign(amendment, **by)
    return plan


def not_co_signed():
    student = make_practitioner(roles.STUDENT)
    return make_draft(practitioner=student)


def never_signed():
    plan = make_draft()
    return by_force(plan, make_chart(**whose(plan)))


# What stands in the way: how the browser is answered, what it reads, the guard behind it if one is.
STANDS = [
    pytest.param(a_red_flag, 403, "", THE_GATE, id="red flag"),
    pytest.param(a_red_flag_of_later, 422, "red flag, which stands", "", id="red flag of later"),
    pytest.param(an_incomplete_gate, 403, "", THE_GATE, id="incomplete gate"),
    pytest.param(entered_in_error, 403, "", "plan_not_of_an_error", id="entered in error"),
    pytest.param(amended, 422, "The assessment was amended", "", id="amended"),
    pytest.param(
        not_co_signed,
        422,
        "waits for a co-signature",
        "plan_only_when_cosigned",
        id="not co-signed",
    ),
    pytest.param(never_signed, 404, "", THE_GATE, id="never signed"),
]


@pytest.mark.parametrize(("stands", "status", "said", "guard"), STANDS)
class TestWhatStandsInTheWay:
    def test_a_physio_in_care_presses_issue(self, stands, status, said, guard):
        plan = stands()
        physio = make_practitioner()
        care(physio, plan.episode.patient)
        answer = signed_in(physio.user).post(address(plan))

        assert (answer.status_code, said in answer.text) == (status, True)
        assert nothing_came_of(plan)

    def test_the_action(self, stands, status, said, guard):
        plan = stands()

        with pytest.raises(CannotIssue):
            actions.issue_plan(plan, by=make_practitioner().user, now=NOW)

        assert nothing_came_of(plan)


# What a later chart says is looked up by the action, under its lock: no guard stands behind it.
GUARDED = [
    pytest.param(each.values[0], each.values[3], id=each.id) for each in STANDS if each.values[3]
]


@pytest.mark.parametrize(("stands", "guard"), GUARDED)
def test_sql_is_stopped_by_a_guard(stands, guard):
    plan = stands()
    statement = (
        f"UPDATE {Plan._meta.db_table} SET issued_at = %s, issued_by_id = %s,"
        " content_hash = 'x' WHERE id = %s"
    )

    by = plan.assessment.author.user
    assert refused(guard, sql(statement, NOW.isoformat(), key(by), key(plan)))
    assert nothing_came_of(plan)


class TestWhoMayNot:
    """A good draft, and people who may not hand it over."""

    @pytest.fixture
    def plan(self):
        return make_draft()

    @pytest.mark.parametrize(
        "held",
        [(roles.FRONT_DESK,), (roles.MANAGER,), (roles.CLINICAL_LEAD,), (roles.COACH,), ()],
        ids=["front desk", "manager", "lead", "coach", "no role"],
    )
    def test_an_account_that_examines_nobody(self, plan, held):
        user = make_user(*held)

        assert signed_in(user).post(address(plan)).status_code == 404
        with pytest.raises(StudentsDoNotSign):
            actions.issue_plan(plan, by=user, now=NOW)
        assert nothing_came_of(plan)

    def test_a_practitioner_who_does_not_look_after_the_patient(self, plan):
        stranger = make_practitioner().user

        assert signed_in(stranger).post(address(plan)).status_code == 404
        assert nothing_came_of(plan)

    def test_a_practitioner_whose_care_has_ended(self, plan):
        former = make_practitioner()
        relation = care(former, plan.episode.patient)
        relation.ends_at = NOW
        relation.save()

        assert signed_in(former.user).post(address(plan)).status_code == 404
        assert nothing_came_of(plan)

    def test_a_student_who_does(self, plan):
        student = make_practitioner(roles.STUDENT)
        care(student, plan.episode.patient)

        answer = signed_in(student.user).post(address(plan))

        assert (answer.status_code, "Issued" in answer.text) == (422, False)
        assert nothing_came_of(plan)

    def test_the_patient_and_a_guest(self, plan):
        somebody = plan.episode.patient

        for patient in (grant(somebody), grant(make_patient())):
            assert signed_in(patient).post(address(plan)).status_code == 404
        guest = Client().post(address(plan))
        assert (guest.status_code, "/accounts/login" in guest.url) == (302, True)
        assert nothing_came_of(plan)


class TestADirectPost:
    def test_from_another_site(self):
        plan = make_draft()
        browser = signed_in(plan.assessment.author.user, enforce_csrf_checks=True)

        assert browser.post(address(plan)).status_code == 403
        assert nothing_came_of(plan)

    def test_a_link_issues_nothing(self):
        plan = make_draft()

        assert signed_in(plan.assessment.author.user).get(address(plan)).status_code == 405
        assert nothing_came_of(plan)

    def test_fields_nobody_offered(self):
        """A form that issues nothing takes no column of the plan along."""
        plan = make_draft()
        forged = {"note": "Hello", "issued_at": NOW.isoformat(), "content_hash": "x", "issued": "1"}
        forged["issued_by"] = forged["by"] = str(plan.assessment.author.user.pk)

        answer = signed_in(plan.assessment.author.user).post(address(plan, "note/"), forged)

        assert answer.status_code == 302
        assert nothing_came_of(plan)

    def test_no_step_towards_a_plan_of_a_blocked_chart(self):
        plan = a_red_flag()
        browser = signed_in(plan.assessment.author.user)
        compose = {"reason": "why", "phase": "P1", "pain_limit": "3"}

        assert browser.post(address(plan, "compose/"), compose).status_code == 403
        assert browser.post(address(plan)).status_code == 403
        assert nothing_came_of(plan)
        plan.lines.all().delete()
        plan.delete()
        assert browser.post(address(plan, "draft/")).status_code == 403
        assert not Plan.objects.exists()


@pytest.mark.parametrize("role", [roles.FRONT_DESK, roles.MANAGER, roles.CLINICAL_LEAD, "super"])
def test_the_admin_has_no_plans(role):
    plan = make_draft()
    user = make_user(*([] if role == "super" else [role]))
    user.is_staff, user.is_superuser = True, role == "super"
    user.save()
    browser = signed_in(user)
    forged = {"issued_at_0": "2027-01-10", "issued_at_1": "12:00", "content_hash": "x"}
    pages = ("", "add/", f"{plan.pk}/change/")

    found = {browser.post(f"/admin/assessments/plan/{page}", forged).status_code for page in pages}

    assert found == {404}
    assert nothing_came_of(plan)
