"""The review of a plan: every line with its reason, every change by a form, issuing."""

import re

import pytest

from assessments import actions
from assessments.library_store import library_of
from assessments.models import LibraryVersion, Plan
from tests.assessments.case_files import all_cases, case_input
from tests.assessments.factories import (
    ASKED,
    NOW,
    make_chart,
    make_draft,
    make_issued,
    make_practice,
    make_signed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(client):
    """Open, or post to, the plan page of an assessment as its author."""

    def ask(assessment, tail="", form=None):
        client.force_login(assessment.author.user)
        address = f"/chart/assessments/{assessment.pk}/plan/{tail}"
        return client.get(address) if form is None else client.post(address, form)

    return ask


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize(
    "number", [case["case"] for case in all_cases() if case["expected"]["plan"]]
)
def test_every_block_shows_with_its_reason(review, number):
    plan = make_draft(number)
    rulebook = library_of(plan.library_id).rulebook

    html = review(plan.assessment).text

    drafted = plan.result["plan"]
    order = [html.index(f'id="block-{block}"') for block in drafted["blocks_included"]]
    assert order == sorted(order)
    said = words(html)
    for block in [*drafted["blocks_included"], *drafted["blocks_optional"]]:
        assert rulebook.block_by_id[block].name.replace("'", "&#x27;") in said
    for target, reason in drafted["blocks_excluded"].items():
        never = rulebook.never_by_id.get(target)
        text = never.why if never else rulebook.wordings[f"excluded.{target}.{reason}"]
        assert text.replace("'", "&#x27;") in said
    assert html.count("Evidence:") == len(plan.explanations)


def test_a_reason_names_finding_value_operator_and_line(review):
    plan = make_draft(2)

    said = words(review(plan.assessment).text)

    assert "Heel raises, % of the other side (left): 89.3 &lt; 90" in said
    assert "Worst pain, last 7 days: 6/10 ≥ 4/10" in said


def test_what_nobody_asked_is_unknown_and_says_so(review):
    chart = make_chart(raw=case_input(1))
    by = chart.author.user
    plan = actions.draft_plan(actions.sign(chart, by=by, now=NOW), by=by, now=NOW)

    said = words(review(plan.assessment).text)

    assert "not asked: Tape allergy or fragile skin" in said
    assert "Tape allergy or fragile skin: unknown" in said
    assert "Before the patient can have it:" in said


def test_what_nobody_recorded_says_what_it_would_change(review):
    chart = make_chart(raw=case_input(1))
    by = chart.author.user
    plan = actions.draft_plan(actions.sign(chart, by=by, now=NOW), by=by, now=NOW)

    said = words(review(plan.assessment).text)

    assert "Not recorded, and could change this draft" in said
    block = library_of(plan.library_id).rulebook.block_by_id
    line = f"Tape allergy or fragile skin take out {block['TAPE'].name}"
    assert f"{line} offer {block['BRACE'].name}" in said


def test_recalled_evidence_and_clinic_defaults_are_named_so(review):
    plan = make_draft(1)

    said = words(review(plan.assessment).text)

    assert "CPG19 (recalled)" in said
    assert "Guideline grade A (recalled, unchecked)" in said
    assert "APP (clinic default)" in said
    assert "A draft for you to judge." in said


def test_the_library_says_who_reviewed_it(review):
    plan = make_draft(1)
    assert "Library not yet clinically reviewed" in review(plan.assessment).text

    LibraryVersion.objects.update(reviewed_by="Robin Example, physiotherapist")

    said = words(review(plan.assessment).text)
    assert "Reviewed by Robin Example, physiotherapist" in said
    assert "not yet clinically reviewed" not in said


@pytest.mark.parametrize(
    ("number", "title", "code"),
    [(6, "Emergency: act now", "RF01"), (7, "See a doctor today", "RF12")],
)
def test_a_blocked_gate_shows_flags_and_no_plan(review, number, title, code):
    signed = make_signed(number)
    flag = library_of(1).rulebook.flag_by_id[code]

    response = review(signed)

    said = words(response.text)
    assert title in said
    assert f"{code} · {flag.timeframe}" in said
    assert flag.wording.replace("'", "&#x27;") in said
    assert "Draft the plan" not in said
    assert "Issue to the patient" not in said


@pytest.mark.parametrize("tail", ["draft/", "issue/"])
def test_a_blocked_gate_makes_no_plan_by_any_button(review, tail):
    signed = make_signed(6)

    assert review(signed, tail, {}).status_code == 403
    assert Plan.objects.count() == 0


class TestTheForms:
    @pytest.fixture
    def plan(self):
        return make_draft()

    def test_a_dose_is_changed(self, review, plan):
        line = plan.lines.get(exercise="EX05")
        form = {"sets": "2", "reps": "8", "per_week": "2"}

        response = review(plan.assessment, f"{line.pk}/edit/", form)

        assert response.url.endswith(f"/plan/#line-{line.pk}")
        assert plan.lines.get(pk=line.pk).dose == "2 × 8, 2 a week"

    @pytest.mark.parametrize(
        "form",
        [
            {},
            {"sets": "x", "reps": "8", "per_week": "2"},
            {"sets": "99", "reps": "8", "per_week": "2"},
            {"sets": "2147483648", "reps": "8", "per_week": "2"},
            {"words": "a\0b"},
        ],
    )
    def test_a_dose_that_is_none_is_refused_in_words(self, review, plan, form):
        line = plan.lines.get(exercise="EX05")

        response = review(plan.assessment, f"{line.pk}/edit/", form)

        assert response.status_code == 422
        assert "Not done" in response.text
        assert plan.lines.get(pk=line.pk).dose == line.dose

    def test_a_line_is_taken_out_and_put_back(self, review, plan):
        line = plan.lines.get(exercise="EX06")
        review(plan.assessment, f"{line.pk}/remove/", {"reason": "No\0 chair"})
        assert "taken out: No chair" in words(review(plan.assessment).text)

        review(plan.assessment, f"{line.pk}/restore/", {})

        assert plan.lines.get(pk=line.pk).change == "added"

    def test_without_a_reason_the_page_says_so(self, review, plan):
        line = plan.lines.get(exercise="EX06")

        response = review(plan.assessment, f"{line.pk}/remove/", {"reason": " "})

        assert response.status_code == 422
        assert "Say why in a few words." in response.text

    def test_a_line_is_added(self, review, plan):
        review(plan.assessment, "add/", {"exercise": "EX08", "reason": "Stairs at work"})

        assert "added: Stairs at work" in words(review(plan.assessment).text)

    @pytest.mark.parametrize("exercise", ["", "EX99", "EX05", "\0", "x" * 5000])
    def test_what_cannot_be_added_is_refused(self, review, plan, exercise):
        response = review(plan.assessment, "add/", {"exercise": exercise, "reason": "why"})

        assert response.status_code == 422
        assert plan.lines.filter(change="added").count() == 0

    def test_a_note_reaches_the_preview(self, review, plan):
        review(plan.assessment, "note/", {"note": "Keep it <b>flat</b>\0"})

        page = review(plan.assessment, "preview/").text

        assert "Keep it &lt;b&gt;flat&lt;/b&gt;" in page
        assert 'name="done"' not in page

    def test_issuing_hands_it_over(self, review, plan):
        response = review(plan.assessment, "issue/", {})

        assert response.status_code == 302
        plan.refresh_from_db()
        assert plan.issued_at == NOW
        assert "in force since" in review(plan.assessment).text

    def test_a_plan_that_lacks_an_answer_is_not_issued(self, review):
        chart = make_chart(raw=case_input(1))
        by = chart.author.user
        plan = actions.draft_plan(actions.sign(chart, by=by, now=NOW), by=by, now=NOW)

        response = review(plan.assessment, "issue/", {})

        assert response.status_code == 422
        assert "Tape allergy or fragile skin" in words(response.text)
        assert Plan.objects.get().issued_at is None


@pytest.mark.parametrize("tail", ["add/", "note/", "issue/", "{line}/edit/", "{line}/remove/"])
def test_an_issued_plan_answers_403_to_every_form(review, tail):
    plan = make_issued()

    address = tail.format(line=plan.lines.first().pk)

    assert review(plan.assessment, address, {"reason": "why", "note": "x"}).status_code == 403


def test_a_new_version_is_begun_from_an_issued_one(review):
    plan = make_issued()

    review(plan.assessment, "draft/", {})

    newer = Plan.objects.get(version=2)
    assert list(newer.lines.values_list("exercise", "dose")) == list(
        plan.lines.values_list("exercise", "dose")
    )
    assert "version 2" in words(review(plan.assessment).text)


def test_the_signature_page_warns_before_it_is_too_late(client):
    raw = case_input(1) | ASKED
    del raw["skin_tape_problem"]
    chart = make_chart(raw=raw)
    client.force_login(chart.author.user)

    said = words(client.get(f"/chart/assessments/{chart.pk}/sign/").text)

    assert "The draft relies on answers nobody recorded." in said
    assert "Tape allergy or fragile skin" in said


def test_the_signature_page_lists_contradictions_and_does_not_sign(client):
    chart = make_chart(raw=case_input(1))
    chart.findings.filter(item="nprs_now").update(number=9)
    client.force_login(chart.author.user)
    address = f"/chart/assessments/{chart.pk}/sign/"

    assert "Correct these first" in client.get(address).text
    assert client.post(address).status_code == 422
    chart.refresh_from_db()
    assert chart.signed_at is None


def test_the_signature_page_says_that_a_red_flag_ends_the_plan(client):
    make_practice()
    plan = make_issued()
    practitioner, patient = plan.assessment.author, plan.episode.patient
    chart = make_chart(practitioner, patient, case_input(6))
    client.force_login(practitioner.user)

    said = words(client.get(f"/chart/assessments/{chart.pk}/sign/").text)

    assert "Signing ends the plan the patient has now" in said
