"""Other times in place of a visit that cannot take place: choose one, or ask for a call."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings import schedule, timetable
from bookings.actions import other_times
from bookings.errors import BookingError, OfferGone, Over
from bookings.forms import ChosenTimeForm, chosen_person, chosen_place
from bookings.messages import facts
from bookings.models import Appointment, OtherTimes
from bookings.schedule import FreeTime
from bookings.views.answers import SeeOther, private, visitor
from bookings.views.visit import visit_or_404
from clinic.models import Location

MORE = 120  # free times shown besides the three
NEAREST = 6  # shown first when the one that was chosen went meanwhile


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@private
def visit_choose(request: HttpRequest, token: str) -> HttpResponse:
    """Three times, and more if none of them suits. Settled already, the visit says the rest."""
    now = timezone.now()
    visit = visit_or_404(token, now)
    offer = other_times.open_offer(visit)
    if offer is None:
        return SeeOther(reverse("visit-detail", args=[token]))
    if request.method != "POST":
        return _page(request, token, visit, offer, now)
    if "call" in request.POST:
        return _call(request, token, offer, now)
    return _choose(request, token, visit, offer, now)


def _call(request: HttpRequest, token: str, offer: OtherTimes, now: datetime) -> HttpResponse:
    try:
        other_times.ask_for_call(offer, by=visitor(request), now=now)
    except OfferGone:
        return SeeOther(reverse("visit-detail", args=[token]))
    return SeeOther(reverse("visit-choose", args=[token]))


def _choose(request, token, visit: Appointment, offer: OtherTimes, now) -> HttpResponse:
    form = ChosenTimeForm(request.POST)
    offers = schedule.offers_of(visit.service, desk=True)
    wanted = form.cleaned_data if form.is_valid() else {}
    practitioner = chosen_person(offers, wanted.get("practitioner", ""))
    location = chosen_place(offers, wanted.get("location", ""))
    if practitioner is None or location is None:
        return _page(request, token, visit, offer, now, status=422)
    try:
        other_times.choose_time(
            offer, practitioner=practitioner, location=location, starts_at=wanted["starts_at"],
            by=visitor(request), now=now,
        )  # fmt: skip
    except (OfferGone, Over):
        return SeeOther(reverse("visit-detail", args=[token]))
    except BookingError as error:
        lost = wanted["starts_at"], location
        return _page(request, token, visit, offer, now, error=error, lost=lost, status=409)
    return SeeOther(reverse("visit-detail", args=[token]))


def _page(request, token, visit, offer, now, *, error=None, lost=None, status=200) -> HttpResponse:
    free = other_times.times_for(visit, now)
    chosen = {(time.practitioner_id, time.starts_at) for time in offer.times.all()}
    first = [time for time in free if (time.practitioner.pk, time.starts_at) in chosen]
    if lost:
        first = _nearest(free, *lost)
    others = [time for time in free if time not in first]
    context = {
        **facts(visit, now),
        "token": token,
        "asked_for_call": offer.state == OtherTimes.State.CALL,
        "days": timetable.days(first),
        "more": _closed_days(others[:MORE]),
        "names": True,
        "to": reverse("visit-choose", args=[token]),
        "error": error,
        "emergency_number": visit.location.emergency_number,
    }
    return render(request, "bookings/visit_choose.html", context, status=status)


def _nearest(free: list[FreeTime], wanted: datetime, location: Location) -> list[FreeTime]:
    """Return the free times nearest to one that went meanwhile: there, or else anywhere."""
    here = [time for time in free if time.location == location] or free
    by_distance = sorted(here, key=lambda time: abs(time.starts_at - wanted))
    return sorted(by_distance[:NEAREST], key=lambda time: (time.starts_at, time.practitioner.name))


def _closed_days(times: list[FreeTime]) -> list[timetable.Day]:
    """Return days that open at a touch, with ids of their own beside the offered ones."""
    days = timetable.days(times, open_first=0)
    for day in days:
        for choice in day.choices:
            choice.id = f"more-{choice.id}"
    return days
