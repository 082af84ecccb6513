"""The receipt of a visit that took place: for the signed-in patient, without a clinical word."""

from decimal import Decimal

import pytest

from bookings import actions
from bookings.models import Appointment, VisitReason
from bookings.my_page import done
from tests.bookings.conftest import at
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory, PatientGrantFactory, UserFactory


@pytest.fixture
def mine(client, clinic, desk):
    """A visit of the signed-in patient, booked for 120 CAD and done."""
    clinic.physio.registration_body, clinic.physio.registration_number = "Demo College", "D-17"
    clinic.physio.save()
    visit = clinic.book(at(9), reason="CANARY", first_name="Wren", last_name="Walker")
    actions.complete(visit, by=desk, now=at(10))
    user = UserFactory()
    PatientGrantFactory(user=user, patient=visit.patient, granted_at=NOW)
    client.force_login(user)
    return visit


def receipt(client, visit):
    return client.get(f"/me/visits/{visit.pk}/receipt/")


def test_a_receipt_names_who_when_what_it_cost_and_the_registration(client, mine):
    page = receipt(client, mine)

    assert page.status_code == 200
    for said in (
        "Larchwood Physiotherapy", "1 Larch Street", "Wren Walker", "Monday 11 January 2027, 09:00",
        "Physiotherapy, 60 min", "Anna Example", "Demo College", "registration number D-17",
        "120.00 CAD", mine.pk.hex[:10].upper(),
    ):  # fmt: skip
        assert said in page.text
    assert page["Cache-Control"] == "no-store, private"


def test_a_receipt_holds_nothing_clinical(client, mine):
    text = receipt(client, mine).text

    assert VisitReason.objects.get().text == "CANARY"
    assert "CANARY" not in text
    assert mine.service.name not in text  # First knee visit
    assert "knee" not in text.lower()


def test_the_price_is_that_of_the_booking(client, clinic, mine):
    clinic.service.price = Decimal(999)
    clinic.service.save()

    assert "120.00 CAD" in receipt(client, mine).text
    assert "999" not in receipt(client, mine).text


def test_a_visit_from_before_prices_were_kept_sends_to_the_desk(client, mine):
    Appointment.objects.filter(pk=mine.pk).update(price=None)

    assert "Ask the front desk" in receipt(client, mine).text


def test_the_receipts_are_listed_newest_first_for_each_patient(client, mine):
    older = AppointmentFactory(
        patient=mine.patient, practitioner=mine.practitioner, location=mine.location,
        service=mine.service, starts_at=at(9, day=4), state="completed",
    )  # fmt: skip
    page = client.get("/me/").text

    links = [f"/me/visits/{visit.pk}/receipt/" for visit in (mine, older)]
    assert page.index(links[0]) < page.index(links[1])


@pytest.mark.parametrize("state", ["booked", "cancelled", "no_show"])
def test_only_a_visit_that_took_place_has_a_receipt(client, mine, state):
    other = AppointmentFactory(
        patient=mine.patient, starts_at=at(15), state=state,
        cancelled_at=NOW if state == "cancelled" else None,
    )  # fmt: skip

    assert receipt(client, other).status_code == 404
    assert f"{other.pk}/receipt/" not in client.get("/me/").text


def test_strangers_get_404_and_guests_the_sign_in(client, mine):
    theirs = AppointmentFactory(patient=PatientFactory(), starts_at=at(9, day=5), state="completed")

    assert receipt(client, theirs).status_code == 404
    client.logout()
    assert receipt(client, mine)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_one_query(client, mine, count, django_assert_num_queries):
    for day in range(1, count):
        AppointmentFactory(
            patient=mine.patient, practitioner=mine.practitioner, location=mine.location,
            service=mine.service, starts_at=at(9, day=day), state="completed",
        )  # fmt: skip

    with django_assert_num_queries(1):
        named = [(str(v.practitioner), v.location.tz.key) for v in done([mine.patient])]
    assert named == [("Anna Example", "America/Edmonton")] * count
