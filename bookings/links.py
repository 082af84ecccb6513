"""Links to one visit: 32 random bytes in an address, of which the database keeps the SHA-256."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from bookings.models import Appointment, VisitLink
from bookings.tokens import new_token, sha256

FORM_ONLY = "form-only"  # the purpose of a link that opens the form before a visit, nothing else


def mint(
    appointment: Appointment, purpose: str, now: datetime, *, expires_at: datetime | None = None
) -> str:
    """Make one more link to a visit; return its token. It is valid until the visit ends."""
    token = new_token()
    VisitLink.objects.create(
        appointment=appointment,
        token_sha256=sha256(token),
        purpose=purpose,
        created_at=now,
        expires_at=expires_at or appointment.ends_at,
    )
    return token


def address(token: str) -> str:
    """Return the full address of a visit, as it stands in mails."""
    return settings.SITE_URL + reverse("visit-detail", args=[token])


def visit_of(token: str, now: datetime, *, form: bool = False) -> Appointment | None:
    """Return the visit a token opens, or None if the link ran out, was revoked or never was.

    form  asked by the form before the visit, which has links of its own as well
    """
    found = VisitLink.objects.filter(
        token_sha256=sha256(token), revoked_at__isnull=True, expires_at__gt=now
    )
    link = (
        (found if form else found.exclude(purpose=FORM_ONLY))
        .select_related(
            "appointment__patient",
            "appointment__practitioner",
            "appointment__service",
            "appointment__location",
        )
        .first()
    )
    return link.appointment if link else None
