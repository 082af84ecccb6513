"""A diagnosis is on a receipt only where the patient asked in writing, and never at the desk."""

import io
import uuid
from decimal import Decimal

import pypdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from assessments.models import ReceiptDiagnosis
from bookings.actions import payments, receipts
from bookings.models import Appointment, Receipt
from clinic import roles
from clinic.audit import SYSTEM
from clinic.models import AuditEvent
from tests.assessments.factories import (
    care,
    make_patient,
    make_practice,
    make_practitioner,
    make_visit,
)
from tests.bookings.board_page import somebody
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
CANARY = "Zaunkoenig"
ASKED = {"requested_on": "2027-01-08", "request": "signed form", "text": CANARY}


@pytest.fixture
def visit():
    make_practice()
    physio, patient = make_practitioner(), make_patient()
    care(physio, patient)
    visit = make_visit(physio, patient, NOW)
    Appointment.objects.filter(pk=visit.pk).update(
        state="completed", price=Decimal(120), currency="CAD"
    )
    visit.refresh_from_db()
    payments.take(
        visit, amount=Decimal(120), method="card", by=SYSTEM, now=NOW, form_key=uuid.uuid4()
    )
    receipts.issue(visit, by=SYSTEM, now=NOW)
    return visit


@pytest.fixture
def physio(client, visit):
    client.force_login(visit.practitioner.user)
    return client


def said(answer):
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(page.extract_text() for page in pages)


def address(visit, what="/"):
    return f"/chart/visits/{visit.pk}/receipt{what}"


def test_a_diagnosis_is_on_the_receipt_of_the_chart_and_nowhere_else(physio, visit):
    assert CANARY not in said(physio.get(address(visit, ".pdf")))
    assert physio.post(address(visit), ASKED).status_code == 302

    assert CANARY in said(physio.get(address(visit, ".pdf")))
    desk = somebody(Client(), roles.FRONT_DESK)
    made = Receipt.objects.get()
    assert CANARY not in said(desk.get(f"/admin/money/receipt/{made.pk}.pdf"))
    assert CANARY not in desk.get(f"/admin/money/visit/{visit.pk}/").content.decode()
    assert CANARY not in str(made.facts)
    assert desk.get(address(visit)).status_code == 404
    for event in AuditEvent.objects.all():
        assert CANARY not in f"{event.reason}{event.data}"


@pytest.mark.parametrize(
    "typed", [{"requested_on": ""}, {"requested_on": "2027-02-01"}, {"request": ""}, {"text": ""}]
)
def test_without_a_dated_request_nothing_is_written(physio, visit, typed):
    assert physio.post(address(visit), {**ASKED, **typed}).status_code == 422
    assert ReceiptDiagnosis.objects.count() == 0


def test_what_was_written_never_changes(physio, visit):
    physio.post(address(visit), ASKED)

    with pytest.raises(IntegrityError), transaction.atomic():
        ReceiptDiagnosis.objects.update(text="x")
    assert CANARY not in str(ReceiptDiagnosis.objects.get())
