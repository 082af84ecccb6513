"""Somebody with a row of nearly everything, erased by two people, and their record at its end."""

from datetime import timedelta
from uuid import uuid4

from django.db import transaction

from bookings.models import Appointment, CallbackRequest, Payment, WaitingEntry
from clinic.actions import corrections, record_requests
from clinic.erasing import doing
from clinic.models import Erasure
from tests.assessments.factories import NOW, make_patient
from tests.assessments.subjects import grant_of, told_of

WORD = "Zephyrine"
YEARS = timedelta(days=366 * 11)


def somebody():
    """A person with a row of nearly everything, whose visits are over."""
    patient = make_patient(
        first_name=WORD, last_name=f"{WORD}son", email=f"{WORD.lower()}@example.com",
        phone="+14035550177", address=f"{WORD} Street", needs=WORD,
    )  # fmt: skip
    physio = told_of(patient, WORD)
    assert physio.care_relations.exists()
    user = grant_of(patient)
    corrections.ask(patient, "record", f"{WORD} wrong", "right", key=uuid4(), by=user, now=NOW)
    record_requests.ask(patient, by=user, now=NOW)
    Appointment.objects.filter(patient=patient).update(state=Appointment.State.COMPLETED)
    done = Appointment.objects.filter(patient=patient).first()
    Payment.objects.create(
        appointment=done, location=done.location, kind="payment", method="card", amount=10,
        currency="CAD", reason=f"{WORD} pays", reference=WORD, at=NOW,
        form_key=uuid4(),
    )  # fmt: skip
    CallbackRequest.objects.create(
        name=WORD, phone=patient.phone, message=WORD, consented_at=NOW, created_at=NOW
    )
    WaitingEntry.objects.create(
        service=done.service, first_name=WORD, last_name=WORD, email=patient.email,
        privacy_dated=NOW.date(), consented_at=NOW, created_at=NOW,
    )  # fmt: skip
    return patient


def erased(patient, people):
    proposed = doing.propose(patient, "asked", by=people[0], now=NOW)
    with transaction.atomic():
        done = doing.confirm(proposed, by=people[1], now=NOW)
    patient.refresh_from_db()
    return done


def ended(patient, people, at):
    """The record goes, as a list of what is due has it."""
    made = Erasure.objects.create(
        patient=patient, scope="record", basis="retention", asked_at=at, asked_by=None
    )
    with transaction.atomic():
        doing.carry_out(made, by=people[1], now=at)
    return made
