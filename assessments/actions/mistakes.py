"""Mark a chart as entered in error, and begin the right one from it. Nothing is deleted.

The chart, its corrections and its plan stay as they are, struck through. Its plan is withdrawn.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from assessments import trail
from assessments.access import needs_cosign
from assessments.actions.carrying import copy_treatments
from assessments.actions.charting import is_author
from assessments.actions.episodes import fill_in_age, open_episode
from assessments.actions.referrals import close_referral
from assessments.actions.remarks import remarks_of
from assessments.errors import NotInCare, NotTheAuthor, ReasonMissing, RightPatientMissing
from assessments.findings import FIELDS
from assessments.findings.field import LEFT, RIGHT
from assessments.findings.remarks import REMARKS, activity_name
from assessments.library_store import newest_version
from assessments.models import (
    Assessment,
    EnteredInError,
    Finding,
    Plan,
    Referral,
    Remark,
    Treatment,
)
from assessments.storage import stored_rows
from assessments.treatment.counting import visit_day
from bookings.models import Appointment
from clinic import access
from clinic.models import Patient, Practitioner, User
from clinic.persons import known_as, records_of, theirs

Kind = EnteredInError.Kind
OTHER_SIDE = {LEFT: RIGHT, RIGHT: LEFT}
NAMES_A_SIDE = frozenset(
    field.id
    for field in FIELDS.values()
    if field.kind == "choice" and {LEFT, RIGHT} <= {code for code, _label in field.choices}
)
SAME_DAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What was wrong with a chart; ``patient`` is the right one where it was the patient."""

    kind: str
    reason: str
    patient: Patient | None = None


@transaction.atomic
def enter_in_error(
    assessment: Assessment, told: Mistake, practitioner: Practitioner, *, by: User, now: datetime
) -> EnteredInError:
    """Mark a chart, with every correction of it, and begin the right one from its newest.

    Asked again, the mark that stands is returned.

    Raises NotInCare, NotTheAuthor, ReasonMissing, RightPatientMissing; ValueError for a kind
    nobody knows.
    """
    locked = (
        Assessment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("episode__patient", "author", "appointment")
        .get(pk=assessment.pk)
    )
    known = EnteredInError.objects.filter(assessment=locked).first()
    if known is not None:
        return known
    _check(locked, told, practitioner, by)
    family = list(_family(locked))
    copy = _copied(family, told, practitioner, by, now) if told.kind != Kind.OTHER else None
    for each in family:
        mark = EnteredInError.objects.create(
            assessment=each,
            kind=Kind(told.kind),
            reason=told.reason.strip()[:300],
            copy=copy if each.amends_id is None else None,
            marked_at=now,
            marked_by=by,
            name=practitioner.name,
        )
        _record(mark, by, now)
    return EnteredInError.objects.get(assessment=locked)


def _check(assessment: Assessment, told: Mistake, practitioner: Practitioner, by: User) -> None:
    patient_id = assessment.episode.patient_id
    caseload = access.caseload(practitioner)
    if not caseload.filter(known_as(patient_id)).exists():
        raise NotInCare
    if not is_author(assessment.author, by) and (
        assessment.signed_at is None or needs_cosign(practitioner)
    ):
        raise NotTheAuthor
    Kind(told.kind)
    if not told.reason.strip():
        raise ReasonMissing
    if told.kind != Kind.PATIENT:
        return
    same = told.patient and records_of(patient_id).filter(pk=told.patient.pk).exists()
    if told.patient is None or same or not caseload.filter(known_as(told.patient.pk)).exists():
        raise RightPatientMissing


def _family(assessment: Assessment) -> Iterator[Assessment]:
    """Yield the chart of the visit and every correction of it, the newest last."""
    root = assessment
    while root.amends is not None:
        root = root.amends
    level = [root]
    while level:
        yield from level
        level = list(
            Assessment.objects.standing()
            .filter(amends__in=level)
            .select_related("episode__patient", "author", "appointment")
            .order_by("signed_at", "started_at")
        )


def _record(mark: EnteredInError, by: User, now: datetime) -> None:
    """Withdraw the plan of a chart in error, close its referral, and write down what was done."""
    standing = Plan.objects.filter(
        assessment=mark.assessment, issued_at__isnull=False, replaced_at__isnull=True
    )
    ended = standing.update(replaced_at=now)
    referral = Referral.objects.open().filter(assessment=mark.assessment).first()
    if referral is not None:
        note = gettext("The chart was entered in error.")
        close_referral(referral, Referral.Outcome.NOT_NEEDED, note, by=by, now=now)
    trail.did(
        "chart.entered_in_error",
        mark.assessment,
        by=by,
        patient_id=mark.assessment.episode.patient_id,
        now=now,
        data={
            "kind": mark.kind,
            "copy": str(mark.copy_id) if mark.copy_id else "",
            "plans_ended": ended,
        },
    )


def _copied(
    family: list[Assessment], told: Mistake, practitioner: Practitioner, by: User, now: datetime
) -> Assessment:
    """Begin the chart for the right patient or side with what the clinician found last."""
    root, wrong = family[0], [each for each in family if each.signed_at or each is family[0]][-1]
    patient, episode = root.episode.patient, root.episode
    visit = None
    if told.kind == Kind.PATIENT and told.patient is not None:
        patient = told.patient
        episode = open_episode(patient, by=by, now=now, lead=practitioner)
        visit = _visit_meant(root, patient, practitioner)
    ours = [each.pk for each in family]
    seen_before = episode.assessments.signed().exclude(pk__in=ours).exists()
    copy = Assessment.objects.create(
        episode=episode,
        appointment=visit,
        author=practitioner,
        kind=Assessment.Kind.FOLLOW_UP if seen_before else Assessment.Kind.INITIAL,
        library=newest_version(),
        started_at=root.started_at,
    )
    rows = list(_right_rows(stored_rows(wrong), told.kind))
    for row in rows:
        row.pk, row._state.adding, row.assessment = None, True, copy
    Finding.objects.bulk_create(rows)
    _copy_words(wrong, copy, rows, told.kind)
    copy_treatments(_right_treatments(wrong, copy, told.kind), copy)
    if told.kind == Kind.PATIENT:
        fill_in_age(copy, patient, now)
    trail.did(
        "chart.copied",
        copy,
        by=by,
        patient_id=patient.pk,
        now=now,
        data={"kind": told.kind, "findings": len(rows)},
    )
    return copy


def _visit_meant(
    root: Assessment, patient: Patient, practitioner: Practitioner
) -> Appointment | None:
    """Return the right patient's visit of that day, if there is one without a chart."""
    at = root.examined_at
    found = Appointment.objects.filter(
        theirs(patient),
        practitioner=practitioner,
        starts_at__range=(at - SAME_DAY, at + SAME_DAY),
        state__in=("arrived", "in_progress", "completed", "booked"),
        assessment__isnull=True,
    ).visits()
    return min(found, key=lambda visit: abs(visit.starts_at - at), default=None)


def _right_rows(rows: Iterable[Finding], kind: str) -> Iterator[Finding]:
    """Yield the rows of the right chart.

    For another patient only what a clinician found: what was said or carried over is about the
    patient it came from. For the other side what the clinician found changes sides; what the
    patient said, or an earlier visit holds, names its side rightly, unless it is in the way.
    """
    found = [row for row in rows if row.origin == Finding.Origin.CLINICIAN]
    rest = [row for row in rows if row.origin != Finding.Origin.CLINICIAN]
    if kind == Kind.PATIENT:
        yield from (row for row in found if row.item != "age_years")
        return
    taken = set()
    for row in found:
        row.side = OTHER_SIDE.get(row.side, row.side)
        if row.item in NAMES_A_SIDE:
            row.text = OTHER_SIDE.get(row.text, row.text)
        taken.add((row.item, row.side))
        yield row
    yield from (row for row in rest if (row.item, row.side) not in taken)


def _right_treatments(wrong: Assessment, copy: Assessment, kind: str) -> Iterator[Treatment]:
    """Yield what was done, on the other side or on the other patient's visit."""
    for row in wrong.treatments.order_by("added_at", "pk"):
        if kind == Kind.SIDE:
            row.side = OTHER_SIDE.get(row.side, row.side)
        else:
            row.given_on = visit_day(copy)
        yield row


def _copy_words(wrong: Assessment, copy: Assessment, rows: Iterable[Finding], kind: str) -> None:
    """Copy the notes; the names of activities only along with their scores."""
    scored = {activity_name(row.item.partition(".")[2]) for row in rows}
    names_activity = {name for name in REMARKS if name.startswith(activity_name(""))}
    Remark.objects.bulk_create(
        Remark(assessment=copy, name=name, text=text)
        for name, text in remarks_of(wrong).items()
        if kind == Kind.SIDE or name not in names_activity or name in scored
    )
