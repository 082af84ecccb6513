"""Small invented assessments for tests of the rules, and short ways to ask about them."""

from assessments.findings import FIELDS, parse
from assessments.library.rulebook import shipped_rulebook
from assessments.rules.chart import Chart
from assessments.rules.draft import draft
from assessments.scoring.metrics import metrics

SAFE = {field: "no" for field in FIELDS if field.startswith(("rf_", "okr_"))}
# An unremarkable runner of 30: right knee, ten weeks, moderate irritability, a clear gate.
PLAIN = SAFE | {
    "age_years": 30,
    "sex_at_birth": "F",
    "affected_side": "R",
    "index_side": "R",
    "onset_type": "gradual",
    "symptom_duration_weeks": 10,
    "pain_location": ["around_patella"],
    "triggers": {"squatting": 3},
    "nprs_now": 1,
    "nprs_worst_7d": 4,
    "settle_minutes": 30,
    "is_runner": True,
    "run_status": "running_full",
}
FOOT = ("talar_head", "malleolar_curves", "calcaneus", "talonavicular", "arch", "forefoot")


def on_index(value, other=None):
    """Return a sided value of the plain chart: the right knee is the sore one."""
    return {"R": value} if other is None else {"R": value, "L": other}


def fpi(total):
    """Return foot posture items of one foot that add up to ``total``."""
    step = 1 if total > 0 else -1
    items = [0] * 6
    for turn in range(abs(total)):
        items[turn % 6] += step
    return dict(zip(FOOT, items, strict=True))


def lsd(**items):
    return {"arm": 0, "trunk": 0, "pelvis": 0, "knee": 0, "steady": 0} | items


def assessment(**changes):
    """Return the plain chart with ``changes``; None takes a finding away."""
    mixed = PLAIN | changes
    if changes.get("triggers"):
        mixed["triggers"] = {"squatting": 3} | changes["triggers"]
    return {name: value for name, value in mixed.items() if value is not None}


def findings_of(raw):
    parsed = parse(raw)
    assert parsed.faults == ()
    return parsed.findings


def drafted_from(raw, rulebook=None):
    return draft(findings_of(raw), rulebook or shipped_rulebook())


def drafted(**changes):
    return drafted_from(assessment(**changes))


def chart_of(**changes):
    findings = findings_of(assessment(**changes))
    return Chart(findings, metrics(findings))


def limits():
    return shipped_rulebook().limit
