"""The plan on paper says what the page says, and prints what it is given as it is."""

import json

import pytest
import typst

from assessments.pdf import paper_of, plan_pdf, template_source
from assessments.sheet import sheet_of
from clinic import practice
from tests.assessments.case_files import all_cases
from tests.assessments.factories import grant, make_issued, make_practice

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
