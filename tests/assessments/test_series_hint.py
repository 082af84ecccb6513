"""Rule 25: a series may be taken from the plan in force; the desk learns numbers and weekdays."""

from datetime import date

import pytest

from assessments import series_hint
from assessments.models import PlanLine
from bookings.series_hints import hint_for
from tests.assessments.factories import make_draft, make_issued, make_patient

pytestmark = pytest.mark.django_db


def test_rule_25_the_plan_in_force_suggests_how_often():
    plan = make_issued()
    often = max(line.per_week for line in plan.lines.all() if line.per_week)

    hint = hint_for(plan.episode.patient)

    assert hint == series_hint.from_plan(plan.episode.patient)
    assert len(hint.weekdays) == min(often, series_hint.MOST_A_WEEK)
    days = (plan.review_on - date(2027, 1, 10)).days if plan.review_on else 42
    assert hint.count == min(len(hint.weekdays) * -(-days // 7), series_hint.MOST)


def test_rule_25_a_draft_suggests_nothing_and_neither_does_no_plan():
    assert hint_for(make_draft().episode.patient) is None
    assert hint_for(make_patient(email="nobody@example.com")) is None


def test_rule_25_lines_that_were_taken_out_do_not_count():
    plan = make_draft()
    plan.lines.update(change=PlanLine.Change.REMOVED, change_reason="not now")

    assert series_hint.from_plan(plan.episode.patient) is None
