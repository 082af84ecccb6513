"""What all tests share: a fixed clock, fresh settings, guards that step aside for a flush."""

import gc
import os
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from clinic import practice
from tests import fresh

# A Sunday evening in winter, fourteen hours before the clinic opens.
NOW = datetime(2027, 1, 10, 19, 0, tzinfo=UTC)


# What takes half a minute in one piece comes first: at the end the other workers would wait for it.
FIRST = ("tests/trust/", "tests/clinic/test_worker_killed.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Leave out tests about what only the other engine has; they are no part of this run."""
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))
    other = "postgresql_only" if connection.vendor == "sqlite" else "sqlite_only"
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish():
    """Ten thousand collected tests stay to the end; the collector need not visit them again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure():
    fresh.clear()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment,
    django_db_blocker,
    django_db_keepdb,
    django_db_createdb,
    django_db_modify_db_settings,
):
    """A copy of the database that this run has migrated; with --reuse-db, the one that is kept."""
    server = os.environ.get("TEST_DATABASE_URL", "")
    with django_db_blocker.unblock():
        if django_db_createdb or not django_db_keepdb:
            named = connection.creation._get_test_db_name()
            url = fresh.beside(server, named) if server else f"sqlite:///{named}"
            fresh.create(url, fresh.migrated(server).url)
        made = setup_databases(0, interactive=False, keepdb=True, serialized_aliases=())
    yield
    if django_db_keepdb:
        return
    with django_db_blocker.unblock():
        if server:
            # The session of a thread that ended may end later, and Django would not drop past it.
            connection.close()
            fresh.drop(url)
        else:
            teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def _frozen_clock(request):
    """Every test runs at NOW unless it travels or drives a browser."""
    if request.node.get_closest_marker("browser") or request.node.get_closest_marker("race"):
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _fresh_practice():
    practice.forget()
    yield
    practice.forget()


# The cache has no model, so no flush would empty it of what was counted towards limits.
_COUNTED = "DELETE FROM clinic_cache"


def _filled(cursor, tables):
    """Of a hundred tables a test has written into a few."""
    asked = (f"SELECT '{each}' WHERE EXISTS (SELECT 1 FROM \"{each}\")" for each in tables)
    cursor.execute(" UNION ALL ".join(asked))
    return [row[0] for row in cursor.fetchall()]


def _sqlite_flush(operations, style, tables, *, reset_sequences=False, allow_cascade=False):
    """Return flush statements around which the guards are taken down and put back."""
    with operations.connection.cursor() as cursor:
        filled = [
            name
            for start in range(0, len(tables), 100)
            for name in _filled(cursor, tables[start : start + 100])
        ]
        cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = [row[1:] for row in cursor.fetchall() if row[0] in filled]
    drops = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
    deletes = [f'DELETE FROM "{name}"' for name in filled]
    return [*drops, *deletes, _COUNTED, *(sql for _, sql in triggers)]


def _postgresql_flush(operations, style, tables, *, reset_sequences=False, allow_cascade=False):
    """Return the same; TRUNCATE would write every table and index anew, seconds a time."""
    with operations.connection.cursor() as cursor:
        deletes = [f'DELETE FROM "{name}"' for name in _filled(cursor, tables)]
    return [
        "SET session_replication_role = replica",
        *deletes,
        _COUNTED,
        "SET session_replication_role = DEFAULT",
    ]


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_guards(django_db_setup):
    """Between transactional tests the tables are emptied; guards refuse that, as they should."""
    engine = type(connection.ops)  # every connection of every thread, not just this one
    engine.sql_flush = _sqlite_flush if connection.vendor == "sqlite" else _postgresql_flush
