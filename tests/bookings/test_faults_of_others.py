"""Faults that people reported of other booking systems, walked through page by page: people.

Each test names the report it re-enacts, as project and number; the words are our own.
"""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from icalendar import Calendar

from bookings import actions
from bookings.models import Appointment
from clinic import outbox
from tests.bookings import web
from tests.bookings.conftest import Clinic, works
from tests.conftest import NOW
from tests.factories import (
    LocationFactory,
    PracticeFactory,
    PractitionerFactory,
    ServiceFactory,
    ServiceOfferFactory,
    WorkingHoursFactory,
)

MONDAY, TUESDAY, SUNDAY = "2027-01-11", "2027-01-12", "2027-01-17"
EVERY_DAY = range(7)


def opened(zone: str, days=EVERY_DAY, starts=time(9), ends=time(17), minutes=60, step=30) -> Clinic:
    """Open a clinic in some zone with one person at work on some weekdays."""
    practice = PracticeFactory()
    place = LocationFactory(slug="downtown", name="Downtown", time_zone=zone)
    service = ServiceFactory(slug="first-visit", minutes=minutes, step_minutes=step)
    physio = works(PractitionerFactory(slug="anna"), place, service, days, starts, ends)
    return Clinic(practice, place, physio, service)


def instants(day: str) -> list[datetime]:
    """Return the instants the public API lists for a day."""
    answer = Client().get("/api/v1/slots/", {"service": "first-visit", "from": day, "to": day})
    return [datetime.fromisoformat(each["starts_at"]) for each in answer.json()["slots"]]


def hours(first: int, last: int) -> list[str]:
    return [f"{hour:02}:00" for hour in range(first, last + 1)]


# races and repeated clicks -----------------------------------------------------------------------


def test_two_windows_side_by_side_book_once(clinic):
    # easyappointments 31, booking-js 76
    sent = web.choices(MONDAY, "09:00")
    first, second = Client(), Client()
    held = web.press(first, sent)
    lost = web.press(second, sent)
    assert (held.status_code, lost.status_code) == (303, 409)
    assert "09:30" not in web.offered(MONDAY)  # would overlap
    assert web.fill_in(first, held["Location"]).status_code == 303
    assert Appointment.objects.blocking().count() == 1


def test_a_hold_that_ran_out_is_not_booked_over_somebody_else(clinic):
    # booking-js 76: the page stood open for a while
    slow = Client()
    held = web.press(slow, web.choices(MONDAY, "09:00"))
    form = web.Page(slow.get(held["Location"])).form_with("first_name").fields
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        taken = web.book(MONDAY, "09:00")
        late = slow.post(
            held["Location"],
            {
                **form,
                "first_name": "Slow",
                "last_name": "Guest",
                "email": "slow@example.com",
                "consent": "on",
            },
        )
        again = web.press(slow, web.choices(MONDAY, "10:00"))
        kept = web.Page(slow.get(again["Location"])).form_with("first_name").fields
    assert late.status_code == 409
    assert (kept["first_name"], kept["email"]) == ("Slow", "slow@example.com")
    assert list(Appointment.objects.filter(state="booked")) == [taken.row]


def test_the_same_form_twice_is_one_visit_and_one_mail(clinic):
    guest = Client()
    held = web.press(guest, web.choices(MONDAY, "09:00"))["Location"]
    fields = web.Page(guest.get(held)).form_with("first_name").fields
    typed = {**fields, "first_name": "Gus", "last_name": "Guest", "consent": "on"}
    typed["email"] = "twice@example.com"
    first, second = guest.post(held, typed), guest.post(held, typed)
    outbox.send_due()
    assert first.status_code == second.status_code == 303
    assert Appointment.objects.visits().count() == 1
    assert len(mail.outbox) == 1


# who gets the visit ------------------------------------------------------------------------------


def team(clinic: Clinic, **slugs: range | list[int]) -> None:
    for slug, days in slugs.items():
        works(PractitionerFactory(slug=slug, name=slug.title()), clinic.place, clinic.service, days)


def test_a_time_only_one_person_has_goes_to_that_person(clinic):
    # cal.diy 3531, 11690
    team(clinic, ben=[5])
    visit = web.book("2027-01-16", "10:00", query={"practitioner": "any"})
    assert visit.row.practitioner.slug == "ben"


def test_a_team_of_three_takes_three_and_refuses_the_fourth(clinic):
    # cal.diy 10315, 1019
    team(clinic, ben=range(5), cleo=range(5))
    sent = web.choices(MONDAY, "10:00", practitioner="any")
    answers = [web.press(Client(), {**sent, "practitioner": "any"}) for _ in range(4)]
    assert [each.status_code for each in answers] == [303, 303, 303, 409]
    held = Appointment.objects.blocking()
    assert len({each.practitioner_id for each in held}) == 3
    assert "10:00" not in web.offered(MONDAY, practitioner="any")


def test_who_is_not_at_work_that_day_is_not_chosen(clinic):
    # cal.diy 10315: one of them works only from Monday to Wednesday
    team(clinic, ben=[0, 1, 2])
    sent = web.choices("2027-01-14", "10:00", practitioner="any")
    first = web.press(Client(), {**sent, "practitioner": "any"})
    second = web.press(Client(), {**sent, "practitioner": "any"})
    assert (first.status_code, second.status_code) == (303, 409)


def test_who_left_is_not_offered_and_not_bookable(clinic):
    sent = web.choices(MONDAY, "10:00")
    clinic.physio.is_active = False
    clinic.physio.save()
    assert web.offered(MONDAY) == []
    assert web.press(Client(), sent).status_code in (404, 409)


# moving ------------------------------------------------------------------------------------------


def test_a_visit_may_move_by_half_its_length(clinic):
    # its own old time does not stand in its way
    visit = web.book(TUESDAY, "10:00")
    sent = {
        "practitioner": "anna",
        "location": "downtown",
        "starts_at": f"{TUESDAY}T10:30-06:00",
    }
    assert web.move(visit, sent).status_code == 303
    visit.row.refresh_from_db()
    assert visit.row.starts_at == datetime(2027, 1, 12, 16, 30, tzinfo=UTC)


def test_moving_frees_the_old_time_of_the_right_person(clinic):
    # cal.diy 11547, 14755
    team(clinic, ben=range(5))
    visit = web.book(TUESDAY, "10:00", query={"practitioner": "ben"})
    sent = {"practitioner": "ben", "location": "downtown", "starts_at": f"{TUESDAY}T14:00-06:00"}
    assert web.move(visit, sent).status_code == 303
    assert "10:00" in web.offered(TUESDAY, practitioner="ben")
    assert "14:00" not in web.offered(TUESDAY, practitioner="ben")
    assert "14:00" in web.offered(TUESDAY, practitioner="anna")


def test_a_move_that_loses_keeps_the_old_time(clinic):
    visit = web.book(TUESDAY, "10:00")
    web.book(TUESDAY, "14:00")
    sent = {"practitioner": "anna", "location": "downtown", "starts_at": f"{TUESDAY}T14:00-06:00"}
    assert web.move(visit, sent).status_code == 409
    visit.row.refresh_from_db()
    assert visit.row.starts_at == datetime(2027, 1, 12, 16, tzinfo=UTC)
    assert "10:00" not in web.offered(TUESDAY)


def test_a_cancelled_visit_stays_cancelled(clinic):
    visit = web.book(TUESDAY, "10:00")
    assert web.cancel(visit).status_code == 303
    sent = {"practitioner": "anna", "location": "downtown", "starts_at": f"{TUESDAY}T14:00-06:00"}
    assert web.move(visit, sent).status_code in (403, 409, 410)
    assert web.offered(TUESDAY)[2] == "10:00"
    assert "14:00" in web.offered(TUESDAY)


# calendars ---------------------------------------------------------------------------------------


def invitations() -> list[Calendar]:
    files = [
        part.get_payload(decode=True)
        for letter in mail.outbox
        for part in letter.message().walk()
        if part.get_content_type() == "text/calendar"
    ]
    return [Calendar.from_ical(each) for each in files]


def test_one_event_from_booking_to_cancelling(clinic):
    # cal.diy 22779, w3c/calendar 50, ical4j 423
    visit = web.book(TUESDAY, "10:00")
    outbox.send_due()
    moment = NOW
    for clock in ("11:00", "12:00"):
        moment += timedelta(hours=1)
        with time_machine.travel(moment, tick=False):
            sent = {
                "practitioner": "anna",
                "location": "downtown",
                "starts_at": f"{TUESDAY}T{clock}-06:00",
            }
            assert web.move(visit, sent).status_code == 303
            outbox.send_due()
    with time_machine.travel(moment + timedelta(hours=1), tick=False):
        web.cancel(visit)
        outbox.send_due()

    calendars = invitations()
    events = [each.walk("VEVENT")[0] for each in calendars]
    assert [str(each["METHOD"]) for each in calendars] == ["REQUEST"] * 3 + ["CANCEL"]
    assert len({str(each["UID"]) for each in events}) == 1
    numbers = [int(each["SEQUENCE"]) for each in events]
    assert numbers == sorted(set(numbers))
    assert str(events[-1]["STATUS"]) == "CANCELLED"
    assert [each.decoded("DTSTART").hour for each in events] == [16, 17, 18, 18]


# reminders ---------------------------------------------------------------------------------------


def remind(moment: datetime) -> list[str]:
    before = len(mail.outbox)
    with time_machine.travel(moment, tick=False):
        actions.queue_reminders(now=moment)
        outbox.send_due()
    return [each.subject for each in mail.outbox[before:] if "eminder" in each.subject]


def test_nobody_is_reminded_of_a_cancelled_visit(clinic):
    # cal.diy 17785, 7225, 6973
    visit = web.book("2027-01-15", "10:00")
    web.cancel(visit)
    assert remind(visit.row.starts_at - timedelta(hours=48)) == []
    assert remind(visit.row.starts_at - timedelta(hours=3)) == []


def test_a_reminder_already_waiting_is_not_sent_once_cancelled(clinic):
    visit = web.book("2027-01-15", "10:00")
    outbox.send_due()
    actions.queue_reminders(now=visit.row.starts_at - timedelta(hours=48))
    web.cancel(visit)
    assert remind(visit.row.starts_at - timedelta(hours=47)) == []


def test_a_moved_visit_is_reminded_of_at_its_new_time_only(clinic):
    # cal.diy 7232, 6905
    visit = web.book("2027-01-15", "10:00")
    outbox.send_due()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        sent = {
            "practitioner": "anna",
            "location": "downtown",
            "starts_at": "2027-01-20T11:00-06:00",
        }
        assert web.move(visit, sent).status_code == 303
        outbox.send_due()
    old, new = visit.row.starts_at, datetime(2027, 1, 20, 17, tzinfo=UTC)
    assert remind(old - timedelta(hours=3)) == []
    assert len(remind(new - timedelta(hours=48))) == 1
    assert len(remind(new - timedelta(hours=3))) == 1


def test_one_mail_for_one_change(clinic):
    # cal.diy 9187
    visit = web.book("2027-01-15", "10:00", email="one@example.com")
    outbox.send_due()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        web.cancel(visit)
        outbox.send_due()
    assert [each.to for each in mail.outbox] == [["one@example.com"]] * 2


# what people type --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["O’Brien-Łukasz", "Zoë 🦵", "山田", "de la Cruz y Núñez"])
def test_names_of_all_kinds_arrive_as_typed(clinic, name):
    visit = web.book(MONDAY, "09:00", first_name=name)
    visit.row.refresh_from_db()
    assert visit.row.patient.first_name == name
    outbox.send_due()
    assert name in mail.outbox[0].body


@pytest.mark.parametrize(
    "day", ["0001-01-01", "9999-12-31", "2027-02-30", "tomorrow", "", "2026-01-01"]
)
def test_a_strange_first_day_leads_to_a_page(clinic, day):
    answer = Client().get("/book/first-visit/", {"from": day})
    assert answer.status_code in (200, 422)
    assert "Server error" not in answer.text


def test_a_time_of_yesterday_cannot_be_chosen(clinic):
    sent = {"practitioner": "anna", "location": "downtown", "starts_at": "2027-01-08T09:00-06:00"}
    assert web.press(Client(), sent).status_code == 409
    assert not Appointment.objects.exists()


def test_a_colleague_at_another_place_is_not_booked_here(clinic):
    uptown = LocationFactory(slug="uptown")
    far = PractitionerFactory(slug="far")
    works(far, uptown, clinic.service)
    sent = {**web.choices(MONDAY, "09:00"), "practitioner": "far"}
    assert web.press(Client(), sent).status_code in (404, 409, 422)
    assert not Appointment.objects.exists()


def test_hours_at_two_places_do_not_put_one_person_in_both(clinic):
    uptown = LocationFactory(slug="uptown")
    WorkingHoursFactory(practitioner=clinic.physio, location=uptown, weekday=0)
    ServiceOfferFactory(service=clinic.service, practitioner=clinic.physio, location=uptown)
    web.book(MONDAY, "10:00", query={"location": "downtown"})
    assert not {"09:30", "10:00", "10:30"} & set(web.offered(MONDAY, location="uptown"))
