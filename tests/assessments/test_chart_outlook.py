"""The side panel: what is found so far, what decides the rest, what a draft would hold."""

import re

import pytest

from assessments.findings import parse
from assessments.judging import judge
from assessments.library_store import library_of
from assessments.screen.panel import panel_from
from tests.assessments.case_files import case_input
from tests.assessments.factories import make_chart

pytestmark = pytest.mark.django_db


def panel(raw):
    findings = parse(raw).findings
    return panel_from(judge(findings, 1), findings, library_of(1))


def undecided(raw):
    return {each.name: each.waits_for for each in panel(raw).outlook.undecided}


def test_an_empty_chart_decides_nothing():
    outlook = panel({}).outlook

    assert outlook.contributors == outlook.bars == outlook.subcategories == outlook.decided == ()
    assert len(outlook.undecided) == 27
    assert [each.name for each in outlook.open] == ["Irritability", "Severity", "Running"]


def test_worked_case_3_is_heading_where_it_ends():
    outlook = panel(case_input(3)).outlook

    assert [each.name for each in outlook.contributors] == [
        "Knee control in single-leg tasks",
        "Hip and knee line in running",
        "Slow step rate",
    ]
    assert outlook.subcategories == ("movement coordination",)
    assert dict(outlook.decided) == {
        "Irritability": "moderate",
        "Severity": "mild",
        "Running": "keep running within the limits",
    }
    assert [(bar.label, bar.percent, bar.low) for bar in outlook.bars] == [
        ("Hip abduction", "93.3", False),
        ("Hip external rotation", "97.5", False),
        ("Knee extension", "94.7", False),
        ("Heel raises", "100.0", False),
    ]
    assert len(outlook.blocks) == 12


def test_a_bar_below_the_line_is_marked_and_ends_at_the_edge():
    strong = {"affected_side": "R", "index_side": "R", "knee_ext_force_n": {"R": 500, "L": 100}}
    weak = strong | {"knee_ext_force_n": {"R": 89, "L": 100}}

    assert [(bar.percent, bar.long) for bar in panel(strong).outlook.bars] == [("500.0", 130)]
    assert [(bar.percent, bar.low) for bar in panel(weak).outlook.bars] == [("89.0", True)]


def test_what_is_missing_is_named_and_what_was_measured_is_decided():
    knee = {"affected_side": "R", "index_side": "R"}

    assert undecided(knee)["Short trunk endurance"] == ("Side plank hold",)
    measured = undecided(knee | {"side_plank_s": {"R": 45}})
    assert "Short trunk endurance" not in measured


def test_pain_alone_settles_a_high_irritability():
    outlook = panel({"nprs_worst_7d": 8}).outlook

    assert ("Irritability", "high") in outlook.decided


def test_a_red_flag_shows_no_blocks():
    outlook = panel(case_input(6)).outlook

    assert (outlook.blocks, outlook.blocked) == ((), True)


def test_wells_is_no_score_before_anybody_asked():
    assert "Wells score" not in dict(panel({}).scores)
    assert dict(panel({"wells": {"previous_dvt": False}}).scores)["Wells score"] == "0"


@pytest.mark.parametrize("number", [1, 6, 8])
def test_the_panel_never_says_that_there_is_no_red_flag(client, number):
    chart = make_chart(raw=case_input(number))
    client.force_login(chart.author.user)

    said = re.sub(r"\s+", " ", client.get(f"/chart/assessments/{chart.pk}/panel/").text)

    assert not re.search(r"no red.?flags?|red flags?: none\b(?! recorded)", said, re.IGNORECASE)
    assert "LSI" not in said
