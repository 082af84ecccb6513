"""The clinic's own regular work."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from clinic import actions, outbox
from clinic.actions.sealing import seal_trail as make_seal
from clinic.erasing import lists
from clinic.erasing.files import clear_again
from clinic.jobs import periodic


@periodic()
def send_messages(now: datetime) -> int:
    """Send what is due."""
    return outbox.send_due()


@periodic(timedelta(hours=1))
def end_childhood_grants(now: datetime) -> int:
    """See to it that nobody reads a grown-up's record through a child's grant."""
    return actions.end_childhood_grants(now)


@periodic(timedelta(hours=1))
def clear_sessions(now: datetime) -> int:
    """Forget sessions that ended."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]


@periodic(timedelta(minutes=1))
def seal_trail(now: datetime) -> int:
    """Seal what was added to the audit trail."""
    return make_seal(now)


@periodic(timedelta(hours=1))
def clear_erased_files(now: datetime) -> int:
    """Delete what an erasure that was interrupted left in the store."""
    return clear_again(now)


@periodic(timedelta(minutes=10))
def erase_what_is_over(now: datetime) -> int:
    """Carry out lists that a manager has confirmed, where the clinic has switched it on."""
    return lists.carry_out(now)
