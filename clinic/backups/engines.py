"""Takes the whole database out at one moment, and puts it into an empty one: both engines.

SQLite's own backup copies it while the clinic works; PostgreSQL's tools do the same and have to be
installed beside the app (``postgresql-client``).
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.db import connection

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
SETTINGS = Mapping[str, Any]


class BackupError(Exception):
    """The database could not be taken out or put back; its words say why, for an operator."""


def dump(into: Path) -> Path:
    """Write the database into a folder as one file, and return the file."""
    target = into / NAMES[connection.vendor]
    target.touch(mode=0o600)
    if connection.vendor == "postgresql":
        _run("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"])
        return target
    with (
        closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a companion
    return target


def load(dumped: Path, settings: SETTINGS | None = None) -> None:
    """Put a dump into an empty database: the clinic's own, or the one that ``settings`` name."""
    settings = connection.settings_dict if settings is None else settings
    if connection.vendor == "postgresql":
        wanted = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        name = str(settings["NAME"])
        _run("pg_restore", [*wanted, f"--dbname={name}", str(dumped)], settings)
        return
    with closing(sqlite3.connect(dumped)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupError("The database in this backup is damaged.")
    target = Path(settings["NAME"])
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(dumped, target)
    target.chmod(0o600)


def is_empty() -> bool:
    """Say whether the clinic's own database holds no table at all."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        if not path.exists():
            return True
    empty = not connection.introspection.table_names()
    connection.close()  # nothing holds what is written to next
    return empty


def url_of(settings: SETTINGS) -> str:
    """Return the DATABASE_URL that leads to a database with these settings."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    who = quote(settings.get("USER") or "", safe="")
    if settings.get("PASSWORD"):
        who += ":" + quote(settings["PASSWORD"], safe="")
    where = quote(settings.get("HOST") or "", safe="")
    if settings.get("PORT"):
        where += f":{settings['PORT']}"
    more = {name: value for name, value in _more(settings).items() if name != "options"}
    name = quote(str(settings["NAME"]), safe="")
    return f"postgres://{who}@{where}/{name}" + (f"?{urlencode(more)}" if more else "")


def make_scratch(name: str) -> SETTINGS:
    """Make an empty database beside the clinic's own, on PostgreSQL; return its settings."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)}")
    except Exception as error:
        raise BackupError(
            "A database to try the backup in could not be made. Its user needs the right to:"
            " ALTER ROLE … CREATEDB."
        ) from error
    return {**connection.settings_dict, "NAME": name}


def drop_scratch(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)}")


def _more(settings: SETTINGS) -> dict[str, str]:
    return {name: value for name, value in settings.get("OPTIONS", {}).items() if value is not None}


def _run(tool: str, arguments: Sequence[str], settings: SETTINGS | None = None) -> None:
    """Run one of PostgreSQL's tools. The password travels by the environment, not by arguments."""
    settings = connection.settings_dict if settings is None else settings
    found = shutil.which(tool)
    if found is None:
        raise BackupError(
            f"{tool} is not installed. Install postgresql-client of the server's version,"
            " or run this where it is."
        )
    known = {
        "PGHOST": settings.get("HOST"),
        "PGPORT": settings.get("PORT"),
        "PGUSER": settings.get("USER"),
        "PGPASSWORD": settings.get("PASSWORD"),
        "PGDATABASE": settings["NAME"],
        "PGSSLMODE": _more(settings).get("sslmode"),
        "PGSSLROOTCERT": _more(settings).get("sslrootcert"),
    }
    environment = os.environ | {name: str(value) for name, value in known.items() if value}
    done = subprocess.run(  # noqa: S603  # a tool found by name, arguments of our own
        [found, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise BackupError(f"{tool} failed: {said[0] if said else done.returncode}")
