"""Files of an erased person: a tombstone in the transaction, the file itself once it is committed.

Whoever is stopped in between leaves a file that its tombstone names; the worker comes to it.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Model

from clinic.erasing import rules
from clinic.models import Erasure, Tombstone
from clinic.uploads import clinical_files

logger = logging.getLogger(__name__)
AGAIN = timedelta(days=7)


def bury(erasure: Erasure, model: type[Model], ids: Sequence[UUID]) -> None:
    """Leave a tombstone for every file of a person."""
    rule = rules.Rule(model._meta.label, rules.PERSON)
    rows: Any = model._default_manager.filter(rules.whose(rule, ids)).distinct()
    Tombstone.objects.bulk_create(
        Tombstone(
            erasure=erasure, kind=row._meta.label_lower, row=str(row.pk), digest=row.sha256,
            file=row.name,
        )
        for row in rows
    )  # fmt: skip


def clear(stones: Iterable[Tombstone]) -> int:
    """Delete the files that tombstones name; return how many were there."""
    store, gone = clinical_files(), 0
    for stone in stones:
        if stone.file and store.exists(stone.file):
            try:
                store.delete(stone.file)
            except OSError as error:
                logger.warning("An erased file could not be deleted: %s", type(error).__name__)
            else:
                gone += 1
    return gone


def clear_again(now: datetime) -> int:
    """Delete what is left of the last days' erasures."""
    return clear(Tombstone.objects.exclude(file="").filter(erasure__done_at__gt=now - AGAIN))
