"""What was not measured (specification, D3): a gap is listed, never read as normal."""

from collections.abc import Mapping
from types import MappingProxyType

from assessments.rules.chart import Chart

# A domain is not assessed when all its findings are empty on the sore side.
DOMAINS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "HIP_STRENGTH": (
            "hip_abd_force_n",
            "hip_abd_mmt",
            "hip_er_force_n",
            "hip_er_mmt",
            "hip_ext_force_n",
            "hip_ext_mmt",
        ),
        "KNEE_STRENGTH": ("knee_ext_force_n", "knee_ext_mmt"),
        "CONTROL": ("lsd", "sls_rating", "sls_fppa_deg"),
        "ANKLE": ("wblt_cm", "gastroc_df_deg"),
        "FLEXIBILITY": ("thomas_hip_deg", "ely_knee_flexion_deg", "hamstring_pke_deg", "ober"),
        "FOOT": ("fpi",),
        "CALF": ("heel_raise_reps",),
        "TRUNK": ("side_plank_s",),
    }
)


def not_assessed(chart: Chart) -> tuple[str, ...]:
    """Return the domains nobody measured, in the order of the specification.

    FEAR has no TSK-11 score, AKPS no total, RUN_GAIT is a runner without cadence.
    """
    gaps = [domain for domain, fields in DOMAINS.items() if not _any_recorded(chart, fields)]
    if chart.metrics.tsk11_total is None:
        gaps.append("FEAR")
    if chart.metrics.akps_total is None:
        gaps.append("AKPS")
    runs = chart.value("is_runner").is_(True).fired
    if runs and chart.value("cadence_spm").is_not_recorded().fired:
        gaps.append("RUN_GAIT")
    return tuple(gaps)


def _any_recorded(chart: Chart, fields: tuple[str, ...]) -> bool:
    return any(chart.index(field).value is not None for field in fields)
