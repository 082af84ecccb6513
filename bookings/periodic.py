"""What the worker does for the diary, again and again."""

from datetime import datetime, timedelta

from bookings import actions
from bookings.actions import importing_later
from clinic.audit import SYSTEM
from clinic.jobs import periodic


@periodic(timedelta(seconds=10))
def expire_holds(now: datetime) -> int:
    """Give back times whose hold ran out."""
    return actions.expire_holds(by=SYSTEM, now=now)


@periodic(timedelta(seconds=10))
def expire_requests(now: datetime) -> int:
    """End requests nobody confirmed in time, and tell their patients."""
    return actions.expire_requests(now=now)


@periodic(timedelta(minutes=10))
def revoke_feeds(now: datetime) -> int:
    """End the calendar addresses of those who no longer work here."""
    return actions.revoke_feeds_of_leavers(now=now)


@periodic(timedelta(seconds=30))
def queue_reminders(now: datetime) -> int:
    """Owe the reminders that became due."""
    return actions.queue_reminders(now=now)


@periodic(timedelta(seconds=15))
def follow_up_clinician_calls(now: datetime) -> int:
    """Tell the clinical lead of calls before visits that nobody has taken in time."""
    return actions.follow_up_clinician_calls(now=now)


@periodic(timedelta(seconds=5))
def offer_freed_times(now: datetime) -> int:
    """End offers nobody answered, and offer what became free to whoever it suits best."""
    ended = actions.end_offers(now=now)
    return ended + actions.note_ended_holds(now=now) + actions.serve(now=now)


@periodic()
def work_on_imports(now: datetime) -> int:
    """Deal with the next rows of a long file of another system."""
    return importing_later.work_on_imports(now=now)
