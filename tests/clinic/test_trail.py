"""The audit trail as managers read it: narrowed by who, what, patient, day and result; bounded."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.models import Assessment
from bookings.models import Appointment
from clinic import audit, practice, roles, zones
from clinic.admin.deeds import details
from clinic.admin.desk import MOST_COUNTED
from clinic.audit import GUEST, SYSTEM
from clinic.models import AuditEvent, Message
from tests.conftest import NOW
from tests.factories import LocationFactory, PatientFactory, PracticeFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/clinic/auditevent/"
DAY = timedelta(days=1)


@pytest.fixture
def manager():
    PracticeFactory()
    user = UserFactory(name="Mo Manager", is_staff=True)
    user.groups.set(Group.objects.filter(name=roles.MANAGER))
    browser = Client()
    browser.force_login(user)
    browser.user = user
    return browser


@pytest.fixture
def trail(manager):
    """Five events of several people, days and kinds; their names in the list are their actions."""
    mo = audit.actor_of(manager.user)
    patient = PatientFactory(first_name="Ada", last_name="Example")
    visit = Appointment()
    audit.record("visit.book", visit, by=GUEST, patient_id=patient.pk, at=NOW)
    audit.record("visit.cancel", visit, by=mo, patient_id=patient.pk, at=NOW - 2 * DAY)
    audit.record("staff_saved", manager.user, by=mo, at=NOW - 3 * DAY, data={"given": ["physio"]})
    audit.record("chart.opened", by=mo, patient_id=patient.pk, result="refused", at=NOW - 4 * DAY)
    audit.record("patient_added", patient, by=SYSTEM, patient_id=patient.pk, at=NOW - 40 * DAY)
    manager.patient, manager.visit = patient, visit
    return manager


def listed(browser, query):
    return [row.action for row in browser.get(f"{LIST}?{query}").context["cl"].result_list]


WEEK = ["visit.book", "visit.cancel", "staff_saved", "chart.opened"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("", WEEK, id="seven days"),
        pytest.param("day=2027-01-10", WEEK[:1], id="a day"),
        pytest.param("day=2027-01-08", WEEK[1:2], id="another day"),
        pytest.param("day=year", [*WEEK, "patient_added"], id="a year"),
        pytest.param("day=all", WEEK, id="never everything"),
        pytest.param("day=2027-13-45", WEEK, id="no day at all"),
        pytest.param("what=visits", WEEK[:2], id="what"),
        pytest.param("what=staff", WEEK[2:3], id="staff"),
        pytest.param("what=charts", WEEK[3:], id="charts"),
        pytest.param("kind=guest", WEEK[:1], id="as what"),
        pytest.param("result__exact=refused", WEEK[3:], id="result"),
        pytest.param("what=charts&result__exact=done", [], id="two at once"),
    ],
)
def test_the_trail_is_narrowed_by(trail, query, found):
    assert listed(trail, query) == found


def test_a_person_and_a_patient_are_followed_all_the_way_back(trail):
    mine = listed(trail, f"who={trail.user.pk}")
    theirs = listed(trail, f"patient={trail.patient.pk}")

    assert mine == ["visit.cancel", "staff_saved", "chart.opened"]
    assert theirs == ["visit.book", "visit.cancel", "chart.opened", "patient_added"]
    assert listed(trail, f"patient={trail.patient.pk}&day=2027-01-10") == ["visit.book"]
    assert listed(trail, "who=nobody") == listed(trail, "patient=nobody") == []


def test_it_is_searched_by_name_or_number_and_no_name_stands_in_the_address(trail):
    answer = trail.post(LIST, {"look_for": "exampel ada"})
    assert "exampel" not in answer["Location"]
    assert len(trail.get(answer["Location"]).context["cl"].result_list) == 4

    number = trail.post(LIST, {"look_for": str(trail.visit.pk)})
    found = trail.get(number["Location"]).context["cl"].result_list
    assert [row.action for row in found] == ["visit.book", "visit.cancel"]


def test_the_list_names_people_and_says_what_changed(trail):
    page = trail.get(LIST).text

    for words in ("Mo Manager", "Ada Example", "guest, online", "given: physio", "refused"):
        assert words in page


def test_one_event_leads_to_the_patient_and_to_the_person(trail):
    event = AuditEvent.objects.get(action="visit.cancel")

    page = trail.get(f"{LIST}{event.pk}/change/").text

    assert f"{LIST}?patient={trail.patient.pk}" in page
    assert f"{LIST}?who={trail.user.pk}" in page
    assert trail.post(f"{LIST}{event.pk}/change/", {}).status_code == 404


def test_what_a_chart_recorded_shows_no_reason_and_no_details(trail):
    by = audit.actor_of(trail.user)
    data = {"fields": ["Zaunkoenig"], "kind": "Zaunkoenig"}
    event = audit.record("chart.saved", Assessment(), by=by, reason="Zaunkoenig", data=data)

    assert "Zaunkoenig" not in trail.get(LIST).text
    assert "Zaunkoenig" not in trail.get(f"{LIST}{event.pk}/change/").text


@pytest.mark.parametrize("query", ["", "day=all", "what=charts", "day=year&kind=guest"])
def test_the_whole_table_is_never_counted(trail, query):
    with CaptureQueriesContext(connection) as queries:
        trail.get(f"{LIST}?{query}")

    asked = [each["sql"] for each in queries if 'FROM "clinic_auditevent"' in each["sql"]]
    assert len(asked) == 2  # the count, and the page
    assert f"LIMIT {MOST_COUNTED}" in asked[0]
    assert all('"at" >= ' in sql for sql in asked)


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_many(manager, count, django_assert_num_queries):
    for _number in range(count):
        patient = PatientFactory()
        by = audit.actor_of(UserFactory())
        audit.record("patient_added", patient, by=by, patient_id=patient.pk)

    with django_assert_num_queries(12):  # one for the clocks of the places, once they are old
        assert len(listed(manager, "")) == count


def test_the_desk_does_not_read_the_trail(manager):
    desk = UserFactory(is_staff=True)
    desk.groups.set(Group.objects.filter(name=roles.FRONT_DESK))
    event = audit.record("signed_in", by=audit.actor_of(desk))
    browser = Client()
    browser.force_login(desk)

    assert browser.get(LIST).status_code == 404
    assert browser.get(f"{LIST}{event.pk}/change/").status_code == 404
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            {
                "first": "2027-01-11", "now": [],
                "was": [["hours", 0, "p", 480, 720], ["break", 0, "p", 600, 615]],
            },
            "from: Mon 11 Jan 2027; was: Mon 08:00–12:00, Mon break 10:00–10:15; now: no hours",
        ),
        (
            {"day": "2027-01-11", "now": [["p", 540, 1020]]},
            "day: Mon 11 Jan 2027; now: 09:00–17:00",
        ),
        ({"was": "arrived"}, "was: arrived"),
        ({"fields": ["first_day", "starts"]}, "changed: first day, from"),
        ({"fields": ["holiday"], "first": "some day"}, "changed: holiday; from: some day"),
    ],
)  # fmt: skip
def test_details_are_told_in_words(data, words):
    PracticeFactory()

    assert details(AuditEvent(object_type="bookings.timeoff", data=data)) == words


def test_hours_name_their_place_where_there_are_several():
    here = LocationFactory(name="Downtown")
    LocationFactory(name="Uptown", slug="uptown")
    data = {"now": [["hours", 4, str(here.pk), 480, 720], ["hours", 4, here.pk.hex, 780, 960]]}

    assert details(AuditEvent(object_type="clinic.practitioner", data=data)) == (
        "now: Fri 08:00–12:00 Downtown, Fri 13:00–16:00 Downtown"
    )


def test_the_zone_is_named_where_the_clinic_works_by_several_clocks(trail):
    event = AuditEvent.objects.get(action="visit.book")
    message = Message.objects.create(key="k", topic="booked", to="pat@example.com", due_at=NOW)
    zone = zones.zone_name(practice.current().tz, NOW)
    pages = [
        f"{LIST}?day=all&q={event.object_id}", f"{LIST}{event.pk}/change/",
        "/admin/clinic/message/", f"/admin/clinic/message/{message.pk}/change/",
        f"/admin/clinic/patient/{trail.patient.pk}/history/",
    ]  # fmt: skip
    LocationFactory(time_zone=practice.current().time_zone)
    practice.forget()
    assert not any(zone in trail.get(page).text for page in pages)

    LocationFactory(slug="east", time_zone="America/Toronto")
    practice.forget()
    assert [page for page in pages if zone not in trail.get(page).text] == []
