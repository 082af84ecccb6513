"""Rows of several tables in one statement: all of them or none, as if saved one by one."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clinic.batch import insert_all
from clinic.models import CareRelation, Consent, Location, Message, Patient, Practitioner
from tests.conftest import NOW
from tests.factories import PractitionerFactory

pytestmark = pytest.mark.django_db


def rows():
    patient = Patient(first_name="O'Connor; --", last_name="100 %s", phone="+14035550123")
    consent = Consent(patient=patient, kind="privacy", text_dated=NOW.date(), given_at=NOW)
    message = Message(key="k", topic="booked", to="a@example.com", payload={"n": [1, None, "é"]})
    return [patient, consent, message]


def test_rows_arrive_as_they_were(db):
    patient, consent, _ = made = rows()

    with CaptureQueriesContext(connection) as queries:
        insert_all(made)

    assert len(queries) == (1 if connection.vendor == "postgresql" else 3)
    stored = Patient.objects.get()
    assert (stored.first_name, stored.last_name) == ("O'Connor; --", "100 %s")
    assert stored.phone == patient.phone
    assert stored.created_at is not None
    assert Consent.objects.get() == consent
    assert Message.objects.get().payload == {"n": [1, None, "é"]}
    assert not any(row._state.adding for row in made)


def test_saving_again_changes_and_does_not_double():
    patient = rows()[0]
    insert_all([patient])
    patient.first_name = "Ann"
    patient.save()

    assert Patient.objects.get().first_name == "Ann"


def test_a_choice_arrives_as_its_word():
    message = Message(key="k", topic="t", to="", channel=Message.Channel.SMS)
    insert_all([message])

    stored = Message.objects.get()
    assert (stored.channel, stored.to, stored.created_at) == ("sms", "", message.created_at)


def test_all_or_none():
    Message.objects.create(key="k", topic="booked", to="a@example.com")

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_all(rows())

    assert not Patient.objects.exists()


def test_constraints_hold():
    relation = CareRelation(
        patient=Patient.objects.create(first_name="P", last_name="S"),
        practitioner=PractitionerFactory(),
        ground="visit",
        starts_at=NOW,
        ends_at=NOW.replace(year=2020),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_all([relation])


def test_nothing_is_nothing():
    insert_all([])

    assert (Location.objects.count(), Practitioner.objects.count()) == (0, 0)
