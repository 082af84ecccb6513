"""The reports of a week counted by hand, as pages and as files; who sees which; what they cost."""

import csv
import io
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from bookings.models import FreedTime, WaitingEntry, WaitingOffer
from bookings.reports import attendance, booked_by, first_free, utilisation, waiting_list
from bookings.reports.figures import Count
from bookings.reports.figures import attendance as counted
from bookings.reports.reading import Reading
from clinic import practice, roles
from clinic.models import AuditEvent
from tests.bookings import hand_counted
from tests.bookings.board_page import reads, somebody, text
from tests.bookings.hand_counted import AVAILABLE, BOOKED, FIRST, LAST, MISSED, NOW, at
from tests.factories import (
    AppointmentFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    ServiceOfferFactory,
    WorkingHoursFactory,
)

pytestmark = pytest.mark.django_db
DAYS = "first=2027-03-08&last=2027-03-14"
DESK = ("first-available", "waiting-list", "reassessment")
MANAGER = ("utilisation", "attendance", "sources", *DESK)


@pytest.fixture
def week():
    with time_machine.travel(NOW, tick=False):
        yield hand_counted.make()


@pytest.fixture
def reading(week):
    return Reading([week.place], FIRST, LAST, NOW)


@pytest.fixture
def manager(client, week):
    return somebody(client, roles.MANAGER)


def rows(report, title):
    return next(table.rows for table in report.tables if table.title == title)


def test_utilisation_agrees_with_the_hand_count(reading):
    report = utilisation.report(reading)
    line = (AVAILABLE, BOOKED, MISSED, BOOKED / AVAILABLE)

    assert rows(report, "By practitioner") == [("Anna Example", "Toronto", *line)]
    assert rows(report, "By week") == [(FIRST, *line)]
    assert rows(report, "Week by week") == [("Anna Example", "Toronto", FIRST, *line)]
    assert report.headline[0] == ("Booked", "32.4 %")
    assert report.headline[2] == ("Hours available", "17:00 h")


def test_part_of_a_week_is_cut_by_days_of_the_place(week):
    """Monday and Tuesday alone, and the Sunday of the clock change alone."""
    begun = utilisation.report(Reading([week.place], FIRST, date(2027, 3, 9), NOW))
    sunday = utilisation.report(Reading([week.place], LAST, LAST, NOW))

    assert rows(begun, "By week")[0][:4] == (FIRST, 600, 210, 60)
    assert rows(sunday, "By week")[0][:4] == (FIRST, 300, 60, 0)


def test_two_weeks_are_two_lines(week):
    report = utilisation.report(Reading([week.place], FIRST, LAST + timedelta(7), NOW))

    # the next Monday 9–12 and Tuesday 9–17 less the break, Wed, Thu and Fri 9–12, Sunday 0–6
    assert rows(report, "By week")[1][:4] == (date(2027, 3, 15), 180 + 420 + 3 * 180 + 360, 60, 0)


def test_attendance_agrees_with_the_hand_count(week, reading):
    found = counted(reading.batches, reading.zones, reading.until)

    assert found.everybody == Count(came=5, missed=2, late=1, in_time=1, unsettled=1)
    assert [found.by_weekday[day] for day in (0, 1, 5, 6)] == [
        Count(came=2, missed=1), Count(came=2, missed=1, late=1, in_time=1), Count(came=1),
        Count(unsettled=1),
    ]  # fmt: skip
    # less than a day, 1–2, 3–6, 1–2 weeks, 2–4 weeks, more, not known
    assert [found.by_lead[lead] for lead in range(7)] == [
        Count(came=1), Count(came=1, unsettled=1), Count(came=1), Count(missed=1), Count(late=1),
        Count(came=2, missed=1), Count(in_time=1),
    ]  # fmt: skip


def test_the_rates_on_the_page_are_those_of_the_hand_count(reading):
    report = attendance.report(reading)

    assert rows(report, "By practitioner") == [("Anna Example", 8, 5, 2, 1, 0.25, 0.125, 1, 1)]
    assert rows(report, "By service") == [
        ("=Visit", 5, 3, 1, 1, 0.2, 0.2, 1, 1), ("Group", 3, 2, 1, 0, 1 / 3, 0.0, 0, 0),
    ]  # fmt: skip
    assert [row[0] for row in rows(report, "By weekday")] == [
        "Monday", "Tuesday", "Saturday", "Sunday",
    ]  # fmt: skip
    assert report.headline[:3] == [
        ("Did not come", "25.0 %"), ("Cancelled late", "12.5 %"),
        ("Visits that were to take place", "8"),
    ]  # fmt: skip


def test_sources_agree_with_the_hand_count(reading):
    report = booked_by.report(reading)

    assert rows(report, "By way of booking") == [
        ("online", 7, 1, 6, 0.7), ("front desk", 2, 0, 2, 0.2), ("practitioner", 1, 1, 0, 0.1),
        ("imported", 0, 0, 0, 0.0),
    ]  # fmt: skip
    assert rows(report, "By service") == [
        ("=Visit", 4, 2, 1, 0, 7), ("Group", 3, 0, 0, 0, 3),
    ]  # fmt: skip


def test_how_long_new_patients_waited(week, reading):
    assert rows(first_free.report(reading), "How long new patients waited") == [("=Visit", 2, 3, 6)]


def test_the_next_free_time_is_what_a_patient_is_offered(week, reading):
    """It is Saturday the 20th, 8:00 in Toronto; Anna works again on Sunday from midnight."""
    line = rows(first_free.report(reading), "Next free time by service")[0]

    assert line == ("=Visit", 0.7, "Sunday 21 March 2027, 00:00", "Toronto", "Anna Example")


def test_each_practitioner_has_a_next_free_time_of_their_own(week, reading):
    """Anna on Sunday from midnight; Ben, who does the same visit, on Monday at 9; Cleo never."""
    for name, weekday in (("Ben", 0), ("Cleo", None)):
        person = PractitionerFactory(name=name)
        ServiceOfferFactory(service=week.visit, practitioner=person, location=week.place)
        if weekday is not None:
            WorkingHoursFactory(practitioner=person, location=week.place, weekday=weekday)

    report = first_free.report(reading)
    theirs = [
        ("Anna Example", "=Visit", 0.7, "Sunday 21 March 2027, 00:00", "Toronto"),
        ("Anna Example", "Group", None, "none until the horizon", ""),
        ("Ben", "=Visit", 2.0, "Monday 22 March 2027, 09:00", "Toronto"),
        ("Cleo", "=Visit", None, "none until the horizon", ""),
    ]

    assert rows(report, "By practitioner") == theirs
    assert report.headline == [
        ("Soonest, any service (days)", "0.7"), ("Longest wait for a service (days)", "0.7"),
    ]  # fmt: skip
    assert [table.rows for table in first_free.at_a_glance(NOW)] == [
        rows(report, "Next free time by service"), theirs,
    ]  # fmt: skip


def test_the_first_page_says_when_each_service_is_next_free(client, week):
    somebody(client, roles.FRONT_DESK)
    page = text(client.get("/admin/"))
    tile = page[page.index('id="free-next"') :]

    assert "Sunday 21 March 2027, 00:00" in tile
    assert '<th scope="row">Anna Example</th> <td>=Visit</td>' in tile
    assert "/admin/reports/first-available/" in tile


def test_the_first_page_reads_no_more_services_than_it_shows(week, django_assert_max_num_queries):
    for number in range(first_free.MOST + 4):
        offered = ServiceFactory(position=number)
        ServiceOfferFactory(service=offered, practitioner=week.anna, location=week.place)

    with django_assert_max_num_queries(1 + 3 * first_free.MOST):
        services, _people = first_free.at_a_glance(NOW)

    assert len(services.rows) == first_free.MOST


@pytest.fixture
def waiting(week):
    """Four joined, two still wait; five offers; three times became free, one was filled."""

    def entry(state="waiting", days=0):
        made = NOW - timedelta(days=days + 7)
        return WaitingEntry.objects.create(
            service=week.visit, first_name="Wes", last_name="Waits", state=state,
            privacy_dated=FIRST, consented_at=made, created_at=made,
            closed_at=None if state == "waiting" else NOW,
            patient=PatientFactory() if state == "served" else None,
        )  # fmt: skip

    freed = [
        FreedTime.objects.create(
            practitioner=week.anna, location=week.place, starts_at=at(20 + n, 9),
            ends_at=at(20 + n, 10), source=str(n), freed_at=at(10, n + 1),
        )
        for n in range(3)
    ]  # fmt: skip
    entries = [entry(), entry(), entry("served"), entry("left"), entry(days=30)]
    for number, (state, of, to) in enumerate(
        [
            ("declined", 0, 0),
            ("accepted", 0, 2),
            ("expired", 1, 0),
            ("expired", 1, 1),
            ("open", 2, 1),
        ]
    ):
        hold = AppointmentFactory(
            practitioner=week.anna, location=week.place, service=week.visit, patient=None,
            state="expired", starts_at=at(20 + of, 9), booked_at=None,
        )  # fmt: skip
        WaitingOffer.objects.create(
            entry=entries[to], freed=freed[of], appointment=hold, offered_at=at(11, 1 + number),
            expires_at=NOW, state=state, answered_at=None if state == "open" else NOW,
        )  # fmt: skip
    return week


def test_the_waiting_list_agrees_with_the_hand_count(waiting, reading):
    report = waiting_list.report(reading)

    assert rows(report, "By service") == [("=Visit", 4, 3, 5, 1, 1, 2, 0.2)]
    assert rows(report, "Times that became free") == [("Toronto", 3, 1, 1 / 3)]
    assert report.headline == [
        ("Waiting now", "3"), ("Freed times filled", "33.3 %"), ("Offers accepted", "20.0 %"),
    ]  # fmt: skip


@pytest.mark.parametrize("slug", MANAGER)
def test_a_manager_opens_every_report_and_both_files(manager, slug):
    page = manager.get(f"/admin/reports/{slug}/?{DAYS}")
    assert page.status_code == 200
    assert " style=" not in text(page)
    assert manager.get(f"/admin/reports/{slug}.csv?{DAYS}").status_code == 200
    assert manager.get(f"/admin/reports/{slug}.xlsx?{DAYS}").status_code == 200
    exported = AuditEvent.objects.filter(action="report.export").order_by("position")
    assert [event.data["kind"] for event in exported] == ["csv", "xlsx"]
    assert exported[0].data == {
        "report": slug, "kind": "csv", "first": "2027-03-08", "last": "2027-03-14",
    }  # fmt: skip


def test_the_desk_sees_what_helps_the_day_and_nothing_about_colleagues(client, week):
    somebody(client, roles.FRONT_DESK)
    page = text(client.get(f"/admin/reports/?{DAYS}"))

    assert [slug for slug in MANAGER if f"/admin/reports/{slug}/" in page] == list(DESK)
    for slug in MANAGER:
        expected = 200 if slug in DESK else 404
        for address in (f"{slug}/", f"{slug}.csv", f"{slug}.xlsx"):
            assert client.get(f"/admin/reports/{address}?{DAYS}").status_code == expected, address


@pytest.mark.parametrize("role", [roles.PHYSIO, roles.CLINICAL_LEAD, None])
def test_to_others_there_are_no_reports(client, week, role):
    somebody(client, *([role] if role else []))

    for address in ("", "utilisation/", "waiting-list.csv"):
        assert client.get(f"/admin/reports/{address}").status_code == 404


def test_the_overview_shows_figures_at_a_glance(manager):
    page = text(manager.get(f"/admin/reports/?{DAYS}"))

    assert "<dt>Booked</dt><dd>32.4 %</dd>" in page
    assert "<dt>Did not come</dt><dd>25.0 %</dd>" in page


def test_without_days_the_last_four_whole_weeks_are_shown(manager):
    with time_machine.travel(NOW, tick=False):  # Saturday
        form = manager.get("/admin/reports/utilisation/").context["form"]

    assert (form.cleaned_data["first"], form.cleaned_data["last"]) == (
        date(2027, 2, 15), date(2027, 3, 14),
    )  # fmt: skip


@pytest.mark.parametrize(
    "asked",
    ["first=2027-03-14&last=2027-03-08", "first=x", "last=", "first=2020-01-01", "place=none"],
)
def test_days_that_cannot_be_counted_are_said(manager, asked):
    for address in ("", "utilisation/", "utilisation.csv"):
        answer = manager.get(f"/admin/reports/{address}?{asked}")
        assert answer.status_code == 422
        assert "errorlist" in text(answer)


def test_unknown_reports_and_files_are_404(manager):
    for address in ("nothing/", "nothing.csv", "utilisation.pdf"):
        assert manager.get(f"/admin/reports/{address}").status_code == 404


def test_a_place_is_counted_alone(manager, week):
    other = LocationFactory(slug="other", position=2)
    page = manager.get(f"/admin/reports/attendance/?{DAYS}&place={other.slug}")

    assert "Nothing on these days." in text(page)


def test_the_csv_holds_the_figures_and_no_formula(manager):
    answer = manager.get(f"/admin/reports/attendance.csv?{DAYS}")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert answer["Content-Disposition"] == (
        'attachment; filename="attendance-2027-03-08-2027-03-14.csv"'
    )
    assert ["'=Visit", "5", "3", "1", "1", "20.0", "20.0", "1", "1"] in lines
    assert lines[3][5] == "No-show rate (%)"


def test_the_xlsx_holds_a_sheet_for_every_table(manager):
    answer = manager.get(f"/admin/reports/attendance.xlsx?{DAYS}")
    book = load_workbook(io.BytesIO(answer.content))

    assert book.sheetnames == ["By practitioner", "By service", "By weekday", "By lead time"]
    assert [cell.value for cell in book["By service"][2]] == ["'=Visit", 5, 3, 1, 1, 20, 20, 1, 1]


@pytest.mark.parametrize("slug", ["utilisation", "attendance", "sources", "waiting-list"])
@pytest.mark.parametrize("more", [0, 20])
def test_a_report_costs_the_same_however_much_there_is(manager, week, slug, more):
    for number in range(more):
        AppointmentFactory(
            practitioner=PractitionerFactory(), location=week.place, service=ServiceFactory(),
            starts_at=at(8 + number % 5, 9), state="completed",
        )  # fmt: skip
    practice.forget()
    with CaptureQueriesContext(connection) as asked:
        manager.get(f"/admin/reports/{slug}/?{DAYS}")

    # places, places of the form; and what the report reads
    wanted = {"utilisation": 3, "attendance": 3, "sources": 3, "waiting-list": 4}[slug]
    assert len(reads(asked)) == 2 + wanted, reads(asked)


def test_the_visits_are_found_by_their_place_and_time(week, reading):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as asked:
        assert reading.batches
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute(explain + asked[0]["sql"])
        plan = str(cursor.fetchall())

    assert ("visit_by_" if connection.vendor == "sqlite" else "Index") in plan
    assert "Seq Scan on bookings_appointment" not in plan
    assert "SCAN bookings_appointment" not in plan
