"""The desk's search for a patient: one page, for whatever the patient is needed."""

import pytest
from django.contrib.auth.models import Group

from clinic import roles
from tests.factories import PatientFactory, PracticeFactory, PractitionerFactory, UserFactory

pytestmark = pytest.mark.django_db

FIND = "/admin/patients/find/"


def signed_in(client, *held):
    user = UserFactory(is_staff=True)
    user.groups.set(Group.objects.filter(name__in=held))
    client.force_login(user)
    return client


@pytest.fixture
def desk(client):
    PracticeFactory()
    return signed_in(client, roles.FRONT_DESK)


@pytest.fixture
def lin(db):
    return PatientFactory(
        first_name="Lin", last_name="Müller", phone="+14035550123", needs="Interpreter"
    )


@pytest.mark.parametrize(
    ("then", "leads_to"),
    [
        ("open", "/admin/patients/{}/"),
        ("book", "/admin/phone/?patient={}"),
        ("series", "/admin/bookings/series/add/?patient={}"),
        ("package", "/admin/bookings/package/add/?patient={}"),
    ],
)
def test_a_choice_leads_to_what_the_patient_is_needed_for(desk, lin, then, leads_to):
    answer = desk.post(FIND, {"q": "muller", "then": then})

    address = leads_to.format(lin.pk)
    assert answer.status_code == 200
    assert f'href="{address}"' in answer.text
    for known in ("Lin Müller", "4 May 1990 (36)", "+1 403-555-0123", "Interpreter"):
        assert known in answer.text
    assert desk.get(address).status_code == 200


def test_script_asks_for_the_list_alone(desk, lin):
    answer = desk.post(FIND, {"q": "mul", "then": "book"}, headers={"HX-Request": "true"})
    assert "Lin Müller" in answer.text
    assert "<html" not in answer.text


def test_a_name_that_is_only_nearly_right_says_so(desk, lin):
    assert "Spelt nearly so" not in desk.post(FIND, {"q": "muller"}).text
    assert "Spelt nearly so" in desk.post(FIND, {"q": "mulelr"}).text


def test_nobody_found_is_said_and_nothing_typed_is_no_search(desk, lin):
    assert "Nobody is found by that." in desk.post(FIND, {"q": "zaunkönig"}).text
    assert "Nobody is found" not in desk.post(FIND, {"q": " "}).text
    assert "Lin" not in desk.get(FIND, {"q": "muller"}).text  # an address is not searched


def test_markup_in_what_is_typed_stays_text(desk):
    answer = desk.post(FIND, {"q": '"><script>x</script>\0', "then": "open"})
    assert "<script>x" not in answer.text


def test_what_it_is_for_cannot_be_made_up(desk):
    assert desk.get(FIND, {"then": "erase"}).status_code == 404
    assert desk.put(FIND).status_code == 405


def test_only_the_desk_and_managers_search(client, lin):
    for role, status in [
        (roles.MANAGER, 200), (roles.CLINICAL_LEAD, 404), (roles.PHYSIO, 404), (roles.COACH, 404),
    ]:  # fmt: skip
        assert signed_in(client, role).post(FIND, {"q": "muller"}).status_code == status
    PractitionerFactory(user=UserFactory(email="patient@example.com"))
    client.logout()
    assert client.post(FIND, {"q": "muller"}).status_code == 302


def test_what_was_typed_is_in_no_log(desk, lin, caplog):
    caplog.set_level("DEBUG")
    desk.post(FIND, {"q": "Zaunkönig"})
    assert "Zaun" not in caplog.text
