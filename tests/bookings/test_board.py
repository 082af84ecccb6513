"""The day board: what it shows to whom, what it costs, and what it never shows."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse

from assessments import actions as assessments
from assessments.library_store import load_shipped_library
from assessments.models import Assessment, Intake, Plan
from bookings import actions
from bookings.actions.packages import visits_left
from bookings.board import reading, sheet
from bookings.models import Appointment, GroupSession, Package, VisitReason
from clinic import roles
from clinic.models import Practitioner
from tests.assessments.case_files import case_input
from tests.assessments.factories import ASKED, make_chart, make_draft, make_practitioner
from tests.bookings.board_page import DAY, PART, WEEK, card, somebody, span_of, text, visit
from tests.bookings.calling import ask, make_team
from tests.bookings.conftest import MONDAY_9, at, works
from tests.conftest import NOW
from tests.factories import (
    BreakTimeFactory,
    ClosureFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    RoomFactory,
    TimeOffFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def front(client, clinic):
    """Somebody at the front desk."""
    return somebody(client, roles.FRONT_DESK)


# Who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [roles.FRONT_DESK, roles.MANAGER])
def test_the_desk_and_the_manager_open_the_board(client, clinic, role):
    assert somebody(client, role).get(DAY).status_code == 200


@pytest.mark.parametrize("names", [[roles.CLINICAL_LEAD], [roles.PHYSIO], [roles.STUDENT], []])
def test_to_everybody_else_the_board_does_not_exist(client, clinic, names):
    one = visit(clinic)
    stranger = somebody(client, *names)
    pages = [DAY, WEEK, reverse("board-visit", args=[one.pk])]
    steps = [reverse(f"board-{name}", args=[one.pk]) for name in ("step", "undo", "move")]

    assert [stranger.get(page).status_code for page in pages] == [404, 404, 404]
    assert [stranger.post(page, {"do": "arrive|"}).status_code for page in steps] == [404] * 3
    one.refresh_from_db()
    assert one.state == "booked"


def test_a_guest_is_asked_to_sign_in(client, clinic):
    assert client.get(DAY).status_code == 302


def test_the_first_page_of_the_admin_leads_to_the_board(front):
    assert f'href="{reverse("board-day")}"' in text(front.get("/admin/"))


# What it shows ----------------------------------------------------------------------------------


def test_a_visit_shows_that_a_clinician_should_call_until_somebody_took_it(front, clinic):
    make_team(clinic)
    one = visit(clinic)
    before = reading.stamp(span_of(clinic), NOW)
    call = ask(one)

    assert "clinician call needed" in card(text(front.get(DAY)), one)
    assert reading.stamp(span_of(clinic), NOW) != before

    actions.take_clinician_call(call, by=clinic.lead, now=NOW)
    assert "call needed" not in card(text(front.get(DAY)), one)


def test_a_visit_whose_form_is_open_leads_to_intake_here(front, clinic):
    one, over = visit(clinic), visit(clinic, at(11), state="completed")
    link = reverse("intake-code", args=[one.pk])

    page = text(front.get(DAY))

    assert f'href="{link}"' in card(page, one)
    assert reverse("intake-code", args=[over.pk]) not in page
    assert f'href="{link}"' in text(front.get(reverse("board-visit", args=[one.pk])))


def test_a_visit_shows_who_comes_for_what_and_how_far_along_it_is(front, clinic):
    one = visit(clinic, new_patient=True, state="arrived")

    shown = card(text(front.get(DAY)), one)

    for words in ("09:00", "Pat Sample", "First knee visit", "arrived", "new here", "In person"):
        assert words in shown
    assert "intake open" in shown
    assert "plan sent" not in shown


def test_it_says_that_intake_and_plan_exist(front, clinic):
    load_shipped_library()
    physio, patient = make_practitioner(), PatientFactory()
    one, other = visit(clinic, patient=patient), visit(clinic, at(11))
    chart = make_chart(physio, patient, case_input(1) | ASKED)
    Assessment.objects.filter(pk=chart.pk).update(appointment=one)
    intake = Intake.objects.create(appointment=one, part="first", begun_at=NOW, saved_at=NOW)
    assert "intake open" in card(text(front.get(DAY)), one)
    Intake.objects.filter(pk=intake.pk).update(sent_at=NOW)
    marks = ("intake done", "plan sent")

    shown = card(text(front.get(DAY)), one)
    assert [mark in shown for mark in marks] == [True, False]

    chart.refresh_from_db()
    signed = assessments.sign(chart, by=physio.user, now=NOW)
    plan = assessments.draft_plan(signed, by=physio.user, now=NOW)
    assert "plan sent" not in card(text(front.get(DAY)), one)
    assessments.issue_plan(plan, by=physio.user, now=NOW)
    page = text(front.get(DAY))

    assert [mark in card(page, one) for mark in marks] == [True, True]
    assert [mark in card(page, other) for mark in marks] == [False, False]


def test_a_confirmed_visit_says_so(front, clinic):
    one = visit(clinic, confirmed_at=NOW)

    assert 'data-state="confirmed"' in card(text(front.get(DAY)), one)


def test_the_times_are_those_of_the_place(front, clinic):
    halifax = LocationFactory(slug="harbour", name="Harbour", time_zone="America/Halifax")
    works(PractitionerFactory(name="Cora"), halifax, clinic.service)
    one = visit(clinic, datetime(2027, 1, 11, 13, 0, tzinfo=UTC), location=halifax)

    page = text(front.get(f"{DAY}&place=harbour"))

    assert "09:00" in card(page, one)
    assert "Halifax time" in page
    assert str(one.pk) not in text(front.get(DAY))


@pytest.mark.parametrize(
    ("bought", "shown"), [([10], ["6 of 10 visits left"]), ([2], ["0 of 2 visits left"]), ([], [])]
)
def test_it_says_how_many_visits_of_a_package_are_left(front, clinic, bought, shown):
    one = visit(clinic)
    for number in bought:
        Package.objects.create(
            patient=one.patient, service=clinic.service, visits=number, bought_on=date(2026, 12, 1)
        )
    came = {"patient": one.patient, "state": "completed"}
    for days in (12, 13):
        visit(clinic, MONDAY_9 - timedelta(days=days), **came)
    visit(clinic, MONDAY_9 - timedelta(days=30), patient=one.patient, state="no_show")
    visit(clinic, datetime(2026, 11, 2, 16, tzinfo=UTC), **came)

    page = card(text(front.get(DAY)), one)

    assert re.findall(r"\d+ of \d+ visits left", page) == shown


def test_the_balance_is_the_one_every_other_page_shows(clinic):
    patient = PatientFactory()
    for number, day in ((3, 1), (5, 8)):
        Package.objects.create(patient=patient, visits=number, bought_on=date(2027, 1, day))
    one = visit(clinic, patient=patient)
    states = ("completed", "no_show", "late_cancelled", "cancelled", "booked", "arrived")
    for number, state in enumerate(states):
        more = {"cancelled_at": NOW} if "cancelled" in state else {}
        visit(clinic, at(9, day=2 + number), patient=patient, state=state, **more)

    elsewhere = visits_left([patient], now=NOW)[patient.pk]

    assert board_of(clinic).columns[0].cards[0].id == one.pk
    left = board_of(clinic).columns[0].cards[0].left
    assert left == (sum(each.balance.left for each in elsewhere), 8)
    assert left == (4, 8)  # the first is used up, the second pays for the visit shown


def test_breaks_closures_and_time_outside_hours_are_shaded(clinic):
    BreakTimeFactory(practitioner=clinic.physio, location=clinic.place)
    ClosureFactory(
        location=clinic.place, first_day=date(2027, 1, 11), starts=time(15), ends=time(16)
    )
    TimeOffFactory(practitioner=clinic.physio, first_day=date(2027, 1, 11), starts=time(16))
    visit(clinic, at(7), state="completed")

    board = board_of(clinic)

    (column,) = board.columns
    shades = {(one.kind, one.box.top, one.box.length) for one in column.shades}
    assert (board.axis.start, board.axis.end) == (7 * 60, 17 * 60)
    assert shades == {
        ("outside", 0, 120),
        ("break", 5 * 60, 60),
        ("closed", 8 * 60, 60),
        ("away", 9 * 60, 60),
    }


def board_of(clinic, by="practitioner", now=NOW, **more):
    people, _ = reading.people_and_places()
    return sheet.read(span_of(clinic, **more), by, people, now)


def test_visits_over_each_other_lie_side_by_side_and_say_overbooked(clinic):
    visit(clinic)
    visit(clinic, at(9, 30), overbooked=True, overbook_reason="Fell today.")

    boxes = [one.box for one in board_of(clinic).columns[0].cards]

    assert [(box.top, box.length, box.lane, box.lanes) for box in boxes] == [
        (0, 60, 0, 2),
        (30, 60, 1, 2),
    ]
    assert board_of(clinic).counts["overbooked"] == 1


def test_rooms_have_a_column_each(clinic):
    gym = RoomFactory(location=clinic.place, name="Gym")
    RoomFactory(location=clinic.place, name="Blue")
    there = visit(clinic, room=gym, room_unit=1)
    nowhere = visit(clinic, at(11))

    columns = board_of(clinic, "room").columns

    shown = [(column.title, [one.id for one in column.cards]) for column in columns]
    assert shown == [("Blue", []), ("Gym", [there.pk]), ("No room", [nowhere.pk])]


def test_a_group_session_holds_the_people_of_its_seats(front, clinic):
    clinic.service.seats = 4
    clinic.service.save()
    facts = {"practitioner": clinic.physio, "location": clinic.place, "service": clinic.service}
    end = MONDAY_9 + timedelta(hours=1)
    session = GroupSession.objects.create(
        starts_at=MONDAY_9, ends_at=end, state="session", seats=4, **facts
    )
    one = visit(clinic, session_id=session.pk, seat=1)

    page = text(front.get(DAY))

    assert "1 of 4 seats" in page
    assert f'<li class="bd-member" data-visit="{one.pk}"' in page


def test_a_time_being_booked_is_shown_without_a_name_and_an_old_hold_is_not(front, clinic):
    held = clinic.hold()

    assert "Being booked" in text(front.get(DAY))
    Appointment.objects.filter(pk=held.pk).update(held_until=NOW - timedelta(minutes=1))
    assert "Being booked" not in text(front.get(DAY))


def test_cancelled_visits_stand_below_the_columns(clinic):
    one = visit(clinic, state="cancelled", cancelled_at=NOW)

    board = board_of(clinic)

    assert [each.id for each in board.gone] == [one.pk]
    assert board.columns[0].cards == []


def test_somebody_who_left_is_shown_only_while_they_have_visits(clinic):
    clinic.colleague()
    gone = clinic.colleague("Gwen Gone", "gwen")
    Practitioner.objects.filter(pk=gone.pk).update(is_active=False)

    assert [one.title for one in board_of(clinic).columns] == ["Anna Example", "Ben Example"]
    visit(clinic, practitioner=gone)
    assert [one.title for one in board_of(clinic).columns][-1] == "Gwen Gone"


def test_the_line_of_now_lies_on_today_only(clinic):
    noon = at(12, 30)

    assert board_of(clinic, now=noon).now_at == 210
    assert board_of(clinic, now=noon - timedelta(days=1)).now_at is None


def test_a_week_has_seven_days_of_one_practitioner(front, clinic):
    one = visit(clinic, at(10, day=13))
    other = visit(clinic, practitioner=clinic.colleague())

    page = text(front.get(f"{WEEK}&who=anna"))

    assert page.count('<section class="bd-col"') == 7
    assert str(one.pk) in page
    assert str(other.pk) not in page


@pytest.mark.parametrize(
    "address", [f"{WEEK}&who=nobody", f"{DAY}&place=nowhere", "/admin/board/visit/not-an-id/"]
)
def test_what_nobody_knows_is_not_found(front, clinic, address):
    assert front.get(address).status_code == 404


@pytest.mark.parametrize("typed", ["yesterday", "2027-02-30", "0001-01-01", "9999-12-31", "१"])
def test_a_day_that_is_none_is_said_so_and_today_is_shown(front, clinic, typed):
    response = front.get("/admin/board/", {"day": typed})

    assert response.status_code == 422
    assert 'aria-invalid="true"' in text(response)
    assert "Sunday 10 January 2027" in text(response)


@pytest.mark.parametrize("day", ["2027-03-14", "2027-11-07"])
def test_days_of_a_clock_change_have_their_visits_at_the_walls_time(front, clinic, day):
    clinic.place.time_zone = "America/Toronto"
    clinic.place.save()
    offset = 4 if day == "2027-03-14" else 5
    year, month, number = map(int, day.split("-"))
    one = visit(clinic, datetime(year, month, number, 9 + offset, tzinfo=UTC))

    board = board_of(clinic, day=date.fromisoformat(day))

    (shown,) = board.columns[0].cards
    assert (shown.id, shown.starts, shown.span) == (one.pk, "09:00", (540, 600))


# What it never shows ----------------------------------------------------------------------------


def test_nothing_clinical_is_on_the_board(front, clinic):
    canary = "Zaunkoenig"
    one = visit(clinic)
    VisitReason.objects.create(appointment=one, text=canary, written_at=NOW)
    load_shipped_library()
    plan = make_draft(practitioner=make_practitioner(), patient=one.patient)
    Plan.objects.filter(pk=plan.pk).update(note=canary)
    type(plan.episode).objects.update(goal=canary)
    assert VisitReason.objects.filter(text=canary).exists()

    pages = [DAY, f"{DAY}&by=room", WEEK, reverse("board-visit", args=[one.pk])]

    assert [canary in text(front.get(page)) for page in pages] == [False] * 4
    moved = front.post(reverse("board-move", args=[one.pk]), {"move-day": "?"}, headers=PART)
    assert canary not in text(moved)
