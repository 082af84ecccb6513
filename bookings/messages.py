"""What patients read about their visits. Written from the state at the moment of sending.

No health words, a neutral subject, the service by its neutral name, and a link of its own in
every letter. Registered with the outbox when the app starts; the words are in
``bookings.wording``.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings import clock, ics, links, owing, schedule
from bookings.before_visits import form_before
from bookings.models import Appointment, SeriesVisit, Service
from bookings.schedule import FreeTime
from clinic import languages, outbox, practice
from clinic.actions.consents import has_agreed
from clinic.delivery import Attachment, Letter
from clinic.letters import block, written
from clinic.models import Consent, Message
from clinic.texts import Block
from clinic.zones import date_words

State = Appointment.State
STANDING = (State.REQUESTED, State.BOOKED, State.ARRIVED)
NEAREST = 6  # free times offered in place of a request
LEFT = (Message.State.SENDING, Message.State.SENT, Message.State.UNSURE)


@outbox.renderer(owing.BOOKED)
@outbox.renderer(owing.BOOKED_BY_DESK)
@outbox.renderer(owing.REQUESTED)
@outbox.renderer(owing.CONFIRMED)
@outbox.renderer(owing.DECLINED)
@outbox.renderer(owing.RAN_OUT)
@outbox.renderer(owing.MOVED)
@outbox.renderer(owing.CANCELLED)
@outbox.renderer(owing.REMINDER)
@outbox.renderer(owing.NEW_LINK)
def write(message: Message) -> Letter | None:
    """Return the letter as the visit stands now, or None if there is nothing left to say."""
    now = timezone.now()
    visit = Appointment.objects.with_people().filter(pk=message.subject_id).first()
    if visit is None or visit.patient is None or not is_current(message, visit, now):
        return None
    texted = message.channel == Message.Channel.SMS
    if texted and not has_agreed(visit.patient, Consent.Kind.SMS):
        return None
    topic = topic_now(message, visit)
    with languages.reading(visit.patient.language):
        link = ""
        if topic != owing.CANCELLED:
            link = links.address(links.mint(visit, message.topic, now))
        said = values(visit, now, link, instead=nearest(visit, now))
        if texted:
            return written(topic, bare(said), channel=message.channel)
        return written(topic, said, attachments=attached(topic, visit, now, message.to))


def is_current(message: Message, visit: Appointment, now: datetime) -> bool:
    """Say whether a message still fits: this version, not yet over, and its state."""
    if message.version != visit.version:
        return False
    if message.topic == owing.RAN_OUT:  # a request may run out the moment it was to begin
        return visit.state == State.EXPIRED and visit.ends_at > now
    if visit.starts_at <= now:
        return False
    if message.topic in (owing.CANCELLED, owing.DECLINED):
        return ics.is_cancelled(visit)
    if message.topic == owing.REQUESTED:
        return visit.is_request and not visit.has_run_out(now)
    if message.topic == owing.REMINDER:
        return visit.state == State.BOOKED and not overtaken(message, visit, now)
    return visit.state in STANDING


def overtaken(message: Message, visit: Appointment, now: datetime) -> bool:
    """Say whether a later reminder is due as well, which then speaks for both."""
    before = timedelta(hours=message.payload.get("hours", 0))
    return any(later < before and visit.starts_at - now <= later for later in owing.reminders())


def topic_now(message: Message, visit: Appointment) -> str:
    """Return what to write about: a move before any letter left is still the first news."""
    if message.topic != owing.MOVED:
        return message.topic
    earlier = Message.objects.filter(
        subject_id=message.subject_id, channel=message.channel, topic__in=owing.CHANGES
    )
    if earlier.filter(to=message.to, state__in=LEFT).exclude(pk=message.pk).exists():
        return owing.MOVED
    texted = message.channel == Message.Channel.SMS
    if texted and visit.patient and visit.patient.email:
        return owing.MOVED  # the first news went by mail
    if SeriesVisit.objects.filter(appointment=visit).exists():
        return owing.MOVED  # the first news was the letter about the series
    desk = visit.source == Appointment.Source.DESK
    return owing.BOOKED_BY_DESK if desk else owing.BOOKED


def nearest(visit: Appointment, now: datetime) -> list[FreeTime]:
    """Return the free times nearest to a request that was not confirmed; for any other, none.

    A time that the clinic declined is not among them.
    """
    if not (visit.was_declined or visit.has_run_out(now)):
        return []
    offers = schedule.offers_of(visit.service)
    times = schedule.nearest_times(
        offers, visit.practitioner, visit.location, visit.starts_at, now=now, count=NEAREST + 1
    )
    no = (visit.practitioner, visit.starts_at) if visit.was_declined else None
    return [time for time in times if (time.practitioner, time.starts_at) != no][:NEAREST]


def values(
    visit: Appointment, now: datetime, link: str, *, instead: Sequence[FreeTime] = ()
) -> dict[str, str | Block]:
    """Return what stands for the placeholders in messages about a visit.

    instead  the free times nearest to it
    """
    found = facts(visit, now)
    letter = {**found, "where": ics.where(visit, private=True), "link": link}
    change = ""
    if found["can_change"]:
        change = _("There you can move or cancel it until %(day)s, %(time)s.") % {
            "day": found["deadline_day"],
            "time": found["deadline_time"],
        }
    tz = visit.location.tz
    phone = visit.location.phone or practice.current().phone
    return {
        "first_name": str(found["first_name"]),
        "day": str(found["day"]),
        "day_short": date_words(visit.starts_at.astimezone(tz), _("D j M")),
        "time": str(found["starts"]),
        "zone": str(found["zone"]),
        "practitioner": visit.practitioner.name,
        "service": visit.service.neutral_name,
        "where": str(letter["where"]),
        "clinic": practice.current().name,
        "phone": phone.as_international if phone else "",
        "details": block("bookings/mail/_details", letter),
        "prepare": block("bookings/mail/_prepare", letter),
        "before": _before(visit, letter, link),
        "link": _way(visit, letter, now) if link else "",
        "change": change,
        "confirm_by": str(found["confirm_by"]),
        "times": block("bookings/mail/_instead", {"times": _rows(instead)}) if instead else "",
        "book_again": str(found["book_again"]),
        "contact": block("bookings/mail/_contact", letter),
    }


def _way(visit: Appointment, letter: dict[str, object], now: datetime) -> Block:
    """Return the button that leads to the visit, or to other times in place of a request."""
    if not (visit.was_declined or visit.has_run_out(now)):
        return block("bookings/mail/_link", letter)
    words = {"words": _("Choose another time"), "colour": practice.current().colour}
    return block("bookings/mail/_button", {**letter, **words})


def _rows(times: Sequence[FreeTime]) -> list[dict[str, str]]:
    return [
        {
            "day": clock.day_words(time.starts_at, time.location.tz),
            "starts": clock.wall(time.starts_at, time.location.tz),
            "ends": clock.wall(time.ends_at, time.location.tz),
            "practitioner": time.practitioner.name,
            "place": time.location.name,
        }
        for time in times
    ]


def _before(visit: Appointment, letter: dict[str, object], link: str) -> str | Block:
    """Return the way to the form before the visit while it is not filled in; else nothing."""
    form = form_before(visit) if link and visit.state in STANDING else None
    if form is None or form.done:
        return ""
    return block("bookings/mail/_before", {**letter, "form_link": link + form.path})


def bare(said: dict[str, str | Block]) -> dict[str, str | Block]:
    """Return the values for a text message: the link is an address and nothing else.

    It leads to the form before the visit as well, so that a text with both is still one message.
    """
    link = said["link"]
    address = link.text.split()[-1] if isinstance(link, Block) else ""
    before = _("Form to fill in:") if said["before"] else ""
    return {**said, "link": address, "before": before}


def facts(visit: Appointment, now: datetime) -> dict[str, object]:
    """Return what pages and letters say about a visit. Nothing about why somebody comes."""
    tz = visit.location.tz
    in_person = visit.service.mode == Service.Mode.IN_PERSON
    deadline = visit.starts_at - timedelta(minutes=visit.service.cutoff_minutes)
    place = " ".join(visit.location.address.split())
    return {
        "visit": visit,
        "first_name": visit.patient.first_name if visit.patient else "",
        "clinic": practice.current(),
        "location": visit.location,
        "phone": visit.location.phone or practice.current().phone,
        "day": clock.day_words(visit.starts_at, tz),
        "starts": clock.wall(visit.starts_at, tz),
        "ends": clock.wall(visit.ends_at, tz),
        "zone": clock.zone_name(tz, visit.starts_at),
        "own": "" if in_person else own_clock(visit),
        "in_person": in_person,
        "where": ics.where(visit),
        "map": "https://www.openstreetmap.org/search?" + urlencode({"query": place}),
        "book_again": settings.SITE_URL + reverse("service-list"),
        "site": settings.SITE_URL,
        "confirm_by": clock.moment_words(visit.answer_by, tz) if visit.answer_by else "",
        "can_change": deadline > now,
        "deadline_day": clock.day_words(deadline, tz),
        "deadline_time": clock.wall(deadline, tz),
    }


def own_clock(visit: Appointment) -> str:
    """Return when it begins on the patient's own clock; "" where that shows the same, or unknown.

    Only the browser with which they booked can have told.
    """
    if not visit.patient_zone:
        return ""
    own, at = ZoneInfo(visit.patient_zone), visit.starts_at
    if at.astimezone(own).utcoffset() == at.astimezone(visit.location.tz).utcoffset():
        return ""
    return f"{clock.moment_words(at, own)}, {clock.zone_name(own, at)}"


def attached(topic: str, visit: Appointment, now: datetime, to: str) -> tuple[Attachment, ...]:
    """Return the calendar file; a reminder brings none, for nothing has changed."""
    if topic == owing.REMINDER:
        return ()
    content = ics.calendar(visit, now=now, attendee=to)
    kind = f"text/calendar; method={ics.method(visit)}"
    return (Attachment("appointment.ics", content, kind),)
