"""The one way past the guards: for rows that a confirmed erasure names, inside one transaction.

A guard lets a row go, or lose words, while ``clinic_erasurekey`` names it. That table accepts a row
only below an erasure that a second person confirmed and no legal hold stands against, and no row of
it can be committed (``clinic.models.erasures``). Through the door a row is deleted whole or loses
words: a text becomes empty or the mark, data become empty, a reference becomes none. A number, a
day, a digest or a state never changes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Model

TABLE = "clinic_erasurekey"
MARK = "erased"  # what stands where something has to stand
# Rows that are about no patient, or have to outlive everybody: no key opens them.
NEVER = (
    "clinic_auditevent", "clinic_auditseal", "clinic_auditmark", "clinic_erasure",
    "clinic_tombstone", "clinic_privacynotice", "clinic_messagetext", "clinic_news",
    "assessments_libraryversion",
)  # fmt: skip
# Rows that stay and lose words; beside them the mark of an error, which names another's chart. Of
# every other table a row is there whole, or gone.
STAY = ("bookings_payment", "bookings_receipt")
BLANKED = (*STAY, "assessments_enteredinerror")
_walled = False


@contextmanager
def walled() -> Iterator[None]:
    """Make triggers without the door inside: for a migration that is taken back."""
    global _walled  # noqa: PLW0603  # migrations run one after the other
    _walled = True
    try:
        yield
    finally:
        _walled = False


def is_there(editor: BaseDatabaseSchemaEditor) -> bool:
    """Say whether this database has the door's table: older migrations come before it."""
    if _walled or editor.collect_sql:
        return False
    return TABLE in editor.connection.introspection.table_names()


def leads_to(model: type[Model], event: str) -> bool:
    """Say whether the door is for this: rows of most tables go, those of a few lose words."""
    table = model._meta.db_table.removeprefix("new__")  # SQLite's working name while rebuilding
    if event == "UPDATE":
        return table in BLANKED
    return event == "DELETE" and table not in NEVER and table not in STAY


def passes(model: type[Model], editor: BaseDatabaseSchemaEditor, event: str) -> str:
    """Return the condition under which an UPDATE or DELETE of ``model`` is an erasure's."""
    quote = editor.quote_name
    column = str(model._meta.pk.column)
    table = model._meta.db_table.removeprefix("new__")
    named = (
        f"EXISTS (SELECT 1 FROM {quote(TABLE)} k WHERE k.{quote('table')} = '{table}'"  # noqa: S608
        f" AND k.{quote('row')} = CAST(OLD.{quote(column)} AS text)"
        f" AND k.{quote('blank')} = {'FALSE' if event == 'DELETE' else 'TRUE'})"
    )
    if event == "DELETE":
        return named
    sqlite = editor.connection.vendor == "sqlite"
    columns = " AND ".join(
        _loses(field, quote, sqlite) for field in model._meta.local_concrete_fields
    )
    return f"{named} AND {columns}"


def _loses(field: Any, quote: Any, sqlite: bool) -> str:
    """Return the condition that a column stays as it is, or only loses what it says."""
    column = quote(field.column)
    same = f"OLD.{column} {'IS' if sqlite else 'IS NOT DISTINCT FROM'} NEW.{column}"
    if field.primary_key:
        return same
    if isinstance(field, models.JSONField):
        return f"({same} OR CAST(NEW.{column} AS text) IN ('{{}}', '[]'))"
    if field.null and field.remote_field is not None:
        return f"({same} OR NEW.{column} IS NULL)"
    if isinstance(field, models.CharField | models.TextField) and not field.choices:
        return f"({same} OR NEW.{column} IN ('', '{MARK}'))"
    return same
