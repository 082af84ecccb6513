"""Rules 2, 5 to 8 and 11 to 14 of booking, through rows, pages and actions."""

import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import OperationalError, connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from bookings import actions, invariants, schedule
from bookings.availability import Refusal
from bookings.errors import TimeTaken
from bookings.models import Appointment
from bookings.schedule import visits
from clinic import practice
from clinic.models import Practice
from tests.bookings.conftest import HOUR, Clinic, at, works
from tests.bookings.page import Page
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    ClosureFactory,
    LocationFactory,
    PracticeFactory,
    PractitionerFactory,
    ServiceFactory,
    ServiceOfferFactory,
)

ROOT = Path(__file__).resolve().parent.parent.parent
LIST, HOLD = "/book/first-visit/", "/book/first-visit/hold/"
MONDAY = at(9).date()


def listed(clinic, practitioner=None, service=None, day=MONDAY):
    service = service or clinic.service
    found = schedule.free_times(service, practitioner or clinic.physio, None, day, day, NOW)
    return " ".join(f"{t.starts_at.astimezone(t.location.tz):%H:%M}" for t in found)


def opened(zone, days=range(7)):
    place = LocationFactory(slug="downtown", time_zone=zone)
    service = ServiceFactory(slug="first-visit")
    physio = PractitionerFactory(slug="anna")
    works(physio, place, service, days, time(9), time(11))
    return Clinic(PracticeFactory(), place, physio, service)


# Both directions, in zones with odd offsets; Kathmandu and Darwin never change their clocks.
CHANGES = [
    ("Asia/Kathmandu", "2027-03-28", "+05:45", "+05:45"),
    ("Australia/Darwin", "2027-10-03", "+09:30", "+09:30"),
    ("Australia/Adelaide", "2027-10-03", "+09:30", "+10:30"),
    ("Australia/Adelaide", "2027-04-04", "+10:30", "+09:30"),
    ("America/St_Johns", "2027-03-14", "-03:30", "-02:30"),
    ("America/St_Johns", "2027-11-07", "-02:30", "-03:30"),
    ("Australia/Lord_Howe", "2027-10-03", "+10:30", "+11:00"),
    ("Pacific/Chatham", "2027-04-04", "+13:45", "+12:45"),
]


@pytest.mark.parametrize(("zone", "day", "before", "after"), CHANGES)
def test_rule_02_odd_zones_on_both_sides_of_a_change(client, db, zone, day, before, after):
    """Listed on the page, held over HTTP, read back from the API: the same instants."""
    opened(zone)
    change = datetime.fromisoformat(f"{day}T12:00{after}")
    eve = (change - timedelta(days=1)).date().isoformat()
    with time_machine.travel(change - timedelta(days=9), tick=False):
        for on, offset in ((eve, before), (day, after)):
            times = [
                sent
                for sent in Page(client.get(LIST, {"from": on})).times()
                if sent["starts_at"].startswith(on)
            ]
            assert [sent["starts_at"] for sent in times] == [
                f"{on}T{clock}{offset}" for clock in ("09:00", "09:30", "10:00")
            ]
            answer = client.__class__().post(HOLD, times[0])
            assert answer.status_code == 303
            slots = client.get("/api/v1/slots/", {"service": "first-visit", "from": on}).json()
            assert [slot["starts_at"] for slot in slots["slots"]] == [f"{on}T10:00{offset}"]
    starts = Appointment.objects.order_by("starts_at").values_list("starts_at", flat=True)
    assert list(starts) == [
        datetime.fromisoformat(f"{eve}T09:00{before}"),
        datetime.fromisoformat(f"{day}T09:00{after}"),
    ]


@pytest.mark.parametrize("weekday", range(7))
def test_rule_02_weekdays_have_one_numbering(client, db, weekday):
    """Hours of one weekday are offered on dates whose own weekday it is, far from UTC."""
    opened("Pacific/Kiritimati", days=[weekday])

    times = Page(client.get(LIST)).times()

    days = {datetime.fromisoformat(sent["starts_at"]).weekday() for sent in times}
    assert days == {weekday}


def test_rule_02_the_databases_own_zones_are_never_asked(client, clinic, admin_client):
    """PostgreSQL may hold older zone data: local days are worked out in Python, always."""
    clinic.book()
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)
        client.get("/api/v1/slots/", {"service": "first-visit"})
        client.post(HOLD, Page(client.get(LIST)).times()[0])
        admin_client.get("/admin/bookings/appointment/")
    asked = " ".join(query["sql"] for query in queries).upper()
    assert "AT TIME ZONE" not in asked
    assert "DATE_TRUNC" not in asked


def test_rule_02_no_code_asks_the_database_for_a_local_day():
    pattern = re.compile(r"__date\b(?!_)|\bTrunc[A-Z(]|\bExtract[A-Z(]|date_hierarchy|AT TIME ZONE")
    offenders = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for app in ("bookings", "clinic", "assessments")
        for path in (ROOT / app).rglob("*.py")
        for line in path.read_text().splitlines()
        if pattern.search(line) and "migrations" not in path.parts
    ]
    assert offenders == []


@pytest.mark.parametrize("state", Appointment.State.values)
def test_rule_06_which_states_keep_their_time(clinic, state):
    blocks = {"held", "requested", "booked", "arrived", "in_progress", "completed", "session"}
    more = {"seats": 3, "patient": None} if state == "session" else {}
    AppointmentFactory(
        practitioner=clinic.physio, location=clinic.place, service=clinic.service, state=state,
        starts_at=at(9), held_until=NOW + HOUR, cancelled_at=NOW, **more,
    )  # fmt: skip

    free = "09:00" in listed(clinic)

    assert free == (state not in blocks)
    if state in blocks:
        with pytest.raises(TimeTaken):
            clinic.hold(at(9))
    else:
        clinic.hold(at(9))


def test_rule_06_a_visit_in_progress_blocks_its_remainder(clinic):
    AppointmentFactory(
        practitioner=clinic.physio, location=clinic.place, service=clinic.service,
        starts_at=at(9), state="in_progress",
    )  # fmt: skip
    with time_machine.travel(at(9, 15), tick=False):
        found = schedule.free_times(clinic.service, clinic.physio, None, MONDAY, MONDAY, at(9, 15))
    assert found[0].starts_at == at(10)  # back to back is allowed


@pytest.mark.parametrize(
    ("after", "before", "first"),
    [
        pytest.param(0, 0, "10:00", id="none"),
        pytest.param(15, 30, "10:30", id="the later one asks for more"),
        pytest.param(30, 15, "10:30", id="the earlier one asks for more"),
        pytest.param(30, 30, "10:30", id="never their sum"),
        pytest.param(45, 0, "11:00", id="rounded up to the grid"),
    ],
)
def test_rule_07_the_larger_buffer_is_kept_between_two_services(clinic, after, before, first):
    other = ServiceFactory(slug="other", buffer_after=after)
    ServiceOfferFactory(service=other, practitioner=clinic.physio, location=clinic.place)
    clinic.hold(at(9), service=other)
    clinic.service.buffer_before = before
    clinic.service.save()

    assert listed(clinic).split()[0] == first
    assert listed(clinic).split()[-1] == "16:00"  # nothing is kept free at the end of the day


def test_rule_07_moving_ignores_its_own_old_time(client, clinic, desk):
    clinic.service.buffer_before = clinic.service.buffer_after = 30
    clinic.service.save()
    visit = clinic.book(at(12))

    moved = actions.move(
        visit, practitioner=clinic.physio, location=clinic.place, starts_at=at(12, 30), by=desk,
        now=NOW,
    )  # fmt: skip

    assert moved.starts_at == at(12, 30)


@pytest.mark.parametrize(
    ("travel", "expected"),
    [(0, "13:00 13:30"), (30, "13:30"), (60, ""), (45, "")],
)
def test_rule_08_travel_between_places_is_a_setting(clinic, travel, expected):
    """One window here in the morning, one elsewhere after lunch; a visit here until 13:00."""
    Practice.objects.update(travel_minutes=travel)
    practice.forget()
    clinic.physio.hours.all().delete()
    other = LocationFactory(slug="uptown")
    works(clinic.physio, other, clinic.service, [0], time(13), time(14, 30))
    AppointmentFactory(practitioner=clinic.physio, location=clinic.place, starts_at=at(12))

    assert listed(clinic) == expected


def test_rule_08_several_windows_a_day_at_several_places(clinic):
    other = LocationFactory(slug="uptown", position=5)
    clinic.physio.hours.all().delete()
    clinic.physio.hours.create(location=clinic.place, weekday=0, starts=time(8), ends=time(9))
    works(clinic.physio, other, clinic.service, [0], time(10), time(11))
    clinic.physio.hours.create(location=clinic.place, weekday=0, starts=time(18), ends=time(19))

    assert listed(clinic) == "08:00 10:00 18:00"
    ClosureFactory(location=other, first_day=MONDAY, starts=time(10, 30))
    ClosureFactory(location=clinic.place, first_day=MONDAY, starts=time(18, 30))
    assert listed(clinic) == "08:00"


def test_rule_11_first_available_looks_at_every_place_and_person(client, clinic):
    other = LocationFactory(slug="uptown", position=5)
    early = PractitionerFactory(name="Zoe Example", slug="zoe")
    works(early, other, clinic.service, [0], time(7), time(8))

    page = client.get(LIST)

    assert "with Zoe Example, " in page.text
    assert page.context["sheet"].available.starts_at == at(7)


def test_rule_11_first_available_ends_with_the_horizon(client, clinic):
    ClosureFactory(location=clinic.place, first_day=MONDAY, last_day=MONDAY + timedelta(days=2000))
    page = client.get(LIST)

    assert page.status_code == 200
    assert page.context["sheet"].available is None
    assert "the last day that can be booked online" in page.text


@pytest.mark.parametrize("address", [LIST, "/api/v1/slots/?service=first-visit"])
def test_rule_13_a_failing_database_is_an_error_never_fully_booked(
    client, clinic, monkeypatch, address
):
    def broken(*args):
        raise OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr(visits, "visits", broken)
    client.raise_request_exception = False

    answer = client.get(address)

    assert answer.status_code in (500, 503)
    assert "Nothing is free" not in answer.text
    assert '"slots"' not in answer.text


def test_rule_13_a_failing_engine_is_an_error_never_fully_booked(client, clinic, monkeypatch):
    def broken(*args, **kwargs):
        raise ValueError("Windows must be in order")

    monkeypatch.setattr("bookings.availability.free_starts", broken)
    client.raise_request_exception = False

    answer = client.get(LIST)

    assert answer.status_code == 500
    assert "Nothing is free" not in answer.text


def test_rule_14_overlaps_are_counted_by_whose_time_it_is(clinic):
    """The counting itself: visits overbooked on purpose overlap, and are no fault."""
    first = AppointmentFactory(practitioner=clinic.physio, starts_at=at(9))
    for minute in (15, 45):
        AppointmentFactory(
            practitioner=clinic.physio, patient=first.patient, starts_at=at(9, minute),
            overbooked=True, overbook_reason="asked for",
        )  # fmt: skip
    AppointmentFactory(practitioner=clinic.physio, starts_at=at(11))

    assert invariants.overlaps() == {"practitioner": 0, "patient": 0, "room": 0}
    assert invariants.overbooked().count() == 2
    assert invariants._overlapping(Q(), ["practitioner"]) == 2
    assert invariants._overlapping(Q(), ["patient"]) == 2


def test_rule_12_an_inactive_value_is_refused_and_never_replaced(client, clinic):
    sent = Page(client.get(LIST)).times()[0]
    clinic.colleague()
    clinic.physio.is_active = False
    clinic.physio.save()

    answer = client.post(HOLD, {**sent, "or_any": ""})

    assert answer.status_code in (404, 409)
    assert Appointment.objects.count() == 0


def test_rule_05_the_desk_and_the_page_ask_one_function(clinic):
    """Whoever asks, the answer about a start is the listing's."""
    for number in range(24 * 12):
        start = datetime(2027, 1, 11, 6, tzinfo=UTC) + timedelta(minutes=5 * number)
        refusal = schedule.check_time(clinic.service, clinic.physio, clinic.place, start, NOW)
        clock = f"{start - timedelta(hours=6):%H:%M}"
        inside = start - timedelta(hours=6) < datetime(2027, 1, 12, tzinfo=UTC)
        assert (refusal is None) == (inside and clock in listed(clinic).split())
        assert refusal in (None, Refusal.OFF_GRID, Refusal.OUTSIDE_HOURS)
