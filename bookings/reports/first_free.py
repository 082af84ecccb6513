"""How soon somebody can come: the next free time of every service, and how long people waited."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
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
    by_service: dict[UUID, list[ServiceOffer]] = defaultdict(list)
    for offer in offers_online():
        if offer.location_id in wanted:
            by_service[offer.service_id].append(offer)
    ordered = sorted(
        by_service.values(), key=lambda found: (found[0].service.position, str(found[0].service))
    )
    diaries = [_diary(offers, reading) for offers in ordered]
    rows = [
        _line(str(diary.service), schedule.first_available(diary, diary.offers), reading)
        for diary in diaries
    ]
    waits = [row[1] for row in rows if isinstance(row[1], float)]
    return Report(
        SLUG,
        _("Time to first available"),
        [
            (_("Soonest, any service (days)"), shown(min(waits, default=None), Kind.DAYS)),
            (_("Longest wait for a service (days)"), shown(max(waits, default=None), Kind.DAYS)),
        ],
        [
            Table(_("Next free time by service"), _columns(Column(_("Service"), Kind.TEXT)), rows),
            _by_practitioner(diaries, reading),
            _waited(days_of_booking(reading.batches), reading),
        ],
        rules(),
    )


def _columns(*first: Column) -> list[Column]:
    return [
        *first,
        Column(_("Days from now"), Kind.DAYS),
        Column(_("Next free"), Kind.TEXT),
        Column(_("Place"), Kind.TEXT),
        Column(_("With"), Kind.TEXT),
    ]


def _diary(offers: Sequence[ServiceOffer], reading: Reading) -> Diary:
    first = min(engine.local_day(instant(reading.now), offer.location.tz) for offer in offers)
    last = first + timedelta(days=schedule.PAGE_DAYS)
    return schedule.read(offers, now=reading.now, first=first, last=last)


def _line(name: str, time: FreeTime | None, reading: Reading) -> tuple[Value, ...]:
    if time is None:
        return name, None, _("none until the horizon"), "", ""
    tz = time.location.tz
    when = f"{clock.day_words(time.starts_at, tz)}, {clock.wall(time.starts_at, tz)}"
    days = round((time.starts_at - reading.now) / A_DAY, 1)
    return name, days, when, time.location.name, time.practitioner.name


def _by_practitioner(diaries: Sequence[Diary], reading: Reading) -> Table:
    rows = []
    for diary in diaries:
        for person in dict.fromkeys(offer.practitioner for offer in diary.offers):
            theirs = schedule.matching(diary.offers, person, None)
            line = _line(str(diary.service), schedule.first_available(diary, theirs), reading)
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
