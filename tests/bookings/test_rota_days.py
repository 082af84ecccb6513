"""The rota: copies, single days, and the page from which all of it is reached."""

from datetime import date, time

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.errors import TimeRefused
from bookings.models import BreakTime, ChangedDay, WorkingHours
from clinic import roles
from clinic.models import AuditEvent
from tests.bookings.conftest import at, works
from tests.bookings.page import Page
from tests.bookings.rota_page import ANNA, hours_of, seen, week
from tests.bookings.waiting_room import fill
from tests.factories import (
    BreakTimeFactory,
    ClosureFactory,
    LocationFactory,
    PractitionerFactory,
    RoomFactory,
    TimeOffFactory,
    UserFactory,
)

FEBRUARY = date(2027, 2, 1)
NINE = at(9, day=12)


# Copies ------------------------------------------------------------------------------------------


def test_a_week_is_copied_to_colleagues_from_a_day_on(front_desk, clinic):
    ben = clinic.colleague()
    cleo = PractitionerFactory(name="Cleo Example", slug="cleo")
    WorkingHours.objects.filter(practitioner=clinic.physio, weekday__gte=2).delete()
    BreakTimeFactory(practitioner=clinic.physio, location=clinic.place)
    address = f"{ANNA}copy/"
    form = Page(front_desk.get(address)).form_with("people")

    front_desk.post(
        address, {**form.fields, "people": ["ben", "cleo"], "first": "2027-02-01", "do": "save"}
    )

    new = [(day, time(9), time(17), FEBRUARY, None) for day in (0, 1)]
    assert hours_of(cleo) == new
    assert [row for row in hours_of(ben) if row[3] is None and row[4] is None] == [
        (0, time(9), time(17), None, None), (1, time(9), time(17), None, None),
    ]  # fmt: skip
    assert [row for row in hours_of(ben) if row[4]] == [
        (day, time(9), time(17), None, date(2027, 1, 31)) for day in (2, 3, 4)
    ]
    assert hours_of(cleo, BreakTime) == [(0, time(12), time(13), FEBRUARY, None)]
    assert AuditEvent.objects.filter(action="rota.week").count() == 2


def test_a_copy_touches_nobody_unseen_and_is_told_of_changes(front_desk, clinic):
    ben = clinic.colleague()
    visit = fill(clinic, [at(16, day=12)])[at(16, day=12)]
    type(visit).objects.filter(pk=visit.pk).update(practitioner=ben)
    WorkingHours.objects.filter(practitioner=clinic.physio).update(ends=time(12))
    address = f"{ANNA}copy/"
    sent = Page(front_desk.get(address)).sent("people", people="ben", do="save")

    refused = front_desk.post(address, sent)
    assert (refused.status_code, refused.context["touched"]) == (409, (visit,))

    WorkingHours.objects.filter(practitioner=clinic.physio).update(ends=time(13))
    stale = front_desk.post(address, sent)
    assert (stale.status_code, "Somebody has changed" in stale.text) == (409, True)
    assert front_desk.post(address, {**sent, "people": []}).status_code == 422


# A single day ------------------------------------------------------------------------------------

DAY = f"{ANNA}day/2027-01-12/"


def test_one_day_is_written_whole_and_given_back(front_desk, clinic):
    other = LocationFactory(name="Harbour")
    form = Page(front_desk.get(DAY)).form_with("w-0-starts").fields
    assert (form["w-0-starts"], form["w-0-ends"]) == ("09:00", "17:00")

    rows = [(1, "10", "11", "", other), (1, "13", "15", "", other)]
    front_desk.post(DAY, week(rows=rows, seen=form["seen"]))
    kept = ChangedDay.objects.order_by("starts").values_list("location__name", "starts", "ends")
    assert set(kept) == {
        ("Harbour", time(10), time(11)), ("Harbour", time(13), time(15)),
        ("Downtown", None, None),
    }  # fmt: skip
    with pytest.raises(TimeRefused):
        clinic.hold(NINE)

    page = front_desk.get(DAY)
    assert "Usually 09:00–17:00 Downtown." in page.text
    back = Page(page).sent("w-0-starts", do="usual")
    front_desk.post(DAY, back)
    assert ChangedDay.objects.count() == 0
    assert clinic.hold(NINE)
    assert AuditEvent.objects.filter(action="rota.day").count() == 2


def test_a_day_cleared_of_all_times_is_a_day_without_work(front_desk, clinic):
    front_desk.post(DAY, week(rows=[(1, "", "", "", clinic.place)], seen=seen(front_desk, DAY)))

    row = ChangedDay.objects.get()
    assert (row.day, row.starts, row.ends) == (date(2027, 1, 12), None, None)


def test_a_day_like_the_usual_one_is_no_changed_day(front_desk, clinic):
    rows = [(1, "9", "17", "", clinic.place)]

    assert front_desk.post(DAY, week(rows=rows, seen=seen(front_desk, DAY))).status_code == 302
    assert ChangedDay.objects.count() == 0


def test_a_day_shows_its_visits_first_and_is_told_of_changes(front_desk, clinic):
    visit = fill(clinic, [NINE])[NINE]
    sent = week(rows=[(1, "10", "17", "", clinic.place)], seen=seen(front_desk, DAY))

    refused = front_desk.post(DAY, sent)
    assert (refused.status_code, refused.context["touched"]) == (409, (visit,))

    said = Page(refused).sent("w-0-starts", do="save", **{"look-then": "nothing"})
    assert front_desk.post(DAY, said).status_code == 302
    assert front_desk.post(DAY, said).status_code == 409  # what was seen is no longer so
    assert ChangedDay.objects.get().starts == time(10)


def test_a_window_more_and_faults_on_a_day_keep_what_is_typed(front_desk, clinic):
    more = front_desk.post(DAY, week(rows=[(1, "10", "x", "", clinic.place)], do="more-1"))
    wrong = front_desk.post(DAY, week(rows=[(1, "10", "x", "", clinic.place)]))

    form = Page(more).form_with("w-0-starts").fields
    assert (form["w-0-ends"], form["w-1-starts"]) == ("x", "")
    assert wrong.status_code == 422
    assert Page(wrong).sent("w-0-starts")["w-0-ends"] == "x"


# All in one place --------------------------------------------------------------------------------


def test_the_overview_shows_what_holds_in_a_week(front_desk, clinic):
    BreakTimeFactory(practitioner=clinic.physio, location=clinic.place)
    ChangedDay.objects.create(practitioner=clinic.physio, location=clinic.place,
                              day=date(2027, 1, 13), starts=time(11), ends=time(12))  # fmt: skip
    TimeOffFactory(practitioner=clinic.physio, first_day=date(2027, 1, 14), starts=time(12))
    ClosureFactory(location=clinic.place, first_day=date(2027, 1, 15))
    RoomFactory(location=clinic.place, name="Gym", capacity=3)

    page = front_desk.get("/admin/rota/?week=2027-01-13")

    (line,) = page.context["lines"]
    words = [[(work.words, work.breaks) for work in cell.work] for cell in line.cells]
    assert words[:4] == [
        [("09:00–17:00", "12:00–13:00")], [("09:00–17:00", "")], [("11:00–12:00", "")],
        [("09:00–17:00", "")],
    ]  # fmt: skip
    assert [cell.changed for cell in line.cells] == [False, False, True, *[False] * 4]
    assert line.cells[3].notes == [("away", "away 12:00–24:00")]
    assert line.cells[4].notes == [("closed", "Downtown closed")]
    for words in ("Gym", "Public holidays", "Add time off", "Add a closure"):
        assert words in page.text
    assert "/admin/rota/anna/day/2027-01-13/" in Page(page).links


def test_the_overview_costs_the_same_for_one_and_for_many(front_desk, clinic):
    front_desk.get("/admin/rota/")
    with CaptureQueriesContext(connection) as one:
        front_desk.get("/admin/rota/")
    for number in range(4):
        works(PractitionerFactory(slug=f"more-{number}"), LocationFactory(), clinic.service)
    with CaptureQueriesContext(connection) as many:
        front_desk.get("/admin/rota/")

    assert len(many) == len(one)


def test_time_off_from_the_rota_is_filled_in_and_leads_back(front_desk, clinic):
    about = f"practitioner={clinic.physio.pk}&first_day=2027-02-02&back=rota"
    address = f"/admin/bookings/timeoff/add/?{about}"

    sent = Page(front_desk.get(address)).sent("first_day", last_day="2027-02-02")

    assert (sent["practitioner"], sent["first_day"]) == (str(clinic.physio.pk), "2027-02-02")
    assert front_desk.post(address, sent)["Location"] == "/admin/rota/"


@pytest.mark.parametrize("path", ["", "anna/", "anna/copy/", "anna/day/2027-01-12/"])
@pytest.mark.parametrize("role", [roles.CLINICAL_LEAD, roles.PHYSIO, roles.STUDENT])
def test_only_the_desk_and_managers_find_the_rota(client, clinic, path, role):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)

    assert client.get(f"/admin/rota/{path}").status_code == 404
    assert client.post(f"/admin/rota/{path}", {"do": "save"}).status_code in {404, 405}


@pytest.mark.parametrize(
    "path", ["nobody/", "nobody/copy/", "nobody/day/2027-01-12/", "anna/day/2027-02-30/"]
)
def test_whom_and_what_day_nobody_knows_is_not_found(front_desk, clinic, path):
    assert front_desk.get(f"/admin/rota/{path}").status_code == 404


@pytest.mark.parametrize("path", ["?week=soon", "anna/?on=soon"])
def test_a_day_that_is_none_is_said(front_desk, clinic, path):
    answer = front_desk.get(f"/admin/rota/{path}")

    assert answer.status_code == 422
    assert "Write the day as year-month-day" in answer.text


def test_a_get_writes_nothing(front_desk, clinic):
    for path in ("", "anna/?from=2027-03-01", "anna/copy/", "anna/day/2027-01-12/"):
        assert front_desk.get(f"/admin/rota/{path}").status_code == 200
    assert AuditEvent.objects.count() == 0
    assert len(hours_of(clinic.physio)) == 5
