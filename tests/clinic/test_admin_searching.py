"""Searching a list of the admin: what is typed is often a name, so it stands in no address."""

import pytest
from django.contrib.auth.models import Group

from clinic import roles
from clinic.admin.searching import LONGEST, MOST
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    CallbackRequestFactory,
    PatientFactory,
    PracticeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PATIENTS = "/admin/clinic/patient/"
LISTS = [
    PATIENTS, "/admin/bookings/appointment/", "/admin/bookings/series/",
    "/admin/bookings/package/", "/admin/bookings/waitingentry/",
    "/admin/bookings/callbackrequest/", "/admin/clinic/message/",
]  # fmt: skip


@pytest.fixture
def desk(client):
    PracticeFactory()
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=roles.FRONT_DESK))
    client.force_login(user)
    return client


def shown(answer):
    return list(answer.context["cl"].result_list)


@pytest.mark.parametrize("address", LISTS)
def test_no_list_puts_what_was_typed_into_an_address(desk, address):
    page = desk.get(address).text
    assert '<form id="changelist-search" method="post"' in page

    answer = desk.post(address, {"look_for": "Zaunkönig 403"})

    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{address}?q=~")
    found = desk.get(answer["Location"])
    assert found.status_code == 200
    assert 'value="Zaunkönig 403"' in found.text  # for whoever wants to correct it
    addresses = found.text.split('href="')[1:]
    assert not any("Zaun" in each.partition('"')[0] for each in addresses)


def test_patients_are_found_as_everywhere_at_the_desk(desk):
    wanted = PatientFactory(first_name="Zoë", last_name="Müller", phone="+14035550123")
    PatientFactory(first_name="Ann", last_name="Lee")
    for typed in ("zoe muller", "Mulelr", "555-0123"):
        answer = desk.post(PATIENTS, {"look_for": typed}, follow=True)
        assert shown(answer) == [wanted]


def test_visits_are_found_by_their_patient(desk):
    visit = AppointmentFactory(starts_at=NOW, patient__last_name="Müller")
    AppointmentFactory(starts_at=NOW, patient__last_name="Lee")
    answer = desk.post("/admin/bookings/appointment/", {"look_for": "mueller"}, follow=True)
    assert shown(answer) == [visit]


def test_other_lists_find_what_they_always_found(desk):
    call = CallbackRequestFactory(name="Cal Sample", created_at=NOW)
    CallbackRequestFactory(name="Other", created_at=NOW)
    answer = desk.post("/admin/bookings/callbackrequest/", {"look_for": "sample"}, follow=True)
    assert shown(answer) == [call]


def test_filters_stay_and_a_new_search_begins_on_the_first_page(desk):
    address = "/admin/bookings/appointment/?when=past&p=3&q=~old"
    answer = desk.post(address, {"look_for": "lee"})
    assert answer["Location"].startswith("/admin/bookings/appointment/?when=past&q=~")
    assert "p=" not in answer["Location"]


def test_an_empty_search_lists_everybody(desk):
    PatientFactory.create_batch(2)
    answer = desk.post(PATIENTS, {"look_for": "  "}, follow=True)
    assert (answer.redirect_chain, len(shown(answer))) == ([(PATIENTS, 302)], 2)


def test_a_key_is_of_use_to_this_session_alone(desk):
    PatientFactory(last_name="Lee")
    PatientFactory(last_name="Other")
    key = desk.post(PATIENTS, {"look_for": "lee"})["Location"].partition("q=")[2]
    assert len(shown(desk.get(PATIENTS, {"q": key}))) == 1
    desk.session.flush()
    desk.force_login(UserFactory(is_superuser=True, is_staff=True))
    page = desk.get(PATIENTS, {"q": key})
    assert len(shown(page)) == 2
    assert 'value=""' in page.text.partition('id="searchbar"')[0][-60:]


def test_a_session_keeps_few_searches_and_no_long_ones(desk):
    for number in range(MOST + 3):
        desk.post(PATIENTS, {"look_for": f"{number} " + "x" * 999})
    kept = desk.session["searches"]
    assert len(kept) == MOST
    assert all(len(words) <= LONGEST for words in kept.values())


def test_who_may_not_see_a_list_does_not_search_it(client, db):
    client.force_login(UserFactory())
    assert client.post(PATIENTS, {"look_for": "lee"}, follow=True).status_code == 404
