"""A guest at a browser: finds a time, types details, books. Over HTTP, as a stranger would."""

import re

from django.test import Client

from bookings.models import Appointment, VisitLink, VisitReason
from clinic.models import AuditEvent, Consent, Message, Patient
from tests.bookings.page import Page

LIST = "/book/first-visit/"
TYPED = {
    "first_name": "Wren",
    "last_name": "Walker",
    "email": "wren@example.com",
    "phone": "+1 403 555 0142",
    "date_of_birth": "1990-05-04",
    "reason": "Knee on stairs",
}
# What differs from one answer to the next for everybody: tokens of forms and visits, nonces, ids.
NOISE = re.compile(
    r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])"
    r'|\b[A-Za-z0-9]{64}\b|nonce="[^"]+"|/messages/[^/"]+/'
)


class Guest:
    """One browser. ``kept`` compares what forms hold with what was typed."""

    def __init__(self) -> None:
        self.client = Client()

    def hold(self, hour: str = "09:00", day: str = "2027-01-11", **more):
        """Choose a time with Anna; return the answer."""
        sent = {
            "practitioner": "anna",
            "location": "downtown",
            "starts_at": f"{day}T{hour}-06:00",
            **more,
        }
        return self.client.post(LIST + "hold/", sent)

    def details(self, held, **typed):
        """Send the details form of a hold's answer; return the answer."""
        return self.client.post(held["Location"], {**TYPED, "consent": "on", **typed})

    def book(self, hour: str = "09:00", day: str = "2027-01-11", **typed):
        """Hold and book; return the answer, which leads to the visit."""
        return self.details(self.hold(hour, day), **typed)

    def fields(self, address: str) -> dict[str, str]:
        """What the details form holds."""
        return Page(self.client.get(address)).form_with("first_name").fields


def starts(answer) -> list[str]:
    """The times a page offers."""
    return [sent["starts_at"] for sent in Page(answer).times()]


def rows(*but) -> list[list[dict]]:
    """Every row that booking writes, to be compared before and after."""
    tables = (Appointment, Patient, VisitLink, VisitReason, Consent, AuditEvent, Message)
    return [list(t.objects.order_by("pk").values()) for t in tables if t not in but]
