"""Keep what a patient says before a visit, freeze what was sent, and warn the clinic.

An answer is kept the moment it arrives. A red-flag answer is not for later: whatever else happens
to the form, a clinician is asked to call in the same transaction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from assessments.actions.episodes import age_on
from assessments.errors import (
    IntakeClosed,
    IntakeElsewhere,
    IntakeIncomplete,
    IntakeNotSent,
    IntakeSent,
)
from assessments.findings import Fault
from assessments.intake.advice import Concern, concern_of
from assessments.intake.answers import missing_in, read_answers
from assessments.intake.steps import Step, steps_of
from assessments.intake.storage import (
    add_corrections,
    intakes_of,
    told_altogether,
    told_in,
    write_answers,
)
from assessments.intake.told import Told, together
from assessments.library_store import library_of, newest_version
from assessments.models import Intake, IntakeAlert
from assessments.trail import REPEATED_WITHIN
from bookings.actions import ask_for_clinician_call, locks
from bookings.models import Appointment
from clinic import audit
from clinic.actions.consents import give_consent
from clinic.audit import Actor
from clinic.models import AuditEvent, Consent, Patient

State = Appointment.State
OPEN = (State.REQUESTED, State.BOOKED, State.ARRIVED, State.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Device:
    """Who fills the form in: the browser by its mark, and whether the patient confirmed to be it.

    mark    SHA-256 of the browser's key
    known   signed in as somebody who may read this patient's pages
    """

    mark: str
    known: bool = False

    def may_go_on(self, intake: Intake) -> bool:
        return self.known or (bool(self.mark) and intake.browser == self.mark)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of a save: what is told now, what was refused, whether a clinician was warned."""

    told: Told
    faults: tuple[Fault, ...]
    missing: tuple[str, ...]
    alarmed: bool


def save_answers(
    visit: Appointment,
    step: Step,
    sent: Mapping[str, object],
    *,
    device: Device,
    by: Actor,
    now: datetime,
    finished: bool = True,
) -> Kept:
    """Keep the answers of one screen that can be kept, and say what is wrong with the others.

    sent      raw values by question; None for one that was left open
    finished  whether the patient went on; a save in between asks for nothing that is missing

    Raises IntakeClosed, IntakeElsewhere or IntakeSent; then nothing is kept.
    """
    with locks.writing():
        visit = open_visit(visit, now)
        intakes = intakes_of(visit.pk)
        intake = _to_fill(visit, step.part, intakes, device, by, now)
        others = told_altogether(each for each in intakes.values() if each.part != step.part)
        told = told_in(intake)
        on_screen = {item.field for item in step.items}
        wanted = {name: value for name, value in sent.items() if name in on_screen}
        read = read_answers(wanted, told, now.astimezone(visit.location.tz).date())
        after = told.with_values(read.values).settled(step.part, others.findings)
        changed = write_answers(intake, after, now)
        missing = missing_in(step, after, together(others, after))
        whole = not read.faults and not missing
        _note_progress(intake, step, finished=finished, whole=whole, now=now)
        if changed:
            _trace("intake.saved", intake, by=by, now=now, again=True)
        alarmed = _warn(visit, together(others, after), by=by, now=now)
    return Kept(told=after, faults=read.faults, missing=missing, alarmed=alarmed)


def send_intake(
    visit: Appointment,
    part: str,
    *,
    agreed: Iterable[str] = (),
    device: Device,
    by: Actor,
    now: datetime,
) -> Intake:
    """Freeze a part and hand it to the clinic; what was agreed to is written down with its date.

    agreed  kinds of consent that were ticked; nothing is ever withdrawn here

    Sent again, the first time stands. Raises IntakeClosed, IntakeElsewhere, and IntakeIncomplete
    with the screens on which something is missing.
    """
    with locks.writing():
        visit = open_visit(visit, now)
        intakes = intakes_of(visit.pk)
        intake = intakes.get(part)
        if intake is None:
            raise IntakeIncomplete([step.name for step in steps_of(part)])
        if not device.may_go_on(intake):
            raise IntakeElsewhere
        if intake.sent_at is not None:
            return intake
        everything = told_altogether(intakes.values())
        told = told_in(intake)
        lacking = [step.name for step in steps_of(part) if missing_in(step, told, everything)]
        if lacking:
            raise IntakeIncomplete(lacking)
        intake.sent_at = now
        intake.save(update_fields=["sent_at"])
        if part == Intake.Part.MORE:
            visit.intake_files.filter(sent_at__isnull=True).update(sent_at=now)
        _agree(visit, agreed, by=by, now=now)
        _trace("intake.sent", intake, by=by, now=now)
    return intake


def correct_intake(
    visit: Appointment,
    step: Step,
    sent: Mapping[str, object],
    *,
    device: Device,
    by: Actor,
    now: datetime,
) -> Kept:
    """Put answers beside those that were sent; what is left open changes nothing.

    Raises IntakeClosed, IntakeElsewhere or IntakeNotSent; then nothing is kept.
    """
    with locks.writing():
        visit = open_visit(visit, now)
        intakes = intakes_of(visit.pk)
        intake = intakes.get(step.part)
        if intake is None or intake.sent_at is None:
            raise IntakeNotSent
        if not device.may_go_on(intake):
            raise IntakeElsewhere
        known = told_altogether(intakes.values())
        on_screen = {item.field for item in step.items}
        wanted = {n: value for n, value in sent.items() if value is not None and n in on_screen}
        read = read_answers(wanted, known, now.astimezone(visit.location.tz).date())
        fresh = Told().with_values(
            {name: value for name, value in read.values.items() if value != known.value(name)}
        )
        if fresh != Told():
            add_corrections(intake, fresh, now)
            _trace("intake.corrected", intake, by=by, now=now)
        alarmed = _warn(visit, together(known, fresh), by=by, now=now)
    return Kept(told=fresh, faults=read.faults, missing=(), alarmed=alarmed)


def concern_about(visit: Appointment, told: Told, now: datetime) -> Concern | None:
    """Return what the answers call for, by the newest library and the age on that day."""
    library = library_of(newest_version().number)
    return concern_of(told.findings, _age(visit.patient, visit, now), library)


def open_visit(visit: Appointment, now: datetime) -> Appointment:
    """Lock the visit and read it anew. Raises IntakeClosed once nothing can be added to it."""
    found = locks.visit_to_change(visit.pk)
    if found.patient_id is None or found.state not in OPEN or found.ends_at <= now:
        raise IntakeClosed
    return found


def _to_fill(
    visit: Appointment,
    part: str,
    intakes: Mapping[str, Intake],
    device: Device,
    by: Actor,
    now: datetime,
) -> Intake:
    """Return the part that is being filled in, begun with this answer if it is the first.

    Raises IntakeSent or IntakeElsewhere; a second part belongs to whoever may see the first.
    """
    if any(not device.may_go_on(each) for each in intakes.values()):
        raise IntakeElsewhere
    known = intakes.get(part)
    if known is not None:
        if known.sent_at is not None:
            raise IntakeSent
        return known
    intake = Intake(
        appointment=visit, part=part, browser=device.mark, done=[], begun_at=now, saved_at=now
    )
    intake.save(force_insert=True)
    _trace("intake.begun", intake, by=by, now=now)
    return intake


def _note_progress(
    intake: Intake, step: Step, *, finished: bool, whole: bool, now: datetime
) -> None:
    done = [name for name in intake.done if name != step.name or whole]
    if finished and whole and step.name not in done:
        done.append(step.name)
    intake.done, intake.saved_at = done, now
    intake.save(update_fields=["done", "saved_at"])


def _warn(visit: Appointment, told: Told, *, by: Actor, now: datetime) -> bool:
    """Have a clinician call if the answers say something that was not known; say whether."""
    concern = concern_about(visit, told, now)
    if concern is None:
        return False
    raised = IntakeAlert.objects.filter(appointment=visit).values_list("flags", "fields")
    flags = {flag for each, _ in raised for flag in each}
    fields = {field for _, each in raised for field in each}
    if not concern.is_news(flags, fields):
        return False
    alert = IntakeAlert(
        appointment=visit,
        level=concern.level,
        flags=list(concern.flags),
        fields=list(concern.fields),
        raised_at=now,
    )
    alert.save(force_insert=True)
    # The trail says that there is an alert, never why.
    audit.record("intake.alert", visit, by=by, patient_id=visit.patient_id, at=now)
    ask_for_clinician_call(visit, by=by, now=now)
    return True


def _agree(visit: Appointment, agreed: Iterable[str], *, by: Actor, now: datetime) -> None:
    patient = visit.patient
    if patient is None:
        return
    for kind in agreed:
        dated = None
        if kind == Consent.Kind.TREATMENT:
            published = newest_version().published_at or now
            dated = published.astimezone(visit.location.tz).date()
        give_consent(patient, kind, by=by, now=now, text_dated=dated, given_by=_signs(visit, now))


def _signs(visit: Appointment, now: datetime) -> str:
    """Return who consents for the patient: the guardian below the age the place sets."""
    age = _age(visit.patient, visit, now)
    if visit.patient is None or age is None or age >= visit.location.guardian_below_age:
        return ""
    guardian = visit.patient.guardians.order_by("consented_at").first()
    return guardian.name if guardian else ""


def _age(patient: Patient | None, visit: Appointment, now: datetime) -> int | None:
    if patient is None or patient.date_of_birth is None:
        return None
    return age_on(patient.date_of_birth, now.astimezone(visit.location.tz).date())


def _trace(action: str, intake: Intake, *, by: Actor, now: datetime, again: bool = False) -> None:
    """Add a row to the trail; ``again``: not if the same was written within five minutes."""
    if again:
        lately = AuditEvent.objects.filter(
            object_type=intake._meta.label_lower,
            object_id=str(intake.pk),
            action=action,
            actor_id=by.id,
            at__gt=now - REPEATED_WITHIN,
        )
        if lately.exists():
            return
    patient_id = intake.appointment.patient_id
    data = {"part": intake.part}
    audit.record(action, intake, by=by, patient_id=patient_id, data=data, at=now)
