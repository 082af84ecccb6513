"""Reads the seals of the audit trail: whether they follow, and whether the trail still fits them.

``clinic.actions.sealing`` makes them and says why there are seals beside the chains.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from itertools import groupby

from django.db.models import Exists, OuterRef, QuerySet

from clinic.models import AuditEvent, AuditMark, AuditSeal

STREAM = 1_000  # rows at a time


def digest(seal: AuditSeal, marks: Iterable[AuditMark]) -> str:
    """Return the SHA-256 over a seal and its marks, as 64 hexadecimal digits."""
    content = {
        "number": seal.number,
        "made_at": seal.made_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "until": seal.until,
        "whole": seal.whole,
        "previous": seal.previous,
        "marks": sorted([mark.chain, mark.position, mark.digest] for mark in marks),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def newest() -> AuditSeal | None:
    """Return the last seal that was made."""
    return AuditSeal.objects.order_by("-number").first()


def checkpoint(seal: AuditSeal | None) -> str:
    """Return what to keep of a seal outside this machine; empty where there is none."""
    return f"{seal.number}:{seal.digest}" if seal else ""


def fits(kept: str) -> bool:
    """Say whether a seal that was kept outside is still there as it was.

    Raises ValueError for what is no checkpoint.
    """
    number, _, expected = kept.strip().partition(":")
    if len(expected) != hashlib.sha256().digest_size * 2:
        raise ValueError
    return AuditSeal.objects.filter(number=int(number), digest=expected.lower()).exists()


def unfit_seals() -> Iterator[AuditSeal]:
    """Yield every seal that does not follow from the one before it, or not from its marks.

    A seal that is made meanwhile is left for the next time.
    """
    last = newest()
    if last is None:
        return
    marks = AuditMark.objects.filter(seal_id__lte=last.number).order_by("seal_id")
    groups = groupby(marks.iterator(STREAM), key=lambda mark: mark.seal_id)
    group = next(groups, None)
    number, previous = 0, ""
    known = AuditSeal.objects.filter(number__lte=last.number).order_by("number")
    for seal in known.iterator(STREAM):
        mine: list[AuditMark] = []
        while group is not None and group[0] <= seal.number:
            mine += group[1]
            group = next(groups, None)
        follows = seal.number == number + 1 and seal.previous == previous
        if not follows or seal.digest != digest(seal, mine):
            yield seal
        number, previous = seal.number, seal.digest


def unmet_marks() -> QuerySet[AuditMark]:
    """Return the marks whose row of the trail is gone or says something else."""
    there = AuditEvent.objects.filter(
        chain=OuterRef("chain"), position=OuterRef("position"), digest=OuterRef("digest")
    )
    return AuditMark.objects.filter(~Exists(there)).order_by("pk")


def heads(since: int | None = None) -> QuerySet[AuditEvent]:
    """Return the newest row of every chain that grew past its last mark.

    since  a key of the trail; only rows after it are looked at. None: all
    """
    later = AuditEvent.objects.filter(chain=OuterRef("chain"), position=OuterRef("position") + 1)
    marked = AuditMark.objects.filter(chain=OuterRef("chain"), position=OuterRef("position"))
    rows = AuditEvent.objects.all() if since is None else AuditEvent.objects.filter(pk__gt=since)
    return rows.filter(~Exists(later), ~Exists(marked)).order_by("chain")


def unsealed() -> QuerySet[AuditEvent]:
    """Return the rows that no seal covers yet: what was written in the last minutes."""
    marked = AuditMark.objects.filter(chain=OuterRef("chain"), position__gte=OuterRef("position"))
    return AuditEvent.objects.filter(~Exists(marked)).order_by("pk")
