"""What the tests of the waiting list share: people who wait, and what they are offered."""

import re
from datetime import timedelta

import time_machine
from django.core import mail

from bookings import actions, periodic
from bookings.actions import waiting
from bookings.actions.waiting import Wishes
from bookings.models import WaitingEntry, WaitingOffer
from clinic import outbox
from clinic.audit import GUEST
from tests.bookings.conftest import details
from tests.conftest import NOW

MINUTE = timedelta(minutes=1)


def waits(clinic, name="Wanda", *, now=NOW, **more):
    """Somebody joins the list for the clinic's service, a minute after whoever came before."""
    now -= timedelta(hours=1) - WaitingEntry.objects.count() * MINUTE
    service = more.pop("service", clinic.service)
    who = details(first_name=name, last_name="Waits", email=f"{name.lower()}@example.com")
    return waiting.join(service, who, Wishes(**more), by=GUEST, now=now)


def waits_sooner(visit, *, now=NOW, **more):
    """The patient of a visit waits for an earlier time."""
    now -= timedelta(hours=1) - WaitingEntry.objects.count() * MINUTE
    return waiting.join_sooner(visit, Wishes(**more), by=GUEST, now=now)


def fill(clinic, starts, *, now=NOW):
    """Book these times for guests; return the visits by start."""
    return {
        start: clinic.book(
            start, browser=f"browser {number}", now=now, email=f"full{number}@example.com",
            first_name=f"Full{number}",
        )
        for number, start in enumerate(starts)
    }  # fmt: skip


def cancel(visit, *, now=NOW):
    return actions.cancel(visit, reason="other", by=GUEST, now=now)


def work(now=NOW):
    """What the worker does for the list at a moment."""
    with time_machine.travel(now, tick=False):
        return periodic.offer_freed_times(now)


def running():
    """(first name, start) of every offer that waits for an answer."""
    return [
        (offer.entry.first_name, offer.appointment.starts_at)
        for offer in WaitingOffer.objects.running().with_times().order_by("offered_at", "pk")
    ]


def offer_to(name):
    return WaitingOffer.objects.running().with_times().get(entry__first_name=name)


def letters(now=NOW):
    """Let the worker send; return what left, by address."""
    before = len(mail.outbox)
    with time_machine.travel(now, tick=False):
        outbox.send_due()
    return {letter.to[0]: letter for letter in mail.outbox[before:]}


def link_in(letter):
    return re.search(r"/waitlist/[\w-]+/", letter.body).group(0)
