"""What other programs may read: services and free times. Public, read-only, cached briefly."""

import json
from collections.abc import Sequence

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings import api_guide, catalogue, doors, schedule
from bookings.availability import local_day
from bookings.forms import ANY, SlotsForm, chosen_person, chosen_place
from bookings.models import Service, ServiceOffer
from bookings.schedule import Diary, FreeTime, Kept, instant
from bookings.timetable import iso
from bookings.views.open import fault, public_reading
from clinic import practice

_kept = Kept(24)


@login_not_required
@public_reading
def api_services(request: HttpRequest) -> HttpResponse:
    """Every service that can be booked online."""
    if not doors.are_open():
        return JsonResponse({"services": [], "open": False})
    services = [
        {
            "slug": one.service.slug,
            "name": one.service.name,
            "minutes": one.service.minutes,
            "mode": one.service.mode,
            "price": str(one.service.price),
            "currency": one.service.currency,
            "bookable_by": one.service.bookable_by,
            "locations": [location.slug for location in one.locations],
        }
        for one in catalogue.offered()
    ]
    return JsonResponse({"services": services})


@login_not_required
@public_reading
def api_slots(request: HttpRequest) -> HttpResponse:
    """Free times of a service at a place; dates are the location's, both included."""
    slug, now = request.GET.get("service", ""), timezone.now()
    if not doors.are_open():
        time_zone = practice.current().time_zone
        return JsonResponse({"time_zone": time_zone, "slots": [], "open": False})
    if not slug:
        return fault(400, _("Say which service: ?service=its-slug."), service=[_("Missing.")])
    offers = schedule.offers_of(slug)
    if not offers and not Service.objects.bookable().filter(slug=slug).exists():
        return fault(404, _("There is no such service."))
    place, who = request.GET.get("location", ""), request.GET.get("practitioner") or ANY
    location = chosen_place(offers, place) if place else (offers[0].location if offers else None)
    practitioner = chosen_person(offers, who)
    if location is None or (practitioner is None and who != ANY):
        return fault(404, _("The service has no such practitioner or location."))
    form = SlotsForm(request.GET, today=local_day(instant(now), location.tz))
    if not form.is_valid():
        faults = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
        return fault(400, " ".join(text for texts in faults.values() for text in texts), **faults)
    days = {"first": form.cleaned_data["from"], "last": form.cleaned_data["to"]}
    wanted = schedule.matching(offers, practitioner, location)
    if not wanted:
        return JsonResponse({"time_zone": location.time_zone, "slots": []})
    diary = schedule.read(wanted, now=now, **days)
    body = _kept.get(diary.stamp, lambda: _slots(diary, wanted))
    return HttpResponse(body, content_type="application/json")


def _slots(diary: Diary, wanted: Sequence[ServiceOffer]) -> bytes:
    """Return the answer as it travels."""
    times = schedule.all_times(diary, wanted, diary.first, diary.last)
    slots = [_slot(time) for time in times]
    return json.dumps({"time_zone": wanted[0].location.time_zone, "slots": slots}).encode()


def _slot(time: FreeTime) -> dict[str, str]:
    return {
        "starts_at": iso(time),
        "ends_at": time.ends_at.astimezone(time.location.tz).isoformat(timespec="minutes"),
        "practitioner": time.practitioner.slug,
        "location": time.location.slug,
    }


@login_not_required
@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """How other programs read the clinic's services and free times, with examples that work."""
    return render(request, "bookings/api_docs.html", {"guide": api_guide.guide(timezone.now())})
