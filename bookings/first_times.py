"""The first free times to offer a caller at once, and the ones after those.

The same engine and rules as everywhere. Times inside a service's notice are left out: the desk can
book them all the same and is then asked for a reason.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from bookings import availability as engine
from bookings import schedule
from bookings.models import Service, ServiceOffer
from bookings.schedule import PAGE_DAYS, Diary, FreeTime, instant
from clinic.models import Location, Practitioner

LEAPS = 3  # stretches of days read at most; between them, days without a free time are leapt over


def first_times(
    service: Service,
    practitioner: Practitioner | None,
    location: Location | None,
    *,
    now: datetime,
    count: int,
    after: date | None = None,
    keeps: Callable[[FreeTime], bool] = lambda time: True,
) -> list[FreeTime]:
    """Return up to ``count`` free times, earliest first; each instant and place once.

    None for ``practitioner`` or ``location`` means any; of several people free at one time, the
    one with the lightest load of that week is named.

    after  the first local day that will do; from today on without it
    keeps  which times will do, such as those in the afternoon
    """
    offers = schedule.matching(schedule.offers_of(service, desk=True), practitioner, location)
    if not offers:
        return []
    today = min(engine.local_day(instant(now), offer.location.tz) for offer in offers)
    first = max(after or today, today)
    soonest = now + timedelta(minutes=service.notice_minutes)
    found: list[FreeTime] = []
    for _leap in range(LEAPS):
        last = first + timedelta(days=PAGE_DAYS - 1)
        diary = schedule.read(offers, now=now, first=first, last=last, desk=True)
        found += [
            time
            for time in _in_each_place(diary, offers, first, last)
            if time.starts_at >= soonest and keeps(time)
        ]
        if len(found) >= count:
            break
        later = schedule.first_available(diary, offers, after=last)
        if later is None:
            break
        first = engine.local_day(instant(later.starts_at), later.location.tz)
    return found[:count]


def _in_each_place(
    diary: Diary, offers: Sequence[ServiceOffer], first: date, last: date
) -> list[FreeTime]:
    """Return each time of each place once, with whoever has the least to do, earliest first."""
    places = dict.fromkeys(offer.location for offer in offers)
    times = [
        time
        for place in places
        for time in diary.shared(schedule.matching(offers, None, place), first, last)
    ]
    return sorted(times, key=lambda time: (time.starts_at, time.location.name))
