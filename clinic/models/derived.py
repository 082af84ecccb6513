"""A column that follows from the others of its row, and the index that finds parts of words."""

from collections.abc import Callable
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.backends.ddl_references import Statement, Table


class Derived(models.TextField):
    """Text worked out anew whenever its row is saved, in bulk as well.

    ``update()`` and ``save(update_fields=…)`` work nothing out: who changes what it is made of
    saves the whole row.
    """

    def __init__(self, *args: Any, make: Callable[[Any], str] | None = None, **kwargs: Any) -> None:
        self.make = make
        super().__init__(*args, **{"default": "", "editable": False, "blank": True, **kwargs})

    def pre_save(self, model_instance, add):
        if self.make is not None:
            setattr(model_instance, self.attname, self.make(model_instance))
        return super().pre_save(model_instance, add)

    def deconstruct(self):
        """Say TextField to migrations: the column is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class TrigramIndex(GinIndex):
    """Finds rows by any three letters of a text on PostgreSQL. SQLite reads the rows instead.

    What twenty thousand rows cost there is written down in ADR 13.
    """

    def __init__(self, *, fields: list[str], name: str) -> None:
        super().__init__(fields=fields, name=name, opclasses=["gin_trgm_ops"] * len(fields))

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        kwargs.pop("opclasses")
        return path, args, kwargs

    def create_sql(self, model, schema_editor, using="", **kwargs):
        if schema_editor.connection.vendor == "postgresql":
            return super().create_sql(model, schema_editor, using=using, **kwargs)
        return _nothing(model, schema_editor)

    def remove_sql(self, model, schema_editor, **kwargs):
        if schema_editor.connection.vendor == "postgresql":
            return super().remove_sql(model, schema_editor, **kwargs)
        return _nothing(model, schema_editor)


def _nothing(model: type[models.Model], schema_editor: Any) -> Statement:
    """Return a statement that changes nothing: Django wants to run one for every index."""
    table = Table(model._meta.db_table, schema_editor.quote_name)
    return Statement("SELECT 1 WHERE '%(table)s' IS NULL", table=table)
