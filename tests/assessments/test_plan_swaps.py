"""Variants in the place of a line, too many exercises, and what a later phase offers."""

import re

import pytest

from assessments import actions
from assessments.errors import AlreadyInPlan, NoVariant, PlanIsFinal, ReasonMissing
from assessments.library_store import library_of
from assessments.review import review_of
from tests.assessments.factories import NOW, grant, make_draft, make_practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    make_practice()
    return make_draft(1)


@pytest.fixture
def by(plan):
    return {"by": plan.assessment.author.user, "now": NOW}


@pytest.fixture
def physio(client, plan):
    def ask(tail="", form=None):
        client.force_login(plan.assessment.author.user)
        address = f"/chart/assessments/{plan.assessment_id}/plan/{tail}"
        return client.get(address) if form is None else client.post(address, form)

    return ask


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def order(plan):
    kept = plan.lines.exclude(change="removed").order_by("position")
    return list(kept.values_list("exercise", flat=True))


class TestSwaps:
    def test_an_easier_variant_takes_the_place(self, plan, by):
        before = order(plan)

        line = actions.swap_line(plan.lines.get(exercise="EX05"), "EX03", "too sore", **by)

        assert order(plan) == ["EX03" if each == "EX05" else each for each in before]
        assert (line.block, line.change, line.change_reason) == ("KNEE_STR", "added", "too sore")
        old = plan.lines.get(exercise="EX05")
        assert (old.change, old.change_reason) == ("removed", "too sore")
        assert actions.issue_plan(plan, **by).issued_at == NOW

    def test_what_is_put_back_takes_its_place_again(self, plan, by):
        before = order(plan)
        actions.swap_line(plan.lines.get(exercise="EX05"), "EX03", "too sore", **by)

        actions.restore_line(plan.lines.get(exercise="EX05"), **by)

        assert order(plan) == before
        assert plan.lines.get(exercise="EX03").change == "removed"

    def test_what_was_swapped_stays_out_where_its_variant_went_too(self, plan, by):
        before = order(plan)
        variant = actions.swap_line(plan.lines.get(exercise="EX05"), "EX03", "too sore", **by)
        actions.remove_line(variant, "neither", **by)

        actions.restore_line(plan.lines.get(exercise="EX05"), **by)

        assert sorted(order(plan)) == sorted(before)

    def test_a_line_that_is_not_out_takes_nothing_away(self, plan, by):
        before = order(plan)

        actions.restore_line(plan.lines.get(exercise="EX05"), **by)

        assert order(plan) == before

    @pytest.mark.parametrize(
        ("exercise", "reason", "refusal"),
        [
            ("EX12", "why", NoVariant),
            ("EX99", "why", NoVariant),
            ("EX03", " ", ReasonMissing),
        ],
    )
    def test_what_is_refused_changes_nothing(self, plan, by, exercise, reason, refusal):
        before = list(plan.lines.order_by("position").values())

        with pytest.raises(refusal):
            actions.swap_line(plan.lines.get(exercise="EX05"), exercise, reason, **by)

        assert list(plan.lines.order_by("position").values()) == before

    def test_a_variant_that_is_there_and_a_line_that_is_out(self, plan, by):
        actions.add_line(plan, "EX03", "both", **by)
        with pytest.raises(AlreadyInPlan):
            actions.swap_line(plan.lines.get(exercise="EX05"), "EX03", "why", **by)
        gone = actions.remove_line(plan.lines.get(exercise="EX05"), "sore", **by)
        with pytest.raises(NoVariant):
            actions.swap_line(gone, "EX03", "why", **by)

    def test_an_issued_plan_is_final(self, plan, by):
        actions.issue_plan(plan, **by)

        with pytest.raises(PlanIsFinal):
            actions.swap_line(plan.lines.get(exercise="EX05"), "EX03", "why", **by)

    def test_by_the_form_and_in_words_to_the_patient(self, client, physio, plan, by):
        issued = actions.issue_plan(plan, **by)
        newer = actions.revise_plan(issued, **by)
        line = newer.lines.get(exercise="EX05")
        easier = library_of(plan.library_id).exercise_by_id["EX03"].name
        assert f"easier: {easier}" in words(physio().text)

        response = physio(f"{line.pk}/swap/", {"exercise": "EX03", "reason": "too sore"})

        assert response.status_code == 302
        assert physio(f"{line.pk}/swap/", {"exercise": "EX12", "reason": "x"}).status_code == 422
        actions.issue_plan(newer, **by)
        patient = plan.episode.patient
        client.force_login(grant(patient))
        text = words(client.get(f"/me/{patient.pk}/plan/").text)
        assert f"{easier}: instead of {line.name}," in text
        assert f"{line.name}: no longer" not in text


class TestTooMany:
    def test_what_to_drop_comes_from_the_bottom_and_never_knee_or_hip(self, physio, plan, by):
        for exercise in ("EX30", "EX31"):
            actions.add_line(plan, exercise, "more", **by)
        assert review_of(plan).droppable == ()
        assert "First to drop" not in words(physio().text)

        actions.add_line(plan, "EX32", "more", **by)

        assert [each.exercise for each in review_of(plan).droppable] == ["EX32", "EX31", "EX30"]
        text = words(physio().text)
        assert "More than six home exercises." in text
        assert "First to drop:" in text

        actions.remove_line(plan.lines.get(exercise="EX31"), "enough", **by)
        assert review_of(plan).droppable == ()


def test_the_return_to_running_offers_landing_and_hops(physio, plan, by):
    author = plan.assessment.author
    third = actions.advance_phase(actions.issue_plan(plan, **by), "ready", author, **by)
    assert review_of(third).phase_offers == ()

    fourth = actions.advance_phase(actions.issue_plan(third, **by), "ready", author, **by)

    assert [each for each, _name in review_of(fourth).phase_offers] == ["EX38", "EX39"]
    assert "Open to this phase" in words(physio().text)
    assert physio("add/", {"exercise": "EX38", "reason": "jumps"}).status_code == 302
    assert [each for each, _name in review_of(fourth).phase_offers] == ["EX39"]
