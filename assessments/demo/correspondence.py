"""What of one patient's record went to others: a letter to the family doctor, and a hand-over."""

import uuid
from datetime import date, datetime, timedelta

from assessments import actions as clinical
from assessments.actions import Summary
from assessments.models import Plan
from clinic.actions.records import save_record
from clinic.models import GeneralPractitioner, Patient, Practitioner, User

WHOSE, DOCTOR, COACH = "patient@example.com", "Dr. Wilhelmina Fennel", "basil-thistledown"
MINUTE = timedelta(minutes=1)
RUNS = ((9, "5", 1, True), (7, "6.5", 2, True), (4, "6", 1, True), (2, "7", 2, False))


def write(today: date, now: datetime) -> None:
    """Pip's doctor got a letter, and the coach took the strength training on; Pip runs again."""
    plan = Plan.objects.filter(
        episode__patient__email=WHOSE, issued_at__isnull=False, replaced_at__isnull=True
    ).get()
    letter_to_the_doctor(plan)
    hand_over(plan)
    go_running(plan, today, now)


def letter_to_the_doctor(plan: Plan) -> None:
    chart, physio = plan.assessment, plan.assessment.author
    patient, at = plan.episode.patient, plan.issued_at + MINUTE
    patient.general_practitioner = GeneralPractitioner.objects.get(name=DOCTOR)
    manager = User.objects.get(email="manager@example.com")
    save_record(patient, by=manager, changed=["general_practitioner"])
    letter = clinical.draft_letter(chart, "gp", by=physio.user, now=at)
    letter = clinical.finish_letter(letter, physio, by=physio.user, now=at)
    clinical.log_sending(letter, "faxed", letter.to_name, at + MINUTE, by=physio.user, now=at)


def hand_over(plan: Plan) -> None:
    physio, coach = plan.assessment.author, Practitioner.objects.get(slug=COACH)
    summary = Summary(
        goals="Run 10 km with the club in spring, and squat to a chair without a thought.",
        limits="Pain at most 2 of 10 in running and settled within the hour. No downhill yet.",
        phase=plan.start_phase,
    )
    at = plan.issued_at + 3 * MINUTE
    made = clinical.hand_over(plan, physio, coach, summary, by=physio.user, now=at)
    clinical.accept_hand_over(made, by=coach.user, now=at + timedelta(hours=3))


def go_running(plan: Plan, today: date, now: datetime) -> None:
    """Four runs of the last days, with how the knee was after and on the morning that followed."""
    patient: Patient = plan.episode.patient
    entries = []
    for days, km, pain, settled in RUNS:
        on = today - timedelta(days=days)
        run = {"kind": "run", "plan": str(plan.pk), "on": on.isoformat(), "km": km,
               "pain": pain, "settled": settled}  # fmt: skip
        morning = {"kind": "morning", "on": (on + timedelta(days=1)).isoformat(),
                   "knee": "same" if settled else "worse"}  # fmt: skip
        for place, entry in enumerate((run, morning)):
            entry["client_id"] = str(uuid.uuid5(plan.pk, f"{on}/{place}"))
            entries.append(entry)
    clinical.log_sessions(patient, entries, by=User.objects.get(email=WHOSE), now=now)
