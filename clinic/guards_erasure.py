"""Guards of erasure itself: who gets a key to the door, and how triggers learn of the door."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from clinic import door
from clinic.guards import Guard


class OnlyConfirmed(Guard):
    """A key is made only below an erasure that was confirmed, is not done, and that nothing holds.

    One that deletes needs an erasure of the record, whose day has come by the person's erasure; one
    that blanks opens a table of ``door.BLANKED``; none opens a table of ``door.NEVER``. A key is
    never changed: it is made and taken away.
    """

    def triggers(self, model, editor):
        quote = editor.quote_name
        erasure, hold = quote("clinic_erasure"), quote("clinic_legalhold")
        patient = quote("clinic_patient")
        confirmed = (
            f"EXISTS (SELECT 1 FROM {erasure} e WHERE e.id = NEW.erasure_id"  # noqa: S608
            " AND e.confirmed_at IS NOT NULL AND e.confirmed_by_id IS NOT NULL"
            " AND e.done_at IS NULL AND e.dropped_at IS NULL)"
        )
        held = (
            f"EXISTS (SELECT 1 FROM {erasure} e JOIN {hold} h ON h.lifted_at IS NULL"  # noqa: S608
            f" JOIN {patient} p ON p.id = h.patient_id WHERE e.id = NEW.erasure_id"
            " AND (p.id = e.patient_id OR p.merged_into_id = e.patient_id))"
        )
        # A row of the record goes only with the record, and that not before its day.
        kept = (
            f"NEW.{quote('blank')} = FALSE AND NOT EXISTS (SELECT 1 FROM {erasure} e"  # noqa: S608
            f" JOIN {erasure} p ON p.patient_id = e.patient_id AND p.scope = 'person'"
            " AND p.done_at IS NOT NULL AND (p.keep_until IS NULL OR p.keep_until <= e.asked_at)"
            " WHERE e.id = NEW.erasure_id AND e.scope = 'record')"
        )
        never, blanked = (
            ", ".join(f"'{name}'" for name in names) for names in (door.NEVER, door.BLANKED)
        )
        table = f"NEW.{quote('table')}"
        refused = (
            f"NOT {confirmed} OR {held} OR ({kept}) OR {table} IN ({never})"
            f" OR (NEW.{quote('blank')} = TRUE AND {table} NOT IN ({blanked}))"
        )
        yield "insert", "INSERT", refused
        yield "update", "UPDATE", "1 = 1"

    def suffixes(self):
        return ("insert", "update")


def make_anew(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the triggers of every guard there is anew, so that they know the door."""
    sqlite = editor.connection.vendor == "sqlite"
    for model in apps.get_models(include_auto_created=True):
        for guard in model._meta.constraints:
            if not isinstance(guard, Guard) or not guard.has_door:
                continue
            if sqlite:
                for name in guard.database_names("sqlite"):
                    editor.execute(f"DROP TRIGGER IF EXISTS {editor.quote_name(name)}")
                for statement in guard._sqlite(model, editor):
                    editor.execute(statement)
            else:
                editor.execute(guard.remove_sql(model, editor))
                editor.execute(guard.create_sql(model, editor))


def without_door(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """The same triggers without it."""
    with door.walled():
        make_anew(apps, editor)
