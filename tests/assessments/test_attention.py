"""What wants a look on Today: red-flag answers, flares, pain above the limit; sorted."""

import re
from datetime import timedelta

import pytest

from assessments import actions
from assessments.models import IntakeAlert, LogLook
from clinic import roles
from clinic.models import AuditEvent
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    log_entry,
    make_issued,
    make_patient,
    make_practitioner,
    make_visit,
)
from tests.assessments.test_guards_final import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def physio(client):
    practitioner = make_practitioner()
    client.force_login(practitioner.user)
    return practitioner


@pytest.fixture
def plan(physio):
    """A plan with a pain limit of 4, of a patient of the physio."""
    return plan_of(physio)


def plan_of(physio):
    patient = make_patient()
    care(physio, patient)
    found = make_issued(1, practitioner=physio, patient=patient)
    assert found.pain_limit == 4
    return found


def logged(plan, pain, days_ago=0, now=NOW):
    patient = plan.episode.patient
    on = f"{NOW.date() - timedelta(days=days_ago)}"
    entry = log_entry(plan.lines.get(exercise="EX05"), pain=pain, on=on)
    user = patient.grants.first()
    by = user.user if user else grant(patient)
    assert actions.log_sessions(patient, [entry], by=by, now=now)[0].status == "saved"


def flagged(physio, level, days=1):
    patient = make_patient()
    care(physio, patient)
    visit = make_visit(physio, patient, NOW + timedelta(days=days))
    IntakeAlert.objects.create(appointment=visit, level=level, raised_at=NOW)
    return visit


def shown(client):
    """Who wants a look, in the order of the page, with the words beside the name."""
    page = client.get("/chart/").text
    rows = re.findall(r'<li class="sd-look.*?</li>', page, re.S)
    plain = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)) for row in rows]
    return [row.replace("Looked at", "").strip() for row in plain]


def test_pain_above_the_limit_once(client, plan):
    logged(plan, plan.pain_limit)
    assert shown(client) == []
    logged(plan, plan.pain_limit + 1)
    (row,) = shown(client)
    assert str(plan.episode.patient) in row
    assert f"Pain {plan.pain_limit + 1}, limit {plan.pain_limit}" in row


def test_pain_that_was_not_given_is_no_pain(client, plan):
    logged(plan, None)
    logged(plan, 0, 1)
    assert shown(client) == []


def test_two_days_are_a_flare_and_twice_a_day_is_not(client, plan):
    logged(plan, 8)
    logged(plan, 9)
    assert "Flare" not in shown(client)[0]
    logged(plan, 7, days_ago=2)
    assert "Flare: pain up to 9 on 2 days" in shown(client)[0]


def test_what_is_older_than_a_week_is_history(client, plan):
    logged(plan, 9, days_ago=8)
    assert shown(client) == []


def test_the_most_urgent_first(client, physio, plan):
    flare, once = plan, plan_of(physio)
    logged(once, 10)
    logged(flare, 5)
    logged(flare, 5, days_ago=1)
    refer = flagged(physio, "REFER", days=1).patient
    emergency = flagged(physio, "EMERGENCY", days=2).patient
    today = flagged(physio, "SAME_DAY", days=3).patient

    order = [emergency, today, refer, flare.episode.patient, once.episode.patient]

    assert [str(who) in row for who, row in zip(order, shown(client), strict=True)] == [True] * 5


def test_one_patient_with_two_reasons_is_one_line(client, physio, plan):
    logged(plan, 9)
    visit = make_visit(physio, plan.episode.patient, NOW + timedelta(days=1))
    IntakeAlert.objects.create(appointment=visit, level="REFER", raised_at=NOW)
    (row,) = shown(client)
    assert row.index("Red-flag answer") < row.index("Pain 9")


def test_looked_at_it_is_gone_until_something_new_comes(client, physio, plan, time_machine):
    logged(plan, 9)
    page = client.get("/chart/").text
    where, up_to = re.search(
        r'action="([^"]+/looked/)".*?name="up_to" value="([^"]+)"', page, re.S
    ).groups()
    later = NOW + timedelta(minutes=3)
    logged(plan, 10, now=later)  # came after the page was drawn
    time_machine.move_to(NOW + timedelta(minutes=5), tick=False)
    client.force_login(physio.user)

    client.post(where, {"up_to": up_to})
    (row,) = shown(client)
    assert "Pain 10" in row

    client.post(where, {"up_to": later.isoformat()})
    assert shown(client) == []
    assert AuditEvent.objects.filter(action="plan.logs_looked_at").count() == 2


def test_a_look_is_ones_own(client, physio, plan):
    colleague = make_practitioner()
    care(colleague, plan.episode.patient)
    logged(plan, 9)
    actions.look_at_logs(plan.episode.patient, physio, up_to=NOW, by=physio.user, now=NOW)
    assert shown(client) == []
    client.force_login(colleague.user)
    assert len(shown(client)) == 1


def test_a_look_ahead_of_the_clock_covers_no_more_than_now(client, physio, plan):
    where = f"/chart/patients/{plan.episode.patient.pk}/looked/"
    client.post(where, {"up_to": "2099-01-01T00:00:00+00:00"})
    assert LogLook.objects.get().up_to <= NOW + timedelta(minutes=1)
    client.post(where, {"up_to": "yesterday"})
    assert LogLook.objects.count() == 1


def test_a_coach_sees_logs_and_no_answers(client, physio, plan):
    coach = make_practitioner(roles.COACH)
    care(coach, plan.episode.patient)
    visit = make_visit(physio, plan.episode.patient, NOW + timedelta(days=1))
    IntakeAlert.objects.create(appointment=visit, level="EMERGENCY", raised_at=NOW)
    logged(plan, 9)
    client.force_login(coach.user)
    (row,) = shown(client)
    assert "Pain 9" in row
    assert "Red-flag" not in row


def test_patients_of_others_stay_away(client, plan):
    logged(plan, 9)
    flagged(make_practitioner(), "EMERGENCY")
    client.force_login(make_practitioner().user)
    assert shown(client) == []


def test_a_merged_record_is_the_one_that_survived(client, physio, plan):
    logged(plan, 9)
    gone, survivor = plan.episode.patient, make_patient(first_name="Survivor")
    gone.merged_into = survivor
    gone.save()
    (row,) = shown(client)
    assert "Survivor" in row
    actions.look_at_logs(survivor, physio, up_to=NOW, by=physio.user, now=NOW)
    assert shown(client) == []


def test_a_look_is_final(physio, plan):
    actions.look_at_logs(plan.episode.patient, physio, up_to=NOW, by=physio.user, now=NOW)
    look = LogLook.objects.get()
    assert refused("log_look_is_final", lambda: LogLook.objects.update(up_to=NOW))
    assert refused("log_look_is_final", look.delete)
