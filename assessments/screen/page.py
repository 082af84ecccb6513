"""Everything one chart page is drawn from, read in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.actions.charting import second_looks
from assessments.actions.remarks import remarks_of
from assessments.course import Charted, findings_by_visit, visits_of
from assessments.findings import Fault, Findings
from assessments.follow_up import follow_up_preset
from assessments.intake.prefill import prefill_for
from assessments.judging import judge
from assessments.library_store import library_of
from assessments.models import Assessment, ChartPreset
from assessments.presets import Opened, When, preset_for, preset_of, presets
from assessments.screen.fields import Section, Shown, sections
from assessments.screen.follow_up import FollowUp, follow_up_of
from assessments.screen.panel import Panel, panel_from
from assessments.screen.sources import sources_of
from assessments.screen.told import Told
from assessments.storage import findings_from, findings_of, stored_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnChart:
    """last  the visit before this one, if there was any

    told_beside  what the patient said that is no finding: medicines and the like
    """

    findings: Findings
    sections: tuple[Section, ...]
    panel: Panel
    preset: Opened
    presets: list[ChartPreset]
    last: Charted | None
    told_beside: list[tuple[str, str]]
    follow_up: FollowUp | None

    @property
    def preset_name(self) -> str:
        return _(self.preset.name)

    @property
    def index_side(self) -> str | None:
        return self.findings.index_side


def drawn_chart(
    assessment: Assessment,
    chosen: str = "",
    typed: Mapping[str, list[str]] | None = None,
    faults: tuple[Fault, ...] = (),
) -> DrawnChart:
    """Return the chart as it stands.

    chosen  the short name of the preset somebody chose
    typed   what was sent and refused, shown again as it was typed, with its ``faults``
    """
    rows = stored_rows(assessment)
    findings = findings_from(rows)
    known = presets()
    before = visits_of(assessment.episode, before=assessment)
    last = before[-1] if before else None
    seen = findings_by_visit([last])[0] if last else None
    again = follow_up_preset(seen, library_of(assessment.library_id)) if seen else None
    by_itself = again if again and chosen in ("", again.slug) else None
    opened = by_itself or preset_for(findings, known, chosen)
    told = Told(prefill_for(assessment))
    shown = Shown(
        findings=findings,
        typed=typed or {},
        words=remarks_of(assessment),
        errors=faults,
        warnings=second_looks(findings),
        sources=sources_of(rows),
        last=seen,
        told=told,
        opened=opened,
        runners=None if chosen or again else preset_of(When.RUNNER, known),
    )
    return DrawnChart(
        findings=findings,
        sections=sections(shown),
        panel=_panel(findings, assessment.library_id),
        preset=opened,
        presets=known,
        last=last,
        told_beside=told.beside,
        follow_up=follow_up_of(assessment, before, findings, rows),
    )


def drawn_panel(assessment: Assessment) -> Panel:
    """Judge what is charted so far."""
    return _panel(findings_of(assessment), assessment.library_id)


def _panel(findings: Findings, library: int) -> Panel:
    return panel_from(judge(findings, library), findings, library_of(library))
