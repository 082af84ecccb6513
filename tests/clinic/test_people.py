"""Who works here: invited, withdrawn, switched off and on; roles; the GP directory."""

import re

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client

from clinic import outbox, roles
from clinic.actions import accept_invitation
from clinic.actions.staff import AddressInUse, OwnClinicalRole, SignsInAlready, invite_practitioner
from clinic.actions.users import user_invited_by
from clinic.models import AuditEvent, GeneralPractitioner, Patient, User
from tests.factories import PatientFactory, PracticeFactory, PractitionerFactory, UserFactory
from tests.signed_in import just_now

pytestmark = pytest.mark.django_db


def signed_in(role, **more):
    user = UserFactory(is_staff=True, **more)
    user.groups.set(Group.objects.filter(name=role))
    browser = Client()
    browser.force_login(user)
    browser.user = user
    return just_now(browser) if role == roles.MANAGER else browser


@pytest.fixture
def manager():
    PracticeFactory()
    return signed_in(roles.MANAGER, email="mo@example.com")


def page(user):
    return f"/admin/clinic/user/{user.pk}/change/"


def links():
    """The tokens of the invitations that left, oldest first."""
    outbox.send_due()
    return [re.search(r"/invitation/[^/]+/([^/\s]+)/", letter.body)[1] for letter in mail.outbox]


def test_roles_are_changed_only_by_somebody_who_has_just_shown_who_they_are(manager):
    other = UserFactory(email="ol@example.com", is_staff=True)
    other.groups.set(Group.objects.filter(name=roles.FRONT_DESK))
    stale = Client()
    stale.force_login(manager.user)
    form = {"name": "Ol", "is_active": "on", "roles": [roles.MANAGER]}

    assert stale.get(page(other)).status_code == 200
    asked = stale.post(page(other), form)
    assert "/accounts/reauthenticate/" in asked["Location"]
    assert list(other.groups.values_list("name", flat=True)) == [roles.FRONT_DESK]

    stale.post(asked["Location"], {"password": "correct horse battery"}, follow=True)
    assert list(other.groups.values_list("name", flat=True)) == [roles.MANAGER]


@pytest.fixture
def invited(manager):
    """Somebody who was invited to the front desk and has not answered."""
    manager.post(
        "/admin/clinic/user/add/",
        {"email": "new@example.com", "name": "Nia New", "roles": [roles.FRONT_DESK]},
    )
    return User.objects.get(email="new@example.com")


# Invitations -------------------------------------------------------------------------------------


def test_an_invitation_is_listed_until_it_is_accepted(manager, invited):
    assert "invited, no password yet" in manager.get("/admin/clinic/user/").text
    assert "Send a new link" in manager.get(page(invited)).text

    accept_invitation(invited, "correct horse battery")

    assert "invited, no password yet" not in manager.get("/admin/clinic/user/").text
    assert "Send a new link" not in manager.get(page(invited)).text


def test_sent_again_only_the_newest_link_works(manager, invited):
    first = links()[0]

    manager.post(page(invited), {"_invite_again": ""})
    second = links()[1]

    assert user_invited_by(invited.pk, first) is None
    assert user_invited_by(invited.pk, second) == invited
    assert list(invited.groups.values_list("name", flat=True)) == [roles.FRONT_DESK]


def test_withdrawn_no_link_works_and_a_mail_that_waits_is_not_sent(manager, invited):
    manager.post(page(invited), {"_withdraw": ""})

    assert links() == []
    invited.refresh_from_db()
    assert not invited.is_active
    assert AuditEvent.objects.filter(action="user_invitation_withdrawn").count() == 1
    answer = manager.post(page(invited), {"_withdraw": ""}, follow=True)
    assert "accepted or withdrawn meanwhile" in answer.text


def test_accepted_meanwhile_it_is_neither_sent_again_nor_withdrawn(manager, invited):
    accept_invitation(invited, "correct horse battery")

    for deed in ("_invite_again", "_withdraw"):
        answer = manager.post(page(invited), {deed: ""}, follow=True)
        assert "Nothing was changed." in answer.text

    invited.refresh_from_db()
    assert invited.is_active
    assert invited.has_usable_password()


def test_switched_off_and_on_again_nothing_of_the_past_is_lost(manager, invited):
    form = {"name": "Nia New", "roles": [roles.FRONT_DESK]}
    manager.post(page(invited), form)
    invited.refresh_from_db()
    assert not invited.is_active

    manager.post(page(invited), {**form, "is_active": "on"})

    invited.refresh_from_db()
    assert invited.is_active
    assert AuditEvent.objects.filter(object_id=str(invited.pk)).count() >= 3


# Practitioners -----------------------------------------------------------------------------------


def test_a_practitioner_is_invited_by_e_mail_and_the_sign_in_is_theirs(manager):
    person = PractitionerFactory(name="Robin Example")
    url = f"/admin/clinic/practitioner/{person.pk}/invite/"

    manager.post(url, {"email": " Robin@Example.com", "role": roles.PHYSIO})

    person.refresh_from_db()
    assert (person.user.email, person.user.name) == ("robin@example.com", "Robin Example")
    assert list(person.user.groups.values_list("name", flat=True)) == [roles.PHYSIO]
    assert user_invited_by(person.user.pk, links()[0]) == person.user
    assert "invited, no password yet" in manager.get(url).text


def test_an_invitation_from_there_is_sent_by_somebody_who_has_just_shown_who_they_are(manager):
    person = PractitionerFactory()
    url = f"/admin/clinic/practitioner/{person.pk}/invite/"
    stale = Client()
    stale.force_login(manager.user)

    assert stale.get(url).status_code == 200
    asked = stale.post(url, {"email": "robin@example.com", "role": roles.PHYSIO})
    assert "/accounts/reauthenticate/" in asked["Location"]
    person.refresh_from_db()
    assert person.user is None

    stale.post(asked["Location"], {"password": "correct horse battery"}, follow=True)
    person.refresh_from_db()
    assert person.user.email == "robin@example.com"


def test_what_cannot_be_is_said_beside_the_address(manager):
    one, other = PractitionerFactory(user=UserFactory(email="one@example.com")), None
    other = PractitionerFactory()

    with pytest.raises(SignsInAlready):
        invite_practitioner(one, "x@example.com", role=roles.PHYSIO, by=manager.user)
    with pytest.raises(AddressInUse):
        invite_practitioner(other, "one@example.com", role=roles.PHYSIO, by=manager.user)
    answer = manager.post(
        f"/admin/clinic/practitioner/{other.pk}/invite/",
        {"email": "one@example.com", "role": roles.PHYSIO},
    )
    assert answer.status_code == 422
    assert "belongs to another" in answer.text


def test_no_manager_becomes_a_clinician_by_inviting_themselves(manager):
    person = PractitionerFactory()

    with pytest.raises(OwnClinicalRole):
        invite_practitioner(person, "MO@example.com", role=roles.PHYSIO, by=manager.user)
    manager.post(
        "/admin/clinic/user/add/",
        {"email": "mo@example.com", "name": "Mo", "roles": [roles.PHYSIO]},
    )
    manager.post(
        page(manager.user),
        {"name": "Mo", "is_active": "on", "roles": [roles.MANAGER, roles.CLINICAL_LEAD]},
    )

    assert list(manager.user.groups.values_list("name", flat=True)) == [roles.MANAGER]
    person.refresh_from_db()
    assert person.user is None


def test_the_desk_invites_nobody(manager):
    desk, person = signed_in(roles.FRONT_DESK), PractitionerFactory()

    answer = desk.post(
        f"/admin/clinic/practitioner/{person.pk}/invite/",
        {"email": "x@example.com", "role": roles.PHYSIO},
    )

    assert answer.status_code == 404
    assert desk.get("/admin/clinic/user/").status_code == 404
    assert not User.objects.filter(email="x@example.com").exists()


# General practitioners ---------------------------------------------------------------------------


@pytest.fixture
def desk(manager):
    return signed_in(roles.FRONT_DESK)


def test_the_directory_is_kept_and_searched_by_the_desk(desk):
    desk.post(
        "/admin/clinic/generalpractitioner/add/",
        {"name": "Dr Gale Family", "practice": "Elm Practice", "phone": "403 555 0150",
         "fax": "403 555 0151", "email": "", "address": "1 Elm Road", "is_active": "on"},
    )  # fmt: skip
    GeneralPractitioner.objects.create(name="Dr Other")

    found = desk.post("/admin/clinic/generalpractitioner/", {"look_for": "elm"}, follow=True)

    assert [str(row) for row in found.context["cl"].result_list] == ["Dr Gale Family, Elm Practice"]
    assert AuditEvent.objects.filter(action="generalpractitioner_added").exists()


def test_a_patient_may_have_one_who_stays_when_they_retire(desk):
    gp = GeneralPractitioner.objects.create(name="Dr Gale Family")
    retired = GeneralPractitioner.objects.create(name="Dr Gone", is_active=False)
    patient = PatientFactory(general_practitioner=retired)
    url = f"/admin/clinic/patient/{patient.pk}/change/"

    offered = desk.get(url).context["adminform"].form.fields["general_practitioner"].queryset

    assert list(offered) == [gp, retired]
    form = desk.get(url).context["adminform"].form
    values = {name: form.initial.get(name) or "" for name in form.fields}
    rows = {"guardians-TOTAL_FORMS": 0, "guardians-INITIAL_FORMS": 0}
    desk.post(url, {**values, **rows, "general_practitioner": str(gp.pk), "wants": []})
    assert Patient.objects.get().general_practitioner == gp


@pytest.mark.parametrize("count", [1, 3])
def test_the_directory_costs_the_same_for_many(desk, count, django_assert_max_num_queries):
    for number in range(count):
        GeneralPractitioner.objects.create(name=f"Dr {number}")

    with django_assert_max_num_queries(8):
        page = desk.get("/admin/clinic/generalpractitioner/")

    assert len(page.context["cl"].result_list) == count
