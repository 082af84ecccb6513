"""How soon somebody can come: the next free time of every service, and how long people waited."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from bookings import availability as engine
from bookings import clock, schedule
from bookings.models import ServiceOffer
from bookings.reports.figures import days_of_booking, median
from bookings.reports.reading import Reading
from bookings.reports.tables import Column, Kind, Report, Table, Value, shown
from bookings.schedule import Diary, FreeTime, instant
from bookings.soonest import offers_online

SLUG = "first-available"
A_DAY = timedelta(days=1)
MOST = 8  # services on the first page; the report has them all


def rules() -> list[str]:
    return [
        _(
            "The next free time is what a patient is offered online at this moment: notice, hours,"
            " rooms and the horizon are asked as they are when booking."
        ),
        _(
            "Waited: whole days from booking to the visit, of people new here whose visit lies on"
            " the days asked for and was not cancelled."
        ),
    ]


def report(reading: Reading) -> Report:
    """Return the report as of now. A few queries for each service that can be booked online."""
    wanted = {place.pk for place in reading.places}
    offers = [offer for offer in offers_online() if offer.location_id in wanted]
    services, people = _next_free(
        [_diary(found, reading.now) for found in _by_service(offers)], reading.now
    )
    waits = [row[1] for row in services.rows if isinstance(row[1], float)]
    return Report(
        SLUG,
        _("Time to first available"),
        [
            (_("Soonest, any service (days)"), shown(min(waits, default=None), Kind.DAYS)),
            (_("Longest wait for a service (days)"), shown(max(waits, default=None), Kind.DAYS)),
        ],
        [
            services,
            people,
            _waited(days_of_booking(reading.batches), reading),
        ],
        rules(),
    )


def at_a_glance(now: datetime) -> list[Table]:
    """Return the next free times of the clinic's first services, by service and by practitioner.

    Three queries for each service at most, and no more than MOST services.
    """
    return list(
        _next_free([_diary(found, now) for found in _by_service(offers_online())[:MOST]], now)
    )


def _by_service(offers: Sequence[ServiceOffer]) -> list[list[ServiceOffer]]:
    """Return the offers of each service, in the clinic's order of services."""
    found: dict[UUID, list[ServiceOffer]] = defaultdict(list)
    for offer in offers:
        found[offer.service_id].append(offer)
    return sorted(found.values(), key=lambda each: (each[0].service.position, str(each[0].service)))


def _diary(offers: Sequence[ServiceOffer], now: datetime) -> Diary:
    first = min(engine.local_day(instant(now), offer.location.tz) for offer in offers)
    return schedule.read(offers, now=now, first=first, last=first + timedelta(schedule.PAGE_DAYS))


def _next_free(diaries: Sequence[Diary], now: datetime) -> tuple[Table, Table]:
    """Return when each service is next free, and when with whom."""
    rows = [
        _line(str(diary.service), schedule.first_available(diary, diary.offers), now)
        for diary in diaries
    ]
    columns = _columns(Column(_("Service"), Kind.TEXT))
    return Table(_("Next free time by service"), columns, rows), _by_practitioner(diaries, now)


def _columns(*first: Column) -> list[Column]:
    return [
        *first,
        Column(_("Days from now"), Kind.DAYS),
        Column(_("Next free"), Kind.TEXT),
        Column(_("Place"), Kind.TEXT),
        Column(_("With"), Kind.TEXT),
    ]


def _line(name: str, time: FreeTime | None, now: datetime) -> tuple[Value, ...]:
    if time is None:
        return name, None, _("none until the horizon"), "", ""
    tz = time.location.tz
    when = f"{clock.day_words(time.starts_at, tz)}, {clock.wall(time.starts_at, tz)}"
    days = round((time.starts_at - now) / A_DAY, 1)
    return name, days, when, time.location.name, time.practitioner.name


def _by_practitioner(diaries: Sequence[Diary], now: datetime) -> Table:
    rows = []
    for diary in diaries:
        for person in dict.fromkeys(offer.practitioner for offer in diary.offers):
            theirs = schedule.matching(diary.offers, person, None)
            line = _line(str(diary.service), schedule.first_available(diary, theirs), now)
            rows.append((person.name, *line[:4]))
    return Table(
        _("By practitioner"),
        [Column(_("Practitioner"), Kind.TEXT), *_columns(Column(_("Service"), Kind.TEXT))[:4]],
        sorted(rows, key=lambda row: (str(row[0]), str(row[1]))),
        fold=True,
    )


def _waited(found: Mapping[str, Sequence[int]], reading: Reading) -> Table:
    rows = [
        (service.name, len(found[which]), median(found[which]), found[which][-1])
        for which, service in reading.services.items()
        if found.get(which)
    ]
    return Table(
        _("How long new patients waited"),
        [
            Column(_("Service"), Kind.TEXT),
            Column(_("Visits")),
            Column(_("Median"), Kind.DAYS),
            Column(_("Longest"), Kind.DAYS),
        ],
        rows,
    )
