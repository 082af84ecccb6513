"""Signed under supervision: the chart waits, and no plan leaves it before the second signature."""

import pytest
from django.db import IntegrityError, transaction

from assessments import actions
from assessments.actions.issuing import red_flag_stands
from assessments.cosign_queue import to_cosign, waiting_of
from assessments.errors import (
    CannotCosign,
    CannotIssue,
    ContentChanged,
    NotInCare,
    NotSigned,
)
from assessments.models import Assessment, CoSignature, Plan
from clinic import access, roles
from clinic.models import AuditEvent, Practitioner
from tests.assessments.case_files import case_input
from tests.assessments.factories import (
    ASKED,
    NOW,
    care,
    entries_of,
    make_chart,
    make_patient,
    make_practitioner,
    make_signed,
)
from tests.assessments.test_chart_pages import queries, words
from tests.assessments.test_guards_final import key, refused, sql

pytestmark = pytest.mark.django_db

WAITS = "plan_only_when_cosigned"


@pytest.fixture
def supervisor():
    return make_practitioner()


@pytest.fixture
def student(supervisor):
    student = make_practitioner(roles.STUDENT)
    student.supervised, student.supervisor = True, supervisor
    student.save()
    return student


@pytest.fixture
def waiting(student):
    """A chart of case 1 that a student signed."""
    return make_signed(1, practitioner=student)


def co_sign(chart, practitioner):
    return actions.co_sign(chart, practitioner, by=practitioner.user, now=NOW)


def page_of(client, practitioner, address):
    client.force_login(practitioner.user)
    return client.get(address)


class TestWhoWaits:
    @pytest.mark.parametrize(
        ("role", "supervised", "waits"),
        [
            (roles.PHYSIO, False, False),
            (roles.PHYSIO, True, True),
            (roles.STUDENT, False, True),
            (roles.STUDENT, True, True),
        ],
    )
    def test_it_is_decided_when_signing(self, role, supervised, waits):
        author = make_practitioner(role)
        author.supervised = supervised
        author.save()

        signed = make_signed(1, practitioner=author)

        assert (signed.cosign_needed, signed.waits_for_cosign) == (waits, waits)
        Practitioner.objects.filter(pk=author.pk).update(supervised=not supervised)
        assert Assessment.objects.get(pk=signed.pk).cosign_needed == waits

    def test_the_chart_is_final_while_it_waits(self, waiting):
        waiting.plan_status = "BLOCKED"
        assert refused("assessment_signed_is_final", waiting.save)

    def test_nobody_supervises_themselves(self, student):
        student.supervisor = student
        with pytest.raises(IntegrityError), transaction.atomic():
            student.save()


class TestTheSecondSignature:
    def test_it_names_who_and_what(self, waiting, supervisor):
        signature = co_sign(waiting, supervisor)

        assert signature.signed_by == supervisor.user
        assert signature.content_hash == waiting.content_hash
        assert not Assessment.objects.get(pk=waiting.pk).waits_for_cosign
        row = AuditEvent.objects.get(action="chart.cosigned")
        assert (row.object_id, row.actor_id) == (str(waiting.pk), supervisor.user.pk)

    def test_twice_is_once(self, client, waiting, supervisor):
        client.force_login(supervisor.user)
        address = f"/chart/assessments/{waiting.pk}/cosign/"

        answers = [client.post(address) for _ in range(2)]

        assert {(each.status_code, each.url) for each in answers} == {
            (303, f"/chart/assessments/{waiting.pk}/")
        }
        assert CoSignature.objects.count() == 1
        assert AuditEvent.objects.filter(action="chart.cosigned").count() == 1

    def test_any_physio_in_care_who_signs_alone_may(self, waiting):
        colleague = make_practitioner()
        care(colleague, waiting.episode.patient)
        assert co_sign(waiting, colleague).name == colleague.name

    def test_who_may_not(self, waiting, student):
        other_student = make_practitioner(roles.STUDENT)
        supervised = make_practitioner()
        Practitioner.objects.filter(pk=supervised.pk).update(supervised=True)
        supervised.refresh_from_db()
        stranger = make_practitioner()
        for each in (other_student, supervised):
            care(each, waiting.episode.patient)
        for practitioner, error in (
            (student, CannotCosign), (other_student, CannotCosign), (supervised, CannotCosign),
            (stranger, NotInCare),
        ):  # fmt: skip
            with pytest.raises(error):
                co_sign(waiting, practitioner)
        assert not CoSignature.objects.exists()

    def test_not_where_none_is_needed(self, student, supervisor):
        alone = make_signed(1, practitioner=make_practitioner())
        care(supervisor, alone.episode.patient)
        with pytest.raises(CannotCosign):
            co_sign(alone, supervisor)
        with pytest.raises(NotSigned):
            co_sign(make_chart(student), supervisor)

    def test_not_under_what_was_changed_by_force(self, waiting, supervisor, monkeypatch):
        monkeypatch.setattr("assessments.actions.cosigning.digest_of", lambda *_: "other")
        with pytest.raises(ContentChanged):
            co_sign(waiting, supervisor)

    def test_the_author_cannot_write_one_by_force(self, waiting, student, supervisor):
        def forged(by, chart=waiting):
            return lambda: CoSignature.objects.create(
                assessment=chart, signed_at=NOW, signed_by=by, name="x", content_hash="x"
            )

        name = "cosignature_by_another"
        assert refused(name, forged(student.user))
        assert refused(name, forged(supervisor.user, make_chart(student)))
        assert refused(name, forged(supervisor.user, make_signed(1)))

    def test_it_is_final(self, waiting, supervisor):
        signature = co_sign(waiting, supervisor)
        final = "cosignature_is_final"
        signature.name = "Somebody else"
        assert refused(final, signature.save)
        assert refused(final, lambda: CoSignature.objects.update(content_hash="x"))
        assert refused(final, sql("DELETE FROM assessments_cosignature"))


class TestThePlan:
    @pytest.fixture
    def plan(self, waiting):
        return actions.draft_plan(waiting, by=waiting.author.user, now=NOW)

    def test_it_may_be_drafted_and_not_issued(self, plan, supervisor):
        with pytest.raises(CannotIssue) as refusal:
            actions.issue_plan(plan, by=supervisor.user, now=NOW)
        assert refusal.value.reasons == ("The chart waits for a co-signature.",)

    def test_it_is_issued_after_the_co_signature(self, plan, waiting, supervisor):
        co_sign(waiting, supervisor)
        assert actions.issue_plan(plan, by=supervisor.user, now=NOW).issued_at == NOW

    def test_the_page_says_why_not(self, client, plan, waiting, supervisor):
        client.force_login(supervisor.user)
        answer = client.post(f"/chart/assessments/{waiting.pk}/plan/issue/")
        assert answer.status_code == 422
        assert "waits for a co-signature" in answer.text

    def test_by_no_door_of_the_database(self, plan, supervisor):
        issued = {"issued_at": NOW, "issued_by": supervisor.user, "content_hash": "0" * 64}
        assert refused(WAITS, lambda: Plan.objects.filter(pk=plan.pk).update(**issued))
        statement = (
            f"UPDATE {Plan._meta.db_table} SET issued_at = %s, issued_by_id = %s,"
            " content_hash = 'x' WHERE id = %s"
        )
        assert refused(WAITS, sql(statement, NOW.isoformat(), key(supervisor.user), key(plan)))
        for name, value in issued.items():
            setattr(plan, name, value)
        assert refused(WAITS, plan.save)
        plan.pk, plan.version, plan._state.adding = Plan._meta.pk.get_default(), 77, True
        assert refused(WAITS, lambda: Plan.objects.bulk_create([plan]))


class TestAFlag:
    def test_a_student_may_raise_one_and_cannot_clear_one(self, student, supervisor):
        patient = make_patient()
        care(supervisor, patient)
        make_signed(6, practitioner=supervisor, patient=patient)
        chart = make_chart(student, patient)
        raw = entries_of(case_input(1) | ASKED)
        actions.save_values(chart, chart.version, raw, by=student.user, now=NOW)
        later = NOW.replace(hour=20)

        cleared = actions.sign(chart, by=student.user, now=later)

        assert cleared.plan_status == "DRAFT"
        assert red_flag_stands(patient.pk)
        co_sign(cleared, supervisor)
        assert not red_flag_stands(patient.pk)

    def test_it_stands_at_once(self, student):
        blocked = make_signed(6, practitioner=student)
        assert blocked.waits_for_cosign
        assert red_flag_stands(blocked.episode.patient_id)


class TestTheQueue:
    def test_it_is_the_named_supervisors(self, waiting, supervisor, student):
        colleague = make_practitioner()
        care(colleague, waiting.episode.patient)

        assert list(to_cosign(supervisor)) == [waiting]
        assert list(to_cosign(colleague)) == []
        assert list(to_cosign(student)) == []
        assert list(waiting_of(student)) == [waiting]

    def test_without_one_it_is_everybodys_who_looks_after_the_patient(self, waiting, student):
        Practitioner.objects.filter(pk=student.pk).update(supervisor=None)
        colleague, stranger = make_practitioner(), make_practitioner()
        care(colleague, waiting.episode.patient)

        assert list(to_cosign(colleague)) == [waiting]
        assert list(to_cosign(stranger)) == []

    def test_co_signed_it_is_gone(self, waiting, supervisor, student):
        co_sign(waiting, supervisor)
        assert not to_cosign(supervisor).exists()
        assert not waiting_of(student).exists()

    def test_of_an_amended_chart_the_amendment_waits(self, waiting, supervisor, student):
        by = student.user
        amendment = actions.amend(waiting, "why", student, by=by, now=NOW)
        actions.sign(amendment, by=by, now=NOW)
        assert list(to_cosign(supervisor)) == [amendment]

    def test_today_shows_it_in_a_number_of_queries_that_does_not_grow(
        self, client, waiting, supervisor, student
    ):
        client.force_login(supervisor.user)
        assert "To co-sign" in client.get("/chart/").text
        one = queries(client, "/chart/")
        for _ in range(3):
            make_signed(1, practitioner=student)
        assert queries(client, "/chart/") == one


class TestASupervisor:
    def test_looks_after_the_patients_of_whom_they_supervise(self, waiting, supervisor):
        assert access.caseload(supervisor).get() == waiting.episode.patient

    def test_not_when_the_student_is_gone(self, waiting, supervisor, student):
        Practitioner.objects.filter(pk=student.pk).update(is_active=False)
        assert not access.caseload(supervisor).exists()

    def test_and_a_student_not_after_the_supervisors(self, student, supervisor):
        care(supervisor, make_patient())
        assert not access.caseload(student).exists()


class TestThePages:
    def test_the_student_is_told_before_signing(self, client, student, supervisor):
        chart = make_chart(student, raw=case_input(1))
        page = words(page_of(client, student, f"/chart/assessments/{chart.pk}/sign/").text)
        assert "waits for a co-signature" in page
        assert supervisor.name in page
        assert "Sign as" in page

        answer = client.post(f"/chart/assessments/{chart.pk}/sign/")

        assert answer.url == f"/chart/assessments/{chart.pk}/"
        assert "Waits for a co-signature" in client.get(answer.url).text

    def test_only_who_may_gets_the_button(self, client, waiting, student, supervisor):
        address = f"/chart/assessments/{waiting.pk}/"
        assert "/cosign/" not in page_of(client, student, address).text
        assert f"{address}cosign/" in page_of(client, supervisor, address).text

        co_sign(waiting, supervisor)

        page = page_of(client, supervisor, address).text
        assert f"{address}cosign/" not in page
        assert f"co-signed by {supervisor.name}" in page

    def test_a_get_signs_nothing(self, client, waiting, supervisor):
        address = f"/chart/assessments/{waiting.pk}/cosign/"
        assert page_of(client, supervisor, address).status_code == 405
        assert not CoSignature.objects.exists()
