"""A worker to be killed: Django is set up once, in the process that the workers are forked from."""

import os
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

import django

django.setup()

from clinic import outbox  # noqa: E402  # after the set-up
from clinic.management.commands.worker import Command  # noqa: E402


def work(lease_seconds: float) -> None:
    """Run the real worker, with a lease short enough to be waited for."""
    outbox.LEASE = timedelta(seconds=lease_seconds)
    outbox.RETRY = timedelta(seconds=0.05)
    command = Command()
    command.pause = 0.05
    command.loop(Event())
