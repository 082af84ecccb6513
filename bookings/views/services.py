"""The clinic's start page, and what can be booked."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings import catalogue
from bookings.forms import CatalogueForm
from bookings.models import Service
from bookings.opening import Opening, opening_of
from bookings.views.answers import when_open
from clinic import structured
from clinic.models import Location, Practitioner


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the clinic offers, who works there, and where it is."""
    offered = catalogue.offered()
    places = list(Location.objects.open())
    opening = opening_of(places, timezone.localdate())
    context = {
        "services_new": [one.service for one in offered if one.is_for_new],
        "services_returning": [one.service for one in offered if one.is_for_returning],
        "practitioners": Practitioner.objects.working(),
        "locations": places,
        "places": [(place, opening[place.pk].lines()) for place in places],
        "structured": _home_data(places, opening, offered),
    }
    return render(request, "clinic/home.html", context)


def _home_data(
    places: list[Location], opening: Mapping[UUID, Opening], offered: list[catalogue.Offered]
) -> str:
    clinics = [structured.clinic_at(place, opening[place.pk].as_data()) for place in places]
    return structured.as_text(*clinics, *map(service_data, offered))


@login_not_required
@require_safe
@when_open
def service_list(request: HttpRequest) -> HttpResponse:
    """Every service that can be booked online: for those new here, and for those who have been."""
    offered = catalogue.offered()
    people = {person for one in offered for person in one.practitioners}
    form = CatalogueForm(request.GET, people=people)
    form.is_valid()  # what cannot be read filters nothing, and is marked
    wish = form.wish()
    shown = catalogue.narrowed(offered, wish)
    shown_to_returning = [one for one in shown if one.is_for_returning]
    context = {
        "form": form,
        "filters": form.fields_with_a_choice(),
        "groups": [
            ("new", [one for one in shown if one.is_for_new]),
            # First what is only for them; what is for everybody stands above already.
            ("returning", sorted(shown_to_returning, key=lambda one: one.is_for_new)),
        ],
        "offered": offered,
        "shown": shown,
        "wish": wish.query.removeprefix("&"),
        "structured": structured.as_text(*map(service_data, offered)),
    }
    status = 422 if form.errors else 200
    return render(request, "bookings/service_list.html", context, status=status)


def service_data(one: catalogue.Offered) -> structured.Data:
    """Return a service as search engines read it, with its price and where it is booked."""
    service = one.service
    page = structured.address("time-list", service.slug)
    in_person = service.mode == Service.Mode.IN_PERSON
    return {
        "@type": "Service",
        "@id": page,
        "name": service.name,
        "description": service.summary,
        "url": page,
        "provider": [{"@id": structured.clinic_id(place)} for place in one.locations],
        "availableChannel": {
            "@type": "ServiceChannel",
            "serviceUrl": page,
            "serviceLocation": [
                {"@type": "Place", "name": place.name, "address": structured.postal_address(place)}
                for place in one.locations
                if in_person
            ],
        },
        "offers": {
            "@type": "Offer",
            "price": f"{service.price:.2f}" if service.price else "0",
            "priceCurrency": service.currency,
            "url": page,
            "eligibleDuration": {
                "@type": "QuantitativeValue",
                "value": service.minutes,
                "unitCode": "MIN",
            },
        },
    }
