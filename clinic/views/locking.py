"""Locking the screen, opening it again in place, and the PIN that does it on a known device."""

import hashlib
import secrets

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clinic import audit, lock
from clinic.access import Request
from clinic.accounts import Adapter
from clinic.actions.pins import has_pin, set_pin, try_pin
from clinic.audit import works_here

COOKIE = "device" if settings.DEMO else "__Host-device"
YEAR = 365 * 24 * 60 * 60


class PinForm(forms.Form):
    """A new PIN, with the password of its owner."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    pin = forms.RegexField(
        r"[0-9]{4,8}",
        label=gettext_lazy("New PIN for this device"),
        help_text=gettext_lazy("Four to eight digits. It only opens a locked screen."),
        error_messages={"invalid": gettext_lazy("Four to eight digits.")},
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


def _device(request: HttpRequest) -> str:
    token = request.COOKIES.get(COOKIE, "")
    return hashlib.sha256(token.encode()).hexdigest() if token else ""


@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: Request) -> HttpResponse:
    """Lock at once, say whether it is locked, or open with PIN or password."""
    if not (request.user.is_staff or works_here(request.user)):
        raise Http404
    do = request.POST.get("do", "")
    as_json = "json" in request.headers.get("Accept", "")
    if do == "lock":
        lock.lock(request)
        return JsonResponse({"locked": True, **_ways(request)})
    if do == "touch" and not lock.is_locked(request):
        lock.touch(request)
        return JsonResponse({"locked": False})
    if request.method != "POST" or do == "touch":
        locked = lock.is_locked(request)
        if do == "touch":
            return JsonResponse({"locked": locked}, status=401)
        if as_json:
            return JsonResponse({"locked": locked, **_ways(request)})
        return _page(request) if locked else redirect(_next(request))
    if not _proved(request):
        fault = _("This does not open the screen.")
        if as_json:
            return JsonResponse({"error": fault, "pin": _knows_pin(request)}, status=422)
        return _page(request, fault=fault, status=422)
    lock.unlock(request)
    return JsonResponse({"locked": False}) if as_json else redirect(_next(request))


def _proved(request: Request) -> bool:
    """Check the PIN or the password; tries are limited as those of signing in are."""
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        return False
    secret = request.POST.get("secret", "")[:128]
    user, device = request.user, _device(request)
    good = (secret.isdecimal() and try_pin(user, device, secret)) or user.check_password(secret)
    result = audit.AuditEvent.Result.DONE if good else audit.AuditEvent.Result.REFUSED
    audit.record("screen_unlocked", user, by=audit.actor_of(user), result=result)
    return good


def _ways(request: Request) -> dict[str, bool]:
    """Say how this screen opens besides the password: what the cover offers. Two queries."""
    kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    return {
        "pin": _knows_pin(request),
        "passkey": Authenticator.Type.WEBAUTHN in kinds,
        "app": Authenticator.Type.TOTP in kinds,
    }


def _knows_pin(request: Request) -> bool:
    return has_pin(request.user, _device(request))


def _next(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return asked if asked and Adapter(request).is_safe_url(asked) else reverse("home-for-me")


def _page(request: Request, *, fault: str = "", status: int = 200) -> HttpResponse:
    ways = _ways(request)
    context = {"fault": fault, "next": _next(request), "knows_pin": ways["pin"], **ways}
    return render(request, "account/unlock.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def device_pin(request: Request) -> HttpResponse:
    """Choose the PIN that opens this person's locked screen on this device."""
    if not works_here(request.user) and not request.user.is_staff:
        raise Http404
    form = PinForm(request.POST or None)
    if form.is_valid() and not request.user.check_password(form.cleaned_data["password"]):
        form.add_error("password", _("This is not your password."))
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        context = {"form": form, "knows_pin": _knows_pin(request)}
        return render(request, "account/device_pin.html", context, status=status)
    token = request.COOKIES.get(COOKIE) or secrets.token_urlsafe(32)
    device = hashlib.sha256(token.encode()).hexdigest()
    set_pin(request.user, device, form.cleaned_data["pin"], now=timezone.now())
    messages.success(request, _("This device knows your PIN. It opens your locked screen here."))
    response = redirect("account")
    response.set_cookie(
        COOKIE, token, max_age=YEAR, secure=not settings.DEMO, httponly=True, samesite="Lax"
    )
    return response
