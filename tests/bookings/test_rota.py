"""The rota: a week of hours written whole, from one place, with or without script."""

from datetime import date, time

import pytest

from bookings.errors import TimeRefused
from bookings.models import BreakTime, HoursChange, OtherTimes, WorkingHours
from clinic.models import AuditEvent
from tests.bookings.conftest import at
from tests.bookings.page import Page
from tests.bookings.rota_page import ANNA, hours_of, seen, week
from tests.bookings.waiting_room import fill, running, waits, work
from tests.factories import BreakTimeFactory, LocationFactory

FEBRUARY = date(2027, 2, 1)
NINE = at(9, day=12)


# The week ----------------------------------------------------------------------------------------


def test_the_editor_shows_the_week_that_holds(front_desk, clinic):
    BreakTimeFactory(practitioner=clinic.physio, location=clinic.place, weekday=1)

    form = Page(front_desk.get(ANNA)).form_with("w-0-starts").fields

    assert (form["first"], form["last"]) == ("2027-01-10", "")
    rows = [
        (form[f"w-{n}-weekday"], form[f"w-{n}-starts"], form[f"w-{n}-ends"], form[f"w-{n}-breaks"])
        for n in range(7)
    ]
    assert rows == [
        ("0", "09:00", "17:00", ""),
        ("1", "09:00", "17:00", "12:00–13:00"),
        ("2", "09:00", "17:00", ""),
        ("3", "09:00", "17:00", ""),
        ("4", "09:00", "17:00", ""),
        ("5", "", "", ""),
        ("6", "", "", ""),
    ]


def test_a_new_pattern_ends_the_old_one_the_day_before(front_desk, clinic):
    rows = [(0, "8", "1230", "10-10:15", clinic.place), (0, "14", "18:00", "", clinic.place)]

    saved = front_desk.post(ANNA, week(rows=rows, seen=seen(front_desk)))

    assert saved.status_code == 302
    assert saved["Location"] == "/admin/rota/?week=2027-02-01"
    ended = [(day, time(9), time(17), None, date(2027, 1, 31)) for day in range(5)]
    new = [(0, time(8), time(12, 30), FEBRUARY, None), (0, time(14), time(18), FEBRUARY, None)]
    assert hours_of(clinic.physio) == sorted(ended + new)
    assert hours_of(clinic.physio, BreakTime) == [(0, time(10), time(10, 15), FEBRUARY, None)]


def test_what_is_written_is_what_can_be_booked(front_desk, clinic):
    rows = [(0, "8", "12", "10-11", clinic.place)]
    front_desk.post(ANNA, week(rows=rows, seen=seen(front_desk)))

    monday, before = {"month": 2, "day": 1}, {"month": 1, "day": 25}
    clinic.hold(at(8).replace(**monday), browser="a")
    clinic.hold(at(16).replace(**before), browser="b")
    for hour in (10, 12):
        with pytest.raises(TimeRefused):
            clinic.hold(at(hour).replace(**monday), browser=f"c{hour}")


def test_a_pattern_with_an_end_gives_way_to_the_old_one(front_desk, clinic):
    rows = [(0, "10", "12", "", clinic.place)]

    front_desk.post(ANNA, week(rows=rows, last="2027-02-28", seen=seen(front_desk)))

    mondays = [row for row in hours_of(clinic.physio) if row[0] == 0]
    assert sorted(mondays, key=str) == sorted(
        [
            (0, time(9), time(17), None, date(2027, 1, 31)),
            (0, time(9), time(17), date(2027, 3, 1), None),
            (0, time(10), time(12), FEBRUARY, date(2027, 2, 28)),
        ],
        key=str,
    )


def test_one_day_may_hold_several_places(front_desk, clinic):
    other = LocationFactory(name="Harbour")
    rows = [(0, "8", "12", "", clinic.place), (0, "13", "17", "", other)]

    front_desk.post(ANNA, week(rows=rows, seen=seen(front_desk)))

    new = WorkingHours.objects.filter(valid_from=FEBRUARY).order_by("starts")
    assert [row.location for row in new] == [clinic.place, other]


def test_what_is_saved_is_written_down_as_it_was_and_as_it_is(front_desk, clinic):
    rows = [(0, "8", "12", "", clinic.place)]

    front_desk.post(ANNA, week(rows=rows, seen=seen(front_desk)))

    event = AuditEvent.objects.get()
    assert (event.action, event.object_id) == ("rota.week", str(clinic.physio.pk))
    assert event.data["now"] == [["hours", 0, str(clinic.place.pk), 480, 720]]
    assert len(event.data["was"]) == 5


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        (("nine", "17", ""), "starts", "Write the time as 09:30, 930 or 9."),
        (("9", "25", ""), "ends", "A day has 24 hours of 60 minutes."),
        (("9", "", ""), "ends", "Give both times."),
        (("", "17", ""), "starts", "Give both times."),
        (("17", "9", ""), "ends", "The end comes after the start."),
        (("", "", "12-13"), "starts", "Say when work begins and ends."),
        (("9", "17", "noon"), "breaks", "Write a break as 12:00–12:30."),
        (("9", "17", "13-12"), "breaks", "A break ends after it starts."),
        (("9", "17", "8-10"), "breaks", "A break lies within the hours above it."),
        (("9", "17", "12-13, 12:30-14"), "breaks", "These breaks overlap."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_everything_typed_stays(
    front_desk, clinic, row, field, words
):
    rows = [(0, *row, clinic.place), (1, "8", "12", "", clinic.place)]

    answer = front_desk.post(ANNA, week(rows=rows, last="2027-03-01", seen=seen(front_desk)))

    assert answer.status_code == 422
    assert answer.context["windows"].forms[0].errors == {field: [words]}
    assert f'id="id_w-0-{field}_error"' in answer.text
    form = Page(answer).form_with("w-0-starts").fields
    assert (form["w-0-starts"], form["w-0-ends"], form["w-0-breaks"]) == row
    assert (form["w-1-starts"], form["last"]) == ("8", "2027-03-01")
    assert AuditEvent.objects.count() == 0


def test_nobody_works_in_two_windows_at_once(front_desk, clinic):
    other = LocationFactory()
    rows = [(0, "8", "12", "", clinic.place), (0, "11", "17", "", other)]

    answer = front_desk.post(ANNA, week(rows=rows, seen=seen(front_desk)))

    assert answer.context["windows"].forms[1].errors == {"starts": ["Overlaps 08:00–12:00."]}


@pytest.mark.parametrize(
    ("days", "field"),
    [({"first": ""}, "first"), ({"first": "soon"}, "first"), ({"last": "2027-01-01"}, "last")],
)
def test_days_that_are_none_are_said_beside_the_field(front_desk, clinic, days, field):
    answer = front_desk.post(ANNA, week(rows=[], seen=seen(front_desk), **days))

    assert answer.status_code == 422
    assert list(answer.context["period"].errors) == [field]


def test_a_row_more_and_monday_for_all_keep_what_is_typed_and_save_nothing(front_desk, clinic):
    rows = [(0, "7:30", "x", "12-13", clinic.place), (5, "9", "11", "", clinic.place)]

    more = front_desk.post(ANNA, week(rows=rows, do="more-0", first="2027-05-05"))
    filled = front_desk.post(ANNA, week(rows=rows, do="fill"))

    form = Page(more).form_with("w-0-starts").fields
    assert form["first"] == "2027-05-05"
    assert [(form[f"w-{n}-weekday"], form[f"w-{n}-starts"]) for n in range(3)] == [
        ("0", "7:30"), ("5", "9"), ("0", ""),
    ]  # fmt: skip
    form = Page(filled).form_with("w-0-starts").fields
    typed = [(form[f"w-{n}-weekday"], form[f"w-{n}-ends"]) for n in range(7)]
    assert typed == [*((str(day), "x") for day in range(5)), ("5", "11"), ("6", "")]
    assert len(hours_of(clinic.physio)) == 5


def test_the_form_as_it_stands_changes_nothing(front_desk, clinic):
    """Sent back untouched, the week that holds keeps its rows."""
    before = set(WorkingHours.objects.values_list("pk", "valid_from", "valid_to"))

    sent = Page(front_desk.get(ANNA)).sent("w-0-starts", do="save")
    front_desk.post(ANNA, sent)

    assert set(WorkingHours.objects.values_list("pk", "valid_from", "valid_to")) == before


# Whom it touches ---------------------------------------------------------------------------------


def test_the_visits_are_shown_before_anything_is_saved(front_desk, clinic):
    visit = fill(clinic, [NINE])[NINE]
    sent = week(rows=[(1, "10", "17", "", clinic.place)], first="2027-01-11",
                seen=seen(front_desk))  # fmt: skip

    looked = front_desk.post(ANNA, {**sent, "do": "look"})
    refused = front_desk.post(ANNA, sent)

    assert (looked.status_code, refused.status_code) == (200, 409)
    for answer in (looked, refused):
        assert f"/admin/bookings/appointment/{visit.pk}/change/" in answer.text
    assert len(hours_of(clinic.physio)) == 5
    assert AuditEvent.objects.filter(action="rota.week").count() == 0


def test_looked_at_the_patients_are_offered_other_times_in_the_new_hours(front_desk, clinic):
    visit = fill(clinic, [NINE])[NINE]
    sent = week(rows=[(1, "10", "17", "", clinic.place)], first="2027-01-11",
                seen=seen(front_desk))  # fmt: skip
    refused = front_desk.post(ANNA, sent)

    said = Page(refused).sent("w-0-starts", do="save", **{"look-then": "mail"})
    saved = front_desk.post(ANNA, said)

    change = HoursChange.objects.get()
    assert saved["Location"] == f"/admin/bookings/hourschange/{change.pk}/change/"
    offer = OtherTimes.objects.get()
    assert (offer.appointment, offer.state, change.what) == (visit, "asked", "week")
    local = [row.starts_at.astimezone(clinic.place.tz) for row in offer.times.all()]
    assert len(local) == 3
    assert all(start.weekday() == 1 and start.hour >= 10 for start in local)


def test_hours_written_meanwhile_are_not_overwritten(front_desk, clinic):
    mine = week(rows=[(0, "8", "12", "", clinic.place)], seen=seen(front_desk))
    WorkingHours.objects.filter(weekday=4).update(ends=time(15))

    told = front_desk.post(ANNA, mine)

    assert told.status_code == 409
    assert "Somebody has changed these hours" in told.text
    assert Page(told).sent("w-0-starts")["w-0-starts"] == "8"
    assert WorkingHours.objects.filter(valid_from__isnull=False).count() == 0
    again = front_desk.post(ANNA, Page(told).sent("w-0-starts", do="save"))
    assert again.status_code == 302


def test_longer_hours_are_offered_to_the_waiting_list(front_desk, clinic):
    waits(clinic, weekdays=[5])
    rows = [(5, "9", "12", "", clinic.place)]

    front_desk.post(ANNA, week(rows=rows, first="2027-01-11", seen=seen(front_desk)))
    work()

    assert running() == [("Wanda", at(9, day=16))]
