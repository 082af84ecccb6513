"""Who signed what, when, and in place of what: one provenance per signed document."""

from collections.abc import Iterator
from typing import Any

from assessments.fhir.codes import DIGEST, TERMS, V3
from assessments.fhir.forms import amended_id
from assessments.fhir.sent import Sent, issuer_of
from assessments.fhir.shapes import Resource, coding, concept, ident, ref
from assessments.models import Assessment, Intake, Note, Plan


def provenances(sent: Sent) -> Iterator[Resource]:
    for document in (*sent.rows("charts"), *sent.rows("notes")):
        yield _signed(sent, document)
        if getattr(document, "in_error", False):
            yield _marked(sent, document)
    for name, key in (("chart_addenda", "assessment_id"), ("note_addenda", "note_id")):
        for row in sent.rows(name):
            yield _added(sent, row, getattr(row, key))
    for plan in sent.rows("plans"):
        yield _issued(sent, plan)
    for intake in sent.rows("intakes"):
        if later := sent.of("intake_corrections", "intake_id", intake.pk):
            yield _answered_anew(sent, intake, later)


def _signed(sent: Sent, document: Assessment | Note) -> Resource:
    at = sent.at(document.signed_at, sent.visit_id(document))
    agents = [agent(sent, "author", sent.by(document.author))]
    if second := getattr(document, "cosignature", None):
        agents.append(agent(sent, "verifier", sent.signer(second.signed_by_id, second.name)))
    return _base(document.pk, "UPDATE" if document.amends_id else "CREATE") | {
        "target": [ref(ident(document.pk))],
        "recorded": at,
        "agent": agents,
        "reason": [concept(document.amend_reason)] if document.amend_reason else [],
        "entity": [
            *([_entity("revision", ident(document.amends_id))] if document.amends_id else []),
            digest(document.content_hash),
        ],
    }


def _marked(sent: Sent, chart: Assessment) -> Resource:
    mark = chart.mistake
    return _base(chart.pk, "NULLIFY") | {
        "id": ident(chart.pk, "provenance:error"),
        "target": [ref(ident(chart.pk))],
        "recorded": sent.at(mark.marked_at, sent.visit_id(chart)),
        "reason": [concept(f"{mark.get_kind_display()}: {mark.reason}")],
        "agent": [agent(sent, "author", sent.signer(mark.marked_by_id, mark.name))],
    }


def _added(sent: Sent, row: Any, document: Any) -> Resource:
    return _base(row.pk, "APPEND") | {
        "target": [ref(ident(document))],
        "recorded": sent.at(row.written_at),
        "reason": [concept(row.reason)],
        "agent": [agent(sent, "author", sent.signer(row.written_by_id, row.name))],
        "entity": [digest(row.content_hash)],
    }


def _issued(sent: Sent, plan: Plan) -> Resource:
    who = issuer_of(plan)
    return _base(plan.pk, "CREATE") | {
        "target": [ref(ident(plan.pk))],
        "recorded": sent.at(plan.issued_at),
        "agent": [agent(sent, "author", sent.by(who) if who else sent.organization)],
        "entity": [_entity("derivation", ident(plan.assessment_id)), digest(plan.content_hash)],
    }


def _answered_anew(sent: Sent, intake: Intake, later: list[Any]) -> Resource:
    return _base(intake.pk, "UPDATE") | {
        "target": [ref(amended_id(intake))],
        "recorded": sent.at(later[-1].added_at, intake.appointment_id),
        "agent": [{"type": _role("informant"), "who": sent.subject}],
        "entity": [_entity("revision", ident(intake.pk))],
    }


def _base(base: Any, deed: str) -> Resource:
    return {
        "resourceType": "Provenance",
        "id": ident(base, "provenance"),
        "activity": {"coding": [coding(f"{V3}DataOperation", deed)]},
    }


def agent(sent: Sent, kind: str, who: Resource) -> Resource:
    return {"type": _role(kind), "who": who, "onBehalfOf": sent.organization}


def _role(kind: str) -> Resource:
    return {"coding": [coding(f"{TERMS}provenance-participant-type", kind)]}


def _entity(role: str, resource_id: str) -> Resource:
    return {"role": role, "what": ref(resource_id)}


def digest(sha256: str) -> Resource:
    """Name the content that was signed by its digest, which ``manage.py verify`` works out anew."""
    return {"role": "source", "what": {"identifier": {"system": DIGEST, "value": sha256}}}
