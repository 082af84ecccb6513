"""What a patient logged, planned or told of can neither change nor go, by any door."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from assessments import actions
from assessments.models import Flare, MorningLog, PlannedRun, RunLog, RunningTest
from clinic.overlap import violates
from tests.assessments.factories import NOW, grant, make_issued, make_practice

pytestmark = pytest.mark.django_db
GUARDS = {
    RunLog: "run_is_final",
    MorningLog: "morning_is_final",
    PlannedRun: "planned_run_is_final",
    RunningTest: "running_test_is_final",
    Flare: "flare_is_final",
}


def test_no_row_changes_or_goes():
    make_practice()
    plan = make_issued()
    patient, physio = plan.episode.patient, plan.assessment.author.user
    by = {"by": grant(patient), "now": NOW}
    day = {"on": "2027-01-10"}
    entries = [
        day | {"kind": "run", "client_id": str(uuid4()), "plan": str(plan.pk), "km": 5},
        day | {"kind": "morning", "client_id": str(uuid4()), "knee": "same"},
    ]
    assert {each.status for each in actions.log_sessions(patient, entries, **by)} == {"saved"}
    actions.plan_run(patient, plan, RunLog.objects.get().km, date(2027, 1, 12), **by)
    actions.report_flare(patient, plan, client_id=uuid4(), **by)
    checks = [f"F2-{number}" for number in range(1, 8)]
    actions.pass_running_test(plan.episode, checks, by=physio, now=NOW)

    for model, guard in GUARDS.items():
        field = "passed_at" if model is RunningTest else "patient"
        value = NOW if model is RunningTest else patient
        for attack in (
            lambda m=model, f=field, v=value: m.objects.update(**{f: v}),
            lambda m=model: m.objects.all().delete(),
        ):
            with pytest.raises(IntegrityError) as caught, transaction.atomic():
                attack()
            assert violates(caught.value, guard), model
