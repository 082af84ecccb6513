"""What the receiver of a hand-over sees: plan, criteria to move on, logs and runs. Only reads.

Nothing of a chart is read here but the plan that came out of it: no finding, no answer, no result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.day import in_order
from assessments.letters.facts import current_plan_of
from assessments.library_store import library_of
from assessments.models import ExerciseLog, HandOver, MorningLog, Plan, RunLog
from assessments.pdf import stage_words
from assessments.plan_phase import runs
from assessments.progress import Adherence, Plot, plot, worst_by_day
from assessments.running_part import km_words
from assessments.sheet import Sheet, sheet_of
from assessments.story import log_entries, plan_adherence
from clinic.persons import theirs

LOGS_SHOWN = timedelta(days=42)
MOST_LOGS = 30


@dataclass(frozen=True, slots=True)
class Ran:
    """A run with what belongs to its three checks.

    distance  in words, empty where only the stage was said
    morning   how the knee was the next morning, None while nobody said
    """

    run: RunLog
    distance: str
    morning: MorningLog | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """The plan in force (None where it was ended), and how it is followed.

    criteria  what must be true to leave the phase of the summary, in words
    stage     the walk-jog stage of the summary in words, empty without one
    """

    sheet: Sheet | None
    criteria: Sequence[str]
    stage: str
    adherence: Adherence | None
    pain: Plot | None
    logs: Sequence[ExerciseLog]
    runs: Sequence[Ran]


def handed(made: HandOver, now: datetime) -> Handed:
    """Return what belongs to a hand-over besides its own words."""
    plan = current_plan_of(made.episode.patient)
    if plan is None:
        return Handed(
            sheet=None, criteria=(), stage="", adherence=None, pain=None, logs=(), runs=()
        )
    today = timezone.localdate(now)
    logs = list(
        ExerciseLog.objects.filter(plan__episode=plan.episode, on__gte=today - LOGS_SHOWN)
        .select_related("line")
        .order_by("on", "logged_at", "pk")
    )
    visit = plan.assessment.appointment
    pains = worst_by_day(log_entries(logs))
    return Handed(
        sheet=sheet_of(plan, visit.location if visit else None),
        criteria=_criteria(plan, made),
        stage=dict(stages_of(plan)).get(made.run_stage or 0, ""),
        adherence=plan_adherence(plan, logs, now),
        pain=plot(pains, low=0, high=10, step=2, today=today),
        logs=logs[::-1][:MOST_LOGS],
        runs=_runs(plan, today - LOGS_SHOWN),
    )


def _runs(plan: Plan, since: date) -> list[Ran]:
    """Return the newest runs of the episode, each with the answer of the next morning."""
    logged = RunLog.objects.filter(plan__episode=plan.episode, on__gte=since)
    said = MorningLog.objects.filter(theirs(plan.episode.patient), on__gt=since)
    mornings = {each.on: each for each in in_order(said)}
    return [
        Ran(
            run=run,
            distance="" if run.km is None else km_words(run.km),
            morning=mornings.get(run.on + timedelta(days=1)),
        )
        for run in list(in_order(logged))[::-1][:MOST_LOGS]
    ]


def stages_of(plan: Plan | None) -> list[tuple[int, str]]:
    """Return the walk-jog stages as numbers with their words; none without a plan."""
    if plan is None:
        return []
    return [
        (
            each.number,
            _("%(number)s: %(what)s")
            % {
                "number": each.number,
                "what": stage_words(
                    {"repeats": each.repeats, "jog": each.jog_min, "walk": each.walk_min}
                ),
            },
        )
        for each in library_of(plan.library_id).running.walk_jog.stages
    ]


def _criteria(plan: Plan, made: HandOver) -> list[str]:
    """Say what the phase is left by; a runner's criteria only for who runs, or has a stage."""
    phase = library_of(plan.library_id).phase_by_id.get(made.phase)
    if phase is None:
        return []
    other = "non_runner" if made.run_stage or runs(plan) else "runner"
    return [_(each.label) for each in phase.leave if each.who != other]
