"""The clinic's own invariants: the guards stand, the trail follows, a message is owed once."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min, Q

from clinic import audit, readiness, seals
from clinic.erasing import rules
from clinic.erasing.doing import tombstones_digest
from clinic.invariants import invariant, named
from clinic.models import AuditEvent, Erasure, KeptIdentity, Message, Patient, Tombstone
from clinic.uploads import clinical_files

STREAM = 200  # persons at a time


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


@invariant("erasure", "erasure.persons", "whoever was erased is named no more")
def named_no_more(now: datetime) -> Iterator[str]:
    said = Q(date_of_birth__isnull=False) | Q(general_practitioner__isnull=False)
    for name in ("email", "phone", "address", "needs", "desk_note"):
        said |= ~Q(**{name: ""})
    for row in Patient.objects.filter(said, erased_at__isnull=False).order_by("pk").iterator():
        yield named(row)
    keeping = Erasure.objects.keeping().values("pk")
    for kept in KeptIdentity.objects.exclude(erasure__in=keeping).order_by("pk").iterator():
        yield named(kept, "record erased")


@invariant("erasure", "erasure.records", "nothing is left of a record that was erased")
def records_are_gone(now: datetime) -> Iterator[str]:
    done = Erasure.objects.filter(scope=Erasure.Scope.RECORD, done_at__isnull=False)
    ids = list(done.values_list("patient", flat=True))
    for start in range(0, len(ids), STREAM):
        whose = ids[start : start + STREAM]
        for rule in rules.of(rules.RECORD):
            if rule.fields:
                continue
            rows = rule.model._default_manager.filter(rules.whose(rule, whose))
            for row in rows.distinct().order_by("pk").only("pk").iterator():
                yield named(row)


@invariant("erasure", "erasure.tombstones", "tombstones are those that the trail knows of")
def tombstones(now: datetime) -> Iterator[str]:
    for erasure in Erasure.objects.filter(done_at__isnull=False).order_by("pk").iterator():
        said = AuditEvent.objects.filter(
            object_type=Erasure._meta.label_lower,
            object_id=str(erasure.pk),
            action=f"patient_{erasure.scope}_erased",
        ).first()
        if said is None or said.data.get("tombstones") != tombstones_digest(erasure):
            yield named(erasure)


@invariant("erasure", "erasure.files", "no file of an erased person is in the store")
def files_are_gone(now: datetime) -> Iterator[str]:
    store = clinical_files()
    for stone in Tombstone.objects.exclude(file="").order_by("pk").iterator():
        if store.exists(stone.file):
            yield named(stone)
