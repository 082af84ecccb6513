"""Rule 38: open plans and unsigned charts are handed over before somebody is switched off."""

import pytest

from assessments import actions
from assessments import handover as work
from bookings import handover
from bookings.actions.handover import hand_over, save_practitioner
from bookings.errors import StillAtWork
from clinic import access, roles
from clinic.models import AuditEvent, Practitioner
from tests.assessments.factories import (
    care,
    make_chart,
    make_issued,
    make_patient,
    make_practitioner,
    make_user,
)
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return make_user(roles.MANAGER)


def labels(practitioner):
    found = handover.open_work(practitioner, NOW)
    return {str(kind.label): [item.words for item in kind.items] for kind in found}


def test_rule_38_an_open_plan_keeps_somebody_in_office(manager):
    plan = make_issued()
    physio, patient = plan.assessment.author, plan.episode.patient

    assert labels(physio) == {"Open plans": [f"{patient}, since 2027-01-10"]}
    physio.is_active = False
    with pytest.raises(StillAtWork):
        save_practitioner(physio, by=manager, now=NOW)
    assert Practitioner.objects.get(pk=physio.pk).is_active


def test_rule_38_an_unsigned_chart_keeps_somebody_in_office():
    chart = make_chart()

    assert "Unsigned charts" in labels(chart.author)


def test_rule_38_a_colleague_takes_over_plans_and_charts_and_may_open_the_records(manager):
    chart = make_chart()
    physio, patient = chart.author, chart.episode.patient
    colleague = make_practitioner()
    assert not access.caseload(colleague).filter(pk=patient.pk).exists()

    left = hand_over(physio, colleague, by=manager, now=NOW, switch_off=True)

    assert left == []
    chart.refresh_from_db()
    chart.episode.refresh_from_db()
    assert (chart.author, chart.episode.lead) == (colleague, colleague)
    assert access.caseload(colleague).filter(pk=patient.pk).exists()
    assert not Practitioner.objects.get(pk=physio.pk).is_active
    deeds = AuditEvent.objects.filter(action__endswith="handed_over")
    assert sorted(deeds.values_list("action", flat=True)) == [
        "chart.handed_over", "episode.handed_over",
    ]  # fmt: skip


def test_rule_38_a_chart_is_not_passed_on_to_who_may_not_sign(manager):
    chart = make_chart()
    student = make_practitioner(roles.STUDENT)

    left = hand_over(chart.author, student, by=manager, now=NOW, switch_off=True)

    assert [str(kind.label) for kind in left] == ["Unsigned charts"]
    assert Practitioner.objects.get(pk=chart.author.pk).is_active


def test_rule_38_what_is_signed_is_never_touched(manager):
    plan = make_issued()
    author = plan.assessment.author
    hand_over(author, make_practitioner(), by=manager, now=NOW)

    plan.assessment.refresh_from_db()
    assert plan.assessment.author == author


def test_rule_38_the_desk_learns_nothing_clinical():
    chart = make_chart()
    chart.episode.goal = "CANARY"
    chart.episode.save()

    words = [item.words for kind in handover.open_work(chart.author, NOW) for item in kind.items]
    assert words
    assert not any("CANARY" in each or "knee" in each.lower() for each in words)


def test_rule_38_nobody_elses_work_is_listed():
    make_chart()
    idle = make_practitioner()
    care(idle, make_patient())

    assert work.open_plans(idle, NOW) == work.unsigned_charts(idle, NOW) == []


def test_rule_38_an_unsigned_note_is_handed_over_as_well(manager):
    physio, patient, colleague = make_practitioner(), make_patient(), make_practitioner()
    care(physio, patient)
    note = actions.start_note(patient, physio, "visit", by=physio.user, now=NOW)
    assert "Unsigned notes" in labels(physio)

    assert hand_over(physio, colleague, by=manager, now=NOW, switch_off=True) == []

    note.refresh_from_db()
    assert note.author == colleague
    assert access.caseload(colleague).filter(pk=patient.pk).exists()
    assert AuditEvent.objects.filter(action="note.handed_over").count() == 1
