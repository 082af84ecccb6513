"""Seal the audit trail: write down, apart from the requests, how far every chain has come.

A chain cannot show that its own end is gone; one chain over everything would, and would make every
look at a chart wait for the transaction of the look before it.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from clinic import seals
from clinic.models import AuditEvent, AuditMark, AuditSeal

# A row gets its key when it is written and is seen when its transaction ends. What ends later
# than this is found when the whole trail is looked at.
LONGEST_WRITE = timedelta(hours=1)
WHOLE_EVERY = timedelta(days=1)
LOCK = "clinic.audit.seal"


def seal_trail(now: datetime, *, whole: bool = False) -> int:
    """Seal what was added to the trail since the last time; return how many chains were marked.

    Only what is committed is sealed, and no request waits for it. Several workers may ask at
    once: one of them does it. Once a day the whole trail is looked at, and so it is when asked.
    """
    whole = whole or _whole_is_due(now)
    if not whole and not seals.heads(_since(now)).exists():
        return 0  # the usual case: it takes no lock at all
    with transaction.atomic():
        if not _is_alone():
            return 0
        if whole:
            _take_your_time()
        last = seals.newest()
        until = AuditEvent.objects.aggregate(pk=Max("pk"))["pk"] or 0
        found = list(
            seals.heads(None if whole else _since(now)).values_list("chain", "position", "digest")
        )
        if not found and not whole:
            return 0
        seal = AuditSeal(
            number=last.number + 1 if last else 1,
            made_at=now,
            until=until,
            whole=whole,
            previous=last.digest if last else "",
        )
        marks = [
            AuditMark(seal=seal, chain=chain, position=position, digest=digest)
            for chain, position, digest in found
        ]
        seal.digest = seals.digest(seal, marks)
        seal.save(force_insert=True)
        AuditMark.objects.bulk_create(marks, batch_size=500)
    return len(marks)


def _whole_is_due(now: datetime) -> bool:
    lately = AuditSeal.objects.filter(whole=True, made_at__gt=now - WHOLE_EVERY)
    return not lately.exists()


def _since(now: datetime) -> int:
    """Return the key up to which rows were seen by an earlier seal, or wait for a whole one."""
    earlier = AuditSeal.objects.filter(made_at__lte=now - LONGEST_WRITE).order_by("-number")
    seal = earlier.first() or AuditSeal.objects.order_by("number").first()
    return seal.until if seal else 0


def _is_alone() -> bool:
    """Say whether nobody else is sealing. SQLite has one writer at a time anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
        return bool(cursor.fetchone()[0])


def _take_your_time() -> None:
    """A page is given seconds for a statement; looking at the whole trail may take longer."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
