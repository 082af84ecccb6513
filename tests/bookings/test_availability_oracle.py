"""The engine against a minute-by-minute oracle, on schedules nobody would write by hand."""

import zoneinfo
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.availability import (
    Break,
    ChangedDay,
    LocalSpan,
    Refusal,
    Rules,
    WeeklyHours,
    elsewhere,
    free_starts,
    is_free,
    may_join,
    working_windows,
)
from tests.bookings.oracle_minutes import Diary, broken_rules, minutes, seat_refused, wall

zoneinfo.reset_tzpath(to=())

FIVE = 300

# A zone and the day before something happens to its clocks; the last ones are ordinary.
PLACES = [
    ("Europe/London", date(2026, 3, 28)),
    ("Europe/London", date(2026, 10, 24)),
    ("America/Toronto", date(2026, 3, 7)),
    ("America/Toronto", date(2026, 10, 31)),
    ("America/Edmonton", date(2026, 3, 7)),
    ("America/Edmonton", date(2026, 10, 31)),
    ("America/St_Johns", date(2026, 10, 31)),
    ("Australia/Adelaide", date(2026, 10, 3)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("Australia/Lord_Howe", date(2026, 10, 3)),
    ("America/Havana", date(2026, 3, 7)),
    ("America/Havana", date(2025, 11, 1)),
    ("Asia/Beirut", date(2026, 3, 28)),
    ("Asia/Beirut", date(2026, 10, 24)),
    ("Pacific/Apia", date(2011, 12, 29)),
    ("Australia/Brisbane", date(2026, 10, 3)),
    ("Asia/Kathmandu", date(2026, 3, 28)),
]

# Buffers, in seconds.
buffers = st.integers(0, 8).map(lambda n: n * FIVE)


@st.composite
def minute_spans(draw, longest=288):
    """(starts, ends) within a day; many begin at midnight or in the small hours."""
    starts = draw(st.sampled_from([0, 0, 6, 12, 18, 24]) | st.integers(0, 287))
    ends = min(288, starts + draw(st.integers(1, longest) | st.just(longest)))
    return starts * 5, ends * 5


@st.composite
def local_spans(draw, days):
    """From part of a day to a day and a half."""
    starts_on = draw(st.sampled_from(days))
    starts = draw(st.integers(0, 287))
    ends = starts + draw(st.integers(1, 36) | st.integers(1, 432))
    return LocalSpan(starts_on, starts * 5, starts_on + timedelta(days=ends // 288), ends % 288 * 5)


@st.composite
def instant_spans(draw, begin):
    start = begin + draw(st.integers(-12, 60) | st.integers(-288, 288)) * FIVE
    return start, start + draw(st.integers(1, 24)) * FIVE


@st.composite
def diaries(draw, tz, days):
    def some(strategy, least, most):
        return draw(st.lists(strategy, min_size=least, max_size=most))

    weekdays = st.sampled_from([days[n].weekday() for n in (2, 1, 2, 1, 3)])
    since = st.sampled_from([None, None, None, *days])
    visits = instant_spans(midnight(days[2], tz))
    hours = some(st.tuples(weekdays, minute_spans(), since), 5, 8)
    changed = some(st.tuples(st.sampled_from(days), st.lists(minute_spans(), max_size=2)), 0, 1)
    pauses = some(st.tuples(weekdays | st.sampled_from(days), minute_spans(24), since), 0, 3)
    return Diary(
        tz=tz,
        hours=[WeeklyHours(weekday, *span, valid_from=since) for weekday, span, since in hours],
        changed_days=[ChangedDay(day, spans) for day, spans in changed],
        breaks=[Break(on, *span, valid_to=until) for on, span, until in pauses],
        closures=some(local_spans(days), 0, 2),
        time_off=some(visits | local_spans(days), 0, 2),
        busy=[
            (*visit, before, after)
            for visit, before, after in some(st.tuples(visits, buffers, buffers), 0, 10)
        ],
        units=draw(st.none() | st.lists(st.lists(visits, min_size=3, max_size=9), max_size=2)),
        there=[
            (*visit, before, after)
            for visit, before, after in some(st.tuples(visits, buffers, buffers), 0, 2)
        ],
        travel=draw(st.sampled_from([0, 900, 3600])),
    )


rules = st.builds(
    Rules,
    duration=st.sampled_from([15, 30, 45, 60, 100]).map(lambda n: n * 60),
    buffer_before=buffers,
    buffer_after=buffers,
    step=st.sampled_from([15, 5, 30, 45, 50, 60, 120]).map(lambda n: n * 60),
    notice=st.sampled_from([0, 3600, 12 * 3600]),
    horizon_days=st.sampled_from([9, 9, 9, 3, 2, 1]),
)


def midnight(day, tz):
    return int(datetime(day.year, day.month, day.day, tzinfo=tz).timestamp())


@st.composite
def situations(draw):
    """A diary around five days, of which the middle ones are asked for; rules; and an instant."""
    name, first = draw(st.sampled_from(PLACES))
    tz = ZoneInfo(name)
    days = [first + timedelta(days=n) for n in range(-1, 4)]
    diary = draw(diaries(tz, days))
    now = (
        midnight(days[0], tz)
        + draw(st.integers(0, 288) | st.integers(0, 288) | st.integers(0, 700)) * FIVE
    )
    return diary, days, draw(rules), now


def windows_of(diary, first, last):
    return working_windows(
        diary.hours,
        diary.changed_days,
        diary.breaks,
        diary.closures,
        diary.time_off,
        first,
        last,
        diary.tz,
    )


def first_reason(broken):
    """The rule that is named when several are broken: the first in the order of the enum."""
    return next((rule for rule in Refusal if rule in broken), None)


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(situations())
def test_rule_12_listed_is_bookable_and_both_agree_with_the_oracle(situation):
    diary, days, rule, now = situation
    first, last = days[1], days[2]
    windows = windows_of(diary, first, last)
    around = midnight(first, diary.tz)
    asked = [
        start
        for start in range(around - 3600, around + 75 * 3600, FIVE)
        if first <= wall(start, diary.tz)[0] <= last
    ]
    expected = {start: broken_rules(start, diary, rule, now) for start in asked}

    busy = [*diary.busy, *elsewhere(diary.there, diary.travel)]
    listed = free_starts(windows, busy, rule, now=now, tz=diary.tz, units=diary.units)
    refused = {
        start: is_free(start, windows, busy, rule, now=now, tz=diary.tz, units=diary.units)
        for start in asked
    }

    assert listed == [start for start in asked if not expected[start]]
    assert refused == {start: first_reason(broken) for start, broken in expected.items()}


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(situations())
def test_a_day_has_the_same_times_whatever_other_days_are_asked_for(situation):
    diary, days, rule, now = situation

    def listed(first, last):
        windows = windows_of(diary, first, last)
        return free_starts(windows, diary.busy, rule, now=now, tz=diary.tz, units=diary.units)

    apart = [start for day in days[1:4] for start in listed(day, day)]

    assert listed(days[1], days[3]) == apart


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(situations())
def test_windows_are_the_minutes_somebody_works(situation):
    diary, days, _, _ = situation
    first, last = days[1], days[3]
    windows = windows_of(diary, first, last)
    around = midnight(first, diary.tz)
    asked = range(around - 24 * 3600, around + 120 * 3600, FIVE)

    at_work = [
        at
        for at in asked
        if first <= wall(at, diary.tz)[0] <= last and diary.row_at(at) is not None
    ]

    covered = [at for window in windows for at in minutes(window.start, window.end)]
    assert [at for at in covered if at % FIVE == 0] == at_work


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(situations(), st.integers(0, 2))
def test_rule_10_a_seat_is_refused_exactly_when_the_oracle_says_so(situation, seats_left):
    diary, days, rule, now = situation
    windows = windows_of(diary, days[0], days[3])
    begin = midnight(days[2], diary.tz)
    for start in range(begin, begin + 24 * 3600, 7 * FIVE):
        own = (start, start + rule.duration)
        with_session = replace(diary, busy=[*diary.busy, (*own, 600, 600)])
        expected = seat_refused(start, seats_left, own, with_session, rule, now)
        others = [visit for visit in with_session.busy if visit[:2] != own]
        busy = [*others, *elsewhere(diary.there, diary.travel)]

        refusal = may_join(start, seats_left, windows, busy, rule, now=now, tz=diary.tz)

        assert refusal == first_reason(expected)
