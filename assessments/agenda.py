"""What a practitioner finds in the morning: today's visits, open charts, plans to look at again.

Only reads. "Today" is the day at the place of each visit.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from assessments.board import sent_intakes
from assessments.diary.gaps import Gap
from assessments.models import Assessment, EpisodeOfCare, Intake, IntakeAlert, Note, Plan
from bookings.models import Appointment, ClinicianCall
from bookings.models.calls import ClinicianCallQuerySet
from clinic import access
from clinic.models import Location, Patient, Practitioner
from clinic.persons import of_any

State = Appointment.State
GONE = (State.CANCELLED, State.LATE_CANCELLED)
LOOK_AHEAD = timedelta(days=2)
MOST_CALLS = 20  # shown of each kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One line of today, with the chart or note that belongs to it if there is one."""

    appointment: Appointment
    new: bool
    chart: Assessment | None
    note: Note | None
    mine: bool  # may the practitioner open or begin the chart?
    intake: str = ""  # sent, begun; missing where it is asked for; "" where it is not
    alert: bool = False  # an answer that a clinician has to read before the visit

    @property
    def open(self) -> bool:
        return self.appointment.state not in (*GONE, State.NO_SHOW)


def visits_today(practitioner: Practitioner, now: datetime) -> list[Visit]:
    """Return today's visits in the order of the day."""
    appointments = list(
        Appointment.objects.visits()
        .filter(_today_somewhere(now), practitioner=practitioner)
        .with_people()
        .select_related("assessment__mistake__copy", "note")
        .annotate(
            intake_sent=Exists(sent_intakes()),
            intake_begun=Exists(Intake.objects.filter(appointment=OuterRef("pk"))),
            intake_alert=Exists(IntakeAlert.objects.filter(appointment=OuterRef("pk"))),
        )
        .order_by("starts_at")
    )
    patients = [each.patient_id for each in appointments if each.patient_id]
    cared_for = set(
        access.caseload(practitioner).filter(pk__in=patients).values_list("pk", flat=True)
    )
    return [_visit(each, cared_for, practitioner) for each in appointments]


def day_of(visits: Iterable[Visit], gaps: Iterable[Gap]) -> list[dict[str, Visit | Gap]]:
    """Return visits and gaps in the order of the day, each under its own name."""
    lines: list[tuple[datetime, str, Visit | Gap]] = [
        *((visit.appointment.starts_at, "visit", visit) for visit in visits),
        *((gap.starts_at, "gap", gap) for gap in gaps),
    ]
    return [{name: each} for _, name, each in sorted(lines, key=lambda line: line[0])]


def calls_before_visits(calls: ClinicianCallQuerySet, now: datetime) -> list[ClinicianCall]:
    """Return the calls nobody has taken, the oldest first, and those taken for visits ahead.

    Two queries.
    """
    waiting = calls.waiting().with_visits()
    taken = calls.with_visits().filter(taken_at__isnull=False, appointment__ends_at__gt=now)
    return [*waiting[:MOST_CALLS], *taken.order_by("-taken_at")[:MOST_CALLS]]


def readable(practitioner: Practitioner, calls: list[ClinicianCall]) -> set[UUID]:
    """Return the visits with a call whose answers say why, and may be read here. One query."""
    if not calls:
        return set()
    found = IntakeAlert.objects.filter(
        appointment__in=[call.appointment_id for call in calls],
        appointment__patient__in=access.caseload(practitioner),
    )
    return set(found.values_list("appointment", flat=True))


def unsigned_charts(practitioner: Practitioner) -> QuerySet[Assessment]:
    """Return the practitioner's charts that wait for a signature, oldest first."""
    return (
        Assessment.objects.standing()
        .filter(author=practitioner, signed_at__isnull=True)
        .filter(of_any(access.caseload(practitioner), "episode__patient"))
        .select_related("episode__patient")
        .order_by("started_at")
    )


def unsigned_notes(practitioner: Practitioner) -> QuerySet[Note]:
    """Return the practitioner's notes that wait for a signature, oldest first."""
    return (
        Note.objects.filter(author=practitioner, signed_at__isnull=True)
        .filter(of_any(access.caseload(practitioner)))
        .select_related("patient")
        .order_by("started_at")
    )


def drafts_to_issue(practitioner: Practitioner) -> QuerySet[Plan]:
    """Return plans drafted from the practitioner's charts that no patient has yet."""
    return (
        Plan.objects.filter(assessment__author=practitioner, issued_at__isnull=True)
        .filter(assessment__mistake__isnull=True)
        .filter(of_any(access.caseload(practitioner), "episode__patient"))
        .select_related("episode__patient", "assessment")
        .order_by("drafted_at")
    )


def reviews_due(practitioner: Practitioner, now: datetime) -> QuerySet[Plan]:
    """Return current plans of the caseload whose review is due within two days."""
    return (
        Plan.objects.filter(
            issued_at__isnull=False,
            replaced_at__isnull=True,
            review_on__lte=timezone.localdate(now) + LOOK_AHEAD,
            episode__discharged_at__isnull=True,
        )
        .filter(of_any(access.caseload(practitioner), "episode__patient"))
        .select_related("episode__patient", "assessment")
        .order_by("review_on")
    )


def caseload_list(practitioner: Practitioner, wanted: str) -> QuerySet[Patient]:
    """Return the caseload by name, narrowed to names that hold every word of ``wanted``."""
    patients = access.caseload(practitioner)
    for word in wanted.split():
        patients = patients.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word))
    visits = Appointment.objects.visits().filter(patient=OuterRef("pk")).exclude(state__in=GONE)
    now = timezone.now()
    past = visits.filter(starts_at__lt=now).order_by("-starts_at")
    coming = visits.filter(starts_at__gte=now).order_by("starts_at")
    current = Plan.objects.filter(
        Q(episode__patient=OuterRef("pk")) | Q(episode__patient__merged_into=OuterRef("pk")),
        issued_at__isnull=False,
        replaced_at__isnull=True,
    )
    episodes = EpisodeOfCare.objects.filter(
        Q(patient=OuterRef("pk")) | Q(patient__merged_into=OuterRef("pk"))
    )
    return patients.annotate(
        last_visit=Subquery(past.values("starts_at")[:1]),
        next_visit=Subquery(coming.values("starts_at")[:1]),
        has_plan=Exists(current),
        in_care=Exists(episodes.filter(discharged_at__isnull=True)),
        discharged=Exists(episodes.filter(discharged_at__isnull=False)),
    ).order_by("last_name", "first_name", "pk")


def _today_somewhere(now: datetime) -> Q:
    """Match visits that start today by the clock of their own place."""
    zones = Location.objects.values_list("time_zone", flat=True).distinct()
    today = Q(pk__in=[])
    for name in zones:
        first, last = day_bounds(now, ZoneInfo(name))
        today |= Q(location__time_zone=name, starts_at__gte=first, starts_at__lt=last)
    return today


def day_bounds(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants between which it is today in ``zone``."""
    day = now.astimezone(zone).date()
    first = datetime.combine(day, time(), tzinfo=zone)
    return first, datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)


def _visit(
    appointment: Appointment,
    cared_for: Container[UUID | None],
    practitioner: Practitioner,
) -> Visit:
    chart = getattr(appointment, "assessment", None)
    if chart is not None and chart.in_error:
        chart = chart.mistake.right_chart if chart.mistake.kind == "side" else None
    if chart is not None and chart.signed_at is None and chart.author_id != practitioner.pk:
        chart = None
    note = getattr(appointment, "note", None)
    if note is not None and note.signed_at is None and note.author_id != practitioner.pk:
        note = None
    return Visit(
        appointment=appointment,
        new=appointment.new_patient,  # the same word as on the desk's screen
        chart=chart,
        note=note,
        mine=appointment.patient_id in cared_for,
        intake=_intake_state(appointment),
        alert=getattr(appointment, "intake_alert", False),
    )


def _intake_state(appointment: Appointment) -> str:
    """Return how far the form before the visit is."""
    if getattr(appointment, "intake_sent", False):
        return "sent"
    if getattr(appointment, "intake_begun", False):
        return "begun"
    asked = appointment.service.asks_intake and appointment.new_patient
    return "missing" if asked else ""
