"""What a new version of a plan changes, said in words: to the physio, and to the patient."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import actions
from assessments.actions.planning import NewDose
from assessments.models import Plan
from assessments.plan_versions import Item, Version, changes
from tests.assessments.factories import NOW, grant, make_issued

STEP = Item(
    exercise="EX36", name="Step-down", dose="2 × 10, 3 a week", sets=2, reps=10, per_week=3,
    equipment="step 10 cm", pain_limit="at most 4 out of 10", instruction="Lower slowly.",
)  # fmt: skip
HOLD = Item(
    exercise="EX01", name="Wall sit", dose="4 × 45 s, daily", sets=4, hold_seconds=45, per_week=7
)
WORDS = Item(exercise="EX68", name="Recovery", dose="1 or 2 lighter days")


def changed(item, **values):
    return Item(**({name: getattr(item, name) for name in Item.__slots__} | values))


def said(before, after, **whole):
    first = Version(items=before, pain_limit=whole.pop("limit_before", 4))
    return [str(each) for each in changes(first, Version(**{"pain_limit": 4} | whole, items=after))]


class TestWords:
    def test_each_number_of_a_dose_and_what_is_needed(self):
        now = changed(
            STEP, dose="3 × 8, 2 a week", sets=3, reps=8, per_week=2, equipment="step 15 cm"
        )

        assert said([STEP], [now]) == [
            "Step-down: 2 × 10 → 3 × 8, 3 a week → 2 a week, you need: step 15 cm"
        ]

    @pytest.mark.parametrize(
        ("before", "values", "expected"),
        [
            (STEP, {"dose": "2 × 10, daily", "per_week": 7}, "3 a week → daily"),
            (HOLD, {"dose": "4 × 30 s, daily", "hold_seconds": 30}, "4 × 45 s → 4 × 30 s"),
            (STEP, {"dose": "10, 3 a week", "sets": 1}, "2 × 10 → 1 × 10"),
            (
                STEP,
                {"dose": "2 × 10 a side, 3 a week"},
                "2 × 10, 3 a week → 2 × 10 a side, 3 a week",
            ),
            (
                STEP,
                {"dose": "3 × 10 a side, 3 a week", "sets": 3},
                "2 × 10, 3 a week → 3 × 10 a side, 3 a week",
            ),
            (WORDS, {"dose": "2 lighter days"}, "1 or 2 lighter days → 2 lighter days"),
            (STEP, {"equipment": "none"}, "you need: nothing"),
            (
                STEP,
                {"pain_limit": "at most 2 out of 10"},
                "pain limit: at most 4 out of 10 → at most 2 out of 10",
            ),
            (STEP, {"precaution": "Quality first"}, "the instruction reads differently"),
        ],
    )
    def test_a_line_that_reads_otherwise(self, before, values, expected):
        assert said([before], [changed(before, **values)]) == [f"{before.name}: {expected}"]

    def test_seconds_of_a_repetition(self):
        held = changed(STEP, dose="2 × 10, hold 3 s, 3 a week", hold_seconds=3)
        longer = changed(STEP, dose="2 × 10, hold 5 s, 3 a week", hold_seconds=5)

        assert said([held], [longer]) == ["Step-down: hold 3 s → 5 s"]
        assert said([STEP], [held]) == ["Step-down: 2 × 10, 3 a week → 2 × 10, hold 3 s, 3 a week"]

    def test_another_order_is_no_change(self):
        assert said([STEP, HOLD], [HOLD, STEP]) == []
        assert said([changed(STEP, equipment="-")], [changed(STEP, equipment="none")]) == []

    def test_added_and_taken_out(self):
        gone = changed(HOLD, kept=False, reason="no wall at home")

        found = changes(Version(items=[HOLD]), Version(items=[gone, changed(STEP, reason="next")]))

        assert [(each.kind, str(each), each.reason) for each in found] == [
            ("added", "Step-down: new, 2 × 10, 3 a week", "next"),
            ("removed", "Wall sit: no longer in the plan", "no wall at home"),
        ]

    def test_a_line_of_neither_is_not_spoken_of(self):
        out = changed(HOLD, kept=False, reason="no wall")

        assert said([out], [out]) == []
        assert said([out], [HOLD]) == ["Wall sit: new, 4 × 45 s, daily"]
        assert said([HOLD], []) == ["Wall sit: no longer in the plan"]

    def test_one_in_the_place_of_another_is_one_sentence(self):
        easier = changed(HOLD, instead_of="EX36")
        out = changed(STEP, kept=False, reason="sore")

        assert said([STEP], [out, easier]) == ["Wall sit: instead of Step-down, 4 × 45 s, daily"]
        # Both are there: nothing took the place of anything.
        assert said([STEP], [STEP, easier]) == ["Wall sit: new, 4 × 45 s, daily"]

    def test_the_plan_as_a_whole_comes_first(self):
        assert said(
            [STEP], [changed(STEP, pain_limit="at most 5 out of 10")], pain_limit=5, phase="Load",
            bend_limit=90, pain_limit_running=2, running="Run half",
        ) == [
            "Phase: no limit → Load",
            "Pain limit in exercises: 4 out of 10 → 5 out of 10",
            "Pain limit in running: no limit → 2 out of 10",
            "Knee bend in strength work: no limit → 90 degrees",
            "Running: no limit → Run half",
        ]  # fmt: skip


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def first(db):
    return make_issued()


@pytest.fixture
def by(first):
    return {"by": first.assessment.author.user, "now": NOW}


@pytest.fixture
def second(first, by):
    """An issued second version: one dose changed, one exercise out, one new."""
    draft = actions.revise_plan(first, **by)
    actions.edit_line(draft.lines.get(exercise="EX05"), NewDose(sets=2, reps=8, per_week=2), **by)
    actions.remove_line(draft.lines.get(exercise="EX19"), "dislikes bands", **by)
    actions.add_line(draft, "EX30", "calf is weak", **by)
    return actions.issue_plan(draft, **by)


@pytest.fixture
def page(client):
    def get(user, address):
        client.force_login(user)
        return words(client.get(address).text)

    return get


class TestThePages:
    def test_the_physio_reads_it_with_reasons_while_drafting(self, page, first, by):
        chart = f"/chart/assessments/{first.assessment_id}/plan/"
        assert "What it changes" not in page(by["by"], chart)

        draft = actions.revise_plan(first, **by)
        assert "Exercises, doses and limits are the same." in page(by["by"], chart)

        line = draft.lines.get(exercise="EX19")
        actions.remove_line(line, "dislikes bands", **by)
        text = page(by["by"], chart)

        assert "What it changes about version 1 of 10 Jan 2027" in text
        assert f"{line.name}: no longer in the plan (dislikes bands)" in text

    def test_the_patient_reads_it_without_the_clinicians_reasons(self, page, first, second):
        patient = first.episode.patient
        text = page(grant(patient), f"/me/{patient.pk}/plan/")

        assert "What changed since your plan of 10 January" in text
        old = first.lines.get(exercise="EX05")
        assert f"{old.name}: 3 × 12 → 2 × 8, 3 a week → 2 a week" in text
        assert f"{first.lines.get(exercise='EX19').name}: no longer in the plan" in text
        assert f"{second.lines.get(exercise='EX30').name}: new," in text
        assert "dislikes bands" not in text
        assert "calf is weak" not in text

    def test_an_old_version_stays_readable_and_the_first_changes_nothing(self, page, first, second):
        patient = first.episode.patient
        text = page(grant(patient), f"/me/{patient.pk}/plan/?plan={first.pk}")

        assert "This version ended on" in text
        assert "3 × 12, 3 a week" in text
        assert "What changed since" not in text

    def test_a_draft_that_was_never_issued_is_not_compared_with(self, page, first, by, second):
        """Version 3 is a draft: version 2 still says what it changed about version 1."""
        draft = actions.revise_plan(second, **by)
        actions.add_line(draft, "EX31", "next", **by)
        patient = first.episode.patient
        text = page(grant(patient), f"/me/{patient.pk}/plan/")

        assert "no longer in the plan" in text
        assert draft.lines.get(exercise="EX31").name not in text

    def test_the_pages_cost_the_same_for_two_versions_and_for_many(self, client, first, second, by):
        patient = first.episode.patient
        reader = grant(patient)
        chart = f"/chart/assessments/{first.assessment_id}/plan/"

        def queries(user, address):
            client.force_login(user)
            client.get(address)
            with CaptureQueriesContext(connection) as counted:
                assert client.get(address).status_code == 200
            # The practice itself is kept for seconds by the process, and read anew after that.
            return sum("assessments_" in each["sql"] for each in counted)

        few = [queries(reader, f"/me/{patient.pk}/plan/"), queries(by["by"], chart)]
        newest = second
        for exercise in ("EX31", "EX32", "EX33", "EX34"):
            draft = actions.revise_plan(newest, **by)
            actions.add_line(draft, exercise, "more", **by)
            newest = actions.issue_plan(draft, **by)
        assert Plan.objects.count() == 6
        many = [queries(reader, f"/me/{patient.pk}/plan/"), queries(by["by"], chart)]

        assert many == few
