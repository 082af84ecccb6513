"""What the board changes: one button a step, moves that warn, undo, two people at once."""

import pytest
import time_machine
from django.urls import reverse

from bookings.models import Appointment
from clinic import roles
from clinic.models import AuditEvent, CareRelation
from tests.bookings.board_page import PART, somebody, text, visit
from tests.bookings.conftest import MONDAY_9, at, works
from tests.conftest import NOW
from tests.factories import LocationFactory, PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def front(client, clinic):
    """Somebody at the front desk, on Monday just after nine."""
    with time_machine.travel(at(9, 1), tick=False):
        yield somebody(client, roles.FRONT_DESK)


def seen(one):
    one.refresh_from_db()
    return f"{one.state}.{one.version}.{1 if one.confirmed_at else 0}"


def press(front, one, step, *, as_seen=None, headers=PART, **more):
    data = {"do": f"{step}|{seen(one) if as_seen is None else as_seen}", **more}
    return front.post(reverse("board-step", args=[one.pk]), data, headers=headers)


def move(front, one, to, *, day="2027-01-11", headers=PART, as_seen=None, **more):
    data = {
        "move-practitioner": one.practitioner_id,
        "move-location": one.location_id,
        "move-day": day,
        "move-time": to,
        "seen": seen(one) if as_seen is None else as_seen,
        **more,
    }
    return front.post(reverse("board-move", args=[one.pk]), data, headers=headers)


def take(front, undo):
    return front.post(undo["url"], undo["fields"], headers=PART)


# Steps ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        ("confirm", "booked", "booked"),
        ("confirm", "requested", "booked"),
        ("arrive", "booked", "arrived"),
        ("start", "arrived", "in_progress"),
        ("complete", "in_progress", "completed"),
        ("no-show", "booked", "no_show"),
        ("late-cancel", "booked", "late_cancelled"),
        ("late-cancel", "arrived", "late_cancelled"),
    ],
)
def test_one_press_is_one_step(front, clinic, step, before, after):
    one = visit(clinic, state=before)

    answer = press(front, one, step)

    one.refresh_from_db()
    assert (answer.status_code, one.state) == (200, after)
    assert (one.confirmed_at is not None) == (step == "confirm")
    assert answer.json()["said"].startswith("Pat Sample: ")
    assert AuditEvent.objects.latest("position").actor_kind == "staff"


def test_a_late_cancellation_counts_as_late_and_cannot_be_taken_back(front, clinic):
    one = visit(clinic, at(9, day=20))

    answer = press(front, one, "late-cancel")

    one.refresh_from_db()
    assert (one.state, one.cancel_reason) == ("late_cancelled", "Late, taken at the desk")
    assert answer.json()["undo"] is None
    undo = {"to": "booked", "confirmed": "", "seen": seen(one)}
    again = front.post(reverse("board-undo", args=[one.pk]), undo, headers=PART)
    assert again.status_code == 409
    assert seen(one).startswith("late_cancelled")


@pytest.mark.parametrize(
    ("step", "before", "confirmed_at"),
    [
        ("confirm", "booked", None),
        ("confirm", "requested", None),
        ("arrive", "booked", NOW),
        ("start", "arrived", NOW),
        ("start", "booked", None),
        ("complete", "in_progress", None),
        ("no-show", "booked", NOW),
    ],
)
def test_a_slip_of_the_finger_is_taken_back(front, clinic, step, before, confirmed_at):
    one = visit(clinic, state=before, confirmed_at=confirmed_at)

    undo = press(front, one, step).json()["undo"]
    answer = take(front, undo)

    one.refresh_from_db()
    assert answer.status_code == 200
    assert (one.state, one.confirmed_at) == (before, confirmed_at)
    assert AuditEvent.objects.latest("position").action == "visit.take_back"


def test_taking_back_a_missed_first_visit_renews_the_care(front, clinic):
    one = clinic.book()

    undo = press(front, one, "no-show").json()["undo"]
    assert CareRelation.objects.get().ends_at == at(9, 1)
    take(front, undo)

    assert CareRelation.objects.get().ends_at > at(9, 1)


def test_a_missed_visit_is_not_taken_back_over_another_that_took_its_time(front, clinic):
    one = visit(clinic)
    undo = press(front, one, "no-show").json()["undo"]
    visit(clinic)

    answer = take(front, undo)

    assert answer.status_code == 409
    assert seen(one).startswith("no_show")


@pytest.mark.parametrize("to", ["", "completed", "cancelled", "held", "no_show"])
def test_only_the_step_before_can_be_asked_back(front, clinic, to):
    one = visit(clinic, state="arrived")
    asked = {"to": to, "confirmed": "", "seen": seen(one)}

    answer = front.post(reverse("board-undo", args=[one.pk]), asked, headers=PART)

    assert answer.status_code == 409
    assert seen(one).startswith("arrived")


def test_a_step_nobody_knows_is_not_found(front, clinic):
    assert press(front, visit(clinic), "delete").status_code == 404


def test_nothing_is_changed_by_looking(front, clinic):
    one = visit(clinic)

    for name in ("step", "undo", "move"):
        assert front.get(reverse(f"board-{name}", args=[one.pk])).status_code == 405
    assert seen(one) == "booked.1.0"


def test_a_hold_is_no_visit_of_anybody(front, clinic):
    held = clinic.hold(at(15))

    assert press(front, held, "arrive").status_code == 404


# Two people at once -----------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["confirm", "arrive", "start", "late-cancel"])
def test_the_second_of_two_people_is_told_and_nothing_is_lost(front, clinic, step):
    one = visit(clinic)
    looked_at = seen(one)
    press(front, one, "arrive")

    answer = press(front, one, step, as_seen=looked_at)

    assert answer.status_code == 409
    assert "changed this visit meanwhile" in answer.json()["error"]
    one.refresh_from_db()
    assert one.state == "arrived"
    assert AuditEvent.objects.filter(object_id=str(one.pk)).count() == 1


def test_the_second_who_moves_a_visit_is_told(front, clinic):
    one = visit(clinic, at(13))
    looked_at = seen(one)
    move(front, one, "14:00")

    answer = move(front, one, "15:00", as_seen=looked_at)

    assert answer.status_code == 409
    one.refresh_from_db()
    assert one.starts_at == at(14)


def test_undo_after_somebody_else_went_on_is_told(front, clinic):
    one = visit(clinic)
    undo = press(front, one, "arrive").json()["undo"]
    press(front, one, "start")

    assert take(front, undo).status_code == 409
    assert seen(one).startswith("in_progress")


def test_without_script_the_second_gets_the_visit_as_it_stands(front, clinic):
    one = visit(clinic)
    looked_at = seen(one)
    press(front, one, "arrive")

    answer = press(front, one, "arrive", as_seen=looked_at, headers={})

    assert answer.status_code == 409
    assert 'role="alert"' in text(answer)
    assert 'data-state="arrived"' in text(answer)


# Moves ------------------------------------------------------------------------------------------


def test_a_visit_is_moved_and_moved_back_as_it_was(front, clinic):
    colleague = clinic.colleague()
    one = visit(clinic, at(13), confirmed_at=NOW)

    answer = move(front, one, "15:30", **{"move-practitioner": colleague.pk})

    one.refresh_from_db()
    assert (answer.status_code, one.starts_at, one.practitioner) == (200, at(15, 30), colleague)
    assert one.confirmed_at is None
    assert take(front, answer.json()["undo"]).status_code == 200
    one.refresh_from_db()
    assert (one.starts_at, one.practitioner) == (at(13), clinic.physio)
    assert one.confirmed_at is not None


def test_what_is_in_the_way_is_named_and_nothing_is_moved(front, clinic):
    one = visit(clinic, at(13))
    visit(clinic, at(15), patient=PatientFactory(first_name="Otto", last_name="Other"))

    answer = move(front, one, "15:00")

    assert answer.status_code == 409
    assert "In the way: 15:00–16:00, Otto Other with Anna Example." in text(answer)
    assert 'name="move-force"' in text(answer)
    assert "<html" not in text(answer)
    one.refresh_from_db()
    assert (one.starts_at, one.version) == (at(13), 1)


def test_force_needs_a_reason_and_the_way_is_named_again(front, clinic):
    one = visit(clinic, at(13))
    visit(clinic, at(15), patient=PatientFactory(first_name="Otto", last_name="Other"))

    answer = move(front, one, "15:00", **{"move-force": "on"})

    assert answer.status_code == 409
    assert "Write down why" in text(answer)
    assert "Otto Other" in text(answer)
    forced = {"move-force": "on", "move-force_reason": "Cannot come otherwise."}
    assert move(front, one, "15:00", **forced).status_code == 200
    one.refresh_from_db()
    assert (one.overbooked, one.starts_at) == (True, at(15))
    event = AuditEvent.objects.get(object_id=str(one.pk), action="visit.move")
    assert event.reason == "Cannot come otherwise."


@pytest.mark.parametrize(
    ("time", "said"),
    [("18:00", "working hours"), ("13:07", "do not start at that time"), ("08:00", "has passed")],
)
def test_every_other_refusal_says_why(front, clinic, time, said):
    one = visit(clinic, at(14))

    answer = move(front, one, time)

    assert answer.status_code == 409
    assert said in text(answer)


def test_not_even_force_moves_to_somebody_who_does_not_offer_it(front, clinic):
    other = LocationFactory(slug="far", name="Far")
    one = visit(clinic, at(14))

    answer = move(front, one, "15:00", **{"move-location": other.pk})

    assert answer.status_code == 409
    assert 'name="move-force"' not in text(answer)


@pytest.mark.parametrize("typed", ["", "25:00", "noon"])
def test_a_time_that_is_none_is_said_beside_the_field(front, clinic, typed):
    one = visit(clinic, at(14))

    answer = move(front, one, typed)

    assert answer.status_code == 422
    assert 'class="errorlist"' in text(answer)
    one.refresh_from_db()
    assert one.starts_at == at(14)


def test_undo_of_a_move_is_refused_when_the_old_time_is_gone(front, clinic):
    one = visit(clinic, at(13))
    undo = move(front, one, "15:00").json()["undo"]
    visit(clinic, at(13))

    assert take(front, undo).status_code == 409
    one.refresh_from_db()
    assert one.starts_at == at(15)


def test_the_times_typed_are_those_of_the_place(front, clinic):
    harbour = LocationFactory(slug="harbour", time_zone="America/Halifax")
    works(clinic.physio, harbour, clinic.service)
    one = visit(clinic, at(14, day=12), location=harbour)

    move(front, one, "09:00", day="2027-01-13")

    one.refresh_from_db()
    assert f"{one.starts_at.astimezone(harbour.tz):%d %H:%M}" == "13 09:00"


# Without script ---------------------------------------------------------------------------------


def test_without_script_a_step_leads_back_to_the_board_and_offers_to_undo(front, clinic):
    one = visit(clinic)
    back = "/admin/board/?day=2027-01-11&place=downtown"

    answer = press(front, one, "arrive", headers={}, back=back)

    assert (answer.status_code, answer["Location"]) == (302, back)
    page = text(front.get(back))
    assert "Pat Sample: Arrived." in page
    assert f'action="{reverse("board-undo", args=[one.pk])}"' in page
    assert "data-plain-undo" in text(front.get(back))  # looking changed nothing


@pytest.mark.parametrize("back", ["https://example.com/", "//example.com", ""])
def test_nobody_is_sent_anywhere_else(front, clinic, back):
    answer = press(front, visit(clinic), "arrive", headers={}, back=back)

    assert answer["Location"].startswith("/admin/board/")


def test_without_script_the_page_of_a_visit_moves_it(front, clinic):
    one = visit(clinic, at(13))
    page = text(front.get(reverse("board-visit", args=[one.pk])))

    assert f'action="{reverse("board-move", args=[one.pk])}"' in page
    assert f'formaction="{reverse("board-step", args=[one.pk])}"' in page
    answer = move(front, one, "15:00", headers={})
    assert answer["Location"] == "/admin/board/?place=downtown&day=2027-01-11"
    assert Appointment.objects.get(pk=one.pk).starts_at == at(15)


def test_a_visit_that_is_over_has_no_form(front, clinic):
    one = visit(clinic, MONDAY_9, state="completed")

    assert "data-move-form" not in text(front.get(reverse("board-visit", args=[one.pk])))
