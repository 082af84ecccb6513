"""Faults that people reported of other booking systems, walked through page by page: changes.

Moving, cancelling, links, letters, calendars, classes and requests. Each test names the report it
re-enacts, as project and number; the words are our own.
"""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from bookings import actions, periodic
from bookings.actions import groups, series
from bookings.models import Appointment, Service
from clinic import outbox, practice, roles
from clinic.audit import Actor
from clinic.models import AuditEvent, Message, Patient
from tests.bookings import web
from tests.bookings.board_page import somebody
from tests.bookings.conftest import Clinic, at
from tests.bookings.ics_reader import Diary
from tests.bookings.test_faults_of_others import opened, remind, team
from tests.bookings.waiting_room import link_in, waits, work
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    PatientFactory,
    PatientGrantFactory,
    ServiceFactory,
    ServiceOfferFactory,
    UserFactory,
)

MONDAY, TUESDAY, FRIDAY = "2027-01-11", "2027-01-12", "2027-01-15"
DESK = Actor("staff")
HOUR = timedelta(hours=1)


def to(day: str, clock: str, practitioner: str = "anna") -> dict[str, str]:
    return {
        "practitioner": practitioner, "location": "downtown", "starts_at": f"{day}T{clock}-06:00",
    }  # fmt: skip


def sent(now=NOW):
    """Let the worker send; return what left."""
    before = len(mail.outbox)
    with time_machine.travel(now, tick=False):
        outbox.send_due()
    return mail.outbox[before:]


def file_in(letter) -> bytes:
    parts = (p for p in letter.message().walk() if p.get_content_type() == "text/calendar")
    return next(parts).get_payload(decode=True)


def traces() -> list:
    """What a change would leave behind."""
    rows = Appointment.objects.order_by("pk").values_list("pk", "state", "version", "starts_at")
    return [*rows, AuditEvent.objects.count(), Message.objects.count()]


# links ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_program_that_opens_every_link_of_a_letter_changes_nothing(clinic, method):
    # SergeyMosin/Appointments 293, easyappointments 1178: a scanner of mails cancelled visits
    visit = web.book(FRIDAY, "10:00")
    entry = waits(clinic)
    other = clinic.book(at(9, day=13), browser="b", email="b@example.com")
    actions.cancel(other, reason="other", by=DESK, now=NOW)
    work()
    letters = {one.to[0]: one for one in sent()}
    place = link_in(letters[entry.email])
    before = traces()

    for path in ("", "cancel/", "move/", "choose/", "sooner/", "record/", "calendar.ics"):
        getattr(Client(), method)(f"{visit.address}{path}")
        getattr(Client(), method)(f"{visit.address}{path}?reason=other&answer=accept&confirm=1")
    for path in (
        place,
        f"{place}?answer=accept",
        f"{place}?answer=leave",
        f"{place}?answer=decline",
    ):
        getattr(Client(), method)(path)

    assert traces() == before


def test_an_old_letter_moves_nothing_out_of_the_past(clinic):
    # cal.diy 17977, 14742
    visit = web.book(MONDAY, "09:00")
    for late in (timedelta(hours=20, minutes=1), timedelta(hours=21), timedelta(days=40)):
        with time_machine.travel(NOW + late, tick=False):
            answer = web.move(visit, to("2027-03-01", "10:00"))
            assert answer.status_code in (403, 404)
            assert web.cancel(visit).status_code in (403, 404)
    visit.row.refresh_from_db()
    assert (visit.row.state, visit.row.starts_at) == ("booked", at(9))


# people -----------------------------------------------------------------------------------------


def test_a_second_person_with_the_same_address_leaves_the_first_as_they_were(clinic):
    # easyappointments 721, 213, 621: the name of every older visit changed
    first = web.book(MONDAY, "09:00", first_name="Joan", last_name="Doe", email="one@example.com",
                     phone="+14035550111", date_of_birth="1980-01-01")  # fmt: skip
    second = web.book(MONDAY, "10:00", first_name="Sam", last_name="Smith",
                      email="one@example.com", phone="+14035550122",
                      date_of_birth="1990-02-02")  # fmt: skip
    names = [str(one.row.patient) for one in (first, second)]
    assert names == ["Joan Doe", "Sam Smith"]
    assert Patient.objects.get(pk=first.row.patient_id).phone == "+14035550111"
    assert [one.body.split(",")[0] for one in sent()] == ["Hello Joan", "Hello Sam"]


@pytest.mark.parametrize("name", ["D'Amour", 'Anne "Annie"', "Bell & Sons", "<b>Bold</b>"])
def test_marks_in_names_are_letters_everywhere(clinic, name):
    # librebooking 762, YaleSTC/reservations 295, modernomad 87
    clinic.physio.name = f"Dr {name}"
    clinic.physio.save()
    visit = web.book(MONDAY, "09:00", first_name=name)
    [letter] = sent()
    page = Client().get(visit.address)
    assert f"Hello {name}," in letter.body
    assert f"Dr {name}" in letter.body
    assert "&#" not in letter.body + letter.subject
    assert "&amp;" not in letter.body
    assert f"Dr {name}" in file_in(letter).decode().replace("\r\n ", "")
    assert "<b>Bold</b>" not in page.text + letter.alternatives[0].content
    desk = somebody(Client(), roles.FRONT_DESK)
    listed = desk.get("/admin/bookings/appointment/?when=all")
    assert "<b>Bold</b>" not in listed.text
    assert "&amp;#" not in listed.text + page.text


def test_one_person_does_not_take_two_seats_of_one_class(clinic):
    # easyappointments 1420
    klass, _session = class_of(clinic, 3)
    user, patient = UserFactory(), PatientFactory()
    PatientGrantFactory(user=user, patient=patient, granted_at=NOW)
    browser = Client()
    browser.force_login(user)
    answers = []
    for _ in range(2):
        held = web.press(browser, web.choices(TUESDAY, "10:00", klass.slug), klass.slug)
        answers.append(web.fill_in(browser, held["Location"], patient=str(patient.pk)).status_code)
    assert answers == [303, 409]


# desk -------------------------------------------------------------------------------------------


def desk_form(clinic: Clinic, patient: Patient, clock="10:00", **more) -> dict:
    return {
        "patient": patient.pk, "service": clinic.service.pk, "practitioner": clinic.physio.pk,
        "location": clinic.place.pk, "day": TUESDAY, "time": clock, "take": "", **more,
    }  # fmt: skip


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Edmonton", "Asia/Kathmandu"])
def test_a_visit_booked_by_the_desk_is_told_by_the_clock_of_the_place(db, zone):
    # easyappointments 1504, 985, 1234: patients came hours early
    clinic = opened(zone)
    patient = PatientFactory()
    desk = somebody(Client(), roles.FRONT_DESK)
    desk.post("/admin/phone/", desk_form(clinic, patient))
    [letter] = sent()
    assert letter.subject.endswith("Tuesday 12 January 2027, 10:00")
    assert "10:00–11:00" in letter.body
    local = Appointment.objects.get().starts_at.astimezone(clinic.place.tz)
    assert f"{local:%Y-%m-%d %H:%M}" == f"{TUESDAY} 10:00"


def test_a_cancelled_visit_asks_the_desk_for_no_reason(clinic):
    # openmrs-module-appointments 38, bahmniapps 86
    visit = web.book(TUESDAY, "10:00")
    desk = somebody(Client(), roles.FRONT_DESK)
    form = desk_form(clinic, PatientFactory())
    assert desk.post("/admin/phone/", form).status_code == 409  # in the way
    web.cancel(visit)
    assert desk.post("/admin/phone/", form).status_code == 302
    assert not Appointment.objects.filter(overbooked=True).exists()


def test_the_desks_second_click_books_nothing_more(clinic):
    # easyappointments 1431
    desk = somebody(Client(), roles.FRONT_DESK)
    form = desk_form(clinic, PatientFactory(), form_key="0b9f1c52-4f7a-4a53-9d0c-3f1f7d0a6e11")
    places = {desk.post("/admin/phone/", form)["Location"] for _ in range(3)}
    assert len(places) == 1
    assert Appointment.objects.count() == 1
    assert len(sent()) == 1


# what frees a time ------------------------------------------------------------------------------


def test_who_cancelled_may_book_the_very_same_time_again(clinic):
    # SchulIT/icc 512, Cal-ID 812
    first = web.book(TUESDAY, "10:00", email="back@example.com")
    web.cancel(first)
    again = web.book(TUESDAY, "10:00", email="back@example.com")
    assert again.row.pk != first.row.pk
    assert again.row.state == "booked"


def test_the_time_one_has_just_chosen_is_still_there_on_the_way_back(clinic):
    # cal.diy 10973: it was gone for five minutes, for whoever had chosen it too
    guest = Client()
    sent_ = web.choices(MONDAY, "09:00")
    held = web.press(guest, sent_)
    times = [each["starts_at"] for each in web.Page(guest.get("/book/first-visit/")).times()]
    assert sent_["starts_at"] in times
    assert web.press(guest, sent_)["Location"] == held["Location"]
    assert web.fill_in(guest, held["Location"]).status_code == 303


def test_nobody_hears_of_a_choice_that_was_given_up(clinic):
    # commonsbooking 563
    guest = Client()
    held = web.press(guest, web.choices(MONDAY, "09:00"))
    form = web.Page(guest.get(held["Location"])).form_with("first_name").fields
    typed = {**form, "email": "shy@example.com", "first_name": "Shy", "release": "1"}
    guest.post(held["Location"], typed)
    periodic.expire_holds(NOW + HOUR)
    assert sent(NOW + HOUR) == []
    assert not Message.objects.exists()
    assert not Patient.objects.exists()


def test_who_has_as_many_visits_as_are_allowed_may_still_move_one(clinic):
    # cal.diy 13867, 12346
    clinic.practice.upcoming_limit = 1
    clinic.practice.save()
    practice.forget()
    visit = web.book(FRIDAY, "10:00", first_name="Lim", last_name="Ited", email="l@example.com")
    assert web.move(visit, to(FRIDAY, "14:00")).status_code == 303
    visit.row.refresh_from_db()
    assert visit.row.starts_at == at(14, day=15)


# classes ----------------------------------------------------------------------------------------


def class_of(clinic: Clinic, seats: int, starts_at=None) -> tuple[Service, Appointment]:
    service, _ = Service.objects.get_or_create(
        slug="knee-class", defaults={**_class_fields(), "seats": seats}
    )
    if not service.offers.exists():
        ServiceOfferFactory(service=service, practitioner=clinic.physio, location=clinic.place)
    session = groups.plan_session(
        service=service, practitioner=clinic.physio, location=clinic.place,
        starts_at=starts_at or at(10, day=12), seats=seats, by=DESK, now=NOW,
    )  # fmt: skip
    return service, session


def _class_fields() -> dict:
    built = ServiceFactory.build()
    names = ("name", "neutral_name", "minutes", "step_minutes", "notice_minutes", "price")
    return {**{name: getattr(built, name) for name in names}, "cutoff_minutes": 0}


def test_a_class_stays_listed_until_its_last_seat_is_taken(clinic):
    # cal.diy 14704
    klass, _ = class_of(clinic, 3)
    for _ in range(3):
        assert web.offered(TUESDAY, klass.slug) == ["10:00"]
        web.book(TUESDAY, "10:00", klass.slug)
    assert web.offered(TUESDAY, klass.slug) == []


def test_moving_one_seat_leaves_the_others_where_they_are(clinic):
    # cal.diy 26389
    klass, _ = class_of(clinic, 3)
    class_of(clinic, 3, at(10, day=14))
    seats = [web.book(TUESDAY, "10:00", klass.slug) for _ in range(3)]
    assert web.move(seats[1], to("2027-01-14", "10:00")).status_code == 303
    starts = Appointment.objects.filter(seat__isnull=False, state="booked").values_list(
        "starts_at", flat=True
    )
    assert sorted(starts) == [at(10, day=12), at(10, day=12), at(10, day=14)]


@pytest.mark.parametrize("clock", ["09:00", "10:30", "16:00"])
def test_a_seat_does_not_move_to_where_no_class_is(clinic, clock):
    # cal.diy 16150: the page showed classes only, the address took any time
    klass, _ = class_of(clinic, 3)
    seat = web.book(TUESDAY, "10:00", klass.slug)
    assert web.move(seat, to(TUESDAY, clock)).status_code == 409
    seat.row.refresh_from_db()
    assert seat.row.starts_at == at(10, day=12)


def test_nobody_is_reminded_of_a_class_that_is_off(clinic):
    # cal.diy 10166
    klass, session = class_of(clinic, 2, at(10, day=15))
    seats = [web.book(FRIDAY, "10:00", klass.slug) for _ in range(2)]
    sent()
    web.cancel(seats[0])
    assert len(remind(at(10, day=13))) == 1
    groups.cancel_session(session, reason="ill", by=DESK, now=at(11, day=13))
    assert remind(at(7, day=15)) == []


# series and requests ----------------------------------------------------------------------------


def test_each_visit_of_a_series_is_reminded_of_once(clinic):
    # openemr 11480, 11477: again with every round of the worker, or never
    patient = PatientFactory()
    wanted = series.Wanted(
        patient=patient, service=clinic.service, practitioner=clinic.physio,
        location=clinic.place, pattern=[(2, 540)], first_day=at(9, day=13).date(), count=3,
    )  # fmt: skip
    starts = [row.starts_at for row in series.preview(wanted, now=NOW)]
    series.book_series(wanted, starts, by=DESK, now=NOW)
    sent()
    reminded = []
    for start in starts:
        for minutes in (-60, 0, 1, 30, 600):
            reminded += remind(start - timedelta(hours=48) + timedelta(minutes=minutes))
    assert len(reminded) == len(starts)
    assert len(set(reminded)) == len(starts)


def test_of_two_who_ask_for_one_time_only_one_is_confirmed(clinic):
    # cal.diy 10789, SergeyMosin/Appointments 689
    Service.objects.filter(pk=clinic.service.pk).update(approval_hours=4)
    first = web.book(TUESDAY, "10:00")
    lost = web.press(Client(), to(TUESDAY, "10:00"))
    assert lost.status_code == 409
    over = AppointmentFactory(
        practitioner=clinic.physio, location=clinic.place, service=clinic.service,
        starts_at=at(10, 30, day=12), overbooked=True, overbook_reason="at the door",
    )  # fmt: skip
    desk = somebody(Client(), roles.FRONT_DESK)
    page = desk.post(f"/admin/bookings/appointment/{first.row.pk}/confirm/", follow=True)
    assert "In the way: 10:30–11:30" in page.text
    assert Appointment.objects.get(pk=first.row.pk).state == "requested"
    assert over.state == "booked"


def test_a_request_nobody_answered_leads_on_instead_of_standing_there_for_ever(clinic):
    # cal.diy 3641
    Service.objects.filter(pk=clinic.service.pk).update(approval_hours=300)
    visit = web.book(MONDAY, "09:00")
    with time_machine.travel(at(9, 1), tick=False):
        periodic.expire_requests(at(9, 1))
        page = Client().get(visit.address)
        assert "was not confirmed" in page.text
        again = web.Page(page).times()[0]
        assert web.press(Client(), again).status_code == 303


# calendars --------------------------------------------------------------------------------------


def test_a_visit_that_goes_to_a_colleague_stays_one_entry(clinic):
    # cal.diy 23216, 28884: another host, another id, and two entries
    team(clinic, ben=range(5))
    visit = web.book(FRIDAY, "10:00")
    diary = Diary()
    diary.receive(file_in(sent()[0]))
    with time_machine.travel(NOW + HOUR, tick=False):
        assert web.move(visit, to(FRIDAY, "10:00", "ben")).status_code == 303
    diary.receive(file_in(sent(NOW + HOUR)[0]))
    [(uid, entry)] = diary.entries.items()
    assert (entry.sequence, entry.starts) == (2, at(10, day=15))
    assert uid.startswith(str(visit.row.pk))
    assert "With: Ben" in mail.outbox[-1].body


def test_an_address_of_several_lines_arrives_whole(clinic):
    # datebook 179, calendar-link 455, ForumMagnum 5618: cut at the first comma
    clinic.place.address = "197 Route Pénélope, Suite 5;\nSaint-Corrine\\de-Sales, QC\nJ0N 1H0"
    clinic.place.save()
    web.book(FRIDAY, "10:00")
    diary = Diary()
    diary.receive(file_in(sent()[0]))
    [entry] = diary.entries.values()
    assert entry.place == (
        "Downtown, 197 Route Pénélope, Suite 5; Saint-Corrine\\de-Sales, QC J0N 1H0"
    )
