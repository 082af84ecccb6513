"""Free times on one ordinary day: fit, grid, neighbours, buffers, notice, horizon, rooms."""

import zoneinfo
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bookings.availability import (
    MESSAGES,
    Refusal,
    Rules,
    Window,
    elsewhere,
    first_free,
    free_starts,
    free_unit,
    horizon_end,
    is_free,
    may_join,
)

zoneinfo.reset_tzpath(to=())

# A Monday in winter: London is on UTC, so the wall clock can be read off the instants.
LONDON = ZoneInfo("Europe/London")
EARLY = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())


def at(text):
    """'09:30' on Monday 2 March, or 'Tu 09:30' on the day after, as an instant."""
    day, _, clock = text.rpartition(" ")
    hour, minute = clock.split(":")
    days = {"": 2, "Mo": 2, "Tu": 3, "We": 4}
    midnight = datetime(2026, 3, days[day], tzinfo=UTC)
    return int(midnight.timestamp()) + int(hour) * 3600 + int(minute) * 60


def spans(text):
    """'09:00-10:00 11:00-12:00' as (start, end) pairs."""
    return [tuple(at(edge) for edge in span.split("-")) for span in text.split()]


def windows(text):
    """Separate windows, each with a grid of its own."""
    return [Window(start, end, start, end) for start, end in spans(text)]


def visits(text, before=0, after=0):
    """Visits whose service keeps ``before`` and ``after`` minutes free."""
    return [(start, end, before * 60, after * 60) for start, end in spans(text)]


def rules(minutes=30, *, step=30, before=0, after=0, notice=0, horizon_days=60):
    return Rules(minutes * 60, before * 60, after * 60, step * 60, notice * 60, horizon_days)


def shown(starts):
    return " ".join(f"{datetime.fromtimestamp(start, UTC):%H:%M}" for start in starts)


def listed(open_hours, busy, rule, *, now=EARLY, **kwargs):
    return shown(free_starts(windows(open_hours), busy, rule, now=now, tz=LONDON, **kwargs))


@pytest.mark.parametrize(
    ("busy", "expected"),
    [
        pytest.param("", "09:00 09:30 10:00 10:30", id="empty day"),
        pytest.param("09:00-11:00", "", id="full day"),
        pytest.param("09:30-10:00", "09:00 10:00 10:30", id="touching is not overlap"),
        pytest.param("09:00-09:30 10:00-10:30", "09:30 10:30", id="fits exactly between two"),
        pytest.param("09:29-10:01", "10:30", id="a minute is overlap"),
        pytest.param("09:10-09:20", "09:30 10:00 10:30", id="grid stays put"),
        pytest.param("10:00-10:15 09:45-10:05", "09:00 10:30", id="messy order and overlaps"),
        pytest.param("09:00-09:30 09:00-09:30", "09:30 10:00 10:30", id="the same time twice"),
        pytest.param("09:30-10:00 10:00-10:30", "09:00 10:30", id="back to back"),
        pytest.param("09:00-10:30 09:15-09:30", "10:30", id="one inside another"),
        pytest.param("08:00-09:01", "09:30 10:00 10:30", id="began before opening"),
        pytest.param("10:59-12:00", "09:00 09:30 10:00", id="ends after closing"),
        pytest.param("07:00-09:00 11:00-12:00", "09:00 09:30 10:00 10:30", id="before and after"),
    ],
)
def test_visits_take_their_time_and_no_more(busy, expected):
    assert listed("09:00-11:00", visits(busy), rules(30)) == expected


@pytest.mark.parametrize(
    ("open_hours", "minutes", "step", "expected"),
    [
        pytest.param("09:00-10:00", 60, 30, "09:00", id="fits exactly"),
        pytest.param("09:00-09:59", 60, 30, "", id="a minute too short"),
        pytest.param("09:00-10:30", 45, 15, "09:00 09:15 09:30 09:45", id="step below the length"),
        pytest.param("09:10-10:30", 30, 30, "09:10 09:40", id="grid from the window's start"),
        pytest.param("09:00-11:00", 30, 45, "09:00 09:45 10:30", id="step above the length"),
        pytest.param("09:00-10:00 13:20-14:00", 30, 30, "09:00 09:30 13:20", id="a grid each"),
        pytest.param("09:00-09:20 09:40-10:00", 30, 10, "", id="never across a gap"),
        pytest.param("", 30, 30, "", id="nobody works"),
    ],
)
def test_a_visit_fits_whole_into_a_window_and_starts_on_its_grid(
    open_hours, minutes, step, expected
):
    assert listed(open_hours, [], rules(minutes, step=step)) == expected


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        # One visit stands from 11:00 to 12:00, visits of 30 minutes start every 10 minutes.
        # Wanted: the last start before it and the first one after it.
        pytest.param((0, 0), (0, 0), "10:30 12:00", id="none"),
        pytest.param((0, 10), (0, 0), "10:20 12:00", id="our after, before theirs"),
        pytest.param((10, 0), (0, 0), "10:30 12:10", id="our before, after theirs"),
        pytest.param((0, 0), (20, 0), "10:10 12:00", id="their before"),
        pytest.param((0, 0), (0, 20), "10:30 12:20", id="their after"),
        pytest.param((0, 10), (20, 0), "10:10 12:00", id="the larger of both, not the sum"),
        pytest.param((20, 0), (0, 10), "10:30 12:20", id="the same on the other side"),
        pytest.param((10, 10), (10, 10), "10:20 12:10", id="equal ones count once"),
        pytest.param((0, 15), (0, 0), "10:10 12:00", id="off the grid: the next start back"),
    ],
)
def test_rule_07_between_neighbours_the_larger_buffer_is_kept(ours, theirs, expected):
    before, after = ours
    starts = free_starts(
        windows("09:00-14:00"),
        visits("11:00-12:00", *theirs),
        rules(30, step=10, before=before, after=after),
        now=EARLY,
        tz=LONDON,
    )

    last_before = max(start for start in starts if start < at("11:00"))
    first_after = min(start for start in starts if start > at("11:00"))
    assert shown([last_before, first_after]) == expected


def test_rule_07_no_buffer_is_needed_at_the_edge_of_a_window():
    assert listed("09:00-10:00", [], rules(30, before=60, after=60)) == "09:00 09:30"


def test_a_buffer_reaches_over_the_edge_of_a_window_to_the_next_visit():
    # The lunch hour lies between the windows; the morning's visit still wants two hours after it.
    busy = visits("11:30-12:00", after=120)

    assert listed("09:00-12:00 13:00-15:00", busy, rules(60)) == "09:00 09:30 10:00 10:30 14:00"


def test_rule_07_moving_a_visit_ignores_its_own_old_time():
    others, own = visits("09:00-09:30", after=10), visits("10:00-11:00", after=10)

    def free_for_an_hour(busy):
        return listed("09:00-12:00", busy, rules(60, after=10))

    assert free_for_an_hour(others + own) == ""
    assert free_for_an_hour(others) == "10:00 10:30 11:00"


def test_rule_08_a_visit_at_another_place_keeps_the_way_free():
    there = elsewhere(visits("11:00-12:00", before=5, after=40), travel=30 * 60)

    assert there == [(at("11:00"), at("12:00"), 30 * 60, 40 * 60)]
    assert listed("09:30-13:30", there, rules(30, step=10)) == (
        "09:30 09:40 09:50 10:00 12:40 12:50 13:00"
    )


@pytest.mark.parametrize(
    ("now", "notice", "expected"),
    [
        pytest.param("08:00", 0, "09:00 09:30 10:00 10:30", id="before opening"),
        pytest.param("09:30", 0, "09:30 10:00 10:30", id="this very moment"),
        pytest.param("09:31", 0, "10:00 10:30", id="a minute ago"),
        pytest.param("08:00", 120, "10:00 10:30", id="notice to the minute"),
        pytest.param("08:01", 120, "10:30", id="notice just missed"),
        pytest.param("09:05", 0, "09:30 10:00 10:30", id="the grid does not follow the clock"),
        pytest.param("12:00", 0, "", id="after closing"),
    ],
)
def test_past_times_and_short_notice_are_left_out(now, notice, expected):
    assert listed("09:00-11:00", [], rules(notice=notice), now=at(now)) == expected


@pytest.mark.parametrize(
    ("horizon_days", "expected"),
    [
        pytest.param(0, "22:00 23:00", id="today only"),
        pytest.param(1, "22:00 23:00 00:00 01:00", id="to the end of tomorrow"),
    ],
)
def test_the_horizon_ends_with_a_local_day(horizon_days, expected):
    rule = rules(60, step=60, horizon_days=horizon_days)
    night = [
        Window(at("22:00"), at("24:00"), at("22:00"), at("24:00")),
        Window(at("Tu 00:00"), at("Tu 02:00"), at("Tu 00:00"), at("Tu 02:00")),
        Window(at("We 00:00"), at("We 01:00"), at("We 00:00"), at("We 01:00")),
    ]

    assert shown(free_starts(night, [], rule, now=at("21:00"), tz=LONDON)) == expected


def test_the_horizon_follows_the_clocks_of_the_place():
    edmonton = ZoneInfo("America/Edmonton")
    evening = int(datetime(2026, 3, 3, 2, tzinfo=UTC).timestamp())  # still Monday there

    assert horizon_end(evening, 0, edmonton) == int(datetime(2026, 3, 3, 7, tzinfo=UTC).timestamp())


def test_wanted_times_include_the_first_and_leave_out_the_last():
    wanted = {"first": at("09:30"), "last": at("10:30")}

    assert listed("09:00-11:00", [], rules(), **wanted) == "09:30 10:00"


def test_wanted_times_widen_neither_notice_nor_horizon():
    rule = rules(60, step=60, notice=60, horizon_days=0)
    wanted = {"first": at("20:00"), "last": at("Tu 12:00")}

    assert listed("21:00-24:00 24:00-27:00", [], rule, now=at("21:00"), **wanted) == "22:00 23:00"


def test_touching_windows_are_one_stretch_with_a_grid_each():
    noon, four = at("12:00"), at("16:00")
    joined = [
        Window(at("11:00"), noon, at("11:00"), at("13:00")),
        Window(noon, at("13:00"), noon, at("13:00")),
        Window(four, four + 1800, four, four + 1800),
    ]

    starts = free_starts(joined, [], rules(60, step=40), now=EARLY, tz=LONDON)

    assert shown(starts) == "11:00 11:40 12:00"


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        pytest.param(None, "09:00 09:30 10:00", id="no room needed"),
        pytest.param([], "", id="a room is needed and there is none"),
        pytest.param([""], "09:00 09:30 10:00", id="an empty room"),
        pytest.param(["09:00-09:30"], "09:30 10:00", id="taken, then free"),
        pytest.param(["09:00-11:00", ""], "09:00 09:30 10:00", id="the other unit is free"),
        pytest.param(
            ["09:00-10:00", "10:00-11:00"], "09:00 10:00", id="no changing rooms half-way"
        ),
        pytest.param(["09:00-11:00", "09:15-09:45"], "10:00", id="both taken for a while"),
        pytest.param(
            ["09:00-09:10 10:20-10:30", "09:00-10:00 10:50-11:00"], "", id="taken in turns"
        ),
        pytest.param(
            ["09:00-09:10 10:40-10:50", "09:00-10:00"], "09:30 10:00", id="each for one of them"
        ),
    ],
)
def test_rule_09_one_unit_of_a_room_is_free_for_the_whole_visit(units, expected):
    taken = None if units is None else [spans(unit) for unit in units]

    assert listed("09:00-11:00", [], rules(60), units=taken) == expected


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        pytest.param([""], 1, id="one empty unit"),
        pytest.param(["09:00-09:30 10:30-11:00"], 1, id="touching on both sides"),
        pytest.param(["09:00-09:31", "10:29-11:00", ""], 3, id="the first that is free"),
        pytest.param(["09:45-10:00", "08:00-12:00"], None, id="all taken"),
        pytest.param([], None, id="no unit"),
    ],
)
def test_the_first_free_unit_is_given(units, expected):
    taken = [spans(unit) for unit in units]

    assert free_unit(taken, at("09:30"), at("10:30")) == expected


REFUSED = [
    ("07:30", Refusal.PAST),
    ("08:30", Refusal.NOTICE),
    ("Tu 09:00", Refusal.HORIZON),
    ("08:59", Refusal.NOTICE),
    ("09:00", None),
    ("09:10", Refusal.OFF_GRID),
    ("09:30", None),
    ("10:00", Refusal.BUFFER),
    ("10:30", Refusal.TAKEN),
    ("11:00", Refusal.TAKEN),
    ("11:30", None),
    ("12:00", Refusal.OUTSIDE_HOURS),  # would last beyond closing time
    ("13:00", Refusal.OUTSIDE_HOURS),
    ("14:00", Refusal.NO_ROOM),
]


@pytest.mark.parametrize(("start", "expected"), REFUSED)
def test_a_refusal_names_its_rule(start, expected):
    open_hours = windows("07:00-12:20 14:00-16:00")
    busy = visits("10:40-11:20", before=15, after=10)
    rule = rules(30, notice=60, horizon_days=0)

    answer = is_free(
        at(start),
        open_hours,
        busy,
        rule,
        now=at("08:00"),
        tz=LONDON,
        units=[spans("14:00-15:00")],
    )

    assert answer == expected


def test_every_refusal_has_words_for_the_patient():
    assert set(MESSAGES) == set(Refusal)


@pytest.mark.parametrize(
    ("start", "seats_left", "expected"),
    [
        pytest.param("10:00", 1, None, id="the last seat"),
        pytest.param("10:00", 0, Refusal.FULL, id="no seat"),
        pytest.param("10:07", 3, None, id="the desk may start a session off the grid"),
        pytest.param("10:40", 3, Refusal.TAKEN, id="a visit stands there as well"),
        pytest.param("08:30", 3, Refusal.NOTICE, id="notice holds"),
        pytest.param("11:40", 3, Refusal.OUTSIDE_HOURS, id="hours and closures hold"),
    ],
)
def test_rule_10_a_seat_of_a_session_follows_the_same_rules(start, seats_left, expected):
    answer = may_join(
        at(start),
        seats_left,
        windows("08:00-12:00"),
        visits("11:00-11:30"),
        rules(30, notice=60),
        now=at("08:00"),
        tz=LONDON,
    )

    assert answer == expected


def test_the_first_free_time_is_the_first_listed():
    open_hours, busy = windows("09:00-11:00"), visits("09:00-09:40")

    assert first_free(open_hours, busy, rules(), now=EARLY, tz=LONDON) == at("10:00")
    assert first_free(open_hours, busy, rules(), now=EARLY, tz=LONDON, last=at("10:00")) is None
    assert first_free([], busy, rules(), now=EARLY, tz=LONDON) is None


@pytest.mark.parametrize(
    "nonsense",
    [
        {"duration": 0},
        {"duration": -60},
        {"duration": 86_401},
        {"duration": 60, "step": 0},
        {"duration": 60, "buffer_before": -1},
        {"duration": 60, "buffer_after": -1},
        {"duration": 60, "notice": -1},
        {"duration": 60, "horizon_days": -1},
    ],
)
def test_nonsensical_rules_are_refused(nonsense):
    with pytest.raises(ValueError):
        Rules(**nonsense)


@pytest.mark.parametrize(
    ("open_hours", "busy"),
    [
        pytest.param("09:00-11:00 10:00-12:00", "", id="windows overlap"),
        pytest.param("13:00-14:00 09:00-11:00", "", id="windows out of order"),
        pytest.param("09:00-11:00", "10:00-10:00", id="a visit without length"),
        pytest.param("09:00-11:00", "10:30-10:00", id="a visit that ends before it begins"),
    ],
)
def test_rule_13_broken_input_is_an_error_and_never_a_full_day(open_hours, busy):
    with pytest.raises(ValueError):
        listed(open_hours, visits(busy), rules())


def test_a_room_or_a_way_that_makes_no_sense_is_an_error():
    with pytest.raises(ValueError):
        free_unit([[]], at("10:00"), at("10:00"))
    with pytest.raises(ValueError):
        elsewhere([], -1)
