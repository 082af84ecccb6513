"""The clinic's own invariants: the guards stand, the trail follows, a message is owed once."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min

from clinic import audit, readiness, seals
from clinic.invariants import invariant, named
from clinic.models import Message


@invariant("guards", "guards.migrations", "the database is as new as the code")
def migrations(now: datetime) -> Iterator[str]:
    if not readiness.migrations_are_applied():
        yield "migrations wait to be applied"


@invariant("guards", "guards.present", "every trigger and constraint is in the database")
def guards(now: datetime) -> Iterator[str]:
    yield from readiness.missing_guards()


@invariant("audit", "audit.chain", "every row of the trail follows from the row before it")
def chain(now: datetime) -> Iterator[str]:
    for event in audit.unfit_rows():
        yield f"{named(event)} (row {event.position} of {event.chain})"


@invariant("audit", "audit.seals", "every seal follows from the one before it and from its marks")
def follow(now: datetime) -> Iterator[str]:
    for seal in seals.unfit_seals():
        yield named(seal)


@invariant("audit", "audit.sealed", "what was sealed of the trail is still there")
def still_there(now: datetime) -> Iterator[str]:
    for mark in seals.unmet_marks().iterator(seals.STREAM):
        yield f"{named(mark)} (row {mark.position} of {mark.chain})"


@invariant("messages", "messages.key", "every message is owed once")
def owed_once(now: datetime) -> Iterator[str]:
    """The unique index is not believed: a damaged one is silent."""
    keys = Message.objects.values("key").annotate(rows=Count("pk"), row=Min("pk"))
    for pk in keys.filter(rows__gt=1).order_by("row").values_list("row", flat=True):
        yield f"{Message._meta.label_lower} {pk} (and others with its key)"
