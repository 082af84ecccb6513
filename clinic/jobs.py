"""What the worker does again and again. Apps register plain functions; nothing here knows them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

logger = logging.getLogger(__name__)

Work = Callable[[datetime], object]


@dataclass(slots=True)
class Job:
    """A function that is given the time, and how often it runs in one worker."""

    name: str
    work: Work
    every: timedelta
    last: datetime | None = field(default=None)

    def is_due(self, now: datetime) -> bool:
        # A clock set back must not silence a job until it has caught up.
        return self.last is None or not timedelta(0) <= now - self.last < self.every


_jobs: dict[str, Job] = {}


def periodic(every: timedelta = timedelta(seconds=1)) -> Callable[[Work], Work]:
    """Register a function for the worker. It is idempotent: several workers may run it at once."""

    def register(work: Work) -> Work:
        name = f"{work.__module__}.{work.__qualname__}"
        _jobs[name] = Job(name, work, every)
        return work

    return register


def names() -> list[str]:
    """Return what is registered, in order of registration."""
    return list(_jobs)


def run_due(now: datetime, *, everything: bool = False) -> int:
    """Run what is due, or ``everything``; return how many jobs failed.

    One failing job is logged and leaves the others their turn.
    """
    failed = 0
    for job in _jobs.values():
        if not everything and not job.is_due(now):
            continue
        job.last = now
        try:
            job.work(now)
        except Exception:
            failed += 1
            logger.exception("Job %s failed", job.name)
    return failed
