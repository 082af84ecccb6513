"""Workers killed with SIGKILL in the middle of sending, and a mail server that behaves badly.

    python scripts/storm.py --worker            # called through it; see --help there

Every message must in the end be sent, shown as unsure or shown as failed; none may arrive twice,
none may be called sent that did not arrive, none may be called failed that did. The database is
the one DATABASE_URL names; it must be migrated and empty.
"""

import argparse
import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import fake_smtp as smtp  # noqa: E402

LEASE = 3.0  # seconds; the real one is minutes
PATIENCE = 180.0  # seconds to wait for the last message
NEVER = {smtp.REJECT, smtp.REFUSE_LETTER}
BAD = (
    smtp.OK, smtp.OK, smtp.OK, smtp.OK, smtp.BUSY, smtp.GREYLIST, smtp.REJECT, smtp.DROP_EARLY,
    smtp.DROP_AFTER, smtp.NONSENSE, smtp.REFUSE_LETTER,
)  # fmt: skip


def fill(count: int) -> None:
    """Owe that many messages to as many people."""
    from datetime import date

    from clinic import outbox
    from clinic.models import Practice

    Practice.objects.create(name="Storm", email="desk@example.com", privacy_dated=date(2027, 1, 1))
    for number in range(count):
        outbox.queue("sign_in_unknown", to=f"n{number}@example.com", key=f"storm:{number}")


class Crew:
    """Some workers; one that is killed is replaced at once."""

    def __init__(self, size: int) -> None:
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["scripts.storm_child"])
        self.workers = [self._hire() for _ in range(size)]

    def _hire(self):
        from scripts import storm_child

        worker = self.context.Process(target=storm_child.work, args=(LEASE,), daemon=True)
        worker.start()
        return worker

    def kill_one(self, dice: random.Random) -> None:
        place = dice.randrange(len(self.workers))
        self.workers[place].kill()
        self.workers[place].join()
        self.workers[place] = self._hire()

    def dismiss(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.join()


def open_rows() -> int:
    from clinic.models import Message

    return Message.objects.filter(state__in=["pending", "sending"]).count()


def rage(crew: Crew, server: smtp.FakeSmtp, kills: int, dice: random.Random) -> int:
    """Kill workers while letters are under way; return how many kills met one."""
    met = 0
    deadline = time.monotonic() + PATIENCE
    while met < kills and time.monotonic() < deadline:
        if not server.under_way:
            if not open_rows():
                break  # everything left before enough workers died
            time.sleep(0.005)
            continue
        time.sleep(dice.random() * server.slowness * 1.5)
        met += bool(server.under_way)
        crew.kill_one(dice)
    return met


def settle() -> None:
    deadline = time.monotonic() + PATIENCE
    while open_rows() and time.monotonic() < deadline:
        time.sleep(0.2)


def faults(server: smtp.FakeSmtp, count: int) -> list[str]:
    """Return everything that is not as it has to be."""
    from clinic.models import Message

    arrived = Counter(server.recipients())
    rows = list(Message.objects.filter(key__startswith="storm:"))
    found = [f"{count - len(rows)} messages are gone"] if len(rows) != count else []
    allowed = {"sent": {1}, "unsure": {0, 1}, "failed": {0}}
    for row in rows:
        if row.state not in allowed:
            found.append(f"message {row.pk} is {row.state} for ever")
        elif arrived[row.to] not in allowed[row.state]:
            found.append(f"message {row.pk} is {row.state} and arrived {arrived[row.to]} times")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=400)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--slowness", type=float, default=0.02, help="seconds a letter takes")
    parser.add_argument("--bad-server", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    modes = [dice.choice(BAD) for _ in range(options.messages)] if options.bad_server else []
    with smtp.fake_smtp(*modes, slowness=options.slowness) as server:
        os.environ["MAIL_DIR"] = ""
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{server.port}"
        from scripts import storm_child  # noqa: F401  # sets Django up

        fill(options.messages)
        crew = Crew(options.workers)
        try:
            met = rage(crew, server, options.kills, dice)
            settle()
        finally:
            crew.dismiss()
        found = faults(server, options.messages)
    from clinic.models import Message

    states = Counter(Message.objects.values_list("state", flat=True))
    print(f"  {met} workers killed while sending; {dict(sorted(states.items()))}")
    for fault in found[:20]:
        print(f"  FAIL {fault}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
