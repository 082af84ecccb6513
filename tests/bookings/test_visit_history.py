"""The history of a visit: every change with who, when, why, the old time and the new."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from bookings import actions
from bookings.actions.booking import told_and_recorded
from bookings.visit_history import changes_of
from clinic import roles
from clinic.audit import GUEST, SYSTEM, actor_of
from clinic.models import AuditEvent
from tests.bookings.conftest import MONDAY_9, at
from tests.conftest import NOW
from tests.factories import AppointmentFactory, UserFactory

TUESDAY_10 = at(10, day=12)


@pytest.fixture
def dee(clinic):
    user = UserFactory(name="Dee Desk", is_staff=True)
    user.groups.set(Group.objects.filter(name=roles.FRONT_DESK))
    return user


@pytest.fixture
def visit(clinic, dee):
    """Booked online, moved to a colleague by force, moved back, confirmed, cancelled."""
    by, ben = actor_of(dee), clinic.colleague()
    visit = clinic.book(MONDAY_9)
    there = {"location": clinic.place, "by": by}
    actions.move(
        visit, practitioner=ben, starts_at=at(18), force=True, force_reason="Comes after work.",
        now=NOW, **there,
    )  # fmt: skip
    actions.move(visit, practitioner=clinic.physio, starts_at=TUESDAY_10, now=at(8), **there)
    actions.confirm(visit, by=by, now=at(9))
    return actions.cancel(visit, reason="cannot come", by=GUEST, now=at(9, 30))


def told(change):
    return (change.what, change.who, change.before, change.after, change.why)


def test_every_change_is_there_with_its_times(visit):
    assert [told(change) for change in changes_of(visit)] == [
        ("booked", "guest, online", None, MONDAY_9, ""),
        ("moved", "Dee Desk", MONDAY_9, at(18), "Comes after work."),
        ("moved", "Dee Desk", at(18), TUESDAY_10, ""),
        ("confirmed", "Dee Desk", None, None, ""),
        ("cancelled", "guest, online", None, None, "I cannot come"),
    ]


def test_whom_it_was_taken_from_and_given_to(visit):
    assert [(change.taken_from, change.given_to) for change in changes_of(visit)] == [
        ("", ""),
        ("Anna Example", "Ben Example"),
        ("Ben Example", "Anna Example"),
        ("", ""),
        ("", ""),
    ]


def test_the_page_tells_it_by_the_clock_of_the_place(visit, dee):
    browser = Client()
    browser.force_login(dee)

    page = browser.get(f"/admin/bookings/appointment/{visit.pk}/history/").text

    for words in ("Mon 11 Jan, 18:00", "Tue 12 Jan, 10:00", "Comes after work.", "I cannot come"):
        assert words in page
    assert "Edmonton time (UTC−6)" in page
    assert f"/admin/bookings/appointment/{visit.pk}/history/" in (
        browser.get(f"/admin/bookings/appointment/{visit.pk}/change/").text
    )


def test_both_pages_of_a_visit_tell_its_history_by_the_clock_of_its_place(visit, clinic, dee):
    clinic.place.time_zone = "America/Halifax"
    clinic.place.save()
    browser = Client()
    browser.force_login(dee)
    pages = [
        browser.get(f"/admin/bookings/appointment/{visit.pk}/{page}/").text
        for page in ("change", "history")
    ]

    assert "11 Jan 2027, 11:30" in pages[0]  # cancelled at half past nine in Edmonton
    assert "11 Jan 2027, 11:30" in pages[1]
    assert "15:00Z" not in pages[1]
    assert "16:00Z" not in pages[1]


@pytest.mark.parametrize("times", [1, 3])
def test_it_costs_three_queries_however_much_happened(visit, dee, times, django_assert_num_queries):
    for _number in range(times):
        actions.renew_links(visit, by=actor_of(dee), now=NOW)

    with django_assert_num_queries(3):
        assert len(changes_of(visit)) == 5 + times


@pytest.mark.django_db
@pytest.mark.parametrize(("verb", "kept"), [("book", "late train"), ("arrive", "")])
def test_why_a_time_was_forced_stands_beside_what_forced_it(verb, kept):
    one = AppointmentFactory(starts_at=MONDAY_9, overbooked=True, overbook_reason="late train")
    told_and_recorded(one, verb, "", by=SYSTEM, now=NOW)
    assert AuditEvent.objects.get(action=f"visit.{verb}").reason == kept
