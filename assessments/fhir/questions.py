"""Questionnaires of our own: what a form asks, as FHIR has it. Made from the data dictionary."""

from collections.abc import Iterator, Mapping
from functools import cache
from uuid import NAMESPACE_URL, uuid5

from django.utils.translation import gettext as _

from assessments.fhir.codes import IN_FORMS, OURS, answers_of
from assessments.fhir.shapes import Resource, coding, whole
from assessments.findings import FIELDS, Field
from assessments.findings.field import Part
from assessments.findings.reported import GOAL_DAY, REPORTED
from assessments.intake.sheet import label_for
from assessments.intake.steps import FIRST, FOLLOWS, MORE, steps_of
from assessments.screen.words import label_of

INTAKE, RED_FLAGS = "intake-", "red_flags"
NONE_OF_THEM = "none-of-them"  # asked, and none was chosen
NO_DOUBLES = frozenset(("tsk11_total",))  # asked on the form of the items it adds up
TYPES = {
    "int": "integer", "decimal": "decimal", "bool": "boolean", "yes_no": "boolean",
    "choice": "choice", "multi": "choice", "text": "text",
}  # fmt: skip
PART_TYPES = {
    "letters": "choice", "int_list": "integer", "int_object": "integer",
    "bool_object": "boolean", "text_object": "string",
}  # fmt: skip


def canonical(form: str) -> str:
    return f"{OURS}:questionnaire:{form}"


def questionnaire_id(form: str) -> str:
    return str(uuid5(NAMESPACE_URL, canonical(form)))


@cache
def fields_of(form: str) -> tuple[str, ...]:
    """Return what a form asks: a part of the intake, an instrument, or the safety questions."""
    if form in (INTAKE + FIRST, INTAKE + MORE):
        part = form.removeprefix(INTAKE)
        asked = [item.field for step in steps_of(part) for item in step.items]
        return tuple(dict.fromkeys((*asked, *FOLLOWS)))
    if form == RED_FLAGS:
        return tuple(name for name, field in FIELDS.items() if field.section == RED_FLAGS)
    return ("tsk11_items", "tsk11_total") if form == "tsk11_items" else (form,)


def form_of(name: str) -> str | None:
    """Return the form of a chart a finding is told with; None for one that stands by itself."""
    if name not in FIELDS or FIELDS[name].section not in IN_FORMS:
        return None
    if FIELDS[name].section == RED_FLAGS:
        return RED_FLAGS
    return "tsk11_items" if name in NO_DOUBLES else name


def title_of(form: str) -> str:
    if form == INTAKE + FIRST:
        return _("Before you come")
    if form == INTAKE + MORE:
        return _("If you have time")
    return _("Red-flag answers") if form == RED_FLAGS else label_of(form)


def questionnaire(form: str, language: str) -> Resource:
    name = "".join(each.capitalize() for each in form.replace("-", "_").split("_"))
    return {
        "resourceType": "Questionnaire",
        "id": questionnaire_id(form),
        "language": language,
        "url": canonical(form),
        "name": name,
        "title": title_of(form),
        "status": "active",
        "subjectType": ["Patient"],
        "item": [_item(form, field_named(each)) for each in fields_of(form)],
    }


def field_named(name: str) -> Field:
    return FIELDS[name] if name in FIELDS else REPORTED[name]


@cache
def _leads(form: str) -> Mapping[str, str]:
    """Return what stands above the questions of an intake's part."""
    if not form.startswith(INTAKE):
        return {}
    steps = steps_of(form.removeprefix(INTAKE))
    return {item.field: item.together or step.lead for step in steps for item in step.items}


def question(form: str, field: Field) -> str:
    """Return a question as it was asked: a patient reads other words than a clinician."""
    if not form.startswith(INTAKE) or field.asked is None:
        return label_for(field.id)
    lead = _leads(form).get(field.id, "")
    return " ".join(_(each) for each in (lead, field.asked.question) if each)


def labels(form: str, field: Field) -> Mapping[str, str]:
    """Return the words of the codes that may answer, as they were offered."""
    asked = field.asked.labels if form.startswith(INTAKE) and field.asked else {}
    words = {code: _(asked.get(code, label)) for code, label in field.choices}
    return words | {NONE_OF_THEM: _("none of them")} if field.kind == "multi" else words


def _item(form: str, field: Field) -> Resource:
    item = {"linkId": field.id, "text": question(form, field)}
    if field.parts:
        return item | {"type": "group", "item": list(_parts(field))}
    kind = "date" if field.id == GOAL_DAY else TYPES[field.kind]
    return whole(item | {
        "type": kind,
        "repeats": True if field.kind == "multi" else None,
        "answerOption": _options(field.id, labels(form, field)) if kind == "choice" else None,
    })  # fmt: skip


def _parts(field: Field) -> Iterator[Resource]:
    kind = PART_TYPES[field.kind]
    for part in field.parts:
        yield whole({
            "linkId": f"{field.id}.{part.id}",
            "text": _(part.label),
            "type": kind,
            "answerOption": _options(part_system(field, part), part_labels(part))
            if kind == "choice" else None,
        })  # fmt: skip


def part_system(field: Field, part: Part) -> str:
    return f"{field.id}.{part.id}"


def part_labels(part: Part) -> Mapping[str, str]:
    return {code: _(label) for code, label in part.choices}


def _options(name: str, words: Mapping[str, str]) -> list[Resource]:
    return [{"valueCoding": coding(answers_of(name), code, words[code])} for code in words]
