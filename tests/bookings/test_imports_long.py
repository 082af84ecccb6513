"""A long file of visits is looked at, applied and taken back by the worker, part by part."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from bookings import actions
from bookings.actions import importing, importing_later
from bookings.errors import AlreadyImported, Changed, RowsWrong
from bookings.imports.within import Stretch, Taken
from bookings.models import Appointment, DataImport, ImportedRow
from clinic import roles
from clinic.models import AuditEvent, Message
from tests.bookings.board_page import somebody, text
from tests.bookings.conftest import at
from tests.conftest import NOW
from tests.factories import PatientFactory

TITLES = "First name,Last name,Date,Time,Practitioner,Service,Status\n"
HOUR = timedelta(hours=1)
NINE = datetime(2027, 1, 12, 9, tzinfo=UTC)


def line(day, time, name="Ann,Example", service="First knee visit"):
    return f"{name},2027-01-{day:02},{time},Anna Example,{service},\n"


# 12 to 15 January 2027 are Tuesday to Friday. Row 6 lies over row 2, which another turn has seen.
LINES = [
    line(12, "9:00"),
    line(13, "9:00", name="Otto,Other"),
    line(14, "9:00"),
    line(15, "9:00", service="Massage"),
    line(12, "9:30", name="Otto,Other"),
]


@pytest.fixture
def manager(client, clinic):
    PatientFactory(first_name="Ann", last_name="Example")
    PatientFactory(first_name="Otto", last_name="Other")
    return somebody(client, roles.MANAGER)


@pytest.fixture(autouse=True)
def _short_turns(monkeypatch):
    monkeypatch.setattr(importing_later, "IN_REQUEST", 2)
    monkeypatch.setattr(importing_later, "AT_A_TIME", 2)
    with time_machine.travel(NOW, tick=False):
        yield


def upload(client, lines=LINES):
    file = SimpleUploadedFile("visits.csv", (TITLES + "".join(lines)).encode())
    posted = {"kind": "visits", "file": file, "dates": "ymd"}
    return client.post("/admin/import/", posted)["Location"]


def turns(count):
    for _turn in range(count):
        importing_later.work_on_imports(now=NOW)


def the_file():
    return DataImport.objects.get()


def booked():
    return Appointment.objects.filter(state="booked").count()


def test_what_rows_have_taken_is_known_by_diary():
    taken = Taken(
        [
            Stretch(2, NINE, NINE + HOUR, ("anna", "pat")),
            Stretch(3, NINE + 2 * HOUR, NINE + 3 * HOUR, ("ben", "pat")),
        ]
    )

    def over(starts_at, *takes):
        return taken.over(Stretch(9, starts_at, starts_at + HOUR, takes))

    assert over(NINE + HOUR / 2, "anna") == 2
    assert over(NINE + HOUR, "anna", "pat") is None  # one after the other
    assert over(NINE + HOUR * 1.5, "anna", "pat") == 3
    assert over(NINE, "ben") is None


def test_the_worker_looks_and_the_page_says_how_far_it_is(manager):
    address = upload(manager)
    waits = text(manager.get(address))
    turns(1)
    begun = text(manager.get(address))
    turns(2)
    done = text(manager.get(address))

    assert "0 of 5 rows" in waits
    assert 'max="5" value="2"' in begun
    assert "data-progress" not in done
    assert "5 rows." in done
    assert "2 with errors" in done
    assert "It lies over the visit of row 2." in done
    assert "There is no service called “Massage”." in done
    assert Appointment.objects.count() == 0
    assert not AuditEvent.objects.filter(action="visit.import").exists()


def test_from_look_to_roll_back(manager):
    address = upload(manager)
    turns(3)
    refused = manager.post(address, {"apply": "1"})
    assert refused.status_code == 422
    assert "Rows have errors" in text(refused)

    manager.post(address, {"apply": "1", "leave_out": "1"})
    turns(1)
    assert (booked(), the_file().state, the_file().reached) == (2, "draft", 2)
    turns(2)
    done = the_file()
    assert (booked(), done.state, done.content, done.wanted) == (3, "applied", None, "")
    assert done.counts == {"rows": 5, "made": 3, "left_out": 2}
    page = text(manager.get(address))
    assert "There is no service called “Massage”." in page
    assert "taken" in page
    assert Message.objects.count() == 0

    manager.post(f"{address}rollback/")
    assert "being taken back" in text(manager.get(address))
    turns(1)
    assert (booked(), the_file().state) == (0, "rolled_back")


def test_what_somebody_booked_since_the_look_is_left_out_and_named(manager, clinic, desk):
    address = upload(manager, LINES[:3])
    turns(2)
    assert the_file().found["counts"]["wrong"] == 0
    actions.desk_book(
        patient=PatientFactory(), service=clinic.service, practitioner=clinic.physio,
        location=clinic.place, starts_at=at(9, day=14), by=desk, now=NOW,
    )  # fmt: skip
    manager.post(address, {"apply": "1"})
    turns(2)

    assert the_file().counts == {"rows": 3, "made": 2, "left_out": 1}
    assert "<td>4</td>" in text(manager.get(address))


def test_rolling_back_what_somebody_worked_with_says_which_rows(manager, desk):
    address = upload(manager, LINES[:3])
    turns(2)
    manager.post(address, {"apply": "1"})
    turns(2)
    actions.confirm(ImportedRow.objects.get(number=3).appointment, by=desk, now=NOW)
    manager.post(f"{address}rollback/")
    turns(1)

    assert "Rows: 3." in text(manager.get(address))
    assert (booked(), the_file().state, the_file().wanted) == (3, "applied", "")


def test_nothing_is_changed_about_a_file_that_is_worked_on(manager, desk):
    address = upload(manager)
    turns(3)
    manager.post(address, {"apply": "1", "leave_out": "1"})
    turns(1)
    manager.post(f"{address}give-up/")
    manager.post(address, {"read": "1", "dates": "dmy"})
    busy = the_file()

    assert (busy.state, busy.wanted, busy.settings["dates"]) == ("draft", "apply", "ymd")
    with pytest.raises(Changed):
        importing_later.ask(busy, DataImport.Wanted.LOOK, by=desk)
    again = DataImport.objects.get(pk=upload(manager).split("/")[-2])
    DataImport.objects.filter(pk=again.pk).update(wanted="")
    with pytest.raises(AlreadyImported):
        importing_later.ask(again, DataImport.Wanted.APPLY, by=desk)


def test_rows_are_looked_at_before_they_are_applied(manager, desk):
    upload(manager)
    found = the_file()
    DataImport.objects.update(wanted="")

    with pytest.raises(Changed):
        importing_later.ask(found, DataImport.Wanted.APPLY, by=desk)
    importing_later.ask(found, DataImport.Wanted.LOOK, by=desk)
    turns(3)
    with pytest.raises(RowsWrong):
        importing_later.ask(found, DataImport.Wanted.APPLY, by=desk)


def test_a_turn_that_two_workers_take_counts_once(manager, monkeypatch):
    upload(manager)
    seen_by_both = the_file()
    turns(1)
    importing_later._look(seen_by_both, importing_later.audit.SYSTEM, NOW)

    assert (the_file().reached, the_file().found["counts"]["rows"]) == (2, 2)


def test_five_thousand_visits_are_taken_and_nothing_is_asked_of_the_diary_in_the_request(
    manager, django_assert_max_num_queries
):
    many = [line(12 + number % 4, "9:00") for number in range(5000)]
    with django_assert_max_num_queries(25):
        address = upload(manager, many)
    with django_assert_max_num_queries(25):
        page = text(manager.get(address))

    assert "0 of 5000 rows" in page
    turns(1)
    assert the_file().reached == 2
    assert manager.post("/admin/import/", {
        "kind": "visits", "dates": "ymd",
        "file": SimpleUploadedFile("v.csv", (TITLES + line(12, "9:00") * 5001).encode()),
    }).status_code == 422  # fmt: skip


def test_what_rows_said_is_forgotten_after_a_day(manager, desk):
    address = upload(manager)
    turns(3)
    manager.post(address, {"apply": "1", "leave_out": "1"})
    turns(3)
    assert the_file().found["wrong"]

    settings = {"encoding": "", "separator": ""}
    later = NOW + timedelta(days=2)
    importing.upload("visits", "next.csv", TITLES.encode() + b"A,B", settings, by=desk, now=later)
    assert DataImport.objects.get(state="applied").found == {}
