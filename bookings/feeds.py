"""What a practitioner's secret calendar address shows: when, where, and initials."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256 as digest

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from icalendar import Calendar, Event

from bookings import ics
from bookings.models import Appointment, PractitionerFeed
from bookings.tokens import sha256
from clinic.models import Practitioner

State = Appointment.State
BACK, AHEAD = timedelta(days=31), timedelta(days=370)


def address(token: str) -> str:
    """Return the full address, which is shown once."""
    return settings.SITE_URL + reverse("practitioner-feed", args=[token])


def practitioner_of(token: str) -> Practitioner | None:
    """Return whose diary an address shows; None for one that is unknown, revoked or over.

    Somebody switched off has none, whatever the row says.
    """
    feed = (
        PractitionerFeed.objects.filter(
            token_sha256=sha256(token), revoked_at__isnull=True, practitioner__is_active=True
        )
        .exclude(practitioner__user__is_active=False)
        .select_related("practitioner")
        .first()
    )
    return feed.practitioner if feed else None


def calendar(practitioner: Practitioner, now: datetime) -> bytes:
    """Return the diary as a calendar file; the same bytes for the same visits. One query."""
    file = Calendar()
    file.add("prodid", "-//Stepdown//Diary//EN")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", practitioner.name)
    file.add("refresh-interval;value=duration", "PT15M")
    for visit in _visits(practitioner, now):
        file.add_component(_event(visit))
    return file.to_ical()


def tag(content: bytes) -> str:
    """Return the ETag of a calendar file."""
    return f'"{digest(content).hexdigest()[:32]}"'


def _visits(practitioner: Practitioner, now: datetime) -> QuerySet[Appointment]:
    """Booked visits and group sessions; a seat in a session is no visit of its own here."""
    own = Appointment.objects.blocking().exclude(state=State.HELD)
    found = own.filter(practitioner=practitioner, session__isnull=True)
    found = found.filter(Q(patient__isnull=False) | Q(seats__isnull=False))
    return (
        found.filter(ends_at__gt=now - BACK, starts_at__lt=now + AHEAD)
        .select_related("patient", "service", "location")
        .order_by("starts_at", "pk")
    )


def _event(visit: Appointment) -> Event:
    event = Event()
    event.add("uid", f"diary-{ics.uid(visit)}")
    event.add("sequence", visit.version)
    # The time of the last change would be another query; clients need it to be stable.
    stamp = (visit.booked_at or visit.starts_at).astimezone(UTC).replace(microsecond=0)
    event.add("dtstamp", stamp)
    event.add("dtstart", visit.starts_at.astimezone(UTC))
    event.add("dtend", visit.ends_at.astimezone(UTC))
    event.add("summary", visit.patient.initials if visit.patient else visit.service.neutral_name)
    event.add("location", visit.location.name)
    requested = visit.state == State.REQUESTED
    event.add("status", "TENTATIVE" if requested else "CONFIRMED")
    event.add("transp", "OPAQUE")
    return event
