"""Sign-ins of an erased person: they end, and name nobody any more.

A sign-in that reads somebody else's pages too, or belongs to the staff, stays as it is.
"""

from collections.abc import Sequence
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from clinic.actions.staff import end_sessions
from clinic.audit import works_here
from clinic.models import DevicePin, Patient, PatientGrant, User

NOWHERE = "erased.invalid"


def of(ids: Sequence[UUID]) -> list[User]:
    """Return the sign-ins that are this person's and nobody else's."""
    emails = set(Patient.objects.filter(pk__in=ids).values_list("email", flat=True)) - {""}
    granted = PatientGrant.objects.filter(patient__in=ids).values("user")
    found = User.objects.filter(pk__in=granted) | User.objects.filter(email__in=emails)
    return [user for user in found.distinct() if not _is_anothers(user, ids)]


def _is_anothers(user: User, ids: Sequence[UUID]) -> bool:
    others = PatientGrant.objects.filter(user=user, revoked_at__isnull=True)
    alike = Patient.objects.current().filter(email=user.email)
    return (
        user.is_staff
        or works_here(user)
        or others.exclude(patient__in=ids).exists()
        or alike.exclude(pk__in=ids).exists()
    )


def end(users: Sequence[User]) -> None:
    for user in users:
        end_sessions(user)
        for model in (EmailAddress, Authenticator, DevicePin):
            model._default_manager.filter(user=user).delete()
        user.email, user.name = f"{user.pk.hex}@{NOWHERE}", ""
        user.is_active, user.last_login = False, None
        user.set_unusable_password()
        user.save()
