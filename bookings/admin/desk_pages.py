"""What the desk's pages outside Django's own admin share: who gets in, and the frame around them.

For the front desk and managers only; to everybody else such a page does not exist (404).
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from bookings.forms.fields import DAY_ERRORS, IN_RANGE
from bookings.models import Appointment
from clinic import roles
from clinic.access import has_role


def only(*names: str) -> Callable:
    """Return a decorator that lets in these roles; nobody else learns that the page exists."""

    def decorate(view):
        @wraps(view)
        def checked(request, *args, **kwargs):
            superuser = request.user.is_superuser and request.user.is_active
            if not (has_role(request.user, *names) or superuser):
                raise Http404
            response = view(request, *args, **kwargs)
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store, private"
            return response

        return checked

    return decorate


desk_only = only(roles.FRONT_DESK, roles.MANAGER)
manager_only = only(roles.MANAGER)


def frame(request: HttpRequest) -> dict[str, object]:
    """Return what the admin's frame needs, without a list of everything else one may open."""
    manages = has_role(request.user, roles.MANAGER)
    name = _("Management") if manages else _("Front desk")
    return {
        "site_header": name,
        "site_title": name,
        "has_permission": True,
        "is_nav_sidebar_enabled": False,
        "is_popup": False,
        "available_apps": [],
    }


def desk_page(
    request: HttpRequest, name: str, title: str, *, status: int = 200, **context: object
) -> HttpResponse:
    """Render a page of the desk's own; ``name`` is its template's below admin/bookings."""
    shared = {**frame(request), "title": title}
    return render(request, f"admin/bookings/{name}.html", {**shared, **context}, status=status)


def day_asked(request: HttpRequest, tz: ZoneInfo) -> tuple[date, str]:
    """Return the day asked for; today, and what to say, where that is no day."""
    today = timezone.now().astimezone(tz).date()
    typed = request.GET.get("go") or request.GET.get("day")
    if not typed:
        return today, ""
    try:
        day = date.fromisoformat(typed)
        for check in IN_RANGE:
            check(day)
    except Exception:  # whatever is wrong with it, it is no day of ours
        return today, str(DAY_ERRORS["invalid"])
    return day, ""


def back_to_board(request: HttpRequest, visit: Appointment) -> str:
    """Return the board somebody came from, else the one the visit is on."""
    asked = request.POST.get("back") or request.GET.get("back") or ""
    base = reverse("board-day")
    if asked.startswith(base) and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    day = visit.starts_at.astimezone(visit.location.tz).date()
    return f"{base}?place={visit.location.slug}&day={day:%Y-%m-%d}"
