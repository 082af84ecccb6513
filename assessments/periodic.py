"""What the worker does for plans, again and again."""

from datetime import datetime, timedelta

from assessments import reminding
from clinic.jobs import periodic


@periodic(timedelta(minutes=10))
def queue_exercise_reminders(now: datetime) -> int:
    """Owe the reminders of those who asked for them."""
    return reminding.queue_exercise_reminders(now=now)
