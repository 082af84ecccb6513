"""What must hold for all visits at once, as counts; every one is 0 in a healthy database.

The constraints forbid all of it. These look for themselves, after a restore, a storm or a bulk
insert, so that nobody has to believe the constraints were there at the time.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, RowRange, Window

from bookings.models import Appointment, WaitingEntry, WaitingOffer
from bookings.models.appointment import ALONE, IN_THE_WAY
from bookings.models.seats import TAKEN


def overlaps() -> dict[str, int]:
    """Return how many blocking rows begin before an earlier one of theirs is over.

    By whose time it is: a practitioner's, a patient's, a unit of a room.
    """
    return {whose: overlapping(whose).count() for whose in WHOSE}


WHOSE: Mapping[str, tuple[Q, list[str]]] = {
    "practitioner": (ALONE, ["practitioner"]),
    "patient": (IN_THE_WAY, ["patient"]),
    "room": (ALONE & Q(room_unit__isnull=False), ["room", "room_unit"]),
}


def overlapping(whose: str) -> QuerySet[Appointment]:
    """Return the rows that begin before an earlier one of the same person or room is over."""
    return _late_starters(*WHOSE[whose])


def _overlapping(condition: Q, scope: list[str]) -> int:
    return _late_starters(condition, scope).count()


def _late_starters(condition: Q, scope: list[str]) -> QuerySet[Appointment]:
    known = {f"{name}__isnull": False for name in scope}
    rows = Appointment.objects.filter(condition, **known)
    before = Window(
        Max("ends_at"),
        partition_by=[F(name) for name in scope],
        order_by=[F("starts_at"), F("pk")],
        frame=RowRange(end=-1),
    )
    return rows.annotate(taken_until=before).filter(taken_until__gt=F("starts_at"))


def stray_seats() -> int:
    """Return how many taken seats have no session, or one they do not fit into."""
    return straying().count()


def straying() -> QuerySet[Appointment]:
    """Return the taken seats that have no session, or one they do not fit into."""
    home = Appointment.objects.filter(
        pk=OuterRef("session"),
        state=Appointment.State.SESSION,
        practitioner=OuterRef("practitioner"),
        starts_at=OuterRef("starts_at"),
        ends_at=OuterRef("ends_at"),
        seats__gte=OuterRef("seat"),
    )
    return seats_taken().filter(~Exists(home))


def seats_taken() -> QuerySet[Appointment]:
    """Return the rows that take a seat of a session."""
    return Appointment.objects.filter(session__isnull=False, state__in=TAKEN)


def unkept_offers(now: datetime) -> int:
    """Return how many offers to the waiting list are not kept (``unkept``)."""
    return sum(rows.count() for rows in unkept(now))


def unkept(now: datetime) -> tuple[QuerySet[WaitingOffer], QuerySet[WaitingOffer]]:
    """Return the offers that wait for an answer without a time kept for them.

    And those that were taken by somebody who still waits, or by nobody's visit.
    """
    held = Q(appointment__state=Appointment.State.HELD, appointment__held_until=F("expires_at"))
    running = WaitingOffer.objects.running().filter(expires_at__gt=now).exclude(held)
    accepted = WaitingOffer.objects.filter(state=WaitingOffer.State.ACCEPTED)
    served = Q(entry__state=WaitingEntry.State.SERVED, entry__patient__isnull=False)
    return running, accepted.exclude(served)


def overbooked() -> QuerySet[Appointment]:
    """Return the visits that staff put over others on purpose; listed, never counted as faults."""
    return Appointment.objects.blocking().filter(overbooked=True).order_by("starts_at")
