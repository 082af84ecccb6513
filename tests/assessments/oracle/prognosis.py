"""Section G2: the prognosis bands."""

from tests.assessments.oracle.chart import Chart, Values

BANDS = {
    "A": {"band": "A", "weeks": [4, 6], "guarded": False},
    "B": {"band": "B", "weeks": [6, 12], "guarded": False},
    "C": {"band": "C", "weeks": [12, 24], "guarded": False},
    "D": {"band": "D", "weeks": [24, 52], "guarded": True},
}


def prognosis(chart: Chart, numbers: Values, found: dict) -> dict:
    """Return the first band of G2 whose rule holds."""
    person = chart.person
    duration, akps = person["symptom_duration_weeks"], numbers["akps_total"]
    kept_on = person["continued_through_pain"]
    slow = kept_on or "FEAR_HIGH" in found["contributors"] or person["failed_prior_rehab"]
    if duration >= 52 or (duration > 17 and akps < 70):
        return BANDS["D"]
    if duration > 17 or akps < 70 or (duration > 8 and slow):
        return BANDS["C"]
    calm = found["severity"] == "MILD" and found["irritability"] != "HIGH"
    if duration <= 8 and calm and person["age_years"] >= 18 and not kept_on:
        return BANDS["A"]
    return BANDS["B"]
