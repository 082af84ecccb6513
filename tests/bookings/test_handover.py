"""Rule 38: nobody is switched off before visits ahead are in other hands."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import actions, handover
from bookings.actions.handover import hand_over, save_practitioner
from bookings.errors import NotOffered, StillAtWork
from bookings.models import Appointment, FreedTime, WaitingOffer
from clinic import roles
from clinic.audit import GUEST
from clinic.models import AuditEvent, Practitioner
from tests.bookings.conftest import at, details
from tests.bookings.page import Page
from tests.bookings.waiting_room import cancel, fill, running, waits, work
from tests.conftest import NOW
from tests.factories import UserFactory

NINE, TEN = at(9, day=12), at(10, day=12)


@pytest.fixture
def ben(clinic):
    return clinic.colleague()


@pytest.fixture
def manager(client, clinic):
    user = UserFactory(name="Mo Manager", is_staff=True)
    user.groups.add(Group.objects.get(name=roles.MANAGER))
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def by(db):
    return UserFactory(is_staff=True)


def switch_off(practitioner, by):
    practitioner.is_active = False
    return save_practitioner(practitioner, by=by, now=NOW, changed=["is_active"])


def is_active(practitioner):
    return Practitioner.objects.get(pk=practitioner.pk).is_active


def test_rule_38_refused_with_the_list_while_visits_lie_ahead(clinic, by):
    clinic.book(NINE)

    with pytest.raises(StillAtWork) as refused:
        switch_off(clinic.physio, by)

    (left,) = refused.value.left
    assert [item.words for item in left.items] == ["Tuesday 12 January 2027, 09:00, Gus Guest"]
    assert is_active(clinic.physio)
    assert AuditEvent.objects.filter(action="practitioner_changed").count() == 0


def test_rule_38_past_and_cancelled_visits_and_holds_are_in_nobodys_way(clinic, by):
    cancel(clinic.book(NINE))
    clinic.hold(TEN, browser="b2")

    switch_off(clinic.physio, by)

    assert not is_active(clinic.physio)


def test_rule_38_a_time_held_of_somebody_switched_off_cannot_be_booked(clinic, ben, by):
    held = clinic.hold(NINE)
    switch_off(clinic.physio, by)

    held.refresh_from_db()
    assert held.state == "expired"
    with pytest.raises(NotOffered):
        actions.book(held, details(), by=GUEST, now=NOW)


def test_rule_38_other_changes_are_saved_as_ever(clinic, by):
    clinic.book(NINE)
    clinic.physio.title = "senior physiotherapist"
    save_practitioner(clinic.physio, by=by, now=NOW, changed=["title"])

    assert Practitioner.objects.get(pk=clinic.physio.pk).title == "senior physiotherapist"


def test_rule_38_visits_go_to_a_colleague_at_their_time(clinic, ben, by):
    visits = fill(clinic, [NINE, TEN])
    left = hand_over(clinic.physio, ben, by=by, now=NOW, switch_off=True)

    assert left == []
    for start, visit in visits.items():
        visit.refresh_from_db()
        assert (visit.practitioner, visit.starts_at, visit.state) == (ben, start, "booked")
    assert not is_active(clinic.physio)


def test_rule_38_what_the_colleague_cannot_take_is_left_and_named(clinic, ben, by):
    visits = fill(clinic, [NINE, TEN])
    clinic.hold(TEN, practitioner=ben, browser="guest")

    (left,) = hand_over(clinic.physio, ben, by=by, now=NOW, switch_off=True)

    assert [item.url for item in left.items] == [
        f"/admin/bookings/appointment/{visits[TEN].pk}/change/"
    ]
    assert is_active(clinic.physio)
    visits[TEN].refresh_from_db()
    assert visits[TEN].practitioner == clinic.physio


def test_rule_38_handing_over_offers_nobody_the_leavers_time(clinic, ben, by):
    fill(clinic, [NINE])
    waits(clinic)
    hand_over(clinic.physio, ben, by=by, now=NOW)
    work()

    assert running() == []
    assert not FreedTime.objects.filter(closed_at__isnull=True).exists()


def test_rule_38_switching_off_withdraws_offers_to_the_waiting_list(clinic, by):
    visit = clinic.book(NINE)
    waits(clinic)
    cancel(visit)
    work()

    switch_off(clinic.physio, by)

    assert WaitingOffer.objects.get().state == "withdrawn"
    assert Appointment.objects.filter(state="held").count() == 0


def test_rule_38_only_to_a_colleague_who_works(clinic, ben, by):
    with pytest.raises(ValueError, match="colleague"):
        hand_over(clinic.physio, clinic.physio, by=by, now=NOW)
    ben.is_active = False
    with pytest.raises(ValueError, match="colleague"):
        hand_over(clinic.physio, ben, by=by, now=NOW)


def test_rule_38_each_kind_is_found_in_as_many_queries_for_one_as_for_many(clinic):
    clinic.book(NINE)
    with CaptureQueriesContext(connection) as one:
        handover.open_work(clinic.physio, NOW)
    for number, hour in enumerate((11, 13, 14)):
        clinic.book(at(hour, day=12), browser=f"m{number}", email=f"m{number}@example.com")
    with CaptureQueriesContext(connection) as many:
        handover.open_work(clinic.physio, NOW)

    assert len(many) == len(one)


def test_the_form_refuses_beside_the_field_with_the_way_to_the_hand_over(manager, clinic, ben):
    clinic.book(NINE)
    address = f"/admin/clinic/practitioner/{clinic.physio.pk}/change/"
    form = Page(manager.get(address)).form_with("slug")
    sent = {name: value for name, value in form.fields.items() if name != "is_active"}

    refused = manager.post(address, sent)

    assert refused.status_code == 200
    assert "have to be handed over first" in refused.text
    assert "Tuesday 12 January 2027, 09:00, Gus Guest" in refused.text
    assert f"/admin/clinic/practitioner/{clinic.physio.pk}/handover/" in refused.text
    assert is_active(clinic.physio)


def test_hand_over_on_the_page(manager, clinic, ben):
    clinic.book(NINE)
    address = f"/admin/clinic/practitioner/{clinic.physio.pk}/handover/"
    page = manager.get(address)
    assert "Gus Guest" in page.text
    assert manager.post(address, {"to": clinic.physio.pk}).status_code == 422

    done = manager.post(address, {"to": ben.pk, "switch_off": "on"}, follow=True)

    assert "Handed over to Ben Example. Left: 0." in done.text
    assert "nothing to hand over" in done.text
    assert not is_active(clinic.physio)
    assert AuditEvent.objects.get(action="practitioner.hand_over").actor_id == manager.user.pk


def test_only_a_manager_hands_over(client, clinic):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=roles.FRONT_DESK))
    client.force_login(user)
    address = f"/admin/clinic/practitioner/{clinic.physio.pk}/handover/"

    assert client.get(address).status_code == 404
    assert client.post(address, {}).status_code == 404
