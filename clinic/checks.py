"""System checks: what would otherwise be found out too late."""

from collections.abc import Sequence

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from clinic import readiness


@register(Tags.database)
def check_guards(
    app_configs: object = None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """Name every guard the database has lost. Runs with ``check --database default``."""
    if "default" not in (databases or []):
        return []
    try:
        if not readiness.migrations_are_applied():
            return []  # an older database is about to be migrated
        missing = readiness.missing_guards()
    except DatabaseError:
        return []  # connecting is somebody else's check
    return [
        Error(
            f"The database lacks the guard {name}.",
            hint="Restore it from a backup, or apply the migration that made it again.",
            id="clinic.E001",
        )
        for name in missing
    ]
