"""The words of messages about visits, as they ship; a clinic may change them in the admin."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookings import messages, owing
from bookings.models import Appointment, Service
from bookings.schedule import FreeTime
from clinic import practice, texts
from clinic.models import Location, Message, Patient, Practitioner
from clinic.texts import Block, Topic

SMS = Message.Channel.SMS
State = Appointment.State

FIELDS = {
    "first_name": _("the patient's first name"),
    "day": _("the day: Monday 11 January 2027"),
    "day_short": _("the day in short: Mon 11 Jan"),
    "time": _("when it begins: 09:00"),
    "zone": _("the clock the time is told by"),
    "practitioner": _("the practitioner's name"),
    "service": _("the service by its neutral name"),
    "where": _("the place, or who calls whom"),
    "clinic": _("the clinic's name"),
    "phone": _("the place's phone number"),
    "details": _("a table: when, with whom, what and where"),
    "prepare": _("map, how to get there, what to wear; only for visits in person"),
    "before": _("the form to fill in before the visit; empty once it is, or where none is asked"),
    "link": _("the link to the visit, as a button in HTML"),
    "change": _("until when it can be moved or cancelled; empty once it is too late"),
    "confirm_by": _("by when the clinic confirms a request; empty for any other visit"),
    "times": _("the free times nearest to a request that was not confirmed; else empty"),
    "book_again": _("the address where other times are booked"),
    "contact": _("the phone number, and what to do in an emergency"),
}
SHORT = (
    "first_name", "day", "day_short", "time", "practitioner", "clinic", "phone", "before", "link",
    "confirm_by",
)  # fmt: skip
AFTER = "{details}\n\n{prepare}\n\n{before}\n\n{link}\n\n{change}\n\n{contact}"
INSTEAD = "{details}\n\n{times}\n\n{link}\n\n{contact}"
LETTER = ("details", "link")  # rule 29: when, who, where, and how to change it
HELLO = _("Hello {first_name},")


def _made_up(**state: Any) -> Appointment:
    """Return a visit in three days that nobody has, for the preview of a text."""
    place = Location(
        name=gettext("Main street"),
        address=gettext("1 Larch Street, Exampleville"),
        time_zone=practice.current().time_zone,
        directions=gettext("Second floor, by the lift."),
        what_to_wear=gettext("Bring shorts."),
        phone="+14035550101",
    )
    local = (timezone.now() + timedelta(days=3)).astimezone(place.tz)
    starts_at = local.replace(hour=9, minute=0, second=0, microsecond=0)
    return Appointment(
        patient=Patient(first_name="Sam", last_name="Sample", phone="+14035550142"),
        practitioner=Practitioner(name="Anna Example"),
        location=place,
        service=Service(neutral_name=gettext("Appointment, 60 min"), minutes=60),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=60),
        **state,
    )


def _filled(visit: Appointment, instead: Sequence[FreeTime] = ()) -> dict[str, str | Block]:
    link = f"{settings.SITE_URL}/visit/…/"
    return messages.values(visit, timezone.now(), link, instead=instead)


def sample() -> dict[str, str | Block]:
    """Return the values of a made-up visit."""
    return _filled(_made_up())


def sample_request() -> dict[str, str | Block]:
    """Return the same for a visit the clinic has to confirm by tomorrow."""
    tomorrow = timezone.now() + timedelta(days=1)
    return _filled(_made_up(state=State.REQUESTED, held_until=tomorrow))


def sample_refused() -> dict[str, str | Block]:
    """Return the same for a request the clinic declined, with two other times."""
    visit = _made_up(state=State.CANCELLED, held_until=timezone.now())
    later = [
        FreeTime(
            visit.practitioner,
            visit.location,
            visit.starts_at + timedelta(hours=hours),
            visit.ends_at + timedelta(hours=hours),
        )
        for hours in (1, 25)
    ]
    return _filled(visit, later)


def sample_text() -> dict[str, str | Block]:
    """Return values for a text message, whose link is a bare address."""
    return messages.bare(sample_request())


def _mail(
    name: str, label, subject, news, after: Any = AFTER, required=LETTER, sample=sample
) -> Topic:
    body = format_lazy("{hello}\n\n{news}\n\n{after}", hello=HELLO, news=news, after=after)
    return Topic(
        name=name, label=label, subject=subject, body=body, fields=FIELDS,
        required=required, sample=sample,
    )  # fmt: skip


def _text(name: str, label, body) -> Topic:
    fields = {field: FIELDS[field] for field in SHORT}
    return Topic(
        name=name, channel=SMS, label=label, body=body, fields=fields,
        required=("day_short", "time"), sample=sample_text,
    )  # fmt: skip


BOOKED, DESK = _("visit booked"), _("visit booked by the desk")
MOVED, CANCELLED = _("visit moved"), _("visit cancelled")
REMINDER, NEW_LINK = _("reminder of a visit"), _("new link to a visit")
REQUESTED, CONFIRMED = _("visit requested"), _("request confirmed")
DECLINED, RAN_OUT = _("request declined"), _("request that ran out")
AGAIN = _("Book another time: {book_again}")
YOURS = _("Your appointment on {day}, {time}")
STANDS = _("{clinic}: your appointment is on {day_short}, {time}. {before} {link}")

texts.register(
    _mail(owing.BOOKED, BOOKED, YOURS, _("Your appointment is booked.")),
    _mail(
        owing.BOOKED_BY_DESK,
        DESK,
        YOURS,
        _("Our front desk has booked this appointment for you."),
    ),
    _mail(
        owing.REQUESTED,
        REQUESTED,
        _("Requested: your appointment on {day}, {time}"),
        _(
            "You have asked for this appointment. We will confirm it by {confirm_by}; until then"
            " its time is kept for you."
        ),
        required=(*LETTER, "confirm_by"),
        sample=sample_request,
    ),
    _mail(
        owing.CONFIRMED,
        CONFIRMED,
        _("Confirmed: your appointment on {day}, {time}"),
        _("We have confirmed your appointment. It stands."),
    ),
    _mail(
        owing.DECLINED,
        DECLINED,
        _("Not confirmed: your request for {day}, {time}"),
        _("We are sorry: we cannot confirm this appointment, so it will not take place."),
        INSTEAD,
        sample=sample_refused,
    ),
    _mail(
        owing.RAN_OUT,
        RAN_OUT,
        _("Not confirmed: your request for {day}, {time}"),
        _(
            "We are sorry: we did not confirm this appointment in time, so it will not take place"
            " and its time is no longer kept for you."
        ),
        INSTEAD,
        sample=sample_refused,
    ),
    _mail(
        owing.MOVED,
        MOVED,
        _("New time of your appointment: {day}, {time}"),
        _("Your appointment has a new time. The old one no longer holds."),
    ),
    _mail(
        owing.CANCELLED,
        CANCELLED,
        _("Cancelled: your appointment on {day}, {time}"),
        _("Your appointment was cancelled. There is nothing more you need to do."),
        format_lazy(
            "{{details}}\n\n{again}\n\n{{contact}}", again=_("Book another time: {book_again}")
        ),
        required=("details",),
    ),
    _mail(
        owing.REMINDER,
        REMINDER,
        _("Reminder: your appointment on {day}, {time}"),
        _("This is a reminder of your appointment."),
    ),
    _mail(
        owing.NEW_LINK,
        NEW_LINK,
        YOURS,
        _("Here is a new link to your appointment. Older links no longer work."),
    ),
    _text(owing.BOOKED, BOOKED, STANDS),
    _text(owing.BOOKED_BY_DESK, DESK, STANDS),
    _text(
        owing.REQUESTED,
        REQUESTED,
        _("{clinic}: you asked for {day_short}, {time}. We confirm it by {confirm_by}. {link}"),
    ),
    _text(
        owing.CONFIRMED,
        CONFIRMED,
        _("{clinic}: your appointment on {day_short}, {time} is confirmed. {before} {link}"),
    ),
    _text(
        owing.DECLINED,
        DECLINED,
        _("{clinic}: we cannot confirm {day_short}, {time}. Other times: {link}"),
    ),
    _text(
        owing.RAN_OUT,
        RAN_OUT,
        _("{clinic}: {day_short}, {time} was not confirmed in time. Other times: {link}"),
    ),
    _text(
        owing.MOVED,
        MOVED,
        _("{clinic}: your appointment has a new time: {day_short}, {time}. {before} {link}"),
    ),
    _text(
        owing.CANCELLED,
        CANCELLED,
        _("{clinic}: your appointment on {day_short}, {time} is cancelled."),
    ),
    _text(owing.REMINDER, REMINDER, STANDS),
    _text(
        owing.NEW_LINK,
        NEW_LINK,
        _("{clinic}: a new link to your appointment on {day_short}, {time}: {link}"),
    ),
)
