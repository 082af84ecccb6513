"""What the worker does for plans, again and again."""

from datetime import datetime, timedelta

from assessments import actions, reminding
from clinic.jobs import periodic


@periodic(timedelta(minutes=10))
def queue_exercise_reminders(now: datetime) -> int:
    """Owe the reminders of those who asked for them."""
    return reminding.queue_exercise_reminders(now=now)


@periodic(timedelta(minutes=10))
def queue_check_ins(now: datetime) -> int:
    """Owe the questions to those who were discharged some months ago."""
    return actions.queue_check_ins(now=now)
