"""The words of letters about the waiting list, other times and series, as they ship.

A clinic may change them in the admin, as all letters.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookings import offer_letters, offers_owed
from bookings.models import Appointment, OtherTime, Service, WaitingEntry
from clinic import practice, texts
from clinic.models import Location, Patient, Practitioner
from clinic.texts import Topic

FIRST_NAME = _("the first name")
CLINIC = _("the clinic's name")
CONTACT = _("the phone number, and what to do in an emergency")


def sample_visits() -> list[Appointment]:
    """Return two made-up visits, for the preview of a text."""
    place = Location(
        name=gettext("Main street"),
        address=gettext("1 Larch Street, Exampleville"),
        time_zone=practice.current().time_zone,
        phone="+14035550101",
    )
    found = []
    for days in (3, 6):
        local = (timezone.now() + timedelta(days=days)).astimezone(place.tz)
        starts_at = local.replace(hour=9, minute=0, second=0, microsecond=0)
        found.append(_sample_visit(place, starts_at))
    return found


def _sample_visit(place: Location, starts_at: datetime) -> Appointment:
    return Appointment(
        patient=Patient(first_name="Sam", last_name="Sample"),
        practitioner=Practitioner(name="Anna Example"),
        location=place,
        service=Service(neutral_name=gettext("Appointment, 60 min"), minutes=60),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=60),
    )


def _sample_list() -> offer_letters.Values:
    entry = WaitingEntry(first_name="Sam", service=sample_visits()[0].service)
    return offer_letters.list_values(entry, f"{settings.SITE_URL}/waitlist/…/")


def _sample_offer() -> offer_letters.Values:
    held, later = sample_visits()
    until = timezone.now() + timedelta(hours=2)
    return offer_letters.offer_values("Sam", held, until, later, f"{settings.SITE_URL}/waitlist/…/")


def _sample_other() -> offer_letters.Values:
    visit, other = sample_visits()
    time = OtherTime(
        practitioner=other.practitioner, location=other.location, starts_at=other.starts_at
    )
    return offer_letters.other_values(visit, [time], f"{settings.SITE_URL}/visit/…/choose/")


def _sample_series() -> offer_letters.Values:
    visits = sample_visits()
    return offer_letters.series_values(visits, [f"{settings.SITE_URL}/visit/…/"] * len(visits))


texts.register(
    Topic(
        name=offers_owed.WAITING,
        label=_("waiting list joined"),
        subject=_("You are on the waiting list of {clinic}"),
        body=_(
            "Hello {first_name},\n\n"
            "You are on our waiting list: {service}.\n\n"
            "As soon as a time is free that suits you, we write to you and keep it for you,"
            " usually for {minutes} minutes. If you do not answer in that time, the next person"
            " is asked and you stay on the list.\n\n"
            "{link}"
        ),
        fields={
            "first_name": FIRST_NAME,
            "service": _("the service by its neutral name"),
            "minutes": _("how many minutes an offer stands"),
            "link": _("the link to the place on the list, as a button in HTML"),
            "clinic": CLINIC,
        },
        required=("link",),
        sample=_sample_list,
    ),
    Topic(
        name=offers_owed.OFFER,
        label=_("a time offered from the waiting list"),
        subject=_("A time is free: {day}, {time}. Please answer by {until}"),
        body=_(
            "Hello {first_name},\n\n"
            "A time became free, and it is kept for you:\n\n"
            "{details}\n\n"
            "Please say yes or no by {until} ({until_day}). After that the next person is"
            " asked.\n\n"
            "{moves}\n\n"
            "{link}\n\n"
            "{contact}"
        ),
        fields={
            "first_name": FIRST_NAME,
            "day": _("the day: Monday 11 January 2027"),
            "time": _("when it begins: 09:00"),
            "until": _("until when an answer is waited for: 11:00"),
            "until_day": _("the day of that"),
            "details": _("a table: when, with whom, what and where"),
            "moves": _("which visit moves to this time; empty where there is none"),
            "link": _("the link with which one answers, as a button in HTML"),
            "contact": CONTACT,
            "clinic": CLINIC,
        },
        required=("details", "until", "link"),
        sample=_sample_offer,
    ),
    Topic(
        name=offers_owed.OTHER_TIMES,
        label=_("other times in place of a visit"),
        subject=_("Your appointment on {day}, {time} needs another time"),
        body=_(
            "Hello {first_name},\n\n"
            "We are sorry: {practitioner} cannot be here on {day}, so your appointment at {time}"
            " cannot take place. Please choose another time:\n\n"
            "{times}\n\n"
            "{link}\n\n"
            "There you can also look for another time or ask us to call you.\n\n"
            "{contact}"
        ),
        fields={
            "first_name": FIRST_NAME,
            "day": _("the day of the appointment"),
            "time": _("when it was to begin"),
            "practitioner": _("the practitioner's name"),
            "times": _("the times that are offered, as a list"),
            "link": _("the link with which one chooses, as a button in HTML"),
            "contact": CONTACT,
            "clinic": CLINIC,
        },
        required=("day", "link"),
        sample=_sample_other,
    ),
    Topic(
        name=offers_owed.SERIES,
        label=_("series of visits booked"),
        subject=_("Your {number} appointments from {day} on"),
        body=_(
            "Hello {first_name},\n\n"
            "Our front desk has booked these appointments for you ({zone}):\n\n"
            "{visits}\n\n"
            "{practitioner}\n{service}\n{where}\n\n"
            "Behind each link you can see, move or cancel that appointment, or put it into your"
            " calendar.\n\n"
            "{contact}"
        ),
        fields={
            "first_name": FIRST_NAME,
            "number": _("how many appointments"),
            "day": _("the day of the first"),
            "zone": _("the clock the times are told by"),
            "visits": _("the appointments as a list, each with its link"),
            "practitioner": _("the practitioner's name"),
            "service": _("the service by its neutral name"),
            "where": _("the place, or who calls whom"),
            "contact": CONTACT,
            "clinic": CLINIC,
        },
        required=("visits",),
        sample=_sample_series,
    ),
)
