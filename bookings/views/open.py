"""What public, read-only answers for other programs share: pace, caching, other origins."""

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _

from bookings.pace import Pace
from clinic.middleware import client_address

View = Callable[..., HttpResponse]
METHODS = "GET, HEAD, OPTIONS"
DAY = 86_400  # seconds

pace = Pace()


def fault(status: int, text: str, **fields: list[str]) -> JsonResponse:
    """Say what is wrong, and with which part of the query."""
    return JsonResponse({"error": text, **({"fields": fields} if fields else {})}, status=status)


def public_reading(view: View) -> View:
    """Serve a view to anybody's program: limited, cached for seconds, readable from chosen pages.

    Good answers carry an ETag and are the same for everybody; an unchanged one is a 304. Origins
    are those of the setting ``API_ORIGINS``.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return _let_in(request, _preflight())
        if request.method not in ("GET", "HEAD"):
            refused = fault(405, _("This address can only be read."))
            refused["Allow"] = METHODS
            return _let_in(request, _uncached(refused))
        allowed = settings.API_PER_MINUTE * settings.LIMIT_FACTOR
        wait = pace.wait(client_address(request), allowed, timezone.now())
        if wait:
            refused = fault(429, _("That was asked for very often. Please wait a moment."))
            refused["Retry-After"] = str(wait)
            return _let_in(request, _uncached(refused))
        response = view(request, *args, **kwargs)
        if response.status_code != 200:
            return _let_in(request, _uncached(response))
        return _let_in(request, _cached(request, response))

    return answer


def _uncached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def _cached(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let anybody reuse the answer for some seconds, and ask later whether it still holds."""
    tag = blake2b(response.content, digest_size=12).hexdigest()
    response["ETag"] = f'"{tag}"'
    response["Cache-Control"] = "public, max-age=5"
    patch_vary_headers(response, ["Origin"])
    return get_conditional_response(request, etag=response["ETag"], response=response)


def _preflight() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Allow"] = response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = "If-None-Match"
    response["Access-Control-Max-Age"] = str(DAY)
    return response


def _let_in(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let pages of the chosen origins read the answer; no cookies travel with such a request."""
    patch_vary_headers(response, ["Origin"])
    origin = request.headers.get("Origin", "")
    if "*" in settings.API_ORIGINS:
        response["Access-Control-Allow-Origin"] = "*"
    elif origin and origin in settings.API_ORIGINS:
        response["Access-Control-Allow-Origin"] = origin
    else:
        return response
    response["Access-Control-Expose-Headers"] = "ETag, Retry-After"
    return response
