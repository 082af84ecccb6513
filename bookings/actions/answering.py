"""How offers and places on the waiting list end: declined, run out, withdrawn, left, removed."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q

from bookings.actions import locks
from bookings.actions.offering import MOVABLE, State, queue_entry, serve
from bookings.models import Appointment, WaitingEntry, WaitingOffer
from clinic import audit
from clinic.audit import SYSTEM, Actor


def end_offers(*, now: datetime) -> int:
    """End what nobody answered in time, and entries that nothing helps any more.

    Returns how many offers ran out; their times go to the next.
    """
    late = WaitingOffer.objects.running().filter(expires_at__lte=now)
    ended = sum(close_offer(offer, State.EXPIRED, by=SYSTEM, now=now) for offer in late)
    over = Q(visit__starts_at__lte=now) | (Q(visit__isnull=False) & ~Q(visit__state__in=MOVABLE))
    for entry in WaitingEntry.objects.waiting().filter(over):
        close_entry(entry, WaitingEntry.State.LAPSED, by=SYSTEM, now=now)
    return ended


def close_offer(offer: WaitingOffer, state: str, *, by: Actor, now: datetime) -> bool:
    """End an offer that was not accepted and free its time; return False if it was answered."""
    with locks.writing():
        entry = queue_entry(offer.entry_id)
        return _close_offer(offer, entry, state, by=by, now=now)


def _close_offer(
    offer: WaitingOffer, entry: WaitingEntry, state: str, *, by: Actor, now: datetime
) -> bool:
    held = Appointment.objects.select_for_update(of=("self",)).get(pk=offer.appointment_id)
    open_still = WaitingOffer.objects.filter(pk=offer.pk, state=State.OPEN)
    if not open_still.update(state=state, answered_at=now):
        return False
    release_time(held)
    data = {"offer": str(offer.pk)}
    verb = f"waiting.offer_{state}"
    audit.record(verb, entry, by=by, patient_id=entry.patient_id, data=data, at=now)
    transaction.on_commit(partial(serve, now=now), robust=True)
    return True


def release_time(held: Appointment) -> None:
    """Give back the time of an offer; the row stays as the trace."""
    Appointment.objects.filter(pk=held.pk, state=Appointment.State.HELD).update(
        state=Appointment.State.EXPIRED
    )


def close_entry(entry: WaitingEntry, state: str, *, by: Actor, now: datetime) -> bool:
    """Take somebody off the list, with the offer they have; False if they were off already."""
    with locks.writing():
        locked = queue_entry(entry.pk)
        if locked.state != WaitingEntry.State.WAITING:
            return False
        for offer in locked.offers.running():
            _close_offer(offer, locked, State.WITHDRAWN, by=by, now=now)
        locked.state, locked.closed_at = state, now
        locked.save(update_fields=["state", "closed_at"])
        audit.record(f"waiting.{state}", locked, by=by, patient_id=locked.patient_id, at=now)
    return True
