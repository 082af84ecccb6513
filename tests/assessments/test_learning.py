"""What the learning page counts: people, each once; charts as their last correction says."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import actions
from assessments.learning.counting import Issued, banded, stalled, stays
from assessments.learning.reading import Kept, Reading, Rule, twelve_months
from assessments.models import Sitting
from assessments.screen.entries import Entry
from tests.assessments.case_files import case_input
from tests.assessments.factories import (
    ASKED,
    NOW,
    entries_of,
    log_entry,
    make_chart,
    make_draft,
    make_issued,
    make_patient,
    make_signed,
)

WEEK = timedelta(weeks=1)
LATER = NOW + timedelta(weeks=6)  # the next month: this one is whole by then


def read(now=LATER):
    return Reading(now)


def rules(now=LATER):
    return {rule.id: rule for rule in read(now).rules}


def sign_later(signed, now=NOW + WEEK, **changed):
    """The same person a week later, examined as before but for what changed."""
    author = signed.author
    chart = actions.start_assessment(signed.episode.patient, author, by=author.user, now=now)
    raw = case_input(3) | ASKED | changed
    saved = actions.save_values(chart, chart.version, entries_of(raw), by=author.user, now=now)
    assert saved.errors == ()
    chart.refresh_from_db()
    return actions.sign(chart, by=author.user, now=now)


class TestMonths:
    @pytest.mark.parametrize(
        ("today", "first", "last"),
        [
            (date(2027, 1, 1), date(2026, 1, 1), date(2026, 12, 31)),
            (date(2027, 1, 31), date(2026, 1, 1), date(2026, 12, 31)),
            (date(2028, 2, 29), date(2027, 2, 1), date(2028, 1, 31)),
            (date(2028, 3, 1), date(2027, 3, 1), date(2028, 2, 29)),
        ],
    )
    def test_are_the_twelve_before_this_one(self, today, first, last):
        assert twelve_months(today) == (first, last)


class TestStays:
    def test_versions_of_one_phase_are_one_stay(self):
        versions = [
            Issued(1, "a", "P1", NOW, NOW + WEEK),
            Issued(1, "a", "P1", NOW + WEEK, NOW + 3 * WEEK),
            Issued(1, "a", "P2", NOW + 3 * WEEK, None),
            Issued(2, "b", "P2", NOW, None),
        ]

        found = [(stay.person, stay.phase, stay.days(NOW + 4 * WEEK)) for stay in stays(versions)]

        assert found == [("a", "P1", 21), ("a", "P2", 7), ("b", "P2", 28)]

    @pytest.mark.parametrize(
        ("until", "weeks", "days", "expected"),
        [
            (None, 4, 28, False),
            (None, 4, 29, True),
            (NOW + WEEK, 4, 200, False),  # they went on
            (None, None, 900, False),  # the last phase has no end
        ],
    )
    def test_one_stalls_after_its_longest_usual_time(self, until, weeks, days, expected):
        (stay,) = stays([Issued(1, "a", "P1", NOW, until)])

        assert stalled(stay, weeks, NOW + timedelta(days=days)) is expected

    def test_bands_begin_on_their_edge(self):
        assert banded([0, 24, 25, 49, 50, 75, 100], (25, 50, 75)) == [2, 2, 1, 2]


@pytest.mark.django_db
class TestRules:
    def test_count_people_for_whom_a_line_was_taken_out_or_changed(self):
        plan = make_draft(1)
        by = plan.assessment.author.user
        gone, _kept = plan.lines.filter(explanation__rule_id="D4-HIP_STR")[:2]
        actions.remove_line(gone, "Hurts in the groin", by=by, now=NOW)
        actions.issue_plan(plan, by=by, now=NOW)
        make_issued(1, practitioner=plan.assessment.author, patient=make_patient(last_name="Two"))

        assert rules()["D4-HIP_STR"] == Rule("D4-HIP_STR", 2, 1, 0)
        assert rules()["D4-KNEE_STR"].removed == 0

    def test_a_plan_that_was_never_issued_teaches_nothing(self):
        make_draft(1)

        assert read().rules == []

    def test_a_plan_counts_once_its_month_is_whole(self):
        make_issued(1)

        assert read(NOW).rules == []
        assert read(NOW + timedelta(days=400)).rules == []
        assert read().rules

    def test_what_was_added_is_no_rule_of_ours(self):
        plan = make_draft(1)
        by = plan.assessment.author.user
        actions.add_line(plan, "EX51", "She asked for it", by=by, now=NOW)
        actions.issue_plan(plan, by=by, now=NOW)

        assert read().added == [("EX51", 1)]


@pytest.mark.django_db
class TestCharts:
    def test_an_episode_is_its_first_and_last_chart(self):
        signed = make_signed(3)
        sign_later(signed, nprs_worst_7d=2)

        (course,) = read().courses["nprs"]

        assert (course.first, course.last) == (Decimal(4), Decimal(2))
        assert course.person == signed.episode.patient_id
        assert course.groups[0] == signed.result["classification"]["irritability"]

    def test_one_chart_is_no_course(self):
        make_signed(3)

        assert read().courses["nprs"] == []

    def test_an_amended_chart_counts_as_it_was_amended(self):
        signed = make_signed(3)
        later = sign_later(signed, nprs_worst_7d=2)
        by = later.author.user
        amended = actions.amend(later, "A slip", later.author, by=by, now=NOW + 2 * WEEK)
        actions.save_values(
            amended, amended.version, [Entry("nprs_worst_7d", "", 5)], by=by, now=NOW + 2 * WEEK
        )
        amended.refresh_from_db()
        actions.sign(amended, by=by, now=NOW + 2 * WEEK)

        (course,) = read().courses["nprs"]

        assert (course.first, course.last) == (Decimal(4), Decimal(5))

    def test_seconds_of_several_tabs_add_up_and_none_is_no_zero(self):
        timed = make_chart(raw=case_input(1) | ASKED)
        make_signed(2)
        for seconds in (100, 60):
            Sitting.objects.create(assessment=timed, tab=uuid4(), seconds=seconds)
        actions.sign(timed, by=timed.author.user, now=NOW)

        (signed,) = read().signed

        assert (signed.seconds, signed.kind, signed.month) == (160, "initial", date(2027, 1, 1))


@pytest.mark.django_db
class TestKept:
    def test_what_was_done_of_what_was_due(self):
        plan = make_issued(1)
        line = plan.lines.filter(home=True, per_week=3).first()
        patient = plan.episode.patient
        for n in (1, 3, 5):
            day = NOW + timedelta(days=n)
            entry = log_entry(line, on=day.date().isoformat())
            actions.log_sessions(patient, [entry], by=plan.issued_by, now=day)

        (kept,) = read(NOW + WEEK).kept

        held = plan.lines.filter(home=True, per_week__gt=0)
        due = sum(each.per_week for each in held)
        assert kept == Kept(patient.pk, held.count(), round(100 * 3 / due))

    def test_before_anything_is_due_nobody_failed(self):
        make_issued(1)

        assert read(NOW).kept == []

    def test_a_duplicate_is_the_person_it_was_merged_into(self):
        plan = make_issued(1)
        survivor = make_patient()
        patient = plan.episode.patient
        type(patient).objects.filter(pk=patient.pk).update(merged_into=survivor)

        assert [each.person for each in read(NOW + WEEK).kept] == [survivor.pk]
        assert [each.person for each in read().versions] == [survivor.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("people", [1, 4])
def test_eight_questions_however_many_people(people):
    for _each in range(people):
        sign_later(make_signed(3))
        make_issued(1)
    reading = read()

    with CaptureQueriesContext(connection) as asked:
        for part in ("rules", "added", "versions", "signed", "courses", "kept"):
            getattr(reading, part)

    assert len(asked) == 8
