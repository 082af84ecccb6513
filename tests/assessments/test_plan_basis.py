"""A plan whose chart was amended is looked at again, or replaced; never silently kept."""

import pytest

from assessments import actions
from assessments.errors import NothingToKeep, NotInCare, ReasonMissing, StudentsDoNotSign
from assessments.models import PlanKept
from assessments.plan_basis import in_force, shaken, shaken_of
from clinic import roles
from clinic.models import AuditEvent
from tests.assessments.factories import NOW, care, entries_of, grant, make_issued, make_practitioner
from tests.assessments.test_chart_pages import queries, words
from tests.assessments.test_guards_final import refused, sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(client):
    plan = make_issued(4)
    client.force_login(plan.assessment.author.user)
    return plan


def amend(chart, values):
    """A signed amendment of a chart in which some values are others."""
    by = chart.author.user
    amendment = actions.amend(chart, "Misread", chart.author, by=by, now=NOW)
    saved = actions.save_values(amendment, 0, entries_of(values), by=by, now=NOW)
    assert saved.errors == ()
    return actions.sign(amendment, by=by, now=NOW)


def rests_on_the_ankle(plan):
    """The line of case 4 that is there because of 8.5 cm in the knee-to-wall test (under 9)."""
    line = plan.lines.get(exercise="EX49")
    assert "wblt_cm" in {check["field"] for check in line.explanation["findings"]}
    return line


A_LITTLE = {"wblt_cm": {"L": 8}}  # still stiff
A_LOT = {"wblt_cm": {"L": 12}}  # not stiff at all


def found(plan):
    return shaken(in_force().filter(pk=plan.pk))


def keep(plan, reason="The dose fits both", practitioner=None):
    practitioner = practitioner or plan.assessment.author
    return actions.keep_plan(plan, reason, practitioner, by=practitioner.user, now=NOW)


class TestWhatShakesAPlan:
    def test_nothing_as_long_as_nothing_is_amended(self, plan):
        assert found(plan) == []

    def test_a_finding_a_line_rests_on(self, plan):
        line = rests_on_the_ankle(plan)

        amendment = amend(plan.assessment, A_LITTLE)

        [one] = found(plan)
        assert (one.plan, one.amendment) == (plan, amendment)
        assert [(each.name, each.after) for each in one.changes] == [("wblt_cm", "8.0 cm")]
        assert line.name in one.lines

    def test_what_it_did_not_rely_on_leaves_it_alone(self, plan):
        amend(plan.assessment, {"note.history": "Met on Tuesday"})
        assert found(plan) == []

    def test_a_verdict_that_turns_out_otherwise(self, plan):
        amend(plan.assessment, A_LOT)
        assert [each.verdict for each in found(plan)] == [True]

    def test_the_last_correction_counts(self, plan):
        first = amend(plan.assessment, A_LITTLE)
        amend(first, {"wblt_cm": {"L": 8.5}})
        assert found(plan) == []

    def test_a_plan_that_ended_is_nobodys_business(self, plan):
        amendment = amend(plan.assessment, A_LITTLE)
        by = plan.assessment.author.user
        fresh = actions.draft_plan(amendment, by=by, now=NOW)
        actions.issue_plan(fresh, by=by, now=NOW)
        assert found(plan) == found(fresh) == []


class TestWhereItIsSaid:
    @pytest.fixture
    def amended(self, plan):
        return amend(plan.assessment, A_LITTLE)

    @pytest.mark.parametrize(
        "address", ["/chart/", "/chart/patients/{patient}/", "/chart/assessments/{chart}/plan/"]
    )
    def test_on_today_the_timeline_and_the_plan(self, client, plan, amended, address):
        ids = {"patient": plan.episode.patient_id, "chart": plan.assessment_id}
        said = ("Plans to look at again", "look at it again", "needs to be looked at again")

        before = words(client.get(address.format(**ids)).text)
        keep(plan)
        after = words(client.get(address.format(**ids)).text)

        assert sum(each in before for each in said) == 1
        assert sum(each in after for each in said) == 0

    def test_the_plans_page_shows_what_and_which_lines(self, client, plan, amended):
        line = rests_on_the_ankle(plan)
        page = client.get(f"/chart/assessments/{plan.assessment_id}/plan/").text
        assert "<ins>8.0 cm</ins>" in page
        assert line.name in page.split("Their reasons rest on it:")[1].split("</p>")[0]
        assert f"/chart/assessments/{amended.pk}/plan/" in page

    def test_the_patient_is_told_nothing_of_it(self, client, plan, amended):
        client.force_login(grant(plan.episode.patient))
        page = client.get(f"/me/{plan.episode.patient_id}/plan/").text
        assert "Misread" not in page
        assert "8.0 cm" not in page

    def test_queries_do_not_grow(self, client, plan, amended):
        physio = plan.assessment.author
        one = queries(client, "/chart/")
        for _ in range(2):
            more = make_issued(4, practitioner=physio)
            amend(more.assessment, A_LITTLE)
        assert len(shaken_of(physio)) == 3
        assert queries(client, "/chart/") == one

    def test_of_ones_own_caseload_only(self, plan, amended):
        assert shaken_of(make_practitioner()) == []


class TestKeepingIt:
    @pytest.fixture
    def amended(self, plan):
        return amend(plan.assessment, A_LITTLE)

    def post(self, client, plan, reason):
        address = f"/chart/assessments/{plan.assessment_id}/plan/keep/"
        return client.post(address, {"reason": reason})

    def test_it_is_written_down_and_settled(self, client, plan, amended):
        assert self.post(client, plan, "The dose fits both").status_code == 302

        kept = PlanKept.objects.get()
        assert (kept.plan, kept.amendment, kept.reason) == (plan, amended, "The dose fits both")
        assert found(plan) == []
        page = words(client.get(f"/chart/assessments/{plan.assessment_id}/plan/").text)
        assert "and kept: The dose fits both" in page
        row = AuditEvent.objects.get(action="plan.kept")
        assert (row.reason, set(row.data)) == ("", {"version", "amendment"})

    def test_the_next_amendment_asks_again(self, plan, amended):
        keep(plan)
        amend(amended, {"wblt_cm": {"L": 8.2}})
        assert len(found(plan)) == 1

    def test_not_without_a_reason(self, client, plan, amended):
        answer = self.post(client, plan, "  ")
        assert answer.status_code == 422
        assert "Say why" in answer.text
        with pytest.raises(ReasonMissing):
            keep(plan, reason="")

    def test_not_by_whoever_may_not(self, plan, amended):
        student = make_practitioner(roles.STUDENT)
        care(student, plan.episode.patient)
        with pytest.raises(StudentsDoNotSign):
            keep(plan, practitioner=student)
        with pytest.raises(NotInCare):
            keep(plan, practitioner=make_practitioner())

    def test_not_where_nothing_asks_for_it(self, client, plan):
        with pytest.raises(NothingToKeep):
            keep(plan)
        assert self.post(client, plan, "why").status_code == 302
        assert not PlanKept.objects.exists()

    def test_it_is_final(self, plan, amended):
        kept = keep(plan)
        kept.reason = "x"
        assert refused("plan_kept_is_final", kept.save)
        assert refused("plan_kept_is_final", sql("DELETE FROM assessments_plankept"))
