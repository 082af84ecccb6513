"""Rule 2 in every corner: odd offsets, both directions, and a server with older zone data.

One clinic in each zone, on the day before and the day of a clock change. Whatever shows or takes
a time (page, desk, board, list, closures, waiting list, moves, letters, reminders, calendars)
means the same instant, worked out here from the offsets alone.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection

from bookings import actions, feeds
from bookings.actions import waiting
from bookings.actions.waiting import Wishes
from bookings.models import Appointment
from clinic import outbox, practice, roles
from clinic.audit import GUEST
from clinic.models import Patient
from tests.bookings import web
from tests.bookings.board_page import somebody, text
from tests.bookings.conftest import HOUR, Clinic, details, works
from tests.bookings.ics_reader import Diary, read
from tests.bookings.waiting_room import running, work
from tests.factories import (
    ClosureFactory,
    LocationFactory,
    PatientFactory,
    PracticeFactory,
    PractitionerFactory,
    ServiceFactory,
)

# A zone, a day, its offset at noon, and the offset a day earlier.
DAYS = [
    ("Asia/Kathmandu", "2027-03-28", "+05:45", "+05:45"),
    ("Australia/Darwin", "2027-10-03", "+09:30", "+09:30"),
    ("Australia/Adelaide", "2027-10-03", "+10:30", "+09:30"),
    ("Australia/Adelaide", "2027-04-04", "+09:30", "+10:30"),
    ("America/St_Johns", "2027-03-14", "-02:30", "-03:30"),
    ("America/St_Johns", "2027-11-07", "-03:30", "-02:30"),
    ("Pacific/Chatham", "2027-09-26", "+13:45", "+12:45"),
    ("Australia/Lord_Howe", "2027-04-04", "+10:30", "+11:00"),
]
everywhere = pytest.mark.parametrize(("zone", "day", "offset", "before"), DAYS)


def opened(zone) -> Clinic:
    """Open seven days a week from nine to five."""
    place = LocationFactory(slug="downtown", name="Downtown", time_zone=zone)
    service = ServiceFactory(slug="first-visit", minutes=60, step_minutes=60, cutoff_minutes=0)
    physio = works(PractitionerFactory(slug="anna"), place, service, range(7))
    settings = PracticeFactory(time_zone=zone)
    practice.forget()
    return Clinic(settings, place, physio, service)


def on(day, clock, offset) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}{offset}")


def eve_of(day) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def a_week_before(day, offset):
    return time_machine.travel(on(day, "12:00", offset) - timedelta(days=7), tick=False)


@everywhere
def test_rule_02_what_the_desk_types_is_the_wall_of_the_place(
    client, db, zone, day, offset, before
):
    clinic = opened(zone)
    patient = PatientFactory()
    with a_week_before(day, offset):
        desk = somebody(client, roles.FRONT_DESK)
        for on_day, clock in ((eve_of(day), "10:00"), (day, "11:00")):
            typed = {
                "patient": patient.pk, "service": clinic.service.pk, "day": on_day, "time": clock,
                "practitioner": clinic.physio.pk, "location": clinic.place.pk, "take": "",
            }  # fmt: skip
            assert desk.post("/admin/phone/", typed).status_code == 302

    visits = Appointment.objects.order_by("starts_at")
    assert [visit.starts_at for visit in visits] == [
        on(eve_of(day), "10:00", before), on(day, "11:00", offset),
    ]  # fmt: skip


@everywhere
def test_rule_02_board_and_lists_put_a_visit_on_its_local_day(
    client, db, zone, day, offset, before
):
    clinic = opened(zone)
    with a_week_before(day, offset):
        late = clinic.book(on(day, "16:00", offset), now=datetime.now(UTC), first_name="Late")
    with time_machine.travel(on(eve_of(day), "23:30", before), tick=False):
        desk = somebody(client, roles.FRONT_DESK)
        listed = {
            when: "Late Guest" in text(desk.get(f"/admin/bookings/appointment/?when={when}"))
            for when in ("today", "tomorrow")
        }
        board = {
            which: str(late.pk) in text(desk.get(f"/admin/board/?day={which}"))
            for which in (eve_of(day), day)
        }
        card = text(desk.get(f"/admin/board/visit/{late.pk}/"))

    assert listed == {"today": False, "tomorrow": True}
    assert board == {eve_of(day): False, day: True}
    assert "16:00–17:00" in card


@everywhere
def test_rule_02_a_closure_takes_the_hours_of_the_wall(db, zone, day, offset, before):
    clinic = opened(zone)
    for which in (eve_of(day), day):
        ClosureFactory(
            location=clinic.place, first_day=date.fromisoformat(which), starts=time(10),
            ends=time(16),
        )  # fmt: skip
    with a_week_before(day, offset):
        assert web.offered(eve_of(day)) == web.offered(day) == ["09:00", "16:00"]


@everywhere
def test_rule_02_the_waiting_list_knows_weekday_and_part_of_the_day(db, zone, day, offset, before):
    clinic = opened(zone)
    now = on(day, "12:00", offset) - timedelta(days=7)
    weekday = date.fromisoformat(day).weekday()
    with time_machine.travel(now, tick=False):
        visits = [
            clinic.book(on(which, clock, shift), browser=f"{which}{clock}", now=now)
            for which, shift in ((eve_of(day), before), (day, offset))
            for clock in ("11:00", "12:00")
        ]
        wishes = Wishes(weekdays=[weekday], parts=[1])
        waiting.join(
            clinic.service, details(email="w@example.com"), wishes, by=GUEST, now=now - HOUR
        )
        for visit in visits:
            actions.cancel(visit, reason="other", by=GUEST, now=now)
    work(now)

    assert [start for _, start in running()] == [on(day, "12:00", offset)]


@everywhere
def test_rule_02_booked_moved_told_reminded_and_cancelled_over_the_change(
    client, db, zone, day, offset, before
):
    clinic = opened(zone)
    diary = Diary()
    start, moved = on(eve_of(day), "09:00", before), on(day, "09:00", offset)
    with a_week_before(day, offset):
        visit = web.book(eve_of(day), "09:00")
        assert visit.row.starts_at == start
        diary.receive(sent_file())
        [entry] = diary.entries.values()
        assert (entry.starts, entry.ends) == (start, start + HOUR)
    with time_machine.travel(start - timedelta(days=3), tick=False):
        sent = {"practitioner": "anna", "location": "downtown"}
        assert web.move(visit, {**sent, "starts_at": f"{day}T09:00{offset}"}).status_code == 303
        diary.receive(sent_file())
        [entry] = diary.entries.values()
        assert (entry.starts, entry.ends) == (moved, moved + HOUR)
        assert "09:00–10:00" in client.get(visit.address).text
        assert mail.outbox[-1].subject.endswith(", 09:00")
    assert [reminded(moved - timedelta(hours=hours)) for hours in (49, 48, 3)] == [0, 1, 1]
    with time_machine.travel(moved - HOUR, tick=False):
        [event] = read(feeds.calendar(clinic.physio, moved - HOUR)).children
        assert event.instant("DTSTART") == moved
        assert web.cancel(visit).status_code == 303
        diary.receive(sent_file())
    assert diary.entries == {}


def sent_file() -> bytes:
    """Let the worker send; return the calendar file of the last letter."""
    outbox.send_due()
    parts = mail.outbox[-1].message().walk()
    return next(p for p in parts if p.get_content_type() == "text/calendar").get_payload(
        decode=True
    )


def reminded(at) -> int:
    with time_machine.travel(at, tick=False):
        actions.queue_reminders(now=at)
        before = len(mail.outbox)
        outbox.send_due()
    return len(mail.outbox) - before


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"])
def test_rule_02_dates_stay_dates(db, zone):
    """Typed as a date, stored as a date, whatever the clock of the place or of the server."""
    opened(zone)
    now = datetime(2027, 1, 10, 11, 30, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        day = (date(2027, 1, 13)).isoformat()
        web.book(day, "09:00", date_of_birth="1996-02-29")

    assert Patient.objects.get().date_of_birth == date(1996, 2, 29)


@pytest.mark.postgresql_only
def test_rule_02_a_server_with_older_zone_data_changes_nothing(client, clinic):
    """Alberta keeps one clock from November 2026 on; a server that was not updated is an hour off.

    The quarter past midnight is the test: by the old clock it belongs to the day before.
    """
    midnight = datetime(2027, 1, 11, 6, 15, tzinfo=UTC)  # Monday, 00:15 in Edmonton
    works(PractitionerFactory(slug="owl", name="Owl"), clinic.place, clinic.service, [0], time(0),
          time(3))  # fmt: skip
    clinic.service.step_minutes = 15
    clinic.service.save()
    visit = web.book("2027-01-11", "00:15", query={"practitioner": "owl"}, first_name="Night")
    with connection.cursor() as cursor:
        cursor.execute("SELECT (%s AT TIME ZONE 'America/Edmonton')::date", [midnight])
        theirs = cursor.fetchone()[0]
    desk = somebody(client, roles.FRONT_DESK)

    assert theirs in (date(2027, 1, 10), date(2027, 1, 11))  # what the server thinks
    assert visit.row.starts_at == midnight
    assert "00:15" not in web.offered("2027-01-11", practitioner="owl")
    assert "Monday 11 January 2027, 00:15" in client.get(visit.address).text
    assert "Night Guest" in text(desk.get("/admin/bookings/appointment/?when=tomorrow"))
    assert "Night Guest" not in text(desk.get("/admin/bookings/appointment/?when=today"))
    assert str(visit.row.pk) in text(desk.get("/admin/board/?day=2027-01-11"))
    assert str(visit.row.pk) not in text(desk.get("/admin/board/?day=2027-01-10"))
