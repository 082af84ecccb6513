"""Asking to be called back."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings import actions
from bookings.errors import TooMany
from bookings.forms import CallbackForm
from bookings.views.answers import SeeOther, too_many, visitor
from clinic.middleware import client_address


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def callback_create(request: HttpRequest) -> HttpResponse:
    """Name and number, and when it suits; the desk calls."""
    form = CallbackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            actions.request_callback(
                name=asked["name"], phone=str(asked["phone"]), when=asked["when"],
                message=asked["message"], by=visitor(request), now=timezone.now(),
                address=client_address(request), form_key=asked["form_key"],
            )  # fmt: skip
        except TooMany as error:
            return too_many(request, error)
        return SeeOther(reverse("callback-create") + "?asked=1")
    context = {"form": form, "asked": "asked" in request.GET}
    status = 422 if form.is_bound else 200
    return render(request, "bookings/callback_create.html", context, status=status)
