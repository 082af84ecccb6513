"""The few shapes resources are made of. Pure: what is empty is left out, and text stays text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Any
from uuid import UUID, uuid5

Resource = dict[str, Any]
XHTML = "http://www.w3.org/1999/xhtml"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
# FHIR's strings have no control characters but tab and line ends, and JSON no half characters.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def ident(base: UUID, what: str = "") -> str:
    """Return the id of a resource: the row's own, or one that follows from it for ever."""
    return str(uuid5(base, what)) if what else str(base)


def urn(resource_id: str) -> str:
    return f"urn:uuid:{resource_id}"


def ref(resource_id: str, display: str = "") -> Resource:
    return whole({"reference": urn(resource_id), "display": display})


def whole(value: Mapping[str, Any]) -> Resource:
    """Return it without what is empty: FHIR knows no empty string, list or object. 0 stays."""
    made = {name: _kept(each) for name, each in value.items()}
    return {name: each for name, each in made.items() if each is not None}


def _kept(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value) or None
    if isinstance(value, Mapping):
        return whole(value) or None
    if isinstance(value, list | tuple):
        return [each for each in map(_kept, value) if each is not None] or None
    return number(value) if isinstance(value, Decimal) else value


def plain(text: str) -> str:
    """Return a text without control characters and without spaces around it."""
    return FORBIDDEN.sub("", text).strip()


def number(value: Decimal) -> int | float:
    """Return a decimal as JSON writes it: 4, not 4.0000."""
    return int(value) if value == value.to_integral_value() else float(value)


def coding(system: str, code: str, display: str = "") -> Resource:
    return whole({"system": system, "code": code, "display": display})


def concept(text: object, *codings: Resource) -> Resource:
    return whole({"coding": list(codings), "text": str(text)})


def quantity(value: Decimal | int | float, unit: str, ucum: str) -> Resource:
    return whole({
        "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": ucum,
    })  # fmt: skip


def absent(code: str) -> Resource:
    """Return what stands in the place of a value: why there is none."""
    return {"extension": [{"url": ABSENT, "valueCode": code}]}


def narrative(status: str, *parts: str) -> Resource:
    """Return a text for people, from parts that are XHTML already."""
    return {"status": status, "div": f'<div xmlns="{XHTML}">{"".join(parts)}</div>'}


def paragraphs(text: str) -> str:
    """Return a text as XHTML; its lines stay lines, and none of it is markup."""
    lines = "<br/>".join(escape(line) for line in plain(text).splitlines())
    return f"<p>{lines}</p>" if lines else ""


def listed(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{paragraphs(line) or '–'}</li>" for line in lines)
    return f"<ol>{items}</ol>" if items else ""


def heading(text: str) -> str:
    return f"<h3>{escape(plain(text))}</h3>"


def grouped(rows: Iterable[Any], *keys: str) -> dict[Any, list[Any]]:
    """Return rows by the value of an attribute (or a tuple of several), in their order."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        values: Sequence[Any] = [getattr(row, key) for key in keys]
        found.setdefault(values[0] if len(keys) == 1 else tuple(values), []).append(row)
    return found
