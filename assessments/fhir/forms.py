"""What was answered on a form: the intake as it was sent, and the forms within a chart."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext

from assessments.fhir.codes import answers_of
from assessments.fhir.findings import status_of
from assessments.fhir.questions import (
    INTAKE,
    NONE_OF_THEM,
    canonical,
    field_named,
    form_of,
    labels,
    part_labels,
    part_system,
    question,
    questionnaire,
)
from assessments.fhir.sent import Sent
from assessments.fhir.shapes import Resource, absent, coding, ident, number, whole
from assessments.findings import FIELDS, Field
from assessments.findings.remarks import activity_name
from assessments.findings.reported import GOAL_DAY, PSFS_NAME, REPORTED
from assessments.intake.sheet import label_for
from assessments.models import Assessment, Intake

VALUES = {
    "integer": "valueInteger", "decimal": "valueDecimal", "boolean": "valueBoolean",
    "choice": "valueCoding", "text": "valueString", "date": "valueDate",
}  # fmt: skip
KINDS = {
    "int": "integer", "int_list": "integer", "int_object": "integer", "decimal": "decimal",
    "bool": "boolean", "bool_object": "boolean", "yes_no": "boolean", "choice": "choice",
    "multi": "choice", "letters": "choice", "text": "text", "text_object": "text",
}  # fmt: skip
RESPONSE_STATUS = {
    "final": "completed", "preliminary": "completed", "amended": "amended",
    "entered-in-error": "entered-in-error",
}  # fmt: skip


def questionnaires(sent: Sent) -> Iterator[Resource]:
    """Every form that was answered, once."""
    intakes = {INTAKE + each.part for each in sent.rows("intakes")}
    charted = {form_of(row.item.split(".")[0]) for row in sent.rows("findings")}
    for form in sorted(intakes | {each for each in charted if each}):
        yield questionnaire(form, sent.language)


def responses(sent: Sent) -> Iterator[Resource]:
    for intake in sent.rows("intakes"):
        yield from _intake(sent, intake)
    for chart in sent.rows("charts"):
        for form, rows in forms_of(sent, chart).items():
            yield _charted(sent, chart, form, rows)


def forms_of(sent: Sent, chart: Assessment) -> dict[str, list[Any]]:
    """Return the rows of a chart that belong to forms, by form."""
    found: dict[str, list[Any]] = {}
    for row in sent.of("findings", "assessment_id", chart.pk):
        if form := form_of(row.item.split(".")[0]):
            found.setdefault(form, []).append(row)
    return found


def response_of(chart: Assessment, form: str) -> str:
    return ident(chart.pk, f"form:{form}")


def amended_id(intake: Intake) -> str:
    return ident(intake.pk, "amended")


def _intake(sent: Sent, intake: Intake) -> Iterator[Resource]:
    """The form as it was sent and, where something was answered anew, as it stands now."""
    answers = {
        (row.item, row.side): row for row in sent.of("intake_answers", "intake_id", intake.pk)
    }
    later = sent.of("intake_corrections", "intake_id", intake.pk)
    form = INTAKE + intake.part
    base = _base(sent, form, intake.appointment_id) | {
        "source": None if sent.rows("guardians") else sent.subject,
    }  # fmt: skip
    yield base | {
        "id": ident(intake.pk),
        "status": "completed",
        "authored": sent.at(intake.sent_at, intake.appointment_id),
        "item": list(items(form, answers.values())),
    }
    if later:
        stands = answers | {(row.item, row.side): row for row in later}
        yield base | {
            "id": amended_id(intake),
            "status": "amended",
            "authored": sent.at(later[-1].added_at, intake.appointment_id),
            "item": list(items(form, stands.values())),
        }


def _charted(sent: Sent, chart: Assessment, form: str, rows: list[Any]) -> Resource:
    names = {
        activity_name(part): row.text for row in sent.of("remarks", "assessment_id", chart.pk)
        for part in FIELDS["psfs"].part_ids if row.name == activity_name(part)
    }  # fmt: skip
    told = any(row.origin == "patient" for row in rows)
    return _base(sent, form, sent.visit_id(chart)) | {
        "id": response_of(chart, form),
        "meta": sent.meta(chart.pk),
        "status": RESPONSE_STATUS[status_of(sent, chart, rows)],
        "authored": sent.at(chart.signed_at, sent.visit_id(chart)),
        "author": sent.by(chart.author),
        "source": sent.subject if told else None,
        "item": list(items(form, rows, names)),
    }


def _base(sent: Sent, form: str, appointment_id: Any) -> Resource:
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": canonical(form),
        "subject": sent.subject,
        "encounter": sent.encounter(appointment_id),
    }


def items(
    form: str, rows: Iterable[Any], activities: Mapping[str, str] | None = None
) -> Iterator[Resource]:
    """Yield answers by question, in the order they are kept; parts within their question."""
    asked: dict[str, list[Any]] = {}
    for row in rows:
        asked.setdefault(_question(row.item), []).append(row)
    for name, theirs in asked.items():
        yield _answered(form, name, theirs, activities or {})


def _question(item: str) -> str:
    if item in FIELDS or item in REPORTED:
        return item
    name, _dot, _part = item.rpartition(".")
    return name if name in FIELDS or name in REPORTED else item


def _answered(form: str, name: str, rows: list[Any], activities: Mapping[str, str]) -> Resource:
    if name not in FIELDS and name not in REPORTED:  # no dictionary knows it any more
        said = rows[0].text if rows[0].number is None else str(number(rows[0].number))
        return whole({"linkId": name, "answer": [{"valueString": said}]})
    field = field_named(name)
    item = {"linkId": name, "text": question(form, field)}
    if field.parts and rows[0].item == name:  # a group, which has no answer of its own
        return whole(item | absent("not-performed"))
    if not field.parts:
        return whole(item | {"answer": list(_answers(field, rows[0], labels(form, field)))})
    return whole(item | {"item": [_part(field, row, activities) for row in rows]})


def _part(field: Field, row: Any, activities: Mapping[str, str]) -> Resource:
    part = field.part(row.item.removeprefix(f"{field.id}."))
    named = activities.get(activity_name(part.id), "") if field.id == "psfs" else ""
    label = label_for(field.id) if field.id == PSFS_NAME else ""
    return whole({
        "linkId": row.item,
        "text": named or f"{label} {gettext(part.label)}".strip(),
        "answer": [_value(field, row, part_system(field, part), part_labels(part))],
    })  # fmt: skip


def _answers(field: Field, row: Any, words: Mapping[str, str]) -> Iterator[Resource]:
    if row.state != "known":  # asked, and not tried: an answer without a value
        kind = "date" if field.id == GOAL_DAY else KINDS[field.kind]
        if kind == "choice":
            yield {VALUES[kind]: absent("not-performed")}
        else:
            yield {f"_{VALUES[kind]}": absent("not-performed")}
    elif field.kind == "multi":
        for code in row.text.split(",") if row.text else (NONE_OF_THEM,):
            yield {"valueCoding": _chosen(field.id, code, words)}
    else:
        yield _value(field, row, field.id, words)


def _value(field: Field, row: Any, system: str, words: Mapping[str, str]) -> Resource:
    kind = KINDS[field.kind]
    if kind == "boolean":
        yes = row.text == "yes" if row.number is None else bool(row.number)
        return {"valueBoolean": yes}
    if kind == "choice":
        return {"valueCoding": _chosen(system, row.text, words)}
    if kind in ("integer", "decimal"):
        return {VALUES[kind]: number(row.number)}
    if field.id == GOAL_DAY and is_day(row.text):
        return {"valueDate": row.text}
    return {"valueString": row.text}


def _chosen(system: str, code: str, words: Mapping[str, str]) -> Resource:
    return coding(answers_of(system), code, words.get(code, code))


def is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
