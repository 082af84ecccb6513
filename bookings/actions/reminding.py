"""Reminders: who is to be written to because their visit comes near."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from bookings import owing
from bookings.actions import locks
from bookings.models import Appointment
from clinic.models import Consent, Message

State = Appointment.State


def queue_reminders(*, now: datetime) -> int:
    """Owe everybody their reminders that became due; return how many visits that concerns.

    Only those that became due after the last change of the visit: who books for tomorrow is not
    reminded the same minute. Safe to run as often as one likes. After a long stop the worker
    makes up for the nearest reminder, not for all of them.
    """
    found = 0
    after = timedelta()
    for before in owing.reminders():
        found += _queue(before, now + after, now + before)
        after = before
    return found


def _queue(before: timedelta, later_than: datetime, until: datetime) -> int:
    """Owe the reminder of one distance for the visits that begin in (later_than, until]."""
    texted = Consent.objects.filter(
        Q(patient=OuterRef("patient")) | Q(patient__merged_into=OuterRef("patient")),
        kind=Consent.Kind.SMS,
        withdrawn_at__isnull=True,
    )
    visits = list(
        Appointment.objects.filter(
            ~Q(patient__email="") | Exists(texted),
            state=State.BOOKED,
            starts_at__gt=later_than,
            starts_at__lte=until,
        )
        .select_related("patient")
        .order_by("starts_at")
    )
    if not visits:
        return 0
    owed, changed = _written(visits)
    due = [
        visit
        for visit in visits
        if owed.isdisjoint(_keys(visit, before))
        and _last_change(visit, changed) <= visit.starts_at - before
    ]
    if not due:
        return 0  # the usual case, asked again and again: it takes no write lock
    with locks.writing():
        return sum(owing.remind(visit, before) for visit in due)


def _keys(visit: Appointment, before: timedelta) -> set[str]:
    event = owing.reminder_event(visit, before)
    return {owing.key(event, channel) for channel in Message.Channel.values}


def _last_change(visit: Appointment, changed: dict[str, datetime]) -> datetime:
    booked = visit.booked_at or visit.starts_at
    return max(booked, changed.get(str(visit.pk), booked))


def _written(visits: Iterable[Appointment]) -> tuple[set[str], dict[str, datetime]]:
    """Return the keys of what was written about these visits, and when each last changed."""
    rows = Message.objects.filter(
        subject_id__in=[str(visit.pk) for visit in visits],
        topic__in=[*owing.CHANGES, owing.REMINDER],
    ).values_list("key", "topic", "subject_id", "created_at")
    keys: set[str] = set()
    changed: dict[str, datetime] = {}
    for key, topic, subject, created_at in rows:
        keys.add(key)
        if topic != owing.REMINDER:
            changed[subject] = max(created_at, changed.get(subject, created_at))
    return keys, changed
