"""Free times as a page shows them: two weeks, their days, and the forms that choose a time.

All times of one practitioner on one day are one form. Where anybody will do, a form ends where
the practitioner changes, so that the times of a day still run from morning to evening.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import blake2b
from itertools import groupby
from typing import Any

from django.utils.translation import get_language

from bookings import availability as engine
from bookings import clock, schedule
from bookings.models import ServiceOffer
from bookings.schedule import Diary, FreeTime, Kept, instant
from clinic.models import Location, Practitioner

_kept = Kept(24)
OPEN_DAYS = 3  # on a page of two weeks; the rest open at a touch


@dataclass(slots=True)
class Button:
    """One time: what it says, and what it sends."""

    label: str  # 09:30
    value: str  # ISO 8601 with offset
    part: str  # "Morning" where a part of the day begins, else ""


@dataclass(slots=True)
class Choice:
    """One form: the times of a practitioner at a place on a day."""

    id: str
    practitioner: Practitioner
    location: Location
    buttons: list[Button]


@dataclass(slots=True)
class Day:
    """A day with free times; closed, a page shows how many there are and when the first is."""

    iso: str
    words: str
    choices: list[Choice] = field(default_factory=list)
    open: bool = True

    @property
    def count(self) -> int:
        return sum(len(choice.buttons) for choice in self.choices)

    @property
    def earliest(self) -> str:
        return self.choices[0].buttons[0].label

    @property
    def only(self) -> Practitioner | None:
        """Whoever has all times of the day, if it is one person."""
        people = {choice.practitioner for choice in self.choices}
        return people.pop() if len(people) == 1 else None


@dataclass(slots=True)
class Sheet:
    """A page of free times, and where else to look."""

    location: Location
    practitioner: Practitioner | None
    first: date
    last: date
    until: date  # the last day that can be booked
    days: list[Day]
    before: date | None  # the first day of the page before this one
    after: date | None  # and of the page behind it
    available: FreeTime | None  # the first available time with this practitioner, at any place
    available_form: str  # the form on this page that offers it, or ""
    later: FreeTime | None  # where the page is empty: the next free time with the same choice
    mine: Any  # this browser's own hold, or None
    stamp: str = ""  # the same for two sheets that show the same; "" where nobody can say

    @property
    def zone(self) -> str:
        noon = engine.local_instant(self.first, 720, self.location.tz) or 0
        return clock.zone_name(self.location.tz, schedule.moment(noon))


def sheet(
    offers: Sequence[ServiceOffer],
    practitioner: Practitioner | None,
    location: Location,
    first: date,
    *,
    now: datetime,
    **scope: Any,
) -> Sheet:
    """Return the two weeks from ``first`` on (today, if that is past) with somebody or anybody.

    Two queries; two more where nothing is free, to find what is free later. For ``scope`` see
    ``schedule.read``. Raises NotOffered without offers.
    """
    today = engine.local_day(instant(now), location.tz)
    first = max(first, today)
    last = first + timedelta(days=schedule.PAGE_DAYS - 1)
    diary = schedule.read(offers, now=now, first=today, last=last, **scope)
    stamp = _stamp(diary, practitioner, location, first)
    found = _kept.get(stamp, lambda: _sheet(diary, practitioner, location, first, last, today))
    if diary.went_on:  # it rests on what was read of later weeks as well
        _kept.drop(stamp)
        stamp = ""
    return replace(found, mine=diary.mine, stamp=stamp)


def _stamp(diary: Diary, practitioner: Practitioner | None, location: Location, first: date) -> str:
    """Return what a sheet depends on, as one short word; "" where nobody can say.

    Within the days it read (``diary.stamp``) that is who is asked for, and the words.
    """
    if not diary.stamp:
        return ""
    who = practitioner.pk if practitioner else ""
    parts = (diary.stamp, first, who, location.pk, get_language())
    return blake2b("|".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def _sheet(
    diary: Diary,
    practitioner: Practitioner | None,
    location: Location,
    first: date,
    last: date,
    today: date,
) -> Sheet:
    here = schedule.matching(diary.offers, practitioner, location)
    shown = days(diary.shared(here, first, last), open_first=OPEN_DAYS)
    available = schedule.first_available(diary, schedule.matching(diary.offers, practitioner, None))
    until = today + timedelta(days=diary.rules.horizon_days)
    after = last + timedelta(days=1)
    return Sheet(
        location=location,
        practitioner=practitioner,
        first=first,
        last=last,
        until=until,
        days=shown,
        before=max(today, first - timedelta(days=schedule.PAGE_DAYS)) if first > today else None,
        after=after if after <= until else None,
        available=available,
        available_form=form_with(shown, available) if available else "",
        later=None if shown else schedule.first_available(diary, here, after=last),
        mine=None,
    )


def iso(time: FreeTime) -> str:
    """Return the start as pages and the API write it: 2027-01-11T09:00-06:00."""
    return _iso(time.starts_at.astimezone(time.location.tz))


def _iso(local: datetime) -> str:
    return local.isoformat(timespec="minutes")


def days(times: Iterable[FreeTime], *, open_first: int | None = None) -> list[Day]:
    """Return the days that have free times, in order, each with its forms.

    open_first  how many are shown open; all of them where it is not given
    """
    local = [(time.starts_at.astimezone(time.location.tz), time) for time in times]
    found = [_day(list(group)) for _, group in groupby(local, key=lambda pair: pair[0].date())]
    for day in found[open_first:] if open_first is not None else []:
        day.open = False
    return found


def _day(times: Sequence[tuple[datetime, FreeTime]]) -> Day:
    first, time = times[0]
    iso_day = first.date().isoformat()
    day = Day(iso_day, clock.day_words(time.starts_at, time.location.tz))
    label = _clock_of(times)
    before = -1
    for number, (_, group) in enumerate(groupby(times, key=_whose), start=1):
        buttons, person = [], None
        for local, time in group:
            person = person or time
            part = clock.part_of_day(local.hour)
            words = "" if part == before else clock.part_words(part)
            buttons.append(Button(label(local, time), _iso(local), words))
            before = part
        if person:
            name = f"times-{iso_day}-{number}"
            day.choices.append(Choice(name, person.practitioner, person.location, buttons))
    return day


def _clock_of(times: Sequence[tuple[datetime, FreeTime]]) -> Callable[[datetime, FreeTime], str]:
    """Return what writes the times of a day; only a day of a clock change needs the offset."""
    if times[0][0].utcoffset() == times[-1][0].utcoffset():
        return lambda local, time: clock.wall_of(local)
    return lambda local, time: clock.wall(time.starts_at, time.location.tz)


def _whose(pair: tuple[datetime, FreeTime]) -> tuple[object, object]:
    return pair[1].practitioner.pk, pair[1].location.pk


def form_with(days_shown: Iterable[Day], time: FreeTime) -> str:
    """Return the id of the form that offers a time, or "" if it is not among them."""
    value = iso(time)
    choices = (choice for day in days_shown for choice in day.choices)
    return next(
        (
            choice.id
            for choice in choices
            if (choice.practitioner, choice.location) == (time.practitioner, time.location)
            and any(button.value == value for button in choice.buttons)
        ),
        "",
    )
