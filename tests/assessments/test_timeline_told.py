"""Runs, mornings and flares on the timeline: what a patient told between visits."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import actions
from assessments.models import Flare, MorningLog, RunLog
from clinic import roles
from tests.assessments.factories import NOW, care, make_issued, make_patient, make_practitioner
from tests.bookings.board_page import reads

pytestmark = pytest.mark.django_db
TODAY = date(2027, 1, 10)
DAY = timedelta(days=1)


@pytest.fixture
def physio(client):
    practitioner = make_practitioner()
    client.force_login(practitioner.user)
    return practitioner


@pytest.fixture
def plan(physio):
    return make_issued(1, practitioner=physio)


def ran(plan, on=TODAY, **values):
    values = {"stage": 3, "km": None, "pain": 2, "settled": True} | values
    return RunLog.objects.create(
        patient=plan.episode.patient, plan=plan, client_id=uuid4(), on=on, said_at=NOW,
        logged_at=NOW, **values,
    )  # fmt: skip


def woke(plan, on=TODAY, knee="same", said_at=NOW, **values):
    return MorningLog.objects.create(
        patient=plan.episode.patient, client_id=uuid4(), on=on, knee=knee, said_at=said_at,
        logged_at=NOW, **values,
    )  # fmt: skip


def flared(plan, **values):
    values = {"yes": ["rf_hot_joint"], "level": "SAME_DAY", "pain": 7} | values
    return Flare.objects.create(
        patient=plan.episode.patient, plan=plan, client_id=uuid4(), reported_at=NOW, **values
    )


def shown(client, plan, kind):
    page = client.get(f"/chart/patients/{plan.episode.patient_id}/?kind={kind}")
    assert page.status_code == 200
    return page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, ["walk-jog stage 3", "pain 2/10", "settled within the hour"]),
        ({"stage": None, "km": "5.50"}, ["Run:", "5.5 km"]),
        ({"km": "2"}, ["walk-jog stage 3", "2 km"]),
        ({"pain": None, "settled": None}, ["no pain given"]),
        ({"settled": False}, ["not settled within the hour"]),
    ],
)
def test_a_run_says_how_far_and_how_it_felt(client, plan, values, said):
    ran(plan, **values)

    page = shown(client, plan, "run")

    line = page.text.split("sd-event-run")[1].split("</li>")[0]
    for words in said:
        assert words in line
    assert ("settled" in line) is (values.get("settled", True) is not None)


def test_a_morning_stands_once_as_it_was_told_last(client, plan):
    woke(plan, knee="worse", said_at=NOW - timedelta(minutes=5))
    woke(plan, knee="better", pain=1)
    woke(plan, on=TODAY - DAY, knee="worse")

    page = shown(client, plan, "morning")

    assert [entry.row.knee for entry in page.context["page"].entries] == ["better", "worse"]
    assert "pain 1/10" in page.text


def test_days_ahead_are_not_there(client, plan):
    ran(plan, on=TODAY + DAY)
    woke(plan, on=TODAY + DAY)

    for kind in ("run", "morning"):
        assert shown(client, plan, kind).context["page"].entries == []


def test_a_flare_says_what_was_answered_to_those_who_examine(client, plan):
    flare = flared(plan)
    coach = make_practitioner(roles.COACH)
    care(coach, plan.episode.patient)

    assert flare.words[0] in shown(client, plan, "flare").text
    client.force_login(coach.user)
    page = shown(client, plan, "flare").text
    assert flare.words[0] not in page
    assert "told to see a doctor today" in page


def test_the_word_to_the_practitioner_is_no_message_to_the_patient(client, plan):
    patient, by = plan.episode.patient, plan.assessment.author.user
    actions.report_flare(patient, plan, client_id=uuid4(), by=by, now=NOW)

    assert shown(client, plan, "message").context["page"].entries == []


def test_another_patients_are_not_there(client, plan):
    other = make_issued(1, practitioner=make_practitioner(), patient=make_patient())
    ran(other)
    woke(other)
    flared(other)

    for kind in ("run", "morning", "flare"):
        assert shown(client, plan, kind).context["page"].entries == []


def test_one_or_many_cost_the_same(client, plan):
    counts = []
    for number in (1, 6):
        for back in range(number):
            ran(plan, on=TODAY - back * DAY)
            woke(plan, on=TODAY - back * DAY)
            flared(plan)
        shown(client, plan, "")  # what a process keeps is read once
        with CaptureQueriesContext(connection) as asked:
            shown(client, plan, "")
        counts.append(len(reads(asked)))

    assert counts[0] == counts[1]
