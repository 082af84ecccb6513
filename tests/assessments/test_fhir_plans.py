"""A plan is one thing: the page, the PDF and the care plan say the same, line by line."""

import json
import re

import pytest

from assessments import actions
from assessments.actions.planning import NewDose
from assessments.fhir.plans import NOT_SAID, said
from assessments.models import PlanLine
from assessments.pdf import paper_of
from assessments.sheet import sheet_of
from clinic import practice
from tests.assessments.case_files import all_cases
from tests.assessments.factories import (
    NOW,
    grant,
    log_entry,
    make_draft,
    make_issued,
    make_practice,
)
from tests.assessments.fhir_faults import bundle_of, by_ref, only, resources

pytestmark = pytest.mark.django_db
WITH_A_PLAN = [case["case"] for case in all_cases() if case["expected"]["plan"]]


@pytest.fixture(autouse=True)
def clinic():
    make_practice()
    practice.forget()


def paper(plan):
    return paper_of(sheet_of(plan), plan.episode.patient, practice.current())


def details(bundle):
    return [each["detail"] for each in only(bundle, "CarePlan")["activity"]]


@pytest.mark.parametrize("number", WITH_A_PLAN)
def test_page_paper_and_care_plan_are_equal_line_by_line(client, number):
    plan = make_issued(number)
    patient = plan.episode.patient
    client.force_login(grant(patient))
    sheet = client.get(f"/me/{patient.pk}/plan/").context["sheet"]
    page = [*sheet.exercises, *sheet.others]
    printed = [*paper(plan)["lines"], *paper(plan)["others"]]

    told = details(bundle_of(patient))

    assert len(told) == len(page) == len(printed) == plan.lines.count()
    for line, on_paper, detail in zip(page, printed, told, strict=True):
        assert detail["code"]["text"] == line.name == on_paper["name"]
        assert detail["reasonCode"][0]["text"] == line.why == on_paper["why"]
        limits = [
            f"{label} {text}" for label, text in (
                ("Pain limit:", line.pain_limit), ("You need:", line.equipment),
                ("Take care:", line.precaution),
            ) if text
        ]  # fmt: skip
        late = ["Begins with the first walk-jog stage."] if line.late else []
        expected = [line.dose, *late, line.instruction, *limits]
        assert detail["description"] == "\n".join(expected)
        assert on_paper["dose"] == line.dose
        assert on_paper["limit"] == line.pain_limit


@pytest.mark.parametrize("number", WITH_A_PLAN)
def test_whatever_else_the_paper_says_is_a_note_of_the_care_plan(number):
    plan = make_issued(number)
    actions_note = "Bring your shoes"
    newer = actions.revise_plan(plan, **by(plan))
    actions.write_note(newer, actions_note, **by(plan))
    issued = actions.issue_plan(newer, **by(plan))
    bundle = bundle_of(plan.episode.patient)

    care = next(each for each in resources(bundle, "CarePlan") if each["status"] == "active")
    told = "\n".join(each["text"] for each in care["note"])

    assert care["note"][0]["text"] == actions_note
    for text in texts_of({k: v for k, v in paper(issued).items() if k not in NOT_SAID}):
        assert text in told, text
    assert "Call 911 now" in told


def by(plan):
    return {"by": plan.assessment.author.user, "now": NOW}


def texts_of(value):
    """Every text of the paper, wherever it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_of(each)


def test_what_was_removed_is_not_in_it_and_what_was_changed_is():
    plan = make_issued(1)
    newer = actions.revise_plan(plan, **by(plan))
    first, second = newer.lines.filter(home=True)[:2]
    actions.remove_line(first, "Not now", **by(plan))
    actions.edit_line(second, NewDose(sets=2, reps=8, per_week=2), **by(plan))
    issued = actions.issue_plan(newer, **by(plan))

    bundle = bundle_of(plan.episode.patient)

    plans = {each["id"]: each for each in resources(bundle, "CarePlan")}
    now, before = plans[str(issued.pk)], plans[str(plan.pk)]
    assert by_ref(bundle, now["replaces"][0]) == before
    assert (now["status"], before["status"]) == ("active", "revoked")
    assert {each["detail"]["status"] for each in before["activity"]} == {"stopped"}
    names = [each["detail"]["code"]["text"] for each in now["activity"]]
    removed = issued.lines.get(change=PlanLine.Change.REMOVED)
    assert removed.name not in names
    assert removed.name in [each["detail"]["code"]["text"] for each in before["activity"]]
    changed = next(each["detail"] for each in now["activity"]
                   if each["detail"]["code"]["text"] == second.name)  # fmt: skip
    assert changed["scheduledTiming"]["repeat"]["frequency"] == 2
    assert changed["description"].startswith(issued.lines.get(exercise=second.exercise).dose)
    assert "Not now" not in json.dumps(bundle)  # a reason is the clinician's


def test_a_line_of_the_clinicians_own_says_so_with_its_note():
    plan = make_draft(1)
    actions.add_unproposed(
        plan, "CUSTOM_ORTHOSES", "In both shoes", "has a pair", told=True, **by(plan)
    )
    actions.issue_plan(plan, **by(plan))
    printed = next(each for each in paper(plan)["others"] if each["dose"] == "In both shoes")

    told = next(each for each in details(bundle_of(plan.episode.patient))
                if each["code"]["text"] == printed["name"])  # fmt: skip

    assert printed["mark"] == "Your clinician’s choice."
    assert told["code"]["coding"][0]["code"] == "CUSTOM_ORTHOSES"
    kept = [f"Written down with it: {printed['kept']}"] if printed["kept"] else []
    expected = ["In both shoes", printed["mark"], printed["instruction"], *kept]
    assert told["description"] == "\n".join(expected)


def test_an_easier_variant_stands_under_its_line():
    plan = make_draft(1)
    patient = plan.episode.patient
    line = plan.lines.get(exercise="EX05")
    actions.approve_easier(line, "EX03", 3, **by(plan))
    actions.issue_plan(plan, **by(plan))
    easier = next(each["easier"] for each in paper(plan)["lines"] if each["easier"])

    told = next(each for each in details(bundle_of(patient)) if each["code"]["text"] == line.name)

    said = told["description"].splitlines()
    at = said.index(easier["when"])
    assert said[at + 1 : at + 3] == [f"{easier['name']}, {easier['dose']}", easier["instruction"]]


def test_the_keep_going_plan_stays_in_force_and_says_what_the_paper_says():
    plan = make_issued(1)
    actions.discharge(
        plan.episode, "goals_met", reason="Runs as before", keep_going=True, **by(plan)
    )
    newer = plan.episode.plans.get(replaced_at__isnull=True)

    bundle = bundle_of(plan.episode.patient)

    care = {each["id"]: each for each in resources(bundle, "CarePlan")}
    now = care[str(newer.pk)]
    told = [each["text"] for each in now["note"]]
    assert (now["status"], care[str(plan.pk)]["status"]) == ("active", "revoked")
    assert only(bundle, "EpisodeOfCare")["status"] == "finished"
    assert [text for text in told if text.startswith("Keep it going\n")]
    assert [text for text in told if text.startswith("If it flares up\n")]
    for text in texts_of(paper(newer)["keep_going"]):
        assert text in "\n".join(told)


def test_what_was_logged_is_under_way():
    plan = make_issued(1)
    patient = plan.episode.patient
    line = plan.lines.filter(home=True).first()
    actions.log_sessions(patient, [log_entry(line, pain=2)], by=grant(patient), now=NOW)

    states = {each["code"]["text"]: each["status"] for each in details(bundle_of(patient))}

    assert states.pop(line.name) == "in-progress"
    assert set(states.values()) == {"not-started"}


def test_the_narrative_names_every_line_once_and_leads_to_where_it_comes_from():
    plan = make_issued(3)

    bundle = bundle_of(plan.episode.patient)

    care = only(bundle, "CarePlan")
    lines = re.findall(r"<li><p>(.*?)<br/>", care["text"]["div"])
    assert lines == [each["detail"]["code"]["text"] for each in care["activity"]]
    assert by_ref(bundle, care["supportingInfo"][0])["resourceType"] == "Composition"
    assert by_ref(bundle, care["author"])["name"][0]["text"] == plan.assessment.author.name


def test_an_empty_part_of_the_paper_says_nothing():
    blank = {"title": "", "text": "", "items": []}
    words = {"bend": "", "pain": "Pain"}

    assert list(said({"note": "", "words": words, "pain": [blank], "flare": blank})) == []
