"""A guest in front of the pages: what is offered on a day, and a booking from choice to visit."""

import re
from dataclasses import dataclass
from itertools import count

from django.test import Client

from bookings.models import Appointment
from tests.bookings.page import Page

_numbers = count(1)


@dataclass
class Visit:
    """What a guest has after booking: the page behind the link, and the row behind the page."""

    address: str
    row: Appointment


def offered(day: str, service: str = "first-visit", **query: str) -> list[str]:
    """Return the clock times offered on a day, in order; a time of two people is there twice."""
    answer = Client().get(f"/book/{service}/", {"from": day, **query})
    assert answer.status_code == 200, answer.status_code
    return [
        sent["starts_at"][11:16]
        for sent in Page(answer).times()
        if sent["starts_at"].startswith(day)
    ]


def choices(day: str, clock: str, service: str = "first-visit", **query: str) -> dict[str, str]:
    """Return what the button of this time sends. Raises StopIteration when there is none."""
    page = Page(Client().get(f"/book/{service}/", {"from": day, **query}))
    return next(sent for sent in page.times() if sent["starts_at"].startswith(f"{day}T{clock}"))


def press(guest: Client, sent: dict[str, str], service: str = "first-visit"):
    return guest.post(f"/book/{service}/hold/", sent)


def fill_in(guest: Client, address: str, **typed: str):
    """Send the details form as the page gave it, with a name and an address of this guest."""
    fields = Page(guest.get(address)).form_with("first_name").fields
    who = {
        "first_name": "Gus",
        "last_name": "Guest",
        "email": f"guest{next(_numbers)}@example.com",
        "consent": "on",
    }
    return guest.post(address, {**fields, **who, **typed})


def book(day: str, clock: str, service: str = "first-visit", *, query=None, **typed: str) -> Visit:
    """Book as a new guest, from the list to the visit."""
    guest = Client()
    before = set(Appointment.objects.values_list("pk", flat=True))
    held = press(guest, choices(day, clock, service, **(query or {})), service)
    assert held.status_code == 303, held.status_code
    done = fill_in(guest, held["Location"], **typed)
    assert done.status_code == 303, done.content.decode()
    assert re.fullmatch(r"/visit/[^/]+/", done["Location"])
    return Visit(done["Location"], Appointment.objects.exclude(pk__in=before).get())


def move(visit: Visit, sent: dict[str, str]):
    return Client().post(f"{visit.address}move/", sent)


def cancel(visit: Visit, reason: str = "other"):
    return Client().post(f"{visit.address}cancel/", {"reason": reason})
