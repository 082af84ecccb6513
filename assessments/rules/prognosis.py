"""Prognosis band (specification, G2). Weeks and words are in prognosis.yaml; never a promise."""

from collections.abc import Mapping
from types import MappingProxyType

from assessments.rules.chart import Chart, Limit
from assessments.rules.checks import Part, all_of, any_of, not_
from assessments.rules.classify import HIGH, MILD, Classified, Decision, first_that_fires
from assessments.rules.conditions import Condition


def long_standing(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """D: duration >= 52 weeks; OR (duration > 17 weeks AND AKPS < 70)."""
    weeks = chart.value("symptom_duration_weeks")
    return any_of(
        weeks.is_at_least(limit("long_standing_weeks_from")),
        all_of(
            weeks.is_above(limit("persistent_weeks_above")),
            chart.metric("akps_total").is_below(limit("low_akps_below")),
        ),
    )


def persistent(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """C: duration > 17 weeks; OR AKPS < 70; OR (duration > 8 weeks AND (continued_through_pain
    OR FEAR_HIGH OR failed_prior_rehab)).
    """
    weeks = chart.value("symptom_duration_weeks")
    return any_of(
        weeks.is_above(limit("persistent_weeks_above")),
        chart.metric("akps_total").is_below(limit("low_akps_below")),
        all_of(
            weeks.is_above(limit("early_weeks_to")),
            any_of(
                chart.value("continued_through_pain").is_(True),
                classified.contributors["FEAR_HIGH"],
                chart.value("failed_prior_rehab").is_(True),
            ),
        ),
    )


def early_and_mild(chart: Chart, limit: Limit, classified: Classified) -> Part:
    """A: duration <= 8 weeks AND MILD AND irritability not HIGH AND age >= 18 AND not
    continued_through_pain.
    """
    return all_of(
        chart.value("symptom_duration_weeks").is_at_most(limit("early_weeks_to")),
        classified.severity.is_(MILD),
        not_(classified.irritability.is_(HIGH)),
        chart.value("age_years").is_at_least(limit("adult_age_from")),
        chart.value("continued_through_pain").is_not(True),
    )


# Tried in this order; the first that fires holds.
BANDS: Mapping[str, Condition] = MappingProxyType(
    {"D": long_standing, "C": persistent, "A": early_and_mild}
)
EVERYTHING_ELSE = "B"


def prognosis_band(chart: Chart, limit: Limit, classified: Classified) -> Decision:
    """Return the band and the comparisons that led to it."""
    verdicts = {band: rule(chart, limit, classified) for band, rule in BANDS.items()}
    return first_that_fires("band", verdicts, otherwise=EVERYTHING_ELSE)
