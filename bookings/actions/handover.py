"""Switching a practitioner off: refused until visits, plans and charts are in other hands."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bookings import clock
from bookings.actions import locks
from bookings.actions.answering import close_offer
from bookings.actions.changing import MOVABLE, move
from bookings.errors import BookingError, StillAtWork
from bookings.handover import Item, Kind, Open, kinds, open_work, register
from bookings.models import Appointment, FreedTime, WaitingOffer
from clinic import audit
from clinic.actions.records import save_record
from clinic.audit import actor_of
from clinic.models import Practitioner, User

AHEAD = (*MOVABLE, Appointment.State.ARRIVED, Appointment.State.IN_PROGRESS)


def save_practitioner(
    practitioner: Practitioner, *, by: User, now: datetime, changed: Iterable[str] = ()
) -> Practitioner:
    """Save a practitioner; switched off, what is held or offered of their time is given back.

    Raises StillAtWork, with what is left, when somebody who is to be switched off has something
    to hand over; then nothing was written.
    """
    if practitioner._state.adding or practitioner.is_active:
        save_record(practitioner, by=by, changed=changed)
        return practitioner
    with locks.writing():
        locks.queue_practitioners(practitioner.pk)  # nobody holds a time of theirs meanwhile,
        held = _held_times(practitioner)  # and whoever is just booking one comes first
        was_active = Practitioner.objects.filter(pk=practitioner.pk, is_active=True).exists()
        left = open_work(practitioner, now) if was_active else []
        if left:
            raise StillAtWork(left)
        save_record(practitioner, by=by, changed=changed)
        running = WaitingOffer.objects.running().filter(appointment__practitioner=practitioner)
        for offer in running:
            close_offer(offer, WaitingOffer.State.WITHDRAWN, by=actor_of(by), now=now)
        Appointment.objects.filter(pk__in=held, state=Appointment.State.HELD).update(
            state=Appointment.State.EXPIRED
        )
    return practitioner


def _held_times(practitioner: Practitioner) -> list[UUID]:
    """Return the holds of somebody's times, once nobody is just turning one into a visit."""
    held = Appointment.objects.filter(practitioner=practitioner, state=Appointment.State.HELD)
    return list(held.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


def hand_over(
    leaver: Practitioner, to: Practitioner, *, by: User, now: datetime, switch_off: bool = False
) -> list[Open]:
    """Pass on everything that can be passed on; return what is left.

    Visits stay at their time. Those at which the colleague is not free are left to be moved by
    hand. ``switch_off`` switches the leaver off in the same step, if nothing is left.

    Raises ValueError for a colleague who is the leaver or is switched off.
    """
    if to.pk == leaver.pk or not to.is_active:
        raise ValueError("Work is handed over to a colleague who sees patients.")
    with locks.writing():
        locks.queue_practitioners(leaver.pk, to.pk)
        for kind in kinds():
            kind.pass_on(leaver, to, by, now)
        # Nobody is to be offered the freed times of somebody who leaves.
        freed = FreedTime.objects.filter(practitioner=leaver, closed_at__isnull=True)
        freed.update(closed_at=now)
        data = {"to": str(to.pk)}
        audit.record("practitioner.hand_over", leaver, by=actor_of(by), data=data, at=now)
        left = open_work(leaver, now)
        if switch_off and not left:
            current = Practitioner.objects.get(pk=leaver.pk)
            current.is_active = False
            save_practitioner(current, by=by, now=now, changed=["is_active"])
    return left


def _visits(leaver: Practitioner, now: datetime) -> list[Appointment]:
    ahead = (
        Appointment.objects.visits()
        .with_people()
        .filter(practitioner=leaver, state__in=AHEAD, ends_at__gt=now)
    )
    return list(ahead.order_by("starts_at"))


def _find(leaver: Practitioner, now: datetime) -> list[Item]:
    """Return the visits ahead, each with its page. One query."""
    found = []
    for visit in _visits(leaver, now):
        tz = visit.location.tz
        when = f"{clock.day_words(visit.starts_at, tz)}, {clock.wall(visit.starts_at, tz)}"
        url = reverse("admin:bookings_appointment_change", args=[visit.pk])
        found.append(Item(f"{when}, {visit.patient}", url))
    return found


def _pass_on(leaver: Practitioner, to: Practitioner, by: User, now: datetime) -> None:
    """Move each visit to the colleague at the same time, where they are free."""
    visits = _visits(leaver, now)
    for visit in sorted(visits, key=lambda each: str(each.location_id)):
        locks.queue_rooms(visit.service, visit.location)
    for visit in sorted(visits, key=lambda each: str(each.patient_id)):
        locks.queue_patient(visit.patient)
    for visit in visits:
        try:
            move(
                visit, practitioner=to, location=visit.location, starts_at=visit.starts_at,
                by=actor_of(by), now=now,
            )  # fmt: skip
        except BookingError:
            continue  # it stays on the list of what is left


register(Kind(_("Visits ahead"), _find, _pass_on))
