"""What signing keeps, what it refuses, and how a signed chart is corrected."""

import pytest

from assessments import actions
from assessments.errors import (
    AlreadySigned,
    CannotSign,
    NotInCare,
    NotSigned,
    NotTheAuthor,
    ReasonMissing,
)
from assessments.models import Assessment, Finding, Plan
from assessments.seal import assessment_digest
from assessments.storage import findings_of, stored_rows
from clinic import roles
from clinic.models import AuditEvent
from tests.assessments.case_files import all_cases, case_input
from tests.assessments.factories import (
    NOW,
    care,
    entries_of,
    make_chart,
    make_issued,
    make_patient,
    make_practitioner,
    make_signed,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case["title"])
def test_a_signed_case_keeps_exactly_the_expected_result(case):
    assessment = make_chart(raw=case["input"])

    signed = actions.sign(assessment, by=assessment.author.user, now=NOW)

    signed.refresh_from_db()
    assert signed.result == case["expected"]
    assert signed.plan_status == case["expected"]["plan_status"]
    assert signed.gate_level == case["expected"]["gate"]["level"]


def test_the_digest_is_that_of_the_stored_findings():
    signed = make_signed()
    signed.refresh_from_db()

    assert signed.content_hash == assessment_digest(
        signed, stored_rows(signed), {}, soap=signed.soap.all()
    )
    assert signed.signed_at == NOW
    assert signed.signed_by == signed.author.user


def test_the_digest_changes_with_any_value():
    signed = make_signed()
    rows = stored_rows(signed)
    before = assessment_digest(signed, rows, {})

    rows[0].text += "x"

    assert assessment_digest(signed, rows, {}) != before


def test_a_chart_is_signed_once():
    signed = make_signed()

    with pytest.raises(AlreadySigned):
        actions.sign(signed, by=signed.author.user, now=NOW)


def test_nobody_signs_for_somebody_else():
    assessment = make_chart(raw=case_input(1))
    colleague = make_practitioner()
    care(colleague, assessment.episode.patient)

    with pytest.raises(NotTheAuthor):
        actions.sign(assessment, by=colleague.user, now=NOW)


def test_what_a_student_signs_waits_for_a_second_signature():
    assessment = make_chart(make_practitioner(roles.STUDENT), raw=case_input(1))

    actions.sign(assessment, by=assessment.author.user, now=NOW)

    signed = Assessment.objects.get()
    assert (signed.signed_at, signed.waits_for_cosign) == (NOW, True)


def test_values_that_contradict_each_other_are_not_signed():
    assessment = make_chart(raw=case_input(1) | {"nprs_now": 5})
    by = assessment.author.user
    # The worst pain was 5; raising today's is accepted and leaves a fault to settle.
    saved = actions.save_values(
        assessment, assessment.version, entries_of({"nprs_now": 6}), by=by, now=NOW
    )
    assert [fault.field for fault in saved.outstanding] == ["nprs_worst_7d"]

    with pytest.raises(CannotSign) as refusal:
        actions.sign(assessment, by=by, now=NOW)

    assert [fault.field for fault in refusal.value.faults] == ["nprs_worst_7d"]
    assert Assessment.objects.get().signed_at is None


def test_an_empty_chart_may_be_signed_and_gives_no_plan():
    assessment = make_chart()

    signed = actions.sign(assessment, by=assessment.author.user, now=NOW)

    assert (signed.plan_status, signed.gate_level) == ("INCOMPLETE", "INCOMPLETE")
    assert Plan.objects.count() == 0


def test_signing_leaves_one_audit_row_of_its_own():
    signed = make_signed()

    row = AuditEvent.objects.get(action="chart.signed")
    assert row.object_id == str(signed.pk)
    assert row.actor_id == signed.author.user.pk
    assert row.patient_id == signed.episode.patient_id
    assert row.data["digest"] == signed.content_hash


def test_an_amendment_starts_from_the_same_values_and_leaves_the_original():
    signed = make_signed()
    by = signed.author.user

    amendment = actions.amend(signed, "Wrong side charted", signed.author, by=by, now=NOW)

    assert findings_of(amendment) == findings_of(signed)
    assert set(amendment.findings.values_list("origin", flat=True)) == {Finding.Origin.CARRIED}
    assert (amendment.amends_id, amendment.signed_at) == (signed.pk, None)
    assert Assessment.objects.get(pk=signed.pk).content_hash == signed.content_hash


def test_asking_again_returns_the_open_amendment():
    signed = make_signed()
    by = signed.author.user
    first = actions.amend(signed, "Wrong side charted", signed.author, by=by, now=NOW)

    assert actions.amend(signed, "again", signed.author, by=by, now=NOW) == first


@pytest.mark.parametrize("reason", ["", "   "])
def test_an_amendment_needs_a_reason(reason):
    signed = make_signed()

    with pytest.raises(ReasonMissing):
        actions.amend(signed, reason, signed.author, by=signed.author.user, now=NOW)


def test_only_what_is_signed_is_amended():
    assessment = make_chart()

    with pytest.raises(NotSigned):
        actions.amend(assessment, "why", assessment.author, by=assessment.author.user, now=NOW)


def test_a_stranger_amends_nothing():
    signed = make_signed()
    stranger = make_practitioner()
    care(stranger, make_patient())

    with pytest.raises(NotInCare):
        actions.amend(signed, "why", stranger, by=stranger.user, now=NOW)


def test_a_red_flag_ends_the_plan_the_patient_has():
    plan = make_issued()
    practitioner, by = plan.assessment.author, plan.assessment.author.user
    amendment = actions.amend(plan.assessment, "Fever since", practitioner, by=by, now=NOW)
    flags = entries_of({"rf_hot_joint": "yes", "rf_systemic": "yes"})
    actions.save_values(amendment, 0, flags, by=by, now=NOW)

    signed = actions.sign(amendment, by=by, now=NOW)

    assert signed.plan_status == "BLOCKED"
    plan.refresh_from_db()
    assert plan.replaced_at == NOW
