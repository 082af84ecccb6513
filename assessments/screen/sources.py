"""Where the values on a chart come from: the patient, an earlier visit, or the clinician."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from assessments.models import Finding
from assessments.screen.entries import split

Origin = Finding.Origin


@dataclass(frozen=True, slots=True)
class Source:
    """origin  patient or carried

    at  when it was recorded: of a carried value at the visit it comes from
    """

    origin: str
    at: datetime


def sources_of(rows: Iterable[Finding]) -> Mapping[tuple[str, str], Source]:
    """Return, by finding and side, what was not simply entered by the clinician."""
    found: dict[tuple[str, str], Source] = {}
    for row in rows:
        field, _part = split(row.item)
        if field is not None and row.origin != Origin.CLINICIAN:
            found[field.id, row.side] = Source(str(row.origin), row.recorded_at)
    return found
