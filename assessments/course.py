"""The course of an episode: its signed visits in order, each as its last correction says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar
from uuid import UUID

from django.utils import timezone

from assessments.findings import Findings
from assessments.models import Assessment, EpisodeOfCare, Finding
from assessments.storage import findings_from
from clinic import practice


class Signed(Protocol):
    """What the order of charts is worked out from."""

    @property
    def pk(self) -> UUID: ...
    @property
    def amends_id(self) -> UUID | None: ...
    @property
    def started_at(self) -> datetime: ...


Row = TypeVar("Row", bound=Signed)


@dataclass(frozen=True, slots=True)
class Charted:
    """One signed visit. ``at`` is when it was examined, not when a correction was written."""

    assessment: Assessment
    at: datetime

    @property
    def on(self) -> date:
        return timezone.localdate(self.at, practice.current().tz)


def visits_of(episode: EpisodeOfCare, *, before: Assessment | None = None) -> list[Charted]:
    """Return the signed visits of an episode, oldest first. One query.

    before  only visits examined earlier than this assessment, never the one it corrects
    """
    rows = list(
        episode.assessments.signed().select_related("author").order_by("started_at", "signed_at")
    )
    found = [Charted(row, at) for row, at in in_turn(rows)]
    if before is None:
        return found
    limit = _first(before, {row.pk: row for row in rows})
    return [visit for visit in found if visit.at < limit.started_at]


def in_turn(rows: Iterable[Row]) -> list[tuple[Row, datetime]]:
    """Return the charts that stand, each with when its visit was examined, oldest first.

    rows  signed charts with all their corrections; a corrected one is left out
    """
    by_id = {row.pk: row for row in rows}
    corrected = {row.amends_id for row in by_id.values()}
    found = [
        (row, _first(row, by_id).started_at) for row in by_id.values() if row.pk not in corrected
    ]
    return sorted(found, key=lambda each: each[1])


def findings_by_visit(visits: Iterable[Charted]) -> list[Findings]:
    """Return what was found at each of these visits, in their order. One query."""
    keys = [visit.assessment.pk for visit in visits]
    rows: dict[UUID, list[Finding]] = {key: [] for key in keys}
    for row in Finding.objects.filter(assessment__in=keys):
        rows[row.assessment_id].append(row)
    return [findings_from(rows[key]) for key in keys]


def last_correction(assessment: Assessment) -> Assessment:
    """Return the newest signed amendment of a chart; itself where there is none."""
    found = assessment
    while later := found.amendments.signed().order_by("signed_at", "pk").last():
        found = later
    return found


def charts_behind(assessment: Assessment) -> list[Assessment]:
    """Return a chart and what it amends, back to the chart of the visit, which comes last."""
    found = [assessment]
    while found[-1].amends is not None:
        found.append(found[-1].amends)
    return found


def _first(row: Row, by_id: Mapping[UUID, Row]) -> Row:
    """Follow corrections back to the chart of the visit itself."""
    while row.amends_id is not None and row.amends_id in by_id:
        row = by_id[row.amends_id]
    return row
