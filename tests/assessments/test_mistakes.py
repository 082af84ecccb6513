"""A chart for the wrong patient or side: marked, struck through, its plan withdrawn, kept."""

from datetime import timedelta

import pytest

from assessments import actions, agenda
from assessments.actions.issuing import red_flag_stands
from assessments.course import visits_of
from assessments.errors import (
    InError,
    NoPlanAllowed,
    NotInCare,
    NotTheAuthor,
    ReasonMissing,
    RightPatientMissing,
)
from assessments.mine import function_scores
from assessments.models import Assessment, EnteredInError, Finding, Plan
from assessments.storage import findings_of
from clinic import roles
from clinic.models import AuditEvent
from tests.assessments.factories import (
    NOW,
    care,
    entries_of,
    grant,
    make_chart,
    make_draft,
    make_issued,
    make_patient,
    make_practitioner,
    make_signed,
    make_visit,
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


class TestTheMark:
    def test_nothing_of_the_chart_changes(self, signed):
        before = list(Assessment.objects.filter(pk=signed.pk).values())
        rows = list(signed.findings.order_by("pk").values())

        enter(signed, SIDE)

        assert list(Assessment.objects.filter(pk=signed.pk).values()) == before
        assert list(signed.findings.order_by("pk").values()) == rows

    def test_it_says_who_when_and_why(self, signed):
        mark = enter(signed, SIDE)
        assert (mark.kind, mark.reason) == ("side", "Mixed up the sides")
        assert (mark.marked_by, mark.marked_at) == (signed.author.user, NOW)

    def test_asked_again_it_is_the_same(self, signed):
        first = enter(signed, SIDE)
        assert enter(signed, SIDE) == first
        assert EnteredInError.objects.count() == 1
        assert Assessment.objects.count() == 2

    def test_the_trail_holds_ids_and_no_words(self, signed, right):
        enter(signed, to(right, reason="Zebrafish"))
        marked = AuditEvent.objects.get(action="chart.entered_in_error")
        copied = AuditEvent.objects.get(action="chart.copied")
        assert marked.patient_id == signed.episode.patient_id
        assert copied.patient_id == right.pk
        assert "Zebrafish" not in f"{marked.data}{marked.reason}{copied.data}{copied.reason}"

    def test_it_cannot_be_taken_back_or_changed(self, signed):
        mark = enter(signed, SIDE)
        final = "entered_in_error_is_final"
        mark.reason = "x"
        assert refused(final, mark.save)
        assert refused(final, lambda: EnteredInError.objects.update(kind="other"))
        assert refused(final, sql("DELETE FROM assessments_enteredinerror"))

    def test_every_correction_is_marked_with_it(self, signed):
        by = signed.author.user
        amendment = actions.amend(signed, "why", signed.author, by=by, now=NOW)
        actions.save_values(amendment, 0, entries_of({"nprs_worst_7d": 9}), by=by, now=NOW)
        actions.sign(amendment, by=by, now=NOW)
        amendment.refresh_from_db()

        mark = enter(amendment, SIDE)

        assert EnteredInError.objects.count() == 2
        signed.refresh_from_db()
        assert mark.right_chart == signed.mistake.right_chart
        assert findings_of(mark.right_chart).value("nprs_worst_7d") == 9

    @pytest.mark.parametrize(
        ("told", "error"),
        [
            (actions.Mistake(kind="side", reason=" "), ReasonMissing),
            (actions.Mistake(kind="patient", reason="why"), RightPatientMissing),
        ],
    )
    def test_what_is_asked_for(self, signed, told, error):
        with pytest.raises(error):
            enter(signed, told)
        assert not EnteredInError.objects.exists()

    def test_the_right_patient_is_another_of_ones_own(self, signed):
        for patient in (signed.episode.patient, make_patient()):
            with pytest.raises(RightPatientMissing):
                enter(signed, to(patient))

    def test_who_may(self, signed):
        patient = signed.episode.patient
        student, stranger, colleague = (
            make_practitioner(roles.STUDENT), make_practitioner(), make_practitioner()
        )  # fmt: skip
        care(student, patient)
        care(colleague, patient)
        with pytest.raises(NotTheAuthor):
            enter(signed, SIDE, student)
        with pytest.raises(NotInCare):
            enter(signed, SIDE, stranger)
        assert enter(signed, SIDE, colleague).name == colleague.name


class TestADraftInError:
    @pytest.fixture
    def draft(self, client):
        chart = make_chart(raw={"nprs_now": 2, "nprs_worst_7d": 4})
        client.force_login(chart.author.user)
        enter(chart, actions.Mistake(kind="other", reason="Opened by mistake"))
        return Assessment.objects.get(pk=chart.pk)

    def test_it_is_kept_and_can_neither_change_nor_be_signed(self, client, draft):
        by = draft.author.user
        with pytest.raises(InError):
            actions.save_values(draft, 1, entries_of({"nprs_now": 3}), by=by, now=NOW)
        with pytest.raises(InError):
            actions.sign(draft, by=by, now=NOW)
        row = draft.findings.first()
        row.number = 7
        assert refused("finding_in_error_is_final", row.save)
        assert refused("finding_in_error_is_final", lambda: draft.findings.all().delete())
        words = {"name": "note.history", "text": "x"}
        assert refused("remark_in_error_is_final", lambda: draft.remarks.create(**words))
        values = {
            "signed_at": NOW, "signed_by": by, "content_hash": "x", "plan_status": "DRAFT"
        }  # fmt: skip
        rows = Assessment.objects.filter(pk=draft.pk)
        assert refused("assessment_in_error_is_not_signed", lambda: rows.update(**values))

    def test_its_page_shows_it_struck_through(self, client, draft):
        page = client.get(f"/chart/assessments/{draft.pk}/")
        assert page.status_code == 200
        assert '<del class="sd-struck">' in page.text
        assert client.get(f"/chart/assessments/{draft.pk}/sign/").status_code == 303

    def test_it_waits_for_no_signature(self, draft):
        assert not agenda.unsigned_charts(draft.author).exists()

    def test_the_next_chart_is_a_new_one(self, draft):
        by = draft.author.user
        fresh = actions.start_assessment(draft.episode.patient, draft.author, by=by, now=NOW)
        assert fresh != draft


class TestTheWrongSide:
    def test_what_was_found_changes_sides(self, signed):
        before = findings_of(signed)
        copy = enter(signed, SIDE).copy
        after = findings_of(copy)

        assert copy.episode == signed.episode
        assert after.value("index_side") != before.value("index_side")
        assert after.values["wblt_cm"] == {
            "L": before.values["wblt_cm"]["R"], "R": before.values["wblt_cm"]["L"]
        }  # fmt: skip
        assert after.value("nprs_worst_7d") == before.value("nprs_worst_7d")
        assert copy.signed_at is None

    def test_what_the_patient_said_keeps_its_side(self):
        chart = make_chart(raw={"wblt_cm": {"L": 8}})
        Finding.objects.create(
            assessment=chart, item="affected_side", text="R", origin="patient", recorded_at=NOW
        )
        Finding.objects.create(
            assessment=chart, item="wblt_cm", side="R", number=11, origin="carried",
            recorded_at=NOW,
        )  # fmt: skip

        after = findings_of(enter(chart, SIDE).copy)

        assert after.value("affected_side") == "R"
        assert after.values["wblt_cm"]["R"] == 8  # found today; what was carried gives way
        assert after.values["wblt_cm"].get("L") is None

    def test_the_visit_leads_to_the_right_chart(self):
        physio, patient = make_practitioner(), make_patient()
        care(physio, patient)
        visit = make_visit(physio, patient, NOW - timedelta(hours=1))
        by = {"by": physio.user, "now": NOW}
        wrong = actions.start_assessment(visit, physio, **by)

        copy = enter(wrong, SIDE).copy

        assert actions.start_assessment(visit, physio, **by) == copy
        [line] = agenda.visits_today(physio, NOW)
        assert line.chart == copy


class TestTheWrongPatient:
    def test_the_right_one_gets_what_the_clinician_found(self, signed, right):
        Finding.objects.filter(pk=-1)
        copy = enter(signed, to(right)).copy

        assert copy.episode.patient == right
        found, copied = findings_of(signed), findings_of(copy)
        assert copied.value("nprs_worst_7d") == found.value("nprs_worst_7d")
        assert "age_years" not in copied.values
        assert set(copy.findings.values_list("origin", flat=True)) == {"clinician"}

    def test_nothing_the_wrong_patient_said_goes_along(self, right, signed):
        chart = make_chart(signed.author, raw={"nprs_now": 2})
        Finding.objects.create(
            assessment=chart, item="goals", text="Zebrafish", origin="patient", recorded_at=NOW
        )
        chart.remarks.create(name="psfs_name.1", text="Zebrafish")
        chart.remarks.create(name="note.history", text="Saw the knee")

        copy = enter(chart, to(right)).copy

        assert set(copy.findings.values_list("item", flat=True)) == {"nprs_now"}
        assert actions.remarks_of(copy) == {"note.history": "Saw the knee"}

    def test_it_takes_the_visit_of_that_day(self, signed, right):
        visit = make_visit(signed.author, right, NOW - timedelta(hours=3), state="completed")
        make_visit(signed.author, right, NOW - timedelta(days=3), state="completed")
        assert enter(signed, to(right)).copy.appointment == visit

    def test_the_records_do_not_name_each_other(self, client, signed, right):
        wrong = signed.episode.patient
        copy = enter(signed, to(right)).copy
        colleague, other = make_practitioner(), make_practitioner()
        care(colleague, wrong)
        care(other, right)
        actions.sign(copy, by=copy.author.user, now=NOW)

        client.force_login(colleague.user)
        page = client.get(f"/chart/assessments/{signed.pk}/").text
        assert "entered in error" in page
        assert "Rightful" not in page
        assert str(copy.pk) not in page
        client.force_login(other.user)
        page = client.get(f"/chart/assessments/{copy.pk}/").text
        assert wrong.last_name not in page
        assert str(signed.pk) not in page

    def test_who_looks_after_both_is_led_on(self, client, signed, right):
        copy = enter(signed, to(right)).copy
        assert (
            f"/chart/assessments/{copy.pk}/" in client.get(f"/chart/assessments/{signed.pk}/").text
        )


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
