"""Whose review is due: the desk learns names and days, and nothing that a plan says."""

from datetime import date, timedelta

import pytest

from assessments.models import EpisodeOfCare, Plan, PlanLine
from bookings.reviews import reviews_until
from clinic import roles
from tests.assessments.factories import make_issued
from tests.bookings.board_page import somebody, text
from tests.conftest import NOW
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
CANARY = "Zaunkoenig"
DUE = date(2027, 1, 24)  # two weeks after the plan was made
ADDRESS = "/admin/reports/reassessment"


@pytest.fixture
def plan():
    plan = make_issued()
    assert plan.review_on == DUE
    return plan


def due(day=DUE):
    return [(one.patient, one.on) for one in reviews_until(day, 10)]


def test_a_plan_in_force_is_due_from_its_day_on(plan):
    assert due(DUE - timedelta(1)) == []
    assert due() == [(plan.episode.patient, DUE)]


def test_who_was_discharged_or_merged_is_not_due(plan):
    EpisodeOfCare.objects.update(discharged_at=NOW, discharge_reason="goals_met")
    assert due() == []


def test_a_replaced_plan_is_not_due(plan):
    Plan.objects.filter(pk=plan.pk).update(replaced_at=NOW)
    assert due() == []


def test_the_desk_reads_who_and_when_and_never_why(client, plan):
    EpisodeOfCare.objects.update(goal=CANARY)
    somebody(client, roles.FRONT_DESK)
    page = text(client.get(f"{ADDRESS}/?first=2027-01-10&last=2027-01-24"))
    file = client.get(f"{ADDRESS}.csv?first=2027-01-10&last=2027-01-24").content.decode()

    clinical = [CANARY, *PlanLine.objects.filter(plan=plan).values_list("name", flat=True)]
    assert len(clinical) > 2
    for shown in (page, file):
        assert str(plan.episode.patient) in shown
        assert "2027-01-24" in shown
        assert [word for word in clinical if word in shown] == []


def test_who_has_a_visit_ahead_need_not_be_called(client, plan):
    somebody(client, roles.FRONT_DESK)

    def headline():
        page = client.get(f"{ADDRESS}/?first=2027-01-10&last=2027-01-24")
        return [much for _what, much in page.context["report"].headline]

    assert headline() == ["1", "0", "1"]
    AppointmentFactory(patient=plan.episode.patient, starts_at=NOW + timedelta(days=3))
    assert headline() == ["1", "0", "0"]
