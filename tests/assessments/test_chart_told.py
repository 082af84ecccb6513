"""What the patient said before the visit, on the chart: prefilled, and counted once confirmed."""

import json

import pytest

from assessments import actions
from assessments.judging import judge
from assessments.models import Finding
from assessments.screen.entries import Entry
from assessments.storage import findings_of
from tests.assessments.factories import NOW
from tests.assessments.intakes import TOMORROW, correct, open_visit, sent_visit
from tests.assessments.intakes import fill as fill_intake

pytestmark = pytest.mark.django_db


def begun(visit):
    by = visit.practitioner.user
    return actions.start_assessment(visit, visit.practitioner, by=by, now=TOMORROW)


@pytest.fixture
def chart():
    return begun(sent_visit())


def save(chart, *entries):
    chart.refresh_from_db()
    return actions.save_values(chart, chart.version, entries, by=chart.author.user, now=TOMORROW)


def page_of(client, chart):
    client.force_login(chart.author.user)
    return client.get(f"/chart/assessments/{chart.pk}/").text


def gate_of(chart):
    return judge(findings_of(chart), chart.library_id).gate


def test_nothing_counts_before_it_is_confirmed(client, chart):
    page = page_of(client, chart)

    assert 'data-unread="{&quot;nprs_worst_7d&quot;: &quot;5&quot;}"' in page
    assert "patient-reported: 5/10" in page
    assert findings_of(chart).values == {"age_years": 31}
    assert len(gate_of(chart).unanswered) == 23


def test_pain_0_is_prefilled_and_not_tried_is_left_to_the_chart(client, chart):
    page = page_of(client, chart)

    assert "{&quot;nprs_now&quot;: &quot;0&quot;}" in page
    assert "triggers.squatting:nt&quot;" not in page


def test_what_is_typed_is_the_clinicians(chart):
    save(chart, Entry("nprs_worst_7d", "", 6))

    assert chart.findings.get(item="nprs_worst_7d").origin == Finding.Origin.CLINICIAN


def test_what_needs_hands_or_judgement_is_shown_and_never_prefilled(client):
    chart = begun(sent_visit(safety_1={"rf_neurovascular": "yes"}))

    page = page_of(client, chart)
    save(chart, Entry("rf_neurovascular", "", "yes"))

    assert "rf_neurovascular&quot;" not in page
    row = page[page.index('id="f-rf_neurovascular"') :]
    assert "patient-reported: Yes" in row[: row.index("sd-cell-says")]
    assert chart.findings.get(item="rf_neurovascular").origin == Finding.Origin.CLINICIAN


def test_a_section_is_confirmed_together_without_a_script(client, chart):
    client.force_login(chart.author.user)
    form = {"section": "red_flags", "base_version": "0", "confirm": "1"}

    client.post(f"/chart/assessments/{chart.pk}/", form)

    answered = {row.item: row.origin for row in chart.findings.exclude(item="age_years")}
    assert set(answered.values()) == {"patient"}
    assert set(gate_of(chart).unanswered) == {
        "okr_cannot_walk_4",
        "okr_fibula_tender",
        "okr_patella_tender",
        "rf_bone_stress_knee",
        "rf_cannot_slr",
        "rf_dvt_suspected",
        "rf_giving_way_true",
        "rf_hip_sign",
        "rf_neurovascular",
    }


def test_names_of_activities_come_along(client, chart):
    client.force_login(chart.author.user)
    form = {"section": "instruments", "base_version": "0", "confirm": "1"}

    client.post(f"/chart/assessments/{chart.pk}/", form)

    assert actions.remarks_of(chart) == {
        "psfs_name.1": "Stairs at work",
        "psfs_name.2": "Hiking",
    }
    assert findings_of(chart).value("psfs") == (4, 6)


def test_a_correction_counts_instead_of_what_was_sent(client):
    visit = sent_visit()
    correct(visit, "pain", nprs_worst_7d=9, now=NOW)

    page = page_of(client, begun(visit))

    assert "{&quot;nprs_worst_7d&quot;: &quot;9&quot;}" in page
    assert "patient-reported: 9/10 (first 5/10)" in page


def test_what_was_never_sent_is_nobodys_business(client):
    visit = open_visit()
    fill_intake(visit)

    page = page_of(client, begun(visit))

    assert "data-unread" not in page
    assert "Hike again" not in page


def send(client, chart, *values):
    client.force_login(chart.author.user)
    chart.refresh_from_db()
    return client.post(
        f"/chart/assessments/{chart.pk}/save/",
        json.dumps({"base_version": chart.version, "values": values}),
        content_type="application/json",
    )


def said(field, value):
    return {"field": field, "side": "", "value": value, "said": True}


def test_the_script_confirms_and_the_patients_own_answer_is_taken(client, chart):
    response = send(client, chart, said("nprs_now", 9), {"field": "beighton", "value": 3})

    assert response.status_code == 200
    assert findings_of(chart).value("nprs_now") == 0
    origins = dict(chart.findings.values_list("item", "origin"))
    assert (origins["nprs_now"], origins["beighton"]) == ("patient", "clinician")


def test_the_parts_of_a_form_are_confirmed_with_the_names(client, chart):
    send(client, chart, said("psfs.1", 4), said("psfs.2", 6), said("psfs_name.1", "x"))

    assert findings_of(chart).value("psfs") == (4, 6)
    assert actions.remarks_of(chart)["psfs_name.1"] == "Stairs at work"


def test_what_was_entered_meanwhile_stays(client, chart):
    save(chart, Entry("nprs_worst_7d", "", 7))

    send(client, chart, said("nprs_worst_7d", 5))

    assert findings_of(chart).value("nprs_worst_7d") == 7


def test_an_answer_that_contradicts_the_chart_is_refused_and_said(client, chart):
    save(chart, Entry("nprs_now", "", 8))

    response = send(client, chart, said("nprs_worst_7d", 5))

    assert response.status_code == 422
    assert [each["field"] for each in response.json()["errors"]] == ["nprs_worst_7d"]
    assert findings_of(chart).value("nprs_worst_7d") is None
