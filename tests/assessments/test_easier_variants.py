"""An easier exercise after a flare: approved before, shown for a set time, told when it repeats."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction

from assessments import actions
from assessments.actions.planning import NewDose
from assessments.errors import AlreadyInPlan, DaysOutside, NoVariant, PlanIsFinal
from assessments.library_store import library_of
from assessments.mine import my_progress
from assessments.models import Flare
from assessments.plan_lines import easier_copy, line_of, pain_limit_text
from assessments.seal import plan_digest
from assessments.subject.of_plans import _easier
from clinic.models import Message
from tests.assessments.factories import NOW, grant, log_entry, make_draft, make_practice
from tests.assessments.test_attention import shown
from tests.assessments.test_guards_final import key, refused, sql
from tests.assessments.test_pdf_plan import printed

pytestmark = pytest.mark.django_db
LINE, EASIER = "EX05", "EX03"  # box squat; the library names one easier exercise


@pytest.fixture
def draft():
    make_practice()
    return make_draft(1)


@pytest.fixture
def by(draft):
    return {"by": draft.assessment.author.user, "now": NOW}


@pytest.fixture
def line(draft):
    return draft.lines.get(exercise=LINE)


@pytest.fixture
def plan(draft, line, by):
    """Issued, with an easier exercise for one line."""
    actions.approve_easier(line, EASIER, 5, **by)
    return actions.issue_plan(draft, **by)


@pytest.fixture
def me(plan, client):
    """The patient, who flares and looks."""
    return Me(plan, client)


class Me:
    def __init__(self, plan, client):
        self.plan, self.patient, self.client = plan, plan.episode.patient, client
        self.user = grant(self.patient)

    def flares(self, days=0, yes=()):
        return actions.report_flare(
            self.patient, self.plan, client_id=uuid4(), yes=yes, by=self.user,
            now=NOW + timedelta(days=days),
        )  # fmt: skip

    def card(self, days=0, tail=""):
        """What the card of the line says on a day, and which other lines there are."""
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            self.client.force_login(self.user)
            page = self.client.get(f"/me/{self.patient.pk}/plan/{tail}").text
        line = self.plan.lines.get(exercise=LINE)
        return page[page.index(f'id="line-{line.pk}"') :].split("</article>")[0]


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def titles(card):
    return re.findall(r'sd-plan-title">([^<]+)', card)


def name(exercise):
    return library_of(1).exercise_by_id[exercise].name


class TestApproving:
    def test_its_texts_are_copied_and_it_is_asked_for_as_often_as_its_line(self, draft, line, by):
        actions.edit_line(line, NewDose(sets=3, reps=12, per_week=2), **by)

        found = actions.approve_easier(line, EASIER, 5, **by)

        assert (found.easier_exercise, found.easier_days) == (EASIER, 5)
        assert found.easier["name"] == name(EASIER)
        assert found.easier["dose"] == "4 × 30 s, 2 a week"
        assert found.easier["instruction"] == library_of(1).exercise_by_id[EASIER].instruction
        again = actions.edit_line(found, NewDose(sets=3, reps=12, per_week=1), **by)
        assert again.easier["dose"] == "4 × 30 s, 1 a week"

    def test_what_is_refused_changes_nothing(self, line, by):
        for exercise, days, refusal in (
            ("EX12", 7, NoVariant),
            ("EX99", 7, NoVariant),
            (LINE, 7, NoVariant),
            (EASIER, 1, DaysOutside),
            (EASIER, 15, DaysOutside),
        ):
            with pytest.raises(refusal):
                actions.approve_easier(line, exercise, days, **by)

        line.refresh_from_db()
        assert (line.easier, line.easier_exercise, line.easier_days) == ({}, "", None)

    def test_never_something_harder_and_never_more_often(self, draft, by):
        library = library_of(1)
        for each in draft.lines.all():
            for harder in library.exercise_by_id[each.exercise].harder:
                with pytest.raises(NoVariant):
                    actions.approve_easier(each, harder, 7, **by)
        for exercise in library.exercises:
            for easier in exercise.easier:
                variant = library.exercise_by_id[easier]
                line = line_of(exercise, None, irritability="HIGH", limit=2)
                copy = easier_copy(line, variant, irritability="HIGH", limit=2)
                assert copy["per_week"] == line.per_week
                assert copy["pain_limit"] == pain_limit_text(variant, 2)

    def test_what_is_in_the_plan_stands_in_for_nothing(self, draft, line, by):
        actions.approve_easier(line, EASIER, 5, **by)
        added = actions.add_line(draft, EASIER, "both", **by)

        with pytest.raises(AlreadyInPlan):
            actions.approve_easier(line, EASIER, 6, **by)
        reasons = actions.issuing.against_issuing(draft, list(draft.lines.all()))
        assert any("cannot stand in for" in each for each in reasons)

        actions.remove_line(added, "not both", **by)
        assert actions.issue_plan(draft, **by).issued_at == NOW

    def test_it_is_taken_back_and_a_new_phase_begins_without(self, line, plan, by):
        newer = actions.revise_plan(plan, **by)
        kept = newer.lines.get(exercise=LINE)
        assert (kept.easier_exercise, kept.easier_days) == (EASIER, 5)
        assert actions.withdraw_easier(kept, **by).easier == {}
        newer = actions.issue_plan(newer, **by)

        fresh = actions.advance_phase(newer, "ready", plan.assessment.author, **by)
        assert set(fresh.lines.values_list("easier_exercise", flat=True)) == {""}

    def test_by_the_form_and_in_words(self, client, draft, line, by):
        client.force_login(by["by"])
        address = f"/chart/assessments/{draft.assessment_id}/plan/"
        post = lambda **form: client.post(f"{address}{line.pk}/easier/", form)  # noqa: E731
        assert 'value="7" required' in client.get(address).text

        assert post(exercise=EASIER, days="5").status_code == 302
        assert f"if it flares, for 5 days: {name(EASIER)}" in words(client.get(address).text)
        assert post(exercise=EASIER, days="x").status_code == 422
        assert post(exercise=EASIER, days="99").status_code == 422
        assert post(exercise="", days="").status_code == 302
        assert "if it flares, for" not in words(client.get(address).text)
        actions.issue_plan(draft, **by)
        assert post(exercise=EASIER, days="5").status_code == 403


class TestIssued:
    def test_it_is_final_and_part_of_the_digest(self, plan, by):
        line = plan.lines.get(exercise=LINE)
        lines = list(plan.lines.all())
        assert plan_digest(plan, lines) == plan.content_hash
        for each in lines:
            each.easier_days = each.easier_days and 6
        assert plan_digest(plan, lines) != plan.content_hash

        with pytest.raises(PlanIsFinal):
            actions.withdraw_easier(line, **by)
        table = "UPDATE assessments_planline SET easier_days = 9 WHERE id = %s"
        assert refused("line_of_issued_is_final", sql(table, key(line)))

    def test_the_database_takes_it_whole_and_bounded(self, draft):
        for values in (
            {"easier_exercise": EASIER},
            {"easier_days": 5},
            {"easier_exercise": LINE, "easier_days": 5},
            {"easier_exercise": EASIER, "easier_days": 0},
            {"easier_exercise": EASIER, "easier_days": 29},
        ):
            with pytest.raises(IntegrityError, match="line_easier_whole"), transaction.atomic():
                draft.lines.filter(exercise=LINE).update(**values)

    def test_page_and_paper_say_it_as_issued(self, me, plan):
        said = words(me.card())
        copy = plan.lines.get(exercise=LINE).easier
        assert f"Then, for 5 days: {copy['name']}, {copy['dose']}." in said

        me.flares()

        for what in ("name", "dose", "instruction"):
            assert printed(plan, f"easier-{what}") == [copy[what]]
        assert name(LINE) in printed(plan, "name")

    def test_who_takes_the_record_away_reads_it(self, plan):
        copy = plan.lines.get(exercise=LINE).easier
        said = [_easier(each) for each in plan.lines.all()]

        assert f"{copy['name']}, {copy['dose']}, for 5 days: {copy['instruction']}" in said
        assert said.count("") == plan.lines.count() - 1

    def test_a_new_version_says_what_changed(self, plan, by, me):
        newer = actions.revise_plan(plan, **by)
        actions.withdraw_easier(newer.lines.get(exercise=LINE), **by)
        actions.issue_plan(newer, **by)

        me.client.force_login(me.user)
        page = words(me.client.get(f"/me/{me.patient.pk}/plan/").text)
        assert f"{name(LINE)}: if it flares: nothing else in its place any more" in page


class TestAfterAFlare:
    def test_it_stands_in_for_its_time_and_the_line_comes_back(self, me):
        assert titles(me.card()) == [name(LINE)]

        me.flares()

        for day in (0, 4):
            card = me.card(day)
            assert titles(card) == [name(EASIER), name(LINE)]
            easier, issued = card.split("data-after", 1)
            assert 'data-until="2027-01-14"' in easier
            assert "hidden" in issued.split(">", 1)[0]
            said = words(easier)
            assert "Easier until Thursday 14 January" in said
            assert "you told us on 10 January that it flared up" in said
        assert titles(me.card(5)) == [name(LINE)]
        assert "data-until" not in me.card(5)

    def test_the_answer_to_the_flare_says_so(self, me):
        flare = me.flares()
        me.client.force_login(me.user)

        page = words(me.client.get(f"/me/{me.patient.pk}/plan/ask/{flare.pk}/").text)

        assert f"Until Thursday 14 January: {name(EASIER)}" in page
        assert "cut running to half" in page

    def test_a_red_answer_eases_nothing(self, me):
        flare = me.flares(yes=["rf_locked"])

        assert titles(me.card()) == [name(LINE)]
        me.client.force_login(me.user)
        page = words(me.client.get(f"/me/{me.patient.pk}/plan/ask/{flare.pk}/").text)
        assert "Leave the exercises" in page
        assert "Easier for a while" not in page

    def test_where_nothing_was_approved_nothing_is_made_up(self, draft, by, client):
        me = Me(actions.issue_plan(draft, **by), client)
        flare = me.flares()

        assert titles(me.card()) == [name(LINE)]
        page = words(me.client.get(f"/me/{me.patient.pk}/plan/ask/{flare.pk}/").text)
        assert "cut running to half" in page
        assert "Easier for a while" not in page

    def test_a_newer_version_knew_of_it(self, me, plan, by):
        me.flares()
        me.plan = actions.issue_plan(actions.revise_plan(plan, **by), **by)

        assert titles(me.card()) == [name(LINE)]

    def test_the_plan_itself_stays_as_it_was_issued(self, me, plan):
        before = list(plan.lines.order_by("position").values())
        for day in (0, 3, 6):
            me.flares(day)

        plan.refresh_from_db()
        assert list(plan.lines.order_by("position").values()) == before
        assert plan_digest(plan, list(plan.lines.all())) == plan.content_hash

    def test_what_is_logged_of_it_counts_for_its_line(self, me, plan):
        me.flares()
        assert f'name="line" value="{plan.lines.get(exercise=LINE).pk}"' in me.card()

        entry = log_entry(plan.lines.get(exercise=LINE))
        actions.log_sessions(me.patient, [entry], by=me.user, now=NOW)

        assert my_progress(me.patient, NOW.date()).adherence.done == 1


class TestTheSecond:
    @pytest.fixture
    def mails(self):
        return lambda: Message.objects.filter(topic="needs_a_look")

    def test_it_is_told_and_comes_before_the_other_exceptions(self, me, client, mails, plan):
        assert me.flares().again is False
        assert me.flares().again is False  # the same day, the same flare
        told = mails().count()

        second = me.flares(3)

        assert second.again is True
        fresh = mails().filter(subject_id=second.pk)
        assert list(fresh.values_list("to", flat=True)) == [plan.assessment.author.user.email]
        assert mails().count() == told + 1
        with time_machine.travel(NOW + timedelta(days=20), tick=False):
            client.force_login(plan.assessment.author.user)
            rows = shown(client)
        assert len(rows) == 1
        assert "Says it flared up again: decide about the plan" in rows[0]

    def test_it_is_done_once_somebody_looked(self, me, client, plan):
        me.flares()
        me.flares(3)
        author = plan.assessment.author
        at = NOW + timedelta(days=3)
        actions.look_at_logs(me.patient, author, up_to=at, by=author.user, now=at)

        with time_machine.travel(at, tick=False):
            client.force_login(author.user)
            assert shown(client) == []

    def test_after_the_window_it_is_the_first_again(self, me):
        me.flares()

        assert me.flares(14).again is False

    def test_sent_twice_it_is_one_event(self, me, mails, plan):
        me.flares()
        form = {"client_id": uuid4(), "by": me.user, "now": NOW + timedelta(days=2)}
        for _ in "12":
            actions.report_flare(me.patient, plan, **form)

        assert Flare.objects.filter(again=True).count() == 1
        assert mails().filter(subject_id=Flare.objects.get(again=True).pk).count() == 1


def test_the_page_costs_one_query_more_however_many_flares(
    me, client, django_assert_num_queries, plan, by
):
    client.force_login(me.user)
    address = f"/me/{me.patient.pk}/plan/"
    client.get(address)
    for times in (0, 3):
        for _ in range(times):
            me.flares()
        with django_assert_num_queries(21):
            client.get(address)
