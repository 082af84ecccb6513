"""Where a plan stands in its phase: the criteria to leave it, judged from charts, answers and logs.

Only reads. The criteria are those of the library version the plan was made with.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import cast
from uuid import UUID

from django.utils import timezone

from assessments.course import Charted, visits_of
from assessments.criteria import (
    Ran,
    Session,
    Source,
    Standing,
    Value,
    asked_of,
    at_full_dose,
    days_over_limit,
    judge,
    next_phase,
    pain_at_share,
    weeks_at_usual,
)
from assessments.day import in_order
from assessments.findings import FIELDS, Findings
from assessments.judging import part
from assessments.library import Library, shipped
from assessments.library.phases import Criterion, Fact, Phase, Stale
from assessments.library_store import library_of
from assessments.models import ExerciseLog, Finding, IntakeAnswer, Plan, PlanLine, RunningTest
from assessments.plan_phase import runs
from assessments.running_part import runs_of, sessions_of
from assessments.storage import findings_from, plain
from assessments.walk_jog import Session as Checked
from assessments.walk_jog import session_of
from clinic import practice
from clinic.models import Patient
from clinic.persons import theirs

TEST = "first_run_test_passed"
FULL_DOSE = "exercises_at_full_dose"
LSI, AKPS = "lsi_pct", "akps_total"
Known = dict[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseNow:
    """A phase, how its criteria stand, and what comes after it (None: it is the last).

    test    the test before the first run, while leaving the phase waits for it
    absent  names of exercises that a criterion asks for and the plan does not hold
    """

    phase: Phase
    following: Phase | None
    standing: Standing
    test: Standing | None
    absent: tuple[str, ...] = ()


def phase_now(plan: Plan, today: date) -> PhaseNow | None:
    """Judge the criteria of a plan's phase on a day. At most nine queries.

    A phase is left by the same criteria whoever chose it (specification F1), so a plan by hand has
    them too. None where the library names no such phase.
    """
    library = library_of(plan.library_id)
    phase = library.phase_by_id.get(plan.start_phase)
    if phase is None:
        return None
    runner = runs(plan)
    criteria = asked_of(phase.leave, runs=runner)
    waits = any(check.field == TEST for each in criteria for check in each.checks)
    test = library.running.test if waits else ()
    known = _known(plan, [*criteria, *test], library, today)
    passed = TEST in known and known[TEST].value == "yes"
    stale = stale_of(library)
    return PhaseNow(
        phase=phase,
        following=next_phase(library.phases, plan.start_phase, runs=runner),
        standing=judge(criteria, known, stale, today),
        test=judge(test, known, stale, today) if waits and not passed else None,
        absent=_absent(plan, criteria, library),
    )


def _absent(plan: Plan, criteria: Iterable[Criterion], library: Library) -> tuple[str, ...]:
    """Name the exercises that a criterion asks for and nobody can log, for the plan has none."""
    asked = [
        name
        for each in criteria
        for check in each.checks
        if check.field == FULL_DOSE and isinstance(check.line, tuple)
        for name in check.line
    ]
    if not asked:
        return ()
    kept = plan.lines.exclude(change=PlanLine.Change.REMOVED)
    held = set(kept.values_list("exercise", flat=True))
    return tuple(library.exercise_by_id[name].name for name in asked if name not in held)


def standing_to_discharge(plan: Plan, today: date) -> Standing:
    """Judge the criteria to leave the last phase, which are those of discharge (specification F1).

    Whatever phase the plan is in. At most nine queries.
    """
    library = library_of(plan.library_id)
    criteria = asked_of(library.phases[-1].leave, runs=runs(plan))
    return judge(criteria, _known(plan, criteria, library, today), stale_of(library), today)


def stale_of(library: Library) -> Stale:
    """Return how long a value counts; as shipped for a version older than that question."""
    found = library.stale or shipped().stale
    if found is None:
        raise ValueError("the shipped library says how long a value counts")
    return found


def _counted(name: str, library: Library) -> Fact:
    """Return a fact that is counted over days; as shipped for a version that names none."""
    fact = library.fact_by_id[name]
    return fact if fact.days else shipped().fact_by_id[name]


def _known(plan: Plan, criteria: Iterable[Criterion], library: Library, today: date) -> Known:
    wanted = {check.field for each in criteria for check in each.checks}
    known: Known = {}
    charts = _charts(plan)
    for chart in charts:
        known |= _of_chart(chart, wanted)
    known |= _of_scores(charts, wanted)
    for name, value in _answers(plan.episode.patient, wanted, today):
        if name not in known or known[name].on <= value.on:
            known[name] = value
    known |= _of_logs(plan, library, wanted, today)
    if TEST in wanted:
        passed = RunningTest.objects.filter(episode=plan.episode_id).order_by("passed_at").first()
        known[TEST] = Value("yes", _day(passed.passed_at), "event") if passed else _no(today)
    usual = (each.findings.value("usual_week_km") for each in reversed(charts))
    known |= _of_runs(plan, library, wanted, today, next((km for km in usual if km), None))
    return known


def _no(today: date) -> Value:
    return Value("no", today, "event")


def _day(at: datetime) -> date:
    return timezone.localdate(at, practice.current().tz)


@dataclass(frozen=True, slots=True)
class _Chart:
    """One signed visit: what was found, and on which day each item of it was.

    A value that was carried over from an earlier visit is as old as it was there.
    """

    visit: Charted
    findings: Findings
    days: Mapping[str, date]

    @property
    def metrics(self) -> Mapping[str, object]:
        return part(self.visit.assessment.result, "metrics")

    def worked_out_on(self, metric: str) -> date:
        """Return the day of the oldest item that a metric may have been worked out from."""
        stem = metric.rpartition(".")[-1].removesuffix("_total")
        return min((on for item, on in self.days.items() if item.startswith(stem)), default=self.on)

    @property
    def on(self) -> date:
        return self.visit.on


def _charts(plan: Plan) -> list[_Chart]:
    """Return the signed visits of the episode, oldest first. Two queries."""
    visits = visits_of(plan.episode)
    keys = [visit.assessment.pk for visit in visits]
    rows: dict[UUID, list[Finding]] = {key: [] for key in keys}
    for row in Finding.objects.filter(assessment__in=keys).order_by("pk"):
        rows[row.assessment_id].append(row)
    return [
        _Chart(
            visit,
            findings_from(rows[visit.assessment.pk]),
            {row.item: min(visit.on, _day(row.recorded_at)) for row in rows[visit.assessment.pk]},
        )
        for visit in visits
    ]


def _of_chart(chart: _Chart, wanted: Iterable[str]) -> Known:
    """What one visit found of the fields that are wanted, on the worse knee's side."""
    found: Known = {}
    for name in wanted:
        on: date = chart.days.get(name, chart.on)
        source: Source = "finding"
        if name in FIELDS:
            field = FIELDS[name]
            value = chart.findings.index(name) if field.sided else chart.findings.value(name)
            source = "answer" if field.who == "patient" else "finding"
        else:
            group, _dot, one = name.partition(".")
            value = part(chart.metrics, group).get(one) if one else chart.metrics.get(group)
            on = chart.worked_out_on(name)
        if value is not None:
            found[name] = Value(value, on, source)
    return found


def _of_scores(charts: Sequence[_Chart], wanted: Collection[str]) -> Known:
    """The facts that are worked out from the scores of several muscles, or of several visits."""
    found: Known = {}
    totals = [(each, total) for each in charts if _is_number(total := each.metrics.get(AKPS))]
    if "akps_change" in wanted and len(totals) > 1:
        last, total = totals[-1]
        change = cast(int, total) - cast(int, totals[0][1])
        found["akps_change"] = Value(change, last.worked_out_on(AKPS), "finding")
    if "lowest_tested_lsi_pct" in wanted:
        for each in charts:
            sides = part(each.metrics, LSI).items()
            tested = {name: side for name, side in sides if _is_number(side)}
            if tested:
                on = min(each.worked_out_on(name) for name in tested)
                lowest = min(cast(float, side) for side in tested.values())
                found["lowest_tested_lsi_pct"] = Value(lowest, on, "finding")
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _answers(patient: Patient, wanted: Iterable[str], today: date) -> Iterator[tuple[str, Value]]:
    """What the patient sent before a visit, oldest first. One query, none if nothing is asked."""
    asked = [
        name
        for name in wanted
        if name in FIELDS and FIELDS[name].who == "patient" and not FIELDS[name].sided
    ]
    if not asked:
        return
    rows = IntakeAnswer.objects.filter(
        theirs(patient, "intake__appointment__patient"),
        intake__sent_at__isnull=False,
        state=IntakeAnswer.State.KNOWN,
        item__in=asked,
    )
    for row in rows.order_by("answered_at", "pk"):
        on = _day(row.answered_at)
        value = row.text or (None if row.number is None else plain(row.number))
        if value is not None and on <= today:
            yield row.item, Value(value, on, "answer")


def _of_logs(plan: Plan, library: Library, wanted: Iterable[str], today: date) -> Known:
    """What the exercise log says: days above the limit, exercises at full dose. One query."""
    over, full = "sessions_over_limit_2wk", FULL_DOSE
    names = set(wanted)
    if not names & {over, full}:
        return {}
    days = max(stale_of(library).logs_days, _counted(over, library).days or 0)
    logs = ExerciseLog.objects.filter(
        plan__episode=plan.episode_id, on__gt=today - timedelta(days=days), on__lte=today
    ).exclude(done=ExerciseLog.Done.NOT)
    sessions = [_session(log) for log in in_order(logs.select_related("line", "plan"))]
    found: dict[str, Value | None] = {}
    if over in names:
        found[over] = days_over_limit(sessions, today, _counted(over, library).days or days)
    if full in names:
        lines = [
            check.line
            for phase in library.phases
            for each in phase.leave
            for check in each.checks
            if check.field == full and phase.id == plan.start_phase
        ]
        asked = [name for line in lines if isinstance(line, tuple) for name in line]
        found[full] = at_full_dose(sessions, asked)
    return {name: value for name, value in found.items() if value is not None}


def _session(log: ExerciseLog) -> Session:
    return Session(
        on=log.on,
        exercise=log.line.exercise,
        done=log.done == ExerciseLog.Done.DONE,
        pain=log.pain,
        limit=log.plan.pain_limit,
        full=_full(log.line, library_of(log.plan.library_id)),
    )


def _full(line: PlanLine, library: Library) -> bool:
    """Say whether a line asks for as much as the library does, or more."""
    dose = library.exercise_by_id[line.exercise].dose
    pairs = (
        (line.sets, dose.sets),
        (line.reps, dose.reps),
        (line.hold_seconds, dose.hold_s),
        (line.per_week, dose.per_week),
    )
    return all((given or 0) >= (whole or 0) for given, whole in pairs)


def _of_runs(
    plan: Plan, library: Library, wanted: Iterable[str], today: date, usual: object
) -> Known:
    """What the runs say: the last walk-jog stage, and pain at the distances of before."""
    stage, share, weeks = "last_stage_sessions", "running_nprs_at_75_pct", "weeks_at_usual_km"
    names = set(wanted)
    if not names & {stage, share, weeks}:
        return {}
    patient, rules = plan.episode.patient, library.running
    made = runs_of(patient)
    found: dict[str, Value | None] = {}
    if stage in names:
        last = rules.walk_jog.stages[-1].number
        staged = [run for run in sessions_of(patient, made) if run.stage is not None]
        clean = {
            run.on
            for run in staged
            if run.stage == last and session_of(run, rules.after_run) is Checked.CLEAN
        }
        found[stage] = Value(len(clean), staged[-1].on, "event") if staged else None
    by_km = [Ran(run.on, run.km, run.pain) for run in made]
    if share in names and isinstance(usual, Decimal):
        fact = _counted(share, library)
        found[share] = pain_at_share(by_km, usual, fact.share_pct or 0, fact.days or 0)
    if weeks in names and isinstance(usual, Decimal):
        limit, fact = rules.after_run.pain_limit, _counted(weeks, library)
        found[weeks] = weeks_at_usual(by_km, usual, limit, today, fact.days or 0)
    return {name: value for name, value in found.items() if value is not None}
