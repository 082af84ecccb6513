"""Who works here, as patients see it, and when each of them is next free."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings import doors
from bookings.models import ServiceOffer
from bookings.soonest import Soonest, offers_online, soonest
from clinic import structured
from clinic.models import Practitioner


@login_not_required
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """Everybody who sees patients, by name, with their next free time."""
    people = list(Practitioner.objects.working())
    times = _soonest(offers_online())
    context = {
        "team": [(person, times.get(person.pk)) for person in people],
        "structured": structured.as_text(*map(structured.person, people)),
    }
    return render(request, "bookings/team.html", context)


@login_not_required
@require_safe
def team_member(request: HttpRequest, slug: str) -> HttpResponse:
    """One practitioner; somebody who no longer sees patients has no page."""
    person = get_object_or_404(Practitioner.objects.working(), slug=slug)
    offers = offers_online(practitioner=person)
    services = {offer.service_id: offer.service for offer in offers}
    context = {
        "practitioner": person,
        "soonest": _soonest(offers).get(person.pk),
        "services": sorted(services.values(), key=lambda each: (each.position, each.name)),
        "places": list(dict.fromkeys(offer.location for offer in offers)),
        "structured": structured.as_text(structured.person(person)),
    }
    return render(request, "bookings/team_member.html", context)


def _soonest(offers: list[ServiceOffer]) -> dict[UUID, Soonest]:
    """Return the next free times; none while the clinic takes no bookings online."""
    return soonest(offers, now=timezone.now()) if doors.are_open() else {}
