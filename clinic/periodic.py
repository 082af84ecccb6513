"""The clinic's own regular work."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from clinic import actions, outbox
from clinic.actions.sealing import seal_trail as make_seal
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
