"""A visit as a calendar file: one id for life, a sequence that grows, instants in UTC.

Nothing about health: the service appears by its neutral name.
Source of the fields: RFC 5545 (iCalendar) and RFC 5546 (METHOD, SEQUENCE).
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from bookings.models import Appointment, Service
from clinic import practice
from clinic.models import Practice

GONE = ("cancelled", "late_cancelled", "expired")  # what expired behind a link was a request


def is_cancelled(visit: Appointment) -> bool:
    return visit.state in GONE


def method(visit: Appointment) -> str:
    """Return what the calendar is asked to do: put the visit in, or take it out."""
    return "CANCEL" if is_cancelled(visit) else "REQUEST"


def uid(visit: Appointment) -> str:
    """Return the id a visit keeps through every move."""
    return f"{visit.pk}@{urlsplit(settings.SITE_URL).hostname}"


def calendar(visit: Appointment, *, now: datetime, attendee: str = "") -> bytes:
    """Return the calendar file of a visit, in UTF-8.

    attendee  the patient's address, in mails to them; never behind a link
    """
    clinic = practice.current()
    file = Calendar()
    file.add("prodid", "-//Stepdown//Visits//EN")
    file.add("version", "2.0")
    file.add("method", method(visit))
    event = Event()
    event.add("uid", uid(visit))
    event.add("sequence", visit.version)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", visit.starts_at.astimezone(UTC))
    event.add("dtend", visit.ends_at.astimezone(UTC))
    event.add("summary", f"{visit.service.neutral_name} · {clinic.name}")
    event.add("location", where(visit, private=bool(attendee)))
    event.add("description", _describe(visit, clinic))
    event.add("status", _status(visit))
    event.add("transp", "TRANSPARENT" if is_cancelled(visit) else "OPAQUE")
    _add_people(event, clinic, attendee)
    if not is_cancelled(visit):
        event.add_component(_alarm())
    file.add_component(event)
    return file.to_ical()


def _status(visit: Appointment) -> str:
    if is_cancelled(visit):
        return "CANCELLED"
    return "TENTATIVE" if visit.is_request else "CONFIRMED"


def where(visit: Appointment, *, private: bool = False) -> str:
    """Return the place, or who calls whom and on which number, or where the video link is.

    private  for the patient's own eyes: a mail to them. Behind a link, which may be forwarded, a
             number of theirs shows its last two digits only.
    """
    if visit.service.mode == Service.Mode.PHONE:
        return _by_phone(visit, private=private)
    if visit.service.mode == Service.Mode.VIDEO:
        return _("By video: the link opens on the page of your visit, 15 minutes before the start")
    address = " ".join(visit.location.address.split())
    return f"{visit.location.name}, {address}"


def _by_phone(visit: Appointment, *, private: bool) -> str:
    number = visit.patient.phone if visit.patient else None
    if number:
        shown = number.as_international if private else f"…{number.as_e164[-2:]}"
        return _("By phone: %(name)s calls you on %(number)s") % {
            "name": visit.practitioner.name,
            "number": shown,
        }
    ours = visit.location.phone or practice.current().phone
    if ours:
        return _("By phone: please call us on %(number)s at that time") % {
            "number": ours.as_international
        }
    return _("By phone: please tell us which number to call")


def _describe(visit: Appointment, clinic: Practice) -> str:
    lines = [_("With %(name)s") % {"name": visit.practitioner.name}]
    phone = visit.location.phone or clinic.phone
    if is_cancelled(visit):
        lines.append(_("This appointment was cancelled."))
        return "\n".join(lines)
    if visit.is_request:
        lines.append(_("Requested, not confirmed yet."))
    if phone:
        lines.append(
            _("To move or cancel it, use the link in your mail or call %(phone)s.")
            % {"phone": phone}
        )
    return "\n".join(lines)


def _add_people(event: Event, clinic: Practice, attendee: str) -> None:
    organiser = vCalAddress(f"mailto:{clinic.email or settings.DEFAULT_FROM_EMAIL}")
    organiser.params["CN"] = vText(clinic.name)
    event.add("organizer", organiser)
    if attendee:
        patient = vCalAddress(f"mailto:{attendee}")
        patient.params["PARTSTAT"] = vText("ACCEPTED")
        patient.params["RSVP"] = vText("FALSE")
        event.add("attendee", patient)


def _alarm() -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _("Appointment"))
    alarm.add("trigger", timedelta(hours=-2))
    return alarm
