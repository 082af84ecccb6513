"""All other normal: says what it would enter, enters only what is ticked and still empty."""

import pytest

from assessments import actions
from assessments.findings import FIELDS, SECTIONS, Findings, parse_value
from assessments.findings.unremarkable import UNREMARKABLE
from assessments.presets import EVERYTHING
from assessments.screen.entries import Entry
from assessments.screen.rest import rest_of
from assessments.storage import findings_of, plain
from tests.assessments.factories import NOW, make_chart

pytestmark = pytest.mark.django_db


def names(section, findings=None):
    return [each.name for each in rest_of(section, Findings(findings or {}), EVERYTHING)]


def test_no_measurement_no_pain_score_and_no_red_flag_is_ever_filled_in():
    assert [name for name in UNREMARKABLE if name.startswith(("rf_", "okr_"))] == []
    for name in UNREMARKABLE:
        field = FIELDS[name]
        assert field.unit in ("", "0-5"), name
        assert "nprs" not in name
    assert names("red_flags") == names("history") == names("triggers") == names("load") == []


@pytest.mark.parametrize("name", UNREMARKABLE)
def test_what_is_entered_is_a_value_of_the_dictionary(name):
    side = "L" if FIELDS[name].sided else None

    assert parse_value(FIELDS[name], plain(UNREMARKABLE[name]), side=side) is not None


def test_only_what_is_empty():
    held = {"ober": {"L": "positive", "R": "not_tested"}, "piriformis_tight": {"L": "mild"}}

    assert names("mobility", held) == ["piriformis_tight:R"]


def test_no_grade_beside_a_measured_force():
    held = {"hip_abd_force_n": {"L": 210}}

    assert "hip_abd_mmt:L" not in names("strength", held)
    assert "hip_abd_mmt:R" in names("strength", held)


@pytest.fixture
def begun(client):
    chart = make_chart()
    client.force_login(chart.author.user)
    return chart, f"/chart/assessments/{chart.pk}/rest/observation/"


def test_the_list_comes_first_and_changes_nothing(client, begun):
    chart, address = begun

    text = client.get(address).text

    assert "Effusion (stroke test) left: <strong>0 (none)</strong>" in text
    assert "Tender places right: <strong>none of them</strong>" in text
    assert findings_of(chart).values == {"age_years": 31}


def test_only_what_stays_ticked_is_set(client, begun):
    chart, address = begun

    response = client.post(address, {"set": ["effusion:L", "tenderness_sites:R", "nprs_now"]})

    assert response.url == f"/chart/assessments/{chart.pk}/#observation"
    assert findings_of(chart).values == {
        "age_years": 31,
        "effusion": {"L": "0"},
        "tenderness_sites": {"R": ()},
    }


def test_what_was_filled_in_meanwhile_stays(client, begun):
    chart, address = begun
    client.get(address)
    entry = Entry("effusion", "L", "2+")
    actions.save_values(chart, 0, [entry], by=chart.author.user, now=NOW)

    client.post(address, {"set": ["effusion:L", "effusion:R"]})

    assert findings_of(chart).values["effusion"] == {"L": "2+", "R": "0"}


def test_from_a_plain_form_the_section_is_saved_first(client, begun):
    chart, address = begun
    form = {"section": "observation", "base_version": "0", "gait_walking": "other", "rest": "1"}

    response = client.post(f"/chart/assessments/{chart.pk}/", form)

    assert response.url == address
    assert findings_of(chart).value("gait_walking") == "other"


def test_of_a_signed_chart_nothing_is_set(client, begun):
    chart, address = begun
    actions.sign(chart, by=chart.author.user, now=NOW)

    assert client.post(address, {"set": ["effusion:L"]}).status_code == 403


@pytest.mark.parametrize("section", ["elbow", *(code for code, _label in SECTIONS)])
def test_every_address_answers(client, begun, section):
    chart, _address = begun

    assert client.get(f"/chart/assessments/{chart.pk}/rest/{section}/").status_code == 200
