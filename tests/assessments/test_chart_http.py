"""Charting through the pages themselves: by script and by plain forms, to the same result."""

import json
import re

import pytest

from assessments.findings import FIELDS, SECTIONS
from assessments.models import Assessment, Plan
from assessments.storage import findings_of
from clinic.models import AuditEvent
from tests.assessments.case_files import all_cases, case_input
from tests.assessments.factories import NOW, care, entries_of, make_patient, make_practitioner

pytestmark = pytest.mark.django_db


@pytest.fixture
def physio(client):
    practitioner = make_practitioner()
    client.force_login(practitioner.user)
    return practitioner


@pytest.fixture
def chart(client, physio):
    """A chart begun from the patient's page; no date of birth, so nothing is filled in."""
    patient = make_patient(date_of_birth=None)
    care(physio, patient)
    response = client.post(f"/chart/patients/{patient.pk}/start/")
    assessment = Assessment.objects.get()
    assert response.url == f"/chart/assessments/{assessment.pk}/"
    return assessment


def sign(client, chart):
    """Look the chart over, sign it, and follow to what comes next."""
    address = f"/chart/assessments/{chart.pk}/sign/"
    assert client.get(address).status_code == 200
    response = client.post(address)
    assert response.status_code == 302
    chart.refresh_from_db()
    return response.url


@pytest.mark.parametrize("number", [1, 2])
def test_a_case_sent_value_by_value_gives_the_expected_plan(client, chart, number):
    version = 0
    for entry in entries_of(case_input(number)):
        values = [{"field": entry.field, "side": entry.side, "value": entry.value}]
        response = client.post(
            f"/chart/assessments/{chart.pk}/save/",
            json.dumps({"base_version": version, "values": values}),
            content_type="application/json",
        )
        assert response.status_code == 200, (entry, response.content)
        version = response.json()["version"]

    following = sign(client, chart)

    expected = all_cases()[number - 1]["expected"]
    assert chart.result == expected
    assert following == f"/chart/assessments/{chart.pk}/plan/"
    plan = Plan.objects.get()
    lines = list(plan.lines.order_by("position").values_list("exercise", flat=True))
    assert lines == expected["plan"]["exercises"]
    assert (plan.issued_at, plan.version) == (None, 1)


@pytest.mark.parametrize("number", [1, 2])
def test_a_case_typed_into_plain_forms_gives_the_same_plan(client, chart, number):
    raw = case_input(number)
    for code, _ in SECTIONS:
        form = as_form(code, raw, chart)
        response = client.post(f"/chart/assessments/{chart.pk}/", form)
        assert response.status_code == 302, (code, response.content)
        chart.refresh_from_db()

    sign(client, chart)

    assert chart.result == all_cases()[number - 1]["expected"]


def as_form(code, raw, chart):
    """What a browser sends for one section of a case."""
    form = {"section": code, "base_version": str(chart.version)}
    for entry in entries_of(raw):
        field = FIELDS[entry.field]
        if field.section != code:
            continue
        tail = f":{entry.side}" if entry.side else ""
        if isinstance(entry.value, dict):
            for part, value in entry.value.items():
                form[f"{entry.field}.{part}{tail}"] = typed(value)
        elif field.kind == "int_list":
            for part, value in enumerate(entry.value, start=1):
                form[f"{entry.field}.{part}{tail}"] = typed(value)
        elif field.kind == "multi":
            form[f"{entry.field}{tail}"] = entry.value or ["none"]
        else:
            form[f"{entry.field}{tail}"] = typed(entry.value)
    return form


def typed(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def test_the_page_shows_every_finding_of_the_dictionary(client, chart):
    page = client.get(f"/chart/assessments/{chart.pk}/").text

    assert [field for field in FIELDS if f'id="f-{field}"' not in page] == []
    assert [code for code, _ in SECTIONS if f'id="{code}"' not in page] == []


def test_no_control_has_a_default(client, chart):
    page = client.get(f"/chart/assessments/{chart.pk}/").text

    checked = re.findall(r'<input type="(?:radio|checkbox)"[^>]*value="([^"]*)"[^>]*checked', page)
    chart_itself = page[page.index('id="chart"') :]  # the choice of a preset stands above it
    selected = re.findall(r'<option value="([^"]*)" selected', chart_itself)
    assert set(checked) == {""}
    assert selected == []


def test_sending_a_section_back_untouched_is_no_change(client, chart):
    form = as_form("history", case_input(1), chart)
    client.post(f"/chart/assessments/{chart.pk}/", form)
    chart.refresh_from_db()
    before, version = findings_of(chart), chart.version

    client.post(f"/chart/assessments/{chart.pk}/", form | {"base_version": str(version)})

    chart.refresh_from_db()
    assert (findings_of(chart), chart.version) == (before, version)


def test_a_comma_is_a_decimal_point_too(client, chart):
    form = {"section": "person", "base_version": "0", "height_cm": "168,5"}

    client.post(f"/chart/assessments/{chart.pk}/", form)

    assert str(findings_of(chart).value("height_cm")) == "168.5"


def test_not_tested_is_ticked_and_a_value_unticks_it(client, chart):
    address = f"/chart/assessments/{chart.pk}/"
    tick = {"section": "mobility", "base_version": "0", "wblt_cm:L:nt": "1", "wblt_cm:R": "9.5"}
    client.post(address, tick)
    assert findings_of(chart).state("wblt_cm", "L") == "not_tested"
    assert findings_of(chart).state("wblt_cm", "R") == "known"

    client.post(address, tick | {"base_version": "1", "wblt_cm:L": "8.5"})

    assert findings_of(chart).state("wblt_cm", "L") == "known"


def test_unticking_not_tested_makes_it_missing_again(client, chart):
    address = f"/chart/assessments/{chart.pk}/"
    client.post(address, {"section": "mobility", "base_version": "0", "wblt_cm:L:nt": "1"})

    client.post(address, {"section": "mobility", "base_version": "1"})

    assert findings_of(chart).state("wblt_cm", "L") == "missing"


def test_none_of_these_is_an_answer(client, chart):
    form = {"section": "observation", "base_version": "0", "tenderness_sites:L": "none"}

    client.post(f"/chart/assessments/{chart.pk}/", form)

    assert findings_of(chart).side("tenderness_sites", "L") == ()


def test_a_wrong_value_comes_back_as_it_was_typed(client, chart):
    form = {"section": "history", "base_version": "0", "settle_minutes": "soon", "nprs_now": "3"}

    response = client.post(f"/chart/assessments/{chart.pk}/", form)

    assert response.status_code == 422
    assert 'name="settle_minutes" value="soon"' in response.text
    assert "must be a number" in response.text
    assert findings_of(chart).value("nprs_now") == 3
    assert findings_of(chart).state("settle_minutes") == "missing"


def test_an_older_form_is_answered_with_both_values(client, chart):
    address = f"/chart/assessments/{chart.pk}/"
    client.post(address, {"section": "history", "base_version": "0", "nprs_now": "3"})

    response = client.post(address, {"section": "history", "base_version": "0", "nprs_now": "5"})

    assert response.status_code == 409
    row = re.search(r"<th scope=\"row\">Pain now.*?</tr>", response.text, re.DOTALL)[0]
    assert re.findall(r"<td>(.*?)</td>", row) == ["5/10", "3/10"]
    assert findings_of(chart).value("nprs_now") == 3


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"section": "history"},
        {"section": "nowhere", "base_version": "0", "nprs_now": "3"},
        {"section": "history", "base_version": "x", "nprs_now": "3"},
        {"section": "history", "base_version": "9" * 30, "nprs_now": "3"},
    ],
)
def test_a_form_that_is_not_ours_saves_nothing(client, chart, form):
    response = client.post(f"/chart/assessments/{chart.pk}/", form)

    assert response.status_code == 302
    assert chart.findings.count() == 0


def test_the_panel_says_none_recorded_and_never_that_there_is_no_flag(client, chart):
    for entry in entries_of(case_input(1)):
        body = {"field": entry.field, "side": entry.side, "value": entry.value}
        chart.refresh_from_db()
        client.post(
            f"/chart/assessments/{chart.pk}/save/",
            json.dumps({"base_version": chart.version, "values": [body]}),
            content_type="application/json",
        )

    panel = client.get(f"/chart/assessments/{chart.pk}/panel/").text

    assert "Red flags: none recorded" in panel
    assert not re.search(r"no red flag|ruled out|absent", panel, re.IGNORECASE)


def test_the_panel_names_what_is_open(client, chart):
    panel = client.get(f"/chart/assessments/{chart.pk}/panel/").text

    assert "Questions open" in panel
    assert 'href="#f-rf_hot_joint"' in panel
    assert 'href="#triggers"' in panel


def test_the_sore_side_comes_first(client, chart):
    client.post(
        f"/chart/assessments/{chart.pk}/",
        {"section": "person", "base_version": "0", "affected_side": "R", "index_side": "R"},
    )

    page = client.get(f"/chart/assessments/{chart.pk}/").text

    assert page.index('data-cell="wblt_cm:R"') < page.index('data-cell="wblt_cm:L"')
    assert "Right<span data-worse > · worse knee" in page
    assert "Left<span data-worse hidden> · worse knee" in page


def test_signing_twice_leads_to_the_signed_chart(client, chart):
    sign(client, chart)
    audited = AuditEvent.objects.count()

    for again in (client.post, client.get):  # the form sent twice, the page gone back to
        answer = again(f"/chart/assessments/{chart.pk}/sign/")
        assert (answer.status_code, answer.url) == (303, f"/chart/assessments/{chart.pk}/")
    assert AuditEvent.objects.count() == audited
    assert AuditEvent.objects.filter(action="chart.signed").count() == 1


def test_a_signed_chart_refuses_a_form(client, chart):
    sign(client, chart)

    form = {"section": "history", "base_version": "0", "nprs_now": "3"}
    assert client.post(f"/chart/assessments/{chart.pk}/", form).status_code == 403


def test_the_signed_page_shows_what_was_signed(client, chart):
    form = as_form("history", case_input(1), chart)
    client.post(f"/chart/assessments/{chart.pk}/", form | {"nprs_now": "1"})
    sign(client, chart)

    page = client.get(f"/chart/assessments/{chart.pk}/").text

    assert "signed by" in page
    assert "90 min" in page
    assert "data-reads" not in page
    assert chart.signed_at == NOW
