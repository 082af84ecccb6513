"""A clinician call before a visit: who is told, when the clinical lead is, and who takes it."""

from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction

from bookings import actions
from bookings.errors import CallTaken, NotPossible
from bookings.models import ClinicianCall, DutyDay
from clinic import outbox, roles
from clinic.audit import actor_of
from clinic.models import AuditEvent, CareRelation, Message
from tests.bookings.calling import ALERT, FRIDAY_9, LEAD, ask, make_team, owed, person
from tests.bookings.conftest import at, works
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    ClosureFactory,
    PractitionerFactory,
    TimeOffFactory,
    WorkingHoursFactory,
)


@pytest.fixture
def team(clinic):
    return make_team(clinic)


@pytest.fixture
def visit(team):
    return team.book(FRIDAY_9)


# Who is told -------------------------------------------------------------------------------------


def test_the_physio_and_whoever_works_there_are_told_at_once(visit):
    call = ask(visit)

    assert owed() == ["anna@example.com", "ben@example.com"]
    assert set(Message.objects.filter(topic=ALERT).values_list("due_at", "urgent")) == {
        (at(10), True)
    }
    assert set(call.told.values_list("name", flat=True)) == {"Anna", "Ben"}


def test_whoever_is_marked_for_the_day_is_on_duty_alone(team, visit):
    cleo = works(PractitionerFactory(name="Cleo", user=person("cleo")), team.place, team.service)
    DutyDay.objects.create(location=team.place, weekday=0, practitioner=cleo)

    ask(visit)

    assert owed() == ["anna@example.com", "cleo@example.com"]


def test_somebody_on_duty_who_is_away_is_stood_in_for(team, visit):
    cleo = works(PractitionerFactory(name="Cleo", user=person("cleo")), team.place, team.service)
    DutyDay.objects.create(location=team.place, weekday=0, practitioner=cleo)
    TimeOffFactory(practitioner=cleo, first_day=at(9).date())

    ask(visit)

    assert owed() == ["anna@example.com", "ben@example.com"]


def test_on_a_weekend_it_is_whoever_is_there_on_monday(team, visit):
    WorkingHoursFactory(
        practitioner=PractitionerFactory(user=person("tuesday")), location=team.place, weekday=1
    )

    ask(visit, now=NOW)  # a Sunday

    assert owed() == ["anna@example.com", "ben@example.com"]


def test_asked_again_nothing_is_added(visit):
    first = ask(visit)
    again = ask(visit, now=at(11))

    assert again == first
    assert len(owed()) == 2
    assert AuditEvent.objects.filter(action="visit.clinician_call").count() == 1


def test_nobody_is_mailed_about_their_own_asking(team, visit):
    call = ask(visit, by=actor_of(team.physio.user))

    assert owed() == ["ben@example.com"]
    assert team.physio.user in call.told.all()


def test_where_nobody_told_could_call_the_lead_is_told_at_once(clinic):
    person("lea", roles.CLINICAL_LEAD)
    visit = clinic.book(FRIDAY_9)  # the physio has no sign-in

    call = ask(visit)

    assert (owed(), owed(LEAD)) == ([], ["lea@example.com"])
    assert call.escalated_at == at(10)


def test_where_there_is_no_lead_a_manager_has_to_know(clinic):
    person("mo", roles.MANAGER)

    ask(clinic.book(FRIDAY_9))

    assert owed(LEAD) == ["mo@example.com"]


def test_a_held_time_is_nobodys_visit(team):
    with pytest.raises(NotPossible):
        ask(team.hold(FRIDAY_9))


def test_the_mail_names_the_visit_and_nobody(visit, mailoutbox):
    ask(visit, now=NOW)
    outbox.send_due()

    assert sorted(mail.to[0] for mail in mailoutbox) == [
        "anna@example.com", "ben@example.com", "gus@example.com",
    ]  # fmt: skip
    mail = next(mail for mail in mailoutbox if mail.to == ["anna@example.com"])
    assert mail.subject == "Please call before the visit on Friday 15 January 2027, 09:00"
    assert "/chart/" in mail.body
    for word in ("Gus", "Guest", "knee", "Knee"):
        assert word not in mail.subject + mail.body


def test_taken_before_the_mail_left_nobody_else_is_written_to(team, visit, mailoutbox):
    actions.take_clinician_call(ask(visit, now=NOW), by=team.ben.user, now=NOW)
    outbox.send_due()

    assert [mail.to for mail in mailoutbox] == [["gus@example.com"]]
    assert set(Message.objects.filter(topic=ALERT).values_list("state", flat=True)) == {"skipped"}


def test_a_visit_that_moves_to_somebody_else_tells_them_once(team, visit, desk):
    ask(visit)
    cleo = works(
        PractitionerFactory(name="Cleo", user=person("cleo", roles.PHYSIO)),
        team.place, team.service, days=[4],
    )  # fmt: skip
    actions.move(
        visit, practitioner=cleo, location=team.place, starts_at=at(10, day=15), by=desk, now=at(10)
    )

    for _again in range(3):
        actions.follow_up_clinician_calls(now=at(10, 5))

    assert owed() == ["anna@example.com", "ben@example.com", "cleo@example.com"]


# Two clinic hours --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        pytest.param(at(10), at(12), id="in the morning"),
        pytest.param(at(15), at(17), id="ends as the doors close"),
        pytest.param(at(16, 30), at(10, 30, day=12), id="into the next day"),
        pytest.param(at(16, day=15), at(10, day=18), id="over the weekend"),
        pytest.param(NOW, at(11), id="asked on a Sunday"),
    ],
)
def test_the_lead_is_told_after_two_clinic_hours(team, asked, due):
    ask(team.book(at(9, day=19)), now=asked)

    actions.follow_up_clinician_calls(now=due - timedelta(seconds=1))
    assert owed(LEAD) == []
    for _again in range(3):
        actions.follow_up_clinician_calls(now=due)
    assert owed(LEAD) == ["lea@example.com"]


def test_lunch_is_opening_time_and_a_closure_is_not(team, visit):
    ClosureFactory(location=team.place, first_day=at(9).date(), starts=time(11))

    assert ask(visit, now=at(10)).escalate_at == at(10, day=12)


def test_where_no_hours_are_known_two_hours_go_by(team):
    visit = AppointmentFactory(starts_at=FRIDAY_9)

    assert ask(visit).escalate_at == at(12)


@pytest.mark.parametrize("state", ["in_progress", "completed"])
def test_nobody_is_troubled_about_a_patient_who_was_seen(visit, state):
    ask(visit)
    type(visit).objects.filter(pk=visit.pk).update(state=state)

    assert actions.follow_up_clinician_calls(now=FRIDAY_9) == 0
    assert owed(LEAD) == []


def test_a_cancelled_visit_still_leaves_somebody_to_call(visit, desk):
    ask(visit)
    actions.cancel(visit, reason="", by=desk, now=at(10))

    actions.follow_up_clinician_calls(now=at(12))

    assert owed(LEAD) == ["lea@example.com"]


@pytest.mark.parametrize("calls", [1, 3])
def test_following_up_costs_the_same_however_many_wait(
    team, visit, calls, django_assert_num_queries
):
    for number in range(calls):
        ask(visit if not number else team.book(at(10 + number, day=15), browser=str(number)))

    with django_assert_num_queries(2):
        assert actions.follow_up_clinician_calls(now=at(10)) == 0


# Taking it ---------------------------------------------------------------------------------------


def test_whoever_takes_it_may_open_the_record_until_after_the_visit(team, visit):
    call = actions.take_clinician_call(ask(visit), by=team.ben.user, now=at(11))

    assert (call.taken_by, call.taken_at) == (team.ben.user, at(11))
    cover = CareRelation.objects.get(practitioner=team.ben)
    assert (cover.ground, cover.ends_at) == ("cover", visit.ends_at + timedelta(days=1))
    assert actions.follow_up_clinician_calls(now=at(16)) == 0
    assert owed(LEAD) == []


def test_the_second_is_told_who_has_it(team, visit):
    call = ask(visit)
    actions.take_clinician_call(call, by=team.ben.user, now=at(11))

    with pytest.raises(CallTaken) as error:
        actions.take_clinician_call(call, by=team.physio.user, now=at(11, 1))
    assert str(error.value) == "Ben has taken this call already."
    again = actions.take_clinician_call(call, by=team.ben.user, now=at(12))
    assert again.taken_at == at(11)
    assert AuditEvent.objects.filter(action="visit.clinician_call_taken").count() == 1


def test_after_it_was_taken_a_new_one_begins(team, visit):
    actions.take_clinician_call(ask(visit), by=team.ben.user, now=at(11))

    second = ask(visit, now=at(12))

    assert second.taken_at is None
    assert ClinicianCall.objects.count() == 2
    assert len(owed()) == 4


def test_what_was_taken_stays_as_it_is_and_one_waits_at_a_time(team, visit):
    call = actions.take_clinician_call(ask(visit), by=team.ben.user, now=at(11))
    with pytest.raises(IntegrityError), transaction.atomic():
        ClinicianCall.objects.filter(pk=call.pk).update(taken_by=team.physio.user)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClinicianCall.objects.filter(pk=call.pk).delete()
    ask(visit, now=at(12))
    with pytest.raises(IntegrityError), transaction.atomic():
        ClinicianCall.objects.create(appointment=visit, asked_at=NOW, escalate_at=NOW)
