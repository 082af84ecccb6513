"""A held time as its page needs it: with its people, its offer, and what stands around it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from bookings.models import Appointment, ServiceOffer
from bookings.schedule import kept, visits
from bookings.schedule.diary import reach
from bookings.schedule.offers import offers_of
from clinic.statements import Statement


class HeldTime(NamedTuple):
    """A row that this browser held or holds, with what was read along with it.

    offer  what it was chosen from; None where that is no longer offered, or where nothing is kept
           that could tell
    near   what blocks its practitioner and the rooms of its place around it, if there is an offer
    """

    visit: Appointment
    offer: ServiceOffer | None = None
    near: visits.Found | None = None


_FIELDS = Appointment._meta.concrete_fields
_NAMES = [field.attname for field in _FIELDS]
# The row, the stamp of all that is kept about its service, and what stands around it, in one
# question and one row: lists of practitioners, places and packed visits, or no lists. The condition
# on ``holder`` is that of the index.
_READ = Statement(
    "held_time",
    f"SELECT around.who, around.places, around.packed, ({kept.STAMP}),"  # noqa: S608
    f" {', '.join(f'held.{field.column}' for field in _FIELDS)}"
    " FROM bookings_appointment held CROSS JOIN LATERAL (SELECT array_agg(near.who) AS who,"
    " array_agg(near.place) AS places, array_agg(near.packed) AS packed"
    f" FROM ({visits.near('held')}) near) around"
    " WHERE held.holder = %(holder)s AND held.holder <> '' AND held.browser = %(browser)s",
)


def held_time(holder: str, browser: str, now: datetime) -> HeldTime | None:
    """Return what is held under these two marks, or None. One query, if its offer is kept.

    holder, browser  what the database keeps of the address's token and of the browser's key
    """
    if not browser:
        return None
    if connection.vendor == "postgresql":
        around = {"reach": reach(), "now": now, "over": kept.oldest_day()}
        found = _READ.fetch({"holder": holder, "browser": browser, **around})
        if not found:
            return None
        if held := _with_offer(found[0]):
            return held
    rows = Appointment.objects.select_related("practitioner", "service", "location")
    held_row = rows.filter(holder=holder, browser=browser).first()
    return HeldTime(held_row) if held_row else None


def _with_offer(found: Sequence[Any]) -> HeldTime | None:
    """Return a held time with the offer it was chosen from, or None if that is no longer there."""
    who, places, packed, stamp, *row = found
    visit = Appointment.from_db(connection.alias, _NAMES, row)
    where = visit.practitioner_id, visit.location_id
    for offer in offers_of(visit.service_id, stamp=stamp):
        if (offer.practitioner_id, offer.location_id) == where:
            visit.practitioner, visit.location = offer.practitioner, offer.location
            visit.service = offer.service
            near = (("v", *one) for one in zip(who or (), places or (), packed or (), strict=True))
            # Of a group the sessions are needed as well.
            return HeldTime(visit, offer, None if offer.service.is_group else visits.Found(near))
    return None
