"""Rule 12: listed means bookable and not listed means refused, for any schedule in the database.

Random rows (two places with a way between them, rooms with several units, buffers, breaks,
closures, time off, visits, holds and a group session) are read by the real schedule; a naive
minute-by-minute oracle works from the same numbers; some of the starts are really held.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bookings import actions, schedule
from bookings.availability import Break, ChangedDay, LocalSpan, Rules, WeeklyHours
from bookings.errors import TimeRefused
from bookings.models import BreakTime, Closure, Room, TimeOff
from bookings.models import ChangedDay as ChangedDayRow
from bookings.schedule import Kept
from clinic import practice
from clinic.audit import GUEST
from tests.bookings.oracle_minutes import Diary, broken_rules, seat_refused
from tests.factories import (
    AppointmentFactory,
    LocationFactory,
    PracticeFactory,
    PractitionerFactory,
    ServiceFactory,
    ServiceOfferFactory,
    WorkingHoursFactory,
)

pytestmark = pytest.mark.django_db

FIVE = 300
# A zone and a day; on some of them the clocks change.
PLACES = [
    ("America/Edmonton", date(2027, 1, 12)),
    ("America/Toronto", date(2027, 3, 14)),
    ("America/Toronto", date(2027, 11, 7)),
    ("America/St_Johns", date(2027, 3, 14)),
    ("Australia/Adelaide", date(2027, 4, 4)),
    ("Asia/Kathmandu", date(2027, 6, 1)),
]


@dataclass
class Case:
    """What is drawn: minutes of the day, and instants as five-minute steps from local midnight."""

    zone: str
    day: date
    hours: list[tuple[int, int]]
    changed: list[tuple[int, int]] | None
    pauses: list[tuple[int, int]]
    closed: list[tuple[int, int]]
    away: list[tuple[int, int]]
    visits: list[tuple[int, int, int, int, str]] = field(default_factory=list)
    rooms: list[int] = field(default_factory=list)
    service: tuple[int, int, int, int, int] = (60, 0, 0, 30, 0)
    travel: int = 0
    asked_at: int = 0


def spans(longest):
    def made(starts, length):
        return starts * 5, min(1435, (starts + length) * 5)

    return st.builds(made, st.integers(60, 220), st.integers(1, longest))


@st.composite
def cases(draw):
    zone, day = draw(st.sampled_from(PLACES))
    visit = st.tuples(
        st.integers(80, 230),
        st.sampled_from([3, 6, 9, 12]),
        st.sampled_from([0, 15, 30]),
        st.sampled_from([0, 10]),
        st.sampled_from(["here", "here", "there", "colleague", "colleague", "held", "stale"]),
    )
    return Case(
        zone=zone,
        day=day,
        hours=draw(st.lists(spans(120), min_size=1, max_size=3)),
        changed=draw(st.none() | st.lists(spans(120), max_size=2)),
        pauses=draw(st.lists(spans(12), max_size=2)),
        closed=draw(st.lists(spans(30), max_size=1)),
        away=draw(st.lists(spans(30), max_size=1)),
        visits=draw(st.lists(visit, max_size=6)),
        rooms=draw(st.lists(st.integers(1, 2), max_size=2)),
        service=draw(
            st.tuples(
                st.sampled_from([30, 45, 60]),
                st.sampled_from([0, 15]),
                st.sampled_from([0, 10, 30]),
                st.sampled_from([15, 20, 30]),
                st.sampled_from([0, 90]),
            )
        ),
        travel=draw(st.sampled_from([0, 30, 60])),
        asked_at=draw(st.sampled_from([-40, -1, 120, 180])),
    )


def clock(minute):
    return time(minute // 60, minute % 60)


class Written:
    """A case written to the database, and the same for the oracle."""

    def __init__(self, case: Case) -> None:
        self.case, self.tz = case, ZoneInfo(case.zone)
        midnight = datetime(case.day.year, case.day.month, case.day.day, tzinfo=self.tz)
        self.midnight = int(midnight.timestamp())
        self.now = self.midnight + case.asked_at * FIVE
        minutes, before, after, step, notice = case.service
        self.rules = Rules(
            duration=minutes * 60, buffer_before=before * 60, buffer_after=after * 60,
            step=step * 60, notice=notice * 60, horizon_days=90,
        )  # fmt: skip
        PracticeFactory(travel_minutes=case.travel)
        practice.forget()
        Kept.forget()
        self.place = LocationFactory(slug="here", time_zone=case.zone)
        self.there = LocationFactory(slug="there", time_zone=case.zone, position=9)
        self.service = ServiceFactory(
            slug="visit", minutes=minutes, buffer_before=before, buffer_after=after,
            step_minutes=step, notice_minutes=notice,
        )  # fmt: skip
        self.anna, self.ben = (PractitionerFactory(slug=slug) for slug in ("anna", "ben"))
        ServiceOfferFactory(service=self.service, practitioner=self.anna, location=self.place)
        self.rooms = [
            Room.objects.create(location=self.place, name=f"Room {n}", capacity=capacity)
            for n, capacity in enumerate(case.rooms)
        ]
        self.units = [(room, n) for room in self.rooms for n in range(1, room.capacity + 1)]
        self.in_units: list[list[tuple[int, int]]] = [[] for _ in self.units]
        # What stands in the rows, holds that ran out included: nobody has expired them yet.
        self.stored: list[list[tuple[int, int]]] = [[] for _ in self.units]
        self.stored_mine: list[tuple[int, int]] = []
        self.busy: list[tuple[int, int, int, int]] = []
        self.elsewhere: list[tuple[int, int, int, int]] = []
        self._write_hours()
        for visit in case.visits:
            self._write_visit(*visit)

    def _write_hours(self) -> None:
        case, whose = self.case, {"practitioner": self.anna, "location": self.place}
        weekday = case.day.weekday()
        for starts, ends in case.hours:
            WorkingHoursFactory(**whose, weekday=weekday, starts=clock(starts), ends=clock(ends))
        for starts, ends in case.changed or []:
            ChangedDayRow.objects.create(
                **whose, day=case.day, starts=clock(starts), ends=clock(ends)
            )
        if case.changed == []:
            ChangedDayRow.objects.create(**whose, day=case.day)
        for starts, ends in case.pauses:
            BreakTime.objects.create(
                **whose, weekday=weekday, starts=clock(starts), ends=clock(ends)
            )
        days = {"first_day": case.day, "last_day": case.day}
        for starts, ends in case.closed:
            Closure.objects.create(
                location=self.place, name="x", starts=clock(starts), ends=clock(ends), **days
            )
        for starts, ends in case.away:
            TimeOff.objects.create(
                practitioner=self.anna, starts=clock(starts), ends=clock(ends), **days
            )

    def _write_visit(self, starts: int, length: int, before: int, after: int, kind: str) -> None:
        start = self.midnight + starts * FIVE
        end = start + length * FIVE
        colleague = kind == "colleague"
        mine = [] if colleague else self.stored_mine
        unit = None
        if kind != "there" and self.units:
            free = [n for n, taken in enumerate(self.stored) if not _overlaps(start, end, taken)]
            unit = free[0] if free else None
        if _overlaps(start, end, mine) or (colleague and unit is None):
            return
        stale = kind == "stale"
        person = PractitionerFactory() if colleague else self.anna
        AppointmentFactory(
            practitioner=person, location=self.there if kind == "there" else self.place,
            service=self.service, starts_at=moment(start), ends_at=moment(end),
            buffer_before=before, buffer_after=after,
            state="held" if kind in ("held", "stale") else "booked",
            held_until=moment(self.now) + timedelta(minutes=-1 if stale else 5),
            room=self.units[unit][0] if unit is not None else None,
            room_unit=self.units[unit][1] if unit is not None else None,
        )  # fmt: skip
        if unit is not None:
            self.stored[unit].append((start, end))
        if not colleague:
            self.stored_mine.append((start, end))
        if stale:
            return
        if unit is not None:
            self.in_units[unit].append((start, end))
        if not colleague:
            visit = (start, end, before * 60, after * 60)
            (self.elsewhere if kind == "there" else self.busy).append(visit)

    def diary(self) -> Diary:
        """The same as the oracle wants it."""
        case, weekday = self.case, self.case.day.weekday()
        return Diary(
            tz=self.tz,
            hours=[WeeklyHours(weekday, *span) for span in case.hours],
            changed_days=[] if case.changed is None else [ChangedDay(case.day, case.changed)],
            breaks=[Break(weekday, *span) for span in case.pauses],
            closures=[LocalSpan(case.day, a, case.day, b) for a, b in case.closed],
            time_off=[LocalSpan(case.day, a, case.day, b) for a, b in case.away],
            busy=self.busy,
            units=self.in_units if self.units else None,
            there=self.elsewhere,
            travel=case.travel * 60,
        )


def _overlaps(start, end, taken) -> bool:
    return any(start < row[1] and row[0] < end for row in taken)


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def hold(world, service, start, number):
    return actions.hold(
        service=service, practitioner=world.anna, location=world.place, starts_at=moment(start),
        browser=f"browser {number}", by=GUEST, now=moment(world.now),
    )  # fmt: skip


def bookable(world, service, start, number) -> bool:
    """Whether the time can really be held; nothing of it stays."""
    try:
        with transaction.atomic():
            hold(world, service, start, number)
            transaction.set_rollback(True)
    except TimeRefused:
        return False
    return True


HARD = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@HARD
@given(cases())
def test_rule_12_listed_is_bookable_whatever_the_rows(case):
    with transaction.atomic():
        world = Written(case)
        day, diary = case.day, world.diary()
        asked = range(world.midnight, world.midnight + 24 * 3600, FIVE)
        expected = [s for s in asked if not broken_rules(s, diary, world.rules, world.now)]

        times = schedule.free_times(world.service, None, None, day, day, moment(world.now))

        listed = [int(time.starts_at.timestamp()) for time in times]
        assert listed == expected
        for number, start in enumerate([*listed[:2], *listed[-1:]]):
            assert bookable(world, world.service, start, number)
        refused = [start for start in asked if start not in set(listed)]
        for number, start in enumerate(refused[40:260:55]):
            assert not bookable(world, world.service, start, 100 + number)
        transaction.set_rollback(True)


@HARD
@given(cases(), st.integers(90, 220), st.integers(0, 2))
def test_rule_12_seats_are_listed_exactly_when_they_can_be_taken(case, starts, taken):
    with transaction.atomic():
        world = Written(case)
        group = ServiceFactory(slug="group", minutes=case.service[0], seats=2, buffer_after=10)
        ServiceOfferFactory(service=group, practitioner=world.anna, location=world.place)
        start = world.midnight + starts * FIVE
        end = start + group.minutes * 60
        if not _overlaps(start, end, world.stored_mine):
            session = AppointmentFactory(
                practitioner=world.anna, location=world.place, service=group, patient=None,
                starts_at=moment(start), ends_at=moment(end), state="session", seats=2,
                buffer_after=10,
            )  # fmt: skip
            for seat in range(1, taken + 1):
                AppointmentFactory(
                    practitioner=world.anna, location=world.place, service=group,
                    starts_at=session.starts_at, ends_at=session.ends_at, session=session,
                    seat=seat,
                )  # fmt: skip
            rules = Rules(duration=group.minutes * 60, buffer_after=600, horizon_days=90)
            diary, own = world.diary(), (start, end)
            expected = not seat_refused(start, 2 - taken, own, diary, rules, world.now)

            times = schedule.free_times(group, None, None, case.day, case.day, moment(world.now))

            assert [time.starts_at for time in times] == [moment(start)] * expected
            assert bookable(world, group, start, 1) == expected
        transaction.set_rollback(True)
