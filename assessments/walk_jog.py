"""Where somebody stands in the walk-jog programme: which stage, why, and from which day on.

Pure: no Django, no clock. Days are the runner's own. Source: specification F3 and F4.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assessments.library.running import AfterRun, WalkJog

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One session and the three checks after it; None where a check was not answered.

    stage    of the programme; None for a run outside it
    pain     the worst during the run, 0 to 10
    settled  back to the level before the run within the hour
    morning  no worse on the next morning
    """

    on: date
    stage: int | None
    pain: int | None = None
    settled: bool | None = None
    morning: bool | None = None


class Session(StrEnum):
    """What the three checks say of a session. OPEN: one was not answered and none said no."""

    CLEAN = "clean"
    NOT_CLEAN = "not_clean"
    OPEN = "open"


class Because(StrEnum):
    """Why this stage comes next."""

    START = "start"  # nothing was run yet
    GO_ON = "go_on"  # clean so far, not often enough to move on
    MOVE_ON = "move_on"  # the stage before was clean often enough
    REPEAT = "repeat"  # the last session was not clean
    BACK = "back"  # two sessions in a row were not clean
    ANSWER = "answer"  # the last session still waits for its checks
    FINISHED = "finished"  # the last stage was clean often enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The stage to run next.

    clean       clean sessions at this stage that count towards moving on
    not_before  the first day for the next session; None: any day
    """

    stage: int
    clean: int
    because: Because
    not_before: date | None

    @property
    def finished(self) -> bool:
        return self.because is Because.FINISHED


def session_of(run: Run, rule: AfterRun) -> Session:
    """Judge a session by its three checks: one no is enough, and silence is no yes."""
    checks = (
        None if run.pain is None else run.pain <= rule.pain_limit,
        run.settled,
        run.morning,
    )
    if False in checks:
        return Session.NOT_CLEAN
    return Session.OPEN if None in checks else Session.CLEAN


def standing_of(runs: Iterable[Run], programme: WalkJog, rule: AfterRun) -> Standing:
    """Follow the sessions from the first stage on and say what comes next.

    A clean session counts for the stage it was run at, if that is the one whose turn it was. One
    that is not clean begins the count of its stage anew; the second in a row leads back, with
    days off. A session without all its answers changes nothing. A day is one session, by what
    was said of it last, so that two phones do not make two of it.
    """
    by_day = {run.on: run for run in runs if run.stage is not None}
    ordered = [by_day[day] for day in sorted(by_day)]
    last = programme.stages[-1].number
    stage, clean, unclean, because = 1, 0, 0, Because.START
    rest_until: date | None = None
    for run in ordered:
        session = session_of(run, rule)
        if session is Session.OPEN:
            because = Because.ANSWER
            continue
        if session is Session.CLEAN:
            unclean = 0
            clean += run.stage == stage
            because = Because.GO_ON
            if clean >= programme.clean_sessions_to_move_on:
                finished = stage == last
                because = Because.FINISHED if finished else Because.MOVE_ON
                stage, clean = (stage, clean) if finished else (stage + 1, 0)
            continue
        clean, unclean, because = 0, unclean + 1, Because.REPEAT
        if unclean >= rule.in_a_row_to_go_back:
            stage, unclean, because = max(1, stage - rule.stages_back), 0, Because.BACK
            rest_until = run.on + timedelta(days=rule.days_off + 1)
    return Standing(
        stage=stage,
        clean=clean,
        because=because,
        not_before=_first_day(ordered, programme, rest_until),
    )


def _first_day(runs: Sequence[Run], programme: WalkJog, rest_until: date | None) -> date | None:
    """Return the first day that keeps the rest days, the days off and the sessions a week."""
    if not runs:
        return None
    days = sorted({run.on for run in runs})
    wanted = [days[-1] + timedelta(days=programme.rest_days_between + 1)]
    if len(days) >= programme.sessions_per_week:
        wanted.append(days[-programme.sessions_per_week] + timedelta(days=DAYS_A_WEEK))
    if rest_until:
        wanted.append(rest_until)
    return max(wanted)
