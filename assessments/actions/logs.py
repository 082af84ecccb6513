"""Keep what a patient did, and how it felt. Entries are added, never changed.

A phone without a signal sends its entries later, perhaps twice, perhaps in another order, perhaps
after another phone did: the id the phone gave an entry makes the second time harmless, and when it
was said puts entries about the same day in order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assessments import trail
from assessments.actions.log_reading import (
    Entry,
    RefusedEntryError,
    client_id_of,
    day_of,
    is_known,
    said_at_of,
    score_of,
    uuid_of,
)
from assessments.actions.log_runs import keep_morning, keep_run
from assessments.models import ExerciseLog, LogLook, PlanLine
from clinic import practice
from clinic.models import Patient, Practitioner, User
from clinic.persons import theirs

MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one entry: ``saved``, ``known`` (it was here already) or ``refused``."""

    client_id: str
    status: str
    error: str = ""


@transaction.atomic
def log_sessions(
    patient: Patient, entries: Iterable[Entry], *, by: User, now: datetime
) -> list[Answer]:
    """Keep each entry once and answer for every one of them, repeats included.

    An entry holds client_id (UUID), on (YYYY-MM-DD), optionally at (the instant it was said) and

    - of an exercise: line (UUID), done (done, partly or not), pain and effort (0 to 10, or
      nothing) and plan_version. Lines of plans that were replaced meanwhile still count: the
      patient did what the phone showed.
    - with kind "run": plan (UUID), stage or km, pain and settled (``keep_run``).
    - with kind "morning": knee (better, same or worse) and pain (``keep_morning``).
    """
    heard = list(entries)
    lines = _issued_lines(patient, heard)
    today = now.astimezone(practice.current().tz).date()
    answers, kept = [], 0
    for entry in heard:
        name = str(entry.get("client_id"))[:64]
        try:
            added = _keep(patient, entry, lines, today, now)
        except RefusedEntryError as refusal:
            answers.append(Answer(name, "refused", str(refusal)))
        else:
            kept += added
            answers.append(Answer(name, "saved" if added else "known"))
    if kept:
        trail.did(
            "plan.logged", patient, by=by, patient_id=patient.pk, now=now, data={"entries": kept}
        )
    return answers


@transaction.atomic
def look_at_logs(
    patient: Patient, practitioner: Practitioner, *, up_to: datetime, by: User, now: datetime
) -> None:
    """Write down that a practitioner has looked at what a patient logged and answered.

    up_to  the newest of what was on the screen; what came later still wants a look
    """
    LogLook.objects.create(
        patient=patient, practitioner=practitioner, up_to=min(up_to, now), looked_at=now
    )
    trail.did("plan.logs_looked_at", patient, by=by, patient_id=patient.pk, now=now)


def _keep(
    patient: Patient, entry: Entry, lines: Mapping[UUID, PlanLine], today: date, now: datetime
) -> bool:
    """Store an entry of whichever kind unless its id is known; say whether it was stored."""
    kind = entry.get("kind", "exercise")
    if kind == "run":
        return keep_run(patient, entry, today, now)
    if kind == "morning":
        return keep_morning(patient, entry, today, now)
    if kind != "exercise":
        raise RefusedEntryError(_("kind is exercise, run or morning."))
    return _keep_exercise(patient, entry, lines, today, now)


def _keep_exercise(
    patient: Patient, entry: Entry, lines: Mapping[UUID, PlanLine], today: date, now: datetime
) -> bool:
    client_id = client_id_of(entry)
    if is_known(ExerciseLog, patient, client_id):
        return False
    line = _line_of(entry, lines)
    done = entry.get("done")
    if done not in ExerciseLog.Done.values:
        raise RefusedEntryError(_("done is done, partly or not."))
    _log, added = ExerciseLog.objects.get_or_create(
        patient=patient,
        client_id=client_id,
        defaults={
            "plan": line.plan,
            "line": line,
            "on": day_of(entry.get("on"), today),
            "done": str(done),
            "pain": score_of(entry.get("pain")),
            "effort": score_of(entry.get("effort")),
            "said_at": said_at_of(entry.get("at"), now),
            "logged_at": now,
        },
    )
    return added


def _issued_lines(patient: Patient, entries: Iterable[Entry]) -> dict[UUID, PlanLine]:
    wanted = {found for entry in entries if (found := uuid_of(entry.get("line")))}
    lines = PlanLine.objects.filter(
        theirs(patient, "plan__episode__patient"), pk__in=wanted, plan__issued_at__isnull=False
    ).select_related("plan")
    return {line.pk: line for line in lines}


def _line_of(entry: Entry, lines: Mapping[UUID, PlanLine]) -> PlanLine:
    """Return the line an entry is about; of a version that is named, it has to be part."""
    line_id = uuid_of(entry.get("line"))
    line = lines.get(line_id) if line_id else None
    if line is None or line.change == PlanLine.Change.REMOVED:
        raise RefusedEntryError(_("This line is in no plan of yours."))
    version = entry.get("plan_version")
    if version is not None and version != line.plan.version:
        raise RefusedEntryError(_("This line is not part of that version of the plan."))
    return line
