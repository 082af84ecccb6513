"""What can be booked, and where: services with the places that offer them, in one query."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bookings.models import Service, ServiceOffer
from bookings.narrowing import Narrowing
from clinic.models import Location, Practitioner


@dataclass(slots=True)
class Offered:
    """A service somebody offers, with its places and people in the order pages show them."""

    service: Service
    locations: list[Location] = field(default_factory=list)
    practitioners: list[Practitioner] = field(default_factory=list)

    @property
    def is_for_new(self) -> bool:
        return self.service.bookable_by != Service.BookableBy.RETURNING

    @property
    def is_for_returning(self) -> bool:
        return self.service.bookable_by != Service.BookableBy.NEW


def narrowed(listed: Iterable[Offered], wish: Narrowing) -> list[Offered]:
    """Return the services that somebody who fits the filters offers, in the way asked for."""
    fitting = (
        Offered(one.service, one.locations, [who for who in one.practitioners if wish.wants(who)])
        for one in listed
        if wish.mode in ("", one.service.mode)
    )
    return [one for one in fitting if one.practitioners]


def offered() -> list[Offered]:
    """Return what patients can book online: for new patients first, then the clinic's order."""
    rows = ServiceOffer.objects.filter(
        service__is_active=True,
        service__online=True,
        practitioner__is_active=True,
        location__is_active=True,
    ).select_related("service", "location", "practitioner")
    found: dict[object, Offered] = {}
    for row in rows.order_by("location__position", "location__name", "practitioner__name"):
        entry = found.setdefault(row.service_id, Offered(row.service))
        if row.location not in entry.locations:
            entry.locations.append(row.location)
        if row.practitioner not in entry.practitioners:
            entry.practitioners.append(row.practitioner)
    return sorted(
        found.values(),
        key=lambda one: (not one.is_for_new, one.service.position, one.service.name),
    )
