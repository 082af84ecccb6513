"""What is wrong with a bundle: by the R4B models, and by R4's own rules (``fhir_table``)."""

import json
from xml.etree import ElementTree

from fhir.resources.R4B.bundle import Bundle
from pydantic import BaseModel

from assessments.fhir.bundle import bundle_json
from assessments.subject.reading import read_record
from tests.assessments.factories import NOW
from tests.assessments.fhir_table import (
    CODE,
    DATE_TIME,
    ID,
    KNOWN,
    LOOKS_LIKE_A_TIME,
    ONLY_FROM,
    OURS,
    REQUIRED,
    TARGETS,
    UCUM,
)

TYPES = {
    "integer": "valueInteger", "decimal": "valueDecimal", "boolean": "valueBoolean",
    "choice": "valueCoding", "text": "valueString", "string": "valueString", "date": "valueDate",
}  # fmt: skip
LOINC = "http://loinc.org"
OPEN_END = "+"  # some lists of the models break off here, as they do on the pages of the standard
TEXTS = ("text", "div", "display", "description", "value", "valueString", "title", "name")


def bundle_of(patient, now=NOW):
    """The bundle of a patient, read back, after it was found to be valid."""
    bundle = json.loads(bundle_json(read_record(patient, now)))
    assert faults(bundle) == []
    return bundle


def resources(bundle, kind):
    return [
        entry["resource"] for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == kind
    ]  # fmt: skip


def only(bundle, kind):
    found = resources(bundle, kind)
    assert len(found) == 1
    return found[0]


def by_ref(bundle, reference):
    urn = reference["reference"]
    return next(each["resource"] for each in bundle["entry"] if each["fullUrl"] == urn)


def walk(value, path):
    """Every value with the path it has in the definitions: without places, items as one level."""
    yield path, value
    if isinstance(value, dict):
        for name, each in value.items():
            below = path if name == "item" and path.endswith(".item") else f"{path}.{name}"
            yield from walk(each, below)
    elif isinstance(value, list):
        for each in value:
            yield from walk(each, path)


def faults(bundle):
    """Everything that is wrong, each with its path; an empty list is a valid bundle."""
    model = Bundle.model_validate(bundle)
    made = [entry["resource"] for entry in bundle["entry"]]
    kinds = {f"urn:uuid:{each['id']}": each["resourceType"] for each in made}
    forms = {each["url"]: each for each in made if each["resourceType"] == "Questionnaire"}
    found = [*_lists(model, "Bundle"), *_entries(bundle)]
    for each in made:
        found += _resource(each, kinds)
        if each["resourceType"] == "QuestionnaireResponse":
            found += _answers(each, forms)
    return found


def _lists(model, path):
    """A code with a list in the models has one in the table, and is of both."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        extra = field.json_schema_extra
        place = f"{path}.{name}"
        if path.endswith(".item") and name == "item":
            place = path
        if path == "Bundle.entry" and name == "resource" and value is not None:
            place = value.get_resource_type()
        if value is not None and isinstance(extra, dict) and extra.get("enum_values"):
            if value not in extra["enum_values"] and OPEN_END not in extra["enum_values"]:
                yield f"{place}: the models have no {value}"
            if value not in REQUIRED.get(place, ()):
                yield f"{place}: the table has no {value}"
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, BaseModel):
                yield from _lists(each, place)


def _entries(bundle):
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    if len(urls) != len(set(urls)):
        yield "two entries of one fullUrl"
    for entry in bundle["entry"]:
        if entry["fullUrl"] != f"urn:uuid:{entry['resource']['id']}":
            yield f"{entry['fullUrl']} is not the id of its resource"
        if set(entry) != {"fullUrl", "resource"}:
            yield "an entry of a collection has neither request, response nor search"


def _resource(resource, kinds):
    kind = resource["resourceType"]
    if not ID.fullmatch(resource["id"]):
        yield f"{kind}.id {resource['id']}"
    for path, value in walk(resource, kind):
        yield from _value(path, value)
        if isinstance(value, dict) and "reference" in value:
            yield from _reference(path, value["reference"], kinds)
        if path in ONLY_FROM and {each["system"] for each in value["coding"]} != {ONLY_FROM[path]}:
            yield f"{path} has a code of another system"
        if isinstance(value, dict) and {"system", "code"} <= set(value):
            yield from _coded(path, value)
    yield from INVARIANTS.get(kind, _nothing)(resource)


def _value(path, value):
    if value in ("", [], {}) or value is None:
        yield f"{path} is empty"
    name = path.rpartition(".")[2]
    if name == "div":
        ElementTree.fromstring(value)  # XHTML is XML; it raises where it is not
    timed = isinstance(value, str) and name not in TEXTS and LOOKS_LIKE_A_TIME.match(value)
    if timed and not DATE_TIME.fullmatch(value):
        yield f"{path} {value} has no offset"


def _reference(path, reference, kinds):
    if reference not in kinds:
        yield f"{path} {reference} leads nowhere"
    elif kinds[reference] not in TARGETS.get(path, ()):
        yield f"{path} leads to a {kinds[reference]}"


def _coded(path, value):
    system, code = value["system"], value["code"]
    if not CODE.fullmatch(code):
        yield f"{path} {code!r} is no code"
    if system == "http://unitsofmeasure.org":
        if code not in UCUM:
            yield f"{path} {code} is no unit of the table"
    elif system.startswith(OURS) or system == "urn:ietf:bcp:47":
        pass
    elif code not in KNOWN.get(system, ()):
        yield f"{path} {system} has no {code}"


def _answers(response, forms):
    """Answers are to questions of the form they name, and of the question's type."""
    form = forms[response["questionnaire"]]
    asked = {each["linkId"]: each for path, each in walk(form, "Q") if _is_item(path, each)}
    for path, item in walk(response, "QR"):
        if not _is_item(path, item):
            continue
        question = asked.get(item["linkId"])
        if question is None:
            yield f"{item['linkId']} is not asked on {form['url']}"
            continue
        if question["type"] == "group" and "answer" in item:
            yield f"{item['linkId']} is a group with an answer"
        if len(item.get("answer", ())) > 1 and not question.get("repeats"):
            yield f"{item['linkId']} has two answers"
        for answer in item.get("answer", ()):
            names = {name.removeprefix("_") for name in answer}
            if names != {TYPES[question["type"]]}:
                yield f"{item['linkId']} is {question['type']}, answered by {names}"
        offered = {each["valueCoding"]["code"] for each in question.get("answerOption", ())}
        codes = {each["valueCoding"]["code"] for each in item.get("answer", ())
                 if "code" in each.get("valueCoding", ())}  # fmt: skip
        if not codes <= offered:
            yield f"{item['linkId']} was not offered {codes - offered}"


def _appointment(one):
    if ("start" in one) != ("end" in one):
        yield "app-3"
    if "cancelationReason" in one and one["status"] not in ("cancelled", "noshow"):
        yield "app-4"


def _condition(one):
    sure = one["verificationStatus"]["coding"][0]["code"]
    if ("clinicalStatus" in one) == (sure == "entered-in-error"):
        yield "con-3 or con-5"


def _observation(one):
    valued = [name for name in one if name.startswith("value")]
    if len(valued) > 1:
        yield "two values"
    if valued and "dataAbsentReason" in one:
        yield "obs-6"
    if not valued and "dataAbsentReason" not in one and "component" not in one:
        yield f"no value and no reason: {one['code']['text']}"
    codes = {(each["system"], each["code"]) for each in one["code"]["coding"]}
    parts = [
        (each["system"], each["code"])
        for part in one.get("component", ())
        for each in part["code"]["coding"]
    ]
    if valued and codes & set(parts):
        yield "obs-7"
    if "vital-signs" in str(one["category"]) and one["code"]["coding"][0]["system"] != LOINC:
        yield "a vital sign without LOINC"


def _goal(one):
    for target in one.get("target", ()):
        if any(name.startswith("detail") for name in target) and "measure" not in target:
            yield "gol-1"


def _composition(one):
    for part in one.get("section", ()):
        if not {"text", "entry", "section"} & set(part):
            yield "cmp-1"


def _care_plan(one):
    for activity in one.get("activity", ()):
        if "detail" in activity and "reference" in activity:
            yield "cpl-3"
        if sum(name.startswith("scheduled") for name in activity["detail"]) > 1:
            yield "two times"


def _questionnaire(one):
    links = [value["linkId"] for path, value in walk(one, "Q") if _is_item(path, value)]
    if len(links) != len(set(links)):
        yield "que-2"
    for path, value in walk(one, "Q"):
        if not _is_item(path, value):
            continue
        if (value["type"] == "group") != ("item" in value):
            yield "que-1"
        if "answerOption" in value and value["type"] not in ("choice", "open-choice"):
            yield "que-5"


def _is_item(path, value):
    return isinstance(value, dict) and "linkId" in value


def _nothing(one):
    return ()


INVARIANTS = {
    "Appointment": _appointment, "Condition": _condition, "Observation": _observation,
    "Goal": _goal, "Composition": _composition, "CarePlan": _care_plan,
    "Questionnaire": _questionnaire,
}  # fmt: skip
