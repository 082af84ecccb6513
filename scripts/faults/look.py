"""What the clinic holds of what clients did, and whether ``verify`` finds every invariant whole.

Reads from standard input what they did and which letters arrived; prints, as JSON, what is not as
it has to be, and how much of each kind was looked at.
"""

import json
import os
import sys
from collections import Counter
from io import StringIO

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

import django

django.setup()

from django.core.management import CommandError, call_command  # noqa: E402  # after the set-up
from django.db.models import Count  # noqa: E402

from assessments.models import Assessment, ExerciseLog, Plan, Still  # noqa: E402
from bookings.models import Appointment  # noqa: E402
from clinic.models import AuditEvent, Message, Patient  # noqa: E402


def trail(action: str, key: object) -> int:
    return AuditEvent.objects.filter(action=action, object_id=str(key)).count()


def book(email: str) -> list[int]:
    """Count the patients, visits, rows of the trail and messages that came of it."""
    patients = Patient.objects.filter(email=email)
    visits = Appointment.objects.filter(patient__in=patients)
    key = visits[0].pk if visits else None
    told = Message.objects.filter(topic="booked", subject_id=str(key)).count()
    return [patients.count(), visits.count(), trail("visit.book", key), told]


def sign(key: str) -> list[int]:
    chart = Assessment.objects.get(pk=key)
    plans = list(chart.plans.all())
    drafted = sum(trail("plan.drafted", plan.pk) for plan in plans)
    return [int(bool(chart.signed_at)), trail("chart.signed", key), len(plans), drafted]


def issue(key: str) -> list[int]:
    plan = Plan.objects.get(assessment=key)
    told = Message.objects.filter(subject_id=str(plan.pk)).count()
    return [int(bool(plan.issued_at)), trail("plan.issued", plan.pk), told]


def log(key: str) -> list[int]:
    return [ExerciseLog.objects.filter(client_id=key).count()]


def photograph(key: str) -> list[int]:
    rows = list(Still.objects.filter(note=key))
    return [len(rows), sum(trail("chart.still_added", row.pk) for row in rows)]


COUNTS = {"book": book, "sign": sign, "issue": issue, "log": log, "photograph": photograph}


def deeds(ledger: list) -> tuple[list[str], Counter]:
    """Say what is there in part, or more than once, or not although it was answered as done."""
    found, seen = [], Counter()
    for kind, key, done, _ in ledger:
        counts = COUNTS[kind](key)
        state = {1: "whole", 0: "nothing"}.get(counts[0] if len(set(counts)) == 1 else -1, "part")
        seen[f"{kind} {'answered' if done else 'unanswered'}, {state}"] += 1
        if state == "part" or (done and state == "nothing"):
            found.append(f"{kind} {key} was {'' if done else 'not '}answered: {counts}")
    return found, seen


def letters(arrived: dict[str, int]) -> tuple[list[str], Counter]:
    """Compare every message with the letters that arrived of it."""
    allowed = {"sent": {1}, "unsure": {0, 1}, "failed": {0}, "pending": {0}, "skipped": {0}}
    found, seen = [], Counter()
    for pk, state in Message.objects.values_list("pk", "state"):
        seen[state] += 1
        if arrived.get(str(pk), 0) not in allowed.get(state, ()):
            found.append(f"message {pk} is {state} and arrived {arrived.get(str(pk), 0)} times")
    twice = Message.objects.filter(edition=1).values("topic", "subject_id", "version", "to")
    twice = twice.annotate(n=Count("pk")).filter(n__gt=1).exclude(subject_id="")
    found += [f"{row['topic']} about {row['subject_id']} is owed {row['n']} times" for row in twice]
    return found, seen


def verify() -> list[str]:
    out = StringIO()
    try:
        call_command("verify", stdout=out)
    except CommandError as error:
        return [f"verify: {error}", *out.getvalue().splitlines()]
    return []


def main() -> None:
    given = json.load(sys.stdin)
    wrong, seen = deeds(given["ledger"])
    badly, states = letters(given["arrived"])
    json.dump({"faults": [*verify(), *wrong, *badly], "seen": seen, "messages": states}, sys.stdout)


if __name__ == "__main__":
    main()
