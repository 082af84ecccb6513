"""What a patient's progress page shows of their own logs: the week, the way so far. Only reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from assessments.day import WORKED, in_order
from assessments.judging import part
from assessments.library.translating import AS_WRITTEN, Speaker
from assessments.models import Assessment, ExerciseLog, MorningLog, Plan, PlanLine
from assessments.progress import (
    Adherence,
    Entry,
    KeptUp,
    Number,
    Plot,
    Window,
    adherence,
    kept_up,
    plot,
    weeks_going,
    worst_by_day,
)
from clinic.models import Patient
from clinic.persons import theirs

PAIN_WEEKS = 12
MORNINGS = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    adherence: Adherence | None
    pain: Plot | None
    function: Plot | None
    activities: Plot | None
    mornings: Plot | None
    told: int  # mornings of the last two weeks that were told of
    worse: int  # of them
    exercises: tuple[tuple[str, KeptUp], ...]  # name, and how it was kept up
    weeks: int
    first_function: Number | None
    last_function: Number | None


def my_progress(patient: Patient, today: date, said: Speaker = AS_WRITTEN) -> Progress:
    """Return the last seven days, and pain and function over the weeks."""
    plan = (
        Plan.objects.filter(
            theirs(patient, "episode__patient"), issued_at__isnull=False, replaced_at__isnull=True
        )
        .prefetch_related("lines")
        .order_by("-issued_at")
        .first()
    )
    since = today - timedelta(weeks=PAIN_WEEKS)
    logs = list(
        in_order(ExerciseLog.objects.filter(theirs(patient), on__gte=since).select_related("line"))
    )
    entries = [Entry(log.line.exercise, log.on, log.done, log.pain) for log in logs]
    scores = function_scores(patient)
    mornings = {
        each.on: each
        for each in in_order(MorningLog.objects.filter(theirs(patient), on__gte=since))
    }
    lately = [each for day, each in mornings.items() if day > today - MORNINGS]
    sore = [(day, each.pain) for day, each in mornings.items() if each.pain is not None]
    return Progress(
        adherence=_adherence(plan, entries, today),
        pain=plot(worst_by_day(entries), low=0, high=10, step=2, today=today),
        function=plot(scores, low=0, high=100, step=20, today=today),
        activities=plot(scores_of(patient, "psfs_mean"), low=0, high=10, step=2, today=today),
        mornings=plot(sore, low=0, high=10, step=2, today=today),
        told=len(lately),
        worse=sum(each.knee == MorningLog.Knee.WORSE for each in lately),
        exercises=_exercises(patient, plan, logs, since, today, said),
        weeks=weeks_going((log.on for log in logs if log.done in WORKED), today),
        first_function=scores[0][1] if scores else None,
        last_function=scores[-1][1] if scores else None,
    )


def _exercises(
    patient: Patient,
    plan: Plan | None,
    logs: Sequence[ExerciseLog],
    since: date,
    today: date,
    said: Speaker,
) -> tuple[tuple[str, KeptUp], ...]:
    """Return how each exercise of the current plan was kept up, over all its versions."""
    if plan is None:
        return ()
    issued = Plan.objects.filter(
        theirs(patient, "episode__patient"),
        issued_at__isnull=False,
        assessment__mistake__isnull=True,
    )
    windows = [
        Window(
            exercise=line.exercise,
            per_week=line.per_week,
            first=max(since, timezone.localdate(each.issued_at)),
            until=timezone.localdate(each.replaced_at) if each.replaced_at else None,
        )
        for each in issued.prefetch_related("lines").order_by("issued_at")
        for line in each.lines.all()
        if line.home and line.per_week and line.change != PlanLine.Change.REMOVED
    ]
    windows = [each for each in windows if each.until is None or each.until > since]
    done = {(log.line.exercise, log.on): log.done for log in logs}
    names = {line.exercise: said.say(line.name) for line in plan.lines.all() if line.home}
    found = kept_up(windows, done, today)
    return tuple((names[each.exercise], each) for each in found if each.exercise in names)


def function_scores(patient: Patient) -> list[tuple[date, Number]]:
    """Return the AKPS of every signed assessment that has one, oldest first."""
    return scores_of(patient, "akps_total")


def scores_of(patient: Patient, metric: str) -> list[tuple[date, Number]]:
    """Return a score of every signed assessment that has it, oldest first. One query."""
    corrected = Assessment.objects.signed().filter(amends=OuterRef("pk"))
    signed = (
        Assessment.objects.signed()
        .filter(~Exists(corrected), theirs(patient, "episode__patient"))
        .order_by("started_at")
    )
    totals = (
        (started.date(), part(result, "metrics").get(metric))
        for started, result in signed.values_list("started_at", "result")
    )
    return [(day, total) for day, total in totals if isinstance(total, int | float)]


def _adherence(plan: Plan | None, entries: Sequence[Entry], today: date) -> Adherence | None:
    if plan is None:
        return None
    lines = [line for line in plan.lines.all() if line.change != "removed"]
    per_week = {line.exercise: line.per_week for line in lines if line.home and line.per_week}
    return adherence(entries, per_week, today)
