"""Calls before visits, on a practitioner's first page: who takes one, and that somebody has."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments.access import calls_for, may_sign
from bookings import actions
from bookings.errors import CallTaken
from clinic import access
from clinic.access import Request


@require_POST
def chart_call_take(request: Request, pk: UUID) -> HttpResponse:
    """Say that one makes the call; whoever comes second is told who does."""
    practitioner = access.practitioner_of(request.user)
    call = calls_for(request.user, practitioner).filter(pk=pk).first()
    if call is None or not may_sign(request.user):
        raise Http404
    try:
        actions.take_clinician_call(call, by=request.user, now=timezone.now())
    except CallTaken as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("You make this call. The front desk sees that you have it."))
    return redirect("chart-today")
