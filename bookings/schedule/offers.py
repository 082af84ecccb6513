"""Who offers a service where. Kept by a process while nothing that decides it has changed."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from bookings.models import Service, ServiceOffer
from bookings.schedule import kept, rows
from bookings.schedule.kept import Kept
from clinic.models import Location, Practitioner

_offers = Kept(16)


def offers_of(
    service: Service | UUID | str, *, desk: bool = False, stamp: str | None = None
) -> list[ServiceOffer]:
    """Return who offers a service where, in the order pages show them. At most two queries.

    service  a service, its id, or its slug. Inactive services, people and places offer nothing.
    stamp    the version of everything kept, where it was read along with something else just now
    """
    stamp = kept.stamp() if stamp is None else stamp
    which = service if isinstance(service, str) else str(getattr(service, "pk", service))
    return list(
        _offers.get((stamp, which, desk) if stamp else "", lambda: _read(service, desk, stamp))
    )


def _read(service: Service | UUID | str, desk: bool, stamp: str) -> list[ServiceOffer]:
    wanted = Q(service__slug=service) if isinstance(service, str) else Q(service=service)
    found = rows.offers(wanted, desk=desk)
    for offer in found:
        offer.stamp = stamp
    return found


def matching(
    offers: Iterable[ServiceOffer], practitioner: Practitioner | None, location: Location | None
) -> list[ServiceOffer]:
    """Return the offers of this person at this place; None means any."""
    return [
        offer
        for offer in offers
        if practitioner in (None, offer.practitioner) and location in (None, offer.location)
    ]
