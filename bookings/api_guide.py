"""The guide to the public addresses: examples of this clinic's own services, each of which works.

The page shows them and a test sends them, so that no example can rot.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from bookings import catalogue, schedule
from bookings.catalogue import Offered


@dataclass(frozen=True, slots=True)
class Example:
    """One request and what it answers."""

    title: str
    words: str
    path: str  # with its query
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return settings.SITE_URL + self.path

    @property
    def command(self) -> str:
        """The request as somebody types it in a terminal."""
        options = "".join(f" -H '{name}: {value}'" for name, value in self.headers.items())
        return f"curl -i{options} '{self.address}'"


@dataclass(frozen=True, slots=True)
class Guide:
    """What the page shows. Without services on offer there is nothing to try."""

    services: Example
    slots: list[Example]
    faults: list[Example]
    links: list[Example]
    per_minute: int
    origins: list[str]

    @property
    def everything(self) -> list[Example]:
        return [self.services, *self.slots, *self.faults, *self.links]

    @property
    def snippet(self) -> str:
        """A "Book now" link as it stands in somebody's page."""
        address = self.links[-1].address.replace("&", "&amp;")
        return f'<a href="{address}">{_("Book now")}</a>'


def guide(now: datetime) -> Guide:
    """Return the guide with examples for the first service on offer. One query."""
    offered = catalogue.offered()
    services = Example(
        _("All of them"),
        _("Everything that can be booked online, with the places where it is offered."),
        reverse("api-services"),
    )
    return Guide(
        services=services,
        slots=_slots(offered[0], now) if offered else [],
        faults=_faults(),
        links=_links(offered[0], now) if offered else [],
        per_minute=settings.API_PER_MINUTE,
        origins=list(settings.API_ORIGINS),
    )


def _slots(one: Offered, now: datetime) -> list[Example]:
    place = one.locations[0]
    first = schedule.local_day(schedule.instant(now), place) + timedelta(days=1)
    which = {"service": one.service.slug, "location": place.slug}
    days = {"from": first.isoformat(), "to": (first + timedelta(days=6)).isoformat()}
    return [
        Example(
            _("Free times of a week"),
            _("With anybody at one place; the first place where none is named."),
            _query({**which, **days}),
        ),
        Example(
            _("Free times of one practitioner"),
            _("Of one day: the day of “from”, where “to” is left out."),
            _query({**which, "practitioner": one.practitioners[0].slug, "from": first.isoformat()}),
        ),
    ]


def _faults() -> list[Example]:
    return [
        Example(
            _("No such service"),
            _("Names nobody knows are 404, and the answer says which."),
            _query({"service": "no-such-service"}),
            404,
        ),
        Example(
            _("A query that cannot be read"),
            _("The answer gives the reason under each name."),
            reverse("api-slots"),
            400,
        ),
    ]


def _links(one: Offered, now: datetime) -> list[Example]:
    page = reverse("time-list", args=[one.service.slug])
    place, person = one.locations[0], one.practitioners[0]
    day = schedule.local_day(schedule.instant(now), place) + timedelta(days=7)
    query = {"practitioner": person.slug, "location": place.slug, "from": day.isoformat()}
    return [
        Example(_("A service"), _("Its free times with anybody, from today on."), page),
        Example(
            _("A service, a practitioner, a place and a day"),
            _("Each of the three may be left out."),
            f"{page}?{urlencode(query)}",
        ),
    ]


def _query(query: dict[str, str]) -> str:
    return f"{reverse('api-slots')}?{urlencode(query)}"
