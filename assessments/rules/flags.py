"""When each red flag fires (specification, section C). Names and words are in gate.yaml.

Each docstring is the line of the specification, to be read beside the code under it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from assessments.rules.chart import Chart, Limit, Rule
from assessments.rules.checks import Check, Part, Verdict, all_of, any_of, not_

CLEAR_SWELLING = ("2+", "3+")
ANY_SWELLING = ("1+", *CLEAR_SWELLING)


def joint_infection(chart: Chart, limit: Limit) -> Part:
    """rf_hot_joint = yes AND rf_systemic = yes."""
    return all_of(_yes(chart, "rf_hot_joint"), _yes(chart, "rf_systemic"))


def hot_joint(chart: Chart, limit: Limit) -> Part:
    """rf_hot_joint = yes AND rf_systemic is not yes."""
    return all_of(_yes(chart, "rf_hot_joint"), _not_yes(chart, "rf_systemic"))


def limb_threatened(chart: Chart, limit: Limit) -> Part:
    """rf_neurovascular = yes."""
    return _yes(chart, "rf_neurovascular")


def lung_clot(chart: Chart, limit: Limit) -> Part:
    """rf_chest_symptoms = yes."""
    return _yes(chart, "rf_chest_symptoms")


def cauda_equina(chart: Chart, limit: Limit) -> Part:
    """rf_cauda_equina = yes."""
    return _yes(chart, "rf_cauda_equina")


def fracture(chart: Chart, limit: Limit) -> Part:
    """xray_since_injury = fracture_found; OR (onset_type is direct_blow or twist_landing AND
    injury_days_ago <= 7 AND xray_since_injury is not clear AND any of: age_years >= 55,
    okr_patella_tender = yes, okr_fibula_tender = yes, knee_flexion_deg(index) < 90,
    okr_cannot_walk_4 = yes).
    """
    xray = chart.value("xray_since_injury")
    return any_of(
        xray.is_("fracture_found"),
        all_of(
            traumatic_onset(chart),
            chart.value("injury_days_ago").is_at_most(limit("ottawa_within_days")),
            xray.is_not("clear"),
            any_of(
                chart.value("age_years").is_at_least(limit("ottawa_age_from")),
                _bone_tender_or_stiff(chart, limit),
                _yes(chart, "okr_cannot_walk_4"),
            ),
        ),
    )


def leg_clot(chart: Chart, limit: Limit) -> Part:
    """rf_dvt_suspected = yes OR Wells total >= 2."""
    return any_of(
        _yes(chart, "rf_dvt_suspected"),
        chart.metric("wells_score").is_at_least(limit("clot_score_from")),
    )


def extensor_torn(chart: Chart, limit: Limit) -> Part:
    """rf_cannot_slr = yes."""
    return _yes(chart, "rf_cannot_slr")


def locked(chart: Chart, limit: Limit) -> Part:
    """rf_locked = yes."""
    return _yes(chart, "rf_locked")


def swelling_after_injury(chart: Chart, limit: Limit) -> Part:
    """rf_rapid_effusion = yes; OR (effusion(index) is 2+ or 3+ AND (injury_days_ago <= 14,
    whatever the onset; or onset_type is direct_blow or twist_landing and injury_days_ago is
    missing)).
    """
    return any_of(_yes(chart, "rf_rapid_effusion"), _swollen_by_injury(chart, limit))


def dislocation(chart: Chart, limit: Limit) -> Part:
    """rf_patella_dislocation_acute = yes."""
    return _yes(chart, "rf_patella_dislocation_acute")


def young_hip(chart: Chart, limit: Limit) -> Part:
    """age_years 8-16 AND any of: rf_hip_sign = yes, hip_ir_deg(index) < 20, hip_ir_deg(other)
    - hip_ir_deg(index) >= 10, gait_walking = antalgic.
    """
    age = chart.value("age_years")
    return all_of(
        age.is_at_least(limit("young_hip_age_from")),
        age.is_at_most(limit("young_hip_age_to")),
        any_of(
            _yes(chart, "rf_hip_sign"),
            chart.index("hip_ir_deg").is_below(limit("young_hip_rotation_below")),
            chart.other_minus_index("hip_ir_deg").is_at_least(
                limit("young_hip_rotation_difference_from")
            ),
            chart.value("gait_walking").is_("antalgic"),
        ),
    )


def hip_stress(chart: Chart, limit: Limit) -> Part:
    """age_years >= 17 AND rf_hip_sign = yes AND (is_runner OR rf_red_s_risk = yes)."""
    return all_of(_grown_with_hip_sign(chart, limit), _runs_or_low_energy(chart))


def cancer_pattern(chart: Chart, limit: Limit) -> Part:
    """rf_cancer_pattern = yes."""
    return _yes(chart, "rf_cancer_pattern")


def giving_way(chart: Chart, limit: Limit) -> Part:
    """rf_giving_way_true = yes."""
    return _yes(chart, "rf_giving_way_true")


def instability(chart: Chart, limit: Limit) -> Part:
    """rf_patella_instability = yes OR patellar_apprehension(index) = positive."""
    return any_of(
        _yes(chart, "rf_patella_instability"),
        chart.index("patellar_apprehension").is_("positive"),
    )


def inflammatory(chart: Chart, limit: Limit) -> Part:
    """rf_multi_joint = yes; OR (morning_stiffness_min >= 30 AND (rf_inflammatory_history = yes
    OR effusion(index) is 1+, 2+ or 3+)).
    """
    return any_of(
        _yes(chart, "rf_multi_joint"),
        all_of(
            chart.value("morning_stiffness_min").is_at_least(limit("long_stiffness_from")),
            any_of(
                _yes(chart, "rf_inflammatory_history"),
                chart.index("effusion").is_one_of(*ANY_SWELLING),
            ),
        ),
    )


def swelling_without_injury(chart: Chart, limit: Limit) -> Part:
    """effusion(index) is 2+ or 3+ AND that half of RF10 does not hold (so also when
    injury_days_ago is missing after a non-traumatic onset).
    """
    return all_of(_clearly_swollen(chart), not_(_injury_explains(chart, limit)))


def bone_stress(chart: Chart, limit: Limit) -> Part:
    """rf_bone_stress_knee = yes."""
    return _yes(chart, "rf_bone_stress_knee")


def from_the_back(chart: Chart, limit: Limit) -> Part:
    """rf_neuro_referred = yes."""
    return _yes(chart, "rf_neuro_referred")


def recent_surgery(chart: Chart, limit: Limit) -> Part:
    """rf_recent_surgery = yes."""
    return _yes(chart, "rf_recent_surgery")


def hip_disease(chart: Chart, limit: Limit) -> Part:
    """age_years >= 17 AND rf_hip_sign = yes AND NOT (is_runner OR rf_red_s_risk = yes)."""
    return all_of(_grown_with_hip_sign(chart, limit), not_(_runs_or_low_energy(chart)))


def cannot_walk(chart: Chart, limit: Limit) -> Part:
    """okr_cannot_walk_4 = yes AND RF06 not fired."""
    return all_of(_yes(chart, "okr_cannot_walk_4"), not_(fracture(chart, limit)))


def late_fracture(chart: Chart, limit: Limit) -> Part:
    """onset_type is direct_blow or twist_landing AND injury_days_ago 8-56 AND
    xray_since_injury is not clear AND any of: okr_patella_tender = yes, okr_fibula_tender =
    yes, knee_flexion_deg(index) < 90.
    """
    days = chart.value("injury_days_ago")
    return all_of(
        traumatic_onset(chart),
        days.is_at_least(limit("late_injury_from_days")),
        days.is_at_most(limit("late_injury_to_days")),
        chart.value("xray_since_injury").is_not("clear"),
        _bone_tender_or_stiff(chart, limit),
    )


FLAGS: Mapping[str, Rule] = MappingProxyType(
    {
        "RF01": joint_infection,
        "RF02": hot_joint,
        "RF03": limb_threatened,
        "RF04": lung_clot,
        "RF05": cauda_equina,
        "RF06": fracture,
        "RF07": leg_clot,
        "RF08": extensor_torn,
        "RF09": locked,
        "RF10": swelling_after_injury,
        "RF11": dislocation,
        "RF12": young_hip,
        "RF13": hip_stress,
        "RF14": cancer_pattern,
        "RF15": giving_way,
        "RF16": instability,
        "RF17": inflammatory,
        "RF18": swelling_without_injury,
        "RF19": bone_stress,
        "RF20": from_the_back,
        "RF21": recent_surgery,
        "RF22": hip_disease,
        "RF23": cannot_walk,
        "RF24": late_fracture,
    }
)


def traumatic_onset(chart: Chart) -> Check:
    """onset_type is direct_blow or twist_landing."""
    return chart.value("onset_type").is_one_of("direct_blow", "twist_landing")


def _bone_tender_or_stiff(chart: Chart, limit: Limit) -> Verdict:
    """okr_patella_tender = yes, okr_fibula_tender = yes, knee_flexion_deg(index) < 90."""
    return any_of(
        _yes(chart, "okr_patella_tender"),
        _yes(chart, "okr_fibula_tender"),
        chart.index("knee_flexion_deg").is_below(limit("ottawa_flexion_below")),
    )


def _swollen_by_injury(chart: Chart, limit: Limit) -> Verdict:
    """The second half of RF10."""
    return all_of(_clearly_swollen(chart), _injury_explains(chart, limit))


def _clearly_swollen(chart: Chart) -> Check:
    """effusion(index) is 2+ or 3+."""
    return chart.index("effusion").is_one_of(*CLEAR_SWELLING)


def _injury_explains(chart: Chart, limit: Limit) -> Verdict:
    """injury_days_ago <= 14; or a traumatic onset and injury_days_ago is missing."""
    days = chart.value("injury_days_ago")
    return any_of(
        days.is_at_most(limit("recent_injury_within_days")),
        all_of(traumatic_onset(chart), days.is_not_recorded()),
    )


def _grown_with_hip_sign(chart: Chart, limit: Limit) -> Verdict:
    """age_years >= 17 AND rf_hip_sign = yes."""
    return all_of(
        chart.value("age_years").is_at_least(limit("grown_hip_age_from")),
        _yes(chart, "rf_hip_sign"),
    )


def _runs_or_low_energy(chart: Chart) -> Verdict:
    """is_runner OR rf_red_s_risk = yes."""
    return any_of(chart.value("is_runner").is_(True), _yes(chart, "rf_red_s_risk"))


def _yes(chart: Chart, field: str) -> Check:
    return chart.value(field).is_("yes")


def _not_yes(chart: Chart, field: str) -> Check:
    return chart.value(field).is_not("yes")
