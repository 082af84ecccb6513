"""Rule 30: practitioners get a revocable secret feed that shows initials only."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from icalendar import Calendar

from bookings import actions, feeds
from bookings.models import PractitionerFeed
from clinic import roles
from clinic.models import AuditEvent
from tests.bookings.conftest import at
from tests.clinic.test_admin import signed_in
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory, UserFactory

DAY = timedelta(days=1)


@pytest.fixture
def physio(clinic):
    clinic.physio.user = signed_in(roles.PHYSIO, staff=False).user
    clinic.physio.save()
    return clinic.physio


@pytest.fixture
def token(physio):
    return actions.make_feed(physio, by=physio.user, now=NOW)


def address(token):
    return f"/calendar/{token}.ics"


def events(client, token):
    answer = client.get(address(token))
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content).walk("VEVENT")


def visit_of(physio, hour=10, **more):
    patient = PatientFactory(first_name="Zoe", last_name="Secretname", email="zoe@example.com")
    more = {"patient": patient, "starts_at": at(hour, day=13), **more}
    return AppointmentFactory(practitioner=physio, **more)


def test_rule_30_the_feed_shows_when_where_and_initials_only(client, physio, token):
    visit = visit_of(physio, desk_note="CANARY")

    [event] = events(client, token)

    assert (event["SUMMARY"], event["LOCATION"]) == ("ZS", visit.location.name)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (visit.starts_at, visit.ends_at)
    content = client.get(address(token)).content.decode()
    for secret in ("Secretname", "zoe@", "CANARY", visit.service.name, "DESCRIPTION", "ATTENDEE"):
        assert secret not in content


def test_rule_30_what_is_in_it_and_what_is_not(client, clinic, physio, token):
    visit_of(physio, 9)
    visit_of(physio, 11, state="cancelled", cancelled_at=NOW)
    visit_of(physio, 12, state="no_show")
    visit_of(clinic.colleague(), 13)
    visit_of(physio, starts_at=NOW - 40 * DAY, state="completed")
    visit_of(physio, starts_at=NOW + 400 * DAY)
    clinic.hold(at(15, day=13))

    assert [event["DTSTART"].dt for event in events(client, token)] == [at(9, day=13)]


def test_rule_30_a_moved_visit_keeps_its_id(client, physio, clinic, token, desk):
    visit = clinic.book(at(10, day=13))
    before = events(client, token)[0]
    actions.move(
        visit, practitioner=physio, location=clinic.place, starts_at=at(14, day=13),
        by=desk, now=NOW,
    )  # fmt: skip
    [after] = events(client, token)

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt == at(14, day=13)


def test_only_the_digest_is_kept(physio, token):
    feed = PractitionerFeed.objects.get()

    assert token not in str(vars(feed)) + str(list(AuditEvent.objects.values()))
    assert len(token) >= 43


def test_a_program_may_keep_it_five_minutes_and_asks_again_cheaply(client, physio, token):
    visit_of(physio)
    first = client.get(address(token))

    assert first["Cache-Control"] == "private, max-age=300"
    assert first["Content-Type"].startswith("text/calendar")
    assert first["X-Robots-Tag"] == "noindex, nofollow"
    again = client.get(address(token), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    visit_of(physio, 14)
    changed = client.get(address(token), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_looking_sets_no_cookie_and_posting_is_refused(client, token):
    assert not client.get(address(token)).cookies
    assert client.post(address(token)).status_code == 405


@pytest.mark.parametrize("count", [1, 12])
def test_the_feed_costs_the_same_for_one_visit_or_many(
    client, physio, token, count, django_assert_num_queries
):
    for number in range(count):
        visit_of(physio, starts_at=at(9, day=13) + number * DAY)

    with django_assert_num_queries(3):  # the clinic, the address, the visits
        assert len(events(client, token)) == count


def test_unknown_revoked_and_ended_addresses_look_the_same(client, physio, token):
    replaced = actions.make_feed(physio, by=physio.user, now=NOW)  # ends the first
    unknown = client.get(address("A" * 43))
    over = client.get(address(token))
    actions.revoke_feed(physio, by=physio.user, now=NOW)
    revoked = client.get(address(replaced))

    assert [each.status_code for each in (unknown, over, revoked)] == [404] * 3
    bodies = {client.get(address(t)).headers["Content-Type"] for t in (token, replaced, "B" * 43)}
    assert len(bodies) == 1


@pytest.mark.parametrize("whose", ["practitioner", "sign-in"])
def test_deactivation_ends_it_at_once_and_for_good(client, physio, token, whose):
    who = physio if whose == "practitioner" else physio.user
    who.is_active = False
    who.save()
    assert client.get(address(token)).status_code == 404

    assert actions.revoke_feeds_of_leavers(now=NOW) == 1
    who.is_active = True
    who.save()

    assert client.get(address(token)).status_code == 404
    assert actions.revoke_feeds_of_leavers(now=NOW) == 0
    assert AuditEvent.objects.filter(action="feed.revoke").count() == 1


def test_one_address_stands_per_practitioner(physio, token):
    with pytest.raises(IntegrityError), transaction.atomic():
        PractitionerFeed.objects.create(
            practitioner=physio, token_sha256="0" * 64, made_at=NOW, made_by=physio.user
        )


# Who makes and ends it ---------------------------------------------------------------------------


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    return browser


def test_a_practitioner_makes_it_sees_it_once_and_ends_it(client, physio):
    browser = browser_of(physio.user)
    assert "no address yet" in browser.get("/calendar/").content.decode()

    made = browser.post("/calendar/")
    shown = made.context["fresh"]
    assert shown.startswith("http://127.0.0.1:8000/calendar/")
    assert shown in made.content.decode()
    assert made["Cache-Control"] == "no-store, private"
    path = shown.removeprefix("http://127.0.0.1:8000")
    assert client.get(path).status_code == 200
    assert shown not in browser.get("/calendar/").content.decode()

    assert browser.post("/calendar/revoke/").status_code == 303
    assert client.get(path).status_code == 404


def test_nobody_else_has_that_page(physio):
    for user in (UserFactory(), signed_in(roles.FRONT_DESK).user, signed_in(roles.PHYSIO).user):
        assert browser_of(user).get("/calendar/").status_code == 404
        assert browser_of(user).post("/calendar/").status_code == 404
        assert browser_of(user).post("/calendar/revoke/").status_code == 404
    assert Client().get("/calendar/").status_code == 302
    assert not PractitionerFeed.objects.exists()


def test_a_manager_makes_and_ends_it_in_the_admin(client, physio):
    manager = signed_in(roles.MANAGER)
    add = "/admin/bookings/practitionerfeed/add/"
    assert manager.post(add, {"practitioner": ""}).status_code == 422

    made = manager.post(add, {"practitioner": physio.pk})
    path = made.context["fresh"].removeprefix("http://127.0.0.1:8000")
    assert client.get(path).status_code == 200
    row = PractitionerFeed.objects.get()
    assert "/calendar/" not in manager.get("/admin/bookings/practitionerfeed/").text.replace(
        "/calendar/js", ""
    )
    manager.post(
        "/admin/bookings/practitionerfeed/",
        {"action": "revoke_selected", "_selected_action": [row.pk]},
    )

    assert client.get(path).status_code == 404
    desk = signed_in(roles.FRONT_DESK)
    assert desk.get("/admin/bookings/practitionerfeed/").status_code == 404
    assert desk.post(add, {"practitioner": physio.pk}).status_code == 404
    assert feeds.practitioner_of("x") is None
