"""The next free time of each practitioner, for their page and the team's.

The same engine and the same rules as everywhere; nothing is counted or kept here.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from bookings import availability as engine
from bookings import schedule
from bookings.models import Service, ServiceOffer
from bookings.schedule import FreeTime, instant, rows


@dataclass(frozen=True, slots=True)
class Soonest:
    """What a practitioner is best booked for, and when they are next free for it, if at all."""

    service: Service
    time: FreeTime | None


def offers_online(**whose: object) -> list[ServiceOffer]:
    """Return what can be booked online, by place and name. One query."""
    return rows.offers(Q(**whose), desk=False)


def soonest(offers: Sequence[ServiceOffer], *, now: datetime) -> dict[UUID, Soonest]:
    """Return by practitioner the next free time among these offers, within the whole horizon.

    Everybody is asked for one service: the first of the clinic's list that they offer, those for
    new patients first. Two queries for each such service (two more where the first two weeks are
    full), however many practitioners offer it.
    """
    leading = _leading(offers)
    by_service: dict[UUID, list[ServiceOffer]] = defaultdict(list)
    for offer in offers:
        if leading[offer.practitioner_id].pk == offer.service_id:
            by_service[offer.service_id].append(offer)
    found: dict[UUID, Soonest] = {}
    for asked in by_service.values():
        first = min(engine.local_day(instant(now), offer.location.tz) for offer in asked)
        last = first + timedelta(days=schedule.PAGE_DAYS)
        diary = schedule.read(asked, now=now, first=first, last=last)
        for person in dict.fromkeys(offer.practitioner for offer in asked):
            theirs = schedule.matching(asked, person, None)
            time = schedule.first_available(diary, theirs)
            found[person.pk] = Soonest(asked[0].service, time)
    return found


def _leading(offers: Sequence[ServiceOffer]) -> dict[UUID, Service]:
    """Return for each practitioner the service they are shown with."""

    def rank(service: Service) -> tuple[bool, int, str]:
        return service.bookable_by == Service.BookableBy.RETURNING, service.position, service.name

    leading: dict[UUID, Service] = {}
    for offer in offers:
        known = leading.get(offer.practitioner_id)
        if known is None or rank(offer.service) < rank(known):
            leading[offer.practitioner_id] = offer.service
    return leading
