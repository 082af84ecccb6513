"""Rows that outlast what people and programs try: guards beside those of ``clinic.guards``.

================  ===============================================================
``NeverDeleted``  a row whose marker is set may change and never go
``Settled``       a row whose marker is set keeps the fields that are named
================  ===============================================================
"""

from collections.abc import Iterable

from clinic.guards import Guard, column_of


class NeverDeleted(Guard):
    """A row whose ``marker`` is set cannot be deleted, however it changes."""

    fields = ("marker",)

    def __init__(self, *, name: str, marker: str) -> None:
        self.marker = marker
        super().__init__(name=name)

    def triggers(self, model, editor):
        marker = editor.quote_name(column_of(model, self.marker))
        if editor.connection.vendor == "sqlite":
            # Of REPLACE only the key is looked at: what else is unique has a friendlier error.
            key = editor.quote_name(model._meta.pk.column)
            same = f"r.{key} = NEW.{key} AND r.{marker} IS NOT NULL"
            yield "insert", "INSERT", f"EXISTS (SELECT 1 FROM %(table)s r WHERE {same})"  # noqa: S608
        yield "delete", "DELETE", f"OLD.{marker} IS NOT NULL"

    def suffixes(self):
        return ("insert", "delete")

    def database_names(self, vendor):
        names = super().database_names(vendor)
        # PostgreSQL has no REPLACE, so there is nothing to refuse before an insert.
        return [n for n in names if vendor == "sqlite" or not n.endswith("_insert")]


class Settled(Guard):
    """A row whose ``marker`` is set keeps the values of ``keeps`` and the marker itself.

    ``unless`` is a field and a value: a row that takes that value may change (a void state).
    """

    fields = ("marker", "keeps", "unless")

    def __init__(
        self, *, name: str, marker: str, keeps: Iterable[str], unless: tuple[str, str] = ("", "")
    ) -> None:
        self.marker = marker
        self.keeps = tuple(keeps)
        self.unless = tuple(unless)
        super().__init__(name=name)

    def triggers(self, model, editor):
        quote = editor.quote_name
        marker = quote(column_of(model, self.marker))
        differs = "IS NOT" if editor.connection.vendor == "sqlite" else "IS DISTINCT FROM"
        columns = [marker, *(quote(column_of(model, name)) for name in self.keeps)]
        changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)
        refused = f"OLD.{marker} IS NOT NULL AND ({changed})"
        field, value = self.unless
        if field:
            column = quote(column_of(model, field))
            refused += f" AND NEW.{column} <> {editor.quote_value(value)}"
        yield "update", "UPDATE", refused

    def concerns(self, model, editor):
        marker = editor.quote_name(column_of(model, self.marker))
        return {"update": f"OLD.{marker} IS NOT NULL"}

    def refuses_truncate(self):
        return False

    def suffixes(self):
        return ("update",)
