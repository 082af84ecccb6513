"""A clinician confirms what a patient said: only then it is a finding."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.actions.charting import Saved, save_values
from assessments.findings import REPORTED, Fault, Findings
from assessments.findings.remarks import REMARKS, activity_name, note_name
from assessments.findings.reported import ASKED_IN
from assessments.intake.prefill import Prefill, entries_of, prefill_for
from assessments.library.questionnaires import INSTRUMENTS
from assessments.models import Assessment, EpisodeOfCare, Finding
from assessments.screen.entries import Entry
from assessments.screen.sent import Sent
from assessments.storage import findings_of
from clinic.models import User


@transaction.atomic
def confirm_reported(
    assessment: Assessment,
    base_version: int,
    fields: Collection[str],
    *,
    by: User,
    now: datetime,
) -> Saved:
    """Take these answers of the patient over into the chart, as they were said.

    fields  ids of findings; one that needs hands or judgement, or that the patient did not answer,
            is passed over, because a clinician answers it

    Raises what ``save_values`` raises.
    """
    prefill = prefill_for(assessment)
    said = (*prefill.answers, *prefill.gate) if prefill else ()
    chosen = [each for each in said if each.field in fields]
    entries = [entry for each in chosen for entry in entries_of(each)]
    if prefill and "psfs" in fields:
        entries += [Entry(activity_name(p), "", name) for p, name in prefill.activities.items()]
    if prefill and any(each.field in INSTRUMENTS for each in chosen):
        entries += _translated(assessment, prefill)
    saved = save_values(
        assessment, base_version, entries, by=by, now=now, origin=Finding.Origin.PATIENT
    )
    if prefill and "goals" in fields:
        _set_goal(assessment.episode, prefill, saved.findings)
    return saved


@transaction.atomic
def save_chart(assessment: Assessment, sent: Sent, *, by: User, now: datetime) -> Saved:
    """Keep what a page sends: answers of the patient that are confirmed, then values.

    An answer the chart holds something for already is passed over: that was entered since.

    Raises what ``save_values`` raises.
    """
    base = sent.base
    errors: tuple[Fault, ...] = ()
    if sent.said:
        open_fields = sent.said - findings_of(assessment).values.keys()
        confirmed = confirm_reported(assessment, base, open_fields, by=by, now=now)
        base, errors = confirmed.version, confirmed.errors
    saved = save_values(assessment, base, sent.entries, by=by, now=now, spent=sent.spent)
    return replace(saved, errors=(*errors, *saved.errors))


def _translated(assessment: Assessment, prefill: Prefill) -> list[Entry]:
    """Say beside the scores that the questions were a translation nobody validated."""
    language, name = prefill.words.get(ASKED_IN), note_name("instruments")
    if not language:
        return []
    said = f"{_(REPORTED[ASKED_IN].label)}: {language}"
    held = assessment.remarks.filter(name=name).values_list("text", flat=True).first() or ""
    if said in held:
        return []
    return [Entry(name, "", f"{held}\n{said}".strip()[: REMARKS[name].longest])]


def _set_goal(episode: EpisodeOfCare, prefill: Prefill, findings: Findings) -> None:
    """An episode that has no goal yet gets the patient's own, and its day."""
    if episode.goal:
        return
    episode.goal, episode.goal_on = str(findings.value("goals") or "")[:300], prefill.goal_on
    episode.save(update_fields=["goal", "goal_on"])
