"""``manage.py worker``: sends due messages and does the regular work until it is stopped."""

import logging
import signal
from argparse import ArgumentParser
from datetime import datetime, timedelta
from threading import Event

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from clinic import jobs, readiness

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Send due messages and do the regular work, until stopped. Several may run at once."
    pause = 1.0  # seconds between two rounds

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due and end")
        parser.add_argument("--alive", action="store_true", help="only say whether a worker runs")

    def handle(self, *, once: bool, alive: bool, **options: object) -> None:
        if alive:
            if not readiness.worker_is_fresh():
                raise CommandError("No worker has given a sign of life lately.")
            return
        if once:
            self.beat(timezone.now())
            if failed := jobs.run_due(timezone.now(), everything=True):
                raise CommandError(f"{failed} of {len(jobs.names())} jobs failed; see the log.")
            return
        self.loop(self.stopped_by_signal())

    def loop(self, stop: Event) -> None:
        """Go round until ``stop`` is set; a round that has begun is finished."""
        last: datetime | None = None
        while not stop.is_set():
            now = timezone.now()
            close_old_connections()  # one that broke or grew old is replaced
            if last is None or not timedelta(0) <= now - last < readiness.BEAT:
                self.beat(now)
                last = now
            jobs.run_due(now)
            stop.wait(self.pause)

    @staticmethod
    def beat(now: datetime) -> None:
        try:
            readiness.beat(now)
        except DatabaseError:
            logger.exception("The heartbeat could not be written")

    @staticmethod
    def stopped_by_signal() -> Event:
        stop = Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        return stop
