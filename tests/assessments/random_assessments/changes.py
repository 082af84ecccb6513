"""What happens to an assessment that would otherwise pass the gate."""

from tests.assessments.random_assessments.draw import Draw, leave_out
from tests.assessments.random_assessments.lines import (
    NOT_AN_ANSWER,
    OVERRIDABLE,
    REQUIRED,
    WELLS,
    YES_NO,
)

OVERRIDE = {"reason": "MRI clear", "cleared_by": "consultant letter", "date": "2026-01-12"}
XRAYS = ["none", "clear", "not_applicable", "none", "not_applicable", "fracture_found"]


def nothing(_: Draw, __: dict) -> None:
    """Leave the assessment as it is."""


def red_flags(draw: Draw, chart: dict) -> None:
    """Say yes to some questions of the gate, sometimes with an override that may not count."""
    for answer in draw.rng.sample(YES_NO, draw.one([1, 1, 2, 4])):
        chart[answer] = "yes"
    chart["age_years"] = draw.one([chart["age_years"], 16, 17])
    if draw.chance(0.1):
        chart |= {"rf_hot_joint": "yes", "rf_systemic": "yes"}
    if draw.chance(0.1):
        chart["wells"] = dict.fromkeys(draw.rng.sample(WELLS, draw.one([1, 2, 4])), True)
        chart["wells"]["alternative_as_likely"] = draw.chance(0.3)
    if draw.chance(0.1):
        chart |= {"rf_hip_sign": "yes", "rf_red_s_risk": "yes"}
        chart |= {"is_runner": None, "run_status": None}
    if draw.chance(0.4):
        chart["gate_override"] = dict(OVERRIDE)


def overridable_flags(draw: Draw, chart: dict) -> None:
    """Raise flags that may be overridden, and override them; now and then one that may not."""
    chart["age_years"] = draw.one([17, 18, 30, 59])
    for answer in draw.rng.sample(OVERRIDABLE, draw.one([0, 1, 2])):
        chart[answer] = "yes"
    if draw.chance(0.4):
        chart["effusion"] = dict.fromkeys("LR", draw.one(["1+", "2+", "3+"]))
        chart["morning_stiffness_min"] = draw.one([29, 30, 31])
    if draw.chance(0.2):
        chart["patellar_apprehension"] = dict.fromkeys("LR", "positive")
    if draw.chance(0.15):
        chart[draw.one(YES_NO)] = "yes"
    chart["gate_override"] = dict(OVERRIDE)


def injury(draw: Draw, chart: dict) -> None:
    """Put an injury around the windows of 7, 14 and 56 days, with or without an X-ray."""
    chart["onset_type"] = draw.one(["direct_blow", "twist_landing", "gradual"])
    chart["injury_days_ago"] = draw.one([0, 6, 7, 8, 9, 13, 14, 15, 55, 56, 57, 400])
    chart["xray_since_injury"] = draw.one(XRAYS)
    chart["age_years"] = draw.one([16, 30, 30, 54, 55])
    if draw.chance(0.5):
        chart["knee_flexion_deg"] = {"L": draw.one([89, 90, 91]), "R": draw.one([89, 90, 91])}
    if draw.chance(0.5):
        chart[draw.one(["okr_patella_tender", "okr_fibula_tender", "okr_cannot_walk_4"])] = "yes"
    if draw.chance(0.3):
        chart["effusion"] = {"L": draw.one(["1+", "2+"]), "R": draw.one(["2+", "3+"])}
    if draw.chance(0.2):
        leave_out(draw, chart, draw.one(["injury_days_ago", "xray_since_injury"]), ["absent", None])
    if draw.chance(0.3):
        chart["gate_override"] = dict(OVERRIDE)


def holes(draw: Draw, chart: dict) -> None:
    """Leave out what the gate requires, or answer it with something else than yes or no."""
    if draw.chance(0.3):
        draw.one([red_flags, overridable_flags, injury])(draw, chart)
    for _ in range(draw.one([1, 1, 2, 5])):
        if draw.chance(0.5):
            leave_out(draw, chart, draw.one(REQUIRED), ["absent", None])
        elif draw.chance(0.3):
            leave_out(draw, chart, draw.one(YES_NO), ["absent"])
        else:
            chart[draw.one(YES_NO)] = draw.one(NOT_AN_ANSWER)
    if draw.chance(0.1):
        chart["pain_location"] = []


CHANGES = {nothing: 34, red_flags: 18, overridable_flags: 15, injury: 18, holes: 15}
