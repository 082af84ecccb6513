"""Is this instance fit to serve? Used by ``/readyz/``, the system check and ``verify``."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

HEARTBEAT = "worker:heartbeat"
BEAT = timedelta(seconds=10)  # a worker writes this often
STALE = timedelta(seconds=60)  # and is missed after this long

LISTED = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        " UNION SELECT conname FROM pg_constraint"
    ),
}


def expected_guards() -> Iterator[str]:
    """Yield the name of every trigger and constraint that our models want in the database."""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if hasattr(constraint, "database_names"):
                yield from constraint.database_names(connection.vendor)


def missing_guards() -> list[str]:
    """Return the guards the database does not hold, by name. One query."""
    with connection.cursor() as cursor:
        cursor.execute(LISTED[connection.vendor])
        present = {row[0] for row in cursor.fetchall()}
    return sorted(set(expected_guards()) - present)


def migrations_are_applied() -> bool:
    """Say whether the database is as new as the code."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def beat(now: datetime) -> None:
    """Leave word that a worker is alive."""
    cache.set(HEARTBEAT, now.timestamp(), timeout=None)


def worker_is_fresh() -> bool:
    """Say whether a worker gave word lately."""
    last = cache.get(HEARTBEAT)
    return last is not None and timezone.now().timestamp() - last < STALE.total_seconds()
