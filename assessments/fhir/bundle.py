"""The record as one bundle, encoded resource by resource so that few are in memory at once."""

import json
from collections.abc import Iterable, Iterator

from assessments.fhir import (
    care,
    documents,
    findings,
    forms,
    people,
    plans,
    provenance,
    visits,
)
from assessments.fhir.codes import FHIR_VERSION, FHIR_VERSION_SYSTEM
from assessments.fhir.sent import Sent, sent
from assessments.fhir.shapes import Resource, coding, ident, urn, whole
from assessments.subject.reading import Record


def resources(sent: Sent) -> Iterator[Resource]:
    """Yield every resource of a record; whatever one refers to is among them."""
    for make in (
        people.everybody, visits.appointments, visits.encounters, care.episodes,
        forms.questionnaires, forms.responses, documents.compositions,
    ):  # fmt: skip
        yield from map(whole, make(sent))
    for chart in sent.rows("charts"):
        yield from map(whole, findings.observations(sent, chart))
    for make in (documents.procedures, plans.care_plans, provenance.provenances):
        yield from map(whole, make(sent))


def head(sent: Sent) -> Resource:
    """Return the bundle without its entries.

    A collection: a record is many documents by several hands, and none of them speaks for all.
    """
    moment = sent.record.made_at
    return {
        "resourceType": "Bundle",
        "id": ident(sent.patient.pk, f"bundle:{moment.isoformat()}"),
        "meta": {"tag": [coding(FHIR_VERSION_SYSTEM, FHIR_VERSION)]},
        "language": sent.language,
        "type": "collection",
        "timestamp": sent.at(moment),
    }


def bundle_json(record: Record) -> bytes:
    """Return the record as FHIR R4 JSON."""
    told = sent(record)
    entries = b",\n".join(map(_encoded, _entries(resources(told))))
    opening = json.dumps(head(told), ensure_ascii=False).encode()
    return b'%b,"entry":[\n%b\n]}' % (opening.removesuffix(b"}"), entries)


def _entries(made: Iterable[Resource]) -> Iterator[Resource]:
    for resource in made:
        yield {"fullUrl": urn(resource["id"]), "resource": resource}


def _encoded(entry: Resource) -> bytes:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
