"""The plan on paper says what the page says, and prints what it is given as it is."""

import json
import re

import pytest
import typst

from assessments import actions
from assessments.actions.planning import NewDose
from assessments.pdf import changed_words, paper_of, plan_pdf, template_source
from assessments.sheet import sheet_of
from clinic import practice
from tests.assessments.case_files import all_cases
from tests.assessments.factories import NOW, grant, make_draft, make_issued, make_practice

pytestmark = pytest.mark.django_db
WITH_A_PLAN = [case["case"] for case in all_cases() if case["expected"]["plan"]]


def printed(plan, label):
    """Read back what stands under a label in the laid-out document."""
    paper = paper_of(sheet_of(plan), plan.episode.patient, practice.current())
    found = typst.query(template_source(), f"<{label}>", sys_inputs={"data": json.dumps(paper)})
    return [element["text"] for element in json.loads(found)]


@pytest.mark.parametrize("number", WITH_A_PLAN)
def test_page_and_paper_are_equal_line_by_line(client, number):
    plan = make_issued(number)
    patient = plan.episode.patient
    client.force_login(grant(patient))
    sheet = client.get(f"/me/{patient.pk}/plan/").context["sheet"]
    lines = [*sheet.exercises, *sheet.others]

    assert len(lines) == plan.lines.count()
    assert printed(plan, "name") == [line.name for line in lines]
    assert printed(plan, "dose") == [line.dose for line in lines]
    assert printed(plan, "instruction") == [line.instruction for line in lines]
    limits = [line.pain_limit for line in lines if line.pain_limit]
    assert printed(plan, "limit") == limits


def test_the_paper_is_a_tagged_pdf(client):
    plan = make_issued(5)
    patient = plan.episode.patient
    client.force_login(grant(patient))

    response = client.get(f"/me/{patient.pk}/plan/plan.pdf")

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert b"/MarkInfo" in response.content
    assert b"pdfuaid" in response.content


def test_a_name_is_data_and_never_markup():
    plan = make_issued()
    patient = plan.episode.patient
    patient.first_name, patient.last_name = "#evil[$", "Łukasz-O’Brien *_<>\\"

    assert plan_pdf(sheet_of(plan), patient, practice.current()).startswith(b"%PDF-")


def test_the_clinic_the_limits_and_the_help_are_on_it():
    make_practice()
    practice.forget()
    plan = make_issued()

    paper = paper_of(sheet_of(plan), plan.episode.patient, practice.current())

    assert paper["clinic"] == "Quince Lane Physio"
    assert "clinic@example.com" in paper["contact"]
    assert [each["title"] for each in paper["pain"]][:3] == ["Green", "Amber", "Red"]
    assert paper["emergency"][0]["title"] == "Call 911 now"
    assert paper["days"] == 14
    assert paper["unreviewed"] == "Library not yet clinically reviewed"


def test_without_a_plan_there_is_no_paper(client):
    plan = make_issued()
    patient = plan.episode.patient
    plan.episode.plans.update(replaced_at=plan.issued_at)
    client.force_login(grant(patient))

    assert client.get(f"/me/{patient.pk}/plan/plan.pdf").status_code == 404
    older = client.get(f"/me/{patient.pk}/plan/plan.pdf?plan={plan.pk}")
    assert older.status_code == 200


def test_large_print_says_the_same_and_sets_nothing_small(client):
    plan = make_issued()
    patient = plan.episode.patient
    paper = paper_of(sheet_of(plan), patient, practice.current()) | {"large": True}
    found = typst.query(template_source(), "<name>", sys_inputs={"data": json.dumps(paper)})
    client.force_login(grant(patient))
    page = client.get(f"/me/{patient.pk}/plan/").text

    large = client.get(f"/me/{patient.pk}/plan/plan.pdf?print=large")

    assert [each["text"] for each in json.loads(found)] == printed(plan, "name")
    assert b"pdfuaid" in large.content
    assert f'href="/me/{patient.pk}/plan/plan.pdf?print=large"' in page
    sizes = re.findall(rb"\btext\([^)]*?\b\d+(?:\.\d+)?pt", template_source())
    assert [each for each in sizes if b"size(" not in each] == []


def test_the_paper_says_what_changed_as_the_page_does(client):
    plan = make_issued()
    patient = plan.episode.patient
    by = {"by": plan.assessment.author.user, "now": NOW}
    newer = actions.revise_plan(plan, **by)
    actions.edit_line(newer.lines.get(exercise="EX05"), NewDose(sets=2, reps=8, per_week=2), **by)
    actions.issue_plan(newer, **by)
    client.force_login(grant(patient))
    shown = client.get(f"/me/{patient.pk}/plan/").context["changed"]

    said = changed_words(shown)

    assert said["title"] == "What changed since your plan of 10 January 2027"
    assert said["items"] == [str(each) for each in shown.changes]
    assert len(said["items"]) == 1
    assert changed_words(None) is None
    response = client.get(f"/me/{patient.pk}/plan/plan.pdf")
    assert response.content.startswith(b"%PDF-")


@pytest.mark.parametrize("large", [False, True])
def test_the_easier_exercise_has_its_drawing_too(large):
    make_practice()
    plan = make_draft(1)
    by = {"by": plan.assessment.author.user, "now": NOW}
    actions.approve_easier(plan.lines.get(exercise="EX05"), "EX03", 7, **by)
    sheet = sheet_of(actions.issue_plan(plan, **by))
    paper = paper_of(sheet, plan.episode.patient, practice.current()) | {"large": large}

    read = typst.query(template_source(), "<figure>", sys_inputs={"data": json.dumps(paper)})
    figures = json.loads(read)
    drawn = [line for line in paper["lines"] if line["figure"]]
    assert len(figures) == len(drawn) + 1
    first = drawn[0]
    assert first["easier"]["shows"] != first["shows"]
    beside = [first["shows"], first["easier"]["shows"]]
    said = [each["alt"] for each in figures[:2]]
    assert said == (beside if large else beside[::-1])  # beside the text it is read after it
