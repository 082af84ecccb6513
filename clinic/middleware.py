"""What every request passes through, one small class a concern."""

import uuid
from urllib.parse import unquote_to_bytes, urlencode, urlsplit

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from clinic import lock, practice
from clinic.logs import request_id
from clinic.views.errors import method_not_allowed, page_not_found


def client_address(request: HttpRequest) -> str:
    """Return the client's address, believing only as many proxies as the settings name."""
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    count = settings.TRUSTED_PROXIES
    if count and len(hops) >= count and hops[-count].strip():
        return hops[-count].strip()
    return request.META.get("REMOTE_ADDR", "")


PROBES = ("/healthz/", "/readyz/")  # they answer when the database does not


class Middleware:
    """What the classes below share."""

    def __init__(self, get_response):
        self.get_response = get_response


class WellFormed(Middleware):
    """400 for bytes no page can mean; 415 for text that is not UTF-8 (Django would answer 500).

    405 for verbs that no page here knows: some libraries would show their page for a PUT.

    413 for more than any page takes, before a byte of it is read or written anywhere. A body of
    unsaid length is empty to WSGI.
    """

    VERBS = ("GET", "HEAD", "POST", "OPTIONS")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in self.VERBS:
            return HttpResponseNotAllowed(self.VERBS)
        said = request.META.get("CONTENT_LENGTH") or "0"
        if not said.isdecimal() or len(said) > 12 or int(said) > settings.LARGEST_REQUEST:
            page = render_to_string("errors/too_large.html")
            return HttpResponse(page, status=413)
        charset = request.content_params.get("charset", "utf-8") if request.content_params else ""
        if charset and charset.strip("\"'").lower() not in {"utf-8", "utf8", "us-ascii"}:
            return HttpResponse(_("Send text as UTF-8."), status=415, content_type="text/plain")
        for text in (request.META.get("QUERY_STRING", ""), request.path_info):
            raw = unquote_to_bytes(text)
            try:
                raw.decode()
            except UnicodeDecodeError:
                return self.refuse()
            if b"\0" in raw:
                return self.refuse()
        return self.get_response(request)

    @staticmethod
    def refuse() -> HttpResponse:
        text = _("This address holds characters that no page understands.")
        return HttpResponse(text, status=400, content_type="text/plain")


class RequestId(Middleware):
    """Gives each request a reference number that logs, error pages and audit rows share."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reference = uuid.uuid4().hex[:12]
        request.id = reference  # type: ignore[attr-defined]
        token = request_id.set(reference)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-Id"] = reference
        return response


class SignInRequired(LoginRequiredMiddleware):
    """Every page needs a sign-in unless its view says ``@login_not_required``.

    Django's own looks who is asking before it looks at the view, so that every answer would depend
    on the cookie and no cache could share what is the same for everybody.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def get_login_url(self, view_func):
        """There is one sign-in; the admin's own would only lead on to it."""
        return resolve_url(settings.LOGIN_URL)

    def handle_no_permission(self, request, view_func):
        """Lead back, after the sign-in, to the page that held the form: a form cannot be opened."""
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        came_from = request.META.get("HTTP_REFERER", "")
        ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
        page = urlsplit(came_from).path if ours else ""
        return redirect_to_login(page or request.path, self.get_login_url(view_func))


class SaysWhatToDo(Middleware):
    """Gives a browser that opens the address of a form a page with a way on, not an empty one."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        empty = response.status_code == 405 and not response.streaming and not response.content
        if not empty or "text/html" not in request.headers.get("Accept", ""):
            return response
        page = method_not_allowed(request)
        page["Allow"] = response["Allow"]
        return page


class SecondFactor(Middleware):
    """Outside the demo, staff set up a second factor before they do anything else."""

    FREE = ("/accounts/", "/static/", "/brand", "/favicon.ico", "/api/", *PROBES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            not settings.DEMO
            and not request.path.startswith(self.FREE)
            and user.is_authenticated
            and needs_second_factor(user)
        ):
            return redirect("mfa_index")
        return self.get_response(request)


def needs_second_factor(user) -> bool:
    """Say whether ``user`` works here and has not yet set up a second factor."""
    works_here = user.is_staff or user.groups.exists()
    return works_here and not user.authenticator_set.exclude(type="recovery_codes").exists()


class DeskDoor(Middleware):
    """Nothing below /admin/ exists for somebody signed in who does not work there: 404.

    One door before every view, so that a page added tomorrow is closed as well. Inside, what a
    role may not open is 404 too; 403 is left for a row one may read and not change as it stands.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    @staticmethod
    def _inside(request: HttpRequest) -> bool:
        return request.path_info.startswith("/admin/")

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not self._inside(request) or not request.user.is_authenticated:
            return  # whoever is not signed in was led to the sign-in
        if not admin.site.has_permission(request):
            raise Http404
        owner = getattr(view_func, "model_admin", None)
        if owner is None or owner.has_view_permission(request):
            return
        if not owner.has_add_permission(request):
            raise Http404  # before anything says whether there is such a row

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, PermissionDenied) or not self._inside(request):
            return None
        match = request.resolver_match
        of_a_row = match is not None and match.view_name.endswith("_change")
        owner = getattr(match.func, "model_admin", None) if match and of_a_row else None
        if owner is not None and owner.has_view_permission(request):
            return None
        return page_not_found(request, exception)


class ClinicClock(Middleware):
    """Pages say the clinic's time; those about one visit switch to its location's own."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in PROBES:
            return self.get_response(request)
        timezone.activate(practice.current().tz)
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()


class NoStore(Middleware):
    """Nothing shown to somebody signed in stays in a cache on the way or on the machine."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # The header first: what is public then never touches the session.
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store, private"
        return response


class ScreenLock(Middleware):
    """A locked screen of staff is answered nothing but the way to unlock it."""

    FREE = (
        "/accounts/unlock/", "/accounts/logout/", "/accounts/login/", "/accounts/reauthenticate/",
        "/accounts/2fa/reauthenticate/", "/accounts/2fa/webauthn/reauthenticate/", "/static/",
        "/api/",  # the same for everybody, and cached for all
        "/brand", "/favicon.ico", *PROBES,
    )  # fmt: skip

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(self.FREE) or not lock.applies_to(request):
            return self.get_response(request)
        if not lock.is_locked(request):
            lock.touch(request)
            return self.get_response(request)
        return self._locked(request)

    @staticmethod
    def _locked(request: HttpRequest) -> HttpResponse:
        wants_json = "json" in request.headers.get("Accept", "") + (request.content_type or "")
        if wants_json or any(name in request.headers for name in (*lock.BY_ITSELF, "HX-Request")):
            return JsonResponse({"locked": True, "error": _("The screen is locked.")}, status=401)
        query = urlencode({"next": request.get_full_path()})
        if request.method in ("GET", "HEAD"):
            return redirect(f"/accounts/unlock/?{query}")
        return render(
            request, "account/unlock.html", {"unsent": True, "next": request.path}, status=423
        )
