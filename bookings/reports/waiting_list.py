"""How well the waiting list fills what becomes free."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from bookings import availability as engine
from bookings.models import FreedTime, Service, WaitingEntry, WaitingOffer
from bookings.reports.reading import Reading
from bookings.reports.tables import Column, Kind, Report, Table, Value, percent
from bookings.schedule import moment
from clinic import practice

SLUG = "waiting-list"
State = WaitingOffer.State


def rules() -> list[str]:
    return [
        _(
            "A time counts as freed when a visit was cancelled or moved, or hours were added, while"
            " somebody was waiting; as filled when somebody from the list took it."
        ),
        _("Offers and freed times count on the day they were made, at the place they are at."),
        _("Joining counts on the clinic’s own calendar, for a wish may name no place."),
    ]


def report(reading: Reading) -> Report:
    """Return the report of these days. Five queries."""
    joined = _by_service(WaitingEntry.objects.filter(created_at__range=_of_the_practice(reading)))
    waiting = _by_service(WaitingEntry.objects.waiting())
    offers = _offers(reading)
    freed = _freed(reading)
    made = sum(sum(found.values()) for found in offers.values())
    taken = sum(found[State.ACCEPTED] for found in offers.values())
    became_free = sum(number for number, _filled in freed.values())
    filled = sum(number for _freed, number in freed.values())
    return Report(
        SLUG,
        _("Waiting list"),
        [
            (_("Waiting now"), str(sum(waiting.values()))),
            (_("Freed times filled"), percent(filled / became_free if became_free else None)),
            (_("Offers accepted"), percent(taken / made if made else None)),
        ],
        [_services(joined, waiting, offers), _places(reading, freed)],
        rules(),
    )


def _of_the_practice(reading: Reading) -> tuple[datetime, datetime]:
    tz = practice.current().tz
    end = moment(engine.day_start(reading.last + timedelta(days=1), tz))
    return moment(engine.day_start(reading.first, tz)), end - timedelta(microseconds=1)


def _by_service(entries: Any) -> Counter:
    found = entries.order_by().values_list("service").annotate(number=Count("pk"))
    return Counter(dict(found))


def _days(reading: Reading, field: str, place: str) -> Q:
    """Return "on these days at these places", each place by its own clock."""
    found = Q(pk__in=[])
    for each in reading.places:
        start, end = reading.bounds(each)
        found |= Q(**{place: each, f"{field}__gte": start, f"{field}__lt": end})
    return found


def _offers(reading: Reading) -> dict[UUID, Counter]:
    rows = (
        WaitingOffer.objects.filter(_days(reading, "offered_at", "appointment__location"))
        .order_by()
        .values_list("entry__service", "state")
        .annotate(number=Count("pk"))
    )
    found: dict[UUID, Counter] = defaultdict(Counter)
    for service, state, number in rows:
        found[service][state] += number
    return found


def _freed(reading: Reading) -> dict[UUID, tuple[int, int]]:
    """Return how many times became free at each place, and how many of them were filled."""
    taken = WaitingOffer.objects.filter(freed=OuterRef("pk"), state=State.ACCEPTED)
    rows = (
        FreedTime.objects.filter(_days(reading, "freed_at", "location"))
        .annotate(filled=Exists(taken))
        .order_by()
        .values_list("location", "filled")
        .annotate(number=Count("pk"))
    )
    found: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    for place, filled, number in rows:
        found[place][0] += number
        found[place][1] += number if filled else 0
    return {place: (numbers[0], numbers[1]) for place, numbers in found.items()}


def _services(joined: Counter, waiting: Counter, offers: dict[UUID, Counter]) -> Table:
    known = {*joined, *waiting, *offers}
    rows = [
        _line(service.name, joined[service.pk], waiting[service.pk], offers.get(service.pk))
        for service in Service.objects.filter(pk__in=known).order_by("position", "name")
    ]
    together = sum(offers.values(), Counter())
    everybody = _line(_("All"), sum(joined.values()), sum(waiting.values()), together)
    return Table(
        _("By service"),
        [
            Column(_("Service"), Kind.TEXT),
            Column(_("Joined")),
            Column(_("Waiting now")),
            Column(_("Offers")),
            Column(_("Accepted")),
            Column(_("Declined")),
            Column(_("Ran out")),
            Column(_("Share accepted"), Kind.SHARE),
        ],
        rows,
        total=everybody if rows else (),
    )


def _line(name: str, joined: int, waiting: int, made: Counter | None) -> tuple[Value, ...]:
    made = made or Counter()
    share = made[State.ACCEPTED] / sum(made.values()) if made else None
    taken = (made[State.ACCEPTED], made[State.DECLINED], made[State.EXPIRED])
    return name, joined, waiting, sum(made.values()), *taken, share


def _places(reading: Reading, freed: dict[UUID, tuple[int, int]]) -> Table:
    rows: list[tuple[Value, ...]] = [
        (place.name, *freed[place.pk], freed[place.pk][1] / freed[place.pk][0])
        for place in reading.places
        if place.pk in freed
    ]
    return Table(
        _("Times that became free"),
        [
            Column(_("Place"), Kind.TEXT),
            Column(_("Freed")),
            Column(_("Filled from the list")),
            Column(_("Share filled"), Kind.SHARE),
        ],
        rows,
    )
