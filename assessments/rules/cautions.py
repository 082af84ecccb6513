"""When each caution is printed (specification, section C2). Words are in gate.yaml.

CA18, a valid override was used, is the gate's own business: see ``gate``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from assessments.rules.chart import Chart, Limit, Rule
from assessments.rules.checks import Part, Verdict, all_of, any_of, not_
from assessments.rules.diagnosis import POSSIBLE, dx_support, location_fits, provoked
from assessments.rules.flags import fracture, inflammatory

OVERRIDE_USED = "CA18"


def adolescent(chart: Chart, limit: Limit) -> Part:
    """age_years 8-17."""
    age = chart.value("age_years")
    return all_of(
        age.is_at_least(limit("adolescent_age_from")),
        age.is_at_most(limit("adolescent_age_to")),
    )


def older_knee(chart: Chart, limit: Limit) -> Part:
    """age_years >= 45."""
    return chart.value("age_years").is_at_least(limit("older_knee_age_from"))


def small_effusion(chart: Chart, limit: Limit) -> Part:
    """effusion(index) = 1+."""
    return chart.index("effusion").is_("1+")


def recent_blow(chart: Chart, limit: Limit) -> Part:
    """onset_type = direct_blow AND injury_days_ago <= 56 AND RF06 not fired."""
    return all_of(
        chart.value("onset_type").is_("direct_blow"),
        chart.value("injury_days_ago").is_at_most(limit("recent_blow_within_days")),
        not_(fracture(chart, limit)),
    )


def other_tender_place(chart: Chart, limit: Limit) -> Part:
    """tenderness_sites(index) holds anything except patellar_facets."""
    return chart.index("tenderness_sites").holds_other_than("patellar_facets")


def positional_night_pain(chart: Chart, limit: Limit) -> Part:
    """night_pain_mechanical = true."""
    return chart.value("night_pain_mechanical").is_(True)


def pregnancy(chart: Chart, limit: Limit) -> Part:
    """pregnant = true."""
    return chart.value("pregnant").is_(True)


def low_energy(chart: Chart, limit: Limit) -> Part:
    """rf_red_s_risk = yes."""
    return chart.value("rf_red_s_risk").is_("yes")


def bleeding(chart: Chart, limit: Limit) -> Part:
    """anticoagulant_or_bleeding = true."""
    return chart.value("anticoagulant_or_bleeding").is_(True)


def skin(chart: Chart, limit: Limit) -> Part:
    """skin_tape_problem = true."""
    return chart.value("skin_tape_problem").is_(True)


def cold(chart: Chart, limit: Limit) -> Part:
    """cold_problem = true."""
    return chart.value("cold_problem").is_(True)


def limited_range(chart: Chart, limit: Limit) -> Part:
    """knee_flexion_deg(index) < 110 OR knee_extension_deg(index) <= -10."""
    return any_of(
        chart.index("knee_flexion_deg").is_below(limit("limited_flexion_below")),
        chart.index("knee_extension_deg").is_at_most(limit("limited_extension_to")),
    )


def failed_rehab(chart: Chart, limit: Limit) -> Part:
    """failed_prior_rehab = true."""
    return chart.value("failed_prior_rehab").is_(True)


def severe_fear(chart: Chart, limit: Limit) -> Part:
    """TSK-11 >= 36."""
    return chart.metric("tsk11_total").is_at_least(limit("severe_fear_from"))


def very_sore(chart: Chart, limit: Limit) -> Part:
    """nprs_now >= 8."""
    return chart.value("nprs_now").is_at_least(limit("very_sore_from"))


def unsure_diagnosis(chart: Chart, limit: Limit) -> Part:
    """dx_support = PFP_POSSIBLE."""
    lacking = not_(all_of(location_fits(chart), provoked(chart, limit)))
    return Verdict(dx_support(chart, limit) == POSSIBLE, lacking.checks)


def long_stiffness(chart: Chart, limit: Limit) -> Part:
    """morning_stiffness_min >= 30 and RF17 not fired."""
    return all_of(
        chart.value("morning_stiffness_min").is_at_least(limit("long_stiffness_from")),
        not_(inflammatory(chart, limit)),
    )


def thigh_or_groin(chart: Chart, limit: Limit) -> Part:
    """pain_location holds thigh_or_groin AND rf_hip_sign is not yes."""
    return all_of(
        chart.value("pain_location").holds_any_of("thigh_or_groin"),
        chart.value("rf_hip_sign").is_not("yes"),
    )


CAUTIONS: Mapping[str, Rule] = MappingProxyType(
    {
        "CA01": adolescent,
        "CA02": older_knee,
        "CA03": small_effusion,
        "CA04": recent_blow,
        "CA05": other_tender_place,
        "CA06": positional_night_pain,
        "CA07": pregnancy,
        "CA08": low_energy,
        "CA09": bleeding,
        "CA10": skin,
        "CA11": cold,
        "CA12": limited_range,
        "CA13": failed_rehab,
        "CA14": severe_fear,
        "CA15": very_sore,
        "CA16": unsure_diagnosis,
        "CA17": long_stiffness,
        "CA19": thigh_or_groin,
    }
)
