"""The clinic under test: a disk, a database, gunicorn, a worker and a mail server of its own."""

import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg2

from scripts.faults.clients import Crowd, Deed, as_json
from scripts.storm import free_port
from tests import fake_smtp, fresh

ROOT = Path(__file__).resolve().parent.parent.parent
DISK = 900  # megabytes
MESSAGE = re.compile(rb"^Message-ID: <.*?\.m(\d+)@", re.M | re.I)
START_UP = 120  # seconds


@contextlib.contextmanager
def disk(folder: Path) -> Iterator[str]:
    """Give the folder a file system of its own, which can be full without harm; say which."""
    folder.mkdir()
    mounted = not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}M,mode=755", "tmpfs", folder],
        capture_output=True, check=False,
    ).returncode  # fmt: skip
    try:
        yield "tmpfs" if mounted else ""
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", folder], check=False)


class Cluster:
    """A PostgreSQL server of its own, never the machine's."""

    def __init__(self, folder: Path) -> None:
        self.bin = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self.folder, self.port = folder, free_port()
        folder.mkdir()
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
                  "--locale=C")  # fmt: skip
        self.start()

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/clinic"

    def start(self) -> None:
        self._run("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w",
                  "-o", f"-p {self.port} -k {self.folder}", "start")  # fmt: skip

    def stop(self, mode: str) -> None:
        """``immediate`` is a crash: the server recovers when it starts."""
        self._run("pg_ctl", "-D", self.folder / "data", "-w", "-m", mode, "stop", check=False)

    def _run(self, name: str, *arguments: object, check: bool = True) -> None:
        as_them = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        subprocess.run(
            [*as_them, self.bin / name, *map(str, arguments)],
            cwd="/", check=check, stdout=subprocess.DEVNULL,
        )  # fmt: skip


class Site:
    """Web, worker and mail server on one database; every part can be killed and started again."""

    def __init__(self, folder: Path, url: str, cluster: Cluster | None, stock: list[int]) -> None:
        self.folder, self.url, self.cluster = folder, url, cluster
        aside = folder.parent.parent  # beside the small disk, which may be full
        self.port, self.mail_port = free_port(), free_port()
        self.clock = aside / "clock"
        self.clock.write_text("0")
        self.arrived: Counter = Counter()
        self.mail: fake_smtp.FakeSmtp | None = None
        self.logs = [(aside / name).open("w") for name in ("web.log", "worker.log")]
        made = self.run("-m", "scripts.faults.stock", *map(str, stock))
        self.crowd = Crowd(f"http://127.0.0.1:{self.port}", json.loads(made.stdout))

    def run(self, *command: str, given: str = "", check: bool = True):
        return subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self._environment(), input=given,
            text=True, stdout=subprocess.PIPE, stderr=None if check else subprocess.PIPE,
            check=check,
        )  # fmt: skip

    # Parts that start, stop and die --------------------------------------------------------------

    def start_web(self) -> None:
        command = ["-m", "gunicorn", "scripts.faults.wsgi", "--config", "deploy/gunicorn.conf.py"]
        command += ["--bind", f"127.0.0.1:{self.port}", "--workers", "2"]
        self.web = self._start(command, self.logs[0])

    def start_worker(self) -> None:
        self.worker = self._start(["-m", "scripts.faults.worker"], self.logs[1])

    def start_mail(self, *modes: str, then: str = fake_smtp.OK, slowness: float = 0.0) -> None:
        self.stop_mail()
        self.mail_stack = contextlib.ExitStack()
        self.mail = self.mail_stack.enter_context(
            fake_smtp.fake_smtp(*modes, then=then, slowness=slowness, port=self.mail_port)
        )

    def stop_mail(self) -> None:
        if self.mail is not None:
            self.mail_stack.close()
            self._count_letters()
            self.mail = None

    def web_workers(self) -> list[int]:
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text()
        return [int(each) for each in children.split()]

    def kill_everything(self) -> None:
        """Pull the plug: web, its workers and the mail worker at once."""
        pids = [self.web.pid, *self.web_workers(), self.worker.pid]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self.web.wait()
        self.worker.wait()

    def jump(self, seconds: int) -> None:
        self.clock.write_text(str(seconds))
        time.sleep(0.3)  # every process has looked

    def sign_in_again(self) -> None:
        """Sign in everybody whose session ended, as people do."""
        stock = self.run("-m", "scripts.faults.stock", "again", given=json.dumps(self.crowd.stock))
        self.crowd.stock = json.loads(stock.stdout)

    def stop(self) -> None:
        for process in (self.web, self.worker):
            process.terminate()
        for process in (self.web, self.worker):
            process.wait(60)
        self.stop_mail()

    def wait_until_up(self) -> bool:
        """Wait for a good answer; restart nothing that has to come back by itself."""
        deadline = time.monotonic() + START_UP
        while time.monotonic() < deadline:
            if self.crowd.answers():
                return True
            time.sleep(0.1)
        return False

    # What came of it -----------------------------------------------------------------------------

    def settle(self) -> bool:
        """Wait until every message that is due has come to an end."""
        deadline = time.monotonic() + START_UP
        while time.monotonic() < deadline:
            if not self._open_messages():
                return True
            time.sleep(0.2)
        return False

    def look(self, ledger: list[Deed]) -> dict:
        self._count_letters()
        given = json.dumps({"ledger": json.loads(as_json(ledger)), "arrived": self.arrived})
        done = self.run("-m", "scripts.faults.look", given=given)
        return json.loads(done.stdout)

    def _count_letters(self) -> None:
        if self.mail is not None:
            for letter in self.mail.taken():
                found = MESSAGE.search(letter)
                self.arrived[found[1].decode() if found else "?"] += 1

    def _open_messages(self) -> int:
        """Messages that are being sent, or due by now: reminders of later wait for their day."""
        open_rows = "SELECT state, due_at FROM clinic_message WHERE state IN ('pending', 'sending')"
        with contextlib.closing(self._connect()) as line:
            cursor = line.cursor()
            cursor.execute(open_rows)
            rows = cursor.fetchall()
        horizon = time.time() + 600
        return sum(state == "sending" or _seconds(due) < horizon for state, due in rows)

    def _connect(self):
        if self.cluster is None:
            return sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=20)
        return psycopg2.connect(self.url.replace("postgres://", "postgresql://"))

    def _start(self, command: list[str], log) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self._environment(), stdout=log, stderr=log
        )

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        return {
            **kept,
            "STEPDOWN_MODE": "demo",
            "DATABASE_URL": self.url,
            "MAIL_DIR": "",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "FILES_ROOT": str(self.folder / "files"),
            "MEDIA_ROOT": str(self.folder / "media"),
            "FAULTS_CLOCK": str(self.clock),
            "TMPDIR": str(self.folder),
        }


def _seconds(due: object) -> float:
    from datetime import UTC, datetime

    if isinstance(due, str):
        due = datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert isinstance(due, datetime)
    return due.timestamp()


@contextlib.contextmanager
def running(engine: str, stock: list[int], folder: Path) -> Iterator[tuple[Site, str]]:
    """Serve a fresh clinic on a disk of its own; yields it, and what the disk is."""
    folder.chmod(0o755)  # the database server has a user of its own
    with disk(folder / "disk") as kind:
        home = folder / "disk" / "clinic"
        cluster = Cluster(folder / "disk" / "postgresql") if engine == "PostgreSQL" else None
        try:
            if cluster:
                home.mkdir()
                fresh.create(cluster.url)
                url = cluster.url
                fresh.migrate(fresh.Place(home, url))
            else:
                shutil.copytree(fresh.migrated("").folder, home)
                url = f"sqlite:///{home / fresh.FILE}"
            site = Site(home, url, cluster, stock)
            site.start_mail()
            site.start_web()
            site.start_worker()
            try:
                if not site.wait_until_up():
                    raise SystemExit((folder / "web.log").read_text()[-3000:])
                yield site, kind
            finally:
                site.stop()
        finally:
            if cluster:
                cluster.stop("immediate")
