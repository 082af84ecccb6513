"""Who was erased, in a file outside the database and its backups.

A backup holds whom it held on its day. After a restore ``manage.py erase_patient --again`` reads
the file and erases anew whoever was erased since. It holds ids and times, and no name.
"""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from clinic.models import Erasure

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what was erased, when, why and by whom."""

    patient: str
    scope: str
    basis: str
    at: str
    asked_by: str
    confirmed_by: str
    keep_until: str


def write(erasure: Erasure) -> None:
    """Add a line and see it on the disk. What cannot be written is told in the log: see to it."""
    entry = Entry(
        str(erasure.patient_id), erasure.scope, erasure.basis, str(erasure.done_at),
        str(erasure.asked_by_id or ""), str(erasure.confirmed_by_id or ""),
        str(erasure.keep_until or ""),
    )  # fmt: skip
    line = json.dumps({name: getattr(entry, name) for name in Entry.__slots__})
    try:
        path = Path(settings.ERASURES_FILE)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, f"{line}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        logger.error("The file of erasures could not be written: %s", type(error).__name__)


def read(path: Path) -> Iterator[Entry]:
    """Yield the lines, the oldest first. Raises ValueError for what is no such file."""
    for line in path.read_text().splitlines():
        if line.strip():
            try:
                yield Entry(**json.loads(line))
            except TypeError as error:
                raise ValueError(line[:40]) from error
