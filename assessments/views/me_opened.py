"""The patient's page about who had their record open."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments.access import own_patient
from assessments.openings import openings_of, years_of
from clinic import practice
from clinic.access import Request


@require_safe
def me_opened(request: Request, patient: UUID) -> HttpResponse:
    """Who, in which role, when, and whether in an emergency: a year at a time."""
    person, zone = own_patient(request.user, patient), practice.current().tz
    today = timezone.localdate(timezone=zone)
    years = years_of(person, today, zone)
    asked = request.GET.get("year", str(today.year))
    year = next((each for each in years if str(each) == asked), None)
    if year is None:
        raise Http404
    context = {
        "patient": person,
        "year": year,
        "years": years,
        "openings": openings_of(person, year, zone),
        "zone": zone,
    }
    return render(request, "assessments/me_opened.html", context)
