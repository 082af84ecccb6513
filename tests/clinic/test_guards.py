"""What is final cannot change by any door, on either engine, after any migration."""

import pytest
from django.db import DataError, IntegrityError, connection, migrations, models, transaction
from django.db.migrations.executor import MigrationExecutor

from clinic import audit
from clinic.models import AuditEvent
from clinic.overlap import violates


@pytest.fixture
def event(db):
    return audit.record("tested", by=audit.SYSTEM)


def refused(name, statement, params=()):
    """Run one raw statement and say whether the guard ``name`` refused it."""
    with (
        pytest.raises((IntegrityError, DataError)) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, params)
    return violates(caught.value, name)


def test_audit_rows_cannot_be_updated(event):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        AuditEvent.objects.update(action="forged")
    assert violates(caught.value, "audit_is_append_only")


def test_audit_rows_cannot_be_deleted(event):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        event.delete()
    assert violates(caught.value, "audit_is_append_only")


def test_raw_sql_is_refused_as_well(event):
    table = AuditEvent._meta.db_table
    assert refused("audit_is_append_only", f"UPDATE {table} SET reason = 'x'")
    assert refused("audit_is_append_only", f"DELETE FROM {table}")


def ways_around():
    """Statements that take rows away without an UPDATE or DELETE: each engine has its own."""
    table = AuditEvent._meta.db_table
    if connection.vendor == "postgresql":
        return [f"TRUNCATE {table}"]
    columns = ", ".join(f'"{field.column}"' for field in AuditEvent._meta.local_concrete_fields)
    fresh_key = columns.replace('"id"', "id + 1000", 1)
    return [
        f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}",
        f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {fresh_key} FROM {table}",
        f"UPDATE OR REPLACE {table} SET position = position",
    ]


def test_the_engines_own_ways_around_are_refused(event):
    for statement in ways_around():
        assert refused("audit_is_append_only", statement), statement


def test_the_chain_follows(event):
    audit.record("again", by=audit.SYSTEM)
    assert audit.broken_links() == 0
    first, second = AuditEvent.objects.order_by("position")
    assert (first.position, second.position) == (1, 2)
    assert second.previous == first.digest


OPERATIONS = {
    "add a field": migrations.AddField("auditevent", "extra", models.CharField(default="x")),
    "alter a field": migrations.AlterField("auditevent", "reason", models.TextField(default="")),
    "add a check": migrations.AddConstraint(
        "auditevent", models.CheckConstraint(condition=~models.Q(action=""), name="named")
    ),
    "add an index": migrations.AddIndex("auditevent", models.Index(fields=["action"], name="ix")),
    "rename the table": migrations.AlterModelTable("auditevent", "other_name"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_the_guard_survives_migrations(operation):
    before = MigrationExecutor(connection).loader.project_state()
    after = before.clone()
    operation.state_forwards("clinic", after)
    with connection.schema_editor() as editor:
        operation.database_forwards("clinic", editor, before, after)
    try:
        attack(after)
    finally:
        empty(after.apps.get_model("clinic", "AuditEvent")._meta.db_table)
        with connection.schema_editor() as editor:
            operation.database_backwards("clinic", editor, after, before)
    attack(before)


def attack(state):
    model = state.apps.get_model("clinic", "AuditEvent")
    row = model.objects.create(
        chain="c", position=1, at="2027-01-01T00:00Z", action="a", digest="d"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(action="b")
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=row.pk).delete()
    assert model.objects.get(pk=row.pk).action == "a"


def empty(table):
    """Take the guard down for a moment, as only somebody who owns the database can."""
    for statement in connection.ops.sql_flush(None or _style(), [table]):
        with connection.cursor() as cursor:
            cursor.execute(statement)


def _style():
    from django.core.management.color import no_style

    return no_style()


@pytest.mark.postgresql_only
@pytest.mark.parametrize(
    "name",
    [
        "appointment_seat_in_session_insert",
        "appointment_seat_in_session_update",
        "appointment_cancelled_is_over_update",
        "patient_merged_into_one_that_stands_insert",
        "patient_merged_into_one_that_stands_update",
    ],
)
def test_a_booking_enters_no_trigger_that_could_not_refuse_it(db, name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s", [name])
        ((made,),) = cursor.fetchall()
    assert " WHEN (" in made
