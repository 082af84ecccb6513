"""Take over from the visit before what a clinician says still holds. Nothing does by itself."""

from datetime import datetime

from django.db import transaction

from assessments import trail
from assessments.actions.charting import Saved, locked_draft, save_values
from assessments.course import Charted, visits_of
from assessments.errors import NoVisitBefore
from assessments.findings import Findings
from assessments.follow_up import days_between, facts_of, not_retested, safety_entries
from assessments.models import Assessment, Finding
from assessments.storage import findings_from, findings_of, flatten_keys, stored_rows
from clinic.models import User


def carry_facts(assessment: Assessment, now: datetime) -> None:
    """Begin a follow-up with the facts of the visit before, marked as carried from it."""
    last = last_visit(assessment)
    if last is None:
        return
    rows = stored_rows(last.assessment)
    days = days_between(last.on, Charted(assessment, now).on)
    facts = facts_of(findings_from(rows), days)
    _carry(assessment, rows, facts)


@transaction.atomic
def nothing_new(assessment: Assessment, base_version: int, *, by: User, now: datetime) -> Saved:
    """Answer the safety list again as it was answered at the visit before: nothing is new.

    Every answer is written down as given today, by whom and when. What needs hands or judgement
    stays open, and so does everything that was answered yes.

    Raises NoVisitBefore and what ``save_values`` raises.
    """
    last = last_visit(assessment)
    if last is None:
        raise NoVisitBefore
    entries = safety_entries(findings_of(last.assessment), findings_of(assessment))
    saved = save_values(assessment, base_version, entries, by=by, now=now)
    trail.did(
        "chart.nothing_new",
        assessment,
        by=by,
        patient_id=assessment.episode.patient_id,
        now=now,
        data={"since": str(last.assessment.pk), "answers": len(saved.changed)},
    )
    return saved


@transaction.atomic
def carry_measurements(
    assessment: Assessment, base_version: int, *, by: User, now: datetime
) -> Findings:
    """Take over the measurements of the visit before that were not retested, marked as such.

    Raises NoVisitBefore, AlreadySigned, NotTheAuthor or StaleVersion.
    """
    last = last_visit(assessment)
    if last is None:
        raise NoVisitBefore
    save_values(assessment, base_version, [], by=by, now=now)  # raises where nothing may change
    locked = locked_draft(assessment, by)
    rows = stored_rows(last.assessment)
    carried = not_retested(findings_from(rows), findings_of(locked))
    if carried.values:
        _carry(locked, rows, carried)
        locked.version += 1
        locked.save(update_fields=["version"])
        patient_id = locked.episode.patient_id
        trail.did("chart.carried", locked, by=by, patient_id=patient_id, now=now)
    return carried


def last_visit(assessment: Assessment) -> Charted | None:
    """Return the signed visit before this one."""
    before = visits_of(assessment.episode, before=assessment)
    return before[-1] if before else None


def _carry(assessment: Assessment, rows: list[Finding], findings: Findings) -> None:
    """Write findings as carried; who found them and when travels along."""
    found = {(row.item, row.side): row for row in rows}
    Finding.objects.bulk_create(
        Finding(
            assessment=assessment,
            item=row.item,
            side=row.side,
            state=row.state,
            number=row.number,
            text=row.text,
            origin=Finding.Origin.CARRIED,
            recorded_by_id=found[key].recorded_by_id,
            recorded_at=found[key].recorded_at,
        )
        for key, row in flatten_keys(findings)
    )
