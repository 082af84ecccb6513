"""Somebody new at the desk: look-alikes are named first, a child has somebody who answers."""

import uuid
from datetime import date

import pytest
from django.contrib.auth.models import Group

from bookings import actions
from bookings.actions.series import Wanted, book_series
from bookings.errors import GuardianNeeded, SeriesRefused
from bookings.models import Appointment
from clinic import roles
from clinic.actions.patients import add_guardian, add_patient
from clinic.audit import GUEST
from clinic.errors import GuardianMissing
from clinic.minors import Answerable
from clinic.models import AuditEvent, Guardian, Patient
from tests.bookings.conftest import MONDAY_9, details
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import LocationFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW = "/admin/patients/new/"
PHONE = "/admin/phone/"
GIL = {
    "guardian_name": "Gil Guardian", "guardian_relationship": "father", "guardian_consent": "on",
}  # fmt: skip
CHILD = date(2015, 3, 4)


@pytest.fixture
def front(client, clinic):
    user = UserFactory(is_staff=True)
    user.groups.set(Group.objects.filter(name=roles.FRONT_DESK))
    client.force_login(user)
    return client


def person(**values):
    """What the desk types to add somebody and book for them."""
    who = {"first_name": "Ada", "last_name": "Example", "key": uuid.uuid4(), "then": "book"}
    return who | values


# Adding ------------------------------------------------------------------------------------------


def test_somebody_new_is_added_and_booked_for(front):
    values = person(email=" ADA@Example.com ", phone="403 555 0123", date_of_birth="1990-05-04")
    answer = front.post(NEW, values)
    patient = Patient.objects.get()
    assert answer["Location"] == f"{PHONE}?patient={patient.pk}"
    assert (patient.email, patient.phone.as_e164) == ("ada@example.com", "+14035550123")
    assert (patient.language, patient.date_of_birth) == ("en", date(1990, 5, 4))
    assert AuditEvent.objects.get().action == "patient_added"


def test_a_search_that_found_nobody_fills_the_form(front):
    typed = {"q": "lena müller 403 555 0199 4 May 1990", "then": "book"}
    page = front.post(NEW, typed)
    form = Page(page).form_with("last_name").fields
    assert page.status_code == 200
    assert (form["first_name"], form["last_name"]) == ("Lena", "Müller")
    assert (form["phone"], form["date_of_birth"]) == ("(403) 555-0199", "1990-05-04")
    assert Patient.objects.count() == 0


def test_the_same_form_sent_twice_makes_one_patient(front):
    values = person(phone="403 555 0123")
    first, second = front.post(NEW, values), front.post(NEW, values)
    assert first["Location"] == second["Location"]
    assert Patient.objects.count() == 1


def test_look_alikes_are_named_and_one_press_chooses_one(front):
    known = PatientFactory(first_name="Ada", last_name="Exampel", date_of_birth=date(1990, 5, 4))
    values = person(date_of_birth="1990-05-04", needs="Step-free")
    warned = front.post(NEW, values)

    assert warned.status_code == 422
    assert "There is a record that may be theirs." in str(warned.context["form"].errors)
    assert f'href="{PHONE}?patient={known.pk}"' in warned.text
    assert "Ada Exampel" in warned.text
    assert 'value="Step-free"' in warned.text
    assert Patient.objects.count() == 1

    front.post(NEW, values | {"same_person_checked": "on"})
    assert Patient.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first_name": " "}, "first_name"),
        ({"last_name": "Two\nLines"}, "last_name"),
        ({"date_of_birth": "2999-01-01"}, "date_of_birth"),
        ({"date_of_birth": "1850-01-01"}, "date_of_birth"),
        ({"phone": "12"}, "phone"),
        ({"email": "nobody"}, "email"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(front, wrong, field):
    answer = front.post(NEW, person(**wrong))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Patient.objects.count() == 0


def test_the_lists_own_add_page_leads_here(front):
    assert front.get("/admin/clinic/patient/add/")["Location"] == NEW
    assert front.post("/admin/clinic/patient/add/", person())["Location"] == NEW
    assert Patient.objects.count() == 0


# Children ----------------------------------------------------------------------------------------


def test_a_child_needs_a_name_a_relationship_and_consent(front):
    values = person(date_of_birth="2015-03-04")
    refused = front.post(NEW, values)
    assert refused.status_code == 422
    assert set(GIL) == set(refused.context["form"].errors)
    for name in GIL:
        partly = front.post(NEW, values | {**GIL, name: ""})
        assert set(partly.context["form"].errors) == {name}
    assert Patient.objects.count() == 0

    front.post(NEW, values | GIL)
    guardian = Guardian.objects.get()
    assert (guardian.name, guardian.relationship) == ("Gil Guardian", "father")
    assert guardian.consented_at == NOW
    actions_ = set(AuditEvent.objects.values_list("action", flat=True))
    assert actions_ == {"patient_added", "guardian_consented"}


@pytest.mark.parametrize(("born", "status"), [("2011-01-11", 422), ("2011-01-10", 302)])
def test_the_age_is_the_places(front, clinic, born, status):
    assert clinic.place.guardian_below_age == 16
    assert front.post(NEW, person(date_of_birth=born)).status_code == status


def test_where_places_differ_adding_asks_below_the_lowest_age_and_booking_by_the_place(
    front, clinic
):
    LocationFactory(guardian_below_age=12)
    assert front.post(NEW, person(date_of_birth="2013-01-01")).status_code == 302
    patient = Patient.objects.get()
    with pytest.raises(GuardianNeeded):
        book(clinic, patient)


def book(clinic, patient, **more):
    return actions.desk_book(
        patient=patient, service=clinic.service, practitioner=clinic.physio,
        location=clinic.place, starts_at=MONDAY_9, by=GUEST, now=NOW, **more,
    )  # fmt: skip


def test_the_action_refuses_a_child_of_nobody(clinic):
    with pytest.raises(GuardianMissing):
        add_patient(Patient(first_name="Cub", date_of_birth=CHILD), by=GUEST, now=NOW)
    assert Patient.objects.count() == 0


def test_booking_for_a_child_asks_once(front, clinic):
    cub = PatientFactory(first_name="Cub", date_of_birth=CHILD)
    page = front.get(PHONE, {"patient": cub.pk})
    assert "A parent or guardian agrees" in page.text
    values = {**Page(page).form_with("form_key").fields, "take": "", "day": "2027-01-11",
              "time": "09:00", "practitioner": clinic.physio.pk,
              "location": clinic.place.pk}  # fmt: skip

    refused = front.post(PHONE, values)
    assert refused.status_code == 422
    assert set(GIL) == set(refused.context["form"].errors)
    assert Appointment.objects.count() == 0

    front.post(PHONE, values | GIL)
    assert Guardian.objects.get(patient=cub).consented_at == NOW
    assert Appointment.objects.get().patient == cub
    assert "A parent or guardian agrees" not in front.get(PHONE, {"patient": cub.pk}).text


def test_a_refused_booking_writes_no_guardian(front, clinic):
    cub = PatientFactory(date_of_birth=CHILD)
    book(clinic, PatientFactory())
    values = {"patient": cub.pk, "service": clinic.service.pk, "day": "2027-01-11",
              "time": "09:00", "practitioner": clinic.physio.pk,
              "location": clinic.place.pk}  # fmt: skip
    answer = front.post(PHONE, values | GIL)
    assert answer.status_code == 409
    assert 'value="Gil Guardian"' in answer.text
    assert not Guardian.objects.exists()


def test_a_guardian_who_never_agreed_is_asked_and_not_doubled(clinic):
    cub = PatientFactory(date_of_birth=CHILD)
    Guardian.objects.create(patient=cub, name="Gil Guardian", relationship="guardian")
    with pytest.raises(GuardianNeeded):
        book(clinic, cub)
    book(clinic, cub, guardian=Answerable(name="gil guardian", relationship="father"))
    guardian = Guardian.objects.get()
    assert (guardian.relationship, guardian.consented_at) == ("father", NOW)


def test_a_series_for_a_child_of_nobody_is_refused(clinic):
    cub = PatientFactory(date_of_birth=CHILD)
    wanted = Wanted(
        patient=cub, service=clinic.service, practitioner=clinic.physio, location=clinic.place,
        first_day=date(2027, 1, 11), count=1, pattern=[(0, 9 * 60)],
    )  # fmt: skip
    with pytest.raises(SeriesRefused):
        book_series(wanted, [MONDAY_9], by=GUEST, now=NOW)
    assert Appointment.objects.count() == 0


def test_online_the_action_asks_for_the_guardian_too(clinic):
    held = clinic.hold()
    with pytest.raises(GuardianNeeded):
        actions.book(held, details(date_of_birth=CHILD), by=GUEST, now=NOW)
    booked = actions.book(
        held, details(date_of_birth=CHILD, guardian_name="Gil"), by=GUEST, now=NOW
    )
    assert booked.state == "booked"


def test_one_contact_serves_several_children(front):
    family = {"email": "family@example.com", "phone": "403 555 0123", **GIL}
    for name, born in (("Cub", "2015-03-04"), ("Pup", "2017-03-04")):
        answer = front.post(NEW, person(first_name=name, date_of_birth=born, **family))
        if answer.status_code == 422:  # the same number: asked once, then a child of their own
            assert answer.context["form"].look_alikes
            values = person(first_name=name, date_of_birth=born, **family)
            answer = front.post(NEW, values | {"same_person_checked": "on"})
        assert answer.status_code == 302
    assert Patient.objects.filter(email="family@example.com").count() == 2
    assert Guardian.objects.filter(name="Gil Guardian").count() == 2


def test_whoever_agreed_keeps_the_first_day(clinic):
    cub = PatientFactory(date_of_birth=CHILD)
    gil = Answerable(name="Gil Guardian", relationship="father")
    add_guardian(cub, gil, by=GUEST, now=NOW)
    add_guardian(cub, gil, by=GUEST, now=MONDAY_9)
    assert Guardian.objects.get().consented_at == NOW


def test_in_the_record_the_desk_writes_down_that_a_guardian_agrees(front):
    cub = PatientFactory(date_of_birth=CHILD)
    values = {
        "first_name": "Cub", "last_name": "Example", "language": "en",
        "guardians-TOTAL_FORMS": 1, "guardians-INITIAL_FORMS": 0,
        "guardians-0-name": "Gil Guardian", "guardians-0-relationship": "father",
        "guardians-0-agrees": "on",
    }  # fmt: skip
    front.post(f"/admin/clinic/patient/{cub.pk}/change/", values)
    assert Guardian.objects.get().consented_at == NOW
