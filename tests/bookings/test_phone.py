"""Booking by phone: find the caller, the first free times, book, next caller."""

import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Appointment, VisitReason
from clinic import roles
from clinic.models import AuditEvent, Message
from tests.bookings.conftest import MONDAY_9, at, works
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PHONE = "/admin/phone/"
FIRST = "Mon 11 Jan"


@pytest.fixture
def front(client, clinic):
    user = UserFactory(name="Dee Desk", is_staff=True)
    user.groups.set(Group.objects.filter(name=roles.FRONT_DESK))
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def lin(clinic):
    return PatientFactory(first_name="Lin", last_name="Caller", email="lin@example.com")


def typed(clinic, patient, **values):
    """What the desk sends to book on Monday at nine, by hand."""
    chosen = {
        "patient": patient.pk, "service": clinic.service.pk, "practitioner": clinic.physio.pk,
        "location": clinic.place.pk, "day": "2027-01-11", "time": "09:00", "take": "",
    }  # fmt: skip
    return chosen | values


def offered(answer):
    """The free times on the page, as they are sent."""
    return re.findall(r'name="take" value="([^"]+)"', answer.text)


def the_form(answer):
    return Page(answer).form_with("form_key")


# Who and what ------------------------------------------------------------------------------------


def test_without_a_caller_the_search_comes_first(front, lin):
    page = front.get(PHONE)
    assert "Who is calling?" in page.text
    found = front.post("/admin/patients/find/", {"q": "caller", "then": "book"})
    assert f'href="{PHONE}?patient={lin.pk}"' in found.text


@pytest.mark.parametrize("patient", ["x", "00000000-0000-0000-0000-000000000000"])
def test_a_made_up_patient_is_nobody(front, clinic, patient):
    assert "Who is calling?" in front.get(PHONE, {"patient": patient}).text
    answer = front.post(PHONE, {"patient": patient})
    assert (answer.status_code, Appointment.objects.count()) == (422, 0)


def test_three_free_times_are_offered_at_once(front, lin):
    page = front.get(PHONE, {"patient": lin.pk})
    assert [value[:16] for value in offered(page)] == [
        "2027-01-11 09:00", "2027-01-11 09:30", "2027-01-11 10:00",
    ]  # fmt: skip
    assert "Edmonton time" in page.text
    assert "First knee visit, 60 min, 120 CAD" in page.text


def test_who_has_been_here_begins_with_what_they_had(front, clinic, lin):
    again = ServiceFactory(name="Follow-up", slug="follow-up", bookable_by="returning")
    ben = works(PractitionerFactory(name="Ben Example", slug="ben"), clinic.place, again)
    clinic.service.bookable_by = "new"
    clinic.service.save()
    AppointmentFactory(
        patient=lin, practitioner=ben, location=clinic.place, service=again, state="completed",
        starts_at=NOW - timedelta(days=9),
    )  # fmt: skip

    what = front.get(PHONE, {"patient": lin.pk}).context["what"]
    assert (what["service"].value(), what["who"].value()) == ("follow-up", "ben")
    somebody = PatientFactory()
    what = front.get(PHONE, {"patient": somebody.pk}).context["what"]
    assert (what["service"].value(), what["who"].value()) == (clinic.service.slug, None)


def test_times_follow_what_is_chosen(front, clinic, lin):
    hill = LocationFactory(slug="hill", name="Hillside")
    works(clinic.physio, hill, clinic.service, days=[5])
    asked = {"patient": lin.pk, "service": clinic.service.slug}

    def first(**more):
        return offered(front.get(PHONE, {**asked, **more}))[0]

    assert first(part="afternoon").startswith("2027-01-11 12:00")
    assert first(from_day="2027-01-20").startswith("2027-01-20 09:00")
    assert first(place="hill").startswith("2027-01-16 09:00")
    assert first(who="anna").endswith(f"{clinic.physio.pk} {clinic.place.pk}")


@pytest.mark.parametrize(
    "wrong", [{"service": "none"}, {"who": "nobody"}, {"from_day": "soon"}, {"part": "night"}]
)
def test_what_is_not_offered_is_said_and_nothing_else_is_shown_instead(front, clinic, lin, wrong):
    asked = {"patient": lin.pk, "service": clinic.service.slug} | wrong
    page = front.get(PHONE, asked)
    assert (page.status_code, offered(page)) == (422, [])


def test_more_times_keep_what_was_written(front, clinic, lin):
    page = front.get(PHONE, {"patient": lin.pk})
    values = {**the_form(page).fields, "visit_reason": "sore stairs", "desk_note": "mornings"}
    more = front.post(f"{PHONE}?patient={lin.pk}", {**values, "show": "15"})
    assert (more.status_code, len(offered(more))) == (200, 15)
    assert "sore stairs" in more.text
    assert 'value="mornings"' in more.text
    assert the_form(more).fields["form_key"] == values["form_key"]


def test_script_gets_the_times_and_who_offers_them(front, clinic, lin):
    asked = {"patient": lin.pk, "service": clinic.service.slug, "show": "12"}
    part = front.get(PHONE, asked, headers={"HX-Request": "true"})
    assert len(offered(part)) == 12
    assert 'hx-swap-oob="true"' in part.text
    assert "<html" not in part.text


def test_when_nothing_is_free_soon_the_next_free_day_is_found(front, clinic, lin):
    for number in range(5):
        AppointmentFactory(
            practitioner=clinic.physio, location=clinic.place, service=clinic.service,
            starts_at=at(9, day=11) + timedelta(days=number), ends_at=at(17, day=11 + number),
        )  # fmt: skip
    page = front.get(PHONE, {"patient": lin.pk})
    assert offered(page)[0].startswith("2027-01-18 09:00")


def test_the_page_costs_the_same_for_more_times_visits_and_people(front, clinic, lin):
    address = f"{PHONE}?patient={lin.pk}"
    front.get(address)
    with CaptureQueriesContext(connection) as few:
        front.get(address)
    for number in range(4):
        works(PractitionerFactory(), clinic.place, clinic.service)
        AppointmentFactory(patient=lin, starts_at=NOW + timedelta(days=30 + number))
    with CaptureQueriesContext(connection) as many:
        front.get(address)
    assert len(many) <= len(few) <= 22


# Booking -----------------------------------------------------------------------------------------


def test_a_call_takes_four_requests_and_ends_where_the_next_begins(front, clinic, lin):
    front.get(PHONE)
    front.post("/admin/patients/find/", {"q": "lin cal", "then": "book"})
    page = front.get(PHONE, {"patient": lin.pk})
    form = the_form(page)
    values = {**form.fields, "take": offered(page)[1], "visit_reason": "CANARY knee"}
    answer = front.post(f"{PHONE}?patient={lin.pk}", values, follow=True)

    visit = Appointment.objects.get()
    assert (visit.starts_at, visit.state, visit.source) == (at(9, 30), "booked", "desk")
    assert (visit.patient, visit.booked_by) == (lin, front.user)
    assert VisitReason.objects.get().text == "CANARY knee"
    assert list(Message.objects.values_list("topic", flat=True)) == ["booked-by-desk"]
    assert "Booked for Lin Caller:" in answer.text
    assert "Monday 11 January 2027, 09:30–10:30" in answer.text
    assert "Next caller: who is it?" in answer.text
    assert "goes to lin@example.com" in answer.text


def test_the_desk_writes_the_reason_and_never_reads_it_again(front, clinic, lin):
    values = typed(clinic, lin, visit_reason="CANARY knee", desk_note="rings back")
    booked = front.post(PHONE, values, follow=True).text
    visit = Appointment.objects.get()
    pages = [
        booked,
        front.get(PHONE, {"patient": lin.pk}).text,
        front.get(f"/admin/bookings/appointment/{visit.pk}/change/").text,
        front.post(PHONE, typed(clinic, lin)).text,  # refused: the visit is in the way
    ]
    assert "rings back" in pages[2]
    assert not any("CANARY" in page for page in pages)
    for event in AuditEvent.objects.all():
        assert "CANARY" not in f"{event.reason}{event.data}"


def test_without_an_address_the_confirmation_is_printed(front, clinic):
    paper = PatientFactory(email="")
    page = front.post(PHONE, typed(clinic, paper), follow=True).text
    assert "There is no e-mail address" in page
    link = re.search(r'href="([^"]+/confirmation/)"', page)[1]
    assert "09:00–10:00" in front.get(link).text
    assert not Message.objects.exists()


def test_sent_twice_books_once_even_when_forced(front, clinic, lin):
    AppointmentFactory(practitioner=clinic.physio, starts_at=MONDAY_9)
    values = typed(clinic, lin, form_key=uuid.uuid4(), force="on", force_reason="Fell today.")
    first, second = front.post(PHONE, values), front.post(PHONE, values)
    assert first["Location"] == second["Location"]
    assert Appointment.objects.filter(patient=lin).count() == 1
    assert Message.objects.count() == 1


def test_a_time_that_is_taken_meanwhile_is_said_with_the_nearest(front, clinic, lin):
    page = front.get(PHONE, {"patient": lin.pk})
    values = {**the_form(page).fields, "take": offered(page)[0]}
    other = PatientFactory(first_name="Otto", last_name="Other")
    AppointmentFactory(
        practitioner=clinic.physio, location=clinic.place, patient=other, starts_at=MONDAY_9
    )

    answer = front.post(PHONE, {**values, "visit_reason": "sore", "desk_note": "note"})

    assert answer.status_code == 409
    assert "In the way: 09:00–10:00, Otto Other with Anna Example." in answer.text
    assert [value[:16] for value in offered(answer)][:2] == ["2027-01-11 10:00", "2027-01-11 10:30"]
    for kept in (">\nsore</textarea>", 'value="note"', 'value="2027-01-11"', 'value="09:00"'):
        assert kept in answer.text
    assert Appointment.objects.filter(patient=lin).count() == 0
    front.post(PHONE, {**the_form(answer).fields, "take": offered(answer)[0]})
    assert Appointment.objects.get(patient=lin).starts_at == at(10)


def test_overbooking_needs_the_box_and_a_reason(front, clinic, lin):
    AppointmentFactory(practitioner=clinic.physio, location=clinic.place, starts_at=MONDAY_9)
    values = typed(clinic, lin, force="on")

    refused = front.post(PHONE, values)
    assert refused.status_code == 422
    assert "Write down why" in refused.context["form"].errors["force_reason"][0]

    front.post(PHONE, values | {"force_reason": "Anna agreed on the phone"})
    visit = Appointment.objects.get(patient=lin)
    assert (visit.overbooked, visit.overbook_reason) == (True, "Anna agreed on the phone")


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"day": "", "time": ""}, "__all__"),
        ({"time": ""}, "time"),
        ({"practitioner": ""}, "practitioner"),
        ({"day": "2027-02-30"}, "day"),
        ({"take": "nonsense"}, None),
        ({"take": "2027-01-11 09:00 x y"}, "practitioner"),
        ({"service": uuid.uuid4()}, "service"),
    ],
)
def test_what_is_wrong_is_said(front, clinic, lin, wrong, where):
    answer = front.post(PHONE, typed(clinic, lin, **wrong))
    if where is None:
        assert answer.status_code == 302  # what no button sends counts as nothing
        return
    assert answer.status_code == 422
    assert where in answer.context["form"].errors


def test_a_time_the_clocks_skip_is_refused(front, clinic, lin):
    clinic.place.time_zone = "Europe/Berlin"
    clinic.place.save()
    answer = front.post(PHONE, typed(clinic, lin, day="2027-03-28", time="02:30"))
    assert "The clocks skip this time" in answer.context["form"].errors["time"][0]


def test_the_old_address_leads_here(front, lin):
    answer = front.get(f"/admin/bookings/appointment/add/?patient={lin.pk}")
    assert answer["Location"] == f"{PHONE}?patient={lin.pk}"


def test_nobody_but_the_desk_books_by_phone(client, clinic, lin):
    for role in (roles.PHYSIO, roles.CLINICAL_LEAD, roles.COACH):
        user = UserFactory(is_staff=True)
        user.groups.set(Group.objects.filter(name=role))
        client.force_login(user)
        assert client.get(PHONE).status_code == 404
        assert client.post(PHONE, typed(clinic, lin)).status_code == 404
    assert Appointment.objects.count() == 0


def test_no_address_of_a_call_holds_a_name(front, clinic, lin, caplog):
    caplog.set_level("DEBUG")
    front.post("/admin/patients/find/", {"q": "Lin Caller 1990-05-04", "then": "book"})
    answer = front.post(PHONE, typed(clinic, lin, visit_reason="CANARY", desk_note="NOTE"))
    assert re.fullmatch(r"/admin/phone/\?booked=[0-9a-f-]{36}", answer["Location"])
    assert not re.search("Caller|CANARY|NOTE", caplog.text)
