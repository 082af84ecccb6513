"""One patient at a glance, beside the timeline: what comes, the plan in force, the episodes.

Only reads; without ``reader.examines`` nothing that was found.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from assessments.actions.stills import standing_consent
from assessments.models import Assessment, EpisodeOfCare, ExerciseLog, Plan, StillConsent
from assessments.plan_basis import in_force, shaken
from assessments.progress import Adherence, Entry, adherence, worst_by_day
from assessments.timeline import Reader
from assessments.timeline.kinds import visits_of
from bookings.models import Appointment
from clinic.models import Patient
from clinic.persons import theirs

LOGS_SHOWN = timedelta(days=42)
MOST_COMING = 20
OPEN_STATES = ("booked", "arrived", "in_progress", "completed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """``startable`` are visits of one's own that may get a chart now, ``notable`` a note."""

    episode: EpisodeOfCare | None
    closed: list[EpisodeOfCare]
    coming: list[Appointment]
    plan: Plan | None
    shaken: bool  # the chart of the plan was amended in what it relied on
    adherence: Adherence | None
    last_pain: int | None
    last_log: ExerciseLog | None
    startable: list[Appointment]
    photographs: StillConsent | None  # the consent that stands, for those who examine
    notable: list[Appointment]


def story_of(reader: Reader) -> Story:
    """Return what somebody who looks after a patient wants first."""
    episodes = list(_episodes(reader.patient))
    plan = _plan(reader.patient)
    logs = _logs(plan, reader.now)
    pains = worst_by_day(log_entries(logs))
    recent = list(_recent(reader)) if reader.examines and reader.acts else []
    coming = visits_of(reader).filter(starts_at__gt=reader.now).order_by("starts_at", "pk")
    return Story(
        episode=next((each for each in episodes if each.discharged_at is None), None),
        closed=[each for each in episodes if each.discharged_at is not None],
        coming=list(coming[:MOST_COMING]),
        plan=plan,
        shaken=reader.examines and _shaken(plan),
        adherence=plan_adherence(plan, logs, reader.now) if plan else None,
        last_pain=pains[-1][1] if pains else None,
        last_log=logs[-1] if logs else None,
        photographs=standing_consent(reader.patient) if reader.examines else None,
        startable=[each for each in recent if not hasattr(each, "assessment")],
        notable=[each for each in recent if not hasattr(each, "note")],
    )


def plan_adherence(plan: Plan, logs: list[ExerciseLog], now: datetime) -> Adherence:
    """Count the last seven days of a plan whose lines are prefetched, by whichever version."""
    per_week = {
        line.exercise: line.per_week
        for line in plan.lines.all()
        if line.home and line.per_week and line.change != "removed"
    }
    return adherence(log_entries(logs), per_week, timezone.localdate(now))


def log_entries(logs: list[ExerciseLog]) -> list[Entry]:
    """Return logs as the counting of progress reads them."""
    return [Entry(log.line.exercise, log.on, log.done, log.pain) for log in logs]


def _episodes(patient: Patient) -> QuerySet[EpisodeOfCare]:
    found = EpisodeOfCare.objects.filter(theirs(patient))
    return found.select_related("lead").order_by("-opened_at")


def _plan(patient: Patient) -> Plan | None:
    """Return the plan in force."""
    found = Plan.objects.filter(
        theirs(patient, "episode__patient"), issued_at__isnull=False, replaced_at__isnull=True
    )
    amended = Exists(Assessment.objects.signed().filter(amends=OuterRef("assessment")))
    found = found.annotate(amended=amended).prefetch_related("lines")
    return found.order_by("-version").first()


def _shaken(plan: Plan | None) -> bool:
    """Say whether a plan is to be looked at again; no query for one whose chart stands."""
    amended = plan is not None and getattr(plan, "amended", False)
    return bool(amended and plan and shaken(in_force().filter(pk=plan.pk)))


def _logs(plan: Plan | None, now: datetime) -> list[ExerciseLog]:
    if plan is None:
        return []
    since = timezone.localdate(now) - LOGS_SHOWN
    logs = ExerciseLog.objects.filter(plan__episode=plan.episode_id, on__gte=since)
    return list(logs.select_related("line").order_by("on", "logged_at", "pk"))


def _recent(reader: Reader) -> QuerySet[Appointment]:
    """Return visits of one's own, not long past, the newest first."""
    now = reader.now
    found = Appointment.objects.filter(
        theirs(reader.patient),
        practitioner=reader.practitioner,
        starts_at__range=(now - timedelta(days=14), now + timedelta(days=1)),
        state__in=OPEN_STATES,
    )
    return found.visits().select_related("location", "assessment", "note").order_by("-starts_at")
