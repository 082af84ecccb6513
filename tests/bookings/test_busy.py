"""Busy times from another system: read, honoured by the engine, replaced by the next file."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bookings import busy
from bookings.errors import TimeRefused
from bookings.models import BusyImport, BusyTime, HoursChange, OtherTimes
from clinic.models import AuditEvent
from tests.bookings.conftest import at
from tests.bookings.page import Page
from tests.bookings.waiting_room import fill
from tests.conftest import NOW

EDMONTON = ZoneInfo("America/Edmonton")
ADDRESS = "/admin/rota/anna/busy/"
SECRET = "Zaunkoenig"


def event(*lines, uid="1"):
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{SECRET}", *lines, "END:VEVENT"])


def calendar(*events):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *events, "END:VCALENDAR", ""])


def read(text, tz=EDMONTON):
    return busy.read(text.encode(), tz=tz, now=NOW)


def local(reading):
    """Month-day and hours on the clock in Edmonton."""
    return [
        f"{start.astimezone(EDMONTON):%m-%d %H:%M}/{end.astimezone(EDMONTON):%m-%d %H:%M}"
        for start, end in reading.spans
    ]


# Calendars ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "times"),
    [
        pytest.param(
            ["DTSTART;TZID=America/Edmonton:20270111T090000",
             "DTEND;TZID=America/Edmonton:20270111T093000"],
            ["01-11 09:00/01-11 09:30"], id="with a zone",
        ),
        pytest.param(
            ["DTSTART:20270111T160000Z", "DURATION:PT45M"],
            ["01-11 10:00/01-11 10:45"], id="in UTC, with a length",
        ),
        pytest.param(
            ["DTSTART:20270111T090000", "DTEND:20270111T100000"],
            ["01-11 09:00/01-11 10:00"], id="on the clock of the place",
        ),
        pytest.param(
            ["DTSTART;VALUE=DATE:20270112"], ["01-12 00:00/01-13 00:00"], id="a whole day",
        ),
        pytest.param(
            ["DTSTART:20270111T160010Z", "DTEND:20270111T161030Z"],
            ["01-11 10:00/01-11 10:11"], id="to whole minutes, outwards",
        ),
        pytest.param(
            ["DTSTART:20270104T160000Z", "DTEND:20270104T170000Z",
             "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270120T000000Z", "EXDATE:20270113T160000Z"],
            ["01-11 10:00/01-11 11:00", "01-18 10:00/01-18 11:00"], id="every week until, but for",
        ),
        pytest.param(
            ["DTSTART;VALUE=DATE:20270101", "RRULE:FREQ=MONTHLY;BYMONTHDAY=15;COUNT=2"],
            ["01-15 00:00/01-16 00:00", "02-15 00:00/02-16 00:00"], id="so many times",
        ),
        pytest.param(
            ["DTSTART:20200106T160000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=700"],
            ["09-06 10:00/09-06 11:00"], id="begun years ago, still in step",
        ),
        pytest.param(["DTSTART:20270111T160000Z"], [], id="a mark takes no time"),
        pytest.param(
            ["DTSTART:20261101T160000Z", "DURATION:PT1H"], [], id="what is over is left out"
        ),
    ],
)  # fmt: skip
def test_events_are_read(lines, times):
    reading = read(calendar(event(*lines)))

    assert reading.faults == []
    assert local(reading)[: len(times) or 1] == times


def test_a_week_across_a_clock_change_keeps_its_hour():
    lines = ["DTSTART;TZID=Europe/London:20270322T090000",
             "DTEND;TZID=Europe/London:20270322T100000", "RRULE:FREQ=WEEKLY;COUNT=2"]  # fmt: skip

    spans = read(calendar(event(*lines))).spans

    assert [start.hour for start, _ in spans] == [9, 8]  # UTC; the clocks go forward on the 28th


def test_one_occurrence_written_anew_stands_in_place_of_the_rule():
    series = event("DTSTART:20270111T160000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2")
    moved = event("RECURRENCE-ID:20270118T160000Z", "DTSTART:20270119T180000Z", "DURATION:PT1H")

    assert local(read(calendar(series, moved))) == [
        "01-11 10:00/01-11 11:00", "01-19 12:00/01-19 13:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "mark", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"]
)
def test_what_is_free_or_cancelled_blocks_nothing(mark):
    reading = read(calendar(event("DTSTART:20270111T160000Z", "DURATION:PT1H", mark)))

    assert (reading.spans, reading.free) == ([], 1)


def test_free_busy_is_read_too():
    block = "\r\n".join([
        "BEGIN:VFREEBUSY", "FREEBUSY;FBTYPE=BUSY:20270111T160000Z/PT1H",
        "FREEBUSY;FBTYPE=FREE:20270112T160000Z/PT1H", "END:VFREEBUSY",
    ])  # fmt: skip

    assert local(read(calendar(block))) == ["01-11 10:00/01-11 11:00"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["DTSTART:20270111T160000Z", "DTEND:20270111T150000Z"], "ends before it begins"),
        (["DTSTART:20270111T160000Z", "DURATION:PT1H", "RRULE:FREQ=SECONDLY"], "more often"),
        (["DTSTART:20270111T160000Z", "DURATION:PT1H",
          "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"], "not understood"),
        (["DTSTART:20270111T160000Z", "DTEND:20270711T160000Z"], "longer than two months"),
        (["DTSTART:00010101T000000Z", "DURATION:PT1H"], "none people plan in"),
        (["DTSTART;VALUE=DATE:20270111", "DTEND:20270111T160000Z"], "begins on a day"),
        (["DTSTART:soon", "DURATION:PT1H"], "cannot be read"),
        (["DURATION:PT1H"], "cannot be read"),
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_read_is_named_and_the_others_are_taken(lines, words):
    good = event("DTSTART:20270111T160000Z", "DURATION:PT1H", uid="2")

    reading = read(calendar(good, event(*lines)))

    (fault,) = reading.faults
    assert (fault.where, len(reading.spans)) == ("event 2", 1)
    assert words in fault.words
    assert SECRET not in fault.words


# Tables ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "times"),
    [
        ("start,end,name\n2027-01-11 09:00,2027-01-11 10:00,x", ["01-11 09:00/01-11 10:00"]),
        ("From;To\n2027-01-11T16:00Z;2027-01-11T17:00Z", ["01-11 10:00/01-11 11:00"]),
        ("2027-01-11 09:00,2027-01-11 10:00\n", ["01-11 09:00/01-11 10:00"]),
        ("start,end\n2027-01-11,2027-01-12", ["01-11 00:00/01-13 00:00"]),
        ("name,date,start,end\nx,2027-01-11,9:00 AM,1:30 PM", ["01-11 09:00/01-11 13:30"]),
        ("date,start time,end time\n2027-01-11,22:00,0:00", ["01-11 22:00/01-12 00:00"]),
        (("Subject\tStart Date\tStart Time\tEnd Date\tEnd Time\n"
         "x\t2027-01-11\t09:00\t2027-01-11\t10:00"), ["01-11 09:00/01-11 10:00"]),
        ("start,end\n2027-01-11 09:00,2027-01-11 10:00\n2027-01-11 10:00,2027-01-11 11:00",
         ["01-11 09:00/01-11 11:00"]),
    ],
)  # fmt: skip
def test_tables_are_read(table, times):
    reading = read(table)

    assert (reading.faults, local(reading)) == ([], times)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"{SECRET},2027-01-11 10:00", "Write times as 2027-01-11 09:00."),
        ("2027-01-11 10:00,2027-01-11 09:00", "It ends before it begins."),
        ("11/01/2027 09:00,11/01/2027 10:00", "Write times as 2027-01-11 09:00."),
        ("2027-01-11 09:00", "Write times as 2027-01-11 09:00."),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_not_quoted(line, words):
    reading = read(f"start,end\n2027-01-12 09:00,2027-01-12 10:00\n{line}\n")

    assert [(fault.where, fault.words) for fault in reading.faults] == [("line 3", words)]
    assert len(reading.spans) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The file is empty."),
        ("what,ever\n1,2", "Name the columns"),
        ("\0\1\2", "neither a calendar"),
        ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR", "no calendar file"),
        ("start,end\n" + "2027-01-11 09:00,2027-01-11 10:00\n" * (busy.MOST + 1), "more than 5000"),
        ("x" * (busy.LARGEST + 1), "larger than 1 MB"),
        (calendar(*[event("DTSTART:20270111T160000Z", "RRULE:FREQ=DAILY")] * 301), "repeat"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(text, words):
    with pytest.raises(busy.Unreadable, match=words):
        read(text)


# At the desk -------------------------------------------------------------------------------------


def send(front_desk, text, name="busy.csv"):
    file = SimpleUploadedFile(f"{SECRET}-{name}", text.encode())
    place = Page(front_desk.get(ADDRESS)).sent("place")["place"]
    return front_desk.post(ADDRESS, {"file": file, "place": place, "do": "read"})


def save(front_desk, looked, **more):
    return front_desk.post(ADDRESS, Page(looked).sent("times", do="save", **more))


TEN = "start,end,who\n2027-01-12 10:00,2027-01-12 11:00,Zaunkoenig\n"


def test_a_file_is_looked_at_and_then_blocks_its_times(front_desk, clinic):
    looked = send(front_desk, TEN)
    assert "Tue 12 Jan 2027, 10:00–11:00" in looked.text
    assert BusyTime.objects.count() == 0

    assert save(front_desk, looked).status_code == 302

    with pytest.raises(TimeRefused):
        clinic.hold(at(10, 30, day=12))
    assert clinic.hold(at(9, day=12))
    assert "away 10:00–11:00" in front_desk.get("/admin/rota/?week=2027-01-12").text
    assert AuditEvent.objects.get(action="busy.replace").data == {"times": 1}


def test_the_next_file_takes_the_place_of_the_last(front_desk, clinic):
    save(front_desk, send(front_desk, TEN))
    save(front_desk, send(front_desk, "start,end\n2027-01-13 10:00,2027-01-13 11:00\n"))

    assert [row.starts_at for row in BusyTime.objects.all()] == [at(10, day=13)]
    assert BusyImport.objects.get().count == 1
    assert clinic.hold(at(10, day=12))

    front_desk.post(ADDRESS, {"do": "clear"})
    assert (BusyTime.objects.count(), BusyImport.objects.count()) == (0, 0)


def test_nothing_of_the_file_is_kept_or_shown_but_its_times(front_desk, clinic):
    looked = send(front_desk, TEN + f"{SECRET},x\n")
    save(front_desk, looked)

    assert looked.status_code == 422
    assert "Line 3" in looked.text
    assert SECRET not in looked.text
    kept = [*BusyTime.objects.values(), *BusyImport.objects.values(), *AuditEvent.objects.values()]
    assert SECRET not in str(kept)
    assert BusyTime.objects.count() == 1  # saved without the line at fault


def test_the_visits_in_the_way_are_shown_first(front_desk, clinic):
    visit = fill(clinic, [at(10, day=12)])[at(10, day=12)]

    looked = send(front_desk, TEN)
    assert looked.context["touched"] == [visit]
    refused = save(front_desk, looked)
    assert (refused.status_code, BusyTime.objects.count()) == (409, 0)

    saved = save(front_desk, refused, **{"look-then": "call"})
    assert (
        saved["Location"] == f"/admin/bookings/hourschange/{HoursChange.objects.get().pk}/change/"
    )
    assert OtherTimes.objects.get().appointment == visit


def test_only_what_a_page_said_can_be_saved_and_only_for_its_practitioner(front_desk, clinic):
    clinic.colleague()
    sealed = Page(send(front_desk, TEN)).sent("times")["times"]

    made_up = front_desk.post(ADDRESS, {"do": "save", "times": "made-up"})
    elsewhere = front_desk.post("/admin/rota/ben/busy/", {"do": "save", "times": sealed})

    assert (made_up.status_code, elsewhere.status_code) == (422, 422)
    assert BusyTime.objects.count() == 0


@pytest.mark.parametrize("sent", [{}, {"file": ""}])
def test_without_a_file_it_is_said_beside_the_field(front_desk, clinic, sent):
    answer = front_desk.post(ADDRESS, {"do": "read", "place": clinic.place.pk, **sent})

    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors


def test_nobody_else_finds_the_page(client, front_desk, clinic):
    assert front_desk.get("/admin/rota/nobody/busy/").status_code == 404
    front_desk.logout()
    assert client.get(ADDRESS).status_code == 302


def test_many_busy_times_leave_what_they_do_not_cover(front_desk, clinic):
    hour = timedelta(hours=1)
    days = [at(10, day=12) + timedelta(days=n) for n in range(30)]
    BusyTime.objects.bulk_create(
        BusyTime(practitioner=clinic.physio, starts_at=day, ends_at=day + hour) for day in days
    )

    page = front_desk.get("/book/first-visit/?from=2027-01-12")

    times = {button["starts_at"][11:16] for button in Page(page).times()}
    assert "09:00" in times
    assert not times & {"09:30", "10:00", "10:30"}
