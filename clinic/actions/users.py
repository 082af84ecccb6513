"""Sign-ins: made for patients when they first ask for a code, and for staff by invitation."""

from uuid import UUID

from django.contrib.auth.models import Group
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import IntegrityError, transaction

from clinic import access, audit, outbox, roles
from clinic.audit import works_here
from clinic.models import AuditEvent, User
from clinic.models.users import normal_email


class InvitationTokens(PasswordResetTokenGenerator):
    """Signed, for one person, for settings.PASSWORD_RESET_TIMEOUT seconds, used up by a password.

    Nothing is stored: the signature covers the password that is being replaced.
    """

    key_salt = "clinic.invitation"


invitations = InvitationTokens()


def user_for_code(email: str) -> User | None:
    """Return who may sign in with a code sent to ``email``; None for everybody else.

    A patient's first request makes the sign-in. Staff never get a code: it would lead around the
    second factor. Only the address of the sign-in itself counts, never an earlier one.

    Known or not, the request leaves one row in the trail in one transaction, so that the time it
    takes says as little as the answer.
    """
    with transaction.atomic():
        user = ensure_patient_user(email)
        if user and (not user.is_active or user.is_staff or works_here(user)):
            user = None
        result = AuditEvent.Result.DONE if user else AuditEvent.Result.REFUSED
        audit.record("sign_in_code_asked", user, by=audit.GUEST, result=result)
    return user


def ensure_patient_user(email: str, *, by: audit.Actor = audit.GUEST) -> User | None:
    """Return the sign-in of this address, made if a patient gave it; None if nobody did.

    The new sign-in has no password and may read nobody yet.
    """
    address = normal_email(email)
    if existing := User.objects.filter(email=address).first():
        return existing
    if not access.patients_at(address).exists():
        return None
    try:
        with transaction.atomic():
            user = User.objects.create_user(address)
            audit.record("user_made", user, by=by, data={"for": "patient"})
    except IntegrityError:  # asked twice at once: the other request has made it
        return User.objects.get(email=address)
    return user


def invite_user(
    email: str, *, name: str, role_names: list[str], by: audit.Actor, mail: bool = True
) -> tuple[User, str]:
    """Make or find a staff sign-in with these roles; return it and the token of its link.

    ``mail`` sends the link as well. Inviting somebody again makes the earlier link useless only
    once a password was set. Raises ValueError for a role nobody knows.
    """
    if unknown := set(role_names) - set(roles.ROLES):
        raise ValueError(f"No such role: {', '.join(sorted(unknown))}.")
    with transaction.atomic():
        user = User.objects.filter(email=normal_email(email)).first()
        if user is None:
            user = User.objects.create_user(email, name=name)
        user.is_staff = user.is_staff or not set(roles.IN_ADMIN).isdisjoint(role_names)
        user.save(update_fields=["is_staff"])
        user.groups.add(*Group.objects.filter(name__in=role_names))
        audit.record("user_invited", user, by=by, data={"roles": sorted(role_names)})
        token = invitations.make_token(user)
        if mail:
            outbox.queue(
                "invitation",
                to=user.email,
                key=f"invitation:{user.pk}:{token}",
                subject_id=user.pk,
                payload={"token": token},
            )
    return user, token


def invite_again(user: User, *, by: audit.Actor) -> bool:
    """Send somebody who has not set a password yet a new link; the older ones no longer work.

    False when they have set one meanwhile, or were switched off.
    """
    with transaction.atomic():
        found = User.objects.select_for_update().filter(pk=user.pk, is_active=True).first()
        if found is None or found.has_usable_password():
            return False
        _end_links(found)
        roles_held = list(found.groups.values_list("name", flat=True))
        invite_user(found.email, name=found.name, role_names=roles_held, by=by)
    return True


def withdraw_invitation(user: User, *, by: audit.Actor) -> bool:
    """Make an invitation useless and switch the sign-in off; False when it was accepted."""
    with transaction.atomic():
        found = User.objects.select_for_update().filter(pk=user.pk, is_active=True).first()
        if found is None or found.has_usable_password():
            return False
        _end_links(found)
        found.is_active = False
        found.save(update_fields=["is_active"])
        audit.record("user_invitation_withdrawn", found, by=by)
    return True


def is_invited(user: User) -> bool:
    """Say whether somebody works here by invitation only: no password was set yet."""
    return user.is_active and not user.has_usable_password()


def _end_links(user: User) -> None:
    """Links are signed over the password that they replace, so another one ends them all."""
    user.set_unusable_password()
    user.save(update_fields=["password"])


def user_invited_by(user_id: UUID, token: str) -> User | None:
    """Return the active user whom this link invites; None when it is used, old or made up."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user if user is not None and invitations.check_token(user, token) else None


def accept_invitation(user: User, password: str) -> None:
    """Set the invited person's own password; the link is used up by that."""
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        audit.record("password_set", user, by=audit.actor_of(user))
