"""Runs that are planned, and the test before the first one."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from assessments import trail
from assessments.access import may_sign
from assessments.errors import RunningTestOpen, RunTooLong, StudentsDoNotSign
from assessments.library.running import Answer, LoadVerdict, Running
from assessments.library_store import library_of, newest_version
from assessments.models import EpisodeOfCare, Plan, PlannedRun, RunningTest
from assessments.run_load import Before, check_run
from assessments.running_part import before_on, km_words
from clinic.models import Patient, User


@transaction.atomic
def plan_run(
    patient: Patient,
    plan: Plan,
    km: Decimal,
    on: date,
    *,
    longest_km: Decimal | None = None,
    reason: str = "",
    by: User,
    now: datetime,
) -> tuple[PlannedRun, LoadVerdict]:
    """Keep a run somebody means to make, after it was held against the training-load rule (F5).

    longest_km  what the patient says was the longest, where no run of the last days was logged
    reason      why they run it all the same, when the rule says no

    Raises RunTooLong when the rule says no and there is no reason.
    """
    rules = library_of(plan.library_id).running
    known = before_on(patient, on, rules)
    if known.longest is None and longest_km:
        known = Before(longest=longest_km, week=known.week, earlier_week=known.earlier_week)
    verdict = check_run(rules.load, km, known)
    reason = reason.strip()[: PlannedRun._meta.get_field("override_reason").max_length]
    if verdict.run is Answer.BLOCKED and not reason:
        raise RunTooLong(_too_long(km, known, verdict, rules), verdict.run_at_most_km or km)
    planned = PlannedRun(
        patient=patient,
        plan=plan,
        on=on,
        km=km,
        longest_km=known.longest,
        override_reason=reason if verdict.run is Answer.BLOCKED else "",
        planned_at=now,
    )
    planned.save(force_insert=True)
    trail.did("run.planned", planned, by=by, patient_id=patient.pk, now=now)
    return planned, verdict


@transaction.atomic
def pass_running_test(
    episode: EpisodeOfCare, checks: Iterable[str], *, by: User, now: datetime
) -> RunningTest:
    """Write down that every check of the test before the first run was seen to be met (F2).

    checks  ids of the criteria that were met

    Passed once, the first time stands. Raises StudentsDoNotSign, or RunningTestOpen when one of
    the checks is missing.
    """
    if not may_sign(by):
        raise StudentsDoNotSign
    EpisodeOfCare.objects.select_for_update(no_key=True).get(pk=episode.pk)
    passed = episode.running_tests.order_by("passed_at").first()
    if passed is not None:
        return passed
    wanted = [criterion.id for criterion in _newest_rules().test]
    if not set(wanted) <= set(checks):
        raise RunningTestOpen
    test = RunningTest(episode=episode, checks=wanted, passed_at=now, passed_by=by)
    test.save(force_insert=True)
    trail.did("running_test.passed", test, by=by, patient_id=episode.patient_id, now=now)
    return test


def _newest_rules() -> Running:
    return library_of(newest_version().number).running


def _too_long(km: Decimal, known: Before, verdict: LoadVerdict, rules: Running) -> str:
    return _(
        "%(km)s is more than a tenth above your longest run of the last %(days)s days, %(longest)s."
        " Run at most %(most)s. In a large study of runners longer jumps than that went with more"
        " injuries."
    ) % {
        "km": km_words(km),
        "days": rules.load.run_days,
        "longest": km_words(known.longest or Decimal(0)),
        "most": km_words(verdict.run_at_most_km or Decimal(0)),
    }
