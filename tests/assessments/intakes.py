"""A visit with its link, and what somebody with a sore knee would answer on each screen."""

from datetime import UTC, datetime

from django.core.files.base import ContentFile

from assessments import actions
from assessments.intake.steps import STEP_BY_NAME, steps_of
from assessments.intake.storage import intakes_of, told_in
from assessments.models import Intake
from bookings import links
from clinic.audit import GUEST
from tests.assessments.factories import (
    NOW,
    care,
    make_patient,
    make_practice,
    make_practitioner,
    make_visit,
)

TOMORROW = datetime(2027, 1, 11, 16, 0, tzinfo=UTC)
MINE = actions.Device("a" * 64)
OTHER = actions.Device("b" * 64)


def no_to(step):
    return {item.field: "no" for item in STEP_BY_NAME[step].items}


ANSWERS = {
    "safety-1": no_to("safety-1"),
    "safety-2": no_to("safety-2"),
    "safety-3": no_to("safety-3"),
    "where": {"affected_side": "R", "pain_location": ["behind_patella"]},
    "pain": {
        "nprs_now": 0,
        "nprs_worst_7d": 5,
        "nprs_avg_7d": 3,
        "settle_minutes": 30,
        "next_morning_worse": False,
    },
    "sport": {"sports": ["walking"]},
    "triggers": {"triggers.stairs_down": 4, "triggers.squatting": "not_tested"},
    "start": {"onset_type": "gradual", "symptom_duration_weeks": 6, "symptom_course": "static"},
    "load": {"other_load_spike": True, "shoe_fit_ok": True},
    "goals": {
        "psfs": [4, 6],
        "psfs_name": {"1": "Stairs at work", "2": "Hiking"},
        "goals": "Hike again",
        "goal_on": "2027-04-01",
    },
    "you": {"sex_at_birth": "F", "sitting_hours_per_day": 6},
    "story": {"morning_stiffness_min": 5},
    "further": {"triggers.kneeling": 6},
    "rest": {"sleep_hours": 7},
    "shoes": {"shoe_condition": "worn"},
    "health": {"medicines": "None", "gp": "Dr Example"},
    "forms": {},
    "papers": {},
}


def open_visit(starts_at=TOMORROW, patient=None, **values):
    """A booked visit of a new patient tomorrow, with whoever will examine them."""
    make_practice()
    practitioner = make_practitioner()
    patient = patient or make_patient()
    care(practitioner, patient)
    return make_visit(practitioner, patient, starts_at, new_patient=True, **values)


def link_to(visit, now=NOW):
    return f"/visit/{links.mint(visit, 'page', now)}/"


def answer(visit, step, device=MINE, now=NOW, **changed):
    """Answer one screen, as it stands in ANSWERS but for what is given."""
    sent = ANSWERS[step] | {name.replace("__", "."): value for name, value in changed.items()}
    return actions.save_answers(visit, STEP_BY_NAME[step], sent, device=device, by=GUEST, now=now)


def fill(visit, part="first", device=MINE, now=NOW, **changed):
    """Answer every screen of a part; ``changed`` by screen, with underscores for hyphens."""
    for step in steps_of(part):
        answer(visit, step.name, device, now, **changed.get(step.name.replace("-", "_"), {}))


def send(visit, part="first", device=MINE, now=NOW, **more):
    return actions.send_intake(visit, part, device=device, by=GUEST, now=now, **more)


def sent_visit(starts_at=TOMORROW, **changed):
    """A visit whose first part was filled in and sent."""
    visit = open_visit(starts_at)
    fill(visit, **changed)
    send(visit)
    return visit


def told(visit, part="first"):
    return told_in(intakes_of(visit.pk).get(part))


def value(visit, name, part="first"):
    return told(visit, part).value(name)


def correct(visit, step, device=MINE, now=NOW, **sent):
    sent = {name.replace("__", "."): value for name, value in sent.items()}
    return actions.correct_intake(visit, STEP_BY_NAME[step], sent, device=device, by=GUEST, now=now)


def sent_file(visit):
    """A letter the patient added to an intake that was sent."""
    intake = Intake.objects.create(
        appointment=visit, part="first", browser=MINE.mark, begun_at=NOW, saved_at=NOW
    )
    letter = ContentFile(b"%PDF-1.4 %%EOF", name="letter.pdf")
    file = actions.add_file(visit, "referral", letter, device=MINE, by=GUEST, now=NOW)
    Intake.objects.filter(pk=intake.pk).update(sent_at=NOW)
    return file
