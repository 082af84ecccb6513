"""One constraint on two engines: rows of one scope may not overlap in time.

PostgreSQL gets an exclusion constraint. SQLite gets two AFTER triggers that hold between
processes too; they travel through ``deferred_sql`` as a partial unique constraint does, so that
Django's table rebuild renames and replays them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, IntegrityError, NotSupportedError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, Exists, F, Func, Model, Q, Value
from django.db.models.sql import Query

from clinic.guards import column_of


class NoOverlapConstraint(BaseConstraint):
    """Rows that share ``scope`` and satisfy ``condition`` may not overlap in [start, end).

    A row whose scope holds a NULL is in nobody's way. Touching ends are no overlap.
    """

    violation_error_code = "overlap"

    def __init__(
        self,
        *,
        name: str,
        scope: Iterable[str],
        start: str,
        end: str,
        condition: Q | None = None,
        violation_error_code: str | None = None,
        violation_error_message: Any = None,
    ) -> None:
        self.scope = tuple(scope)
        self.start = start
        self.end = end
        self.condition = condition
        super().__init__(
            name=name,
            violation_error_code=violation_error_code,
            violation_error_message=violation_error_message,
        )

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        kwargs.update(scope=self.scope, start=self.start, end=self.end)
        if self.condition is not None:
            kwargs["condition"] = self.condition
        return path, args, kwargs

    def __eq__(self, other):
        if not isinstance(other, NoOverlapConstraint):
            return NotImplemented
        return self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]  # mutable arguments, as Django's own constraints

    def _exclusion(self) -> ExclusionConstraint:
        span = Func(
            F(self.start),
            F(self.end),
            Value("[)"),
            function="TSTZRANGE",
            output_field=DateTimeRangeField(),
        )
        return ExclusionConstraint(
            name=self.name,
            condition=self.condition,
            expressions=[
                *((field, RangeOperators.EQUAL) for field in self.scope),
                (span, RangeOperators.OVERLAPS),
            ],
        )

    def _condition_sql(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> str:
        if self.condition is None:
            return "1"
        query = Query(model=model, alias_cols=False)
        compiler = query.get_compiler(connection=editor.connection)
        sql, params = query.build_where(self.condition).as_sql(compiler, editor.connection)
        return sql % tuple(editor.quote_value(param) for param in params)

    def _triggers(
        self, model: type[Model], editor: BaseDatabaseSchemaEditor
    ) -> Iterator[Statement]:
        quote = editor.quote_name
        start, end, *scope = (
            quote(column_of(model, field)) for field in (self.start, self.end, *self.scope)
        )
        condition = self._condition_sql(model, editor).replace("%", "%%")
        same = "".join(f" AND o.{column} = n.{column}" for column in scope)
        # Names of tables and columns come from the model, never from a request.
        body = (
            f"BEGIN SELECT RAISE(ABORT, '{self.name}') WHERE EXISTS (SELECT 1"
            f" FROM (SELECT rowid AS rid, * FROM %(table)s"
            f" WHERE rowid = NEW.rowid AND {condition}) n"
            f" JOIN (SELECT rowid AS rid, * FROM %(table)s WHERE {condition}) o"
            f" ON o.rid <> n.rid{same} AND o.{start} < n.{end} AND n.{start} < o.{end}); END"
        )
        for event in ("INSERT", "UPDATE"):
            name = quote(f"{self.name}_{event.lower()}")
            yield Statement(
                f"CREATE TRIGGER {name} AFTER {event} ON %(table)s {body}",
                table=Table(model._meta.db_table, quote),
            )

    def constraint_sql(self, model, schema_editor):
        vendor = schema_editor.connection.vendor
        if vendor == "postgresql":
            return self._exclusion().constraint_sql(model, schema_editor)
        if vendor == "sqlite":
            schema_editor.deferred_sql.extend(self._triggers(model, schema_editor))
            return None
        raise NotSupportedError(f"NoOverlapConstraint is not written for {vendor}.")

    def create_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().create_sql(model, schema_editor)
        return None  # SQLite rebuilds the table, which asks for constraint_sql()

    def remove_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().remove_sql(model, schema_editor)
        return None  # the rebuilt table has no trigger

    def database_names(self, vendor: str) -> list[str]:
        """What a healthy database lists for this constraint (checked by ``/readyz/``)."""
        if vendor == "postgresql":
            return [self.name]
        return [f"{self.name}_insert", f"{self.name}_update"]

    def validate(self, model, instance, exclude=None, using=DEFAULT_DB_ALIAS):
        names = (*self.scope, self.start, self.end)
        if exclude and any(name in exclude for name in names):
            return
        values = {name: getattr(instance, model._meta.get_field(name).attname) for name in names}
        if any(value is None for value in values.values()):
            return
        others = model._base_manager.using(using).filter(
            **{field: values[field] for field in self.scope},
            **{f"{self.start}__lt": values[self.end], f"{self.end}__gt": values[self.start]},
        )
        if not instance._state.adding and instance.pk is not None:
            others = others.exclude(pk=instance.pk)
        if self.condition is None:
            clash = others.exists()
        else:
            # `exclude` is left out here: a form may omit e.g. the state, whose default counts.
            against = instance._get_field_expression_map(meta=model._meta)
            both = Q(self.condition, Exists(others.filter(self.condition)))
            clash = both.check(against, using=using)
        if clash:
            raise ValidationError(
                self.get_violation_error_message(), code=self.violation_error_code
            )


def violates(error: IntegrityError, name: str) -> bool:
    """Say whether ``error`` comes from the constraint or guard ``name``, on either engine."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        return name in (diagnosis.constraint_name, diagnosis.message_primary)
    return str(error) == name
