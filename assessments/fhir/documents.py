"""What was signed: charts and notes as compositions, and what was done at them as procedures."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from assessments.fhir.care import body_site, document_type
from assessments.fhir.codes import LOINC, NOTE, TREATMENT
from assessments.fhir.findings import found_in, metric_of, metrics_of, observation_of
from assessments.fhir.forms import forms_of, response_of
from assessments.fhir.sent import Sent
from assessments.fhir.shapes import Resource, coding, concept, ident, narrative, paragraphs, ref
from assessments.models import Assessment, Note, Treatment
from assessments.notes.lines import SOAP, line_of
from assessments.screen.words import label_of
from assessments.subject.of_charts import SOAP_LABELS

REGION_OF_PART: Mapping[str, str] = {
    Treatment.Part.KNEECAP: "knee", Treatment.Part.KNEE: "knee", Treatment.Part.THIGH: "thigh",
    Treatment.Part.HIP: "hip", Treatment.Part.ANKLE: "ankle", Treatment.Part.FOOT: "foot",
}  # fmt: skip
BOTH_SIDES = {"L": ("L",), "R": ("R",), "B": ("L", "R")}


def compositions(sent: Sent) -> Iterator[Resource]:
    for chart in sent.rows("charts"):
        yield _chart(sent, chart)
    for note in sent.rows("notes"):
        yield _note(sent, note)


def procedures(sent: Sent) -> Iterator[Resource]:
    for treatment in sent.rows("treatments"):
        yield _procedure(sent, treatment)


def document_status(sent: Sent, document: Assessment | Note) -> str:
    """Return how final a document is; words added to it later amend it too."""
    if getattr(document, "in_error", False):
        return "entered-in-error"
    if document.waits_for_cosign:
        return "preliminary"
    return "amended" if document.amends_id or _added(sent, document) else "final"


def _chart(sent: Sent, chart: Assessment) -> Resource:
    return _document(sent, chart) | {
        "title": str(chart.get_kind_display()),
        "section": [*_soap(sent, chart), *_remarks(sent, chart), _found(sent, chart),
                    *_later(sent, chart)],
    }  # fmt: skip


def _note(sent: Sent, note: Note) -> Resource:
    lines = sent.of("note_lines", "note_id", note.pk)
    said = [(_label(note, row.name), row.text) for row in lines]
    said += [
        (_("Safety questions"), str(note.get_safety_display() if note.safety else "")),
        (_("Outcome"), str(note.get_outcome_display() if note.outcome else "")),
    ]
    return _document(sent, note) | {
        "title": str(note.get_kind_display()),
        "section": [
            *(section(title, text) for title, text in said if text), *_later(sent, note),
        ],
    }  # fmt: skip


def _label(note: Note, name: str) -> str:
    line = line_of(note.kind, name)
    return _(line.label) if line else name


def _document(sent: Sent, document: Assessment | Note) -> Resource:
    signed = sent.at(document.signed_at, sent.visit_id(document))
    second = getattr(document, "cosignature", None)
    attesters = [{"mode": "legal", "time": signed, "party": sent.by(document.author)}]
    if second:
        attesters.append({
            "mode": "professional", "time": sent.at(second.signed_at, sent.visit_id(document)),
            "party": sent.signer(second.signed_by_id, second.name),
        })  # fmt: skip
    words = str(document.get_kind_display())
    return {
        "resourceType": "Composition",
        "id": ident(document.pk),
        "meta": sent.meta(document.pk),
        "language": sent.language,
        "status": document_status(sent, document),
        "type": concept(words, coding(LOINC, *NOTE), document_type(document.kind, words)),
        "subject": sent.subject,
        "encounter": sent.encounter(sent.visit_id(document)),
        "date": signed,
        "author": [sent.by(document.author)],
        "attester": attesters,
        "custodian": sent.organization,
        "relatesTo": [
            {"code": "replaces", "targetReference": ref(ident(document.amends_id))}
        ] if document.amends_id else [],
    }  # fmt: skip


def section(title: str, text: str, author: Resource | None = None) -> Resource:
    """Return words somebody wrote; they say more than the rows do."""
    return {
        "title": title,
        "author": [author] if author else [],
        "text": narrative("additional", paragraphs(text)),
    }


def _soap(sent: Sent, chart: Assessment) -> Iterator[Resource]:
    parts = {row.name: row.text for row in sent.of("chart_notes", "assessment_id", chart.pk)}
    for name in SOAP:
        if parts.get(name):
            yield section(str(SOAP_LABELS[name]), parts[name])


def _remarks(sent: Sent, chart: Assessment) -> Iterator[Resource]:
    for row in sent.of("remarks", "assessment_id", chart.pk):
        yield section(label_of(row.name), row.text)


def _found(sent: Sent, chart: Assessment) -> Resource:
    """Return what the chart holds: its observations, forms and treatments."""
    names = [observation_of(chart.pk, name, side) for name, side in found_in(sent, chart)]
    names += [metric_of(chart.pk, name) for name, _value in metrics_of(sent, chart)]
    names += [response_of(chart, form) for form in forms_of(sent, chart)]
    names += [ident(row.pk) for row in sent.of("treatments", "assessment_id", chart.pk)]
    if not names:
        return {}
    return {"title": _("What was found"), "entry": [ref(name) for name in names]}


def _added(sent: Sent, document: Assessment | Note) -> list[Any]:
    if isinstance(document, Assessment):
        return sent.of("chart_addenda", "assessment_id", document.pk)
    return sent.of("note_addenda", "note_id", document.pk)


def _later(sent: Sent, document: Assessment | Note) -> Iterator[Resource]:
    for row in _added(sent, document):
        at = row.written_at.astimezone(sent.zone(sent.visit_id(document)))
        title = _("Added on %(when)s") % {"when": formats.date_format(at, "j F Y, H:i")}
        author = sent.signer(row.written_by_id, row.name)
        yield section(title, f"{row.text}\n{_('Why it comes later')}: {row.reason}", author)


def _procedure(sent: Sent, row: Treatment) -> Resource:
    document = sent.charts.get(row.assessment_id) if row.assessment_id else None
    parent = document or _note_of(sent, row)
    wrong = document is not None and document.in_error
    words = str(row.get_kind_display())
    return {
        "resourceType": "Procedure",
        "id": ident(row.pk),
        "meta": sent.meta(parent.pk),
        "status": "entered-in-error" if wrong else "completed",
        "code": concept(words, coding(TREATMENT, row.kind, words)),
        "subject": sent.subject,
        "encounter": sent.encounter(sent.visit_id(parent)),
        "performedDateTime": row.given_on.isoformat(),
        "performer": [{"actor": sent.by(parent.author)}],
        "bodySite": [_place(row)] if row.part != Treatment.Part.NONE else [],
        "note": [{"text": text} for text in _told(row) if text],
    }


def _note_of(sent: Sent, row: Treatment) -> Note:
    found: Note = sent.of("notes", "pk", row.note_id)[0]
    return found


def _place(row: Treatment) -> Resource:
    """Where it was done, in the words of the chart: a kneecap is said to be one."""
    site = body_site(REGION_OF_PART.get(row.part, ""), BOTH_SIDES.get(row.side, ()))
    side = f", {row.get_side_display()}" if row.side else ""
    return {**(site or {}), "text": f"{row.get_part_display()}{side}"}


def _told(row: Treatment) -> Iterator[str]:
    yield row.words
    yield _("%(minutes)s minutes") % {"minutes": row.minutes}
    if row.before is not None:
        yield _("Pain before: %(pain)s of 10") % {"pain": row.before}
    if row.after is not None:
        yield _("Pain after: %(pain)s of 10") % {"pain": row.after}
