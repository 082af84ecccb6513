"""What allauth's pages answer beside their HTML: honest status codes, and staff only where meant.

allauth answers 200 to a form with faults. Here that is 422, or 429 when the fault is a limit.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from clinic import devices
from clinic.access import Request
from clinic.actions.devices import end_plans_on
from clinic.audit import works_here

View = Callable[..., HttpResponse]
WAIT = 900  # seconds; the length of the shortest limit on signing in
LIMITS = {"too_many_login_attempts", "rate_limited"}


def honest(view: View) -> View:
    """Give the answers of an allauth view the status they deserve."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code == 200:
            response.status_code = _status(response)
        if response.status_code == 429 and "Retry-After" not in response:
            response["Retry-After"] = str(WAIT)
        return response

    return answered


def signed_out(view: View) -> View:
    """Have the browser drop what it kept of pages seen while signed in, a plan kept on it too."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        mark = devices.mark_of(request)
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            response["Clear-Site-Data"] = '"cache"'
            if mark:
                end_plans_on(mark, now=timezone.now())
                devices.forget(response)
        return response

    return answered


def staff_only(view: View) -> View:
    """404 for patients: they have no password and no second factor to look after."""

    @wraps(view)
    def answered(request: Request, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated and not works_here(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return answered


@login_not_required
def account_signup(request: HttpRequest) -> HttpResponse:
    """Nobody signs up: the clinic makes sign-ins. allauth asks for the name of such a page."""
    raise Http404


def each(patterns: list[URLPattern | URLResolver], *wraps: Callable[[View], View]) -> list:
    """Return the patterns of an include with every view wrapped, names and addresses kept."""
    result: list[URLPattern | URLResolver] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = each(pattern.url_patterns, *wraps)
            result.append(URLResolver(pattern.pattern, inner, pattern.default_kwargs))
            continue
        view = pattern.callback
        for wrap in wraps:
            view = wrap(view)
        result.append(URLPattern(pattern.pattern, view, pattern.default_args, pattern.name))
    return result


def _status(response: HttpResponse) -> int:
    context = getattr(response, "context_data", None) or {}
    forms = [context.get(name) for name in ("form", "webauthn_form")]
    codes = {
        error.code
        for form in forms
        if form is not None and form.is_bound
        for errors in form.errors.as_data().values()
        for error in errors
    }
    if codes & LIMITS:
        return 429
    return 422 if codes else 200
