"""The real worker, less patient: a lease and retries that can be waited for, a clock that jumps."""

import os
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402  # after the set-up

from clinic import outbox  # noqa: E402
from clinic.management.commands.worker import Command  # noqa: E402
from scripts.faults import clock  # noqa: E402


def main() -> None:
    outbox.LEASE = timedelta(seconds=3)
    outbox.RETRY = timedelta(seconds=0.05)
    settings.EMAIL_TIMEOUT = 1
    clock.follow()
    command = Command()
    command.pause = 0.05
    command.loop(command.stopped_by_signal())


if __name__ == "__main__":
    main()
