"""The details of a held time: the form between choosing and having booked."""

from datetime import date, timedelta

import pytest
import time_machine

from bookings import actions
from bookings.models import Appointment, VisitReason
from clinic.audit import GUEST
from clinic.models import Consent, Guardian, Patient
from tests.bookings.conftest import at
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import PatientFactory, PatientGrantFactory, UserFactory

LIST = "/book/first-visit/"
GUEST_TYPES = {
    "first_name": "Test",
    "last_name": "O'Connor-Łuk",
    "email": "walk@example.com",
    "phone": "+1 403 555 0142",
    "date_of_birth": "1990-05-04",
    "reason": "Knee on stairs",
    "consent": "on",
}


@pytest.fixture
def address(client, clinic):
    """The details page of Monday at nine, held by this client's browser."""
    answer = client.post(
        LIST + "hold/",
        {"practitioner": "anna", "location": "downtown", "starts_at": "2027-01-11T09:00-06:00"},
    )
    return answer["Location"]


def fields(answer):
    return Page(answer).form_with("first_name").fields


def test_the_page_shows_what_is_held(client, address):
    page = client.get(address)

    assert page.status_code == 200
    for text in (
        "Held for you until 13:10",
        "Monday 11 January 2027, 09:00–10:00",
        "Edmonton time (UTC−6)",
        "Anna Example",
        "Downtown",
        "120 CAD",
        "911",
    ):
        assert text in page.text
    assert page["Cache-Control"] == "no-store, private"
    assert "noindex" in page["X-Robots-Tag"]


def test_consent_is_asked_and_never_given_beforehand(client, address):
    page = Page(client.get(address))

    form = page.form_with("first_name")
    assert form.choices["consent"] == ["on"]
    assert "consent" not in form.fields
    assert {"first_name", "last_name", "email", "phone", "date_of_birth", "reason"} <= set(
        form.fields
    )


def test_sent_it_becomes_a_visit(client, address):
    answer = client.post(address, GUEST_TYPES)

    assert answer.status_code == 303
    visit = Appointment.objects.get()
    assert answer["Location"] == address.replace("/book/details/", "/visit/")
    assert (visit.state, visit.patient.last_name) == ("booked", "O'Connor-Łuk")
    assert str(visit.patient.phone) == "+1 403-555-0142"
    assert visit.patient.date_of_birth == date(1990, 5, 4)
    assert VisitReason.objects.get().text == "Knee on stairs"


def test_sent_twice_it_leads_to_the_same_visit(client, address):
    first = client.post(address, GUEST_TYPES)
    second = client.post(address, GUEST_TYPES)
    back = client.get(address)

    assert first["Location"] == second["Location"] == back["Location"]
    assert (second.status_code, back.status_code) == (303, 303)
    assert Patient.objects.count() == 1


def test_only_the_browser_that_chose_may_open_it(client, address):
    stranger = client.__class__()

    assert stranger.get(address).status_code == 404
    assert stranger.post(address, GUEST_TYPES).status_code == 404
    assert client.get("/book/details/nope/").status_code == 404
    assert Appointment.objects.get().state == "held"


def test_wrong_details_are_422_and_everything_is_kept(client, address):
    typed = {**GUEST_TYPES, "email": "not-an-address", "first_name": ""}

    answer = client.post(address, typed)

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"email", "first_name"}
    kept = fields(answer)
    assert {name: kept[name] for name in typed if name != "consent"} == {
        name: value for name, value in typed.items() if name != "consent"
    }
    assert "consent" not in kept
    assert not Patient.objects.exists()


def test_without_consent_it_is_422(client, address):
    answer = client.post(address, {**GUEST_TYPES, "consent": ""})

    assert answer.status_code == 422
    assert "Without your consent" in answer.text


def test_a_service_may_insist_on_reason_and_birth_date(client, clinic, address):
    clinic.service.asks_reason = clinic.service.asks_birth_date = True
    clinic.service.save()

    answer = client.post(address, {**GUEST_TYPES, "reason": "", "date_of_birth": ""})

    assert answer.context["form"].errors.keys() == {"reason", "date_of_birth"}


def test_a_phone_visit_needs_a_number_and_says_who_calls(client, clinic, address):
    clinic.service.mode = "phone"
    clinic.service.save()

    assert "we call you at the time of the visit" in client.get(address).text
    answer = client.post(address, {**GUEST_TYPES, "phone": ""})
    assert answer.context["form"].errors.keys() == {"phone"}


def test_a_phone_visit_shows_the_readers_own_clock_too(client, clinic, address):
    clinic.service.mode = "video"
    clinic.service.save()

    assert 'data-own-time="2027-01-11T09:00:00-06:00"' in client.get(address).text


@pytest.mark.parametrize(
    ("born", "needed"),
    [("2011-01-10", False), ("2011-01-11", True), ("2027-01-10", True), ("", False)],
)
def test_a_guardian_is_asked_for_below_the_age_of_the_place(client, address, born, needed):
    answer = client.post(address, {**GUEST_TYPES, "date_of_birth": born})

    if needed:
        assert answer.status_code == 422
        assert answer.context["form"].errors.keys() == {"guardian_name", "guardian_consent"}
        assert Page(answer).form_with("guardian_name")
    else:
        assert answer.status_code == 303


def test_the_guardians_fields_are_folded_until_they_are_needed(client, address):
    """They can be opened without sending the form first: a parent knows that it is for a child."""
    folded = client.get(address).text
    asked = client.post(address, {**GUEST_TYPES, "date_of_birth": "2015-03-04"}).text

    assert '<details class="sd-card bk-guardian" >' in folded
    assert '<details class="sd-card bk-guardian" open>' in asked
    assert fields(client.get(address))["guardian_name"] == ""


def test_a_guardian_books_for_a_child(client, address):
    child = {"date_of_birth": "2015-03-04", "guardian_name": "Gil Guardian"}

    answer = client.post(address, {**GUEST_TYPES, **child, "guardian_consent": "on"})

    assert answer.status_code == 303
    guardian = Guardian.objects.get()
    assert (guardian.name, guardian.consented_at) == ("Gil Guardian", NOW)
    assert guardian.relationship == "guardian"
    assert Consent.objects.get().given_by == "Gil Guardian"


def test_a_guardian_says_what_they_are_to_the_child(client, address):
    child = {
        "date_of_birth": "2015-03-04",
        "guardian_name": "Gil Guardian",
        "guardian_relationship": "foster  father",
    }

    refused = client.post(address, {**GUEST_TYPES, **child})  # the consent is missing
    booked = client.post(address, {**GUEST_TYPES, **child, "guardian_consent": "on"})

    assert refused.status_code == 422
    assert fields(refused)["guardian_relationship"] == "foster  father"
    assert booked.status_code == 303
    assert Guardian.objects.get().relationship == "foster father"


def test_a_filled_trap_is_not_a_booking(client, address):
    answer = client.post(address, {**GUEST_TYPES, "website": "https://spam.example.com"})

    assert answer.status_code == 422
    assert not Patient.objects.exists()


def test_a_hold_that_ran_out_can_still_be_booked_if_free(client, address):
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        page = client.get(address)
        assert "no longer held for you" in page.text
        assert Appointment.objects.get().state == "held"  # looking changes nothing
        assert client.post(address, GUEST_TYPES).status_code == 303


def test_a_lost_time_is_409_and_what_was_typed_is_filled_in_again(client, clinic, address):
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        clinic.hold(browser="another", now=NOW + timedelta(minutes=11))
        answer = client.post(address, GUEST_TYPES)

        assert answer.status_code == 409
        assert "somebody else has taken it" in answer.text
        sent = Page(answer).times()
        assert len(sent) == 6
        assert "2027-01-11T09:00-06:00" not in [one["starts_at"] for one in sent]
        assert not Patient.objects.exists()

        again = client.post(LIST + "hold/", sent[0])
        kept = fields(client.get(again["Location"]))
    expected = {name: value for name, value in GUEST_TYPES.items() if name != "consent"}
    assert {name: kept[name] for name in expected} == expected
    assert "consent" not in kept


def test_what_was_typed_is_forgotten_once_it_is_booked(client, clinic, address):
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        clinic.hold(browser="another", now=NOW + timedelta(minutes=11))
        lost = client.post(address, GUEST_TYPES)
        again = client.post(LIST + "hold/", Page(lost).times()[0])
        client.post(again["Location"], GUEST_TYPES)

    assert "booking_typed" not in client.session


def test_another_time_can_be_chosen_instead(client, address):
    answer = client.post(address, {"release": "1"})

    assert (answer.status_code, answer["Location"]) == (303, LIST)
    assert Appointment.objects.get().state == "expired"


def test_bookings_above_the_limit_are_429(client, address, settings, monkeypatch):
    settings.LIMIT_FACTOR = 1
    monkeypatch.setattr("bookings.limits.BOOKINGS_PER_EMAIL", 0)

    answer = client.post(address, GUEST_TYPES)

    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"
    assert Appointment.objects.get().state == "held"


def test_nothing_tells_that_a_record_exists(client, clinic, address):
    """The same answer, to the letter, whether the address is known or not."""
    PatientFactory(first_name="Test", last_name="O'Connor-Łuk", email="walk@example.com")
    known = client.post(address, GUEST_TYPES)
    other = client.__class__()
    held = other.post(
        LIST + "hold/",
        {"practitioner": "anna", "location": "downtown", "starts_at": "2027-01-11T11:00-06:00"},
    )
    unknown = other.post(held["Location"], {**GUEST_TYPES, "email": "new@example.com"})

    assert known.status_code == unknown.status_code == 303
    first, second = client.get(known["Location"]), other.get(unknown["Location"])
    assert len(first.text) == len(second.text)


def test_who_is_signed_in_books_for_their_own(client, address):
    user = UserFactory()
    known = PatientFactory(first_name="Ada", email="ada@example.com")
    PatientGrantFactory(user=user, patient=known, granted_at=NOW)
    key = client.session["browser"]
    client.force_login(user)
    assert client.session["browser"] == key

    page = Page(client.get(address))
    assert page.form_with("patient").choices["patient"] == [str(known.pk), ""]
    answer = client.post(address, {"patient": str(known.pk), "consent": "on"})

    assert answer.status_code == 303
    visit = Appointment.objects.get()
    assert (visit.patient, visit.booked_by) == (known, user)


def test_somebody_elses_record_cannot_be_named(client, address):
    stranger = PatientFactory()
    user = UserFactory()
    PatientGrantFactory(user=user, granted_at=NOW)
    client.force_login(user)

    answer = client.post(address, {**GUEST_TYPES, "patient": str(stranger.pk)})

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"patient"}


def test_a_guest_cannot_name_a_record_at_all(client, address):
    stranger = PatientFactory()

    client.post(address, {**GUEST_TYPES, "patient": str(stranger.pk)})

    assert Appointment.objects.get().patient != stranger


def test_a_cancelled_visit_is_not_booked_again(client, address):
    client.post(address, GUEST_TYPES)
    visit = Appointment.objects.get()
    actions.cancel(visit, reason="other", by=GUEST, now=visit.starts_at - timedelta(days=2))

    answer = client.post(address, GUEST_TYPES)

    assert answer.status_code == 303
    assert Appointment.objects.get().state == "cancelled"
    assert at(9) == visit.starts_at
