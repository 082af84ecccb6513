"""What a patient's progress page shows of their own logs: the week, the way so far. Only reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assessments.judging import part
from assessments.models import Assessment, ExerciseLog, Plan
from assessments.progress import (
    Adherence,
    Entry,
    Number,
    Plot,
    adherence,
    plot,
    worst_by_day,
)
from clinic.models import Patient
from clinic.persons import theirs

PAIN_WEEKS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    adherence: Adherence | None
    pain: Plot | None
    function: Plot | None
    first_function: Number | None
    last_function: Number | None


def my_progress(patient: Patient, today: date) -> Progress:
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
    logs = ExerciseLog.objects.filter(theirs(patient), on__gte=since).order_by("logged_at", "pk")
    entries = [Entry(log.line_id, log.on, log.done, log.pain) for log in logs]
    scores = function_scores(patient)
    return Progress(
        adherence=_adherence(plan, entries, today),
        pain=plot(worst_by_day(entries), low=0, high=10, step=2, today=today),
        function=plot(scores, low=0, high=100, step=20, today=today),
        first_function=scores[0][1] if scores else None,
        last_function=scores[-1][1] if scores else None,
    )


def function_scores(patient: Patient) -> list[tuple[date, Number]]:
    """Return the AKPS of every signed assessment that has one, oldest first."""
    signed = Assessment.objects.filter(
        theirs(patient, "episode__patient"),
        signed_at__isnull=False,
        amendments__signed_at__isnull=True,
    ).order_by("started_at")
    totals = (
        (started.date(), part(result, "metrics").get("akps_total"))
        for started, result in signed.values_list("started_at", "result")
    )
    return [(day, total) for day, total in totals if isinstance(total, int | float)]


def _adherence(plan: Plan | None, entries: Sequence[Entry], today: date) -> Adherence | None:
    if plan is None:
        return None
    lines = [line for line in plan.lines.all() if line.change != "removed"]
    per_week = {line.pk: line.per_week for line in lines if line.home and line.per_week}
    return adherence(entries, per_week, today)
