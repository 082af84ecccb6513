"""Episodes, and beginning an assessment within one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from assessments import actions
from assessments.actions.episodes import age_on
from assessments.errors import AlreadyDischarged, NotInCare, VisitOfAnother
from assessments.models import Assessment, EpisodeOfCare
from assessments.storage import findings_of
from clinic.models import AuditEvent
from tests.assessments.factories import (
    NOW,
    care,
    make_patient,
    make_practitioner,
    make_signed,
    make_visit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def physio():
    return make_practitioner()


@pytest.fixture
def patient(physio):
    patient = make_patient()
    care(physio, patient)
    return patient


def start(about, physio):
    return actions.start_assessment(about, physio, by=physio.user, now=NOW)


def test_the_first_assessment_opens_the_knee_episode(physio, patient):
    assessment = start(patient, physio)

    episode = EpisodeOfCare.objects.get()
    assert (assessment.episode, episode.problem, episode.lead) == (episode, "knee", physio)
    assert (assessment.kind, assessment.author) == ("initial", physio)
    assert list(AuditEvent.objects.values_list("action", flat=True).order_by("position")) == [
        "episode.opened",
        "chart.started",
    ]


def test_asked_again_the_same_draft_is_returned(physio, patient):
    assert start(patient, physio) == start(patient, physio)
    assert Assessment.objects.count() == 1


def test_a_visit_has_one_assessment(physio, patient):
    visit = make_visit(physio, patient)

    first = start(visit, physio)

    assert (first.appointment, start(visit, physio)) == (visit, first)


def test_a_visit_and_no_visit_are_two_charts(physio, patient):
    visit = make_visit(physio, patient)

    assert start(visit, physio) != start(patient, physio)


def test_after_a_signed_one_it_is_a_follow_up(physio, patient):
    make_signed(1, practitioner=physio, patient=patient)

    assert start(patient, physio).kind == Assessment.Kind.FOLLOW_UP


def test_a_visit_in_another_diary_is_not_charted(physio, patient):
    visit = make_visit(make_practitioner(), patient)

    with pytest.raises(VisitOfAnother):
        start(visit, physio)


def test_a_patient_of_somebody_else_is_not_charted(physio):
    with pytest.raises(NotInCare):
        start(make_patient(), physio)

    assert Assessment.objects.count() == 0


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (date(1995, 6, 15), 31),
        (date(2010, 1, 10), 17),
        (date(2009, 1, 10), 18),
        (date(2009, 1, 11), 17),
        (None, None),
        (date(2023, 1, 1), None),
        (date(1920, 1, 1), None),
    ],
)
def test_the_age_of_that_day_is_filled_in_within_the_limits(physio, born, age):
    patient = make_patient(date_of_birth=born)
    care(physio, patient)

    assert findings_of(start(patient, physio)).value("age_years") == age


def test_the_day_is_that_of_the_place_of_the_visit(physio):
    """At 03:00 UTC on the birthday it is still the day before in Alberta."""
    patient = make_patient(date_of_birth=date(2009, 1, 11))
    care(physio, patient)
    night = datetime(2027, 1, 11, 3, 0, tzinfo=UTC)
    visit = make_visit(physio, patient, starts_at=night)

    assessment = actions.start_assessment(visit, physio, by=physio.user, now=night)

    assert findings_of(assessment).value("age_years") == 17


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
)
def test_somebody_born_on_a_leap_day_ages_in_march(born, day, age):
    assert age_on(born, day) == age


def test_an_episode_is_closed_for_a_reason_and_once(physio, patient):
    episode = start(patient, physio).episode

    closed = actions.discharge(episode, "goals_met", by=physio.user, now=NOW)

    assert (closed.discharged_at, closed.discharge_reason) == (NOW, "goals_met")
    with pytest.raises(AlreadyDischarged):
        actions.discharge(episode, "moved", by=physio.user, now=NOW)
    assert AuditEvent.objects.get(action="episode.discharged").data == {"reason": "goals_met"}


def test_a_reason_is_one_of_the_list(physio, patient):
    episode = start(patient, physio).episode

    with pytest.raises(ValueError, match="no idea"):
        actions.discharge(episode, "no idea", by=physio.user, now=NOW)


def test_after_a_discharge_a_new_episode_opens(physio, patient):
    episode = start(patient, physio).episode
    actions.discharge(episode, "goals_met", by=physio.user, now=NOW)

    assert start(patient, physio).episode != episode


def test_the_database_allows_one_open_episode_per_problem(physio, patient):
    start(patient, physio)

    with pytest.raises(IntegrityError), transaction.atomic():
        EpisodeOfCare.objects.create(patient=patient, opened_at=NOW + timedelta(days=1))
