"""The note of a chart: it writes itself until somebody writes in it, part by part.

A part that was written keeps what the chart said by itself beside the text. Signing draws all four
anew and freezes both.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from assessments import trail
from assessments.actions.charting import locked_draft
from assessments.errors import Clash, StaleVersion
from assessments.findings import Fault, Findings
from assessments.findings.faults import InputError
from assessments.findings.field import gettext_noop as _
from assessments.findings.leaf import read_text
from assessments.models import Assessment, SoapPart
from assessments.notes.charted import drawn_soap
from assessments.notes.lines import LONGEST_PART, SOAP
from assessments.rules.draft import Draft
from assessments.screen.entries import Entry
from clinic.models import User


@transaction.atomic
def save_soap(
    assessment: Assessment, base_version: int, entries: Iterable[Entry], *, by: User, now: datetime
) -> tuple[int, tuple[Fault, ...]]:
    """Keep what was written in parts of the note; return the version and what was refused.

    Nothing written, or what the chart says by itself, lets the part write itself again.

    Raises AlreadySigned, NotTheAuthor, and StaleVersion as ``save_values`` does.
    """
    sent = list(entries)
    locked = locked_draft(assessment, by)
    drawn = drawn_soap(locked)
    held = texts_of(locked, drawn)
    if locked.version != base_version:
        theirs = [Clash(e.field, e.side, e.value, held.get(e.field)) for e in sent]
        raise StaleVersion(locked.version, theirs)
    changed, faults = False, []
    for entry in sent:
        try:
            text = _read(entry) or drawn[entry.field]
        except InputError as error:
            faults.append(error.at(entry.field, entry.side))
            continue
        if text != held[entry.field]:
            _write(locked, entry.field, text, drawn[entry.field])
            changed = True
    if changed:
        locked.version += 1
        locked.save(update_fields=["version"])
        whose = locked.episode.patient_id
        trail.did_again("chart.saved", locked, by=by, patient_id=whose, now=now)
    return locked.version, tuple(faults)


def texts_of(assessment: Assessment, drawn: dict[str, str]) -> dict[str, str]:
    """Return the four texts as they stand: what was written, else what was drawn."""
    return drawn | dict(assessment.soap.values_list("name", "text"))


def keep_soap(assessment: Assessment, findings: Findings, judged: Draft) -> None:
    """Write down all four parts, in the transaction of the signature."""
    drawn = drawn_soap(assessment, findings, judged)
    texts = texts_of(assessment, drawn)
    assessment.soap.all().delete()
    SoapPart.objects.bulk_create(
        SoapPart(assessment=assessment, name=name, drawn=drawn[name], text=texts[name])
        for name in SOAP
        if texts[name]
    )


def copy_soap(original: Assessment, amendment: Assessment) -> None:
    """Begin a correction with what was written by hand; the rest writes itself anew."""
    SoapPart.objects.bulk_create(
        SoapPart(assessment=amendment, name=each.name, drawn=each.drawn, text=each.text)
        for each in original.soap.all()
        if each.by_hand
    )


def _read(entry: Entry) -> str:
    if entry.field not in SOAP or entry.side:
        raise InputError(_("This is no part of a note."))
    if entry.value is None:
        return ""
    return read_text(entry.value, LONGEST_PART) or ""


def _write(assessment: Assessment, name: str, text: str, drawn: str) -> None:
    if text == drawn:
        assessment.soap.filter(name=name).delete()
    else:
        values = {"text": text, "drawn": drawn}
        SoapPart.objects.update_or_create(assessment=assessment, name=name, defaults=values)
