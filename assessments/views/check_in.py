"""How it goes after discharge: a short form behind a link. Opening it changes nothing."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments import actions
from assessments.checking_in import check_in_of, takes_answers
from assessments.errors import CheckInClosed
from assessments.library_store import library_of, newest_version
from assessments.models import CheckIn
from assessments.my_care import bookable
from assessments.views.check_in_form import CheckInForm
from bookings.views.answers import SeeOther, private
from clinic import practice
from clinic.models import Location


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@private
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once; afterwards, and when it is too late, say what can be done now."""
    found = check_in_of(token)
    if found is None:
        raise Http404
    now = timezone.now()
    if not takes_answers(found, timezone.localdate(now, practice.current().tz)):
        return _after(request, found)
    form = CheckInForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.answer_check_in(found, form.told(), now=now)
        except CheckInClosed:
            return _after(request, found)
        return SeeOther(request.path)
    context = {"form": form, "name": found.discharge.episode.patient.first_name}
    status = 422 if form.is_bound else 200
    return render(request, "assessments/check_in.html", context, status=status)


def _after(request: HttpRequest, found: CheckIn) -> HttpResponse:
    """Say that it was answered or is too late, how to book, and when not to wait; no answer."""
    episode = found.discharge.episode
    physio = getattr(found.discharge.made_by, "practitioner", None) or episode.lead
    if physio is not None and not physio.is_active:
        physio = None
    place = Location.objects.open().first()
    number = place.emergency_number if place else ""
    emergency = library_of(newest_version().number).phrases("emergency")
    context = {
        "answered": found.answered_at is not None,
        "physio": physio,
        "services": bookable({physio}).get(physio, []) if physio else [],
        "patient": episode.patient.survivor,
        "emergency": [
            each.filled(number=number) if "number" in each.values else each for each in emergency
        ],
    }
    return render(request, "assessments/check_in_after.html", context)
