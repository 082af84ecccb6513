"""Letters about the waiting list, other times and series, from the state at the moment of sending.

No health words, a neutral subject, the service by its neutral name. The words are the clinic's
(``bookings.offer_wording``); here is what they are filled with.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings import clock, ics, links, offers_owed
from bookings.actions.waiting import open_entry
from bookings.models import Appointment, OtherTime, OtherTimes, Series, WaitingEntry, WaitingOffer
from clinic import languages, outbox, practice
from clinic.letters import block, written
from clinic.models import Location, Message
from clinic.outbox import Letter
from clinic.texts import Block

State = Appointment.State
STANDING = (State.REQUESTED, State.BOOKED)
Values = dict[str, str | Block]


def waiting_address(entry: WaitingEntry, now: datetime) -> str:
    """Return the full address of somebody's place on the list, with a token of its own."""
    path = reverse("waitlist-answer", args=[open_entry(entry, now=now)])
    return settings.SITE_URL + path


def button(address: str, words: str) -> Block:
    """Return the one link of a letter: a button in HTML, a line of its own in plain text."""
    colour = practice.current().colour
    return block("bookings/mail/_button", {"link": address, "words": words, "colour": colour})


def time_facts(starts_at: datetime, ends_at: datetime, place: Location) -> dict[str, str]:
    """Return a time as letters write it."""
    return {
        "day": clock.day_words(starts_at, place.tz),
        "starts": clock.wall(starts_at, place.tz),
        "ends": clock.wall(ends_at, place.tz),
        "zone": clock.zone_name(place.tz, starts_at),
    }


def contact(place: Location) -> Block:
    """Return how to reach the clinic, and what to do in an emergency."""
    phone = place.phone or practice.current().phone
    return block("bookings/mail/_contact", {"phone": phone, "location": place})


def details(visit: Appointment) -> Block:
    """Return the table of when, with whom, what and where."""
    when = time_facts(visit.starts_at, visit.ends_at, visit.location)
    return block("bookings/mail/_details", {**when, "visit": visit, "where": ics.where(visit)})


@outbox.renderer(offers_owed.WAITING)
def on_the_list(message: Message) -> Letter | None:
    """That somebody is on the list; nothing once they are off it."""
    entry = WaitingEntry.objects.waiting().filter(pk=message.subject_id).select_related("service")
    found = entry.first()
    if found is None:
        return None
    with languages.reading(found.language):
        address = waiting_address(found, timezone.now())
        return written(offers_owed.WAITING, list_values(found, address))


def list_values(entry: WaitingEntry, address: str) -> Values:
    """Return what the letter about a place on the list is filled with."""
    clinic = practice.current()
    return {
        "first_name": entry.first_name,
        "service": entry.service.neutral_name,
        "minutes": str(clinic.claim_minutes),
        "link": button(address, _("See your place or leave the list")),
        "clinic": clinic.name,
    }


@outbox.renderer(offers_owed.OFFER)
def offer(message: Message) -> Letter | None:
    """A time for somebody who waits; nothing once it was answered or ran out."""
    now = timezone.now()
    running = WaitingOffer.objects.running().with_times().filter(expires_at__gt=now)
    found = running.filter(pk=message.subject_id).first()
    if found is None:
        return None
    with languages.reading(found.entry.language):
        values = offer_values(
            found.entry.first_name, found.appointment, found.expires_at, found.entry.visit,
            waiting_address(found.entry, now),
        )  # fmt: skip
        return written(offers_owed.OFFER, values)


def offer_values(
    first_name: str, held: Appointment, until: datetime, later: Appointment | None, address: str
) -> Values:
    """Return what the letter about an offered time is filled with."""
    place = held.location
    moves = ""
    if later:
        moves = _("If you take it, your appointment on %(day)s, %(starts)s moves to this time.")
        moves %= time_facts(later.starts_at, later.ends_at, later.location)
    return {
        "first_name": first_name,
        "day": clock.day_words(held.starts_at, place.tz),
        "time": clock.wall(held.starts_at, place.tz),
        "until": clock.wall(until, place.tz),
        "until_day": clock.day_words(until, place.tz),
        "details": details(held),
        "moves": moves,
        "link": button(address, _("Say yes or no")),
        "contact": contact(place),
        "clinic": practice.current().name,
    }


@outbox.renderer(offers_owed.OTHER_TIMES)
def other_times(message: Message) -> Letter | None:
    """Three times in place of a visit that cannot take place; nothing once it is settled."""
    now = timezone.now()
    found = (
        OtherTimes.objects.filter(pk=message.subject_id, state=OtherTimes.State.ASKED)
        .select_related("appointment__patient", "appointment__service", "appointment__location")
        .select_related("appointment__practitioner")
        .prefetch_related("times__practitioner", "times__location")
        .first()
    )
    visit = found.appointment if found else None
    if found is None or visit is None or visit.patient is None:
        return None
    if visit.version != found.version or visit.state not in STANDING or visit.starts_at <= now:
        return None
    with languages.reading(visit.patient.language):
        token = links.mint(visit, message.topic, now)
        address = settings.SITE_URL + reverse("visit-choose", args=[token])
        times = sorted(found.times.all(), key=lambda time: time.starts_at)
        return written(offers_owed.OTHER_TIMES, other_values(visit, times, address))


def other_values(visit: Appointment, times: Sequence[OtherTime], address: str) -> Values:
    """Return what the letter about other times is filled with."""
    length = visit.ends_at - visit.starts_at
    rows = [
        {
            **time_facts(time.starts_at, time.starts_at + length, time.location),
            "practitioner": time.practitioner.name,
            "place": time.location.name,
        }
        for time in times
    ]
    when = time_facts(visit.starts_at, visit.ends_at, visit.location)
    return {
        "first_name": visit.patient.first_name if visit.patient else "",
        "day": when["day"],
        "time": when["starts"],
        "practitioner": visit.practitioner.name,
        "times": block("bookings/mail/_times", {"times": rows}) if rows else "",
        "link": button(address, _("Choose a time, or ask for a call")),
        "contact": contact(visit.location),
        "clinic": practice.current().name,
    }


@outbox.renderer(offers_owed.SERIES)
def series(message: Message) -> Letter | None:
    """All visits of a series that still lie ahead, each with its own link."""
    now = timezone.now()
    made = Series.objects.filter(pk=message.subject_id).select_related("patient").first()
    if made is None:
        return None
    visits = list(
        Appointment.objects.with_people()
        .filter(series_visit__series=made, state__in=STANDING, starts_at__gt=now)
        .order_by("starts_at")
    )
    if not visits:
        return None
    with languages.reading(made.patient.language):
        addresses = [links.address(links.mint(visit, message.topic, now)) for visit in visits]
        return written(offers_owed.SERIES, series_values(visits, addresses))


def series_values(visits: Sequence[Appointment], addresses: Sequence[str]) -> Values:
    """Return what the letter about a series is filled with."""
    first = visits[0]
    rows = [
        {**time_facts(visit.starts_at, visit.ends_at, visit.location), "link": address}
        for visit, address in zip(visits, addresses, strict=True)
    ]
    return {
        "first_name": first.patient.first_name if first.patient else "",
        "number": str(len(visits)),
        "day": str(rows[0]["day"]),
        "zone": str(rows[0]["zone"]),
        "visits": block("bookings/mail/_visits", {"rows": rows}),
        "practitioner": first.practitioner.name,
        "service": first.service.neutral_name,
        "where": ics.where(first),
        "contact": contact(first.location),
        "clinic": practice.current().name,
    }
