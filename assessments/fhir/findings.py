"""What was found, as observations: one per finding and side, and one per number derived of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from assessments.fhir.care import body_site
from assessments.fhir.codes import (
    CATEGORIES,
    FINDING,
    LOINC,
    LOINC_CODES,
    METRIC,
    METRIC_UNITS,
    REGION_OF,
    TERMS,
    TEST_RESULTS,
    UCUM,
    V3,
    VITAL,
    VITAL_SIGNS,
    answers_of,
)
from assessments.fhir.questions import RED_FLAGS, form_of
from assessments.fhir.sent import Sent
from assessments.fhir.shapes import (
    Resource,
    coding,
    concept,
    grouped,
    ident,
    number,
    quantity,
    ref,
    whole,
)
from assessments.findings import FIELDS, Field
from assessments.models import Assessment
from assessments.screen.words import code_words, label_of, side_words

Key = tuple[str, str]  # finding and side
Value = tuple[str, str, Any, str]  # item, state, number, text
# What a metric is worked out of: forms, or findings of the index side or both.
FORMS = {
    "akps_total": "akps", "koos_pf": "koos_pf_items", "psfs_mean": "psfs",
    "lefs_total": "lefs_items", "tsk11_total": "tsk11_items", "wells_score": RED_FLAGS,
}  # fmt: skip
FROM = {
    "bmi": ("height_cm", "body_mass_kg"), "fpi_total": ("fpi",), "lsd_total": ("lsd",),
    "load_change_pct": ("usual_week_km", "peak_week_km"),
    "session_spike_pct": ("longest_run_prior30d_km", "longest_run_km"),
    "heel_raise_pct_norm": ("heel_raise_reps", "age_years", "sex_at_birth"),
    "lsi_pct.heel_raise": ("heel_raise_reps",),
}  # fmt: skip
SAID_WITH = {"fpi_total": "fpi_category", "lsd_total": "lsd_quality"}
# Not of the person: what a norm is for somebody of their age. Categories stand at their totals.
NOT_OBSERVED = ("hip_abd_norm_minus_1sd", *SAID_WITH.values())


def observations(sent: Sent, chart: Assessment) -> Iterator[Resource]:
    """Yield everything a signed chart found, and the scores its signature covers."""
    for (name, side), rows in found_in(sent, chart).items():
        yield _observation(sent, chart, name, side, rows)
    for name, value in metrics_of(sent, chart):
        yield _derived(sent, chart, name, value)


def found_in(sent: Sent, chart: Assessment) -> dict[Key, list[Any]]:
    """Return the rows that are no answer on a form, by finding and side."""
    found: dict[Key, list[Any]] = {}
    for row in sent.of("findings", "assessment_id", chart.pk):
        name = row.item if row.item in FIELDS else _asked(row.item)
        if form_of(name) is None:
            found.setdefault((name, row.side), []).append(row)
    return found


def _asked(item: str) -> str:
    """Return the finding a part belongs to; an item no dictionary knows any more is its own."""
    name = item.rpartition(".")[0]
    return name if name in FIELDS else item


def observation_of(chart_id: UUID, name: str, side: str = "") -> str:
    return ident(chart_id, f"finding:{name}:{side}")


def metric_of(chart_id: UUID, name: str) -> str:
    return ident(chart_id, f"metric:{name}")


def status_of(sent: Sent, chart: Assessment, rows: Iterable[Any] = ()) -> str:
    """Return how final something of a chart is.

    rows  what it says; of a chart that corrects another, only what differs counts as amended
    """
    if chart.in_error:
        return "entered-in-error"
    if chart.waits_for_cosign:
        return "preliminary"
    if chart.amends_id is None:
        return "final"
    before = set(map(_said, sent.of("findings", "assessment_id", chart.amends_id)))
    return "final" if all(_said(row) in before for row in rows) else "amended"


def _said(row: Any) -> tuple[Any, ...]:
    return row.item, row.side, row.state, row.number, row.text


def _observation(sent: Sent, chart: Assessment, name: str, side: str, rows: list[Any]) -> Resource:
    field = FIELDS.get(name)
    codes = [coding(FINDING, name, label_of(name))]
    if name in LOINC_CODES:
        codes.insert(0, coding(LOINC, *LOINC_CODES[name]))
    label = f"{label_of(name)} ({side_words(side)})" if side else label_of(name)
    told = any(row.origin == "patient" for row in rows)
    carried = any(row.origin == "carried" for row in rows)
    return _of_chart(sent, chart) | {
        "id": observation_of(chart.pk, name, side),
        "status": status_of(sent, chart, rows),
        "category": [_category(name, field)],
        "code": concept(label, *codes),
        "performer": [sent.subject if told else sent.by(chart.author)],
        **_values(name, field, rows),
        "note": [{"text": _("carried over from the visit before")}] if carried else [],
        "bodySite": body_site(REGION_OF.get(name, ""), (side,)) if side else None,
        "referenceRange": [{"text": _(field.normal)}] if field and field.normal else [],
    }


def _of_chart(sent: Sent, chart: Assessment) -> Resource:
    return {
        "resourceType": "Observation",
        "meta": sent.meta(chart.pk),
        "subject": sent.subject,
        "encounter": sent.encounter(sent.visit_id(chart)),
        "effectiveDateTime": sent.at(sent.examined_at(chart), sent.visit_id(chart)),
        "issued": sent.at(chart.signed_at, sent.visit_id(chart)),
    }


def _category(name: str, field: Field | None) -> Resource:
    code, display = ("exam", "Exam") if field is None else CATEGORIES[field.section]
    if name in VITAL:
        code, display = VITAL_SIGNS
    return {"coding": [coding(f"{TERMS}observation-category", code, display)]}


def _values(name: str, field: Field | None, rows: list[Any]) -> Resource:
    """Return the value as FHIR has it, or why there is none."""
    row = rows[0]
    if row.state != "known":
        return {"dataAbsentReason": {"coding": [
            coding(f"{TERMS}data-absent-reason", "not-performed", "Not Performed"),
        ], "text": _("not tested")}}  # fmt: skip
    if field is None:
        raw = row.text if row.number is None else str(number(row.number))
        return {"valueString": raw} if raw.strip() else {"dataAbsentReason": _unknown()}
    if field.parts:
        return {"component": [_part(field, each) for each in rows]}
    if field.kind == "multi":
        return _several(field, row.text)
    if field.kind == "bool":
        return {"valueBoolean": bool(row.number)}
    if field.kind == "choice":
        return _chosen(field, row.text)
    if field.kind in ("int", "decimal"):
        return {"valueQuantity": _measured(field, row)}
    return {"valueString": row.text}


def _part(field: Field, row: Any) -> Resource:
    part = row.item.removeprefix(f"{field.id}.")
    return {
        "code": concept(_(field.part(part).label), coding(FINDING, row.item)),
        "valueQuantity": _measured(field, row),
    }


def _several(field: Field, text: str) -> Resource:
    """Of several that were offered, those that were chosen; asked and none chosen is a value."""
    codes = [code for code in text.split(",") if code]
    if not codes:
        return {"valueCodeableConcept": concept(_("none of them"))}
    labels = dict(field.choices)
    return {"component": [
        {
            "code": concept(
                _(labels.get(code, code)),
                coding(answers_of(field.id), code, _(labels.get(code, code))),
            ),
            "valueBoolean": True,
        }
        for code in codes
    ]}  # fmt: skip


def _chosen(field: Field, code: str) -> Resource:
    label = _(dict(field.choices).get(code, code))
    said: Resource = {"valueCodeableConcept": concept(
        label, coding(answers_of(field.id), code, label)
    )}  # fmt: skip
    if code in TEST_RESULTS:
        result = coding(f"{V3}ObservationInterpretation", *TEST_RESULTS[code])
        said["interpretation"] = [{"coding": [result]}]
    return said


def _measured(field: Field, row: Any) -> Resource:
    ucum = UCUM.get(field.unit)
    if ucum is None:  # a unit this table does not know stays in words
        return whole({"value": row.number, "unit": field.unit})
    return quantity(row.number, _(field.unit) if field.unit else "", ucum)


def _unknown() -> Resource:
    return {"coding": [coding(f"{TERMS}data-absent-reason", "unknown", "Unknown")]}


def metrics_of(sent: Sent, chart: Assessment) -> Iterator[tuple[str, Any]]:
    """Yield the numbers a signature covers; a group of them one by one."""
    found = (chart.result or {}).get("metrics") or {}
    ticked = any(
        row.item.startswith("wells.") for row in sent.of("findings", "assessment_id", chart.pk)
    )
    for name, value in found.items():
        if name in NOT_OBSERVED or (name == "wells_score" and not ticked):
            continue
        if isinstance(value, Mapping):
            yield from ((f"{name}.{measure}", each) for measure, each in value.items())
        else:
            yield name, value


def _derived(sent: Sent, chart: Assessment, name: str, value: Any) -> Resource:
    unit, ucum = METRIC_UNITS[name.partition(".")[0]]
    codes = [coding(METRIC, name, label_of(name))]
    if name in LOINC_CODES:
        codes.insert(0, coding(LOINC, *LOINC_CODES[name]))
    category = VITAL_SIGNS if name in VITAL else ("survey", "Survey") if name in FORMS else (
        "exam", "Exam",
    )  # fmt: skip
    basis = list(_basis(sent, chart, name))
    said = ((chart.result or {}).get("metrics") or {}).get(SAID_WITH.get(name, ""))
    return _of_chart(sent, chart) | {
        "id": metric_of(chart.pk, name),
        "status": status_of(sent, chart, [row for _one, rows in basis for row in rows]),
        "category": [{"coding": [coding(f"{TERMS}observation-category", *category)]}],
        "code": concept(label_of(name), *codes),
        "performer": [sent.by(chart.author)],
        "valueQuantity": quantity(value, unit, ucum),
        "interpretation": [concept(code_words(str(said)))] if said else [],
        "derivedFrom": [ref(one) for one, _rows in basis],
    }


def _basis(sent: Sent, chart: Assessment, name: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield what a number was worked out of: the ids of resources, and their rows."""
    rows = sent.of("findings", "assessment_id", chart.pk)
    if name in FORMS:
        form = FORMS[name]
        theirs = [row for row in rows if form_of(_form_name(row.item)) == form]
        if theirs:
            yield ident(chart.pk, f"form:{form}"), theirs
        return
    wanted = FROM.get(name) or _of_muscle(name)
    for (one, side), theirs in found_in(sent, chart).items():
        if one in wanted and (not side or _counts(name, side, chart, rows)):
            yield observation_of(chart.pk, one, side), theirs


def _form_name(item: str) -> str:
    return item if item in FIELDS else _asked(item)


def _of_muscle(name: str) -> tuple[str, ...]:
    group, _dot, muscle = name.partition(".")
    if group == "lsi_pct":
        return (f"{muscle}_force_n",)
    if group == "torque_nm_per_kg_index":
        return (f"{muscle}_force_n", f"{muscle}_lever_m", "body_mass_kg")
    return ()


def _counts(name: str, side: str, chart: Assessment, rows: Iterable[Any]) -> bool:
    """Does a side enter a number? Both where sides are compared, else the index side alone."""
    if name.startswith("lsi_pct"):
        return True
    said = grouped(rows, "item")
    index = said.get("index_side") or said.get("affected_side")
    return index is None or index[0].text == side
