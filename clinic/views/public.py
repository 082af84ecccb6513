"""Pages for everybody that say something and ask nothing."""

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic import practice
from clinic.actions.notices import days_of_notices, notice_of


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What the clinic keeps, why, and for how long; the dated text that consent refers to."""
    settings = practice.current()
    return _notice(request, settings.privacy_dated, settings.privacy_text)


@login_not_required
@require_safe
def privacy_of_day(request: HttpRequest, day: str) -> HttpResponse:
    """The notice of one day, as it was agreed to; 404 for a day that had none."""
    try:
        dated = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    notice = notice_of(dated)
    if notice is None:
        raise Http404
    return _notice(request, notice.dated, notice.text)


def _notice(request: HttpRequest, dated: date, text: str) -> HttpResponse:
    context = {
        "dated": dated,
        "text": text,
        "in_force": practice.current().privacy_dated,
        "others": [day for day in days_of_notices() if day != dated],
    }
    return render(request, "clinic/privacy.html", context)
