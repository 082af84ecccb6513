"""Pages for when something went wrong: what happened, what to do, a number to quote."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    context = {"title": title, "text": text, "reference": getattr(request, "id", "")}
    return render(request, "errors/error.html", context, status=status)


@login_not_required
@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: usually a page that was open for too long."""
    return _page(
        request,
        403,
        _("This form was open for too long"),
        _("Nothing was saved. Go back, reload the page and send the form again."),
    )


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        400,
        _("This request could not be understood"),
        _("Go back and try it again; if it happens again, call the clinic."),
    )


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        403,
        _("This is not possible here"),
        _("The state of this record does not allow it."),
    )


@login_not_required
def closed(request: HttpRequest) -> HttpResponse:
    """404 for what the admin brings along and no page of ours uses."""
    raise Http404


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        404,
        _("There is no such page"),
        _("The address may be mistyped, or the link may have expired."),
    )


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    """Somebody opened, or reloaded, the address that a form is sent to."""
    return _page(
        request,
        405,
        _("There is nothing to see at this address"),
        _("It only takes what a form sends. Go back to the page you came from."),
    )


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request, so that nothing asks the database, which may have failed.

    503 when it has: whoever asked may come back, and a machine that watches knows why.
    """
    text = render_to_string("errors/server_error.html", {"reference": getattr(request, "id", "")})
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return HttpResponse(text, status=503, headers={"Retry-After": "10"})
    return HttpResponse(text, status=500)
