"""Which questions somebody gets, and that a screen's name tells nothing of the answers."""

import pytest

from assessments.findings import FIELDS, REPORTED, Findings
from assessments.findings.reported import ASKED_IN
from assessments.intake.answers import missing_in
from assessments.intake.steps import (
    FIRST,
    MORE,
    STEP_BY_NAME,
    STEPS,
    asked_fields,
    field_of,
    steps_of,
)
from assessments.intake.told import Told, rows_of, together, told_by

RUNNING_ONLY = {
    "triggers.running",
    "run_status",
    "usual_week_km",
    "peak_week_km",
    "abrupt_change",
    "shoe_km",
    "running_level",
    "current_week_km",
    "longest_run_km",
    "longest_run_prior30d_km",
}


def asked(*parts, **answers):
    told = Told(Findings(answers)).settled(FIRST, Findings({})).findings
    return {name for part in parts for name in asked_fields(part, told)}


def test_who_does_not_run_is_asked_nothing_about_running():
    assert not asked(FIRST, MORE, sports=("walking",)) & RUNNING_ONLY
    assert asked(FIRST, MORE, sports=("running",)) >= RUNNING_ONLY


@pytest.mark.parametrize(
    ("sport", "trigger"),
    [
        ("cycling", "cycling"),
        ("hiking", "downhill"),
        ("football", "jumping"),
        ("basketball", "pivoting"),
        ("gym", "lunging"),
    ],
)
def test_a_sport_brings_its_own_trigger_to_the_first_part(sport, trigger):
    assert f"triggers.{trigger}" in asked(FIRST, sports=(sport,))
    assert f"triggers.{trigger}" not in asked(FIRST, sports=("other",))


def test_the_worse_knee_is_asked_when_both_hurt():
    assert "index_side" in asked(FIRST, affected_side="BOTH")
    assert "index_side" not in asked(FIRST, affected_side="L")


def test_the_day_of_an_injury_is_asked_after_an_injury():
    assert "injury_days_ago" in asked(FIRST, onset_type="twist_landing")
    assert "injury_days_ago" not in asked(FIRST, onset_type="gradual")


def test_nobody_is_asked_the_same_twice():
    for sports in ((), ("running",), ("football", "skiing"), ("gym",)):
        told = Findings({"sports": sports, "affected_side": "BOTH", "is_runner": True})
        names = [name for part in (FIRST, MORE) for name in asked_fields(part, told)]
        assert len(names) == len(set(names))


def test_every_question_of_the_dictionary_is_on_a_screen():
    asking = [step for step in STEPS if step.way != "forms"]
    on_screens = {item.field for step in asking for item in step.items}
    assert on_screens == {name for name, field in FIELDS.items() if field.asked} | (
        set(REPORTED) - {ASKED_IN}
    )
    assert all(field_of(name).asked for name in on_screens)


def test_what_a_draft_plan_needs_from_a_patient_is_asked_in_the_first_part():
    needed = {item.field for step in steps_of(FIRST) for item in step.items if item.needed}
    wanted = {name for name, field in FIELDS.items() if field.required and field.asked}
    assert wanted - needed == {"sex_at_birth"}  # in the second part; the chart asks for it too


def test_a_screen_has_one_name():
    assert len(STEP_BY_NAME) == len(STEPS)


def test_a_sport_that_is_given_up_takes_its_answers_along():
    told = Told(
        Findings({"sports": ("walking",), "triggers.running": 5, "triggers.walking": 2})
    ).settled(FIRST, Findings({}))
    assert dict(told.findings.values) == {
        "sports": ("walking",),
        "is_runner": False,
        "run_status": "not_runner",
        "triggers.walking": 2,
    }


def test_rows_give_back_what_was_told():
    told = Told(
        Findings({"nprs_now": 0, "psfs": (3, None, 5), "triggers.walking": "not_tested"}),
        {"medicines": "Iron", "psfs_name": {"1": "Stairs", "3": "Hills"}},
    )
    again = told_by(rows_of(told))
    assert again.findings == told.findings
    assert dict(again.reported) == dict(told.reported)


def test_of_two_answers_the_later_counts():
    told = together(
        Told(Findings({"nprs_now": 3}), {"gp": "A"}), Told(Findings({"nprs_now": 0}), {"gp": "B"})
    )
    assert (told.value("nprs_now"), told.value("gp")) == (0, "B")


def test_one_trigger_is_enough_and_zero_is_one():
    step = STEP_BY_NAME["triggers"]
    assert missing_in(step, Told(), Told()) == ("triggers.stairs_up",)
    told = Told(Findings({"triggers.walking": 0}))
    assert missing_in(step, told, told) == ()
