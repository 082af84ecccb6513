"""The table of findings and their codes in docs/fhir.md, written from the dictionary. Pure.

``python -m assessments.fhir.table`` writes it again; a test compares.
"""

from collections.abc import Iterator
from pathlib import Path

from assessments.fhir.codes import IN_FORMS, LOINC_CODES, METRIC_UNITS, UCUM
from assessments.findings.dictionary import FIELDS
from assessments.findings.field import Field

PAGE = Path(__file__).parents[2] / "docs/fhir.md"
BEGIN, END = "<!-- from the dictionary: begin -->", "<!-- from the dictionary: end -->"
VALUES = {
    "int": "valueQuantity", "decimal": "valueQuantity", "bool": "valueBoolean",
    "choice": "valueCodeableConcept", "text": "valueString",
    "multi": "component.valueBoolean", "int_object": "component.valueQuantity",
}  # fmt: skip


def table() -> str:
    """Return a line for each finding and each number derived of them."""
    rows = [*map(_finding, FIELDS.values()), *_metrics()]
    head = ["| finding | sides | becomes | value | UCUM | LOINC |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *rows])


def _finding(field: Field) -> str:
    form = field.section in IN_FORMS
    becomes = "QuestionnaireResponse" if form else "Observation"
    value = "answer" if form else VALUES[field.kind]
    ucum = UCUM[field.unit] if value.endswith("valueQuantity") else ""
    return _row(field.id, "L, R" if field.sided else "", becomes, value, ucum)


def _metrics() -> Iterator[str]:
    for name, (_unit, ucum) in METRIC_UNITS.items():
        yield _row(name, "", "Observation", "valueQuantity", ucum)


def _row(name: str, sides: str, becomes: str, value: str, ucum: str) -> str:
    code = " ".join(LOINC_CODES.get(name, ()))
    marked = f"`{ucum}`" if ucum else ""
    return f"| `{name}` | {sides} | {becomes} | {value} | {marked} | {code} |"


def written(page: str) -> str:
    """Return the page with the table of today between its marks."""
    before, _begin, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def main(page: Path = PAGE) -> None:
    page.write_text(written(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
