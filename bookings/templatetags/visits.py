"""How pages write times, prices and the way a visit takes place."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings import clock, timetable
from bookings.actions.joining import can_join
from bookings.models import Appointment, Service
from bookings.schedule import FreeTime
from clinic import practice
from clinic.models import Location
from clinic.zones import date_words

register = template.Library()


@register.filter
def day(at: datetime, place: Location) -> str:
    """The day at a place: Monday 11 January 2027."""
    return clock.day_words(at, place.tz)


@register.filter
def short_day(at: datetime, place: Location) -> str:
    """The day at a place in short: Mon 11 Jan."""
    return date_words(at.astimezone(place.tz), _("D j M"))


@register.filter
def wall(at: datetime, place: Location) -> str:
    """The time on the wall of a place: 09:30."""
    return clock.wall(at, place.tz)


@register.filter
def isoday(at: datetime, place: Location) -> str:
    """The day at a place as addresses write it: 2027-01-11."""
    return f"{at.astimezone(place.tz):%Y-%m-%d}"


@register.filter
def iso(time: FreeTime) -> str:
    """A free time as its button sends it."""
    return timetable.iso(time)


@register.filter
def zone(place: Location, at: datetime) -> str:
    """The zone of a place by name, with its distance from UTC at an instant."""
    return clock.zone_name(place.tz, at)


@register.filter
def price(one: Service | Appointment) -> str:
    """What a service costs, or a visit as agreed when it was booked: free, or 120 CAD."""
    terms = _terms(one)
    return amount(terms.price, terms.currency) if terms.price else _("free")


def _terms(one: Service | Appointment) -> Any:
    """Return what holds price and fees: those of a visit, or of its service if it has none yet."""
    return one.service if isinstance(one, Appointment) and one.price is None else one


def amount(sum_: Decimal, currency: str) -> str:
    """An amount as a price list writes it: without cents where there are none."""
    whole = sum_ == sum_.to_integral_value()
    return f"{number_format(sum_, 0 if whole else 2)} {currency}"


@register.filter
def policy(one: Service | Appointment) -> list[str]:
    """What cancelling costs, in paragraphs: the service's own policy, or the clinic's."""
    service = one.service if isinstance(one, Appointment) else one
    text = service.cancellation_policy or practice.current().cancellation_policy
    return [line for line in text.splitlines() if line.strip()] + fees(one)


@register.filter
def fees(one: Service | Appointment) -> list[str]:
    """What cancelling late and not coming cost, where they cost something; as ``price``."""
    terms = _terms(one)
    found = []
    if terms.late_cancel_fee:
        fee = amount(terms.late_cancel_fee, terms.currency)
        found.append(_("Cancelling later than that costs %(fee)s.") % {"fee": fee})
    if terms.no_show_fee:
        fee = amount(terms.no_show_fee, terms.currency)
        found.append(_("Not coming costs %(fee)s.") % {"fee": fee})
    if found:
        service = one.service if isinstance(one, Appointment) else one
        free = _("You can move or cancel free of charge %(when)s.") % {"when": cutoff(service)}
        found.insert(0, free)
    return found


@register.filter
def joinable(visit: Appointment) -> bool:
    """Whether a guest's visit may still join the record of somebody who has been here."""
    return can_join(visit, timezone.now())


@register.filter
def fee(visit: Appointment) -> str:
    """What a visit cost as it was booked, to the cent: 120.00 CAD."""
    return "" if visit.price is None else f"{number_format(visit.price, 2)} {visit.currency}"


@register.filter
def for_whom(service: Service) -> str:
    """Whom a service is for, as a short label."""
    if service.bookable_by == Service.BookableBy.NEW:
        return _("New here")
    if service.bookable_by == Service.BookableBy.RETURNING:
        return _("Been before")
    return _("For everybody")


@register.filter
def cutoff(service: Service) -> str:
    """Until when patients change a visit themselves: until 24 hours before."""
    minutes = service.cutoff_minutes
    if not minutes:
        return _("until it begins")
    if minutes % 60:
        return _("until %(minutes)d minutes before") % {"minutes": minutes}
    hours = minutes // 60
    return ngettext("until %(hours)d hour before", "until %(hours)d hours before", hours) % {
        "hours": hours
    }


@register.filter
def approval(service: Service) -> str:
    """How a visit that needs approval comes about, and within how many hours it is answered."""
    hours = service.approval_hours
    return ngettext(
        "You ask for a time and we keep it for you. We confirm or decline within %(hours)d hour.",
        "You ask for a time and we keep it for you. We confirm or decline within %(hours)d hours.",
        hours,
    ) % {"hours": hours}


@register.filter
def answer_by(visit: Appointment) -> str:
    """By when the clinic confirms a request: Monday 11 January 2027, 09:30."""
    return clock.moment_words(visit.answer_by, visit.location.tz) if visit.answer_by else ""


@register.filter
def how(service: Service) -> str:
    """How a visit takes place, and who calls whom."""
    if service.mode == Service.Mode.PHONE:
        return _("By phone: we call you at the time of the visit")
    if service.mode == Service.Mode.VIDEO:
        return _("By video: you open the link on the page of your visit")
    return _("In person")
