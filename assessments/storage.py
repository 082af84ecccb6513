"""Between an assessment's rows and what the pure cores call findings."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from assessments.findings import Findings, Row, flatten, unflatten
from assessments.models import Assessment, Finding
from clinic.models import User

Key = tuple[str, str]  # item and side


def stored_rows(assessment: Assessment) -> list[Finding]:
    """Return everything entered in this assessment, in one query."""
    return list(assessment.findings.all())


def findings_from(rows: Iterable[Finding]) -> Findings:
    """Return the findings that these rows hold."""
    return unflatten(
        Row(row.item, row.side, _state(row), row.number, row.text)  # type: ignore[arg-type]
        for row in rows
    )


def findings_of(assessment: Assessment) -> Findings:
    """Return what is known, and what is marked not tested, of this assessment."""
    return findings_from(stored_rows(assessment))


def write_changes(
    assessment: Assessment,
    held: Iterable[Finding],
    wanted: Findings,
    *,
    by: User | None,
    now: datetime,
    origin: str = Finding.Origin.CLINICIAN,
) -> list[Key]:
    """Make the rows say what ``wanted`` says; touch only rows that differ, and name them."""
    before = {(row.item, row.side): row for row in held}
    after = {(row.item, row.side): row for row in flatten(wanted)}
    gone = [key for key in before if key not in after]
    fresh = [key for key in after if key not in before]
    changed = [key for key in after if key in before and _differs(before[key], after[key])]
    if gone:
        assessment.findings.filter(pk__in=[before[key].pk for key in gone]).delete()
    for key in changed:
        _fill(before[key], after[key], by, now, origin).save()
    Finding.objects.bulk_create(
        _fill(Finding(assessment=assessment), after[key], by, now, origin) for key in fresh
    )
    return [*gone, *fresh, *changed]


def flatten_keys(findings: Findings) -> list[tuple[Key, Row]]:
    """Return the rows of findings with their keys."""
    return [((row.item, row.side), row) for row in flatten(findings)]


def confirm_carried(rows: Iterable[Finding], *, by: User, now: datetime) -> list[Key]:
    """Mark values of an earlier visit as found again today, by whom and when; name them."""
    carried = [row for row in rows if row.origin == Finding.Origin.CARRIED]
    for row in carried:
        row.origin, row.recorded_by, row.recorded_at = Finding.Origin.CLINICIAN, by, now
        row.save(update_fields=["origin", "recorded_by", "recorded_at"])
    return [(row.item, row.side) for row in carried]


def plain(value: object) -> object:
    """Return a value of ``Findings`` as JSON can say it: numbers as numbers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value


def _fill(row: Finding, wanted: Row, by: User | None, now: datetime, origin: str) -> Finding:
    row.item, row.side, row.state = wanted.item, wanted.side, wanted.state
    row.number, row.text = wanted.number, wanted.text
    row.recorded_by, row.recorded_at, row.origin = by, now, origin
    return row


def _differs(row: Finding, wanted: Row) -> bool:
    held = (row.state, row.number, row.text)
    return held != (wanted.state, wanted.number, wanted.text)


def _state(row: Finding) -> str:
    return str(row.state)
