"""Presets open parts of the chart; they hide nothing that is recorded and nothing a plan needs."""

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from assessments import presets
from assessments.findings import FIELDS, SECTIONS, Findings
from assessments.models import ChartPreset
from assessments.presets import EVERYTHING, SHIPPED, load_shipped_presets, preset_for
from tests.assessments.factories import make_chart
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shipped():
    load_shipped_presets()


def chosen(findings, slug=""):
    return preset_for(Findings(findings), presets.presets(), slug).slug


def test_the_shipped_ones_are_there_once():
    load_shipped_presets()

    listed = list(ChartPreset.objects.order_by("position").values_list("slug", flat=True))
    assert listed == ["core", "no-dynamometer", "runner", "adolescent"]


def test_a_clinic_that_has_its_own_keeps_them():
    ChartPreset.objects.exclude(slug="core").delete()
    load_shipped_presets()

    assert ChartPreset.objects.count() == 1


@pytest.mark.parametrize(
    ("findings", "slug"),
    [
        ({}, "core"),
        ({"is_runner": False}, "core"),
        ({"is_runner": True}, "runner"),
        ({"is_runner": True, "age_years": 17}, "adolescent"),
        ({"is_runner": True, "age_years": 18}, "runner"),
    ],
)
def test_which_one_suits(findings, slug):
    assert chosen(findings) == slug


def test_somebodys_choice_counts_and_nonsense_does_not():
    assert chosen({"is_runner": True}, "no-dynamometer") == "no-dynamometer"
    assert chosen({}, "all") == "all"
    assert chosen({}, "../etc") == "core"


def test_a_clinic_without_any_asks_everything():
    ChartPreset.objects.all().delete()

    assert chosen({}) == EVERYTHING.slug


@pytest.mark.parametrize("preset", SHIPPED, ids=lambda preset: preset[0])
def test_nothing_a_plan_needs_is_left_out(preset):
    _slug, _name, sections, left_out, _when = preset

    assert set(left_out) <= set(FIELDS)
    assert set(sections) <= {code for code, _label in SECTIONS}
    needed = [field for field in FIELDS.values() if field.required]
    assert [each.id for each in needed if each.id in left_out] == []
    assert [each.id for each in needed if each.section not in sections] == []


def test_without_a_dynamometer_grades_are_asked_and_forces_are_not():
    opened = preset_for(Findings({}), presets.presets(), "no-dynamometer")

    assert opened.asks("hip_abd_mmt")
    assert not opened.asks("hip_abd_force_n")


def page_of(client, chart, query=""):
    client.force_login(chart.author.user)
    return client.get(f"/chart/assessments/{chart.pk}/{query}").text


def test_what_is_left_out_is_named_and_still_on_the_page(client):
    page = page_of(client, make_chart())

    assert "Not asked in “Core”" in page
    assert '<details class="sd-more" data-folded="running"' in page
    assert [field for field in FIELDS if f'id="f-{field}"' not in page] == []


def test_a_recorded_finding_stands_open_whatever_the_preset(client):
    page = page_of(client, make_chart(raw={"beighton": 4, "cadence_spm": 170}))

    folded = re.search(r"data-more.*?</details>\s*<div class=\"sd-note\"", page, re.S)
    assert 'id="f-beighton"' not in folded[0]
    assert 'data-folded="running"' not in page


def test_a_choice_is_remembered_for_this_chart_alone(client):
    chart, other = make_chart(), make_chart()

    page_of(client, chart, "?preset=no-dynamometer")

    assert 'value="no-dynamometer" selected' in page_of(client, chart)
    assert 'value="core" selected' in page_of(client, other)


class TestInTheAdmin:
    ADDRESS = "/admin/assessments/chartpreset/"

    def browser(self, role):
        user = UserFactory(is_staff=True)
        user.groups.set(Group.objects.filter(name=role))
        browser = Client()
        browser.force_login(user)
        return browser

    def form(self, **changed):
        needed = {each.section for each in FIELDS.values() if each.required}
        return {
            "slug": "quick",
            "name": "Quick look",
            "when": "",
            "position": 9,
            "sections": sorted(needed),
            "left_out": ["beighton"],
        } | changed

    def test_the_lead_makes_one(self):
        response = self.browser("clinical lead").post(f"{self.ADDRESS}add/", self.form())

        assert response.status_code == 302
        assert ChartPreset.objects.get(slug="quick").left_out == ["beighton"]

    @pytest.mark.parametrize(
        "changed", [{"left_out": ["rf_hot_joint"]}, {"sections": ["person", "strength"]}]
    )
    def test_what_a_plan_needs_cannot_be_left_out(self, changed):
        response = self.browser("clinical lead").post(f"{self.ADDRESS}add/", self.form(**changed))

        assert response.status_code == 200
        assert "A plan needs:" in response.text
        assert not ChartPreset.objects.filter(slug="quick").exists()

    def test_the_front_desk_has_no_such_page(self):
        assert self.browser("front desk").get(self.ADDRESS).status_code == 404
