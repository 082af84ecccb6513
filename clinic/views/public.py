"""Pages for everybody that say something and ask nothing."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What the clinic keeps, why, and for how long; the dated text that consent refers to."""
    return render(request, "clinic/privacy.html")
