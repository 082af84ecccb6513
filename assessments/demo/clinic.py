"""The demo clinic as a whole: makes it, tops it up, and never touches a database of somebody's."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F

from assessments.demo import correspondence, crowd, physicians, places, rota, stories, waiting
from clinic import audit, practice
from clinic.models import AuditEvent, Location, Message, Patient, Practice, User

MARK = "demo.filled"  # the audit row that says: this database is a demo's
PAST, AHEAD = 21, 12  # days of everyday visits around today


class NotADemoError(Exception):
    """The database holds something the demo did not make."""


def is_demo() -> bool:
    return AuditEvent.objects.filter(action=MARK).exists()


def is_empty() -> bool:
    models = (User, Patient, Location, Practice)
    return not any(model.objects.exists() for model in models)


@transaction.atomic
def fill(now: datetime) -> bool:
    """Make the demo clinic, or top it up to today; return whether it was made anew.

    Raises NotADemoError, and changes nothing, if the database holds anything else.
    """
    fresh = not is_demo()
    if fresh and not is_empty():
        raise NotADemoError
    today = now.astimezone(practice.current().tz).date()
    if fresh:
        places.make_places(today)
        today = now.astimezone(practice.current().tz).date()
        rota.plan(today, now)
        crowd.regulars(today)
        physicians.fill_directory()
        stories.tell(today, now)
        correspondence.write(today, now)
    for day in days_to_fill(today):
        crowd.fill_day(day, today)
    crowd.ask_for_a_time(today)
    if fresh:
        waiting.leave_some(now)
    audit.record(MARK, by=audit.SYSTEM, data={"until": (today + timedelta(days=AHEAD)).isoformat()})
    settle_messages()
    return fresh


def days_to_fill(today: date) -> list[date]:
    """Return the days around today that no earlier run has filled."""
    runs = AuditEvent.objects.filter(action=MARK).values_list("data", flat=True)
    done = max((date.fromisoformat(data["until"]) for data in runs), default=None)
    first = today - timedelta(days=PAST) if done is None else done + timedelta(days=1)
    last = today + timedelta(days=AHEAD)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def settle_messages() -> None:
    """What the demo's own visits would have sent counts as sent: nobody waits for it."""
    Message.objects.filter(state=Message.State.PENDING).update(
        state=Message.State.SENT, sent_at=F("due_at"), payload={}
    )
