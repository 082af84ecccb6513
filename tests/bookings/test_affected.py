"""When hours change, or somebody is away, the visits touched are listed before and after saving."""

import re
from datetime import date, time

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings import diary_actions
from bookings.models import (
    Appointment,
    Closure,
    HoursChange,
    OtherTimes,
    TimeOff,
    WorkingHours,
)
from clinic import roles
from clinic.models import AuditEvent, Message
from tests.bookings.conftest import at
from tests.bookings.page import Page
from tests.bookings.waiting_room import fill, letters
from tests.conftest import NOW
from tests.factories import ClosureFactory, TimeOffFactory, UserFactory

TUESDAY = date(2027, 1, 12)
NINE, NOON = at(9, day=12), at(12, day=12)


@pytest.fixture
def visits(clinic):
    return fill(clinic, [NINE, NOON])


def page_of(visit):
    return f"/admin/bookings/appointment/{visit.pk}/change/"


def time_off(clinic, **more):
    return {"practitioner": clinic.physio.pk, "first_day": "2027-01-12", "starts": "",
            "last_day": "2027-01-12", "ends": "", "note": "", **more}  # fmt: skip


def look(front_desk, typed, address="/admin/bookings/timeoff/add/"):
    """Ask first; return the page of the visits touched."""
    return front_desk.post(address, {**typed, "_check": "1"})


def test_asked_first_the_visits_are_listed_and_nothing_is_saved(front_desk, clinic, visits):
    looked = look(front_desk, time_off(clinic, ends="10:00"))

    assert page_of(visits[NINE]) in looked.text
    assert page_of(visits[NOON]) not in looked.text
    assert "Nothing is saved yet" in looked.text
    assert TimeOff.objects.count() == 0

    sent = Page(looked).sent("first_day", **{"look-then": "nothing", "_save": "1"})
    assert front_desk.post("/admin/bookings/timeoff/add/", sent).status_code == 302
    assert TimeOff.objects.get().ends == time(10)


def test_saving_without_a_look_shows_the_visits_first(front_desk, clinic, visits):
    shown = front_desk.post("/admin/bookings/timeoff/add/", time_off(clinic))

    assert shown.status_code == 409
    assert page_of(visits[NINE]) in shown.text
    assert TimeOff.objects.count() == 0

    unsaid = front_desk.post("/admin/bookings/timeoff/add/", Page(shown).sent("first_day"))
    assert unsaid.status_code == 409
    assert "Say what happens to these visits." in unsaid.text
    assert TimeOff.objects.count() == 0


def test_what_touches_nobody_is_saved_at_once(front_desk, clinic, visits):
    away = {"first_day": "2027-02-01", "last_day": "2027-02-01"}

    assert (
        front_desk.post("/admin/bookings/timeoff/add/", time_off(clinic, **away)).status_code == 302
    )
    assert TimeOff.objects.count() == 1


def test_a_visit_booked_after_the_look_is_shown_before_anything_is_saved(
    front_desk, clinic, visits
):
    sent = Page(look(front_desk, time_off(clinic))).sent("first_day", **{"look-then": "mail"})
    late = clinic.book(at(15, day=12), browser="late", email="late@example.com")

    again = front_desk.post("/admin/bookings/timeoff/add/", sent)

    assert again.status_code == 409
    assert page_of(late) in again.text
    assert (TimeOff.objects.count(), OtherTimes.objects.count()) == (0, 0)


def test_after_saving_the_visits_are_listed_with_their_links(front_desk, clinic, visits):
    sent = Page(look(front_desk, time_off(clinic))).sent("first_day", **{"look-then": "nothing"})
    saved = front_desk.post("/admin/bookings/timeoff/add/", sent, follow=True)

    for visit in visits.values():
        assert page_of(visit) in saved.text
    assert "2 booked visits no longer lie in working hours" in saved.text
    assert set(Appointment.objects.values_list("state", flat=True)) == {"booked"}
    assert OtherTimes.objects.count() == 0


def test_their_patients_are_offered_other_times_by_mail(front_desk, clinic, visits):
    letters()
    sent = Page(look(front_desk, time_off(clinic))).sent("first_day", **{"look-then": "mail"})
    saved = front_desk.post("/admin/bookings/timeoff/add/", sent, follow=True)

    change = HoursChange.objects.get()
    assert saved.redirect_chain[-1][0] == f"/admin/bookings/hourschange/{change.pk}/change/"
    assert (change.what, change.practitioner, change.first_day) == ("away", clinic.physio, TUESDAY)
    offers = OtherTimes.objects.filter(change=change)
    assert {offer.appointment for offer in offers} == set(visits.values())
    assert all(offer.times.count() == 3 for offer in offers)
    assert "needs another time" in letters()["full0@example.com"].subject
    assert set(Appointment.objects.values_list("state", flat=True)) == {"booked"}


def test_or_they_stand_on_a_list_to_call_with_times_and_no_mail(front_desk, clinic, visits):
    sent = Page(look(front_desk, time_off(clinic))).sent("first_day", **{"look-then": "call"})
    saved = front_desk.post("/admin/bookings/timeoff/add/", sent, follow=True)

    assert [answer.visit for answer in saved.context["calls"]] == [visits[NINE], visits[NOON]]
    assert Message.objects.filter(topic="other-times").count() == 0
    assert AuditEvent.objects.get(action="hours.offer_times").data == {"visits": 2, "by": "call"}


def test_who_chose_a_time_from_the_letter_is_settled(front_desk, client, clinic, visits):
    letters()
    sent = Page(look(front_desk, time_off(clinic))).sent("first_day", **{"look-then": "mail"})
    front_desk.post("/admin/bookings/timeoff/add/", sent)
    link = re.search(r"/visit/[\w-]+/choose/", letters()["full0@example.com"].body).group(0)

    Client().post(link, Page(Client().get(link)).times()[0])

    page = front_desk.get(f"/admin/bookings/hourschange/{HoursChange.objects.get().pk}/change/")
    settled = {answer.visit.pk: answer.settled for answer in page.context["answers"]}
    assert settled == {visits[NINE].pk: True, visits[NOON].pk: False}
    listed = front_desk.get("/admin/bookings/hourschange/")
    assert "1 of 2" in listed.text


def test_a_row_somebody_else_saved_meanwhile_is_not_overwritten(front_desk, clinic):
    row = TimeOffFactory(practitioner=clinic.physio, first_day=TUESDAY)
    address = f"/admin/bookings/timeoff/{row.pk}/change/"
    mine = Page(front_desk.get(address)).sent("first_day", note="mine")
    TimeOff.objects.filter(pk=row.pk).update(note="theirs")

    told = front_desk.post(address, mine)

    assert told.status_code == 409
    assert "theirs" in told.text
    row.refresh_from_db()
    assert row.note == "theirs"
    front_desk.post(address, Page(told).sent("first_day"))
    row.refresh_from_db()
    assert row.note == "mine"


def test_a_row_that_somebody_removed_meanwhile_is_gone(front_desk, clinic, visits):
    row = WorkingHours.objects.get(weekday=1)
    address = f"/admin/bookings/workinghours/{row.pk}/change/"
    open_here = Page(front_desk.get(address)).sent("weekday")
    WorkingHours.objects.filter(pk=row.pk).delete()

    for pressed in ({}, {"_check": "1"}):
        told = front_desk.post(address, open_here | pressed)

        assert told.status_code == 302
        assert "Perhaps it was deleted?" in front_desk.get(told["Location"], follow=True).text
    assert not WorkingHours.objects.filter(weekday=1).exists()


def test_what_stands_in_a_stamp_of_nothing_makes_no_fault(front_desk, clinic):
    sent = time_off(clinic, first_day="2027-02-01", last_day="2027-02-01")

    assert front_desk.post("/admin/bookings/timeoff/add/", sent | {"_seen": "x"}).status_code == 302


def test_a_removal_too_says_first_what_happens_to_the_visits(front_desk, clinic, visits):
    row = WorkingHours.objects.get(weekday=1)
    address = f"/admin/bookings/workinghours/{row.pk}/delete/"

    front_desk.post(address, {"post": "yes"})
    assert WorkingHours.objects.filter(pk=row.pk).exists()

    sent = Page(front_desk.get(address)).sent("post", **{"look-then": "call"})
    front_desk.post(address, sent)
    assert not WorkingHours.objects.filter(pk=row.pk).exists()
    assert OtherTimes.objects.count() == 2


def test_a_form_with_faults_is_shown_again(front_desk, clinic, visits):
    answer = front_desk.post(
        "/admin/bookings/timeoff/add/", {**time_off(clinic, last_day="2027-01-01"), "_check": "1"}
    )

    assert "last day comes after" in answer.text
    assert TimeOff.objects.count() == 0


def test_changed_hours_can_be_looked_at_first(front_desk, clinic, visits):
    row = WorkingHours.objects.get(weekday=1)
    typed = {"practitioner": row.practitioner_id, "location": row.location_id, "weekday": "1",
             "starts": "10:00", "ends": "17:00", "valid_from": "", "valid_to": ""}  # fmt: skip
    address = f"/admin/bookings/workinghours/{row.pk}/change/"

    looked = front_desk.post(address, {**typed, "_check": "1"})

    assert page_of(visits[NINE]) in looked.text
    assert page_of(visits[NOON]) not in looked.text
    row.refresh_from_db()
    assert row.starts == time(9)
    assert AuditEvent.objects.filter(action="workinghours_changed").count() == 0


def test_before_hours_are_removed_the_visits_are_listed(front_desk, clinic, visits):
    row = WorkingHours.objects.get(weekday=1)

    asked = front_desk.get(f"/admin/bookings/workinghours/{row.pk}/delete/")

    for visit in visits.values():
        assert page_of(visit) in asked.text
    assert WorkingHours.objects.filter(pk=row.pk).exists()


def test_only_what_a_change_itself_touches_is_listed(clinic, visits):
    TimeOffFactory(practitioner=clinic.physio, first_day=TUESDAY, starts=time(9), ends=time(10))
    closing = Closure(location=clinic.place, name="x", first_day=TUESDAY, last_day=TUESDAY)

    touched = diary_actions.touched_by(closing, now=NOW)

    assert touched == [visits[NOON]]
    assert Closure.objects.count() == 0


def test_removing_a_closure_touches_nobody(clinic, visits):
    closing = ClosureFactory(location=clinic.place, first_day=date(2027, 1, 20))

    assert diary_actions.touched_by(closing, now=NOW, removing=True) == []
    assert Closure.objects.count() == 1


def test_the_look_costs_the_same_for_one_visit_and_for_many(clinic, visits):
    away = TimeOff(practitioner=clinic.physio, first_day=TUESDAY, last_day=TUESDAY)
    with CaptureQueriesContext(connection) as few:
        diary_actions.touched_by(away, now=NOW)
    for number, hour in enumerate((10, 11, 13, 14)):
        clinic.book(at(hour, day=12), browser=f"m{number}", email=f"m{number}@example.com")
    with CaptureQueriesContext(connection) as many:
        touched = diary_actions.touched_by(
            TimeOff(practitioner=clinic.physio, first_day=TUESDAY, last_day=TUESDAY), now=NOW
        )

    assert len(touched) == 6
    assert len(many) == len(few)


def test_only_the_desk_may_look(client, front_desk, clinic, visits):
    lead = UserFactory(is_staff=True)
    lead.groups.add(Group.objects.get(name=roles.CLINICAL_LEAD))
    client.force_login(lead)

    answer = client.post("/admin/bookings/timeoff/add/", {**time_off(clinic), "_check": "1"})
    assert answer.status_code == 404
