"""Signed corrections of a signed chart, each with what it changed. Only reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from assessments.models import Assessment, Finding, Remark, Treatment
from assessments.screen.differences import Difference, Place, Said, differences, said_in
from assessments.storage import findings_from
from assessments.treatment.words import said_of_treatments


@dataclass(frozen=True, slots=True)
class Correction:
    """An amendment beside the chart it amends, and every place that reads otherwise."""

    amendment: Assessment
    changes: tuple[Difference, ...]


def corrections_of(assessment: Assessment) -> list[Correction]:
    """Return the signed amendments of a chart, the oldest first. At most four queries."""
    found = list(
        assessment.amendments.signed().select_related("author").order_by("signed_at", "pk")
    )
    if not found:
        return []
    documents = documents_of([assessment, *found])
    before = documents[assessment.pk]
    return [Correction(each, differences(before, documents[each.pk])) for each in found]


def changes_by(amendment: Assessment) -> tuple[Difference, ...]:
    """Return what an amendment, signed or not, changes in the chart it amends. Three queries."""
    if amendment.amends_id is None:
        return ()
    documents = documents_of([amendment.amends_id, amendment])
    return differences(documents[amendment.amends_id], documents[amendment.pk])


def documents_of(charts: Iterable[Assessment | UUID]) -> dict[UUID, Mapping[Place, Said]]:
    """Return what each of these charts says, place by place. Three queries."""
    keys = [each.pk if isinstance(each, Assessment) else each for each in charts]
    rows: dict[UUID, list[Finding]] = {key: [] for key in keys}
    words: dict[UUID, dict[str, str]] = {key: {} for key in keys}
    for row in Finding.objects.filter(assessment__in=keys):
        rows[row.assessment_id].append(row)
    for remark in Remark.objects.filter(assessment__in=keys):
        words[remark.assessment_id][remark.name] = remark.text
    given: dict[UUID, list[Treatment]] = {key: [] for key in keys}
    for each in Treatment.objects.filter(assessment__in=keys).order_by("added_at", "pk"):
        if each.assessment_id is not None:
            given[each.assessment_id].append(each)
    return {
        key: said_in(findings_from(rows[key]), words[key]) | said_of_treatments(given[key])
        for key in keys
    }
