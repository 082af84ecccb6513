"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest

from clinic import access, addresses
from clinic import practice as practices
from clinic.models import User


def practice(request: HttpRequest) -> dict[str, object]:
    """The clinic's name and look, the number for emergencies, whether this is the demo."""
    return {
        "practice": practices.current(),
        "emergency_number": practices.emergency_number,  # asked for only where a page shows it
        "demo": settings.DEMO,
        "idle_minutes": settings.IDLE_MINUTES,
        "address": addresses.FOR_TEMPLATES,
        "charts": lambda: _charts(request),
    }


def _charts(request: HttpRequest) -> bool:
    """Say whether the menu shows the chart; the patients' own pages never ask."""
    user = getattr(request, "user", None)  # an error page may come before the sign-in is read
    return isinstance(user, User) and access.has_role(user, *access.CHARTING)
