"""The patient's own pages: what they say, and what they never say."""

import re

import pytest

from assessments import actions
from assessments.library_store import library_of
from assessments.models import ExerciseLog, LibraryVersion
from tests.assessments.case_files import all_cases
from tests.assessments.factories import (
    NOW,
    grant,
    log_entry,
    make_draft,
    make_issued,
    make_patient,
    make_practice,
    make_signed,
)

pytestmark = pytest.mark.django_db
WITH_A_PLAN = [case["case"] for case in all_cases() if case["expected"]["plan"]]


@pytest.fixture
def visit(client):
    """Open a patient's page as that patient."""

    def get(patient, tail="plan/"):
        client.force_login(getattr(patient, "_sign_in", None) or sign_in(patient))
        return client.get(f"/me/{patient.pk}/{tail}")

    def sign_in(patient):
        patient._sign_in = grant(patient)
        return patient._sign_in

    return get


def words(html):
    """The text between the tags, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("number", WITH_A_PLAN)
def test_every_line_of_the_plan_is_there(visit, number):
    plan = make_issued(number)

    said = words(visit(plan.episode.patient).text)

    for line in plan.lines.all():
        for text in (line.name, line.dose, line.instruction, line.why):
            assert as_written(text) in said


def as_written(text):
    return re.sub(r"\s+", " ", text.replace("&", "&amp;").replace("'", "&#x27;"))


@pytest.mark.parametrize("number", WITH_A_PLAN)
def test_no_word_that_frightens_or_blames(visit, number):
    plan = make_issued(number)

    main = words(visit(plan.episode.patient).text.split("<main")[1]).lower()

    for banned in library_of(plan.library_id).banned:
        for phrase in banned.unless:
            main = main.replace(phrase.lower(), "")
        assert banned.stem.lower() not in main, banned.stem


def test_the_plan_says_what_a_patient_needs(visit):
    make_practice()
    plan = make_issued()

    said = words(visit(plan.episode.patient).text)

    assert "Pain limit: at most 4 out of 10" in said
    assert "Above it, stop for today" in said
    assert "Run half" in said
    assert "This week: 12 km." in said
    assert "6 to 12 weeks" in said
    assert "about 4 in 10 in trials were not satisfied" in said
    assert "Call 911 now" in said
    assert "60 degrees" in said
    assert "Library not yet clinically reviewed" in said


def test_a_reviewed_library_needs_no_warning(visit):
    LibraryVersion.objects.update(reviewed_by="Robin Example, physiotherapist")
    plan = make_issued()

    assert "not yet clinically reviewed" not in visit(plan.episode.patient).text


def test_the_walk_jog_stages_stand_in_a_plan_that_needs_them(visit):
    plan = make_issued(5)

    said = words(visit(plan.episode.patient).text)

    assert "8 × jog 1 min, walk 2 min 24" in said
    assert "1 × jog 30 min 30" in said
    assert "Within 60 minutes" in said


def test_a_step_rate_is_said_as_ones_own(visit):
    plan = make_issued(3)
    low, high = plan.result["plan"]["cadence_target_spm"]

    said = words(visit(plan.episode.patient).text)

    assert f"Your own step rate: {low} to {high} steps a minute." in said


def test_pain_has_no_default(visit):
    plan = make_issued()

    html = visit(plan.episode.patient).text

    assert html.count('type="radio" name="pain"') == 11 * plan.lines.filter(home=True).count()
    assert re.search(r"<input[^>]*\schecked", html) is None


def test_what_was_logged_today_shows(visit):
    plan = make_issued()
    patient, line = plan.episode.patient, plan.lines.get(exercise="EX05")
    actions.log_sessions(patient, [log_entry(line, pain=0)], by=grant(patient), now=NOW)
    patient._sign_in = patient.grants.get().user

    said = words(visit(patient).text)

    assert "Done · pain 0" in said
    assert "1 of 3 in 7 days" in said


def test_without_a_plan_the_page_says_when_there_will_be_one(visit):
    said = words(visit(make_patient()).text)

    assert "There is no plan here yet." in said


@pytest.mark.parametrize("make", [make_draft, make_signed])
def test_nothing_shows_before_it_is_issued(visit, make):
    made = make()
    patient = made.episode.patient

    said = words(visit(patient).text)

    assert "There is no plan here yet." in said
    assert "Box squat" not in said


def test_a_plan_ended_by_a_red_flag_is_gone_and_the_page_says_so(visit):
    plan = make_issued()
    practitioner, patient = plan.assessment.author, plan.episode.patient
    make_signed(6, practitioner=practitioner, patient=patient)

    said = words(visit(patient).text)

    assert "No plan is in force for you now." in said
    assert "Box squat" not in said


class TestOlderVersions:
    @pytest.fixture
    def plans(self):
        first = make_issued()
        by = {"by": first.assessment.author.user, "now": NOW}
        second = actions.revise_plan(first, **by)
        actions.remove_line(second.lines.get(exercise="EX06"), "Too sore", **by)
        return first, actions.issue_plan(second, **by)

    def test_the_page_shows_the_newest(self, visit, plans):
        said = words(visit(plans[0].episode.patient).text)

        assert said.count("Box squat") == said.count("Box squat: no longer in the plan") == 1
        assert "Version 1 of" in said

    def test_the_older_one_stays_readable_and_says_it_ended(self, visit, plans):
        first, _ = plans
        html = visit(first.episode.patient, f"plan/?plan={first.pk}").text

        assert "Box squat" in html
        assert "This version ended on" in html
        assert 'name="done"' not in html

    @pytest.mark.parametrize("named", ["x", "00000000-0000-4000-8000-000000000009"])
    def test_what_is_no_plan_is_404(self, visit, plans, named):
        assert visit(plans[0].episode.patient, f"plan/?plan={named}").status_code == 404


class TestProgress:
    def test_the_week_and_the_way(self, visit):
        make_practice()
        plan = make_issued()
        patient = plan.episode.patient
        patient._sign_in = grant(patient)
        line = plan.lines.get(exercise="EX05")
        entries = [
            log_entry(line, on="2027-01-08", pain=5),
            log_entry(line, on="2027-01-10", pain=2, done="partly"),
        ]
        actions.log_sessions(patient, entries, by=patient._sign_in, now=NOW)

        html = visit(patient, "progress/").text

        assert "1 of 12 sessions" in words(html)
        assert "and 1 partly done" in words(html)
        assert html.count('class="sd-plot-dot"') == 2
        assert "8 Jan: 5" in html
        assert "Since you began" in words(html)
        assert "86" in words(html)

    def test_nothing_logged_is_no_zero(self, visit):
        plan = make_issued()

        said = words(visit(plan.episode.patient, "progress/").text)

        assert "0 of 12 sessions" in said
        assert "No pain was logged yet." in said
        assert ExerciseLog.objects.count() == 0

    def test_nobody_without_a_plan_is_counted(self, visit):
        assert "Nothing to count yet" in words(visit(make_patient(), "progress/").text)
