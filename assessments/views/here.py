"""The form before a visit, filled in at the clinic: by a code on its tablet, or on a phone.

Nobody signs in on that device. What the code opens is the form of one visit; the next code, or
"done", closes it on this device again.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments.intake import device as devices
from bookings.actions import intake_here as codes
from bookings.errors import CodeGone, TooMany
from bookings.views.answers import SeeOther, private, too_many, visitor
from clinic.middleware import client_address

MARK = "intake_here"  # in the session: the token of the form that is open on this device
LONGEST = 80  # characters


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@private
def intake_here(request: HttpRequest) -> HttpResponse:
    """Type the six digits from the front desk."""
    if request.method == "POST":
        return _opened(request, request.POST.get("code", "")[:LONGEST].strip(), "")
    return _page(request)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@private
def intake_here_link(request: HttpRequest, token: str) -> HttpResponse:
    """What the picture leads to: looking uses nothing up, pressing the button does."""
    if request.method == "POST":
        return _opened(request, token[:LONGEST], token)
    return _page(request, token=token)


@login_not_required
@require_POST
@private
def intake_here_done(request: HttpRequest) -> HttpResponse:
    """Close the form on this device: somebody else takes it next."""
    response = SeeOther(reverse("intake-here"))
    _forget(request, response)
    return response


def _opened(request: HttpRequest, secret: str, token: str) -> HttpResponse:
    """Use the code; whatever was open on this device is closed."""
    now = timezone.now()
    try:
        form = codes.open_form(
            secret, by=visitor(request), now=now, address=client_address(request)
        )
    except TooMany as error:
        return too_many(request, error)
    except CodeGone as error:
        return _page(request, token=token, error=str(error), status=422)
    response = SeeOther(reverse("visit-intake", args=[form]))
    _forget(request, response)
    request.session[MARK] = form
    return response


def _forget(request: HttpRequest, response: HttpResponse) -> None:
    """End the form that was open here, and have the browser lose the key to its answers."""
    if before := request.session.pop(MARK, ""):
        codes.close_form(before, now=timezone.now())
        response.delete_cookie(devices.COOKIE, samesite="Lax")


def _page(
    request: HttpRequest, *, token: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    context = {"token": token, "error": error, "running": MARK in request.session}
    return render(request, "assessments/intake_here.html", context, status=status)
