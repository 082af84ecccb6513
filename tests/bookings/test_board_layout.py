"""The arithmetic of the board: axis, lanes, places, and hours that agree with the engine's."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookings import availability as engine
from bookings.board.hours import WorkingDays
from bookings.board.layout import Axis, axis_of, lanes, of_day, without
from bookings.models import ChangedDay, ServiceOffer
from bookings.schedule.calendar import Calendar
from tests.factories import BreakTimeFactory, ClosureFactory, TimeOffFactory, WorkingHoursFactory
from tests.test_project import ROOT

DAY = date(2027, 1, 11)


def minutes(text):
    """Read 09:00-10:30 as minutes."""
    return tuple(int(each[:2]) * 60 + int(each[3:]) for each in text.split("-"))


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param("", [], id="nobody"),
        pytest.param("09:00-10:00", [(0, 1)], id="alone"),
        pytest.param("09:00-10:00 10:00-11:00", [(0, 1), (0, 1)], id="touching is not overlap"),
        pytest.param("09:00-10:00 09:30-10:30", [(0, 2), (1, 2)], id="side by side"),
        pytest.param(
            "09:00-11:00 09:00-09:30 09:30-10:00", [(0, 2), (1, 2), (1, 2)], id="a lane again"
        ),
        pytest.param(
            "09:00-10:00 09:30-10:30 10:15-11:00 11:00-12:00",
            [(0, 2), (1, 2), (0, 2), (0, 1)],
            id="a chain shares, what follows does not",
        ),
        pytest.param("09:00-09:05 09:05-09:10", [(0, 2), (1, 2)], id="too short to be read apart"),
        pytest.param(
            " ".join(["09:00-10:00"] * 8),
            [(lane, 6) for lane in (0, 1, 2, 3, 4, 5, 5, 5)],
            id="eight",
        ),
    ],
)  # fmt: skip
def test_those_that_overlap_lie_side_by_side(spans, expected):
    assert lanes([minutes(each) for each in spans.split()]) == expected


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ("", (480, 1080)),
        ("09:10-16:20", (540, 1020)),
        ("09:00-17:00", (540, 1020)),
        ("23:30-24:00", (1380, 1440)),
        ("00:00-00:10", (0, 60)),
        ("07:59-08:00 12:00-20:01", (420, 1260)),
    ],
)
def test_the_axis_holds_everything_in_whole_hours(spans, expected):
    axis = axis_of([minutes(each) for each in spans.split()])

    assert (axis.start, axis.end) == expected


def test_a_place_is_said_in_classes_and_never_leaves_the_axis():
    axis = Axis(480, 1080)

    assert axis.box((555, 600), 1, 2).classes == "h1 m15 dh0 dm45 l1 n2"
    assert axis.box((1070, 1440)).classes == "h9 m45 dh0 dm15 l0 n1"
    assert axis.box((0, 30)).classes == "h0 m0 dh0 dm15 l0 n1"
    assert axis.shade((0, 480)) is None


def test_every_class_of_a_place_is_in_the_stylesheet():
    css = (ROOT / "bookings/static/bookings/board_places.css").read_text()
    wanted = [f"h{n}" for n in range(25)] + [f"dh{n}" for n in range(25)]
    wanted += [f"m{n}" for n in range(60)] + [f"dm{n}" for n in range(60)]
    wanted += [f"l{n}" for n in range(6)] + [f"n{n}" for n in range(1, 7)]

    assert [name for name in wanted if f".{name} {{" not in css] == []


@pytest.mark.parametrize(
    ("spans", "cuts", "left"),
    [
        ("09:00-17:00", "12:00-13:00", "09:00-12:00 13:00-17:00"),
        ("09:00-17:00", "08:00-18:00", ""),
        ("09:00-12:00 12:00-17:00", "", "09:00-17:00"),
        ("09:00-17:00", "12:00-13:00 12:30-14:00 17:00-18:00", "09:00-12:00 14:00-17:00"),
    ],
)
def test_cuts_leave_the_rest(spans, cuts, left):
    found = without(map(minutes, spans.split()), map(minutes, cuts.split()))

    assert found == [minutes(each) for each in left.split()]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 1, 10), None),
        (date(2027, 1, 11), (720, 1440)),
        (date(2027, 1, 12), (0, 1440)),
        (date(2027, 1, 13), (0, 600)),
        (date(2027, 1, 14), None),
    ],
)
def test_an_absence_takes_its_part_of_each_day(day, expected):
    assert of_day((date(2027, 1, 11), 720, date(2027, 1, 13), 600), day) == expected


@pytest.mark.django_db
def test_the_hours_shown_are_those_that_can_be_booked(clinic):
    """The board shades what the engine refuses: both read the same rows."""
    who = {"practitioner": clinic.physio, "location": clinic.place}
    BreakTimeFactory(**who)
    BreakTimeFactory(**who, weekday=2, starts=time(8), ends=time(10))
    WorkingHoursFactory(**who, weekday=3, starts=time(18), ends=time(0))
    WorkingHoursFactory(**who, weekday=5, valid_from=date(2027, 1, 20))
    WorkingHoursFactory(**who, weekday=6, valid_to=date(2027, 1, 20))
    ChangedDay.objects.create(**who, day=date(2027, 1, 15))
    ChangedDay.objects.create(**who, day=date(2027, 1, 16), starts=time(10), ends=time(11))
    TimeOffFactory(practitioner=clinic.physio, first_day=date(2027, 1, 20), starts=time(14))
    TimeOffFactory(
        practitioner=clinic.physio, first_day=date(2027, 1, 21), last_day=date(2027, 1, 22),
        ends=time(11),
    )  # fmt: skip
    ClosureFactory(location=clinic.place, first_day=date(2027, 1, 26), ends=time(12))
    first, last = DAY, DAY + timedelta(days=20)
    calendar = Calendar([clinic.physio.pk], [clinic.place.pk], first, last)
    offer = ServiceOffer.objects.get()

    days = WorkingDays([clinic.physio.pk], clinic.place, first, last)

    for number in range(21):
        day = first + timedelta(days=number)
        windows = calendar.windows(offer, day, day)
        expected = without([wall(window, day, clinic.place.tz) for window in windows], [])
        assert days.open(clinic.physio.pk, day) == expected, day


def wall(window: engine.Window, day, tz: ZoneInfo):
    """Return a window of a day without clock change as minutes of the wall."""
    midnight = engine.day_start(day, tz)
    return (window.start - midnight) // 60, (window.end - midnight) // 60
