"""The faults: each does its harm to a clinic at work, and mends what a person would.

A fault is a function of the site that returns what it did, in words; what it finds wrong by
itself it raises as ``Wrong``. Everything else is found afterwards, by looking at all rows.
"""

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.faults.clients import Deed
from scripts.faults.site import Site
from tests import fake_smtp as smtp

AT_WORK = 6.0  # seconds of clients at work in a round
HOUR = 3600
LITTLE = 96 * 1024  # bytes left on a disk that is nearly full
TROUBLES = (
    smtp.BUSY, smtp.GREYLIST, smtp.REJECT, smtp.REFUSE_LETTER, smtp.DROP_EARLY, smtp.DROP_AFTER,
    smtp.NONSENSE, smtp.HANG_EARLY, smtp.HANG_AFTER, smtp.OK, smtp.OK, smtp.OK,
)  # fmt: skip


class Wrong(Exception):  # noqa: N818  # what is wrong, in words
    """Something the fault itself saw that must not be."""


@contextlib.contextmanager
def at_work(site: Site, seconds: float = AT_WORK) -> Iterator[float]:
    """Let clients work while the block lasts, and for some seconds at least."""
    thread = threading.Thread(target=site.crowd.work, args=[seconds])
    thread.start()
    try:
        yield time.monotonic() + seconds
    finally:
        thread.join()


def web_killed(site: Site) -> str:
    """SIGKILL to a web process at random moments."""
    killed = 0
    with at_work(site) as until:
        while time.monotonic() < until:
            time.sleep(random.uniform(0.1, 1.5))
            for pid in site.web_workers()[:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
            site.wait_until_up()
    return f"{killed} web processes killed"


def worker_killed(site: Site) -> str:
    """SIGKILL to the worker, whenever it can while a letter is under way."""
    site.start_mail(slowness=0.05)
    killed = met = 0
    with at_work(site) as until:
        while time.monotonic() < until + 4:
            patience = time.monotonic() + 4
            while not site.mail.under_way and time.monotonic() < patience:
                time.sleep(0.002)
            time.sleep(random.uniform(0, 0.08))
            met += bool(site.mail.under_way)
            site.worker.kill()
            site.worker.wait()
            killed += 1
            site.start_worker()
    site.start_mail()
    return f"{killed} workers killed, {met} while a letter was under way"


def plug_pulled(site: Site) -> str:
    """SIGKILL to everything at once; on SQLite with an open write-ahead log."""
    with at_work(site) as until:
        time.sleep(random.uniform(0.5, AT_WORK / 2))
        log = Path(f"{site.url.removeprefix('sqlite:///')}-wal")
        waiting = log.stat().st_size if log.exists() else 0
        site.kill_everything()
        site.start_web()
        site.start_worker()
        site.wait_until_up()
        time.sleep(max(0.0, until - time.monotonic()))
    note = f", {waiting // 1024} kB in the write-ahead log" if site.cluster is None else ""
    return f"web and worker killed at once{note}"


def database_restarted(site: Site) -> str | None:
    """The database server stops, by request or in a crash, and comes back."""
    if site.cluster is None:
        return None
    modes = ("fast", "immediate")
    with at_work(site, AT_WORK + 2):
        for mode in modes:
            time.sleep(random.uniform(0.3, 1.0))
            site.cluster.stop(mode)
            time.sleep(0.5)
            site.cluster.start()
    return "stopped fast, then crashed, and started again"


def disk_full(site: Site) -> str:
    """No byte is free for database, uploads and backup; then there is space again."""
    filler = site.folder / "filler"
    site.crowd.photograph()
    free = os.statvfs(site.folder)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - LITTLE)
    with at_work(site):
        refused = sum(not site.crowd.photograph().done for _ in range(3))
        target = site.folder / "backups"
        target.mkdir(exist_ok=True)
        backup = site.run("manage.py", "backup", str(target), "--plain", check=False)
        left = [each.name for each in target.iterdir()]
        if backup.returncode != 1 or "Traceback" in backup.stderr or left:
            raise Wrong(f"backup on a full disk: {backup.returncode}, {left}, {backup.stderr}")
    filler.unlink()
    if site.cluster is not None:
        site.cluster.stop("immediate")  # it may have stopped itself; a person starts it again
        site.cluster.start()
    if not site.wait_until_up():
        raise Wrong("the web does not answer although there is space again")
    kept = site.crowd.photograph()
    backup = site.run("manage.py", "backup", str(target), "--plain", check=False)
    if not kept.done or backup.returncode:
        raise Wrong(f"with space again: {kept.status}, {backup.stderr}")
    for each in target.iterdir():
        each.unlink()
    return f"{refused} of 3 photographs refused, backup refused without a trace"


def clock_jumped(site: Site) -> str:
    """The clock of web and worker goes a day ahead, back behind now, and over a clock change."""
    # Reminders are due a week ahead, and again three hours earlier on that day.
    jumps = (24 * HOUR, -3 * HOUR, 180 * HOUR, 177 * HOUR, 118 * 24 * HOUR, 0)
    for seconds in jumps:
        with at_work(site, 1.5):
            time.sleep(random.uniform(0.1, 1.0))
            site.jump(seconds)
    site.sign_in_again()  # the sessions of that day are over
    return "+24 h, -3 h, +180 h, +177 h, +118 d (over a clock change), back"


def sent_twice(site: Site) -> str:
    """The same request twice at once, again later, and a log before its plan is issued."""
    crowd = site.crowd
    reordered = _logged_before_issued(site)
    deeds = [crowd.book(), crowd.sign(), crowd.issue(), crowd.log(), *reordered]
    with at_work(site), ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            fresh = [crowd.to_do(kind) for kind in ("sign", "issue", "log")]
            list(pool.map(crowd.again, [*fresh, *fresh, *deeds, *deeds]))
            deeds += fresh
    random.shuffle(deeds)
    for deed in deeds:
        crowd.again(deed)
    return f"{len(deeds)} requests sent three times and more; a log before its plan refused"


def _logged_before_issued(site: Site) -> list[Deed]:
    """A phone logs a line of a plan that nobody has issued; then it is issued; then once more."""
    crowd = site.crowd
    phone = crowd.stock["early"].pop()
    entry = crowd.to_log(phone, phone["lines"][0])
    if crowd.again(entry).done:
        raise Wrong("a log of a plan that was not issued was taken")
    plan = crowd.again(crowd.note(Deed("issue", phone["chart"])))
    if not crowd.again(entry).done:
        raise Wrong(f"a log was refused ({entry.status}) after its plan was issued ({plan.status})")
    return [entry, plan]


def mail_trouble(site: Site) -> str:
    """The mail server is away, hangs, breaks off, puts off and refuses."""
    site.stop_mail()
    with at_work(site, 2.0):
        time.sleep(1.0)
    modes = [random.choice(TROUBLES) for _ in range(60)]
    site.start_mail(*modes, slowness=0.01)
    with at_work(site):
        pass
    return "server away, then 60 letters by chance into twelve troubles"


FAULTS: dict[str, Callable[[Site], str | None]] = {
    "web killed": web_killed,
    "worker killed": worker_killed,
    "plug pulled": plug_pulled,
    "database restarted": database_restarted,
    "disk full": disk_full,
    "clock jumped": clock_jumped,
    "sent twice": sent_twice,
    "mail trouble": mail_trouble,
}
