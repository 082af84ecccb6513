"""What of one patient's record went to others: a letter to the family doctor, and a hand-over."""

import uuid
from datetime import date, datetime, timedelta

from assessments import actions as clinical
from assessments.actions import Summary
from assessments.models import Plan
from clinic.actions.records import save_record
from clinic.models import GeneralPractitioner, User

WHOSE, DOCTOR, COACH = "patient@example.com", "Dr. Wilhelmina Fennel", "basil-thistledown"
AFTER = timedelta(minutes=8)  # the draft was judged and issued
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
    chart, by, at = plan.assessment, plan.drafted_by, plan.drafted_at + AFTER
    patient = plan.episode.patient
    patient.general_practitioner = GeneralPractitioner.objects.get(name=DOCTOR)
    manager = User.objects.get(email="manager@example.com")
    save_record(patient, by=manager, changed=["general_practitioner"])
    letter = clinical.draft_letter(chart, "gp", by=by, now=at)
    letter = clinical.finish_letter(letter, chart.author, by=by, now=at)
    clinical.log_sending(letter, "faxed", letter.to_name, at, by=by, now=at)


def hand_over(plan: Plan) -> None:
    coach, at = User.objects.get(practitioner__slug=COACH), plan.drafted_at + AFTER
    summary = Summary(
        goals="Run 10 km with the club in spring, and squat to a chair without a thought.",
        limits="Pain at most 2 of 10 in running and settled within the hour. No downhill yet.",
        phase=plan.start_phase,
    )
    made = clinical.hand_over(
        plan, plan.assessment.author, coach.practitioner, summary, by=plan.drafted_by, now=at
    )
    clinical.accept_hand_over(made, by=coach, now=at + timedelta(hours=3))


def go_running(plan: Plan, today: date, now: datetime) -> None:
    """Four runs of the last days, with how the knee was after and on the morning that followed."""
    entries: list[dict[str, object]] = []
    for days, km, pain, settled in RUNS:
        on = today - timedelta(days=days)
        said: tuple[dict[str, object], ...] = (
            {"kind": "run", "plan": str(plan.pk), "km": km, "pain": pain, "settled": settled},
            {"kind": "morning", "knee": "same" if settled else "worse"},
        )
        for later, entry in enumerate(said):
            day = (on + timedelta(days=later)).isoformat()
            key = str(uuid.uuid5(plan.pk, f"{on}/{later}"))
            entries.append({**entry, "on": day, "client_id": key})
    by = User.objects.get(email=WHOSE)
    clinical.log_sessions(plan.episode.patient, entries, by=by, now=now)
