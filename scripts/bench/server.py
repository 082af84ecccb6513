"""A database with a full diary, gunicorn in front of it, and what both use of the processor."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

ROOT = Path(__file__).resolve().parent.parent.parent
WORKERS = 2
SPAN = 45  # days of diary around today that are filled by `demo --busy`
STEP = 49  # days by which copies are moved into the past: whole weeks, longer than the span


@dataclass
class Site:
    """A running site on a database of its own."""

    url: str
    port: int
    master: int
    connection: psycopg2.extensions.connection
    headers: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, body: str | None = None, cookies: str = ""
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Send one request on a connection of its own, as gunicorn's workers serve them."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Host": "127.0.0.1", "Cookie": cookies} if cookies else {"Host": "127.0.0.1"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        link.request(method, path, body, headers)
        answer = link.getresponse()
        content = answer.read()
        link.close()
        return answer.status, answer.headers, content

    def rows(self, sql: str, *params: object) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall() if cursor.description else []

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.master}/task/{self.master}/children").read_text()
        return [int(pid) for pid in children.split()]

    def cpu(self) -> float:
        """Return the CPU seconds that workers and database backends have used so far."""
        backends = self.rows("SELECT pid FROM pg_stat_activity WHERE application_name = 'bench'")
        pids = [*self.workers(), *(pid for (pid,) in backends)]
        return sum(_used(pid) for pid in pids)

    def memory(self) -> int:
        """Return the bytes the web workers hold in memory."""
        pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.workers()]
        return sum(pages) * os.sysconf("SC_PAGE_SIZE")

    def scans(self) -> int:
        """Return how often the table of appointments was read from end to end."""
        sql = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'bookings_appointment'"
        return int(self.rows(sql)[0][0])


def _used(pid: int) -> float:
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


@contextlib.contextmanager
def databases(server: str, most: int, say=print) -> Iterator[tuple[str, str]]:
    """Make a small database and a large one with the same fortnight ahead; drop them at the end."""
    names = [f"stepdown_bench_{os.getpid()}_{size}" for size in ("small", "large")]
    parts = urlsplit(server)
    small, large = (urlunsplit(parts._replace(path=f"/{name}")) for name in names)
    admin = psycopg2.connect(urlunsplit(parts._replace(path="/postgres", scheme="postgresql")))
    admin.autocommit = True
    cursor = admin.cursor()
    try:
        cursor.execute(f'CREATE DATABASE "{names[0]}"')
        for command in (["migrate", "-v0"], ["demo", "--busy", "--days", str(SPAN)]):
            _manage(small, command)
        cursor.execute(f'CREATE DATABASE "{names[1]}" TEMPLATE "{names[0]}"')
        copied = _multiply(large, most)
        say(f"  a small database, and one of {copied:,} appointments")
        yield small, large
    finally:
        for name in names:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.close()


def _manage(url: str, command: list[str]) -> None:
    subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *command],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "STEPDOWN_MODE": "demo"},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _multiply(url: str, most: int) -> int:
    """Copy the filled weeks into the past, again and again, until there are so many visits."""
    connection = psycopg2.connect(_postgresql(url))
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name ="
        " 'bookings_appointment' AND column_name NOT IN ('id', 'starts_at', 'ends_at', 'state',"
        " 'holder', 'browser')"
    )
    same = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
    theirs = "practitioner_id IN (SELECT id FROM clinic_practitioner WHERE slug LIKE 'stand-in-%')"
    cursor.execute(f"SELECT count(*) FROM bookings_appointment WHERE {theirs}")
    (filled,) = cursor.fetchone()
    copies = most // filled
    cursor.execute(
        f"INSERT INTO bookings_appointment (id, starts_at, ends_at, state, holder, browser, {same})"
        f" SELECT gen_random_uuid(), starts_at - n * interval '{STEP} days',"
        f" ends_at - n * interval '{STEP} days', 'completed', '', '', {same}"
        f" FROM bookings_appointment, generate_series(1, {copies}) n"
        f" WHERE {theirs}"
    )
    cursor.execute("VACUUM ANALYZE")
    cursor.execute("SELECT count(*) FROM bookings_appointment")
    (count,) = cursor.fetchone()
    connection.close()
    return count


def _postgresql(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(scheme="postgresql"))


@contextlib.contextmanager
def serving(url: str) -> Iterator[Site]:
    """Run gunicorn with two workers on a database until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "STEPDOWN_MODE": "demo",
        "DJANGO_SETTINGS_MODULE": "scripts.bench.site",
        "PGAPPNAME": "bench",
    }
    command = [sys.executable, "-m", "gunicorn", "clinic.wsgi", "--workers", str(WORKERS)]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    connection = psycopg2.connect(_postgresql(url), application_name="bench-watch")
    connection.autocommit = True
    site = Site(url, port, process.pid, connection)
    try:
        _wait(site)
        yield site
    finally:
        connection.close()
        process.terminate()
        process.wait(timeout=30)


def _wait(site: Site) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError):
            if site.ask("GET", "/healthz/")[0] == 200 and len(site.workers()) == WORKERS:
                return
        time.sleep(0.1)
    raise RuntimeError("The site did not start.")
