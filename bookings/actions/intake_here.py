"""A form filled in at the clinic: the desk shows a code, any device opens that one form with it.

The code is good once and for half an hour. What it opens is a link to the form alone: neither the
page of the visit nor anything else of the patient's. Tries are limited by network address.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.crypto import salted_hmac

from bookings import limits, links
from bookings.actions import locks
from bookings.errors import CodeGone, NotPossible
from bookings.models import Appointment, IntakeCode, VisitLink
from bookings.tokens import new_token, sha256
from clinic import audit
from clinic.audit import Actor

VALID = timedelta(minutes=30)
OPEN_FOR = timedelta(hours=2)  # the form itself, once it was opened
DIGITS = 6
State = Appointment.State
OPEN = (State.REQUESTED, State.BOOKED, State.ARRIVED, State.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the desk shows; nothing of it can be read again."""

    digits: str
    token: str
    expires_at: datetime


def is_open(visit: Appointment, now: datetime) -> bool:
    """Say whether the form of a visit can still be filled in."""
    return visit.state in OPEN and visit.ends_at > now and visit.patient_id is not None


def show_code(visit: Appointment, *, by: Actor, now: datetime) -> Shown:
    """Make a code for the form of this visit; one shown before ends. Raises NotPossible."""
    with locks.writing():
        found = locks.visit_to_change(visit.pk)
        if not is_open(found, now):
            raise NotPossible
        over = Q(appointment=found) | Q(expires_at__lte=now)
        IntakeCode.objects.filter(over, ended_at__isnull=True).update(ended_at=now)
        shown = Shown(_free_digits(), new_token(), now + VALID)
        IntakeCode.objects.create(
            appointment=found,
            digits_digest=_digest(shown.digits),
            token_sha256=sha256(shown.token),
            created_at=now,
            expires_at=shown.expires_at,
        )
        audit.record("visit.intake_code", found, by=by, patient_id=found.patient_id, at=now)
    return shown


def open_form(secret: str, *, by: Actor, now: datetime, address: str = "") -> str:
    """Use a code, digits or link, and return the token of the form's own link.

    Every try counts for the network address, right or wrong.

    Raises TooMany or CodeGone; then nothing was written.
    """
    limits.take("intake-code", address, limits.INTAKE_CODES_PER_ADDRESS, now=now)
    with locks.writing():
        digits = "".join(secret.split())
        whose = (
            Q(digits_digest=_digest(digits)) if digits.isdigit() else Q(token_sha256=sha256(secret))
        )
        codes = IntakeCode.objects.filter(whose, ended_at__isnull=True, expires_at__gt=now)
        code = codes.select_for_update(no_key=True).first()
        if code is None:
            raise CodeGone
        visit = locks.visit_to_change(code.appointment_id)
        if not is_open(visit, now):
            raise CodeGone
        code.ended_at = now
        code.save(update_fields=["ended_at"])
        token = links.mint(
            visit, links.FORM_ONLY, now, expires_at=min(visit.ends_at, now + OPEN_FOR)
        )
        audit.record("visit.intake_opened", visit, by=by, patient_id=visit.patient_id, at=now)
    return token


def close_form(token: str, *, now: datetime) -> None:
    """End the link of a form that was opened by a code: the device goes to somebody else."""
    VisitLink.objects.filter(
        token_sha256=sha256(token), purpose=links.FORM_ONLY, revoked_at__isnull=True
    ).update(revoked_at=now)


def _free_digits() -> str:
    """Return six digits that nobody else is shown just now."""
    while True:
        digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        if not IntakeCode.objects.filter(
            digits_digest=_digest(digits), ended_at__isnull=True
        ).exists():
            return digits


def _digest(digits: str) -> str:
    """Return a digest that takes the clinic's own key: six digits are soon tried out."""
    return salted_hmac("bookings.intake_code", digits, algorithm="sha256").hexdigest()
