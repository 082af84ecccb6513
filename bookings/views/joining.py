"""Whose visit is it? A guest who has been here before says so, after confirming the address."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings.actions.joining import can_join, join_record, records_for
from bookings.errors import BookingError
from bookings.forms import RecordForm
from bookings.messages import facts
from bookings.views.answers import SeeOther, private, visitor
from bookings.views.visit import visit_or_404
from clinic.models import User


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@private
def visit_record(request: HttpRequest, token: str) -> HttpResponse:
    """Lead to the code first, the same for everybody; then ask whose visit it is."""
    now = timezone.now()
    visit = visit_or_404(token, now)
    page = reverse("visit-detail", args=[token])
    if not can_join(visit, now):
        return SeeOther(page)
    if not isinstance(request.user, User):
        back = urlencode({"next": request.path})
        return SeeOther(f"{reverse('account_request_login_code')}?{back}")
    form: forms.Form = RecordForm(
        request.POST if request.method == "POST" else None,
        patients=records_for(request.user, visit),
    )
    if form.is_valid():
        try:
            join_record(visit, form.chosen(), by=visitor(request), now=now)
        except BookingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The visit is now part of your record."))
            return SeeOther(page)
    context = {**facts(visit, now), "token": token, "form": form}
    context["emergency_number"] = visit.location.emergency_number
    status = 422 if form.is_bound else 200
    return render(request, "bookings/visit_record.html", context, status=status)
