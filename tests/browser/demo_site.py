"""A demo clinic of its own: a private database, a folder for its mail, a server on a free port."""

import email
import email.policy
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from tests import fresh

ROOT = Path(__file__).resolve().parent.parent.parent
START_UP = 60  # seconds a busy machine may take before the first answer
CODE = re.compile(r"([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})")  # as the sign-in mail writes it
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
    # No name resolves: a page that wants something from elsewhere fails the test.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def chromium() -> str | None:
    """Return where the system keeps Chromium; None where it is not installed.

    The build without a screen draws the same pages with half the work for the machine.
    """
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    return next((found for name in names if (found := shutil.which(name))), None)


@dataclass
class DemoSite:
    """A running demo clinic: its address, and the commands that belong to it."""

    folder: Path
    database: str
    port: int
    made: fresh.Place | None = None
    server: subprocess.Popen | None = field(default=None, init=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *arguments: str) -> str:
        """Run one management command to its end and return what it said."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {arguments[0]}: {done.stderr[-2000:]}")
        return done.stdout

    def mails(self, address: str) -> list[EmailMessage]:
        """Send what is due, then return every mail to this address, oldest first."""
        self.manage("worker", "--once")
        files = sorted((self.folder / "mail").glob("*"), key=lambda path: path.stat().st_mtime_ns)
        read = [message for path in files for message in _messages(path)]
        return [one for one in read if address in {a.addr_spec for a in one["to"].addresses}]

    def log(self) -> str:
        return (self.folder / "server.log").read_text()

    def start(self) -> None:
        """Serve the site. Raises RuntimeError if it does not answer in time."""
        with (self.folder / "server.log").open("w") as log:
            self.server = subprocess.Popen(
                [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{self.port}"],
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        for _ in range(START_UP * 5):
            if _answers(f"{self.address}/healthz/"):
                return
            time.sleep(0.2)
        raise RuntimeError(f"The site did not start: {self.log()[-2000:]}")

    def stop(self) -> None:
        if self.server is not None:
            self.server.terminate()
            self.server.wait(10)

    def afresh(self) -> None:
        """Serve the demo clinic as it was made: no walk has been here before."""
        assert self.made is not None
        self.stop()
        fresh.copy(self.made, fresh.Place(self.folder, self.database))
        self.start()

    def _environment(self) -> dict[str, str]:
        ours = {
            "STEPDOWN_MODE": "demo",
            "DATABASE_URL": self.database,
            "MAIL_DIR": str(self.folder / "mail"),
            "MEDIA_ROOT": str(self.folder / "media"),
            "SITE_URL": self.address,
            "PYTHONUNBUFFERED": "1",
            "CONN_MAX_AGE": "0",  # one thread for every open page: PostgreSQL has 100 connections
        }
        # The suite's own settings module is for pytest alone.
        kept = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        return {**kept, **ours}


def _messages(path: Path) -> list[EmailMessage]:
    """Read one mail file; Django writes a line of dashes after each message."""
    parts = path.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
    return [
        email.message_from_bytes(part, policy=email.policy.default)  # type: ignore[misc]
        for part in parts
        if part.strip()
    ]


def text_of(message: EmailMessage) -> str:
    """Every header and every part of a mail in one text, as a curious reader would see it."""
    parts = [part for part in message.walk() if not part.is_multipart()]
    bodies = [(part.get_payload(decode=True) or b"").decode("utf-8", "replace") for part in parts]
    return "\n".join([f"{name}: {value}" for name, value in message.items()] + bodies)


def code_in(mail: str) -> str:
    """Return the code, which stands alone on a line of the text."""
    for line in mail.splitlines():
        if found := CODE.fullmatch(line.strip()):
            return found[1]
    raise AssertionError(mail)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(folder: Path, server: str = "") -> Iterator[DemoSite]:
    """Serve a copy of the demo clinic of this run, in a folder that does not exist yet."""
    made = fresh.once("demo", _fill, server, of=fresh.migrated(server).url)
    with fresh.copied(made, server, folder) as place:
        site = DemoSite(place.folder, place.url, free_port(), made)
        try:
            site.start()
            yield site
        finally:
            site.stop()


def _fill(place: fresh.Place) -> None:
    (place.folder / "mail").mkdir()
    DemoSite(place.folder, place.url, free_port()).manage("demo")
