"""What a timeline is made of: visits, intakes, charts, plans, logs, files and messages.

Whatever was merged into a patient is theirs as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment, ExerciseLog, Intake, IntakeFile, Plan
from assessments.timeline.registry import Kind, Reader, register
from assessments.wording import NEEDS_A_LOOK
from bookings import call_letters
from bookings.models import Appointment, VisitReason
from clinic import practice, texts
from clinic.models import Message
from clinic.persons import records_of, theirs

Pairs = Iterable[tuple[datetime, Any]]
# About a patient, and not to them.
TO_STAFF = (call_letters.ALERT, call_letters.LEAD, NEEDS_A_LOOK)
TOLD = (Message.State.SENT, Message.State.UNSURE, Message.State.FAILED)


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A chart, and whether its page may be opened: a draft is its author's."""

    chart: Assessment
    openable: bool


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message and what it was about, in words."""

    message: Message
    about: str


def visits(reader: Reader, most: int) -> Pairs:
    """The visits so far; with what the patient wrote for those who examine. One query."""
    found = visits_of(reader).filter(starts_at__lte=reader.now)
    return [(visit.starts_at, visit) for visit in found.order_by("-starts_at", "-pk")[:most]]


def visits_of(reader: Reader) -> QuerySet[Appointment]:
    """Return all visits of a patient with what their entry shows of each."""
    written = VisitReason.objects.filter(appointment=OuterRef("pk")).values("text")[:1]
    found = Appointment.objects.filter(theirs(reader.patient)).visits().with_people()
    if not reader.examines:
        return found
    begun = Exists(Intake.objects.filter(appointment=OuterRef("pk")))
    return found.annotate(reason=Subquery(written), intake_begun=begun)


def intakes(reader: Reader, most: int) -> Pairs:
    """What the patient sent before visits. One query."""
    found = (
        Intake.objects.filter(theirs(reader.patient, "appointment__patient"))
        .filter(sent_at__lte=reader.now)
        .annotate(at=F("sent_at"))
        .order_by("-at", "-pk")[:most]
    )
    return [(each.at, each) for each in found]


def charts(reader: Reader, most: int) -> Pairs:
    """Charts by the day they were signed, drafts by the day they were begun. One query."""
    found = (
        Assessment.objects.filter(theirs(reader.patient, "episode__patient"))
        .annotate(at=Coalesce("signed_at", "started_at"))
        .filter(at__lte=reader.now)
        .select_related("author", "mistake", "cosignature")
        .order_by("-at", "-pk")[:most]
    )
    for chart in found:
        mine = chart.author_id == reader.practitioner.pk
        yield (
            chart.at,
            ChartRow(chart, openable=mine or chart.signed_at is not None or not reader.acts),
        )


def plans(reader: Reader, most: int) -> Pairs:
    """Plans by the day they were issued; drafts only for those who examine. One query."""
    found = Plan.objects.filter(theirs(reader.patient, "episode__patient"))
    if not reader.examines:
        found = found.filter(issued_at__isnull=False)
    found = found.annotate(
        at=Coalesce("issued_at", "drafted_at"), withdrawn=F("assessment__mistake__kind")
    ).filter(at__lte=reader.now)
    return [(plan.at, plan) for plan in found.order_by("-at", "-version")[:most]]


def logs(reader: Reader, most: int) -> Pairs:
    """What was logged, day by day: how much was done, and the worst pain. One query.

    A day has no hour: it stands before everything else of that day.
    """
    Done = ExerciseLog.Done
    days = (
        ExerciseLog.objects.filter(theirs(reader.patient), on__lte=today_of(reader))
        .values("on")
        .annotate(
            whole=Count("pk", filter=Q(done=Done.DONE)),
            partly=Count("pk", filter=Q(done=Done.PARTLY)),
            missed=Count("pk", filter=Q(done=Done.NOT)),
            pain=Max("pain"),
        )
        .order_by("-on")[:most]
    )
    return [(begins(day["on"]), day) for day in days]


def files(reader: Reader, most: int) -> Pairs:
    """What the patient sent along, once an intake of that visit was sent. One query."""
    sent = Intake.objects.filter(appointment=OuterRef("appointment"), sent_at__lte=reader.now)
    found = (
        IntakeFile.objects.filter(Exists(sent), theirs(reader.patient, "appointment__patient"))
        .annotate(at=Coalesce("sent_at", "added_at"))
        .filter(at__lte=reader.now)
        .order_by("-at", "-pk")[:most]
    )
    return [(each.at, each) for each in found]


def messages(reader: Reader, most: int) -> Pairs:
    """That something was sent to the patient, and what it was about; never its text. One query."""
    found = (
        Message.objects.filter(patient_id__in=records_of(reader.patient.pk), state__in=TOLD)
        .exclude(topic__in=TO_STAFF)
        .annotate(at=Coalesce("sent_at", F("due_at")))
        .filter(at__lte=reader.now)
        .defer("payload", "to", "error")
        .order_by("-at", "-pk")[:most]
    )
    for message in found:
        yield message.at, MessageRow(message, texts.label_of(message.topic))


def today_of(reader: Reader) -> date:
    """Return the day it is at the clinic."""
    return reader.now.astimezone(practice.current().tz).date()


def begins(day: date) -> datetime:
    """Return the instant a day begins at the clinic."""
    return datetime.combine(day, time(), tzinfo=practice.current().tz)


_DRAWN = "assessments/timeline/_{}.html"


def shipped(name: str, label: Any, read: Any, *, clinical: bool, order: int) -> None:
    """Register a kind whose template is named after it."""
    kind = Kind(name=name, label=label, read=read, template=_DRAWN.format(name), clinical=clinical)
    register(kind, order)


shipped("visit", _("Visits"), visits, clinical=False, order=10)
shipped("intake", _("Intakes"), intakes, clinical=True, order=20)
shipped("assessment", _("Assessments"), charts, clinical=True, order=30)
shipped("plan", _("Plans"), plans, clinical=False, order=50)
shipped("log", _("Logs"), logs, clinical=False, order=60)
shipped("file", _("Files"), files, clinical=True, order=80)
shipped("message", _("Messages"), messages, clinical=False, order=90)
