"""What patients logged and answered that wants a look, the most urgent first. Only reads.

Of the patients of one practitioner: who flared once too often, until somebody has looked; and
within the last week red-flag answers before a visit, flares they told of, pain above the limit of
the plan on as many days as make it step back, and on fewer.
What the practitioner has looked at does not come again; whatever comes after that look does.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from assessments.library_store import library_of
from assessments.models import CheckIn, ExerciseLog, Flare, IntakeAlert, LogLook
from bookings.models import Appointment
from clinic import access
from clinic.models import Patient, Practitioner
from clinic.persons import of_any, theirs

WITHIN = timedelta(days=7)
CHECK_INS_FOR = timedelta(days=30)
MOST = 200  # rows read of each kind
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
LEVELS = {"EMERGENCY": 0, "SAME_DAY": 1, "REFER": 2}
AGAIN, FLARE, ABOVE = 3, 4, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """One patient and one reason to look. ``rank`` 0 is the most urgent.

    visit  the visit whose answers say why, for those who may read them
    """

    rank: int
    patient: Patient
    words: str
    at: datetime
    visit: Appointment | None = None

    @property
    def is_flag(self) -> bool:
        return self.rank < AGAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A patient with everything that wants a look, the most urgent reason first."""

    patient: Patient
    reasons: tuple[Noticed, ...]

    @property
    def newest(self) -> datetime:
        """A look at this patient covers what happened up to here."""
        return max(each.at for each in self.reasons)


def wants_a_look(practitioner: Practitioner, now: datetime, *, examines: bool) -> list[Wanted]:
    """Return the patients to look at, the most urgent first, then the newest. Four queries.

    examines  answers before a visit belong to those who examine; logs to everybody in care
    """
    found = [
        *_pain(practitioner, now),
        *_flares(practitioner, now, examines=examines),
        *_check_ins(practitioner, now),
        *(_flags(practitioner, now) if examines else []),
    ]
    theirs: dict[UUID, list[Noticed]] = defaultdict(list)
    for each in found:
        theirs[each.patient.pk].append(each)
    wanted = [
        Wanted(patient=reasons[0].patient, reasons=tuple(sorted(reasons, key=_urgency)))
        for reasons in theirs.values()
    ]
    return sorted(wanted, key=lambda one: _urgency(one.reasons[0]))


def _urgency(each: Noticed) -> tuple[int, float]:
    return each.rank, -each.at.timestamp()


def _flags(practitioner: Practitioner, now: datetime) -> list[Noticed]:
    """Return red-flag answers of the week, and of every visit that still lies ahead."""
    rows = IntakeAlert.objects.filter(
        of_any(access.caseload(practitioner), "appointment__patient"),
        appointment__starts_at__gt=now - WITHIN,
    )
    unseen = _unseen(rows, practitioner, "appointment__patient")
    unseen = unseen.filter(raised_at__gt=F("seen")).order_by("-raised_at")
    words = {
        "EMERGENCY": _("Red-flag answer: emergency"),
        "SAME_DAY": _("Red-flag answer: today"),
        "REFER": _("Red-flag answer: refer"),
    }
    return [
        Noticed(
            rank=LEVELS[row.level],
            patient=person_of(row.appointment.patient),
            words=words[row.level],
            at=row.raised_at,
            visit=row.appointment,
        )
        for row in unseen.select_related("appointment__patient__merged_into")[:MOST]
        if row.appointment.patient
    ]


def _flares(practitioner: Practitioner, now: datetime, *, examines: bool) -> list[Noticed]:
    """Return the flares of the week, and every one too many until somebody has looked.

    Which questions were answered with yes is for who examines.
    """
    wanted = Q(reported_at__gt=now - WITHIN) | Q(again=True)
    rows = Flare.objects.filter(of_any(access.caseload(practitioner)), wanted)
    unseen = _unseen(rows, practitioner, "patient")
    unseen = unseen.filter(reported_at__gt=F("seen")).order_by("-reported_at")
    return [
        Noticed(
            rank=LEVELS.get(row.level, AGAIN if row.again else FLARE),
            patient=person_of(row.patient),
            words=flare_words(row, examines=examines),
            at=row.reported_at,
        )
        for row in unseen.select_related("patient__merged_into")[:MOST]
    ]


def flare_words(flare: Flare, *, examines: bool) -> str:
    """Say what a flare is about; which questions were answered with yes if somebody examines."""
    told = {
        "EMERGENCY": _("told to call for help"),
        "SAME_DAY": _("told to see a doctor today"),
        "REFER": _("told to stop and to call the clinic"),
    }
    said = _("Says it flared up again: decide about the plan") if flare.again else ""
    parts = [said or _("Says it flared up")]
    if flare.level:
        parts.append(told[flare.level])
    if flare.pain is not None:
        parts.append(_("pain %(pain)d") % {"pain": flare.pain})
    if examines:
        parts += [_(words) for words in flare.words]
    return ", ".join(parts)


def _check_ins(practitioner: Practitioner, now: datetime) -> list[Noticed]:
    """Return the answers after a discharge that got worse, for as long as they may be read."""
    rows = CheckIn.objects.filter(
        of_any(access.caseload(practitioner), "discharge__episode__patient"),
        worse=True,
        answered_at__gt=now - CHECK_INS_FOR,
    )
    unseen = _unseen(rows, practitioner, "discharge__episode__patient")
    unseen = unseen.filter(answered_at__gt=F("seen")).order_by("-answered_at")
    words = _("Discharged, and says after %(months)d months that it got worse: worst pain %(pain)d")
    return [
        Noticed(
            rank=FLARE,
            patient=person_of(row.discharge.episode.patient),
            words=words % {"months": row.months, "pain": row.pain_worst},
            at=row.answered_at,
        )
        for row in unseen.select_related("discharge__episode__patient__merged_into")[:MOST]
        if row.answered_at
    ]


def has_been_looked_at(flare: Flare) -> bool:
    """Say whether any practitioner has looked at this patient since the flare."""
    person = person_of(flare.patient)
    return LogLook.objects.filter(theirs(person), up_to__gte=flare.reported_at).exists()


def _pain(practitioner: Practitioner, now: datetime) -> list[Noticed]:
    """Return one reason for each patient whose pain in exercises went above the plan's limit."""
    rows = ExerciseLog.objects.filter(
        of_any(access.caseload(practitioner)),
        on__gte=(now - WITHIN).date(),
        pain__gt=F("plan__pain_limit"),
    )
    unseen = _unseen(rows, practitioner, "patient")
    unseen = unseen.filter(logged_at__gt=F("seen")).order_by("-logged_at")
    found: dict[UUID, list[ExerciseLog]] = defaultdict(list)
    for row in unseen.select_related("patient__merged_into", "plan")[:MOST]:
        found[person_of(row.patient).pk].append(row)
    return [_above(logs) for logs in found.values()]


def _above(logs: list[ExerciseLog]) -> Noticed:
    """Say in words how far and how often one patient's pain was above the limit.

    From as many days on as make the plan step back (specification E, F1), it is a flare.
    """
    days = len({log.on for log in logs})
    worst = max(logs, key=lambda log: (log.pain or 0, log.on))
    flare = days >= library_of(worst.plan.library_id).step_back.sessions_over_limit
    values = {"pain": worst.pain, "limit": worst.plan.pain_limit, "days": days}
    often = _("Flare: pain up to %(pain)d on %(days)d days, limit %(limit)d")
    once = _("Pain %(pain)d, limit %(limit)d")
    return Noticed(
        rank=FLARE if flare else ABOVE,
        patient=person_of(logs[0].patient),
        words=(often if flare else once) % values,
        at=max(log.logged_at for log in logs),
    )


def person_of(patient: Patient) -> Patient:
    """Return the record that survived, where this one was merged into another."""
    return patient.merged_into or patient


def _unseen(rows: QuerySet, practitioner: Practitioner, whose: str) -> QuerySet:
    """Say beside each row up to when this practitioner has looked at its patient (``seen``).

    whose  the row's field that names the patient
    """
    looks = LogLook.objects.annotate(person=Coalesce("patient__merged_into", "patient"))
    mine = looks.filter(practitioner=practitioner, person=OuterRef("person"))
    last = Subquery(mine.order_by("-up_to").values("up_to")[:1])
    return rows.annotate(
        person=Coalesce(f"{whose}__merged_into", whose),
        seen=Coalesce(last, Value(LONG_AGO), output_field=DateTimeField()),
    )
