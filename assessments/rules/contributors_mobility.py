"""When each contributor is found (specification, section D1): mobility, feet, running, habits.

Index side unless stated. Side-to-side differences count also when both knees are sore.
"""

from collections.abc import Mapping
from types import MappingProxyType

from assessments.rules import contributors
from assessments.rules.chart import Chart, Limit, Rule
from assessments.rules.checks import Part, all_of, any_of


def ankle_stiff(chart: Chart, limit: Limit) -> Part:
    """wblt_cm < 9.0, or other - index >= 2.0 cm."""
    return any_of(
        chart.index("wblt_cm").is_below(limit("lunge_below")),
        chart.other_minus_index("wblt_cm").is_at_least(limit("lunge_difference_from")),
    )


def tight_gastroc(chart: Chart, limit: Limit) -> Part:
    """gastroc_df_deg < 10."""
    return chart.index("gastroc_df_deg").is_below(limit("gastroc_below"))


def hip_stiff(chart: Chart, limit: Limit) -> Part:
    """hip_ir_deg < 20, or other - index >= 10."""
    return any_of(
        chart.index("hip_ir_deg").is_below(limit("hip_rotation_below")),
        chart.other_minus_index("hip_ir_deg").is_at_least(limit("hip_rotation_difference_from")),
    )


def tight_hipflexor(chart: Chart, limit: Limit) -> Part:
    """thomas_hip_deg > 0."""
    return chart.index("thomas_hip_deg").is_above(limit("thomas_above"))


def tight_quad(chart: Chart, limit: Limit) -> Part:
    """ely_knee_flexion_deg < 125, or other - index >= 10."""
    return any_of(
        chart.index("ely_knee_flexion_deg").is_below(limit("prone_bend_below")),
        chart.other_minus_index("ely_knee_flexion_deg").is_at_least(
            limit("prone_bend_difference_from")
        ),
    )


def tight_ham(chart: Chart, limit: Limit) -> Part:
    """hamstring_pke_deg > 40, or index - other >= 10."""
    return any_of(
        chart.index("hamstring_pke_deg").is_above(limit("hamstring_above")),
        chart.index_minus_other("hamstring_pke_deg").is_at_least(
            limit("hamstring_difference_from")
        ),
    )


def tight_itb(chart: Chart, limit: Limit) -> Part:
    """ober = positive."""
    return chart.index("ober").is_("positive")


def patella_tilt_tight(chart: Chart, limit: Limit) -> Part:
    """patellar_tilt = hypomobile."""
    return chart.index("patellar_tilt").is_("hypomobile")


def tight_piriformis(chart: Chart, limit: Limit) -> Part:
    """piriformis_tight = marked."""
    return chart.index("piriformis_tight").is_("marked")


def foot_pronated(chart: Chart, limit: Limit) -> Part:
    """M-FPI >= 6."""
    return chart.metric("fpi_total").is_at_least(limit("foot_pronated_from"))


def foot_hypermobile(chart: Chart, limit: Limit) -> Part:
    """midfoot_width_diff_mm >= 11."""
    return chart.index("midfoot_width_diff_mm").is_at_least(limit("midfoot_widening_from"))


def foot_supinated_high(chart: Chart, limit: Limit) -> Part:
    """M-FPI <= -5."""
    return chart.metric("fpi_total").is_at_most(limit("foot_supinated_to"))


def low_cadence(chart: Chart, limit: Limit) -> Part:
    """is_runner and (cadence_spm < 160, or cadence_spm < 170 with overstride mild or marked)."""
    cadence = chart.value("cadence_spm")
    return all_of(
        chart.value("is_runner").is_(True),
        any_of(
            cadence.is_below(limit("slow_cadence_below")),
            all_of(
                cadence.is_below(limit("slow_cadence_overstriding_below")),
                chart.value("overstride").is_one_of("mild", "marked"),
            ),
        ),
    )


def overstride(chart: Chart, limit: Limit) -> Part:
    """is_runner and overstride = marked."""
    return all_of(
        chart.value("is_runner").is_(True),
        chart.value("overstride").is_("marked"),
    )


def shoe_issue(chart: Chart, limit: Limit) -> Part:
    """shoe_condition = very_worn, or shoe_km >= 800, or shoe_fit_ok = false."""
    return any_of(
        chart.value("shoe_condition").is_("very_worn"),
        chart.value("shoe_km").is_at_least(limit("shoe_distance_from")),
        chart.value("shoe_fit_ok").is_(False),
    )


def fear_high(chart: Chart, limit: Limit) -> Part:
    """TSK-11 >= 29."""
    return chart.metric("tsk11_total").is_at_least(limit("fear_from"))


def no_warmup(chart: Chart, limit: Limit) -> Part:
    """warm_up_usual = none."""
    return chart.value("warm_up_usual").is_("none")


CONTRIBUTORS: Mapping[str, Rule] = MappingProxyType(
    {
        "LOAD_ERROR": contributors.load_error,
        "RECOVERY_POOR": contributors.recovery_poor,
        "HIP_WEAK": contributors.hip_weak,
        "GMAX_WEAK": contributors.gmax_weak,
        "QUAD_WEAK": contributors.quad_weak,
        "HAM_WEAK": contributors.ham_weak,
        "CALF_WEAK": contributors.calf_weak,
        "CORE_WEAK": contributors.core_weak,
        "DYN_VALGUS": contributors.dyn_valgus,
        "RUN_VALGUS": contributors.run_valgus,
        "ANKLE_STIFF": ankle_stiff,
        "TIGHT_GASTROC": tight_gastroc,
        "HIP_STIFF": hip_stiff,
        "TIGHT_HIPFLEXOR": tight_hipflexor,
        "TIGHT_QUAD": tight_quad,
        "TIGHT_HAM": tight_ham,
        "TIGHT_ITB": tight_itb,
        "PATELLA_TILT_TIGHT": patella_tilt_tight,
        "TIGHT_PIRIFORMIS": tight_piriformis,
        "FOOT_PRONATED": foot_pronated,
        "FOOT_HYPERMOBILE": foot_hypermobile,
        "FOOT_SUPINATED_HIGH": foot_supinated_high,
        "LOW_CADENCE": low_cadence,
        "OVERSTRIDE": overstride,
        "SHOE_ISSUE": shoe_issue,
        "FEAR_HIGH": fear_high,
        "NO_WARMUP": no_warmup,
    }
)
