"""The secret address of a practitioner's diary: made, replaced, revoked."""

from datetime import datetime

from bookings.actions import locks
from bookings.models import PractitionerFeed
from bookings.tokens import new_token, sha256
from clinic import audit
from clinic.audit import SYSTEM, Actor
from clinic.models import Practitioner, User


def make_feed(practitioner: Practitioner, *, by: User, now: datetime) -> str:
    """Make a new address and end the one before; return its token, which is never kept."""
    token = new_token()
    with locks.writing():
        locks.queue_practitioners(practitioner.pk)
        _revoke(practitioner, audit.actor_of(by), now)
        feed = PractitionerFeed(
            practitioner=practitioner, token_sha256=sha256(token), made_at=now, made_by=by
        )
        feed.save(force_insert=True)
        audit.record("feed.make", feed, by=audit.actor_of(by), at=now)
    return token


def revoke_feed(practitioner: Practitioner, *, by: User, now: datetime) -> bool:
    """End the address of a diary; False when there was none."""
    with locks.writing():
        locks.queue_practitioners(practitioner.pk)
        return _revoke(practitioner, audit.actor_of(by), now)


def revoke_feeds_of_leavers(*, now: datetime) -> int:
    """End the addresses of those who no longer work here, so that none comes back to life."""
    standing = PractitionerFeed.objects.filter(revoked_at__isnull=True)
    gone = standing.filter(practitioner__is_active=False) | standing.filter(
        practitioner__user__is_active=False
    )
    ended = 0
    for feed in gone.select_related("practitioner"):
        with locks.writing():
            locks.queue_practitioners(feed.practitioner_id)
            ended += _revoke(feed.practitioner, SYSTEM, now)
    return ended


def _revoke(practitioner: Practitioner, by: Actor, now: datetime) -> bool:
    feed = PractitionerFeed.objects.filter(
        practitioner=practitioner, revoked_at__isnull=True
    ).first()
    if feed is None:
        return False
    feed.revoked_at = now
    feed.save(update_fields=["revoked_at"])
    audit.record("feed.revoke", feed, by=by, at=now)
    return True
