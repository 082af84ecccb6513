"""Money at the desk: the page of a visit, the board, receipts, and who gets to see any of it."""

import io
import json
import re
import uuid
from decimal import Decimal

import pypdf
import pytest
import typst
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import actions
from bookings.actions import payments, receipts
from bookings.models import Package, Payment, Receipt, VisitReason
from bookings.money import papers
from clinic import practice, roles
from tests.bookings.board_page import DAY, card, reads, somebody, text
from tests.bookings.conftest import at
from tests.conftest import NOW
from tests.factories import PatientGrantFactory, UserFactory

LATER = at(12)


@pytest.fixture
def visit(clinic, desk):
    """A visit for 120 CAD that took place."""
    clinic.physio.registration_body, clinic.physio.registration_number = "Demo College", "D-17"
    clinic.physio.save()
    clinic.practice.receipt_text = "Business number 1234\nExempt of GST"
    clinic.practice.save()
    practice.forget()
    visit = clinic.book(at(9), reason="CANARY", first_name="Wren", last_name="Walker")
    return actions.complete(visit, by=desk, now=at(10))


@pytest.fixture
def front(client, clinic):
    return somebody(client, roles.FRONT_DESK, name="Dana Desk")


def address(target):
    kind = "package" if isinstance(target, Package) else "visit"
    return f"/admin/money/{kind}/{target.pk}/"


def send(client, target, do, *, key=None, **typed):
    fields = {f"{do}-{name}": value for name, value in typed.items()}
    return client.post(address(target), {"do": do, f"{do}-form_key": key or uuid.uuid4(), **fields})


def test_the_page_asks_for_all_that_is_open(front, visit):
    page = text(front.get(address(visit)))

    assert "Wren Walker" in page
    assert 'name="take-amount" value="120.00"' in page
    assert [label in page for label in ("Cash", "Card terminal", "Bank transfer", "Other")] == [
        True
    ] * 4


def test_a_payment_takes_one_button(front, visit):
    answer = send(front, visit, "take", amount="120", method="card", reference="0042")
    page = text(front.get(answer["Location"]))

    row = Payment.objects.get()
    assert (row.kind, row.method, row.amount, row.reference) == ("payment", "card", 120, "0042")
    assert row.by.name == "Dana Desk"
    assert "Written down: payment, 120.00 CAD, card terminal." in page
    assert 'name="take-amount"' not in page


def test_an_amount_may_be_typed_with_a_comma(front, visit):
    send(front, visit, "take", amount="50,5", method="cash")

    assert Payment.objects.get().amount == Decimal("50.50")


def test_a_double_click_is_one_payment(front, visit):
    key = uuid.uuid4()
    answers = [send(front, visit, "take", key=key, amount="50", method="cash") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "121"}, "more than is open"),
        ({"amount": "0"}, "greater than or equal"),
        ({"amount": "-5"}, "greater than or equal"),
        ({"amount": "NaN"}, "Enter a number"),
        ({"amount": "1e9"}, "no more than"),
        ({"amount": ""}, "required"),
        ({"method": "cheque"}, "not one of the available choices"),
        ({"reference": "4111 1111 1111 1111"}, "card number"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(front, visit, typed, said):
    answer = send(front, visit, "take", **{"amount": "120", "method": "card", **typed})

    assert answer.status_code == 422
    assert said in text(answer)
    assert Payment.objects.count() == 0


def test_waiving_refunding_and_correcting(front, visit):
    send(front, visit, "take", amount="100", method="card")
    send(front, visit, "waive", amount="20", reason="Staff family")
    send(front, visit, "refund", amount="40", method="card", reason="Paid too much")
    paid = Payment.objects.get(kind="payment")
    refused = send(front, visit, "correct", row=paid.pk, reason="slip")
    page = text(front.get(address(visit)))

    assert "Staff family" in page
    assert [str(row.amount) for row in Payment.objects.order_by("amount")] == [
        "-40.00", "20.00", "100.00",
    ]  # fmt: skip
    assert refused.status_code == 422
    assert "more than was paid" in text(refused)


def test_a_row_is_corrected_once(front, visit):
    send(front, visit, "take", amount="100", method="card")
    row = Payment.objects.get()
    first = send(front, visit, "correct", row=row.pk, reason="slip")
    second = send(front, visit, "correct", row=row.pk, reason="slip")

    assert (first.status_code, second.status_code) == (302, 409)
    assert "corrected already" in text(second)


def test_a_row_of_another_visit_is_not_corrected_here(front, clinic, visit, desk):
    other = clinic.book(at(13), browser="another")
    row = payments.take(
        other, amount=Decimal(5), method="cash", by=desk, now=NOW, form_key=uuid.uuid4()
    )

    assert send(front, visit, "correct", row=row.pk, reason="slip").status_code == 422


def test_a_package_is_paid_on_its_own_page(front, visit):
    package = Package.objects.create(
        patient=visit.patient, visits=5, price=500, currency="CAD", bought_on=NOW.date()
    )
    send(front, package, "take", amount="500", method="transfer")
    made = front.post(address(package), {"do": "receipt"})

    assert "The package of 10 January 2027" in text(front.get(address(visit)))
    assert Payment.objects.get().package == package
    assert front.get(made["Location"]).content.startswith(b"%PDF-")


def pdf_text(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_the_receipt_says_what_an_insurer_asks_for_and_nothing_clinical(front, visit):
    send(front, visit, "take", amount="120", method="card")
    made = front.post(address(visit), {"do": "receipt"})
    answer = front.get(made["Location"])
    said = pdf_text(answer.content)

    assert answer["Content-Type"] == "application/pdf"
    for word in (
        "No. 2027-00001", "Larchwood Physiotherapy", "Wren Walker", "11 January 2027, 09:00",
        "Appointment, 60 min", "Anna Example", "Demo College", "D-17", "120.00 CAD",
        "card terminal", "Business number 1234", "Exempt of GST",
    ):  # fmt: skip
        assert word in said, word
    assert VisitReason.objects.get().text == "CANARY"
    assert "CANARY" not in said
    assert "knee" not in said.lower()
    assert "CANARY" not in json.dumps(Receipt.objects.get().facts)


def test_a_receipt_without_a_payment_is_refused(front, visit):
    answer = front.post(address(visit), {"do": "receipt"})

    assert answer.status_code == 422
    assert "Nothing has been paid yet" in text(answer)
    assert Receipt.objects.count() == 0


def printed(receipt, label):
    found = typst.query(
        papers.TEMPLATE.read_bytes(),
        f"<{label}>",
        sys_inputs={"data": json.dumps(papers.paper_of(receipt))},
    )
    return [element["text"] for element in json.loads(found)]


def test_names_are_data_and_never_markup(visit, desk):
    visit.patient.first_name, visit.patient.last_name = "#evil[$", "Łukasz *_<>\\"
    visit.patient.save()
    payments.take(
        visit, amount=Decimal(20), method="cash", by=desk, now=LATER, form_key=uuid.uuid4()
    )
    receipt = receipts.issue(visit, by=desk, now=LATER)

    assert "#evil[$ Łukasz *_<>\\, born 4 May 1990" in printed(receipt, "value") or (
        "#evil[$ Łukasz *_<>\\" in printed(receipt, "value")
    )
    assert printed(receipt, "sum") == ["120.00 CAD", "20.00 CAD", "100.00 CAD"]
    assert b"/MarkInfo" in papers.receipt_pdf(receipt)


def test_the_board_says_what_is_open_and_what_is_paid(front, visit):
    open_ = card(text(front.get(DAY)), visit)
    send(front, visit, "take", amount="120", method="card")
    paid = card(text(front.get(DAY)), visit)

    assert "120.00 CAD open" in open_
    assert f'href="{address(visit)}" data-key="P"' in open_
    assert "<li>paid</li>" in paid
    assert 'data-key="P"' not in paid


def test_money_makes_another_tag(front, visit):
    tag = front.get(DAY)["ETag"]
    send(front, visit, "take", amount="120", method="card")

    assert front.get(DAY)["ETag"] != tag


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_costs_the_same_however_many_rows(front, visit, count):
    for _each in range(count):
        send(front, visit, "take", amount="5", method="cash")
    front.get(address(visit))  # shows what was written down, once
    practice.forget()
    with CaptureQueriesContext(connection) as asked:
        front.get(address(visit))

    # visit, rows, packages, receipts
    assert len(reads(asked)) == 4, reads(asked)


ADDRESSES = ("/admin/money/", "/admin/money/takings.csv?first=2027-01-01&last=2027-01-11")


@pytest.mark.parametrize("role", [roles.PHYSIO, roles.CLINICAL_LEAD, roles.STUDENT, None])
def test_to_others_the_pages_do_not_exist(client, visit, desk, role):
    payments.take(
        visit, amount=Decimal(20), method="cash", by=desk, now=LATER, form_key=uuid.uuid4()
    )
    receipt = receipts.issue(visit, by=desk, now=LATER)
    somebody(client, *([role] if role else []))

    for page in (*ADDRESSES, address(visit), f"/admin/money/receipt/{receipt.pk}.pdf"):
        assert client.get(page).status_code == 404, page
    assert send(client, visit, "take", amount="5", method="cash").status_code == 404
    client.logout()
    assert client.get(address(visit))["Location"].startswith("/accounts/login/")


def test_a_receipt_waits_for_its_patient_too(client, visit, desk):
    user = UserFactory()
    PatientGrantFactory(user=user, patient=visit.patient, granted_at=NOW)
    client.force_login(user)
    page = f"/me/visits/{visit.pk}/receipt"

    assert client.get(f"{page}.pdf").status_code == 404
    assert client.post(f"{page}/").status_code == 422
    payments.take(
        visit, amount=Decimal(120), method="card", by=desk, now=LATER, form_key=uuid.uuid4()
    )
    assert "120.00 CAD, card terminal, Monday 11 January 2027" in text(client.get(f"{page}/"))
    assert client.post(f"{page}/")["Location"] == f"{page}.pdf"
    assert "No. 2027-00001" in pdf_text(client.get(f"{page}.pdf").content)
    assert Receipt.objects.get().issued_by == user
    client.force_login(UserFactory())
    assert client.get(f"{page}.pdf").status_code == 404
