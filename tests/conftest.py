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


def pytest_collection_modifyitems(config, items):
    """Leave out tests about what only the other engine has; they are no part of this run."""
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
    with django_db_blocker.unblock():
        if django_db_createdb or not django_db_keepdb:
            server = os.environ.get("TEST_DATABASE_URL", "")
            named = connection.creation._get_test_db_name()
            url = fresh.beside(server, named) if server else f"sqlite:///{named}"
            fresh.create(url, fresh.migrated(server).url)
        made = setup_databases(0, interactive=False, keepdb=True, serialized_aliases=())
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
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


def _sqlite_flush(original):
    """Return flush statements around which the guards are taken down and put back."""

    def sql_flush(operations, *args, **kwargs):
        statements = original(operations, *args, **kwargs)
        if not statements:
            return statements
        with operations.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        drops = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
        return [*drops, *statements, _COUNTED, *(sql for _, sql in triggers)]

    return sql_flush


def _postgresql_flush(original):
    def sql_flush(operations, *args, **kwargs):
        statements = original(operations, *args, **kwargs)
        if not statements:
            return statements
        with operations.connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE NOT t.tgisinternal"
            )
            tables = [row[0] for row in cursor.fetchall()]
        off = [f'ALTER TABLE "{table}" DISABLE TRIGGER USER' for table in tables]
        on = [f'ALTER TABLE "{table}" ENABLE TRIGGER USER' for table in tables]
        return [*off, *statements, _COUNTED, *on]

    return sql_flush


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_guards(django_db_setup):
    """Between transactional tests the tables are emptied; guards refuse that, as they should."""
    wrap = _sqlite_flush if connection.vendor == "sqlite" else _postgresql_flush
    engine = type(connection.ops)  # every connection of every thread, not just this one
    engine.sql_flush = wrap(engine.sql_flush)
