"""A clock that jumps: this process believes the time that a file says, in seconds of difference."""

import os
import threading
import time
from datetime import UTC, datetime, timedelta

import time_machine

LOOK = 0.05  # seconds between two looks at the file


def follow() -> None:
    """Follow the file that FAULTS_CLOCK names, for as long as this process lives."""
    path = os.environ["FAULTS_CLOCK"]
    threading.Thread(target=_follow, args=[path], daemon=True).start()


def _follow(path: str) -> None:
    believed, traveller = 0, None
    while True:
        with open(path) as file:
            said = int(file.read().strip() or believed)
        if said != believed:
            if traveller is not None:
                traveller.stop()
            traveller = time_machine.travel(_real() + timedelta(seconds=said), tick=True)
            traveller.start()
            believed = said
        time.sleep(LOOK)


def _real() -> datetime:
    """The machine's own time, whatever this process believes."""
    return datetime.fromtimestamp(time.clock_gettime(time.CLOCK_REALTIME), UTC)
