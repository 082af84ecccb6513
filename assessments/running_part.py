"""The running part of a patient's plan: may I run, how far, why, and what comes next. Only reads.

The stages and checks are those the plan was issued with; the numbers of the rules are those of
the library version it was made with.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.day import in_order
from assessments.library.phases import Criterion
from assessments.library.running import Running
from assessments.library_store import library_of, newest_version
from assessments.models import MorningLog, Plan, PlannedRun, RunLog, RunningTest
from assessments.pdf import running_targets, stage_words
from assessments.plan_phase import runs
from assessments.run_load import Before, Distance, before
from assessments.sheet import Sheet
from assessments.translation_store import speaker
from assessments.walk_jog import Because, Run, Session, Standing, session_of, standing_of
from clinic.models import Patient
from clinic.persons import theirs

NOT_A_RUNNER = "NOT_APPLICABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What the page says about running.

    may        yes, not_today, no; "" where the plan says nothing of running
    answer     in a few words
    far        how far, one sentence each
    why        the reason, one sentence each
    following  what comes next, one sentence each
    test       what the test before the first run looks at, while it is to come
    stage      of the walk-jog programme, where one is due
    unsettled  the run whose questions are still open
    planner    whether a distance can be held against the load rule
    known      what it is compared with
    """

    may: str
    answer: str
    far: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    following: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    stage: int | None = None
    logs: bool = False
    planner: bool = False
    known: Before | None = None
    planned: PlannedRun | None = None
    made: tuple[RunLog, ...] = ()
    cadence: tuple[int, int] | None = None
    client_id: UUID = field(default_factory=uuid4)

    @property
    def is_stage(self) -> bool:
        return self.stage is not None


def running_of(sheet: Sheet, patient: Patient, today: date) -> Part:
    """Return the running part of a plan on a day. At most five queries."""
    running = sheet.running
    if running.get("action") in (None, NOT_A_RUNNER) or sheet.ended:
        return Part(may="", answer="")
    rules = library_of(sheet.plan.library_id).running
    runs = runs_of(patient)
    if sheet.walk_jog is None:
        return _by_distance(sheet, rules, patient, runs, today)
    if not RunningTest.objects.filter(episode=sheet.plan.episode_id).exists():
        return _before_the_test(sheet, rules)
    made = sessions_of(patient, runs)
    standing = standing_of(made, rules.walk_jog, rules.after_run)
    if standing.finished:
        return _by_distance(sheet, rules, patient, runs, today, after_stages=True)
    return _by_stage(sheet, rules, standing, runs, made, today)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRunTest:
    """The test before the first run, for the physio: what it looks at, and if it was passed.

    opens  it opens the walk-jog stages; a plan by hand has none
    """

    criteria: tuple[Criterion, ...]
    passed: RunningTest | None
    opens: bool


def running_test_of(patient: Patient) -> FirstRunTest | None:
    """Return the test of a patient whose plan waits for it; None where none does.

    A drafted plan waits with its walk-jog stages, a runner's plan by hand to leave its phase. Two
    queries, three for a plan by hand.
    """
    plan = (
        Plan.objects.filter(
            theirs(patient, "episode__patient"), issued_at__isnull=False, replaced_at__isnull=True
        )
        .order_by("-issued_at")
        .first()
    )
    opens = plan is not None and bool(plan.texts.get("walk_jog"))
    if plan is None or not (opens or (plan.composed and runs(plan))):
        return None
    passed = RunningTest.objects.filter(episode=plan.episode_id).select_related("passed_by")
    criteria = library_of(newest_version().number).running.test
    return FirstRunTest(criteria=criteria, passed=passed.order_by("passed_at").first(), opens=opens)


def runs_of(patient: Patient) -> list[RunLog]:
    """Return a patient's runs, oldest first; of one day in the order they were said. One query."""
    return list(in_order(RunLog.objects.filter(theirs(patient))))


def sessions_of(patient: Patient, runs: Iterable[RunLog]) -> list[Run]:
    """Return runs with the answer of the next morning. One query."""
    mornings = {each.on: each.knee for each in in_order(MorningLog.objects.filter(theirs(patient)))}
    return [
        Run(
            on=run.on,
            stage=run.stage,
            pain=run.pain,
            settled=run.settled,
            morning=_no_worse(mornings.get(run.on + timedelta(days=1))),
        )
        for run in runs
    ]


def distances_of(runs: Iterable[RunLog]) -> list[Distance]:
    """Return the runs whose distance is known."""
    return [Distance(run.on, run.km) for run in runs if run.km is not None]


def before_on(patient: Patient, on: date, rules: Running) -> Before:
    """Return what a run on a day is compared with. One query."""
    return before(distances_of(runs_of(patient)), on, rules.load)


def km_words(km: Decimal) -> str:
    """Say a distance: 12.5 km, 8 km."""
    return _("%(km)s km") % {"km": formats.localize(km.normalize() + 0)}


def _no_worse(knee: str | None) -> bool | None:
    return None if knee is None else knee != MorningLog.Knee.WORSE


def _before_the_test(sheet: Sheet, rules: Running) -> Part:
    said = speaker()
    return Part(
        may="no",
        answer=_("Not yet"),
        why=(sheet.running.get("text", ""),),
        following=(_("The test before the first run, with your physio. It looks at:"),),
        test=tuple(said.say(criterion.label) for criterion in rules.test),
    )


def _by_stage(
    sheet: Sheet,
    rules: Running,
    standing: Standing,
    runs: list[RunLog],
    made: list[Run],
    today: date,
) -> Part:
    stages = {each["number"]: each for each in (sheet.walk_jog or {})["stages"]}
    stage = stages.get(standing.stage) or stages[max(stages)]
    waits = standing.not_before is not None and standing.not_before > today
    programme = sheet.walk_jog or {}
    return Part(
        may="not_today" if waits else "yes",
        answer=_not_before(standing.not_before or today) if waits else _("Yes, today"),
        far=(
            _("Stage %(number)s: %(words)s.")
            % {"number": stage["number"], "words": stage_words(stage)},
            _("Walk %(before)s minutes before and %(after)s after; flat and easy.")
            % {"before": programme["before"], "after": programme["after"]},
        ),
        why=_stage_reasons(sheet, rules, standing, waits),
        following=_next_steps(rules, standing, made, today),
        stage=stage["number"],
        logs=True,
        made=tuple(reversed(runs[-6:])),
        cadence=_cadence(sheet),
    )


def _not_before(first: date) -> str:
    return _("Not today. From %(day)s") % {"day": formats.date_format(first, "l j F")}


def _stage_reasons(
    sheet: Sheet, rules: Running, standing: Standing, waits: bool
) -> tuple[str, ...]:
    after = rules.after_run
    said = {
        Because.START: _("You passed the test before the first run; this is where it begins."),
        Because.GO_ON: _("Your last session was clean. Stay at this stage for one more."),
        Because.MOVE_ON: _("The stage before went well %(times)s times.")
        % {"times": rules.walk_jog.clean_sessions_to_move_on},
        Because.REPEAT: _(
            "The last session had a no in its three checks: once more at this stage."
        ),
        Because.BACK: _(
            "Two sessions in a row had a no: %(days)s days without running, then one stage back."
        )
        % {"days": after.days_off},
        Because.ANSWER: _("The last session still waits for its three answers."),
    }
    rest = _("A rest day lies between sessions, and there are at most %(times)s in seven days.") % {
        "times": rules.walk_jog.sessions_per_week
    }
    reasons = [said[standing.because]]
    if waits and standing.because is not Because.BACK:
        reasons.append(rest)
    return tuple(reasons)


def _next_steps(
    rules: Running, standing: Standing, made: list[Run], today: date
) -> tuple[str, ...]:
    left = rules.walk_jog.clean_sessions_to_move_on - standing.clean
    last = standing.stage == rules.walk_jog.stages[-1].number
    steps = []
    staged = [run for run in made if run.stage is not None]
    if staged and session_of(staged[-1], rules.after_run) is Session.OPEN:
        morning = staged[-1].on + timedelta(days=1)
        if morning > today:
            steps.append(_("Tomorrow morning: say how the knee is."))
    if last:
        steps.append(
            ngettext(
                "One more clean session, then runs by distance.",
                "%(count)s clean sessions, then runs by distance.",
                left,
            )
            % {"count": left}
        )
    else:
        steps.append(
            ngettext(
                "One more clean session, then stage %(next)s.",
                "%(count)s clean sessions, then stage %(next)s.",
                left,
            )
            % {"count": left, "next": standing.stage + 1}
        )
    return tuple(steps)


def _by_distance(
    sheet: Sheet,
    rules: Running,
    patient: Patient,
    runs: list[RunLog],
    today: date,
    *,
    after_stages: bool = False,
) -> Part:
    """Runs by distance: the plan's own target this week, and the load rule."""
    known = before(distances_of(runs), today, rules.load)
    planned = PlannedRun.objects.filter(theirs(patient), on__gte=today).order_by("-planned_at")
    done = _("All walk-jog stages went well.")
    why = (done,) if after_stages else (sheet.running.get("text", ""),)
    return Part(
        may="yes",
        answer=_("Yes, half") if sheet.running.get("action") == "MODIFY_50" else _("Yes"),
        far=tuple(_how_far(sheet, rules, known)),
        why=why,
        following=tuple(_extras(rules)) if after_stages or sheet.running.get("km") is None else (),
        logs=True,
        planner=True,
        known=known,
        planned=planned.first(),
        made=tuple(reversed(runs[-6:])),
        cadence=_cadence(sheet),
    )


def _how_far(sheet: Sheet, rules: Running, known: Before) -> Iterable[str]:
    yield from running_targets({"km": sheet.running.get("km")})
    if known.week:
        yield _("So far this week: %(km)s.") % {"km": km_words(known.week)}
    if known.longest:
        most = known.longest * rules.load.run_factor
        yield _("One run: at most %(most)s. Your longest of the last %(days)s days was %(km)s.") % {
            "most": km_words(most),
            "days": rules.load.run_days,
            "km": km_words(known.longest),
        }
    else:
        yield _("Log your runs, and this page says how long the next one may be.")


def _extras(rules: Running) -> Iterable[str]:
    yield _(
        "After %(weeks)s clean weeks of distance add one thing a week: speed, then hills, then"
        " descents."
    ) % {"weeks": rules.load.clean_weeks_before_extras}


def _cadence(sheet: Sheet) -> tuple[int, int] | None:
    found = sheet.running.get("cadence")
    return (int(found[0]), int(found[1])) if found else None
