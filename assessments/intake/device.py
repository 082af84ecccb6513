"""Which device fills a form in: a key in a cookie, of which the database keeps the SHA-256.

The session would not do: it ends with the day, and with every sign-in and sign-out.
"""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from assessments.actions import Device
from bookings.models import Appointment
from bookings.tokens import new_token, sha256
from clinic import access
from clinic.audit import works_here
from clinic.models import User
from clinic.models.users import normal_email

COOKIE = "__Host-intake" if settings.SESSION_COOKIE_SECURE else "intake"
LONGEST = 64  # characters of a key we take for ours


def key_of(request: HttpRequest) -> str:
    """Return this browser's key, or "" if it never answered anything."""
    key = request.COOKIES.get(COOKIE, "")
    return key if len(key) <= LONGEST else ""


def device_of(request: HttpRequest, visit: Appointment, key: str) -> Device:
    """Return who is filling in the form of this visit."""
    return Device(sha256(key) if key else "", known=is_the_patient(request, visit))


def new_key() -> str:
    return new_token()


def remember(response: HttpResponse, key: str, visit: Appointment, now: datetime) -> None:
    """Have the browser keep its key until the visit is over."""
    response.set_cookie(
        COOKIE,
        key,
        max_age=visit.ends_at - now,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_the_patient(request: HttpRequest, visit: Appointment) -> bool:
    """Say whether whoever is signed in may read this patient's pages.

    An e-mailed code proves an address, and the address a person where nobody else here uses it;
    otherwise it takes the grant that the date of birth gives (ADR 7).
    """
    user, patient = request.user, visit.patient
    if not isinstance(user, User) or patient is None:
        return False
    if access.patients_of(user).filter(pk=patient.pk).exists():
        return True
    if works_here(user) or not patient.email or normal_email(patient.email) != user.email:
        return False
    return [other.pk for other in access.patients_at(user.email)] == [patient.pk]
