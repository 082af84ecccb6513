"""The cookie of a phone that keeps a plan, and what it opens."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from clinic import access
from clinic.actions.devices import KEPT_FOR
from clinic.models import PlanDevice
from clinic.persons import known_as, records_of

COOKIE = "plan-device" if settings.DEMO else "__Host-plan-device"
NAMES = (
    ("iPhone", _("iPhone")),
    ("iPad", _("iPad")),
    ("Android", _("Android device")),
    ("Windows", _("Windows computer")),
    ("Macintosh", _("Mac")),
    ("Linux", _("Linux computer")),
)


def mark_of(request: HttpRequest) -> str:
    """Return the SHA-256 of the device's cookie; empty without one."""
    token = request.COOKIES.get(COOKIE, "")
    return hashlib.sha256(token.encode()).hexdigest() if token else ""


def name_of(request: HttpRequest) -> str:
    """Say what kind of device this is, as far as its browser tells."""
    agent = request.headers.get("User-Agent", "")
    return next((str(name) for part, name in NAMES if part in agent), str(_("Another device")))


def kept_on(request: HttpRequest, patient: UUID, now: datetime) -> PlanDevice | None:
    """Return what lets this device open a patient's plan; None once anything behind it ended.

    Behind it stand a sign-in that is active and the grant of that sign-in. Two queries.
    """
    mark = mark_of(request)
    if not mark:
        return None
    found = (
        PlanDevice.objects.select_related("user", "patient")
        .filter(
            device=mark,
            patient__in=records_of(patient),
            ended_at__isnull=True,
            until__gt=now,
            user__is_active=True,
        )
        .first()
    )
    if found is None or not access.patients_of(found.user).filter(known_as(patient)).exists():
        return None
    return found


def patients_on(request: HttpRequest, now: datetime) -> list[UUID]:
    """Return the patients whose plans this device keeps. One query."""
    mark = mark_of(request)
    if not mark:
        return []
    rows = PlanDevice.objects.filter(device=mark, ended_at__isnull=True, until__gt=now)
    return list(rows.values_list("patient_id", flat=True))


def remember(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Give the browser the cookie of its device."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(KEPT_FOR.total_seconds()),
        secure=not settings.DEMO,
        httponly=True,
        samesite="Lax",
    )


def new_token(request: HttpRequest) -> str:
    """Return the device's token, a fresh one if it has none."""
    return request.COOKIES.get(COOKIE) or secrets.token_urlsafe(32)


def forget(response: HttpResponse) -> None:
    """Take the cookie away, and what the browser stored beside it."""
    response.delete_cookie(COOKIE, samesite="Lax")
    response["Clear-Site-Data"] = '"cache", "storage"'
