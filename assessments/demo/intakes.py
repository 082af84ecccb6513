"""What the demo's patients answered before they come, through the same actions as everybody's."""

from collections.abc import Mapping
from datetime import timedelta

from assessments import actions
from assessments.intake.steps import FIRST, MORE, STEP_BY_NAME, steps_of
from bookings.models import Appointment
from bookings.tokens import new_token, sha256
from clinic.audit import GUEST

Answers = Mapping[str, Mapping[str, object]]
AFTER_BOOKING = timedelta(minutes=20)
A_SCREEN = timedelta(seconds=20)

STAIRS: Answers = {
    "where": {"affected_side": "BOTH", "index_side": "R", "pain_location": ["around_patella"]},
    "pain": {
        "nprs_now": 2,
        "nprs_worst_7d": 5,
        "nprs_avg_7d": 3,
        "settle_minutes": 60,
        "next_morning_worse": False,
    },
}
HILLS: Answers = {
    "where": {"affected_side": "L", "pain_location": ["behind_patella", "around_patella"]},
    "pain": {
        "nprs_now": 1,
        "nprs_worst_7d": 6,
        "nprs_avg_7d": 3,
        "settle_minutes": 240,
        "next_morning_worse": True,
    },
    "sport": {"sports": ["hiking", "cycling"]},
    "triggers": {
        "triggers.stairs_up": 2,
        "triggers.stairs_down": 5,
        "triggers.squatting": 4,
        "triggers.prolonged_sitting": 3,
        "triggers.rising_from_chair": 2,
        "triggers.walking": 0,
        "triggers.downhill": 6,
        "triggers.cycling": "not_tested",
    },
    "start": {
        "onset_type": "gradual",
        "symptom_duration_weeks": 14,
        "symptom_course": "fluctuating",
    },
    "load": {"other_load_spike": True, "shoe_fit_ok": True},
    "goals": {
        "psfs": [4, 6],
        "psfs_name": {"1": "Hiking downhill", "2": "Stairs with the shopping"},
        "goals": "Walk the ridge again next summer.",
    },
    "you": {"sex_at_birth": "M", "occupation_knee_load": "low", "sitting_hours_per_day": 7},
    "story": {"pain_quality": ["dull_ache"], "previous_episodes": 1, "morning_stiffness_min": 5},
    "further": {"triggers.kneeling": 5},
    "rest": {"sleep_hours": 7, "stress_0_10": 4, "rest_days_per_week": 3},
    "shoes": {"shoe_condition": "worn"},
    "health": {
        "anticoagulant_or_bleeding": False,
        "skin_tape_problem": False,
        "cold_problem": False,
        "medicines": "Ibuprofen now and then",
    },
}


def half_done(visit: Appointment) -> None:
    """Five screens, and then something came up."""
    _answer(visit, _own_device(), STAIRS, FIRST)


def sent(visit: Appointment) -> None:
    """Both parts, sent one after the other."""
    device = _own_device()
    now = (visit.booked_at or visit.starts_at) + AFTER_BOOKING
    for part in (FIRST, MORE):
        _answer(visit, device, HILLS, part)
        agreed = ["treatment"] if part == FIRST else []
        now += timedelta(minutes=5)
        actions.send_intake(visit, part, agreed=agreed, device=device, by=GUEST, now=now)


def locked(visit: Appointment) -> None:
    """A knee that is stuck: said what to do at once, and a clinician is asked to call."""
    device = _own_device()
    _answer(visit, device, {}, FIRST, yes="rf_locked")


def _answer(
    visit: Appointment, device: actions.Device, answers: Answers, part: str, *, yes: str = ""
) -> None:
    """Answer the safety screens with no (but for ``yes``), and those screens that are given."""
    now = (visit.booked_at or visit.starts_at) + AFTER_BOOKING
    for step in steps_of(part):
        said: dict[str, object] = dict(answers.get(step.name, {}))
        if step.way == "statements":
            said = {item.field: "yes" if item.field == yes else "no" for item in step.items}
        elif not said and step.items:
            continue
        now += A_SCREEN
        kept = actions.save_answers(
            visit, STEP_BY_NAME[step.name], said, device=device, by=GUEST, now=now
        )
        if kept.faults:
            raise ValueError("; ".join(map(str, kept.faults)))


def _own_device() -> actions.Device:
    return actions.Device(sha256(new_token()))
