"""Rule 26 over HTTP: join, be offered a time, take it, decline it, leave. A GET changes nothing."""

from uuid import uuid4

import pytest
import time_machine

from bookings import actions
from bookings.models import Appointment, VisitReason, WaitingEntry, WaitingLink, WaitingOffer
from clinic import roles
from clinic.models import Consent, Patient
from tests.bookings.board_page import somebody
from tests.bookings.conftest import at, works
from tests.bookings.page import Page
from tests.bookings.waiting_room import (
    MINUTE,
    cancel,
    fill,
    letters,
    link_in,
    offer_to,
    running,
    waits,
    waits_sooner,
    work,
)
from tests.conftest import NOW
from tests.factories import (
    PatientFactory,
    PatientGrantFactory,
    PractitionerFactory,
    ServiceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TEN = at(10, day=12)
TYPED = {
    "service": "first-visit", "first_name": "Wanda", "last_name": "Waits",
    "email": "wanda@example.com", "consent": "on",
}  # fmt: skip


@pytest.fixture
def full(clinic):
    return fill(clinic, [at(hour, day=12) for hour in range(9, 17)])


@pytest.fixture
def offered(clinic, full):
    """Wanda waits, ten o'clock became free; returns the address her letter leads to."""
    waits(clinic)
    cancel(full[TEN])
    work()
    return link_in(letters()["wanda@example.com"])


def answer(client, address, words):
    page = Page(client.get(address))
    fields = next(form.fields for form in page.forms if ("answer", words) in form.buttons)
    return client.post(address, {**fields, "answer": words})


def test_join_and_see_ones_place(client, clinic):
    clinic.colleague()
    page = Page(client.get("/waitlist/"))
    form = page.form_with("email")
    answer = client.post(
        "/waitlist/",
        {**form.fields, **TYPED, "weekdays": ["1", "4"], "parts": ["0"], "notice_hours": "24",
         "practitioners": ["anna"]},
    )  # fmt: skip

    assert answer.status_code == 303
    entry = WaitingEntry.objects.get()
    assert (entry.weekdays, entry.parts, entry.notice_hours) == ([1, 4], [0], 24)
    assert [person.slug for person in entry.practitioners.all()] == ["anna"]
    assert (entry.consented_at, entry.email) == (NOW, "wanda@example.com")
    place = client.get(answer["Location"])
    for words in ("You are on the list", "Tuesday, Friday", "Morning", "Anna Example"):
        assert words in place.text
    assert "no-store" in place["Cache-Control"]
    assert Patient.objects.count() == 0
    assert list(letters()) == ["wanda@example.com"]


def test_sent_twice_one_place(client, clinic):
    form = Page(client.get("/waitlist/")).form_with("email")
    sent = {**form.fields, **TYPED}
    first, second = client.post("/waitlist/", sent), client.post("/waitlist/", sent)

    assert (first.status_code, second.status_code) == (303, 303)
    assert WaitingEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"consent": ""}, "Without your consent"),
        ({"email": "nowhere"}, "valid email"),
        ({"service": "unknown"}, "Select a valid choice"),
        ({"weekdays": ["9"]}, "Select a valid choice"),
        ({"practitioners": ["nobody"]}, "Select a valid choice"),
        ({"website": "x"}, "Leave this field empty"),
        ({"notice_hours": "999"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_written(
    client, clinic, wrong, words
):
    clinic.colleague()
    answer = client.post("/waitlist/", {**TYPED, "phone": "+14035550123", **wrong})

    assert answer.status_code == 422
    assert words in answer.text
    assert "Wanda" in answer.text
    assert WaitingEntry.objects.count() == 0


def test_a_practitioner_who_does_not_offer_the_service_is_refused(client, clinic):
    works(PractitionerFactory(slug="zoe"), clinic.place, ServiceFactory(slug="other"))

    answer = client.post("/waitlist/", {**TYPED, "practitioners": ["zoe"]})

    assert answer.status_code == 422
    assert "Choose again" in answer.text


def test_a_child_needs_a_guardian(client, clinic):
    answer = client.post("/waitlist/", {**TYPED, "date_of_birth": "2018-01-01"})

    assert answer.status_code == 422
    assert "parent or guardian" in answer.text
    assert Page(answer).form_with("guardian_relationship")


def test_what_the_guardian_is_to_the_child_is_kept_and_shown_to_the_desk(client, clinic):
    guardian = {
        "guardian_name": "Gil Guardian", "guardian_relationship": " step  father",
        "guardian_consent": "on",
    }  # fmt: skip
    client.post("/waitlist/", {**TYPED, "date_of_birth": "2018-01-01", **guardian})
    entry = WaitingEntry.objects.get()
    somebody(client, roles.FRONT_DESK)

    assert (entry.guardian_name, entry.guardian_relationship) == ("Gil Guardian", "step father")
    shown = client.get(f"/admin/bookings/waitingentry/{entry.pk}/change/").text
    assert "Gil Guardian, step father" in shown


def test_a_signed_in_patient_joins_for_who_was_granted(client, clinic):
    grant = PatientGrantFactory(user=UserFactory(), granted_at=NOW)
    client.force_login(grant.user)
    form = Page(client.get("/waitlist/")).form_with("email")

    done = client.post("/waitlist/", {**form.fields, "consent": "on"})
    assert done.status_code == 303
    assert WaitingEntry.objects.get().patient == grant.patient

    other = PatientFactory()
    refused = client.post("/waitlist/", {**TYPED, "patient": str(other.pk)})
    assert refused.status_code == 422


def test_reading_an_offer_changes_nothing(client, offered):
    for _ in range(2):
        page = client.get(offered)
        assert page.status_code == 200
    assert "Tuesday 12 January 2027, 10:00–11:00" in page.text
    assert "Kept for you until 15:00" in page.text
    assert running() == [("Wanda", TEN)]
    assert client.head(offered).status_code == 200
    assert WaitingOffer.objects.get().state == "open"


def test_take_the_time(client, offered):
    done = answer(client, offered, "accept")

    assert done.status_code == 303
    assert done["Location"].startswith("/visit/")
    assert "You are booked, Wanda" in client.get(done["Location"]).text
    visit = Appointment.objects.get(patient__first_name="Wanda")
    assert (visit.state, visit.starts_at) == ("booked", TEN)
    assert Consent.objects.filter(patient=visit.patient).count() == 1
    assert "You have a time" in client.get(offered).text
    again = client.post(offered, {"answer": "accept"})
    assert again.status_code == 303
    assert Appointment.objects.filter(patient__first_name="Wanda").count() == 1


def test_what_brings_them_is_asked_where_the_service_asks(client, clinic, offered):
    clinic.service.asks_reason = True
    clinic.service.save()
    refused = answer(client, offered, "accept")
    assert refused.status_code == 422
    assert "This field is required" in refused.text

    done = client.post(offered, {"answer": "accept", "reason": "stairs"})
    assert done.status_code == 303
    assert VisitReason.objects.get().text == "stairs"


def test_say_no_and_stay_on_the_list(client, offered):
    done = answer(client, offered, "decline")

    assert done.status_code == 303
    assert "You are on the list" in client.get(offered).text
    assert running() == []
    late = client.post(offered, {"answer": "accept"})
    assert late.status_code == 409
    assert "no longer open" in late.text


def test_leave_the_list(client, offered):
    assert answer(client, offered, "leave").status_code == 303
    assert "no longer on the list" in client.get(offered).text
    assert WaitingEntry.objects.get().state == "left"
    assert running() == []


def test_too_late_says_so_and_books_nothing(client, offered, time_machine_late):
    late = client.post(offered, {"answer": "accept"})

    assert late.status_code == 409
    assert Appointment.objects.filter(patient__first_name="Wanda").count() == 0


@pytest.fixture
def time_machine_late(offered):
    with time_machine.travel(NOW + 121 * MINUTE, tick=False):
        yield


def test_an_answer_that_is_none_changes_nothing(client, offered):
    for sent in ({}, {"answer": "maybe"}, {"answer": "accept", "offer": str(uuid4())}):
        assert client.post(offered, sent).status_code == 422
    assert running() == [("Wanda", TEN)]


def test_strangers_and_old_links_get_404(client, offered):
    assert client.get("/waitlist/nothing-like-a-token/").status_code == 404
    WaitingLink.objects.update(expires_at=NOW)
    assert client.get(offered).status_code == 404


def test_a_patient_with_a_visit_waits_for_an_earlier_one(client, clinic, full):
    visit = full[at(15, day=12)]
    token = actions.open_link(visit, by=None, now=NOW)
    page = Page(client.get(f"/visit/{token}/sooner/"))
    form = page.form_with("form_key")
    joined = client.post(f"/visit/{token}/sooner/", {**form.fields, "parts": ["0"]})
    assert joined.status_code == 303
    assert "before Tuesday 12 January 2027" in client.get(joined["Location"]).text

    cancel(full[TEN])
    work()
    address = link_in(letters()[visit.patient.email])
    assert "15:00 moves to this time" in client.get(address).text.replace("\n", " ")
    done = answer(client, address, "accept")

    assert done.status_code == 303
    visit.refresh_from_db()
    assert visit.starts_at == TEN


def test_a_visit_inside_its_cutoff_has_no_earlier_times_to_wait_for(client, clinic):
    visit = clinic.book(at(10, day=11))
    token = actions.open_link(visit, by=None, now=NOW)

    assert client.get(f"/visit/{token}/sooner/").status_code == 404


def test_letters_hold_no_health_words_and_a_link_of_their_own(client, clinic, full):
    waits(clinic)
    first = letters()["wanda@example.com"]
    cancel(full[TEN])
    work()
    second = letters()["wanda@example.com"]

    assert (
        second.subject == "A time is free: Tuesday 12 January 2027, 10:00. Please answer by 15:00"
    )
    for letter in (first, second):
        whole = letter.subject + letter.body + letter.alternatives[0].content
        assert "knee" not in whole.lower()
        assert link_in(letter) in letter.alternatives[0].content
    assert link_in(first) != link_in(second)
    offer_to("Wanda")


def test_an_offer_that_ended_before_its_letter_left_is_not_mailed(clinic, full):
    waits(clinic)
    letters()
    cancel(full[TEN])
    work()
    work(NOW + 121 * MINUTE)

    assert "wanda@example.com" not in letters(NOW + 122 * MINUTE)


def test_the_page_costs_the_same_for_one_and_for_many_choices(
    client, clinic, django_assert_num_queries
):
    client.get("/waitlist/")
    with django_assert_num_queries(1):
        client.get("/waitlist/")
    for name in ("Ben", "Cleo", "Dora"):
        clinic.colleague(f"{name} Example", name.lower())
    with django_assert_num_queries(1):
        client.get("/waitlist/")


def test_the_ways_to_the_list_are_where_one_looks_for_them(client, clinic):
    visit = clinic.book(at(10, day=15))
    token = actions.open_link(visit, by=None, now=NOW)

    assert "/waitlist/?service=first-visit" in Page(client.get("/book/first-visit/")).links
    assert f"/visit/{token}/sooner/" in Page(client.get(f"/visit/{token}/")).links
    waits_sooner(visit)
    assert "You are on the waiting list" in client.get(f"/visit/{token}/").text
    chosen = Page(client.get("/waitlist/?service=first-visit")).form_with("email")
    assert chosen.fields["service"] == "first-visit"
