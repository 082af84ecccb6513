"""Guards whose answer lies in the rows of another table (``clinic.guards`` says what a guard is).

==============  ===================================================================
``OnlyWhile``   a row may set its marker only while another table names its parent, or does not
``Untouched``   nothing joins, leaves or changes below a parent that another table names
``ByAnother``   a row is written only below a marked parent, and by somebody else than marked it
==============  ===================================================================

The other table is given by its name: its model is not there yet, or has another state, when a
migration asks for the trigger.
"""

from clinic.guards import Guard, column_of


class OnlyWhile(Guard):
    """``marker`` is newly set only while ``table`` names the parent (``wanted``), or does not.

    fk     this row's column that holds the parent's key; the primary key means the row itself
    column of ``table`` that names the parent
    flag   a yes/no column of the parent; only a parent that says yes asks for it
    """

    fields = ("marker", "fk", "table", "column", "wanted", "flag")

    def __init__(
        self, *, name: str, marker: str, fk: str, table: str, column: str, wanted: bool,
        flag: str = "",
    ) -> None:  # fmt: skip
        self.marker = marker
        self.fk = fk
        self.table = table
        self.column = column
        self.wanted = wanted
        self.flag = flag
        super().__init__(name=name)

    def refuses_truncate(self):
        return False

    def suffixes(self):
        return ("insert", "update")

    def triggers(self, model, editor):
        quote = editor.quote_name
        marker, key = quote(column_of(model, self.marker)), quote(column_of(model, self.fk))
        named = (
            f"EXISTS (SELECT 1 FROM {quote(self.table)} o WHERE o.{quote(self.column)} = NEW.{key})"
        )
        refused = f"NEW.{marker} IS NOT NULL AND {'NOT ' if self.wanted else ''}{named}"
        if self.flag:
            parent = model._meta.get_field(self.fk).related_model
            refused += (
                f" AND EXISTS (SELECT 1 FROM {quote(parent._meta.db_table)} p"
                f" WHERE p.{quote(parent._meta.pk.column)} = NEW.{key}"
                f" AND p.{quote(column_of(parent, self.flag))} = TRUE)"
            )
        yield "insert", "INSERT", refused
        yield "update", "UPDATE", f"OLD.{marker} IS NULL AND {refused}"


class Untouched(Guard):
    """Rows below a parent (``fk``) that ``table`` names cannot be added, changed or deleted."""

    fields = ("fk", "table", "column")
    has_door = True

    def __init__(self, *, name: str, fk: str, table: str, column: str) -> None:
        self.fk = fk
        self.table = table
        self.column = column
        super().__init__(name=name)

    def refuses_truncate(self):
        return False

    def triggers(self, model, editor):
        quote = editor.quote_name
        key = quote(column_of(model, self.fk))

        def named(row: str) -> str:
            return (
                f"EXISTS (SELECT 1 FROM {quote(self.table)} o"
                f" WHERE o.{quote(self.column)} = {row}.{key})"
            )

        yield "insert", "INSERT", named("NEW")
        yield "update", "UPDATE", f"{named('OLD')} OR {named('NEW')}"
        yield "delete", "DELETE", named("OLD")


class ByAnother(Guard):
    """A row is added only below a parent that is marked, asks for it, and is somebody else's.

    field  who this row is of, which must differ from ``parent_field`` of the parent
    flag   a yes/no column of the parent that asks for it; "" where every parent does
    """

    fields = ("fk", "marker", "flag", "field", "parent_field")

    def __init__(
        self, *, name: str, fk: str, marker: str, field: str, parent_field: str, flag: str = ""
    ) -> None:
        self.fk = fk
        self.marker = marker
        self.flag = flag
        self.field = field
        self.parent_field = parent_field
        super().__init__(name=name)

    def refuses_truncate(self):
        return False

    def suffixes(self):
        return ("insert",)

    def triggers(self, model, editor):
        quote = editor.quote_name
        parent = model._meta.get_field(self.fk).related_model
        asks = f" AND p.{quote(column_of(parent, self.flag))} = TRUE" if self.flag else ""
        holds = (
            f"p.{quote(parent._meta.pk.column)} = NEW.{quote(column_of(model, self.fk))}"
            f" AND p.{quote(column_of(parent, self.marker))} IS NOT NULL{asks}"
            f" AND p.{quote(column_of(parent, self.parent_field))}"
            f" <> NEW.{quote(column_of(model, self.field))}"
        )
        table = quote(parent._meta.db_table)
        yield "insert", "INSERT", f"NOT EXISTS (SELECT 1 FROM {table} p WHERE {holds})"
