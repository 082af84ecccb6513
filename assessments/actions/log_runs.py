"""Runs and mornings as a patient logs them: entries of the same log, each kept once."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.actions.log_reading import (
    Entry,
    RefusedEntryError,
    client_id_of,
    day_of,
    is_known,
    km_of,
    said_at_of,
    score_of,
    uuid_of,
    yes_no_of,
)
from assessments.models import MorningLog, Plan, RunLog
from clinic.models import Patient
from clinic.persons import theirs


def keep_run(patient: Patient, entry: Entry, today: date, now: datetime) -> bool:
    """Store a run unless its id is known; say whether it was stored.

    plan     id of the plan the phone showed
    stage    of its walk-jog programme, or nothing; then km is needed
    km       distance, may be left out beside a stage
    settled  true when the knee was back to before within the hour
    """
    client_id = client_id_of(entry)
    if is_known(RunLog, patient, client_id):
        return False
    plan = _plan_of(patient, entry)
    stage, km = _stage_of(entry.get("stage"), plan), km_of(entry.get("km"))
    if stage is None and km is None:
        raise RefusedEntryError(_("A run has a stage or a distance."))
    _log, added = RunLog.objects.get_or_create(
        patient=patient,
        client_id=client_id,
        defaults={
            "plan": plan,
            "on": day_of(entry.get("on"), today),
            "stage": stage,
            "km": km,
            "pain": score_of(entry.get("pain")),
            "settled": yes_no_of(entry.get("settled")),
            "said_at": said_at_of(entry.get("at"), now),
            "logged_at": now,
        },
    )
    return added


def keep_morning(patient: Patient, entry: Entry, today: date, now: datetime) -> bool:
    """Store how the knee was this morning unless its id is known; say whether it was stored."""
    client_id, knee = client_id_of(entry), entry.get("knee")
    if is_known(MorningLog, patient, client_id):
        return False
    if knee not in MorningLog.Knee.values:
        raise RefusedEntryError(_("knee is better, same or worse."))
    _log, added = MorningLog.objects.get_or_create(
        patient=patient,
        client_id=client_id,
        defaults={
            "on": day_of(entry.get("on"), today),
            "knee": str(knee),
            "pain": score_of(entry.get("pain")),
            "said_at": said_at_of(entry.get("at"), now),
            "logged_at": now,
        },
    )
    return added


def planned_km(raw: object) -> Decimal:
    """Return the distance of a run that is planned. Raises RefusedEntryError."""
    km = km_of(raw)
    if km is None:
        raise RefusedEntryError(_("Say how far you want to run."))
    return km


def _plan_of(patient: Patient, entry: Entry) -> Plan:
    plan_id = uuid_of(entry.get("plan"))
    plan = (
        plan_id
        and Plan.objects.filter(
            theirs(patient, "episode__patient"), pk=plan_id, issued_at__isnull=False
        ).first()
    )
    if not plan:
        raise RefusedEntryError(_("This is no plan of yours."))
    return plan


def _stage_of(raw: object, plan: Plan) -> int | None:
    if raw is None or raw == "":
        return None
    stages = (plan.texts.get("walk_jog") or {}).get("stages", [])
    if isinstance(raw, bool) or raw not in [stage["number"] for stage in stages]:
        raise RefusedEntryError(_("Your plan has no such walk-jog stage."))
    return int(str(raw))
