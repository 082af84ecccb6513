"""Diagnosis support (specification, section C4): does the picture fit kneecap pain?"""

from assessments.rules.chart import Chart, Limit
from assessments.rules.checks import Check, Verdict, any_of

LIKELY = "PFP_LIKELY"
POSSIBLE = "PFP_POSSIBLE"
UNLIKELY = "PFP_UNLIKELY"

PROVOKING = (
    "triggers.squatting",
    "triggers.stairs_up",
    "triggers.stairs_down",
    "triggers.prolonged_sitting",
    "triggers.lunging",
    "triggers.running",
    "triggers.downhill",
    "triggers.jumping",
    "triggers.rising_from_chair",
)


def location_fits(chart: Chart) -> Check:
    """pain_location holds behind_patella or around_patella."""
    return chart.value("pain_location").holds_any_of("behind_patella", "around_patella")


def provoked(chart: Chart, limit: Limit) -> Verdict:
    """Any of squatting, stairs_up, stairs_down, prolonged_sitting, lunging, running, downhill,
    jumping, rising_from_chair scored >= 1.
    """
    line = limit("provoked_from")
    return any_of(*(chart.value(trigger).is_at_least(line) for trigger in PROVOKING))


def dx_support(chart: Chart, limit: Limit) -> str:
    """Both = PFP_LIKELY; one = PFP_POSSIBLE (adds CA16); neither = PFP_UNLIKELY."""
    fitting = location_fits(chart).fired + provoked(chart, limit).fired
    return (UNLIKELY, POSSIBLE, LIKELY)[fitting]
