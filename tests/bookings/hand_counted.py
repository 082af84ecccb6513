"""A week of a small clinic in Toronto, counted by hand: 8 to 14 March 2027, when clocks change.

On Sunday the 14th the clock jumps from 2:00 to 3:00. What Anna can be booked for, in minutes:

    Monday     9–12                                        180
    Tuesday    9–17 less the break 12–13                   420
    Wednesday  9–12, the place is closed                     0
    Thursday   9–12, away from 10                           60
    Friday     9–12 by the week, that day 10–11             60
    Sunday     0–6 on the wall, an hour of which is none   300   together 1020

What filled it:

    Monday     9–10 and, over it, 9:30–10:30                90
               11–12, nobody came                           60 (missed)
    Tuesday    9–10 cancelled, 10–11 cancelled late          0
               14–15 a group: two came, one did not         60
    Saturday   10–11, outside the hours                     60
    Sunday     1:30–3:30 on the wall, never settled         60   together 330, 60 missed
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bookings.models import Appointment, ChangedDay, Service
from clinic.models import Location, Practitioner
from tests.factories import (
    AppointmentFactory,
    BreakTimeFactory,
    ClosureFactory,
    LocationFactory,
    PatientFactory,
    PracticeFactory,
    PractitionerFactory,
    ServiceFactory,
    ServiceOfferFactory,
    TimeOffFactory,
    WorkingHoursFactory,
)

FIRST, LAST = date(2027, 3, 8), date(2027, 3, 14)
NOW = datetime(2027, 3, 20, 12, tzinfo=UTC)
TORONTO = ZoneInfo("America/Toronto")
AVAILABLE, BOOKED, MISSED = 1020, 330, 60


@dataclass
class Week:
    place: Location
    anna: Practitioner
    visit: Service
    group: Service


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A wall time of March 2027 in Toronto."""
    return datetime(2027, 3, day, hour, minute, tzinfo=TORONTO).astimezone(UTC)


def make() -> Week:
    """Make the week of the docstring, and some rows of which nothing may be counted."""
    PracticeFactory()
    place = LocationFactory(slug="toronto", name="Toronto", time_zone="America/Toronto")
    anna = PractitionerFactory(name="Anna Example", slug="anna")
    week = Week(
        place, anna,
        ServiceFactory(name="=Visit", slug="visit", position=1),
        ServiceFactory(name="Group", slug="group", seats=3, position=2),
    )  # fmt: skip
    for service in (week.visit, week.group):
        ServiceOfferFactory(service=service, practitioner=anna, location=place)
    _hours(week)
    _visits(week)
    return week


def _hours(week: Week) -> None:
    here = {"practitioner": week.anna, "location": week.place}
    for weekday, starts, ends in (
        (0, 9, 12), (1, 9, 17), (2, 9, 12), (3, 9, 12), (4, 9, 12), (6, 0, 6),
    ):  # fmt: skip
        WorkingHoursFactory(**here, weekday=weekday, starts=time(starts), ends=time(ends))
    BreakTimeFactory(**here, weekday=1)
    ClosureFactory(location=week.place, first_day=date(2027, 3, 10))
    TimeOffFactory(practitioner=week.anna, first_day=date(2027, 3, 11), starts=time(10))
    ChangedDay.objects.create(**here, day=date(2027, 3, 12), starts=time(10), ends=time(11))


def _visits(week: Week) -> None:
    def book(starts_at: datetime, state: str, days: float, source: str = "web", **more):
        gone = {"cancelled_at": starts_at} if "cancelled" in state else {}
        return AppointmentFactory(
            practitioner=week.anna, location=week.place, starts_at=starts_at, state=state,
            booked_at=starts_at - timedelta(days=days), source=source,
            **{"service": week.visit, "price": Decimal(120), **gone, **more},
        )  # fmt: skip

    book(at(8, 9), "completed", 0.5, new_patient=True)
    book(at(8, 9, 30), "completed", 2, "desk", overbooked=True, overbook_reason="x")
    book(at(8, 11), "no_show", 10)
    book(at(9, 9), "cancelled", 5, "desk")
    book(at(9, 10), "late_cancelled", 20)
    session = book(at(9, 14), "session", 0, "desk", service=week.group, seats=3, patient=None)
    for seat, state in ((1, "completed"), (2, "completed"), (3, "no_show")):
        book(at(9, 14), state, 30, session=session, seat=seat, service=week.group)
    book(at(13, 10), "completed", 6.9, "practitioner", overbook_reason="x", new_patient=True)
    book(at(14, 1, 30), "booked", 1, ends_at=at(14, 1, 30) + timedelta(hours=1))
    # None of these count: never booked, another week.
    book(at(8, 10, 30), "expired", 1, patient=PatientFactory())
    book(at(7, 9), "completed", 1)
    book(at(15, 9), "completed", 1)
    Appointment.objects.filter(starts_at=at(9, 9)).update(booked_at=None)
