"""The door for emergencies: who may open a record they have no care relation for, and through what.

The record stands open in one session, to one person, for half an hour, and only to read. Every
address that writes asks ``clinic.access`` alone, which does not know of this door.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import Http404, HttpRequest
from django.utils import timezone

from clinic import access, roles
from clinic.access import Request
from clinic.actions import emergency as actions
from clinic.models import EmergencyAccess, Patient, Practitioner, User
from clinic.persons import known_as
from clinic.spelling import fold

OPENED, FOUND = "emergency_opened", "emergency_found"  # keys of the session
FOUND_FOR = 10 * 60  # seconds until somebody who was found has to be looked for again


def physio_of(user: User) -> Practitioner:
    """Return the practitioner who may open a record in an emergency: physios only, else 404."""
    practitioner = access.practitioner_of(user)
    if not access.has_role(user, roles.PHYSIO):
        raise Http404
    return practitioner


def find(first_name: str, last_name: str, born: date) -> list[Patient]:
    """Return who has exactly this name and date of birth: one, or records not merged yet."""
    wanted = (fold(first_name), fold(last_name))
    born_then = Patient.objects.current().filter(date_of_birth=born).order_by("created_at", "pk")
    same = [one for one in born_then if (fold(one.first_name), fold(one.last_name)) == wanted]
    return same if all(wanted) else []


def remember(request: HttpRequest, found: Sequence[Patient]) -> None:
    """Keep in the session who was found, so that no address and no form names them."""
    at = timezone.now().timestamp()
    request.session[FOUND] = {"patients": [str(one.pk) for one in found], "at": at}


def remembered(request: HttpRequest) -> list[Patient]:
    """Return who was found in this session in the last minutes, the oldest record first."""
    kept = request.session.get(FOUND)
    if not kept or not 0 <= timezone.now().timestamp() - kept["at"] < FOUND_FOR:
        return []
    rows = Patient.objects.current().filter(pk__in=kept["patients"])
    return list(rows.order_by("created_at", "pk"))


def forget(request: HttpRequest) -> None:
    """Who was found has to be looked for again."""
    request.session.pop(FOUND, None)


def proved(request: Request, secret: str) -> bool:
    """Say whether this is the person's password or a fresh code of their app.

    A code counts once. Tries are limited as those of signing in are.
    """
    user = request.user
    if not ratelimit.consume(request, action="reauthenticate", user=user):
        return False
    if user.check_password(secret):
        return True
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return app is not None and TOTP(app).validate_code(secret.strip())


def begin(request: Request, opened: EmergencyAccess) -> None:
    """Open the record in this session and in no other."""
    forget(request)
    request.session[OPENED] = str(opened.pk)


def leave(request: HttpRequest) -> None:
    """Nothing stands open in this session any more."""
    request.session.pop(OPENED, None)


def opened_here(request: Request) -> EmergencyAccess | None:
    """Return what stands open in this session; no query where nothing was opened.

    Whoever lost their role, or looks after the patient meanwhile, has nothing open.
    """
    kept = request.session.get(OPENED)
    if kept is None:
        return None
    rows = EmergencyAccess.objects.open(timezone.now()).select_related("patient__merged_into")
    found = rows.filter(pk=kept, opened_by=request.user).first()
    practitioner = _physio_or_none(request.user)
    if found is None or practitioner is None:
        return None
    person = found.patient.survivor
    return None if access.caseload(practitioner).filter(pk=person.pk).exists() else found


def covers(opened: EmergencyAccess | None, patient_id: UUID) -> bool:
    """Say whether this is the person whose record stands open, by whichever of their ids."""
    if opened is None:
        return False
    person = opened.patient.survivor.pk
    return Patient.objects.current().filter(known_as(patient_id), pk=person).exists()


def _physio_or_none(user: User) -> Practitioner | None:
    try:
        return physio_of(user)
    except Http404:
        return None


@receiver(user_logged_out, dispatch_uid="clinic.emergency")
def close(sender: type, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Signing out ends what this session had open."""
    kept = request.session.get(OPENED) if hasattr(request, "session") else None
    found = EmergencyAccess.objects.filter(pk=kept, opened_by=user).first() if kept else None
    if found is not None and user is not None:
        actions.end(found, by=user, now=timezone.now())


def clock(opened: EmergencyAccess, now: datetime) -> int:
    """Return the minutes left, begun ones counted whole."""
    return max(0, -(-int((opened.closes_at - now).total_seconds()) // 60))
