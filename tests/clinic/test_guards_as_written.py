"""A guard that allows some columns looks at all others, also at those that joined the table later.

It names them when it is written. A column that comes afterwards is guarded only if the guard is
written again: SQLite's rebuilt table does so by itself, PostgreSQL has to be told in the migration.
"""

import pytest
from django.apps import apps
from django.db import connection

from clinic.guards import Final


def written(guard):
    """Return what the database keeps of the guard's look at updates."""
    asked = (
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s"
        if connection.vendor == "sqlite"
        else "SELECT prosrc FROM pg_proc WHERE proname = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [f"{guard.name}_update"])
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_every_column_is_guarded_that_is_not_allowed_to_change():
    guards = [
        (model, guard)
        for model in apps.get_models()
        for guard in model._meta.constraints
        if isinstance(guard, Final) and guard.allow
    ]
    assert guards
    unguarded = [
        f"{guard.name}: {field.column}"
        for model, guard in guards
        for field in model._meta.local_concrete_fields
        if field.name not in guard.allow and f'NEW."{field.column}"' not in written(guard)
    ]
    assert unguarded == []
