"""When each contributor is found (specification, section D1): training, strength and control.

Index side unless stated. The mobility, foot and habit ones are in ``contributors_mobility``;
``CONTRIBUTORS`` there holds all of them in the order a draft lists them. "No force" means no
force of that muscle on the sore side: a force that gives no LSI still switches its manual grade
off.
"""

from assessments.rules.chart import Chart, Limit
from assessments.rules.checks import Number, Part, Verdict, all_of, any_of

HIP_MUSCLES = ("hip_abd", "hip_er", "hip_ext")


def load_error(chart: Chart, limit: Limit) -> Part:
    """M-LOAD > 30.0, or M-SPIKE > 10.0, or new starter, or abrupt_change, or
    other_load_spike.
    """
    return any_of(
        chart.metric("load_change_pct").is_above(limit("load_change_above")),
        chart.metric("session_spike_pct").is_above(limit("session_spike_above")),
        chart.new_starter().is_(True),
        chart.value("abrupt_change").is_(True),
        chart.value("other_load_spike").is_(True),
    )


def recovery_poor(chart: Chart, limit: Limit) -> Part:
    """rest_days_per_week = 0, or sleep_hours < 7."""
    return any_of(
        chart.value("rest_days_per_week").is_at_most(limit("rest_days_to")),
        chart.value("sleep_hours").is_below(limit("sleep_below")),
    )


def hip_weak(chart: Chart, limit: Limit) -> Part:
    """LSI < 90 in hip_abd, hip_er or hip_ext; or manual grade <= 4 where no force is recorded;
    or eccentric Nm/kg < M-HIPN.
    """
    floor = chart.metrics.hip_abd_norm_minus_1sd
    return any_of(
        *(_weaker_or_low_grade(chart, limit, muscle) for muscle in HIP_MUSCLES),
        chart.torque("hip_abd").is_below(floor),
    )


def gmax_weak(chart: Chart, limit: Limit) -> Part:
    """hip_ext LSI < 90, or manual grade <= 4 with no force."""
    return _weaker_or_low_grade(chart, limit, "hip_ext")


def quad_weak(chart: Chart, limit: Limit) -> Part:
    """knee_ext LSI < 90; or manual grade <= 4 with no force; or (BOTH and age >= 18 and Nm/kg <
    2.92 M / 2.08 F, aged 60+ 1.74 M / 1.40 F).
    """
    return any_of(
        _weaker_or_low_grade(chart, limit, "knee_ext"),
        all_of(
            chart.value("affected_side").is_("BOTH"),
            chart.value("age_years").is_at_least(limit("floor_age_from")),
            chart.torque("knee_ext").is_below(_torque_floor(chart, limit)),
        ),
    )


def ham_weak(chart: Chart, limit: Limit) -> Part:
    """knee_flex LSI < 90, or manual grade <= 4 with no force."""
    return _weaker_or_low_grade(chart, limit, "knee_flex")


def calf_weak(chart: Chart, limit: Limit) -> Part:
    """M-CALF < 80.0, or heel-raise LSI < 90 (LSI counted only with both sides)."""
    return any_of(
        chart.metric("heel_raise_pct_norm").is_below(limit("calf_norm_below")),
        chart.lsi("heel_raise").is_below(limit("calf_lsi_below")),
    )


def core_weak(chart: Chart, limit: Limit) -> Part:
    """side_plank_s < 30."""
    return chart.index("side_plank_s").is_below(limit("side_plank_below"))


def dyn_valgus(chart: Chart, limit: Limit) -> Part:
    """M-LSD >= 4; or knee item = 2; or sls_rating = poor; or sls_fppa_deg >= 13.5."""
    return any_of(
        chart.metric("lsd_total").is_at_least(limit("step_down_total_from")),
        chart.index_part("lsd", "knee").is_at_least(limit("step_down_knee_from")),
        chart.index("sls_rating").is_("poor"),
        chart.index("sls_fppa_deg").is_at_least(limit("squat_angle_from")),
    )


def run_valgus(chart: Chart, limit: Limit) -> Part:
    """is_runner and (pelvic_drop_deg >= 6 or hip_adduction_peak_deg >= 20 or knee_valgus_run =
    marked).
    """
    return all_of(
        chart.value("is_runner").is_(True),
        any_of(
            chart.index("pelvic_drop_deg").is_at_least(limit("pelvic_drop_from")),
            chart.index("hip_adduction_peak_deg").is_at_least(limit("hip_adduction_from")),
            chart.index("knee_valgus_run").is_("marked"),
        ),
    )


def _weaker_or_low_grade(chart: Chart, limit: Limit, muscle: str) -> Verdict:
    """LSI < 90, or manual grade <= 4 with no force."""
    return any_of(
        chart.lsi(muscle).is_below(limit("strength_lsi_below")),
        all_of(
            chart.index(f"{muscle}_force_n").is_not_recorded(),
            chart.index(f"{muscle}_mmt").is_at_most(limit("manual_grade_to")),
        ),
    )


def _torque_floor(chart: Chart, limit: Limit) -> Number | None:
    """2.92 M / 2.08 F, aged 60+ 1.74 M / 1.40 F; sex X reads the female values."""
    sex = chart.findings.value("sex_at_birth")
    if sex is None:
        return None
    older = chart.value("age_years").is_at_least(limit("floor_older_age_from")).fired
    if sex == "M":
        return limit("floor_older_male_below" if older else "floor_male_below")
    return limit("floor_older_female_below" if older else "floor_female_below")
