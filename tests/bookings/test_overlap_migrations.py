"""The guard against overlaps survives whatever a later migration does to the table.

SQLite rebuilds a table for most changes, and a rebuild drops plain triggers: so each change is
made, the guard attacked, the change taken back, and the guard attacked again.
"""

import uuid

import pytest
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader

from bookings.models.seats import SeatInSession
from clinic.overlap import violates
from tests.bookings.conftest import at
from tests.conftest import NOW

CHANGES = {
    "add a field with a default": [
        migrations.AddField("appointment", "colour", models.CharField(max_length=9, default="red"))
    ],
    "add a nullable field": [
        migrations.AddField("appointment", "colour", models.CharField(max_length=9, null=True))
    ],
    "alter a field": [
        migrations.AlterField(
            "appointment", "desk_note", models.CharField(max_length=400, blank=True)
        )
    ],
    "alter the state": [
        migrations.AlterField(
            "appointment", "state", models.CharField(max_length=20, default="booked", db_index=True)
        )
    ],
    "alter what is in the scope": [
        migrations.AlterField(
            "appointment",
            "room_unit",
            models.PositiveIntegerField(null=True, blank=True),
        )
    ],
    "rename a field": [migrations.RenameField("appointment", "desk_note", "memo")],
    "remove a field": [migrations.RemoveField("appointment", "cancel_reason")],
    "rename another model": [migrations.RenameModel("room", "space")],
    # A trigger function of PostgreSQL names its table, so such a migration makes it anew.
    "rename the table": [
        migrations.RemoveConstraint("appointment", "appointment_seat_in_session"),
        migrations.AlterModelTable("appointment", "visits"),
        migrations.AddConstraint("appointment", SeatInSession(name="appointment_seat_in_session")),
    ],
    "add a check": [
        migrations.AddConstraint(
            "appointment",
            models.CheckConstraint(condition=~models.Q(desk_note="x"), name="no_x"),
        )
    ],
    "add an index": [
        migrations.AddIndex("appointment", models.Index(fields=["booked_at"], name="by_booking"))
    ],
    "add a unique key": [
        migrations.AddConstraint(
            "appointment",
            models.UniqueConstraint(
                fields=["practitioner", "starts_at"],
                condition=models.Q(state="requested"),
                name="one_request",
            ),
        )
    ],
}


def newest_state():
    return MigrationLoader(connection).project_state()


def rows(state):
    """The rows a visit needs, made with the models of a migration's state."""
    get = state.apps.get_model
    name = uuid.uuid4().hex[:12]
    return {
        "patient": get("clinic", "Patient").objects.create(first_name="P", last_name="S"),
        "practitioner": get("clinic", "Practitioner").objects.create(slug=name, name="A"),
        "location": get("clinic", "Location").objects.create(
            slug=name, name="D", address="1", time_zone="America/Edmonton"
        ),
        "service": get("bookings", "Service").objects.create(
            slug=name, name="S", neutral_name="S", minutes=60
        ),
    }


def attack(state):
    """Book one practitioner twice at once; the guard has to stop the second."""
    Visit = state.apps.get_model("bookings", "Appointment")
    made = rows(state)
    span = {"starts_at": at(9), "ends_at": at(10), "state": "booked", "booked_at": NOW}
    Visit.objects.create(**made, **span)
    made["patient"] = rows(state)["patient"]
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Visit.objects.create(**made, **span)
    assert violates(error.value, "appointment_practitioner_free")


def change(operation, state, *, back=False):
    after = state.clone()
    operation.state_forwards("bookings", after)
    with connection.schema_editor() as editor:
        if back:
            operation.database_backwards("bookings", editor, after, state)
        else:
            operation.database_forwards("bookings", editor, state, after)
    return after


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", CHANGES)
def test_the_guard_survives(name):
    state = newest_state()
    done = []
    try:
        for operation in CHANGES[name]:
            after = change(operation, state)
            done.append((operation, state))
            state = after
        attack(state)
    finally:
        for operation, before in reversed(done):
            change(operation, before, back=True)
    attack(newest_state())


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_the_attack_succeeds():
    """The attack is a real one: take the guard away, and two visits overlap."""
    state = newest_state()
    operation = migrations.RemoveConstraint("appointment", "appointment_practitioner_free")
    after = change(operation, state)
    try:
        with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
            attack(after)
    finally:
        visits = after.apps.get_model("bookings", "Appointment").objects.all()
        visits.update(state="cancelled", cancelled_at=NOW)
        change(operation, state, back=True)
    attack(newest_state())
