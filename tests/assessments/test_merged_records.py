"""A merged patient's clinical record is read as one, and no signed row of it is touched."""

from datetime import timedelta

import pytest
from django.forms.models import model_to_dict
from django.test import Client

from assessments import actions
from assessments.actions.issuing import red_flag_stands
from assessments.agenda import caseload_list
from assessments.mine import my_progress
from assessments.models import Assessment, EpisodeOfCare, ExerciseLog, Plan
from bookings.actions.merging import merge, take_back
from clinic import roles
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    log_entry,
    make_issued,
    make_patient,
    make_practice,
    make_practitioner,
    make_signed,
    make_user,
)

pytestmark = pytest.mark.django_db
BLOCKED_CASE = 6  # a hot knee with fever


@pytest.fixture
def physio():
    make_practice()
    return make_practitioner()


@pytest.fixture
def pair(physio):
    """A duplicate with a signed chart and a plan, and the record that will survive."""
    double, known = make_patient(), make_patient()
    plan = make_issued(practitioner=physio, patient=double)
    return double, known, plan


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def merged(double, known):
    desk = make_user(roles.FRONT_DESK)
    merge(double, known, by=desk, now=NOW)
    double.refresh_from_db()
    return desk


def frozen():
    return [
        [model_to_dict(row) for row in model.objects.order_by("pk")]
        for model in (Assessment, Plan, EpisodeOfCare, ExerciseLog)
    ]


def test_nothing_clinical_changes(pair):
    double, known, _plan = pair
    before = frozen()
    desk = merged(double, known)
    assert frozen() == before
    take_back(double, by=desk, now=NOW)
    assert frozen() == before


def test_the_survivors_chart_holds_the_duplicates_record(pair, physio):
    double, known, plan = pair
    assert browser(physio.user).get(f"/chart/patients/{known.pk}/").status_code == 404
    desk = merged(double, known)

    page = browser(physio.user).get(f"/chart/patients/{known.pk}/")
    assert page.status_code == 200
    assert f"/chart/assessments/{plan.assessment_id}/" in page.text
    old = browser(physio.user).get(f"/chart/patients/{double.pk}/")
    assert f"/chart/assessments/{plan.assessment_id}/" in old.text
    chart = browser(physio.user).get(f"/chart/assessments/{plan.assessment_id}/", follow=True)
    assert chart.status_code == 200
    assert [each.has_plan for each in caseload_list(physio, "")] == [True]

    take_back(double, by=desk, now=NOW)
    assert browser(physio.user).get(f"/chart/patients/{known.pk}/").status_code == 404


def test_a_stranger_gains_nothing_by_a_merge(pair):
    double, known, plan = pair
    merged(double, known)
    stranger = make_practitioner()
    for address in (
        f"/chart/patients/{known.pk}/", f"/chart/patients/{double.pk}/",
        f"/chart/assessments/{plan.assessment_id}/",
    ):  # fmt: skip
        assert browser(stranger.user).get(address).status_code == 404


def test_the_patient_sees_the_plan_on_their_own_pages_and_logs_to_it(pair):
    double, known, plan = pair
    me = browser(grant(known))
    assert plan.lines.first().name not in me.get(f"/me/{known.pk}/plan/").text
    merged(double, known)

    assert plan.lines.first().name in me.get(f"/me/{known.pk}/plan/").text
    line = plan.lines.filter(home=True).first()
    [answer] = actions.log_sessions(known, [log_entry(line)], by=grant(make_patient()), now=NOW)
    assert answer.status == "saved"
    assert my_progress(known, NOW.date()) is not None


def test_a_strangers_grant_for_the_duplicate_opens_nothing_of_the_person(pair):
    double, known, plan = pair
    stranger = grant(double)
    merged(double, known)
    me = browser(stranger)
    for pk in (double.pk, known.pk):
        answer = me.get(f"/me/{pk}/plan/")
        assert answer.status_code == 404
        assert plan.lines.first().name not in answer.text


def test_a_red_flag_of_the_duplicate_stands_for_the_person(physio):
    double, known = make_patient(), make_patient()
    plan = make_issued(practitioner=physio, patient=known)
    make_signed(BLOCKED_CASE, practitioner=physio, patient=double)
    assert not red_flag_stands(known.pk)
    merged(double, known)
    assert red_flag_stands(known.pk)
    assert red_flag_stands(double.pk)
    plan.refresh_from_db()


def test_a_new_chart_goes_on_in_the_episode_that_is_open(pair, physio):
    double, known, _plan = pair
    merged(double, known)
    care(physio, known)
    begun = actions.start_assessment(known, physio, by=physio.user, now=NOW + timedelta(days=1))
    assert begun.episode.patient == double
    assert EpisodeOfCare.objects.count() == 1
