"""Which parts of a chart stand open to begin with, and putting the shipped choices in place.

A preset hides nothing: what it leaves out is folded, named, and one key away; whatever is recorded
is shown whether the preset asks for it or not.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps as installed
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.translation import gettext_noop as _

from assessments.findings import FIELDS, SECTIONS, Findings
from assessments.models import ChartPreset

When = ChartPreset.When
ADULT = 18  # years; below it the strength norms do not apply (V09)

_BASE = tuple(code for code, _label in SECTIONS if code != "running")
_SELDOM = (
    "koos_pf_items", "lefs_items", "tsk11_items", "q_angle_deg", "patellar_glide",
    "quads_girth_cm", "midfoot_width_diff_mm", "navicular_drop_mm", "beighton", "hip_er_deg",
    "wblt_deg", "hop_single_cm", "sitting_hours_per_day", "occupation_knee_load",
    "training_limited", "stress_0_10", "adherence_confidence",
)  # fmt: skip
_FORCES = tuple(name for name in FIELDS if name.endswith(("_force_n", "_lever_m")))
_GRADES = tuple(name for name in FIELDS if name.endswith("_mmt"))
_RUNNING = (
    "running_level", "usual_week_km", "peak_week_km", "longest_run_prior30d_km", "longest_run_km",
    "current_week_km", "triggers.running", "triggers.downhill",
)  # fmt: skip

SHIPPED = (
    ("core", _("Core"), _BASE, (*_SELDOM, *_GRADES, *_RUNNING), When.OTHERWISE),
    (
        "no-dynamometer",
        _("No dynamometer"),
        _BASE,
        (*_SELDOM, *_FORCES, "hip_abd_mode", "knee_ext_test_nprs", *_RUNNING),
        When.CHOSEN,
    ),
    ("runner", _("Runner"), (*_BASE, "running"), (*_SELDOM, *_GRADES), When.RUNNER),
    (
        "adolescent",
        _("Adolescent"),
        _BASE,
        tuple(
            name
            for name in (*_SELDOM, *_FORCES, "hip_abd_mode", "tsk11_total", *_RUNNING)
            if name not in ("hip_er_deg", "beighton", "training_limited")
        ),
        When.ADOLESCENT,
    ),
)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a preset opens. ``sections`` and ``left_out`` hold codes of the dictionary."""

    slug: str
    name: str
    sections: frozenset[str]
    left_out: frozenset[str]

    def asks(self, field_id: str) -> bool:
        return FIELDS[field_id].section in self.sections and field_id not in self.left_out


EVERYTHING = Opened("all", _("Everything"), frozenset(code for code, _l in SECTIONS), frozenset())


def presets() -> list[ChartPreset]:
    """Return the clinic's presets in their order."""
    return list(ChartPreset.objects.order_by("position", "pk"))


def preset_for(findings: Findings, known: Iterable[ChartPreset], chosen: str) -> Opened:
    """Return the preset somebody chose by its short name, else the one that suits the patient."""
    by_slug = {preset.slug: preset for preset in known}
    if chosen == EVERYTHING.slug:
        return EVERYTHING
    if chosen in by_slug:
        return _opened(by_slug[chosen])
    known = by_slug.values()
    return preset_of(_suits(findings), known) or preset_of(When.OTHERWISE, known) or EVERYTHING


def preset_of(when: str, known: Iterable[ChartPreset]) -> Opened | None:
    """Return the preset that is chosen by itself on this occasion."""
    return next((_opened(preset) for preset in known if preset.when == when), None)


def load_shipped_presets(using: str = DEFAULT_DB_ALIAS, apps=installed, **kwargs: object) -> None:
    """Put the shipped presets in place where the clinic has none at all.

    ``apps`` are the models as far as the migrations have come.
    """
    try:
        model = apps.get_model("assessments", "ChartPreset")
    except LookupError:
        return
    if model._meta.db_table not in connections[using].introspection.table_names():
        return
    rows = model._default_manager.using(using)
    if rows.exists():
        return
    rows.bulk_create(
        model(
            slug=slug,
            name=name,
            sections=list(sections),
            left_out=list(left_out),
            when=when,
            position=position,
        )
        for position, (slug, name, sections, left_out, when) in enumerate(SHIPPED)
    )


def _suits(findings: Findings) -> str:
    age = findings.value("age_years")
    if isinstance(age, int) and age < ADULT:
        return When.ADOLESCENT
    return When.RUNNER if findings.value("is_runner") is True else When.OTHERWISE


def _opened(preset: ChartPreset) -> Opened:
    return Opened(preset.slug, preset.name, frozenset(preset.sections), frozenset(preset.left_out))
