"""A look writes nothing, applying writes all or nothing, and all of it can be taken back."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bookings import actions
from bookings.actions import importing
from bookings.errors import AlreadyImported, Changed, RowsInUse, RowsWrong
from bookings.imports.columns import guess
from bookings.imports.files import opened
from bookings.models import Appointment, DataImport
from clinic import roles
from clinic.models import AuditEvent, CareRelation, Message, Patient
from tests.bookings.board_page import somebody, text
from tests.bookings.conftest import at
from tests.conftest import NOW
from tests.factories import AppointmentFactory, PatientFactory

PEOPLE = (
    "First name,Last name,DOB,Email,Phone\n"
    "Ann,Example,1990-05-04,ann@example.com,(403) 555-0111\n"
    "Bob,Sample,1985-01-02,,\n"
)
VISITS = "First name,Last name,Date,Time,Practitioner,Service,Status\n"
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def draft(desk):
    def made(content, kind="patients", dates="ymd"):
        raw = content.encode()
        columns = guess(opened(raw).header, kind)
        settings = {"dates": dates, "encoding": "", "separator": "", "columns": columns}
        return importing.upload(kind, "file.csv", raw, settings, by=desk, now=NOW)

    return made


@pytest.fixture
def apply(desk):
    def applied(draft, **more):
        return importing.apply(draft, by=desk, now=NOW, **more)

    return applied


def look(draft, desk):
    return importing.look(draft, by=desk, now=NOW)


def everything():
    counted = (Patient, Appointment, AuditEvent, CareRelation, Message)
    return [model.objects.count() for model in counted]


def test_a_look_writes_nothing(clinic, desk, draft):
    PatientFactory(first_name="Ann", last_name="Example", date_of_birth=date(1990, 5, 4))
    people, visits = draft(PEOPLE), draft(
        VISITS + "Ann,Example,2027-01-11,9:00,Anna Example,First knee visit,\n", "visits"
    )  # fmt: skip
    before = everything()
    rows = look(people, desk), look(visits, desk)

    assert everything() == before
    assert [[row.errors for row in found] for found in rows] == [[[], []], [[]]]


def test_patients_are_made_as_they_are_written(clinic, draft, apply):
    done = apply(draft(PEOPLE))
    ann = Patient.objects.get(first_name="Ann")

    assert done.counts == {"rows": 2, "made": 2, "left_out": 0}
    assert (ann.email, ann.phone.as_e164, ann.date_of_birth) == (
        "ann@example.com", "+14035550111", date(1990, 5, 4),
    )  # fmt: skip
    assert done.content is None
    assert AuditEvent.objects.filter(action="import.patient").count() == 2
    assert Message.objects.count() == 0


def test_who_is_here_already_is_not_made_again_unless_somebody_says_so(clinic, desk, draft, apply):
    here = PatientFactory(first_name="ann", last_name="EXAMPLE", date_of_birth=date(1990, 5, 4))
    first = draft(PEOPLE)
    row = look(first, desk)[0]

    assert (row.same, row.certain) == ([here], True)
    assert apply(first).counts["made"] == 1
    importing.roll_back(first, by=desk, now=LATER)
    assert apply(draft(PEOPLE), apart={2}).counts["made"] == 2


def test_the_same_address_or_number_is_only_a_warning(clinic, desk, draft):
    PatientFactory(first_name="Parent", last_name="Other", email="ann@example.com")
    row = look(draft(PEOPLE), desk)[0]

    assert row.certain is False
    assert row.warnings == ["May be somebody who is here already."]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",Example,1990-05-04,,", "names? are? needed|name are needed"),
        ("Ann,Example,04/05/1990,,", "no day written like 2027-01-31"),
        ("Ann,Example,2030-01-01,,", "lies ahead"),
        ("Ann,Example,,ann@,", "no e-mail address"),
        ("Ann,Example,,,12", "no phone number"),
        ("Bob,Sample,1985-01-02,,", "The same person as in row 2"),
    ],
)
def test_a_row_says_what_is_wrong_with_it(clinic, desk, draft, apply, line, said):
    head, _ann, bob = PEOPLE.strip().split("\n")
    made = draft("\n".join([head, bob, line]))
    good, wrong = look(made, desk)

    assert good.errors == []
    assert re.search(said, " ".join(wrong.errors))
    with pytest.raises(RowsWrong):
        apply(made)
    assert Patient.objects.count() == 0
    assert apply(made, leave_out=True).counts == {"rows": 2, "made": 1, "left_out": 1}


def test_the_same_file_is_applied_once(clinic, desk, draft, apply):
    first, second = draft(PEOPLE), draft(PEOPLE)
    apply(first)

    with pytest.raises(AlreadyImported):
        apply(second)
    with pytest.raises(Changed):
        apply(first)
    assert Patient.objects.count() == 2


def test_patients_nobody_touched_are_taken_back(clinic, desk, draft, apply):
    here = PatientFactory(first_name="Bob", last_name="Sample", date_of_birth=date(1985, 1, 2))
    done = importing.roll_back(apply(draft(PEOPLE)), by=desk, now=LATER)

    assert done.state == DataImport.State.ROLLED_BACK
    assert list(Patient.objects.all()) == [here]
    with pytest.raises(Changed):
        importing.roll_back(done, by=desk, now=LATER)


def test_an_import_somebody_worked_with_stays(clinic, desk, draft, apply):
    done = apply(draft(PEOPLE))
    AppointmentFactory(patient=Patient.objects.get(first_name="Bob"), starts_at=at(9, day=20))

    with pytest.raises(RowsInUse) as caught:
        importing.roll_back(done, by=desk, now=LATER)
    assert caught.value.rows == [3]
    assert Patient.objects.filter(first_name="Ann").exists()


@pytest.fixture
def ann(clinic):
    return PatientFactory(first_name="Ann", last_name="Example", email="ann@example.com")


def visit_row(day, clock, state="", name="Ann,Example"):
    return f"{name},{day},{clock},Anna Example,First knee visit,{state}\n"


def test_visits_ahead_and_past_are_booked_and_nobody_is_told(clinic, ann, desk, draft, apply):
    rows = (
        visit_row("2027-01-11", "9:00") + visit_row("2026-12-07", "09:00 AM")
        + visit_row("2026-12-08", "09:00", "No-show") + visit_row("2026-12-09", "9:00", "cancelled")
    )  # fmt: skip
    apply(draft(VISITS + rows, "visits"))
    found = Appointment.objects.order_by("starts_at")

    assert [(one.state, one.source) for one in found] == [
        ("completed", "import"), ("no_show", "import"), ("cancelled", "import"),
        ("booked", "import"),
    ]  # fmt: skip
    assert found[3].starts_at == at(9)
    assert found[3].price == clinic.service.price
    assert Message.objects.count() == 0
    assert CareRelation.objects.filter(patient=ann).count() == 1


def test_patients_are_told_of_visits_ahead_when_that_is_asked_for(clinic, ann, draft, apply):
    rows = visit_row("2027-01-11", "9:00") + visit_row("2026-12-07", "9:00")
    apply(draft(VISITS + rows, "visits"), tell=True)

    assert [message.to for message in Message.objects.all()] == ["ann@example.com"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (visit_row("2027-01-12", "9:30"), "taken"),
        (visit_row("2027-01-12", "9:00", name="Otto,Other"), "taken"),
        (visit_row("2026-12-07", "9:30", name="Otto,Other"), "taken"),
        (visit_row("2027-01-13", "9:00", name="No,Body"), "no patient called"),
        (visit_row("2027-01-13", "25:00"), "no time of day"),
        (visit_row("2027-01-13", "9:00", "done"), "lies ahead"),
        (visit_row("2027-01-13", "9:00", "gone fishing"), "no state"),
        ("Ann,Example,2027-01-13,9:00,Dr Who,First knee visit,\n", "no practitioner called"),
        ("Ann,Example,2027-01-13,9:00,Anna Example,Massage,\n", "no service called"),
    ],
)
def test_what_cannot_be_is_an_error_of_its_row(clinic, ann, desk, draft, apply, row, said):
    PatientFactory(first_name="Otto", last_name="Other")
    for starts_at in (at(9, day=12), at(9) - timedelta(days=35)):
        AppointmentFactory(
            practitioner=clinic.physio, location=clinic.place, service=clinic.service,
            patient=PatientFactory(), starts_at=starts_at,
            state="booked" if starts_at > NOW else "completed",
        )  # fmt: skip
    made = draft(VISITS + visit_row("2027-01-14", "9:00") + row, "visits")
    good, wrong = look(made, desk)

    assert good.errors == []
    assert said in " ".join(wrong.errors)
    assert apply(made, leave_out=True).counts == {"rows": 2, "made": 1, "left_out": 1}


def test_two_rows_over_each_other_are_an_error_of_the_second(clinic, ann, desk, draft):
    PatientFactory(first_name="Otto", last_name="Other")
    rows = visit_row("2027-01-12", "9:00") + visit_row("2027-01-12", "9:30", name="Otto,Other")
    first, second = look(draft(VISITS + rows, "visits"), desk)

    assert (first.errors, bool(second.errors)) == ([], True)


def test_outside_the_hours_is_a_warning(clinic, ann, desk, draft, apply):
    made = draft(VISITS + visit_row("2027-01-16", "9:00"), "visits")  # a Saturday
    row = look(made, desk)[0]
    apply(made)

    assert row.errors == []
    assert "working hours" in row.warnings[0]
    assert Appointment.objects.get().overbooked is False


def test_visits_are_taken_back_by_expiring(clinic, ann, desk, draft, apply):
    rows = visit_row("2027-01-11", "9:00") + visit_row("2026-12-07", "9:00")
    done = apply(draft(VISITS + rows, "visits"))
    importing.roll_back(done, by=desk, now=LATER)

    assert [(one.state, one.patient) for one in Appointment.objects.all()] == [
        ("expired", None)
    ] * 2
    assert CareRelation.objects.count() == 0
    assert clinic.book(at(9)).state == "booked"  # the time is free again
    assert Message.objects.filter(patient_id=ann.pk).count() == 0


def test_a_visit_that_somebody_moved_on_keeps_the_import(clinic, ann, desk, draft, apply):
    done = apply(draft(VISITS + visit_row("2027-01-11", "9:00"), "visits"))
    actions.confirm(Appointment.objects.get(), by=desk, now=NOW)

    with pytest.raises(RowsInUse):
        importing.roll_back(done, by=desk, now=LATER)


# The pages ---------------------------------------------------------------------------------------


@pytest.fixture
def manager(client, clinic):
    return somebody(client, roles.MANAGER)


def upload(client, content=PEOPLE, kind="patients", name="people.csv", **more):
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return client.post("/admin/import/", {"kind": kind, "file": file, "dates": "ymd", **more})


def test_from_upload_to_rollback_on_the_pages(manager):
    address = upload(manager)["Location"]
    page = text(manager.get(address))
    assert "2 rows." in page
    assert "Ann Example" in page

    done = manager.post(address, {"apply": "1"}, follow=True)
    assert "Imported: 2 new of 2 rows, 0 left out." in text(done)
    again = upload(manager)["Location"]
    assert manager.post(again, {"apply": "1"}).status_code == 409
    manager.post(f"{address}rollback/")
    assert Patient.objects.count() == 0


def test_columns_can_be_corrected(manager):
    address = upload(manager, "A,B\nExample,Ann\n")["Location"]
    assert "Say which column holds" in text(manager.get(address))
    manager.post(
        address, {"read": "1", "dates": "ymd", "column-first_name": "1", "column-last_name": "0"}
    )

    assert "Ann Example" in text(manager.get(address))


@pytest.mark.parametrize("content", [b"<html>", b"", b"%PDF-1.7", b"PK\x03\x04broken"])
def test_files_that_are_none_are_refused_on_the_page(manager, content):
    answer = upload(manager, content)

    assert answer.status_code == 422
    assert "errorlist" in text(answer)
    assert DataImport.objects.count() == 0


@pytest.mark.parametrize("role", [roles.FRONT_DESK, roles.PHYSIO, roles.CLINICAL_LEAD, None])
def test_only_managers_import_and_export(client, clinic, role):
    somebody(client, *([role] if role else []))

    for address in ("", "patients.csv", "visits.csv?first=2027-01-01&last=2027-01-02"):
        assert client.get(f"/admin/import/{address}").status_code == 404
    assert upload(client).status_code == 404


def test_an_export_asks_who_it_is_and_is_written_down(manager, clinic, ann):
    ann.first_name, ann.phone = "=Ann", "+14035550111"
    ann.desk_note = "CANARY"
    ann.save()
    AppointmentFactory(
        patient=ann, practitioner=clinic.physio, location=clinic.place, service=clinic.service,
        starts_at=at(9), desk_note="CANARY",
    )  # fmt: skip
    asked = manager.get("/admin/import/patients.csv")
    assert asked["Location"].startswith("/accounts/reauthenticate/")

    manager.post(asked["Location"], {"password": "correct horse battery"})
    people = manager.get("/admin/import/patients.csv").content.decode("utf-8-sig")
    visits = manager.get("/admin/import/visits.csv?first=2027-01-11&last=2027-01-11")
    visits = visits.content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(people)))[1][:5] == [
        "'=Ann", "Example", "1990-05-04", "ann@example.com", "(+1) 403-555-0111",
    ]  # fmt: skip
    assert list(csv.reader(io.StringIO(visits)))[1][3:8] == [
        "2027-01-11", "09:00", "60", "Anna Example", "Appointment, 60 min",
    ]  # fmt: skip
    assert "CANARY" not in people + visits
    assert AuditEvent.objects.filter(action__in=["patient.export", "visit.export"]).count() == 2
