"""One patient's story for the people who look after them, newest first. Only reads."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from assessments.models import Assessment, EpisodeOfCare, ExerciseLog, Intake, Plan
from assessments.progress import Adherence, Entry, adherence, worst_by_day
from bookings.models import Appointment, VisitReason
from clinic.models import Patient, Practitioner
from clinic.persons import theirs

LOGS_SHOWN = timedelta(days=42)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One point of the timeline; ``kind`` names the part of the template that draws it."""

    kind: str  # visit, assessment, plan
    at: datetime
    appointment: Appointment | None = None
    reason: str = ""
    intake: bool = False  # the patient has answered something before it
    assessment: Assessment | None = None
    openable: bool = False
    plan: Plan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    episode: EpisodeOfCare | None
    closed: list[EpisodeOfCare]
    coming: list[Event]
    past: list[Event]
    plan: Plan | None
    adherence: Adherence | None
    last_pain: int | None
    last_log: ExerciseLog | None
    startable: list[Appointment]


def story_of(
    patient: Patient, practitioner: Practitioner, *, examines: bool, now: datetime
) -> Story:
    """Return what happened and what comes; without ``examines`` nothing that was found."""
    episodes = list(_episodes(patient))
    visits = _visits(patient)
    charts = _charts(patient) if examines else []
    plans = _plans(patient, examines)
    events = [
        *_visit_events(visits, examines),
        *(_chart_event(each, practitioner) for each in charts),
        *(Event(kind="plan", at=each.issued_at or each.drafted_at, plan=each) for each in plans),
    ]
    current = next((p for p in plans if p.issued_at and not p.replaced_at), None)
    logs = _logs(current, now)
    pains = worst_by_day(_entries(logs))
    charted = {each.appointment_id for each in charts}
    return Story(
        episode=next((each for each in episodes if each.discharged_at is None), None),
        closed=[each for each in episodes if each.discharged_at is not None],
        coming=sorted((e for e in events if e.at > now), key=lambda e: e.at),
        past=sorted((e for e in events if e.at <= now), key=lambda e: e.at, reverse=True),
        plan=current,
        adherence=plan_adherence(current, logs, now) if current else None,
        last_pain=pains[-1][1] if pains else None,
        last_log=logs[-1] if logs else None,
        startable=[v for v in visits if _startable(v, practitioner, charted, now)],
    )


def plan_adherence(plan: Plan, logs: list[ExerciseLog], now: datetime) -> Adherence:
    """Count the last seven days of a plan whose lines are prefetched."""
    per_week = {
        line.pk: line.per_week
        for line in plan.lines.all()
        if line.home and line.per_week and line.change != "removed"
    }
    return adherence(_entries(logs), per_week, timezone.localdate(now))


def _entries(logs: list[ExerciseLog]) -> list[Entry]:
    return [Entry(log.line_id, log.on, log.done, log.pain) for log in logs]


def _episodes(patient: Patient) -> QuerySet[EpisodeOfCare]:
    found = EpisodeOfCare.objects.filter(theirs(patient))
    return found.select_related("lead").order_by("-opened_at")


def _visits(patient: Patient) -> list[Appointment]:
    begun = Exists(Intake.objects.filter(appointment=OuterRef("pk")))
    found = Appointment.objects.filter(theirs(patient)).visits().with_people()
    return list(found.annotate(intake=begun).order_by("-starts_at"))


def _charts(patient: Patient) -> list[Assessment]:
    found = Assessment.objects.filter(theirs(patient, "episode__patient"))
    return list(found.select_related("author", "amends").order_by("-started_at"))


def _plans(patient: Patient, examines: bool) -> list[Plan]:
    """Drafts belong to those who examine; everybody else sees what was issued."""
    found = Plan.objects.filter(theirs(patient, "episode__patient"))
    if not examines:
        found = found.filter(issued_at__isnull=False)
    return list(
        found.select_related("assessment", "issued_by")
        .prefetch_related("lines")
        .order_by("-version")
    )


def _reasons(visits: list[Appointment]) -> dict:
    written = VisitReason.objects.filter(appointment__in=[visit.pk for visit in visits])
    return dict(written.values_list("appointment_id", "text"))


def _logs(plan: Plan | None, now: datetime) -> list[ExerciseLog]:
    if plan is None:
        return []
    since = timezone.localdate(now) - LOGS_SHOWN
    return list(plan.logs.filter(on__gte=since).order_by("on", "logged_at", "pk"))


def _visit_events(visits: list[Appointment], examines: bool) -> list[Event]:
    """Visits, with what the patient wrote for those who examine."""
    reasons = _reasons(visits) if examines else {}
    return [
        Event(
            kind="visit",
            at=each.starts_at,
            appointment=each,
            reason=reasons.get(each.pk, ""),
            intake=examines and getattr(each, "intake", False),
        )
        for each in visits
    ]


def _chart_event(assessment: Assessment, practitioner: Practitioner) -> Event:
    return Event(
        kind="assessment",
        at=assessment.signed_at or assessment.started_at,
        assessment=assessment,
        openable=bool(assessment.signed_at) or assessment.author_id == practitioner.pk,
    )


def _startable(visit: Appointment, practitioner: Practitioner, charted: set, now: datetime) -> bool:
    """Visits of one's own, not long past, that have no chart yet."""
    recent = now - timedelta(days=14) <= visit.starts_at <= now + timedelta(days=1)
    open_states = ("booked", "arrived", "in_progress", "completed")
    mine = visit.practitioner_id == practitioner.pk
    return mine and recent and visit.state in open_states and visit.pk not in charted
