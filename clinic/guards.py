"""What must never happen to a row, forbidden in the database on both engines.

Each guard is a constraint class, so that migrations carry it and SQLite's table rebuild replays
it. A guard raises its own name: ``overlap.violates(error, name)`` reads it on either engine.

=================  ===============================================================
``Final``          a row whose marker is set can no longer change or go
``ChildOfFinal``   nothing joins, leaves or changes below a parent whose marker is set
``OnlyAllowed``    a row may set its marker only while its parent is in allowed states
``NoChain``        a row that points to another of its table is itself pointed to by none
=================  ===============================================================

On SQLite ``REPLACE`` deletes rows without asking the delete trigger, so a guard also looks,
before an insert or update, for a protected row that shares any unique key with the new one.
"""

from collections.abc import Iterable, Iterator

from django.core.exceptions import FieldDoesNotExist
from django.db import NotSupportedError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, Model, UniqueConstraint

from clinic import door


class Guard(BaseConstraint):
    """What the guards share: how they travel through migrations and into the database."""

    fields: tuple[str, ...] = ()  # names of the constructor's arguments
    has_door = False  # whether a confirmed erasure gets past it (``clinic.door``)

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        kwargs.update({name: getattr(self, name) for name in self.fields})
        return path, args, kwargs

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]  # as Django's own constraints

    def validate(self, model, instance, exclude=None, using=None):
        """Nothing to say to a form: actions raise the friendly error before it comes to this."""

    def triggers(
        self, model: type[Model], editor: BaseDatabaseSchemaEditor
    ) -> Iterator[tuple[str, str, str]]:
        """Yield (suffix, event, refused-if condition on OLD/NEW) for every row trigger."""
        raise NotSupportedError

    def walls(
        self, model: type[Model], editor: BaseDatabaseSchemaEditor
    ) -> Iterator[tuple[str, str, str]]:
        """Yield the triggers with their door, where they have one and the database knows it."""
        has_door = self.has_door and door.is_there(editor)
        for suffix, event, refused in self.triggers(model, editor):
            if has_door and door.leads_to(model, event):
                yield suffix, event, f"({refused}) AND NOT ({door.passes(model, editor, event)})"
            else:
                yield suffix, event, refused

    def concerns(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> dict[str, str]:
        """Return what a row must say of itself for a trigger to be able to refuse it, by suffix.

        PostgreSQL then does not enter the trigger for any other row, which costs more than all
        else about it. It has to hold of every row that ``triggers`` would refuse. A migration that
        gives one of its columns another type takes the guard off and puts it on again.
        """
        return {}

    def refuses_truncate(self) -> bool:
        return True

    def constraint_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.deferred_sql.extend(self._set_aside(model, schema_editor))
            schema_editor.deferred_sql.extend(self._sqlite(model, schema_editor))
        else:
            schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            return None  # the table is rebuilt, which asks for constraint_sql()
        return Statement(
            "\n".join(self._postgresql(model, schema_editor)),
            table=Table(model._meta.db_table, schema_editor.quote_name),
        )

    def remove_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            return None  # the rebuilt table has no trigger
        quote = schema_editor.quote_name
        names = self.database_names("postgresql")
        drops = [f"DROP TRIGGER IF EXISTS {quote(name)} ON %(table)s;" for name in names]
        drops += [f"DROP FUNCTION IF EXISTS {quote(name)}();" for name in names]
        return Statement("\n".join(drops), table=Table(model._meta.db_table, quote))

    def suffixes(self) -> tuple[str, ...]:
        return ("insert", "update", "delete")

    def database_names(self, vendor: str) -> list[str]:
        """What a healthy database lists for this guard (checked by ``/readyz/``)."""
        names = [f"{self.name}_{suffix}" for suffix in self.suffixes()]
        if vendor == "postgresql" and self.refuses_truncate():
            names.append(f"{self.name}_truncate")
        return names

    def _set_aside(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> list[str]:
        """Drop other tables' triggers that read this table; return them to be put back.

        A rebuild drops the table for a moment, and SQLite refuses to rename a table while a
        trigger anywhere names one that does not exist.
        """
        if editor.collect_sql:
            return []
        table = model._meta.db_table.removeprefix("new__")  # a rebuild's working name
        with editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name <> %s"
                " AND instr(sql, %s)",
                [table, editor.quote_name(table)],
            )
            found = cursor.fetchall()
        for name, _ in found:
            editor.execute(f"DROP TRIGGER {editor.quote_name(name)}")
        return [sql for _, sql in found]

    def _sqlite(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> Iterator[Statement]:
        quote = editor.quote_name
        for suffix, event, refused in self.walls(model, editor):
            yield Statement(
                f"CREATE TRIGGER {quote(f'{self.name}_{suffix}')} BEFORE {event} ON %(table)s"
                f" WHEN {refused} BEGIN SELECT RAISE(ABORT, '{self.name}'); END",
                table=Table(model._meta.db_table, quote),
            )

    def _postgresql(self, model: type[Model], editor: BaseDatabaseSchemaEditor) -> Iterator[str]:
        quote = editor.quote_name
        only = {
            suffix: f" WHEN ({concerned})"
            for suffix, concerned in self.concerns(model, editor).items()
        }
        events = [
            (suffix, event, f"IF {refused} THEN", "END IF;", f"FOR EACH ROW{only.get(suffix, '')}")
            for suffix, event, refused in self.walls(model, editor)
        ]
        if self.refuses_truncate():
            events.append(("truncate", "TRUNCATE", "", "", "FOR EACH STATEMENT"))
        for suffix, event, before, after, each in events:
            name = quote(f"{self.name}_{suffix}")
            result = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(event, "NEW")
            yield (
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$"
                f" BEGIN {before} RAISE EXCEPTION USING MESSAGE = '{self.name}',"
                f" ERRCODE = 'restrict_violation'; {after} RETURN {result}; END $guard$;"
                f" CREATE TRIGGER {name} BEFORE {event} ON %(table)s {each}"
                f" EXECUTE FUNCTION {name}();"
            )


def column_of(model: type[Model], name: str) -> str:
    """Return the column behind a field of ``model``; FieldDoesNotExist if there is none."""
    for field in model._meta.local_concrete_fields:
        if field.name == name and field.column:
            return field.column
    raise FieldDoesNotExist(f"{model._meta.label}.{name}")


def unique_keys(model: type[Model], *, conditional: bool = True) -> Iterator[list[str]]:
    """Yield the columns of every unique key of ``model``, the primary key first.

    conditional  include keys that count only for some rows
    """
    for field in model._meta.local_concrete_fields:
        if field.unique:
            yield [column_of(model, field.name)]
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            if constraint.condition is not None and not conditional:
                continue
            if not constraint.fields:
                raise NotSupportedError(f"A guarded table needs plain keys: {constraint.name}.")
            yield [column_of(model, name) for name in constraint.fields]


def same_row(model: type[Model], editor: BaseDatabaseSchemaEditor) -> str:
    """Return the condition under which SQLite's REPLACE would put NEW in the place of row ``r``.

    A key that counts only under a condition (one standing consent) is shared only by a row that
    meets it.
    """
    quote = editor.quote_name
    found = [
        " AND ".join(f"r.{quote(name)} = NEW.{quote(name)}" for name in key)
        for key in unique_keys(model, conditional=False)
    ]
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.condition is not None:
            columns = [quote(column_of(model, name)) for name in constraint.fields]
            met = constraint._get_condition_sql(model, editor)  # type: ignore[attr-defined]
            found.append(" AND ".join([*(f"r.{c} = NEW.{c}" for c in columns), f"({met})"]))
    return " OR ".join(found)


class Final(Guard):
    """A row whose ``marker`` is set cannot change or be deleted; no marker: no row ever.

    ``allow`` names the columns that may still change afterwards (e.g. when a plan was replaced).
    """

    fields = ("marker", "allow")
    has_door = True

    def __init__(self, *, name: str, marker: str = "", allow: Iterable[str] = ()) -> None:
        self.marker = marker
        self.allow = tuple(allow)
        super().__init__(name=name)

    def triggers(self, model, editor):
        quote = editor.quote_name
        column = {field.name: quote(field.column) for field in model._meta.local_concrete_fields}
        missing = {self.marker, *self.allow} - {"", *column}
        if missing:
            raise FieldDoesNotExist(f"{self.name}: {', '.join(sorted(missing))}")
        old = f"OLD.{column[self.marker]} IS NOT NULL" if self.marker else "1 = 1"
        sqlite = editor.connection.vendor == "sqlite"
        differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
        changed = " OR ".join(
            f"OLD.{quoted} {differs} NEW.{quoted}"
            for name, quoted in column.items()
            if name not in self.allow
        )
        update = f"{old} AND ({changed})" if self.allow else old
        if sqlite:
            row = f"r.{column[self.marker]} IS NOT NULL" if self.marker else "1 = 1"
            same = same_row(model, editor)
            shares = f"EXISTS (SELECT 1 FROM %(table)s r WHERE {row} AND ({{}}))"
            yield "insert", "INSERT", shares.format(f"r.rowid = NEW.rowid OR {same}")
            update = f"({update}) OR " + shares.format(f"r.rowid <> OLD.rowid AND ({same})")
        yield "update", "UPDATE", update
        yield "delete", "DELETE", old

    def suffixes(self):
        return ("insert", "update", "delete")

    def database_names(self, vendor):
        names = super().database_names(vendor)
        # PostgreSQL has no REPLACE, so there is nothing to refuse before an insert.
        return [n for n in names if vendor == "sqlite" or not n.endswith("_insert")]


class ChildOfFinal(Guard):
    """Rows below a parent (``fk``) whose ``marker`` is set cannot be added, changed or deleted."""

    fields = ("fk", "marker")
    has_door = True

    def __init__(self, *, name: str, fk: str, marker: str) -> None:
        self.fk = fk
        self.marker = marker
        super().__init__(name=name)

    def triggers(self, model, editor):
        quote = editor.quote_name
        fk = model._meta.get_field(self.fk)
        parent = fk.related_model
        table = quote(parent._meta.db_table)
        key = quote(parent._meta.pk.column)
        marker = quote(parent._meta.get_field(self.marker).column)
        column = quote(fk.column)

        def frozen(row: str) -> str:
            return (
                f"EXISTS (SELECT 1 FROM {table} p WHERE p.{key} = {row}.{column}"
                f" AND p.{marker} IS NOT NULL)"
            )

        insert, update = frozen("NEW"), f"{frozen('OLD')} OR {frozen('NEW')}"
        if editor.connection.vendor == "sqlite":
            same = " OR ".join(
                " AND ".join(f"r.{quote(name)} = NEW.{quote(name)}" for name in names)
                for names in unique_keys(model)
            )
            shares = (
                f"EXISTS (SELECT 1 FROM %(table)s r JOIN {table} p ON p.{key} = r.{column}"
                f" WHERE p.{marker} IS NOT NULL AND ({{}}))"
            )
            insert += " OR " + shares.format(f"r.rowid = NEW.rowid OR {same}")
            update += " OR " + shares.format(f"r.rowid <> OLD.rowid AND ({same})")
        yield "insert", "INSERT", insert
        yield "update", "UPDATE", update
        yield "delete", "DELETE", frozen("OLD")


class OnlyAllowed(Guard):
    """``marker`` may be set only while the parent's ``field`` holds one of ``values``.

    ``parent_marker`` must be set on the parent as well (a plan is issued only from an
    assessment that is signed and whose gate allows a plan). ``where`` names a yes/no column and
    what it says of the rows the guard is about; without it, it is about every row.
    """

    fields = ("marker", "fk", "parent_marker", "field", "values", "where")

    def __init__(
        self,
        *,
        name: str,
        marker: str,
        fk: str,
        parent_marker: str,
        field: str,
        values: Iterable[str],
        where: Iterable[object] = (),
    ) -> None:
        self.marker = marker
        self.fk = fk
        self.parent_marker = parent_marker
        self.field = field
        self.values = tuple(values)
        self.where = tuple(where)
        super().__init__(name=name)

    def refuses_truncate(self):
        return False

    def suffixes(self):
        return ("insert", "update")

    def triggers(self, model, editor):
        quote = editor.quote_name
        fk = model._meta.get_field(self.fk)
        parent = fk.related_model._meta
        values = ", ".join(editor.quote_value(value) for value in self.values)
        about = ""
        if self.where:
            column, wanted = self.where
            about = (
                f"NEW.{quote(column_of(model, str(column)))} = {'TRUE' if wanted else 'FALSE'} AND "
            )
        refused = (
            f"{about}NEW.{quote(model._meta.get_field(self.marker).column)} IS NOT NULL"
            f" AND NOT EXISTS (SELECT 1 FROM {quote(parent.db_table)} p"
            f" WHERE p.{quote(parent.pk.column)} = NEW.{quote(fk.column)}"
            f" AND p.{quote(parent.get_field(self.parent_marker).column)} IS NOT NULL"
            f" AND p.{quote(parent.get_field(self.field).column)} IN ({values}))"
        )
        yield "insert", "INSERT", refused
        yield "update", "UPDATE", refused


class NoChain(Guard):
    """A row that points to another (``fk``, to the same table) points to one that points nowhere.

    So pointers are one step long, and no number of them can make a ring.
    """

    fields = ("fk",)

    def __init__(self, *, name: str, fk: str) -> None:
        self.fk = fk
        super().__init__(name=name)

    def refuses_truncate(self):
        return False

    def suffixes(self):
        return ("insert", "update")

    def concerns(self, model, editor):
        points = f"NEW.{editor.quote_name(column_of(model, self.fk))} IS NOT NULL"
        return dict.fromkeys(self.suffixes(), points)

    def triggers(self, model, editor):
        quote = editor.quote_name
        column = quote(column_of(model, self.fk))
        key = quote(model._meta.pk.column)
        refused = (
            f"NEW.{column} IS NOT NULL AND (EXISTS (SELECT 1 FROM %(table)s p"
            f" WHERE p.{key} = NEW.{column} AND p.{column} IS NOT NULL)"
            f" OR EXISTS (SELECT 1 FROM %(table)s p WHERE p.{column} = NEW.{key}))"
        )
        yield "insert", "INSERT", refused
        yield "update", "UPDATE", refused
