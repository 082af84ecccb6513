"""People, places and messages in the admin, and what nobody may read or delete there."""

from datetime import date
from io import BytesIO

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from assessments.models import Assessment
from bookings.models import Appointment
from clinic import roles
from clinic.admin.desk import CappedPaginator
from clinic.models import AuditEvent, Location, Message, Patient, Practice, User
from tests.conftest import NOW
from tests.factories import (
    LocationFactory,
    PatientFactory,
    PracticeFactory,
    PractitionerFactory,
    UserFactory,
)
from tests.signed_in import just_now

pytestmark = pytest.mark.django_db

PATIENTS = "/admin/clinic/patient/"
USERS = "/admin/clinic/user/"


@pytest.fixture(autouse=True)
def practice():
    return PracticeFactory()


def signed_in(*held, staff=True):
    """A browser of somebody with these roles."""
    user = UserFactory(is_staff=staff)
    user.groups.set(Group.objects.filter(name__in=held))
    browser = Client()
    browser.force_login(user)
    browser.user = user
    return just_now(browser) if roles.MANAGER in held else browser


@pytest.fixture
def desk():
    return signed_in(roles.FRONT_DESK)


@pytest.fixture
def manager():
    return signed_in(roles.MANAGER)


def text(response):
    return response.content.decode()


def change(row):
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])


def filled(form):
    """What a browser would send of a form nobody touched."""
    values = {name: form.initial.get(name) for name in form.fields}
    return {name: value if value or value in (0, False) else "" for name, value in values.items()}


def person(**values):
    """What the desk types to add a patient."""
    empty = {
        "email": "", "phone": "", "address": "", "language": "en", "needs": "", "desk_note": "",
        "date_of_birth": "", "guardians-TOTAL_FORMS": 0, "guardians-INITIAL_FORMS": 0,
    }  # fmt: skip
    return empty | {"first_name": "Ada", "last_name": "Example"} | values


# Patients ----------------------------------------------------------------------------------------


def test_changing_a_patient_records_which_fields_changed_and_not_what(desk):
    patient = PatientFactory(first_name="Ada", last_name="Example", email="ada@example.com")
    desk.post(change(patient), person(email="new@example.com", date_of_birth="1990-05-04"))
    event = AuditEvent.objects.get()
    assert (event.action, event.data) == ("patient_changed", {"fields": ["email"]})
    assert "new@example.com" not in str(event.data)


@pytest.mark.parametrize("words", ["1990-05-04", "(403) 555-0123", "Ada Exam", "ada@"])
def test_a_patient_is_found_by(desk, words):
    found = PatientFactory(
        first_name="Ada", last_name="Example", phone="+14035550123", email="ada@example.com"
    )
    PatientFactory(date_of_birth=date(1990, 5, 5))
    rows = desk.get(PATIENTS, {"q": words}).context["cl"].result_list
    assert [row.pk for row in rows] == [found.pk]


def test_a_birth_date_in_the_future_is_refused(desk):
    patient = PatientFactory()
    answer = desk.post(change(patient), person(date_of_birth="2999-01-01"))
    assert "between 1900 and today" in text(answer)
    patient.refresh_from_db()
    assert patient.date_of_birth == date(1990, 5, 4)


# Places and settings -----------------------------------------------------------------------------


def test_a_pale_colour_is_refused_beside_the_field(manager, practice):
    form = manager.get(change(practice)).context["adminform"].form
    values = filled(form) | {"colour": "#ffff99"}
    answer = manager.post(change(practice), values)
    assert "contrast" in answer.context["adminform"].form.errors["colour"][0]
    manager.post(change(practice), values | {"colour": "#0f5257", "tagline": "Knees and more"})
    practice.refresh_from_db()
    assert practice.tagline == "Knees and more"
    assert AuditEvent.objects.get().action == "practice_saved"


def picture(kind="PNG"):
    out = BytesIO()
    Image.new("RGB", (2, 2), "navy").save(out, kind)
    return out.getvalue()


def test_a_logo_of_another_kind_is_refused_beside_the_field(manager, practice):
    form = manager.get(change(practice)).context["adminform"].form
    values = filled(form)
    gif = SimpleUploadedFile("logo.gif", picture("GIF"), "image/gif")
    answer = manager.post(change(practice), values | {"logo": gif})
    assert "PNG or JPEG" in answer.context["adminform"].form.errors["logo"][0]
    png = SimpleUploadedFile("logo.png", picture(), "image/png")
    manager.post(change(practice), values | {"logo": png})
    assert Practice.objects.get().logo.name.startswith("brand/logo-")


def test_a_location_is_saved_with_a_row_in_the_trail(manager):
    place = LocationFactory()
    form = manager.get(change(place)).context["adminform"].form
    values = filled(form)
    wrong = manager.post(change(place), values | {"time_zone": "Mars/Olympus"})
    assert "not a known time zone" in text(wrong)
    manager.post(change(place), values | {"name": "Hillside"})
    assert Location.objects.get().name == "Hillside"
    assert AuditEvent.objects.get().data == {"fields": ["name"]}


# Staff -------------------------------------------------------------------------------------------


def staff_form(user, *held, active=True):
    return {"name": user.name, "roles": list(held)} | ({"is_active": "on"} if active else {})


def test_a_manager_invites_somebody(manager):
    manager.post(f"{USERS}add/", {"email": "New@example.com", "name": "Noa", "roles": ["physio"]})
    user = User.objects.get(email="new@example.com")
    assert [group.name for group in user.groups.all()] == ["physio"]
    assert Message.objects.get().topic == "invitation"


def test_roles_decide_who_may_open_the_admin(manager):
    user = signed_in(roles.PHYSIO, staff=False).user
    manager.post(change(user), staff_form(user, roles.PHYSIO, roles.CLINICAL_LEAD))
    user.refresh_from_db()
    assert user.is_staff
    event = AuditEvent.objects.get(action="staff_saved")
    assert event.data["given"] == ["clinical lead"]


@pytest.mark.parametrize("role", [roles.PHYSIO, roles.CLINICAL_LEAD, roles.STUDENT, roles.COACH])
def test_a_manager_cannot_take_a_clinical_role(manager, role):
    answer = manager.post(change(manager.user), staff_form(manager.user, roles.MANAGER, role))
    assert "Nobody gives themselves a clinical role" in text(answer)
    assert manager.user.groups.count() == 1


def test_the_last_manager_stays(manager):
    answer = manager.post(change(manager.user), staff_form(manager.user, roles.FRONT_DESK))
    assert "This is the only manager" in text(answer)
    own = manager.post(change(manager.user), staff_form(manager.user, roles.MANAGER, active=False))
    assert "You cannot switch off your own sign-in" in text(own)


def test_switching_somebody_off_ends_their_sessions_only(manager):
    leaver = signed_in(roles.FRONT_DESK)
    assert leaver.get("/admin/").status_code == 200
    manager.post(change(leaver.user), staff_form(leaver.user, roles.FRONT_DESK, active=False))
    assert leaver.get("/admin/").status_code == 302
    assert Session.objects.count() == 1
    assert manager.get("/admin/").status_code == 200


def test_no_password_is_shown_and_patients_are_not_listed(manager):
    UserFactory(email="patient@example.com")
    page = text(manager.get(USERS))
    assert "patient@example.com" not in page
    assert manager.user.password not in page + text(manager.get(change(manager.user)))


# Messages and the trail --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "after"), [("send_again_selected", "replaced"), ("mark_as_sent_selected", "sent")]
)
def test_only_failed_and_unsure_messages_can_be_settled(desk, action, after):
    rows = {
        state: Message.objects.create(
            key=state, topic="moved", to="pat@example.com", state=state,
            sent_at=NOW if state == "sent" else None,
        )
        for state in ("failed", "unsure", "sent", "skipped")
    }  # fmt: skip
    chosen = {"action": action, "_selected_action": [row.pk for row in rows.values()]}
    shown = text(desk.post("/admin/clinic/message/", chosen, follow=True))
    for row in rows.values():
        row.refresh_from_db()
    assert [rows[state].state for state in rows] == [after, after, "sent", "skipped"]
    assert "2 messages changed." in shown
    assert "2 messages were left as they are" in shown
    assert AuditEvent.objects.count() == 2


def test_the_trail_shows_who_and_what_but_no_reason_from_a_chart(manager):
    from clinic import audit

    by = audit.actor_of(manager.user)
    chart = audit.record("amended", Assessment(), by=by, reason="CANARY effusion")
    visit = audit.record("visit.book", Appointment(), by=by, reason="agreed on the phone")
    assert "CANARY" not in text(manager.get(change(chart)))
    assert "agreed on the phone" in text(manager.get(change(visit)))
    listed = text(manager.get("/admin/clinic/auditevent/"))
    assert "amended" in listed
    assert manager.user.name in listed
    assert "CANARY" not in listed


def test_the_trail_costs_the_same_for_more_rows(manager, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from clinic import audit

    url = "/admin/clinic/auditevent/"
    audit.record("signed_in", by=audit.actor_of(manager.user))
    manager.get(url)
    with CaptureQueriesContext(connection) as one:
        manager.get(url)
    for _ in range(3):
        audit.record("signed_in", by=audit.actor_of(UserFactory()))
    with django_assert_num_queries(len(one)):
        manager.get(url)


def test_counting_stops_at_a_thousand(monkeypatch):
    PatientFactory.create_batch(4)
    monkeypatch.setattr("clinic.admin.desk.MOST_COUNTED", 3)
    assert CappedPaginator(Patient.objects.order_by("pk"), 2).num_pages == 2


# Who may come in ---------------------------------------------------------------------------------


def test_nobody_but_front_desk_manager_and_lead_gets_in():
    physio = signed_in(roles.PHYSIO, staff=False)
    PractitionerFactory(user=physio.user)
    patient = signed_in(staff=False)
    for browser in (physio, patient, Client()):
        for address in ("/admin/", PATIENTS, "/admin/bookings/appointment/"):
            assert browser.get(address).status_code in {302, 404}
    assert physio.get("/admin/", follow=True).status_code == 404


@pytest.mark.parametrize("model", ["user", "auditevent", "practice"])
def test_the_desk_opens_neither_users_nor_the_trail_nor_the_settings(desk, model):
    assert desk.get(f"/admin/clinic/{model}/").status_code == 404


def test_nothing_can_be_deleted_but_rows_of_the_diary(desk, manager):
    kept = {
        model
        for model, model_admin in admin.site._registry.items()
        if not getattr(model_admin, "removable", False)
    }
    assert {Patient, User, Location, Message, AuditEvent, Practice} <= kept
    superuser = Client()
    superuser.force_login(User.objects.create_superuser("root@example.com"))
    for model in kept:
        name = model._meta.label_lower.replace(".", "_")
        for browser in (desk, manager, superuser):
            assert (
                browser.post(
                    reverse(f"admin:{name}_delete", args=["1"]), {"post": "yes"}
                ).status_code
                == 404
            )
    patient = PatientFactory()
    url = reverse("admin:clinic_patient_delete", args=[patient.pk])
    assert superuser.post(url, {"post": "yes"}).status_code == 404
    assert Patient.objects.filter(pk=patient.pk).exists()


def test_no_page_offers_to_delete_many(desk):
    for model_admin in admin.site._registry.values():
        assert "delete_selected" not in model_admin.get_actions(desk.get("/admin/").wsgi_request)


@pytest.mark.parametrize(
    ("address", "query"),
    [
        (PATIENTS, "desk_note__startswith=C"),
        (PATIENTS, "care_relations__practitioner__name=x"),
        (USERS, "password__startswith=md5"),
        (PATIENTS, "_connector=OR"),
    ],
)
def test_lists_answer_only_what_their_filters_ask(manager, address, query):
    assert manager.get(f"{address}?{query}").status_code in {302, 400}


@pytest.mark.parametrize(
    ("role", "place", "heading"),
    [
        ("front desk", "Front desk", "Today at the clinic"),
        ("manager", "Management", "Today at the clinic"),
        ("clinical lead", "Library", "The clinic&#x27;s library"),
    ],
)
def test_the_admin_is_named_after_what_one_does_there(client, db, role, place, heading):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person)
    page = client.get("/admin/").text
    assert f'<span class="sd-admin-place">{place}</span>' in page
    assert heading in page
