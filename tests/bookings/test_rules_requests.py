"""Rule 21: a service that needs approval is requested, and the desk confirms or declines it."""

from datetime import timedelta

import pytest

from bookings import actions, owing
from bookings.actions import day
from bookings.errors import Changed, Over, PatientBusy, RequestOver, TimeRefused
from bookings.models import Appointment
from clinic.audit import GUEST
from clinic.models import AuditEvent, Message
from tests.bookings.conftest import HOUR, MONDAY_9, at, details
from tests.bookings.requesting import (
    DEADLINE,
    MINUTE,
    NINE,
    approval,
    file_in,
    fresh,
    send,
    when,
    work,
)
from tests.bookings.walking import LIST, Guest, starts
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    BreakTimeFactory,
    PatientFactory,
    PatientGrantFactory,
    TimeOffFactory,
    UserFactory,
)


@pytest.fixture
def asked(clinic):
    """The clinic's service is confirmed by the desk, within four hours."""
    return approval(clinic)


# asking ------------------------------------------------------------------------------------------


def test_rule_21_a_booking_is_a_request_that_keeps_its_time(asked):
    guest = Guest()
    held = guest.hold()
    assert "We confirm or decline within 4 hours" in guest.client.get(held["Location"]).text

    done = guest.details(held)

    visit = Appointment.objects.get(patient__isnull=False)
    assert (visit.state, visit.held_until, visit.confirmed_at) == ("requested", DEADLINE, None)
    page = guest.client.get(done["Location"]).text
    assert "we will confirm by <strong>Sunday 10 January 2027, 17:00</strong>" in page
    assert "You are booked" not in page
    with when(DEADLINE - MINUTE):
        assert NINE not in starts(Guest().client.get(LIST))
        assert Guest().hold().status_code == 409


@pytest.mark.parametrize(
    ("hours", "until"),
    [(1, NOW + HOUR), (20, MONDAY_9), (21, MONDAY_9), (300, MONDAY_9)],
)
def test_rule_21_a_request_never_outlives_its_start(clinic, hours, until):
    approval(clinic, hours)

    assert clinic.book().held_until == until


def test_rule_21_the_letter_says_requested_and_by_when(asked):
    asked.book()

    [letter] = send()

    assert letter.subject == "Requested: your appointment on Monday 11 January 2027, 09:00"
    assert "We will confirm it by Sunday 10 January 2027, 17:00" in letter.body
    assert b"STATUS:TENTATIVE" in file_in(letter)
    assert send(NOW + HOUR) == []


def test_rule_21_without_approval_and_at_the_desk_it_is_booked_at_once(clinic, desk):
    assert clinic.book().state == "booked"
    approval(clinic)
    visit = actions.desk_book(
        patient=PatientFactory(), service=clinic.service, practitioner=clinic.physio,
        location=clinic.place, starts_at=at(11), by=desk, now=NOW,
    )  # fmt: skip
    assert (visit.state, visit.held_until) == ("booked", None)


def test_rule_21_ones_own_pages_say_requested(client, asked):
    patient = PatientFactory()
    user = UserFactory()
    PatientGrantFactory(user=user, patient=patient, granted_at=NOW)
    actions.book(asked.hold(), details(patient=patient), by=GUEST, now=NOW)
    client.force_login(user)

    assert "we will confirm by Sunday 10 January 2027, 17:00" in client.get("/me/").text


def test_rule_21_a_request_may_be_withdrawn(asked):
    asked.service.cutoff_minutes = 60
    asked.service.save()
    guest = Guest()
    address = guest.book()["Location"]

    guest.client.post(f"{address}cancel/", {"reason": "other"})

    visit = Appointment.objects.get(patient__isnull=False)
    assert (visit.state, visit.was_declined) == ("cancelled", False)
    assert "This visit was cancelled" in guest.client.get(address).text
    assert NINE in starts(Guest().client.get(LIST))


# confirming --------------------------------------------------------------------------------------


def test_rule_21_confirmed_it_stands_and_the_patient_is_told_once(asked, desk):
    visit = asked.book()
    send()
    later = NOW + HOUR

    first = actions.confirm(visit, by=desk, now=later)
    again = actions.confirm(visit, by=desk, now=later)

    assert (first.state, first.held_until, first.version) == ("booked", None, 2)
    assert again.version == 2
    [letter] = send(later)
    assert letter.subject == "Confirmed: your appointment on Monday 11 January 2027, 09:00"
    assert b"STATUS:CONFIRMED" in file_in(letter)
    work(DEADLINE + HOUR)
    assert fresh(visit).state == "booked"
    assert send(DEADLINE + HOUR) == []
    assert AuditEvent.objects.filter(action="visit.accept").count() == 1


def test_rule_21_an_answer_before_the_first_letter_left_is_the_only_letter(asked, desk):
    visit = asked.book()
    actions.confirm(visit, by=desk, now=NOW + MINUTE)

    [letter] = send(NOW + 5 * MINUTE)

    assert letter.subject.startswith("Confirmed")


def in_the_lunch_break(clinic, visit):
    BreakTimeFactory(
        practitioner=clinic.physio, location=clinic.place, weekday=0, starts="09:00", ends="09:30"
    )


def while_away(clinic, visit):
    TimeOffFactory(practitioner=clinic.physio, first_day=at(9).date())


def with_somebody_who_left(clinic, visit):
    clinic.physio.is_active = False
    clinic.physio.save()


def over_another_visit(clinic, visit):
    AppointmentFactory(
        practitioner=clinic.physio, location=clinic.place, service=clinic.service,
        starts_at=at(9, 30), overbooked=True, overbook_reason="at the door",
    )  # fmt: skip


def while_the_patient_is_elsewhere(clinic, visit):
    other = AppointmentFactory(starts_at=at(9, 30), overbooked=True, overbook_reason="elsewhere")
    Appointment.objects.filter(pk=other.pk).update(patient=visit.patient)


@pytest.mark.parametrize(
    "change",
    [
        in_the_lunch_break,
        while_away,
        with_somebody_who_left,
        over_another_visit,
        while_the_patient_is_elsewhere,
    ],
)
def test_rule_21_confirmation_checks_everything_again(asked, desk, change):
    visit = asked.book()
    send()
    change(asked, visit)

    with pytest.raises((TimeRefused, PatientBusy, Exception)) as refused:
        actions.confirm(visit, by=desk, now=NOW + HOUR)

    assert type(refused.value).__module__ == "bookings.errors"
    assert (fresh(visit).state, fresh(visit).version) == ("requested", 1)
    assert send(NOW + HOUR) == []


@pytest.mark.parametrize("late", [timedelta(), timedelta(seconds=1), HOUR])
def test_rule_21_after_its_time_it_cannot_be_confirmed_declined_moved_or_withdrawn(
    asked, desk, late
):
    visit = asked.book(at(9, day=13))
    now = DEADLINE + late
    to = {"practitioner": asked.physio, "location": asked.place, "starts_at": at(11, day=13)}

    for attempt in (
        lambda: actions.confirm(visit, by=desk, now=now),
        lambda: actions.decline(visit, reason="no", by=desk, now=now),
        lambda: actions.move(visit, **to, by=GUEST, now=now),
        lambda: actions.cancel(visit, reason="other", by=GUEST, now=now),
    ):
        with pytest.raises(Over):
            attempt()

    assert fresh(visit).state == "requested"  # nobody needed its time yet
    assert actions.confirm(visit, by=desk, now=DEADLINE - MINUTE).state == "booked"


def test_rule_21_two_at_the_desk_the_second_is_told(asked, desk):
    visit = asked.book()
    seen = day.seen_as(visit)
    day.decline(visit, reason="no", by=desk, now=NOW, seen=seen)

    with pytest.raises(Changed):
        day.confirm(visit, by=desk, now=NOW, seen=seen)
    with pytest.raises(RequestOver):
        day.confirm(visit, by=desk, now=NOW)


# declining ---------------------------------------------------------------------------------------


def test_rule_21_declined_its_time_is_free_and_the_patient_gets_other_times(asked, desk):
    guest = Guest()
    address = guest.book()["Location"]
    visit = Appointment.objects.get(patient__isnull=False)
    send()

    actions.decline(visit, reason="no room", by=desk, now=NOW + HOUR)
    actions.decline(visit, reason="no room", by=desk, now=NOW + HOUR)

    visit = fresh(visit)
    assert (visit.state, visit.version, visit.cancel_reason) == ("cancelled", 2, "no room")
    assert visit.cancelled_by_id == desk.id
    [letter] = send(NOW + HOUR)
    assert letter.subject == "Not confirmed: your request for Monday 11 January 2027, 09:00"
    assert "Monday 11 January 2027, 09:30" in letter.body
    assert "- Monday 11 January 2027, 09:00" not in letter.body  # the very time we said no to
    assert "no room" not in letter.body
    page = guest.client.get(address)
    assert "we cannot confirm this request" in page.text
    assert NINE not in starts(page)
    assert "2027-01-11T09:30-06:00" in starts(page)
    assert NINE in starts(Guest().client.get(LIST))
    again = {"practitioner": "anna", "location": "downtown", "starts_at": starts(page)[0]}
    assert guest.client.post(f"{LIST}hold/", again).status_code == 303


def test_rule_21_a_declined_request_is_never_late(asked, desk):
    visit = asked.book()  # twenty hours ahead, inside the cut-off of a day

    assert actions.cancel(visit, reason="no", by=desk, now=NOW).state == "cancelled"
    assert Message.objects.filter(topic=owing.DECLINED).count() == 1
    assert not Message.objects.filter(topic=owing.CANCELLED).exists()
