"""A process that dies while it writes into the record leaves all of it, or nothing."""

from uuid import uuid4

import pytest

from assessments import actions
from assessments.errors import AlreadySigned, PlanIsFinal
from assessments.models import Assessment, ExerciseLog, Plan, Referral
from assessments.screen.entries import Entry
from clinic.models import AuditEvent, Message
from tests.assessments.case_files import case_input
from tests.assessments.factories import (
    ASKED,
    NOW,
    grant,
    log_entry,
    make_chart,
    make_issued,
    make_practice,
    make_signed,
)
from tests.killed import all_or_nothing, holds, snapshot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def practice():
    make_practice()


def told(action):
    return AuditEvent.objects.filter(action=action).count()


def changes_nothing(action):
    before = snapshot()
    result = action()
    assert snapshot() == before
    return result


def test_saving_values():
    chart = make_chart()
    by = chart.author.user
    entries = [Entry("age_years", "", 31), Entry("nprs_now", "", 3), Entry("nprs_worst_7d", "", 5)]

    def save():
        return actions.save_values(chart, 0, entries, by=by, now=NOW)

    assert all_or_nothing(save) > 1
    chart.refresh_from_db()
    assert (chart.findings.count(), chart.version) == (3, 1)
    assert holds()


def test_signing_a_red_flag_ends_the_plan_and_opens_the_referral_with_it():
    plan = make_issued()
    author = plan.assessment.author
    chart = make_chart(author, plan.episode.patient, case_input(6) | ASKED)

    assert all_or_nothing(lambda: actions.sign(chart, by=author.user, now=NOW)) > 4
    signed = Assessment.objects.get(pk=chart.pk)
    assert (signed.plan_status, signed.signed_at) == ("BLOCKED", NOW)
    assert Plan.objects.get().replaced_at == NOW
    assert Referral.objects.get().assessment == signed
    assert told("chart.signed") == 2
    with pytest.raises(AlreadySigned):
        changes_nothing(lambda: actions.sign(chart, by=author.user, now=NOW))
    assert holds()


def test_drafting():
    chart = make_signed()
    by = chart.author.user

    assert all_or_nothing(lambda: actions.draft_plan(chart, by=by, now=NOW)) > 1
    [plan] = Plan.objects.all()
    assert plan.lines.count() == len(plan.result["plan"]["exercises"])
    assert told("plan.drafted") == 1
    assert changes_nothing(lambda: actions.draft_plan(chart, by=by, now=NOW)) == plan
    assert holds()


def test_issuing_ends_the_version_before_and_owes_the_letter_with_it():
    first = make_issued()
    by = first.issued_by
    second = actions.revise_plan(first, by=by, now=NOW)

    assert all_or_nothing(lambda: actions.issue_plan(second, by=by, now=NOW)) > 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.replaced_at, second.issued_at, second.replaced_at) == (NOW, NOW, None)
    assert Message.objects.filter(subject_id=str(second.pk)).count() == 1
    assert told("plan.issued") == 2
    with pytest.raises(PlanIsFinal):
        changes_nothing(lambda: actions.issue_plan(second, by=by, now=NOW))
    assert holds()


def test_logging_what_a_phone_kept_while_it_was_offline():
    plan = make_issued()
    patient = plan.episode.patient
    user = grant(patient)
    lines = list(plan.lines.all()[:3])
    entries = [log_entry(line, client_id=str(uuid4()), pain=2) for line in lines]

    def send():
        return actions.log_sessions(patient, entries, by=user, now=NOW)

    assert all_or_nothing(send) > 2
    assert ExerciseLog.objects.count() == 3
    assert told("plan.logged") == 1
    assert [answer.status for answer in changes_nothing(send)] == ["known"] * 3
    assert holds()


def test_amending():
    chart = make_signed()
    by, physio = chart.author.user, chart.author

    def amend():
        return actions.amend(chart, "The other knee", physio, by=by, now=NOW)

    assert all_or_nothing(amend) > 1
    [amendment] = chart.amendments.all()
    assert amendment.findings.count() == chart.findings.count()
    assert changes_nothing(amend) == amendment
    assert holds()
