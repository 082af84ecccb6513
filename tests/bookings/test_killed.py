"""A process that dies while it writes into the diary leaves all of it, or nothing."""

import pytest

from bookings import actions, owing
from bookings.models import Appointment
from clinic.audit import GUEST
from clinic.models import AuditEvent, Message, Patient
from tests.bookings.conftest import HOUR, MONDAY_9, NOW, details
from tests.factories import PatientFactory
from tests.killed import all_or_nothing, holds, snapshot, without_space

pytestmark = pytest.mark.django_db(transaction=True)


def whole(action, verb, topic):
    """Whoever died after the commit has done it, once; whoever tries again changes nothing."""
    events, owed = AuditEvent.objects.count(), Message.objects.count()
    killed = all_or_nothing(action)
    assert killed > 1
    assert AuditEvent.objects.count() == events + 1
    assert AuditEvent.objects.filter(action=f"visit.{verb}").count() == 1
    new = Message.objects.order_by("pk")[owed:]
    assert [message.topic for message in new] == [topic]
    after = snapshot()
    action()
    assert snapshot() == after
    assert holds()


def test_holding(clinic):
    assert all_or_nothing(clinic.hold) > 0
    [held] = Appointment.objects.all()
    assert held.state == "held"
    assert clinic.hold().pk == held.pk
    assert holds()


def test_booking(clinic):
    held = clinic.hold()
    whole(lambda: actions.book(held, details(), by=GUEST, now=NOW), "book", owing.BOOKED)
    assert Appointment.objects.get().patient == Patient.objects.get()


def test_booking_by_the_desk(clinic, desk):
    patient = PatientFactory()
    key = "0b1f9a52-7c2c-4a44-9d54-9d9b40a0c6d1"

    def book():
        return actions.desk_book(
            patient=patient,
            service=clinic.service,
            practitioner=clinic.physio,
            location=clinic.place,
            starts_at=MONDAY_9,
            by=desk,
            now=NOW,
            form_key=key,
        )

    whole(book, "book", owing.BOOKED_BY_DESK)


def test_moving(clinic):
    visit = clinic.book(MONDAY_9 + 48 * HOUR)

    def move():
        return actions.move(
            visit,
            practitioner=clinic.physio,
            location=clinic.place,
            starts_at=MONDAY_9 + 50 * HOUR,
            by=GUEST,
            now=NOW,
        )

    whole(move, "move", owing.MOVED)
    assert Appointment.objects.get().starts_at == MONDAY_9 + 50 * HOUR


def test_cancelling(clinic):
    visit = clinic.book(MONDAY_9 + 48 * HOUR)
    whole(lambda: actions.cancel(visit, reason="ill", by=GUEST, now=NOW), "cancel", owing.CANCELLED)
    assert Appointment.objects.get().state == "cancelled"


@pytest.mark.sqlite_only
def test_booking_on_a_full_disk(clinic):
    """The write-ahead log can take nothing, a part of the booking, and at last the whole."""
    held = clinic.hold()
    before = snapshot()
    outcomes = []
    for kilobytes in (4, 16, 32, 64, 4_000):
        managed = without_space(
            kilobytes * 1024, lambda: actions.book(held, details(), by=GUEST, now=NOW)
        )
        outcomes.append(managed)
        assert (snapshot() != before) == managed
        if managed:
            break
    assert outcomes[0] is False
    assert outcomes[-1] is True
    assert Message.objects.count() == AuditEvent.objects.count() == Patient.objects.count() == 1
    assert holds()
