"""Fresh databases of one run of the suite: each kind is made once, all others are its copies.

Migrating takes fifteen seconds of a processor, filling the demo clinic eight more; copying either
takes a moment. Workers share what a run has made through a folder of ``var`` and locks in it.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parent.parent
# The first process of a run names it and clears up; what it starts is told the name.
FIRST = "STEPDOWN_TEST_RUN" not in os.environ
NAME = os.environ.setdefault("STEPDOWN_TEST_RUN", uuid.uuid4().hex[:12])
RUN = ROOT / "var" / "runs" / NAME
FILE = "clinic.sqlite3"


@dataclass(frozen=True)
class Place:
    """A folder and the address of the database that goes with it."""

    folder: Path
    url: str


def _postgresql(url: str) -> bool:
    return url.startswith(("postgres", "psql"))


@contextmanager
def _door(server: str) -> Iterator:
    """A cursor on a database that is always there; the suite's own may not be."""
    import psycopg2

    there = environ.Env.db_url_config(server)
    door = psycopg2.connect(
        host=there["HOST"] or None,
        port=there["PORT"] or None,
        user=there["USER"] or None,
        password=there["PASSWORD"] or None,
        dbname="postgres",
    )
    door.autocommit = True  # databases are made and dropped outside a transaction
    with closing(door), door.cursor() as cursor:
        yield cursor


def beside(server: str, name: str) -> str:
    """Return the address of a neighbour of a PostgreSQL database."""
    before, _, last = server.rpartition("/")
    return f"{before}/{name}{''.join(last.partition('?')[1:])}"


def _name_of(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0]


def create(url: str, of: str = "") -> None:
    """Make the database of this address, empty or as a copy of another that nobody is using."""
    if not _postgresql(url):
        if of:
            shutil.copyfile(of.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
        return
    template = f' TEMPLATE "{_name_of(of)}"' if of else ""
    with _door(url) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{_name_of(url)}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{_name_of(url)}"{template}')


def drop(url: str) -> None:
    """Remove a PostgreSQL database; a file goes with its folder."""
    if _postgresql(url):
        with _door(url) as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{_name_of(url)}" WITH (FORCE)')


def _place(server: str, folder: Path, name: str) -> Place:
    url = beside(server, name) if _postgresql(server) else f"sqlite:///{folder / FILE}"
    return Place(folder, url)


@contextmanager
def copied(made: Place, server: str, folder: Path) -> Iterator[Place]:
    """Give a copy of what ``once`` made, its files with it, in a folder that does not exist yet."""
    place = _place(server, folder, f"stepdown_copy_{uuid.uuid4().hex[:12]}")
    copy(made, place)
    try:
        yield place
    finally:
        drop(place.url)


def copy(made: Place, place: Place) -> None:
    """Put what ``once`` made in this place, instead of what may be there."""
    shutil.rmtree(place.folder, ignore_errors=True)
    shutil.copytree(made.folder, place.folder)
    if _postgresql(place.url):
        create(place.url, made.url)


def once(kind: str, make: Callable[[Place], None], server: str, of: str = "") -> Place:
    """Return what one process of this run makes while the others wait for it."""
    place = _place(server, RUN / kind, f"stepdown_{NAME}_{kind}")
    RUN.mkdir(parents=True, exist_ok=True)
    with (RUN / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go of when the file is closed
        done = RUN / f"{kind}.made"
        if not done.exists():
            shutil.rmtree(place.folder, ignore_errors=True)
            place.folder.mkdir()
            create(place.url, of)
            make(place)
            done.write_text(place.url)
    return place


def migrated(server: str) -> Place:
    """Return a database with every table and guard, and what migrations write into them."""
    return once("migrated", migrate, server)


def migrate(place: Place) -> None:
    """Bring the database of this place up to date."""
    kept = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"],
        cwd=ROOT,
        env={**kept, "STEPDOWN_MODE": "demo", "DATABASE_URL": place.url},
        check=True,
    )


def clear() -> None:
    """Take away what this run has made, at its end."""
    if not FIRST:
        return
    for done in RUN.glob("*.made"):
        drop(done.read_text())
    shutil.rmtree(RUN, ignore_errors=True)
