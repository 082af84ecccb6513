"""Records opened in an emergency wait for a second person, who is never the one who opened them."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic import overlap, practice, roles
from clinic.actions import emergency as actions
from clinic.models import AuditEvent, EmergencyAccess, EmergencyReview
from tests.conftest import NOW
from tests.factories import PatientFactory, PracticeFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/clinic/emergencyaccess/"
WORDS = "Collapsed in the gym"
HOUR = timedelta(hours=1)


def person(*held):
    user = UserFactory(is_staff=roles.PHYSIO not in held)
    user.groups.set(Group.objects.filter(name__in=held))
    return user


def signed_in(user):
    browser = Client()
    browser.force_login(user)
    browser.user = user
    return browser


@pytest.fixture
def manager():
    PracticeFactory()
    return signed_in(person(roles.MANAGER))


def opened(by=None, at=NOW - HOUR, looks=0):
    """An emergency access of an hour ago, and what was read through it."""
    by = by or person(roles.PHYSIO)
    row = actions.open_record(PatientFactory(), "unwell", WORDS, by=by, now=at)
    for number in range(looks):
        actions.read(row, "chart", row.patient, by=by, now=at + timedelta(minutes=number))
    return row


def at(row):
    return f"{LIST}{row.pk}/change/"


def listed(browser, query=""):
    return list(browser.get(f"{LIST}{query}").context["cl"].result_list)


class TestTheQueue:
    def test_it_says_who_whose_when_why_and_how_much(self, manager):
        row = opened(looks=3)

        page = manager.get(LIST).text
        for said in (str(row.opened_by), str(row.patient), "The patient is here and unwell"):
            assert said in page
        one = manager.get(at(row)).text
        assert WORDS in one
        began = (NOW - HOUR).astimezone(practice.current().tz)
        read = f"3 ({began:%H:%M}–{began:%H}:02)"
        assert f'<td class="field-reads">{read}</td>' in page
        assert read in one

    def test_what_waits_longest_is_on_top_and_the_overdue_stand_out(self, manager):
        new, old = opened(), opened(at=NOW - timedelta(days=5))

        assert listed(manager) == [old, new]
        page = manager.get(LIST).text
        assert page.count('data-state="overdue"') == 1
        assert "overdue by 2 days" in page
        first = manager.get("/admin/").text
        assert 'data-count="emergencies">2</span>' in first
        assert first.count('data-state="overdue"') == 1

    def test_the_reviewed_are_found_by_how_they_were_judged(self, manager):
        waits, good, bad = opened(), opened(), opened()
        actions.review(good, "justified", "", by=manager.user, now=NOW)
        actions.review(bad, "not_justified", "Nobody was ill", by=manager.user, now=NOW)

        assert listed(manager) == [waits]
        assert listed(manager, "?review=justified") == [good]
        assert listed(manager, "?review=not_justified") == [bad]
        assert len(listed(manager, "?review=all")) == 3

    @pytest.mark.parametrize("number", [1, 6])
    def test_one_or_many_cost_the_same(self, manager, number):
        for _ in range(number):
            opened(looks=2)
        manager.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            assert len(listed(manager)) == number
        told = [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"]]
        assert len(told) == 8, told

    @pytest.mark.parametrize("role", [roles.FRONT_DESK, roles.CLINICAL_LEAD, roles.PHYSIO])
    def test_nobody_but_managers(self, manager, role):
        row = opened()
        other = signed_in(person(role))

        for path in (LIST, at(row)):
            assert other.get(path).status_code == 404
            assert other.post(path, {"outcome": "justified"}).status_code == 404
        assert not EmergencyReview.objects.exists()
        if role == roles.FRONT_DESK:
            assert "emergencies" not in other.get("/admin/").text

    def test_nothing_is_added_or_deleted_there(self, manager):
        row = opened()

        assert manager.get(f"{LIST}add/").status_code == 404
        assert manager.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 404
        assert manager.get(f"{LIST}?words__startswith=C").status_code in (302, 400)


class TestTheReview:
    def test_it_closes_it_once_with_a_row_in_the_trail(self, manager):
        row = opened()

        answer = manager.post(at(row), {"outcome": "not_justified", "note": "Nobody was ill"})

        assert answer.url == LIST
        kept = EmergencyReview.objects.get()
        assert (kept.access, kept.outcome, kept.note, kept.reviewed_by, kept.reviewed_at) == (
            row, "not_justified", "Nobody was ill", manager.user, NOW,
        )  # fmt: skip
        event = AuditEvent.objects.get(action="emergency.reviewed")
        assert (event.actor_id, event.patient_id) == (manager.user.pk, row.patient_id)
        row.refresh_from_db()
        assert row.ended_at == NOW - HOUR / 2  # its half hour, stamped by the review
        assert "<form" not in manager.get(at(row)).text.split('id="content-main"')[1]
        again = manager.post(at(row), {"outcome": "justified"})
        assert again.status_code == 422
        assert "Somebody has judged this one meanwhile" in again.text
        assert EmergencyReview.objects.count() == 1

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({}, "Choose one of the two."),
            ({"outcome": "fine"}, "Select a valid choice"),
            ({"outcome": "not_justified", "note": "  "}, "Say what was not justified"),
        ],
    )
    def test_what_is_missing_is_said_beside_its_field(self, manager, sent, said):
        row = opened()

        answer = manager.post(at(row), sent)

        assert answer.status_code == 422
        assert said in answer.text
        assert not EmergencyReview.objects.exists()

    def test_never_by_whoever_opened_it(self, manager):
        manager.user.groups.add(Group.objects.get(name=roles.PHYSIO))
        row = opened(by=manager.user)

        assert "Somebody else has to judge it" in manager.get(at(row)).text
        assert 'name="outcome"' not in manager.get(at(row)).text
        assert manager.post(at(row), {"outcome": "justified"}).status_code == 422
        assert not EmergencyReview.objects.exists()

    def test_not_while_it_is_open(self, manager):
        row = opened(at=NOW - timedelta(minutes=29))

        assert manager.post(at(row), {"outcome": "justified"}).status_code == 422
        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            assert manager.post(at(row), {"outcome": "justified"}).url == LIST


def refuses(name, act):
    """Say whether the database said no, by this guard or key."""
    try:
        with transaction.atomic():
            act()
    except DatabaseError as error:
        return overlap.violates(error, name) or name in str(error) or str(error)
    return False


class TestTheDatabase:
    def review(self, row, by, **values):
        values = {"outcome": "justified", "note": ""} | values
        return lambda: EmergencyReview.objects.create(
            access=row, reviewed_by=by, reviewed_at=NOW, **values
        )

    def test_it_takes_no_review_by_the_same_person(self):
        row = opened()
        actions.end(row, by=row.opened_by, now=NOW)
        other = person(roles.MANAGER)

        name = "emergency_review_by_another"
        assert refuses(name, self.review(row, row.opened_by)) is True
        assert refuses(name, self.review(row, other)) is False

    def test_it_takes_no_review_of_what_has_not_ended(self):
        row = opened()

        name = "emergency_review_by_another"
        assert refuses(name, self.review(row, person(roles.MANAGER))) is True

    def test_it_takes_no_bad_outcome_without_a_note(self):
        row = opened()
        actions.end(row, by=row.opened_by, now=NOW)
        act = self.review(row, person(roles.MANAGER), outcome="not_justified")

        assert refuses("emergency_review_says_what_is_wrong", act) is True

    def test_a_review_and_an_access_are_final(self):
        row = opened()
        actions.end(row, by=row.opened_by, now=NOW)
        made = actions.review(row, "justified", "", by=person(roles.MANAGER), now=NOW)
        reviews = EmergencyReview.objects.filter(pk=made.pk)
        rows = EmergencyAccess.objects.filter(pk=row.pk)

        assert refuses("emergency_review_is_final", lambda: reviews.update(note="x")) is True
        assert refuses("emergency_review_is_final", reviews.delete) is True
        either = "emergency_access_"  # two guards watch it; the engines ask them in another order
        assert refuses(either, lambda: rows.update(ended_at=None)) is True
        assert refuses(either, lambda: rows.update(words="something else")) is True
        assert refuses(either, lambda: rows._raw_delete("default")) is True

    def test_while_it_is_open_nothing_but_its_end_changes(self):
        row = opened()
        rows = EmergencyAccess.objects.filter(pk=row.pk)

        final = "emergency_access_is_final"
        for change in (
            {"opened_at": NOW}, {"reason": "other"}, {"patient": PatientFactory()},
            {"opened_by": person(roles.PHYSIO)},
        ):  # fmt: skip
            assert refuses(final, lambda change=change: rows.update(**change)) is True

    def test_one_person_has_one_record_open(self):
        row = opened()

        def second():
            EmergencyAccess.objects.create(
                patient=row.patient, opened_by=row.opened_by, opened_at=NOW, reason="unwell",
                words=WORDS,
            )  # fmt: skip

        assert refuses("emergency_access_one_at_a_time", second)
        actions.open_record(row.patient, "unwell", WORDS, by=row.opened_by, now=NOW)
        assert EmergencyAccess.objects.filter(ended_at=None).count() == 1

    @pytest.mark.parametrize("values", [{"words": "short"}, {"reason": "curious"}])
    def test_there_is_no_access_without_a_reason(self, values):
        values = {"reason": "unwell", "words": WORDS} | values

        def act():
            EmergencyAccess.objects.create(
                patient=PatientFactory(), opened_by=person(roles.PHYSIO), opened_at=NOW, **values
            )

        assert refuses("emergency_access_says_why", act) is True
