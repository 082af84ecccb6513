"""Free times of real practitioners. The only place that knows both rows and intervals.

Listing, holding, booking, moving and the desk ask here; the answers come from the pure engine in
``bookings.availability``. Reading takes at most four queries (a stamp of all that follows but
visits; offers; hours of every kind; visits), however many days, practitioners and visits there
are. Offers and hours are kept by a process while the stamp is the same (``schedule.kept``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from bookings import availability as engine
from bookings.availability import Refusal
from bookings.errors import NotOffered
from bookings.models import Service, ServiceOffer
from bookings.schedule.diary import Diary, FreeTime, Spot, rules_for, weeks
from bookings.schedule.held import HeldTime, held_time
from bookings.schedule.kept import Kept
from bookings.schedule.offers import matching, offers_of
from bookings.schedule.rows import instant, moment
from bookings.schedule.visits import Found
from clinic.models import Location, Practitioner

__all__ = [
    "Diary",
    "Found",
    "FreeTime",
    "HeldTime",
    "Kept",
    "Spot",
    "check_time",
    "first_available",
    "free_times",
    "held_time",
    "instant",
    "listed",
    "local_day",
    "matching",
    "moment",
    "nearest_times",
    "offers_of",
    "read",
    "uuid_of",
]

PAGE_DAYS = 14


def uuid_of(key: str) -> UUID:
    """Return the id that a row gave as text, with or without dashes."""
    return UUID(key)


def local_day(at: int, location: Location) -> date:
    """Return the date on the wall of a place at an instant."""
    return engine.local_day(at, location.tz)


def read(
    offers: Sequence[ServiceOffer],
    *,
    now: datetime,
    first: date,
    last: date,
    desk: bool = False,
    length: timedelta | None = None,
    **scope: Any,
) -> Diary:
    """Return the diary of these offers (of one service) for these local days. At most two queries.

    length  of a visit that is moved, which keeps the one it was booked with
    scope   ``browser``: whose own hold is in nobody's way; ``ignoring``: a visit being moved;
            ``at``: the one start that will be asked about; ``near``: what stands around it

    Raises NotOffered when there are no offers.
    """
    if not offers:
        raise NotOffered
    rules = rules_for(offers[0].service, desk=desk)
    if length is not None:
        rules = replace(rules, duration=int(length.total_seconds()))
    return Diary(offers, now=now, first=first, last=last, rules=rules, **scope)


def free_times(
    service: Service,
    practitioner: Practitioner | None,
    location: Location | None,
    first_day: date,
    last_day: date,
    now: datetime,
) -> list[FreeTime]:
    """Return every free time on these local days, earliest first, then by name.

    None for ``practitioner`` or ``location`` means any; a time that two people have free is then
    listed for each of them. Raises ValueError if the last day comes before the first.
    """
    if last_day < first_day:
        raise ValueError(f"The last day comes before the first: {first_day} to {last_day}")
    offers = offers_of(service)
    return listed(offers, practitioner, location, now=now, first=first_day, last=last_day)


def listed(
    offers: Sequence[ServiceOffer],
    practitioner: Practitioner | None,
    location: Location | None,
    *,
    now: datetime,
    first: date,
    last: date,
) -> list[FreeTime]:
    """Return the free times among offers already read. Two queries. See ``free_times``."""
    wanted = matching(offers, practitioner, location)
    if not wanted:
        return []
    return all_times(read(wanted, now=now, first=first, last=last), wanted, first, last)


def all_times(
    diary: Diary, offers: Iterable[ServiceOffer], first: date, last: date
) -> list[FreeTime]:
    """Return each offer's free times, earliest first, then by name."""
    found = [
        diary.at(offer, start) for offer in offers for start in diary.starts(offer, first, last)
    ]
    return sorted(found, key=lambda time: (time.starts_at, time.practitioner.name))


def check_time(
    service: Service,
    practitioner: Practitioner,
    location: Location,
    starts_at: datetime,
    now: datetime,
    *,
    desk: bool = False,
    **scope: Any,
) -> Refusal | None:
    """Return None if a visit can start then, else the rule that says no.

    Everything is read again: whether the service is offered, by whom and where included.
    Raises NotOffered if it is not. ``desk`` books without notice. For ``scope`` see ``read``.
    """
    offers = matching(offers_of(service, desk=desk), practitioner, location)
    start = instant(starts_at)
    if not offers:
        raise NotOffered
    day = engine.local_day(start, offers[0].location.tz)
    diary = read(offers, now=now, first=day, last=day, desk=desk, **scope)
    return diary.refusal(offers[0], start)


def horizon_day(diary: Diary) -> date:
    """Return the last local day of any place that can be booked."""
    days = (engine.local_day(instant(diary.now), offer.location.tz) for offer in diary.offers)
    return max(days) + timedelta(days=diary.rules.horizon_days)


def first_available(
    diary: Diary, offers: Sequence[ServiceOffer], *, after: date | None = None
) -> FreeTime | None:
    """Return the earliest free time of any of these offers within the whole horizon, or None.

    Looks at what the diary holds first, and reads the rest (two queries) only when that is full.
    ``after`` leaves out the days up to and including it. Of several people free at that instant,
    the one with the lightest load of the week is taken, ties by name.
    """
    end = horizon_day(diary)
    first = diary.first if after is None else max(diary.first, after + timedelta(days=1))
    found = _earliest(diary, offers, first, min(diary.last, end))
    rest = max(first, diary.last + timedelta(days=1))
    if found or rest > end:
        return found
    return _earliest(diary.rest(end), offers, rest, end)


def _earliest(
    diary: Diary, offers: Sequence[ServiceOffer], first: date, last: date
) -> FreeTime | None:
    """Return the earliest time of these days; a week at a time, so that a near one ends it."""
    near = (last - first).days < PAGE_DAYS  # a page asks for the same days, so they are known
    for monday, week_first, week_last in weeks(first, last):
        best: tuple[int, ServiceOffer] | None = None
        for offer in diary.by_load(offers, monday):
            if near:
                starts = diary.between(offer, first, last, week_first, week_last)
            else:
                starts = diary.starts(offer, week_first, week_last)
            start = next(iter(starts), None)
            if start is not None and (best is None or start < best[0]):
                best = start, offer
        if best:
            return diary.at(best[1], best[0])
    return None


def nearest_times(
    offers: Sequence[ServiceOffer],
    practitioner: Practitioner | None,
    location: Location,
    wanted: datetime,
    *,
    now: datetime,
    count: int = 6,
    **scope: Any,
) -> list[FreeTime]:
    """Return up to ``count`` free times around the one that was wanted, earliest first.

    Those of the same person at the same place; where there are none, of anybody there; where that
    gives nothing either, the first available one. For ``scope`` see ``read``.
    """
    here = matching(offers, None, location)
    if not here:
        return []
    today = engine.local_day(instant(now), location.tz)
    day = max(today, engine.local_day(instant(wanted), location.tz))
    first = max(today, day - timedelta(days=7))
    diary = read(here, now=now, first=first, last=day + timedelta(days=PAGE_DAYS), **scope)
    for chosen in (matching(here, practitioner, None), here):
        times = {instant(time.starts_at): time for time in diary.shared(chosen, first, diary.last)}
        if times:
            close = engine.nearest(sorted(times), instant(wanted), count)
            return [times[start] for start in sorted(close)]
    only = first_available(diary, here)
    return [only] if only else []
