"""Save what was found, value by value, into an assessment that is not signed yet.

A value outside its hard limits is refused and nothing of it is kept; the others are saved. Rules
between findings refuse only a value that is being sent: what they say about the rest is a fault to
settle before signing, so that a chart half way through is never in anybody's way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from assessments import trail
from assessments.actions.remarks import Words, read_remarks, remarks_of, write_remarks
from assessments.actions.timing import keep_time
from assessments.errors import AlreadySigned, Clash, InError, NotTheAuthor, StaleVersion
from assessments.findings import FIELDS, Fault, Findings, check_across, limit_warnings
from assessments.findings.remarks import REMARKS
from assessments.models import Assessment, Finding
from assessments.screen.entries import Entry, held_value, put, read_entry
from assessments.screen.spent import Spent
from assessments.storage import (
    Key,
    confirm_carried,
    findings_from,
    plain,
    stored_rows,
    write_changes,
)
from clinic.models import Practitioner, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of a save.

    errors       refused values, nothing of them kept
    warnings     kept, worth a second look
    outstanding  contradictions between kept values, to settle before signing
    changed      items and sides whose rows changed
    """

    version: int
    findings: Findings
    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    outstanding: tuple[Fault, ...]
    changed: tuple[tuple[str, str], ...]


@transaction.atomic
def save_values(
    assessment: Assessment,
    base_version: int,
    values: Iterable[Entry],
    *,
    by: User,
    now: datetime,
    origin: str = Finding.Origin.CLINICIAN,
    spent: Spent | None = None,
) -> Saved:
    """Keep the values that can be kept and say what is wrong with the others.

    origin  who said so; a value that changes takes it on, one that stays keeps its own

    Raises AlreadySigned, NotTheAuthor, and StaleVersion when the chart has moved on from
    ``base_version``: then nothing is kept and the error holds both values of every field.
    """
    every = list(values)
    said = [entry for entry in every if entry.field in REMARKS]
    entries = [entry for entry in every if entry.field not in REMARKS]
    locked = locked_draft(assessment, by)
    keep_time(locked, spent)
    rows, words = stored_rows(locked), remarks_of(locked)
    before = findings_from(rows)
    if locked.version != base_version:
        raise StaleVersion(locked.version, clashes(every, before, words))
    after, accepted, errors, warnings = _merge(before, entries)
    wanted, refused = read_remarks(said)
    changed = write_changes(locked, rows, after, by=by, now=now, origin=origin)
    changed += confirm_carried(_said_again(rows, accepted, changed), by=by, now=now)
    changed += write_remarks(locked, words, wanted)
    if changed:
        locked.version += 1
        locked.save(update_fields=["version"])
        patient_id = locked.episode.patient_id
        trail.did_again("chart.saved", locked, by=by, patient_id=patient_id, now=now)
    outstanding, second_looks = check_across(after.values)
    return Saved(
        version=locked.version,
        findings=after,
        errors=(*errors, *refused),
        warnings=(*warnings, *second_looks),
        outstanding=outstanding,
        changed=tuple(changed),
    )


def second_looks(findings: Findings) -> tuple[Fault, ...]:
    """Return everything on a chart that is unusual, or contradicts something else."""
    outstanding, warnings = check_across(findings.values)
    unusual = (
        fault
        for name, value in findings.values.items()
        for fault in limit_warnings(FIELDS[name], value)
    )
    return (*outstanding, *warnings, *unusual)


def locked_draft(assessment: Assessment, by: User) -> Assessment:
    """Lock and read anew an assessment that ``by`` may still change.

    Raises AlreadySigned (InError for a chart entered in error) or NotTheAuthor.
    """
    locked = (
        Assessment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("episode", "author", "appointment", "mistake")
        .get(pk=assessment.pk)
    )
    if locked.in_error:
        raise InError
    if locked.signed_at is not None:
        raise AlreadySigned
    if not is_author(locked.author, by):
        raise NotTheAuthor
    return locked


def is_author(author: Practitioner, by: User) -> bool:
    """Say whether this sign-in is the author's; somebody without one is nobody's author."""
    return author.user_id is not None and author.user_id == by.pk


def clashes(entries: Iterable[Entry], stored: Findings, words: Words) -> list[Clash]:
    """Return both values of every field that was sent, whether or not they differ."""
    return [
        Clash(entry.field, entry.side, entry.value, _theirs(entry, stored, words))
        for entry in entries
    ]


def _said_again(
    rows: Iterable[Finding], entries: Iterable[Entry], changed: Iterable[Key]
) -> list[Finding]:
    """Return the rows whose value was sent once more as it stands."""
    sent, done = list(entries), set(changed)
    return [
        row
        for row in rows
        if (row.item, row.side) not in done and any(_is_about(entry, row) for entry in sent)
    ]


def _is_about(entry: Entry, row: Finding) -> bool:
    same_item = row.item == entry.field or row.item.startswith(f"{entry.field}.")
    return same_item and entry.side in ("", row.side)


def _theirs(entry: Entry, stored: Findings, words: Words) -> object:
    if entry.field in REMARKS:
        return words.get(entry.field)
    return plain(held_value(stored, entry))


def _merge(
    before: Findings, entries: list[Entry]
) -> tuple[Findings, list[Entry], list[Fault], list[Fault]]:
    """Return the findings with every acceptable value put in, those values, the refusals and the
    warnings.
    """
    values: dict[str, object] = dict(before.values)
    errors: list[Fault] = []
    taken: list[Entry] = []
    for entry in entries:
        value, faults = read_entry(entry)
        errors.extend(faults)
        if not faults:
            put(values, entry, value)
            taken.append(entry)
    against = _contradictions(values, taken)
    for entry, faults in against:
        put(values, entry, held_value(before, entry))
        errors.extend(faults)
    kept = [entry for entry in taken if entry not in [refused for refused, _ in against]]
    after = Findings(values)
    return after, kept, errors, _unusual(after, kept)


def _contradictions(
    values: Mapping[str, object], sent: Iterable[Entry]
) -> list[tuple[Entry, list[Fault]]]:
    """Return the sent values that contradict others (V01, V02, V04), with the faults.

    An object that still lacks parts is not refused: parts are entered one after the other.
    """
    faults = [fault for fault in check_across(values)[0] if not fault.part]
    against = []
    for entry in sent:
        found = [fault for fault in faults if fault.field == entry.field]
        if found:
            against.append((entry, found))
    return against


def _unusual(findings: Findings, entries: Iterable[Entry]) -> list[Fault]:
    warnings: list[Fault] = []
    for entry in entries:
        field = FIELDS.get(entry.field)
        if field is not None and field.id in findings.values:
            one = held_value(findings, entry)
            warnings.extend(limit_warnings(field, one, side=entry.side))
    return warnings
