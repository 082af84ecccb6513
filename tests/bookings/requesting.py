"""What the tests of requests share: a service that needs approval, the worker, its letters."""

from datetime import timedelta

import time_machine
from django.core import mail

from bookings import periodic
from bookings.models import Appointment
from clinic import outbox
from tests.bookings.conftest import HOUR
from tests.conftest import NOW

NINE = "2027-01-11T09:00-06:00"
DEADLINE = NOW + 4 * HOUR  # Sunday, 17:00 in Edmonton
MINUTE = timedelta(minutes=1)


def approval(clinic, hours=4):
    """Have the desk confirm the clinic's service within some hours."""
    clinic.service.approval_hours = hours
    clinic.service.save()
    return clinic


def when(now):
    return time_machine.travel(now, tick=False)


def send(now=NOW):
    """Let the worker send; return the letters that left."""
    before = len(mail.outbox)
    with when(now):
        outbox.send_due()
    return mail.outbox[before:]


def work(now):
    """What the worker does for requests and freed times at a moment."""
    with when(now):
        periodic.expire_requests(now)
        periodic.offer_freed_times(now)


def fresh(visit):
    return Appointment.objects.with_people().get(pk=visit.pk)


def file_in(letter):
    """The calendar file of a letter."""
    parts = [p for p in letter.message().walk() if p.get_content_type() == "text/calendar"]
    return parts[0].get_payload(decode=True)
