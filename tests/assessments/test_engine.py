"""The engine has a number, and another one as soon as it says something else of a chart.

Whoever changes what the rules say raises ``judging.ENGINE`` and runs
``python -m tests.assessments.engine.outcomes``, which writes the new outcomes down.
"""

import json

import pytest

from assessments import actions
from assessments.judging import ENGINE
from assessments.models import Assessment, Plan
from tests.assessments.engine.outcomes import KEPT, outcomes
from tests.assessments.factories import NOW, make_draft, make_issued, make_practice
from tests.assessments.test_verify import broken, verify
from tests.unguarded import force


def test_an_engine_that_says_something_else_has_another_number():
    kept, found = json.loads(KEPT.read_text()), outcomes()

    assert kept["engine"] == ENGINE, "write the outcomes of this engine down"
    changed = [name for name in found if found[name] != kept["charts"].get(name)]
    assert changed == [], "raise judging.ENGINE, and write its outcomes down"
    assert set(kept["charts"]) == set(found)


@pytest.mark.django_db
class TestWhatTheRowsSay:
    def test_a_signed_chart_and_every_version_of_its_plan_name_their_engine(self):
        make_practice()
        plan = make_issued()
        again = actions.revise_plan(plan, by=plan.issued_by, now=NOW)
        assert (plan.assessment.engine, plan.engine, again.engine) == (ENGINE, ENGINE, ENGINE)

    def test_a_new_version_of_an_old_plan_stays_of_the_engine_that_drafted_it(self):
        make_practice()
        plan = make_issued()
        force(Plan.objects.filter(pk=plan.pk), engine=0)
        assert actions.revise_plan(plan, by=plan.issued_by, now=NOW).engine == 0

    def test_what_an_earlier_engine_judged_is_counted_and_not_called_broken(self):
        make_practice()
        draft = make_draft()
        Plan.objects.update(engine=ENGINE + 1, texts={"expect": "as it was said then"})
        code, written = verify("plans")
        assert code == 0, written
        assert "note    plans.drafted: 1 by another engine than today's, not compared" in written
        assert "plans.charts: 1" not in written
        Plan.objects.update(engine=ENGINE)
        assert broken("plans.drafted") == [f"assessments.plan {draft.pk}"]

    def test_a_signed_chart_given_to_another_engine_by_force_is_found(self):
        make_practice()
        plan = make_issued()
        force(Assessment.objects.all(), engine=ENGINE + 1)
        assert broken("signed.charts") == [f"assessments.assessment {plan.assessment_id} (content)"]
        force(Assessment.objects.all(), engine=ENGINE)
        force(Plan.objects.all(), engine=ENGINE + 1)
        assert broken("signed.plans") == [f"assessments.plan {plan.pk} (content)"]
