"""What a chart in error no longer counts for, and the page that marks it."""

import pytest

from assessments import actions
from assessments.actions.issuing import red_flag_stands
from assessments.course import visits_of
from assessments.errors import InError, NoPlanAllowed
from assessments.mine import function_scores
from assessments.models import Assessment, EnteredInError, Plan
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    make_draft,
    make_issued,
    make_patient,
    make_practitioner,
    make_signed,
)
from tests.assessments.test_guards_final import key, refused, sql

pytestmark = pytest.mark.django_db

SIDE = actions.Mistake(kind="side", reason="Mixed up the sides")


def to(patient, reason="Opened the next chart"):
    return actions.Mistake(kind="patient", reason=reason, patient=patient)


def enter(chart, told, practitioner=None):
    practitioner = practitioner or chart.author
    return actions.enter_in_error(chart, told, practitioner, by=practitioner.user, now=NOW)


@pytest.fixture
def right(signed):
    """Another patient of the same physio."""
    patient = make_patient(first_name="Rightful", last_name="Person", date_of_birth=None)
    care(signed.author, patient)
    return patient


@pytest.fixture
def signed(client):
    signed = make_signed()
    client.force_login(signed.author.user)
    return signed


def post(client, chart, **form):
    form = {"kind": "side", "reason": "Mixed up", "patient": ""} | form
    return client.post(f"/chart/assessments/{chart.pk}/wrong/", form)


class TestWhatNoLongerCounts:
    def test_the_plan_is_withdrawn_and_kept(self, client):
        plan = make_issued()
        patient = plan.episode.patient
        enter(plan.assessment, SIDE)

        plan.refresh_from_db()
        assert plan.replaced_at == NOW
        assert plan.lines.exists()
        client.force_login(grant(patient))
        assert str(plan.pk) not in client.get(f"/me/{patient.pk}/plan/").text
        for tail in (f"?plan={plan.pk}", f"plan.pdf?plan={plan.pk}"):
            assert client.get(f"/me/{patient.pk}/plan/{tail}").status_code == 404

    def test_a_draft_of_a_plan_is_issued_by_no_door(self, client):
        plan = make_draft()
        by = plan.assessment.author.user
        enter(plan.assessment, SIDE)
        client.force_login(by)

        assert (
            client.post(f"/chart/assessments/{plan.assessment_id}/plan/issue/").status_code == 403
        )
        guard = "plan_not_of_an_error"
        issued = {"issued_at": NOW, "issued_by": by, "content_hash": "0" * 64}
        assert refused(guard, lambda: Plan.objects.filter(pk=plan.pk).update(**issued))
        statement = (
            f"UPDATE {Plan._meta.db_table} SET issued_at = %s, issued_by_id = %s,"
            " content_hash = 'x' WHERE id = %s"
        )
        assert refused(guard, sql(statement, NOW.isoformat(), key(by), key(plan)))
        page = client.get(f"/chart/assessments/{plan.assessment_id}/plan/")
        assert "Its plan is withdrawn" in page.text
        fresh = Assessment.objects.get(pk=plan.assessment_id)
        with pytest.raises(NoPlanAllowed):
            actions.draft_plan(fresh, by=by, now=NOW)

    def test_a_flag_of_another_patient_does_not_stand(self, right):
        blocked = make_signed(6, practitioner=right.care_relations.get().practitioner)
        patient_id = blocked.episode.patient_id
        assert red_flag_stands(patient_id)
        enter(blocked, to(right))
        assert not red_flag_stands(patient_id)
        blocked.referral.refresh_from_db()
        assert blocked.referral.outcome == "not_needed"

    def test_scores_and_the_course(self, signed):
        patient = signed.episode.patient
        assert function_scores(patient)
        enter(signed, actions.Mistake(kind="other", reason="why"))
        assert function_scores(patient) == []
        assert visits_of(signed.episode) == []

    def test_the_next_assessment_is_an_initial_one(self, signed):
        enter(signed, actions.Mistake(kind="other", reason="why"))
        by = signed.author.user
        fresh = actions.start_assessment(signed.episode.patient, signed.author, by=by, now=NOW)
        assert fresh.kind == "initial"

    def test_it_is_neither_amended_nor_added_to_nor_written_about(self, client, signed):
        enter(signed, SIDE)
        by = signed.author.user
        with pytest.raises(InError):
            actions.draft_letter(signed, "gp", by=by, now=NOW)
        begun = client.post(f"/chart/assessments/{signed.pk}/letters/", {"kind": "gp"})
        assert begun.status_code == 404
        with pytest.raises(InError):
            actions.amend(signed, "why", signed.author, by=by, now=NOW)
        page = client.get(f"/chart/assessments/{signed.pk}/").text
        assert "/amend/" not in page
        assert "/add/" not in page


class TestThePage:
    def test_it_leads_to_the_chart_in_its_place(self, client, signed, right):
        answer = post(client, signed, kind="patient", patient=str(right.pk))
        copy = EnteredInError.objects.get().copy
        assert (answer.status_code, answer.url) == (303, f"/chart/assessments/{copy.pk}/")
        assert "entered in error for another patient" in client.get(answer.url).text

    def test_sent_twice_it_is_done_once(self, client, signed):
        answers = [post(client, signed) for _ in range(2)]
        assert [each.status_code for each in answers] == [303, 303]
        assert Assessment.objects.count() == 2

    @pytest.mark.parametrize(
        ("form", "said"),
        [
            ({"kind": "x"}, "Choose what is wrong."),
            ({"reason": " "}, "Say in a few words how it happened."),
            ({"kind": "patient"}, "Choose the patient this chart is about."),
            ({"kind": "patient", "patient": "x"}, "Choose the patient this chart is about."),
        ],
    )
    def test_what_is_missing_is_said_and_the_rest_kept(self, client, signed, form, said):
        answer = post(client, signed, **form)
        assert answer.status_code == 422
        assert said in answer.text
        assert ("Mixed up" in answer.text) == ("reason" not in form)
        assert not EnteredInError.objects.exists()

    def test_somebody_elses_patient_is_not_to_be_had(self, client, signed):
        stranger = make_patient(last_name="Elsewhere")
        care(make_practitioner(), stranger)
        answer = post(client, signed, kind="patient", patient=str(stranger.pk))
        assert answer.status_code == 422
        assert "Elsewhere" not in answer.text

    def test_a_get_marks_nothing(self, client, signed, right):
        page = client.get(f"/chart/assessments/{signed.pk}/wrong/")
        assert "Person, Rightful" in page.text
        assert not EnteredInError.objects.exists()

    def test_the_timeline_says_so(self, client):
        plan = make_issued()
        client.force_login(plan.assessment.author.user)
        enter(plan.assessment, SIDE)
        page = client.get(f"/chart/patients/{plan.episode.patient_id}/").text
        assert "entered in error" in page
        assert "withdrawn" in page
