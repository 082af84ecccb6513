"""Answers that several pages give, and who is asking."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from bookings import doors
from bookings.errors import TooMany
from clinic.audit import GUEST, Actor
from clinic.models import User

View = Callable[..., HttpResponse]


class SeeOther(HttpResponseRedirect):
    """303: it is done; look there. A reload of the next page sends nothing again."""

    status_code = 303


def visitor(request: HttpRequest) -> Actor:
    """Return who acts on a public page: somebody signed in acts for themselves, never as staff."""
    return Actor("patient", request.user.pk) if isinstance(request.user, User) else GUEST


def too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    """Say when it may be asked again, and how to reach the clinic meanwhile."""
    context = {"error": error, "minutes": -(-error.wait // 60)}
    response = render(request, "bookings/too_many.html", context, status=429)
    response["Retry-After"] = str(error.wait)
    return response


def when_open(view: View) -> View:
    """Show the page only once the clinic takes bookings online; before that, say so.

    Reading is answered with a page that says it, sending with 409. Managers may try it out.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if doors.are_open() or doors.may_try(request):
            return view(request, *args, **kwargs)
        return not_open(request)

    return answer


def not_open(request: HttpRequest) -> HttpResponse:
    """Say that the clinic does not take bookings online yet, and how to reach it."""
    status = 200 if request.method in ("GET", "HEAD") else 409
    response = render(request, "bookings/not_open.html", status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def private(view: View) -> View:
    """Keep a page about one person out of caches and search engines."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer
