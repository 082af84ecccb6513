"""The database itself refuses overlaps, whoever asks and however: rules 6, 9 and 14."""

from datetime import timedelta

import pytest
from django import forms
from django.db import IntegrityError, connection, transaction

from bookings.models import Appointment
from clinic.overlap import violates
from tests.bookings.conftest import HOUR, at
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory, PractitionerFactory, RoomFactory

HALF = timedelta(minutes=30)


@pytest.fixture(params=["practitioner", "patient", "room"])
def clash(request, db):
    """What two visits share so that they may not overlap, and the constraint that says so."""
    shared = {
        "practitioner": lambda: {"practitioner": PractitionerFactory()},
        "patient": lambda: {"patient": PatientFactory()},
        "room": lambda: {"room": RoomFactory(), "room_unit": 1},
    }[request.param]()
    return shared, f"appointment_{request.param}_free"


def refused(name, attempt):
    """Run an attempt that the named constraint has to stop, in a savepoint of its own."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        attempt()
    assert violates(error.value, name)


@pytest.mark.parametrize(
    ("starts", "minutes", "allowed"),
    [
        (0, 60, False),
        (60, 60, True),
        (-60, 60, True),
        (-10, 11, False),
        (59, 5, False),
        (20, 10, False),
        (-60, 240, False),
    ],
)
def test_rule_14_overlapping_rows_are_refused(clash, starts, minutes, allowed):
    shared, name = clash
    AppointmentFactory(starts_at=at(9), **shared)
    start = at(9) + timedelta(minutes=starts)
    span = {"starts_at": start, "ends_at": start + timedelta(minutes=minutes)}

    if allowed:
        assert AppointmentFactory(**span, **shared).pk
    else:
        refused(name, lambda: AppointmentFactory(**span, **shared))


def test_update_is_refused(clash):
    shared, name = clash
    AppointmentFactory(starts_at=at(9), **shared)
    later = AppointmentFactory(starts_at=at(11), **shared)
    row = Appointment.objects.filter(pk=later.pk)

    refused(name, lambda: row.update(starts_at=at(9), ends_at=at(10)))


def test_updating_what_is_shared_is_refused(clash):
    shared, name = clash
    AppointmentFactory(starts_at=at(9), **shared)
    other = AppointmentFactory(starts_at=at(9))

    refused(name, lambda: Appointment.objects.filter(pk=other.pk).update(**shared))


def test_a_missed_visit_does_not_come_back_over_another(clash):
    shared, name = clash
    gone = AppointmentFactory(starts_at=at(9), state="no_show", **shared)
    AppointmentFactory(starts_at=at(9), **shared)

    refused(name, lambda: Appointment.objects.filter(pk=gone.pk).update(state="booked"))


@pytest.mark.parametrize(
    "change",
    [
        {"state": "booked"},
        {"state": "late_cancelled"},
        {"cancelled_at": None},
        {"starts_at": at(8)},
        {"ends_at": at(11)},
    ],
)
def test_rule_18_a_cancelled_visit_is_neither_moved_nor_revived_by_anybody(db, change):
    gone = AppointmentFactory(starts_at=at(9), state="cancelled", cancelled_at=NOW)
    row = Appointment.objects.filter(pk=gone.pk)

    refused("appointment_cancelled_is_over", lambda: row.update(**change))
    assert row.update(desk_note="Called twice.") == 1  # words may still be added


@pytest.mark.parametrize("state", ["booked", "cancelled", "completed", "no_show", "expired"])
def test_rule_19_visits_are_never_deleted_by_anybody(db, state):
    over = {"cancelled_at": NOW} if state == "cancelled" else {}
    visit = AppointmentFactory(starts_at=at(9), state=state, **over)

    refused("appointment_never_deleted", visit.delete)
    refused("appointment_never_deleted", Appointment.objects.all().delete)
    assert Appointment.objects.count() == 1


@pytest.mark.sqlite_only
def test_rule_19_replace_does_not_delete_a_visit_either(db):
    visit = AppointmentFactory(starts_at=at(9))
    names = ", ".join(f'"{field.column}"' for field in Appointment._meta.local_concrete_fields)

    def attack():
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT OR REPLACE INTO bookings_appointment ({names})"
                f" SELECT {names} FROM bookings_appointment"
            )

    refused("appointment_never_deleted", attack)
    assert Appointment.objects.filter(pk=visit.pk).exists()


def test_taking_the_mark_of_overbooking_away_is_refused(clash):
    shared, name = clash
    AppointmentFactory(starts_at=at(9), **shared)
    second = AppointmentFactory(
        starts_at=at(9), overbooked=True, overbook_reason="On purpose.", **shared
    )

    refused(name, lambda: Appointment.objects.filter(pk=second.pk).update(overbooked=False))


def test_bulk_create_is_refused(clash):
    shared, name = clash
    rows = [AppointmentFactory.build(starts_at=at(9) + n * HALF, **shared) for n in range(2)]
    for row in rows:
        for field, made in (
            ("patient", PatientFactory),
            ("practitioner", PractitionerFactory),
        ):
            if field not in shared:
                setattr(row, field, made())
        example = AppointmentFactory(starts_at=at(20))
        row.location, row.service = example.location, example.service

    refused(name, lambda: Appointment.objects.bulk_create(rows))


def test_raw_sql_is_refused(clash):
    shared, name = clash
    AppointmentFactory(starts_at=at(9), **shared)
    later = AppointmentFactory(starts_at=at(11), **shared)
    adapt = connection.ops.adapt_datetimefield_value
    key = later._meta.pk.get_db_prep_value(later.pk, connection)

    def attack():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE bookings_appointment SET starts_at = %s, ends_at = %s WHERE id = %s",
                [adapt(at(9)), adapt(at(10)), key],
            )

    refused(name, attack)


@pytest.mark.sqlite_only
def test_replace_does_not_slip_past(clash):
    shared, name = clash
    AppointmentFactory(starts_at=at(9), **shared)
    later = AppointmentFactory(starts_at=at(11), **shared)
    adapt = connection.ops.adapt_datetimefield_value

    def attack():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE OR REPLACE bookings_appointment SET starts_at = %s, ends_at = %s"
                " WHERE id = %s",
                [adapt(at(9)), adapt(at(10)), later.pk.hex],
            )

    refused(name, attack)


def test_full_clean_says_it_in_words(clash):
    shared, _ = clash
    AppointmentFactory(starts_at=at(9), **shared)
    example = AppointmentFactory(starts_at=at(20))
    wish = Appointment(
        starts_at=at(9, 30),
        ends_at=at(10, 30),
        **{"patient": example.patient, "practitioner": example.practitioner, **shared},
        location=example.location,
        service=example.service,
    )

    with pytest.raises(forms.ValidationError) as error:
        wish.full_clean()
    assert [problem.code for problem in error.value.error_dict["__all__"]] == ["overlap"]


def test_held_rows_count_until_somebody_expires_them(clash):
    shared, name = clash
    AppointmentFactory(starts_at=at(9), state="held", held_until=NOW - HOUR, **shared)

    refused(name, lambda: AppointmentFactory(starts_at=at(9), **shared))
    Appointment.objects.filter(state="held").update(state="expired")
    assert AppointmentFactory(starts_at=at(9), **shared).pk


def test_a_backwards_visit_is_a_check_not_a_crash(db):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        AppointmentFactory(starts_at=at(9), ends_at=at(8))
    assert "appointment_ends_after_start" in str(error.value)


@pytest.mark.parametrize(
    "broken",
    [
        {"patient": None},
        {"state": "held"},
        {"state": "cancelled"},
        {"overbooked": True},
    ],
    ids=["nobody's visit", "held without end", "cancelled without time", "overbooked, no reason"],
)
def test_half_a_state_is_refused(db, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory(starts_at=at(9), **broken)


def test_a_browser_cannot_hold_two_times(db):
    held = {"state": "held", "held_until": NOW + HOUR, "patient": None, "browser": "b" * 64}
    AppointmentFactory(starts_at=at(9), **held)

    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory(starts_at=at(11), **held)


def test_a_token_holds_one_visit(db):
    AppointmentFactory(starts_at=at(9), holder="h" * 64)

    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory(starts_at=at(11), holder="h" * 64)
