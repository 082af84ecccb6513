"""Counting and drawing, without any row: what is a share of what, and where the bars lie."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bookings.reports import charts
from bookings.reports.figures import (
    Batch,
    Clock,
    Count,
    Use,
    Visit,
    Week,
    attendance,
    days_of_booking,
    lead_of,
    median,
    sources,
    utilisation,
)

MONDAY = date(2027, 1, 11)
START = int(datetime(2027, 1, 11, tzinfo=UTC).timestamp())
HOUR, DAY = 3600, 86_400
UTC_ZONE = ZoneInfo("UTC")


def batch(state="completed", *times, **more):
    """Visits by hours after the beginning of the week: (from, to) or (from, to, days booked)."""
    visits = tuple(
        Visit(
            START + int(start * HOUR),
            START + int(end * HOUR),
            START + int(start * HOUR) - int(days[0] * DAY) if days else None,
        )
        for start, end, *days in times
    )
    facts = {
        "who": "anna", "where": "here", "service": "visit", "source": "web", "new": False,
        "is_session": False, "is_seat": False,
    }  # fmt: skip
    return Batch(state=state, visits=visits, **{**facts, **more})


def used(windows, *batches, weeks=None):
    spans = [(START + a * HOUR, START + b * HOUR) for a, b in windows]
    asked = weeks or [Week(MONDAY, START, START + 7 * DAY)]
    return utilisation({("anna", "here"): spans} if spans else {}, batches, {"here": asked})


@pytest.mark.parametrize(
    ("windows", "batches", "expected"),
    [
        pytest.param([(9, 17)], [batch("booked", (9, 10))], (480, 60, 0), id="plain"),
        pytest.param([(9, 12), (13, 17)], [], (420, 0, 0), id="nothing booked"),
        pytest.param(
            [(9, 17)], [batch("completed", (9, 10), (9.5, 10.5))], (480, 90, 0), id="overbooked"
        ),
        pytest.param(
            [(9, 17)], [batch("no_show", (9, 10)), batch("booked", (9, 10))], (480, 60, 60),
            id="missed, and its time taken by another",
        ),
        pytest.param(
            [(9, 17)], [batch("cancelled", (9, 10)), batch("late_cancelled", (11, 12))],
            (480, 0, 0), id="cancelled",
        ),
        pytest.param(
            [(9, 17)],
            [
                batch("session", (9, 10), is_session=True),
                batch("completed", *[(9, 10)] * 8, is_seat=True),
            ],
            (480, 60, 0), id="a group counts once",
        ),
        pytest.param([(9, 10)], [batch("completed", (8, 11))], (60, 180, 0), id="outside hours"),
        pytest.param([], [batch("completed", (8, 9))], (0, 60, 0), id="no hours at all"),
    ],
)  # fmt: skip
def test_minutes_available_booked_and_missed(windows, batches, expected):
    assert used(windows, *batches) == [Use("anna", "here", MONDAY, *expected)]


def test_an_empty_week_is_left_out_and_a_week_cuts_what_crosses_its_end():
    weeks = [
        Week(MONDAY, START, START + 7 * DAY),
        Week(date(2027, 1, 18), START + 7 * DAY, START + 14 * DAY),
        Week(date(2027, 1, 25), START + 14 * DAY, START + 21 * DAY),
    ]
    night = 7 * 24
    found = used([(night - 1, night + 2)], batch("booked", (night - 0.5, night + 0.5)), weeks=weeks)

    assert [use[3:] for use in found] == [(60, 30, 0), (120, 30, 0)]


def test_rates_are_of_the_visits_that_were_to_take_place():
    count = Count(came=6, missed=1, late=1, in_time=5, unsettled=3)

    assert (count.expected, count.missed_rate, count.late_rate) == (8, 0.125, 0.125)
    assert (Count(in_time=5).missed_rate, Count().late_rate) == (None, None)


def test_what_still_lies_ahead_is_not_counted():
    now = START + 12 * HOUR
    found = attendance(
        [batch("booked", (9, 10), (11, 12), (11.5, 12.5), (15, 16)), batch("arrived", (11, 13))],
        {"here": UTC_ZONE},
        now,
    )

    assert found.everybody == Count(came=1, unsettled=2)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, 0),
        (0, 0),
        (0.99, 0),
        (1, 1),
        (2.9, 1),
        (3, 2),
        (6.9, 2),
        (7, 3),
        (14, 4),
        (28, 5),
        (400, 5),
    ],
)
def test_lead_time_is_elapsed_time(days, expected):
    assert lead_of(Visit(START, START + HOUR, START - int(days * DAY))) == expected


def test_a_visit_of_unknown_booking_has_a_lead_of_its_own():
    assert lead_of(Visit(START, START + HOUR, None)) == 6


@pytest.mark.parametrize(
    ("zone", "moment", "expected"),
    [
        ("UTC", "1970-01-01T00:00", 3),
        ("America/Edmonton", "2027-01-11T05:59", 6),  # Sunday evening there
        ("America/Edmonton", "2027-01-11T06:00", 0),
        ("Pacific/Auckland", "2027-01-10T11:00", 0),
        ("Asia/Kathmandu", "2027-01-10T18:14", 6),
        ("Asia/Kathmandu", "2027-01-10T18:15", 0),
        ("America/Toronto", "2027-03-14T03:59", 5),  # the night the clocks change
        ("America/Toronto", "2027-03-15T03:59", 6),
        ("America/Toronto", "2027-03-15T04:00", 0),
    ],
)
def test_the_weekday_is_that_on_the_wall(zone, moment, expected):
    instant = int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())

    assert Clock(ZoneInfo(zone)).weekday(instant) == expected


def test_new_patients_waited_whole_days():
    batches = [
        batch("completed", (9, 10, 3.9), (9, 10, 1), new=True),
        batch("booked", (9, 10, 8), new=True),
        batch("cancelled", (9, 10, 90), new=True),
        batch("completed", (9, 10, 50)),
    ]
    waited = days_of_booking(batches)

    assert waited == {"visit": [1, 3, 8]}
    assert (median([1, 3, 8]), median([1, 3, 8, 9]), median([4])) == (3, 5.5, 4)
    with pytest.raises(ValueError, match="no middle"):
        median([])


def test_sources_count_every_visit_that_was_booked():
    batches = [
        batch("completed", (9, 10), (10, 11), new=True),
        batch("cancelled", (9, 10)),
        batch("booked", (9, 10), source="desk", who="ben"),
        batch("session", (9, 10), source="desk", is_session=True),
    ]

    assert sources(batches, "who") == {"anna": {"web": (2, 1)}, "ben": {"desk": (0, 1)}}


@pytest.mark.parametrize(
    ("most", "scale", "steps"),
    [
        (1, 1, [0, 1]),
        (3, 4, [0, 1, 2, 3, 4]),
        (7, 8, [0, 2, 4, 6, 8]),
        (9, 10, [0, 2, 4, 6, 8, 10]),
        (14.3, 20, [0, 4, 8, 12, 16, 20]),
        (25, 25, [0, 5, 10, 15, 20, 25]),
        (100, 100, [0, 20, 40, 60, 80, 100]),
        (101, 200, [0, 40, 80, 120, 160, 200]),
    ],
)
def test_a_scale_ends_at_a_round_number(most, scale, steps):
    assert charts.scale_to(most) == scale
    assert charts.steps(scale) == pytest.approx(steps)


def test_lying_bars_are_as_long_as_their_numbers():
    chart = charts.lying("Title", [("A", [50, 25], "50 + 25"), ("B" * 40, [0, 0], "0")], least=100)
    (first, second), (empty, _) = (row.parts for row in chart.rows)
    whole = charts.WIDTH - charts.NAMES - charts.VALUES

    assert (first.width, second.width) == (whole / 2, whole / 4)
    assert second.x == first.x + first.width
    assert empty.width == 0
    assert chart.rows[1].name == "B" * 25 + "…"
    assert chart.rows[1].whole_name == "B" * 40


def test_standing_bars_stand_on_the_line_and_name_not_every_one():
    chart = charts.standing("Title", [(str(n), [n], str(n)) for n in range(53)])
    last = chart.rows[-1].parts[0]

    assert last.y + last.height == pytest.approx(charts.TOP + charts.TALL)
    assert sum(1 for row in chart.rows if row.name) == 14
    assert all(0 <= part.x <= charts.WIDTH for row in chart.rows for part in row.parts)
