"""`make storm N=50`: many guests choose the same time at once, on gunicorn, on both engines.

For every engine (SQLite always; PostgreSQL when TEST_DATABASE_URL or --database names one) and for
2 and 8 web processes, N and then 4 × N guests

- all choose one time of one practitioner: exactly one may hold it;
- choose times that overlap, of two services: no two of those held may overlap;
- the winner then sends the details twice at once: one visit.

``--rounds 20`` repeats it on other days with the same N guests, instead of once with 4 × N.

Prints what came back, the slowest answer, answers of 500 and above, and deadlocks the server or
the database noticed. Ends with 1 unless everything held. A database of its own is made for each
run and dropped afterwards.
"""

import argparse
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import cycle, pairwise
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import requests

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import fresh

ROOT = Path(__file__).resolve().parent.parent
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
BUTTON = re.compile(r'name="starts_at" value="([^"]+)"')
PLACE, PERSON, HOUR, HALF = "storm-hall", "storm-anna", "storm-hour", "storm-half"
LENGTHS = {HOUR: timedelta(minutes=60), HALF: timedelta(minutes=30)}
PATIENCE = 120  # seconds a client waits for an answer
NO_ANSWER = 599  # what is counted where the connection broke


@dataclass
class Answer:
    """What one guest got: the status, where it led, how long it took, what was wanted."""

    status: int
    location: str
    seconds: float
    wanted: tuple[datetime, datetime] | None = None


@dataclass
class Report:
    """Everything that was not as it has to be."""

    faults: list[str] = field(default_factory=list)

    def check(self, name: str, holds: bool, note: str = "") -> None:
        print(f"  {'ok  ' if holds else 'FAIL'} {name}   {note}")
        if not holds:
            self.faults.append(name)


class Guest(requests.Session):
    """A browser with a session of its own and the token its forms need."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.trust_env = False
        # A connection kept open may be closed by the server just as the storm begins.
        self.headers["Connection"] = "close"
        self.base = base
        page = self.get(f"{base}/callback/", timeout=PATIENCE)
        self.token = TOKEN.search(page.text).group(1)

    def send_form(self, path: str, data: dict[str, str]) -> Answer:
        began = time.monotonic()
        try:
            answer = self.post(
                self.base + path,
                data={**data, "csrfmiddlewaretoken": self.token},
                headers={"Referer": self.base + path},
                allow_redirects=False,
                timeout=PATIENCE,
            )
        except requests.RequestException:
            return Answer(NO_ANSWER, "", time.monotonic() - began)
        seconds = time.monotonic() - began
        return Answer(answer.status_code, answer.headers.get("Location", ""), seconds)

    def hold(self, service: str, starts_at: str) -> Answer:
        data = {"practitioner": PERSON, "location": PLACE, "starts_at": starts_at}
        answer = self.send_form(f"/book/{service}/hold/", data)
        start = datetime.fromisoformat(starts_at)
        answer.wanted = start, start + LENGTHS[service]
        return answer


def at_once(jobs: list[Callable[[], Answer]]) -> list[Answer]:
    """Run all jobs in threads that start together."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], Answer]) -> Answer:
        gate.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def guests(base: str, count: int) -> list[Guest]:
    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(lambda _: Guest(base), range(count)))


def times(base: str, service: str, day: date) -> list[str]:
    """The free times of one day, as its page offers them."""
    asked = {"practitioner": PERSON, "location": PLACE, "from": str(day)}
    page = requests.get(f"{base}/book/{service}/", params=asked, timeout=PATIENCE)
    return [text for text in BUTTON.findall(page.text) if text.startswith(str(day))]


def one_time(base: str, crowd: list[Guest], day: date, report: Report) -> None:
    """Everybody wants the same time; the winner then clicks twice."""
    wanted = times(base, HOUR, day)[4]
    answers = at_once([lambda guest=guest: guest.hold(HOUR, wanted) for guest in crowd])
    tell(f"{len(crowd)} guests, one time", answers, report)
    winners = [
        (guest, answer)
        for guest, answer in zip(crowd, answers, strict=True)
        if answer.status == 303
    ]
    report.check("exactly one holds it", len(winners) == 1, f"{len(winners)} winners")
    losers = {answer.status for answer in answers} - {303}
    report.check("everybody else is told 409", losers <= {409}, str(sorted(losers)))
    if winners:
        click_twice(*winners[0], f"storm-{day}@example.com", report)


def click_twice(guest: Guest, won: Answer, email: str, report: Report) -> None:
    details = {
        "first_name": "Storm",
        "last_name": "Guest",
        "email": email,
        "consent": "on",
    }
    path = urlsplit(won.location).path
    answers = at_once([lambda: guest.send_form(path, details) for _ in range(2)])
    tell("the winner clicks twice", answers, report)
    led = {(answer.status, answer.location) for answer in answers}
    report.check("both clicks lead to one visit", len(led) == 1 and next(iter(led))[0] == 303)


def overlapping(base: str, crowd: list[Guest], day: date, report: Report) -> None:
    """Everybody wants some part of the same two hours."""
    choices = [(HOUR, text) for text in times(base, HOUR, day)[:5]]
    choices += [(HALF, text) for text in times(base, HALF, day)[:7]]
    jobs = [
        lambda guest=guest, choice=choice: guest.hold(*choice)
        for guest, choice in zip(crowd, cycle(choices), strict=False)
    ]
    answers = at_once(jobs)
    tell(f"{len(crowd)} guests, overlapping times", answers, report)
    held = sorted(answer.wanted for answer in answers if answer.status == 303)
    clashes = [pair for pair in pairwise(held) if pair[1][0] < pair[0][1]]
    report.check("somebody holds something", bool(held), f"{len(held)} held")
    report.check("no two of them overlap", not clashes, str(clashes[:2]) if clashes else "")


def tell(name: str, answers: list[Answer], report: Report) -> None:
    counts = dict(sorted(Counter(answer.status for answer in answers).items()))
    slowest = max(answer.seconds for answer in answers)
    print(f"  {name}: {counts}, slowest answer {slowest:.2f} s")
    report.check("no answer of 500 and above", all(status < 500 for status in counts))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def sqlite(folder: Path) -> Iterator[tuple[str, Callable[[], int]]]:
    """A database file of its own. SQLite has no deadlocks to count."""
    yield f"sqlite:///{folder / 'storm.sqlite3'}", lambda: 0


@contextlib.contextmanager
def postgresql(url: str) -> Iterator[tuple[str, Callable[[], int]]]:
    """A database of its own on that server, and what counts its deadlocks."""
    parts = urlsplit(url)
    name = f"{parts.path.strip('/')}_storm_{os.getpid()}"
    server = urlunsplit(parts._replace(scheme="postgresql", path="/postgres"))
    with contextlib.closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(f'CREATE DATABASE "{name}"')

        def deadlocks() -> int:
            cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = %s", [name])
            return cursor.fetchone()[0]

        try:
            yield urlunsplit(parts._replace(path=f"/{name}")), deadlocks
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def serving(url: str, workers: int, folder: Path) -> Iterator[str]:
    """Gunicorn on a fresh clinic in that database, in demo mode; yields its address."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    env = {
        **os.environ,
        "STEPDOWN_MODE": "demo",
        "DATABASE_URL": url,
        "MAIL_DIR": str(folder / "mail"),
        "SITE_URL": base,
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
    }
    for command in (
        ["manage.py", "migrate", "--noinput", "--verbosity", "0"],
        ["scripts/storm_clinic.py"],
    ):
        subprocess.run([sys.executable, *command], cwd=ROOT, env=env, check=True)
    command = ["-m", "gunicorn", "clinic.wsgi", "--workers", str(workers), "--threads", "4"]
    command += ["--bind", f"127.0.0.1:{port}", "--timeout", str(PATIENCE), "--backlog", "2048"]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            wait_until_up(base)
            yield base
        finally:
            server.terminate()
            server.wait(30)


def wait_until_up(base: str) -> None:
    for _ in range(300):
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"{base}/callback/", timeout=PATIENCE).status_code == 200:
                return
        time.sleep(0.2)
    raise SystemExit("The server did not start.")


def storm(database, engine: str, workers: int, crowds: list[int], report: Report) -> None:
    """One engine, one number of web processes: a storm for every number of guests."""
    print(f"{engine}, {workers} web processes")
    with (
        tempfile.TemporaryDirectory() as name,
        database(Path(name)) as (url, deadlocks),
        serving(url, workers, Path(name)) as base,
    ):
        day = date.today() + timedelta(days=7)  # noqa: DTZ011  # any day ahead will do
        crowd: list[Guest] = []
        for count in crowds:
            crowd += guests(base, count - len(crowd))
            one_time(base, crowd, day, report)
            overlapping(base, crowd, day + timedelta(days=1), report)
            day += timedelta(days=2)
        log = (Path(name) / "server.log").read_text()
        found = deadlocks() + len(re.findall("deadlock detected|database is locked", log))
        report.check("no deadlocks", found == 0, f"{found} in log and statistics")


def kill_workers(engine: str, options: argparse.Namespace, report: Report) -> None:
    """One engine: mail workers killed while sending, by a good server and a bad one at a time."""
    server = "" if engine == "SQLite" else options.database
    migrated = fresh.migrated(server)

    def rage(kind: str) -> subprocess.CompletedProcess[str]:
        with (
            tempfile.TemporaryDirectory() as name,
            fresh.copied(migrated, server, Path(name) / "clinic") as place,
        ):
            env = {**os.environ, "STEPDOWN_MODE": "demo", "DATABASE_URL": place.url}
            env["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
            command = [sys.executable, "scripts/storm_worker.py"]
            command += ["--messages", str(options.messages), "--kills", str(options.kills)]
            command += ["--bad-server"] if kind == "a bad server" else []
            return subprocess.run(
                command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=False
            )

    kinds = ("a good server", "a bad server")
    with ThreadPoolExecutor(len(kinds)) as both:
        for kind, done in zip(kinds, both.map(rage, kinds), strict=True):
            print(f"{engine}, {options.kills} workers killed, {kind}\n{done.stdout}", end="")
            report.check("nothing lost, nothing doubled, nothing hidden", done.returncode == 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=50, metavar="N")
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 8])
    parser.add_argument("--worker", action="store_true", help="kill mail workers instead")
    parser.add_argument("--messages", type=int, default=400, help="with --worker")
    parser.add_argument("--kills", type=int, default=100, help="with --worker")
    parser.add_argument("--engine", choices=["SQLite", "PostgreSQL"], help="only this one")
    parser.add_argument("--database", default=os.environ.get("TEST_DATABASE_URL", ""))
    parser.add_argument("--rounds", type=int, default=0, help="of N guests, one after the other")
    options = parser.parse_args()
    crowds = [options.clients] * options.rounds or [options.clients, 4 * options.clients]
    report = Report()
    engines = {"SQLite": sqlite}
    if options.database.startswith("postgres"):
        engines["PostgreSQL"] = lambda folder: postgresql(options.database)
    if options.engine:
        engines = {options.engine: engines[options.engine]}
    for engine, database in engines.items():
        if options.worker:
            kill_workers(engine, options, report)
            continue
        for workers in options.workers:
            storm(database, engine, workers, crowds, report)
    fresh.clear()
    print(f"{len(report.faults)} faults" if report.faults else "everything held")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
