"""Keep what a patient did, and how it felt. Entries are added, never changed.

A phone without a signal sends its entries later, perhaps twice: the id the phone gave an entry
makes the second time harmless.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assessments import trail
from assessments.models import ExerciseLog, LogLook, PlanLine
from clinic import practice
from clinic.models import Patient, Practitioner, User
from clinic.persons import theirs

OLDEST = timedelta(days=60)  # an entry kept on a phone for longer is not worth believing
MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one entry: ``saved``, ``known`` (it was here already) or ``refused``."""

    client_id: str
    status: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """One entry that can be kept; pain and effort from 0 to 10, None when not given."""

    client_id: UUID
    line: PlanLine
    on: date
    done: str
    pain: int | None
    effort: int | None


class RefusedEntryError(ValueError):
    """An entry cannot be kept; the text says why."""


@transaction.atomic
def log_sessions(
    patient: Patient, entries: Iterable[Mapping[str, object]], *, by: User, now: datetime
) -> list[Answer]:
    """Keep each entry once and answer for every one of them, repeats included.

    An entry holds client_id (UUID), line (UUID), on (YYYY-MM-DD), done (done, partly or not),
    pain and effort (0 to 10, or nothing) and plan_version. Lines of plans that were replaced
    meanwhile still count: the patient did what the phone showed.
    """
    heard = list(entries)
    lines = _issued_lines(patient, heard)
    today = now.astimezone(practice.current().tz).date()
    answers, kept = [], 0
    for entry in heard:
        name = str(entry.get("client_id"))[:64]
        try:
            added = _keep(patient, _read(entry, lines, today), now)
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


def _issued_lines(
    patient: Patient, entries: Iterable[Mapping[str, object]]
) -> dict[UUID, PlanLine]:
    wanted = {found for entry in entries if (found := _uuid(entry.get("line")))}
    lines = PlanLine.objects.filter(
        theirs(patient, "plan__episode__patient"), pk__in=wanted, plan__issued_at__isnull=False
    ).select_related("plan")
    return {line.pk: line for line in lines}


def _read(entry: Mapping[str, object], lines: Mapping[UUID, PlanLine], today: date) -> Heard:
    client_id, line_id = _uuid(entry.get("client_id")), _uuid(entry.get("line"))
    if client_id is None:
        raise RefusedEntryError(_("client_id is a UUID."))
    line = lines.get(line_id) if line_id else None
    if line is None or line.change == PlanLine.Change.REMOVED:
        raise RefusedEntryError(_("This line is in no plan of yours."))
    version = entry.get("plan_version")
    if version is not None and version != line.plan.version:
        raise RefusedEntryError(_("This line is not part of that version of the plan."))
    done = entry.get("done")
    if done not in ExerciseLog.Done.values:
        raise RefusedEntryError(_("done is done, partly or not."))
    return Heard(
        client_id=client_id,
        line=line,
        on=_day(entry.get("on"), today),
        done=str(done),
        pain=_score(entry.get("pain")),
        effort=_score(entry.get("effort")),
    )


def _keep(patient: Patient, heard: Heard, now: datetime) -> bool:
    """Store an entry unless its id is known; say whether it was stored."""
    _, added = ExerciseLog.objects.get_or_create(
        patient=patient,
        client_id=heard.client_id,
        defaults={
            "plan": heard.line.plan,
            "line": heard.line,
            "on": heard.on,
            "done": heard.done,
            "pain": heard.pain,
            "effort": heard.effort,
            "logged_at": now,
        },
    )
    return added


def _uuid(raw: object) -> UUID | None:
    try:
        return UUID(raw) if isinstance(raw, str) and len(raw) <= 45 else None
    except ValueError:
        return None


def _day(raw: object, today: date) -> date:
    """Return the patient's own day; theirs may already be tomorrow."""
    try:
        day = date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        day = None
    if day is None:
        raise RefusedEntryError(_("on is a day written as YYYY-MM-DD."))
    if not today - OLDEST <= day <= today + timedelta(days=1):
        raise RefusedEntryError(_("This day is too long ago, or still to come."))
    return day


def _score(raw: object) -> int | None:
    """Return a score from 0 to 10; nothing given is None, which is not 0."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= 10:
        raise RefusedEntryError(_("Pain and effort are whole numbers from 0 to 10, or left out."))
    return raw
